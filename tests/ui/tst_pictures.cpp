// SPDX-License-Identifier: GPL-3.0-or-later
// Views of the sample boot in both themes, held against the pictures in tests/ui/pictures. A change
// that is meant shows as a new picture in the review; all are written anew by
//     BOOTGLASS_WRITE_PICTURES=1 build/release/tests/ui/tst_pictures
// Letters look different with other fonts, so without DejaVu Sans (fonts-dejavu-core), or with
// Inter, which the window prefers, there is nothing to compare.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/export/timeline_png.h"

#include <QDir>
#include <QFontDatabase>
#include <QImage>

using namespace bootglass;

namespace {

constexpr int tolerance = 24;                // of a colour channel: another smoothing
constexpr double mostDifferent = 1.0 / 2000; // share of the pixels

QString folder() {
    return QStringLiteral(BOOTGLASS_SOURCE_DIR "/tests/ui/pictures/");
}

bool differs(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) > tolerance || std::abs(qGreen(a) - qGreen(b)) > tolerance ||
           std::abs(qBlue(a) - qBlue(b)) > tolerance;
}

/// Empty, or how two pictures differ.
QString difference(const QImage &picture, const QImage &wanted) {
    if (picture.size() != wanted.size()) {
        return QStringLiteral("%1 × %2 pixels, not %3 × %4")
            .arg(picture.width())
            .arg(picture.height())
            .arg(wanted.width())
            .arg(wanted.height());
    }
    int different = 0;
    QRect where;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            if (!differs(picture.pixel(x, y), wanted.pixel(x, y))) continue;
            ++different;
            where |= QRect(x, y, 1, 1);
        }
    }
    if (different <= mostDifferent * picture.width() * picture.height()) return {};
    return QStringLiteral("%1 pixels differ, within %2,%3 to %4,%5")
        .arg(different)
        .arg(where.left())
        .arg(where.top())
        .arg(where.right())
        .arg(where.bottom());
}

} // namespace

class TestPictures : public QObject {
    Q_OBJECT

    SampleFile sample_;

    /// Compares, or writes anew if that was asked for.
    void check(const QImage &picture, const QString &name) {
        QVERIFY(!picture.isNull());
        const QString file = folder() + name + QStringLiteral(".png");
        if (qEnvironmentVariableIsSet("BOOTGLASS_WRITE_PICTURES")) {
            QDir().mkpath(folder());
            QVERIFY(picture.save(file));
            return;
        }
        const QString wrong = difference(picture, QImage(file));
        if (wrong.isEmpty()) return;
        const QString seen =
            QStringLiteral(BOOTGLASS_BINARY_DIR "/tests/ui/seen-") + name + QStringLiteral(".png");
        picture.save(seen);
        QFAIL(
            qPrintable(QStringLiteral("%1: %2; what was painted is in %3").arg(name, wrong, seen)));
    }

  private slots:
    void initTestCase() {
        if (!QFontDatabase::hasFamily("DejaVu Sans") || QFontDatabase::hasFamily("Inter"))
            QSKIP("the pictures have been made with DejaVu Sans");
        QVERIFY2(sample_.error().empty(), sample_.error().c_str());
    }

