// SPDX-License-Identifier: GPL-3.0-or-later
// Real kernels, fetched, booted and compared by packaging/compare-kernels: what is known to differ
// between them is found, by name, and nothing else is made up.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class TestCompareKernels : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString missing_;

    /// What `compare --json` tells; empty, with the reason in missing_, if a kernel cannot be had.
    QJsonObject compared(const QStringList &what, const QStringList &options = {}) {
        QProcess script;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("BOOTGLASS", BOOTGLASS_BINARY_DIR "/bootglass");
        environment.insert("KERNELS", folder_.path());
        script.setProcessEnvironment(environment);
        script.start(BOOTGLASS_SOURCE_DIR "/packaging/compare-kernels",
                     what + QStringList{"--", "--json", "--sort-by", "order"} + options);
        const bool ended = script.waitForFinished(-1);
        missing_ = QString::fromUtf8(script.readAllStandardError()).trimmed();
        if (!ended || script.exitCode() == 2) return {};
        return QJsonDocument::fromJson(script.readAllStandardOutput()).object();
    }
    static QJsonArray rows(const QJsonObject &comparison, const QString &by) {
        QJsonArray found;
        for (const auto row : comparison["rows"].toArray())
            if (row.toObject()["by"] == by) found << row;
        return found;
    }
    static QJsonObject row(const QJsonObject &comparison, const QString &name) {
        for (const auto row : comparison["rows"].toArray())
            if (row.toObject()["name"] == name) return row.toObject();
        return {};
    }
    /// Empty if phases are the same by name, and the waterfall sums exactly.
    static QString wrong(const QJsonObject &comparison) {
        QStringList phases;
        for (const auto phase : rows(comparison, "phase")) {
            phases << phase.toObject()["name"].toString();
            if (!phase.toObject()["change"].toString().isEmpty())
                return phases.last() + " is " + phase.toObject()["change"].toString();
        }
        for (const char *path : {"firmware", "loader", "kernel/decompression", "kernel/early",
                                 "kernel/drivers", "userspace"}) {
            if (!phases.contains(path)) return QString(path) + " is missing";
        }
        const QJsonObject waterfall = comparison["waterfall"].toObject();
        qint64 sum = waterfall["from"].toInteger();
        for (const auto step : waterfall["steps"].toArray())
            sum += step.toObject()["delta_instructions"].toInteger();
        return sum == waterfall["to"].toInteger() ? QString() : QString("the steps do not sum up");
    }

  private slots:
    void flavoursOfARelease() {
        const QJsonObject json = compared({"flavours"}, {"--by", "phase,function"});
        if (json.isEmpty()) QSKIP(qPrintable(missing_));
        const QJsonArray comparisons = json["comparisons"].toArray();
        QCOMPARE(comparisons.size(), 2);
        const QJsonObject pae = comparisons[0].toObject();
        const QJsonObject realTime = comparisons[1].toObject();
        QCOMPARE(wrong(pae), QString());
        QCOMPARE(wrong(realTime), QString());
        // Page-table entries of twice the size, an NX bit: more work, and a larger image.
        QVERIFY(row(pae, "kernel/decompression")["delta_instructions"].toInteger() > 0);
        QVERIFY(row(pae, "kernel/early")["delta_instructions"].toInteger() > 0);
        // On top of it threaded interrupts and sleeping locks.
        for (const char *path : {"kernel/drivers", "userspace"}) {
            QVERIFY(row(realTime, path)["delta_instructions"].toInteger() >
                    row(pae, path)["delta_instructions"].toInteger());
        }
        QCOMPARE(row(realTime, "rt_spin_lock")["change"].toString(), QString("added"));
        QCOMPARE(row(pae, "rt_spin_lock"), QJsonObject());
        // The firmware knows nothing of the kernel that it will load.
        QCOMPARE(row(realTime, "firmware")["delta_instructions"].toInteger(-1), qint64(0));
    }

    void releasesOfAFlavour() {
        const QJsonObject json = compared({"releases"}, {"--by", "phase,driver,function"});
        if (json.isEmpty()) QSKIP(qPrintable(missing_));
        QCOMPARE(wrong(json), QString());
        QVERIFY(std::abs(json["delta_percent"].toDouble()) < 1);
        QVERIFY(json["delta_instructions"].toInteger() != 0);
        // Addresses differ throughout, names do not.
        int both = 0;
        int functions = 0;
        for (const auto function : rows(json, "function")) {
            ++functions;
            both += function.toObject()["change"].toString().isEmpty();
        }
        QVERIFY2(functions > 300 && both * 2 > functions,
                 qPrintable(QString("%1 of %2").arg(both).arg(functions)));
        int drivers = 0;
        for (const auto driver : rows(json, "driver"))
            drivers += driver.toObject()["change"].toString().isEmpty();
        QVERIFY2(drivers > 300, qPrintable(QString::number(drivers)));
    }

    void parametersOfAKernel() {
        const QJsonObject json =
            compared({"parameters"}, {"--by", "phase,device", "--first-divergence"});
        if (json.isEmpty()) QSKIP(qPrintable(missing_));
        const QJsonArray comparisons = json["comparisons"].toArray();
        QCOMPARE(comparisons.size(), 2);
        const QJsonObject debugged = comparisons[0].toObject();
        const QJsonObject unmitigated = comparisons[1].toObject();
        QCOMPARE(wrong(debugged), QString());
        QCOMPARE(wrong(unmitigated), QString());
        // The same image, unpacked.
        QVERIFY(std::abs(row(unmitigated, "kernel/decompression")["delta_percent"].toDouble()) <
                0.1);
        QVERIFY(row(debugged, "kernel/drivers")["delta_instructions"].toInteger() > 1'000'000);
        QVERIFY(row(unmitigated, "kernel/drivers")["delta_instructions"].toInteger() < 0);
        // They part where the firmware hands over the command line, which has another length.
        for (const QJsonObject &comparison : {debugged, unmitigated}) {
            const QJsonObject divergence = comparison["first_divergence"].toObject();
            QVERIFY(divergence["found"].toBool());
            QVERIFY(divergence["equal_events"].toInteger() > 10'000);
            QVERIFY2(divergence["sentence"].toString().contains("fw_cfg"),
                     qPrintable(divergence["sentence"].toString()));
        }
    }
};

QTEST_GUILESS_MAIN(TestCompareKernels)
#include "tst_compare_kernels.moc"
