// SPDX-License-Identifier: GPL-3.0-or-later
// The program as it is installed, on a desktop of its own: Xvfb, whose frame buffer is a file that
// can be looked at. Without Xvfb there is nothing to test.
#include "tests/app/program.h"

#include <QColor>
#include <QStandardPaths>
#include <QTest>
#include <QtEndian>

using namespace bootglass;

namespace {

/// A display, for as long as it lives.
class VirtualDesktop {
  public:
    VirtualDesktop() {
        server_.start("Xvfb", {"-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten",
                               "tcp", "-fbdir", folder_.path()});
        while (!server_.canReadLine() && server_.waitForReadyRead(20'000)) {
        }
        const QByteArray number = server_.readLine().trimmed();
        if (!number.isEmpty()) name_ = ":" + QString::fromLatin1(number);
    }
    ~VirtualDesktop() {
        server_.terminate();
        server_.waitForFinished();
    }
    const QString &name() const { return name_; }

    /// How many pixels of the screen have the colour. The file is a window dump (XWDFile.h): a
    /// header of 32-bit numbers with the high byte first, a colour map, rows of pixels.
    int count(const QColor &colour) const {
        QFile file(folder_.filePath("Xvfb_screen0"));
        if (!file.open(QIODevice::ReadOnly)) return 0;
        const QByteArray dump = file.readAll();
        if (dump.size() < 100) return 0;
        const auto field = [&](int number) {
            return static_cast<qsizetype>(qFromBigEndian<quint32>(dump.constData() + 4 * number));
        };
        const qsizetype width = field(4);
        const qsizetype height = field(5);
        const qsizetype rowBytes = field(12);
        const qsizetype start = field(0) + 12 * field(19);
        if (field(11) != 32 || dump.size() < start + rowBytes * height) return 0;
        const QRgb wanted = colour.rgb() & 0xFFFFFF;
        int found = 0;
        for (qsizetype y = 0; y < height; ++y) {
            for (qsizetype x = 0; x < width; ++x) {
                const char *pixel = dump.constData() + start + y * rowBytes + 4 * x;
                const auto value =
                    field(7) ? qFromBigEndian<quint32>(pixel) : qFromLittleEndian<quint32>(pixel);
                found += (value & 0xFFFFFF) == wanted;
            }
        }
        return found;
    }

  private:
    QTemporaryDir folder_;
    QProcess server_;
    QString name_;
};

} // namespace

class TestDesktop : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (QStandardPaths::findExecutable("Xvfb").isEmpty()) QSKIP("there is no Xvfb");
    }

    void aRunIsShown() {
        const Program program;
        const ProgramResult run =
            program.run({"run", "--bios", Program::guest("talker"), "--profile", "generic",
                         "--until", "icount:3000000", "--output", "talker.bootglass"});
        QVERIFY2(run.code == 0, run.err);
        const VirtualDesktop display;
        QVERIFY(!display.name().isEmpty());
        auto process = program.prepare({"talker.bootglass"});
        QProcessEnvironment environment = process->processEnvironment();
        environment.insert("DISPLAY", display.name());
        process->setProcessEnvironment(environment);
        process->start();
        QVERIFY(process->waitForStarted());
        // The firmware's band, orange in both themes, as wide as the timeline.
        QTRY_VERIFY_WITH_TIMEOUT(display.count(QColor(0xE6, 0x9F, 0x00)) > 5000, 30'000);
        QCOMPARE(process->state(), QProcess::Running);
        process->terminate();
        QVERIFY(process->waitForFinished());
    }

    void aGuestBootsInTheWindow() {
        const Program program;
        const VirtualDesktop display;
        QVERIFY(!display.name().isEmpty());
        auto process = program.prepare({"run", "--window", "--bios", Program::guest("talker"),
                                        "--profile", "generic", "--output", "live.bootglass"});
        QProcessEnvironment environment = process->processEnvironment();
        environment.insert("DISPLAY", display.name());
        process->setProcessEnvironment(environment);
        process->start();
        QVERIFY(process->waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(display.count(QColor(0xE6, 0x9F, 0x00)) > 5000, 30'000);
        const auto recorded = [&program] {
            return program.run({"info", "--json", "live.bootglass"}).json()["icount"].toDouble();
        };
        // The picture comes with the first commit, which may hold few instructions on a slow host.
        double alive = 0;
        QTRY_VERIFY_WITH_TIMEOUT((alive = recorded()) > 100'000, Program::patience);
        process->kill(); // as a desktop does that has lost its patience
        QVERIFY(process->waitForFinished());
        const ProgramResult info = program.run({"info", "--json", "live.bootglass"});
        QVERIFY2(info.code == 0, info.err);
        QVERIFY(info.json()["icount"].toDouble() >= alive);
    }

    void aDisplayThatIsNotThereIsToldInASentence() {
        const Program program;
        auto process = program.prepare({});
        QProcessEnvironment environment = process->processEnvironment();
        environment.insert("DISPLAY", ":4711");
        process->setProcessEnvironment(environment);
        process->start();
        const QByteArray wrong = notRefused(Program::finish(*process), {":4711", "display"});
        QVERIFY2(wrong.isEmpty(), wrong);
    }
};

QTEST_GUILESS_MAIN(TestDesktop)
#include "tst_desktop.moc"