    void figure_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<quint64>("from");
        QTest::addColumn<quint64>("to"); // 0: the whole run
        QTest::newRow("figure-light") << false << quint64(0) << quint64(0);
        QTest::newRow("figure-dark") << true << quint64(0) << quint64(0);
        QTest::newRow("figure-disk") << false << quint64(2'240'000'000) << quint64(2'300'000'000);
        QTest::newRow("figure-events") << true << quint64(2'260'000'000) << quint64(2'260'100'000);
    }
    void figure() {
        QFETCH(bool, dark);
        QFETCH(quint64, from);
        QFETCH(quint64, to);
        PngOptions options;
        options.width = 1000;
        options.dark = dark;
        if (to > 0) {
            options.from = VirtualNs{from};
            options.to = VirtualNs{to};
        }
        const QString file = sample_.path("figure.png");
        const auto drawn =
            renderTimelinePng(sample_.file().toStdString(), file.toStdString(), options);
        QVERIFY2(drawn, drawn ? "" : drawn.error().sentence.c_str());
        check(QImage(file), QString::fromUtf8(QTest::currentDataTag()));
    }

    void window_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("window-light") << false;
        QTest::newRow("window-dark") << true;
    }
    void window() {
        QFETCH(bool, dark);
        OpenWindow open;
        open.window.resize(1300, 880);
        open.open(sample_.file());
        open.action(dark ? ActionId::ThemeDark : ActionId::ThemeLight).trigger();
        open.navigator().select(open.phase("kernel/drivers/acpi").range());
        open.window.view().tabs().setCurrentIndex(0);
        QVERIFY(open.settle());
        QTRY_COMPARE(open.window.view().figures().value("instructions"), grouped(9'000'000));
        QTRY_VERIFY(open.window.view().console().text().endsWith("message 65 of the kernel"));
        QVERIFY(open.settle());
        // Not the status line: it tells the file's size, which depends on when it was written out.
        check(open.window.view().grab().toImage(), QString::fromUtf8(QTest::currentDataTag()));
    }

    void views_data() {
        QTest::addColumn<bool>("dark");
        for (const char *name : {"axis-instructions", "axis-wall", "cause-and-effect", "lanes",
                                 "statistics", "functions", "code", "search", "notes"}) {
            QTest::newRow(qPrintable(QString(name) + "-light")) << false;
            QTest::newRow(qPrintable(QString(name) + "-dark")) << true;
        }
    }
    /// What the window's tools look like, each in both themes.
    void views() {
        QFETCH(bool, dark);
        const QString name = QString::fromUtf8(QTest::currentDataTag());
        const QString file = sample_.path(qPrintable(name + ".bootglass"));
        QVERIFY(QFile::copy(sample_.file(), file));
        OpenWindow open;
        open.window.resize(1200, 760);
        open.open(file);
        open.action(dark ? ActionId::ThemeDark : ActionId::ThemeLight).trigger();
        open.action(ActionId::ShowLanes).trigger();
        RunView &view = open.window.view();
        view.tabs().setCurrentIndex(0);
        arrange(open, name.section('-', 0, -2));
        QVERIFY(open.settle());
        QTest::qWait(250); // what rests before it asks has asked
        QVERIFY(open.settle());
        check(view.grab().toImage(), name);
        open.action(ActionId::ShowLanes).trigger();
    }

  private:
    void arrange(OpenWindow &open, const QString &what) {
        RunView &view = open.window.view();
        const TimeRange drivers = open.phase("kernel/drivers").range();
        const auto line = [&] {
            const LaneRow *row = open.row(QStringLiteral("IRQ 4 COM1"));
            return row ? open.scene().keyOf(*row) : QString();
        }();
        if (what == "axis-instructions" || what == "axis-wall") {
            open.action(what == "axis-wall" ? ActionId::AxisWall : ActionId::AxisInstructions)
                .trigger();
            QTRY_VERIFY(open.scene().axis.scale);
        } else if (what == "cause-and-effect") {
            const LaneRow *row = open.row(QStringLiteral("IRQ 0 timer"));
            QVERIFY(row);
            open.timeline().focusLane(open.scene().keyOf(*row));
            open.navigator().setCursor(Cursor::A, drivers.from + 100'000'000);
            open.action(ActionId::NextEvent).trigger();
            QTRY_VERIFY(open.navigator().event());
            const VirtualNs at = open.navigator().event()->event.ns;
            open.navigator().show({{at.value - 300'000}, {at.value + 300'000}});
        } else if (what == "lanes") {
            open.timeline().focusLane(line);
            open.action(ActionId::PinLane).trigger();
            open.action(ActionId::LaneTaller).trigger();
            open.timeline().setFolded(QStringLiteral("io"), true);
            open.timeline().setScroll(90);
        } else if (what == "statistics") {
            view.tabs().setCurrentWidget(&view.statistics());
            open.navigator().select(drivers);
            QTRY_VERIFY(view.statistics().note().startsWith("Between A and B"));
            QVERIFY(open.settle()); // choosing scrolls, by the table's height of that moment
            for (const TableRow &row : view.statistics().table().rows())
                if (row.cells.front() == "IRQ 4 COM1") view.statistics().view().chooseId(row.id);
        } else if (what == "functions") {
            view.tabs().setCurrentWidget(&view.functions());
            QTRY_VERIFY(!view.functions().table().rows().empty());
        } else if (what == "code") {
            view.tabs().setCurrentWidget(&view.code());
            open.navigator().setCursor(Cursor::A, drivers.from + 300'000'000);
            QTRY_VERIFY(!view.code().table().rows().empty());
        } else if (what == "search") {
            view.search(QStringLiteral("/message 6[0-9]/"));
            QTRY_VERIFY(!view.searches().table().rows().empty());
        } else if (what == "notes") {
            view.noteBook().add({0, drivers, "worth a look", "15 % more than before"});
            view.noteBook().add({0, {{700'000'000}, {700'000'000}}, "here", ""});
            view.tabs().setCurrentWidget(&view.notes());
        }
    }
};

int main(int argc, char **argv) {
    qputenv("QT_SCALE_FACTOR", "1");
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication application(argc, argv);
    QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
    TestPictures test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_pictures.moc"
