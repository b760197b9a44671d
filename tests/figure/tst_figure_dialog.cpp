// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog that makes figures: what it shows is what it saves, and what the command line writes.
#include "tests/figure/figure_sample.h"
#include "tests/ui/open_window.h"
#include "ui/compare/compare_view.h"
#include "ui/figure/figure_dialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>

using namespace bootglass;

namespace {

/// The dialog of a window that shows the sample boot.
class OpenDialog {
  public:
    explicit OpenDialog(const QString &file) : open(file) {}

    bool start() {
        open.action(ActionId::MakeFigure).trigger();
        dialog = open.window.findChild<FigureDialog *>();
        return dialog && QTest::qWaitFor([this] { return dialog->figure() != nullptr; }, 20'000);
    }
    template<typename Widget>
    Widget &field(const char *name) {
        return *dialog->findChild<Widget *>(QString::fromLatin1(name));
    }
    void choose(const char *name, const QVariant &data) {
        auto &box = field<QComboBox>(name);
        box.setCurrentIndex(box.findData(data));
    }
    QString message() { return field<QLabel>("message").text(); }
    bool waitForKind(FigureKind kind) {
        return QTest::qWaitFor([&] { return dialog->figure()->spec.kind == kind; }, 20'000);
    }

    OpenWindow open;
    FigureDialog *dialog = nullptr;
};

} // namespace

class TestFigureDialog : public QObject {
    Q_OBJECT

    FigureSample sample_;
    SampleFile file_;

  private slots:
    void initTestCase() {
        QVERIFY(sample_.isValid());
        if (!hasFamily(figureFamily())) QSKIP("DejaVu Sans is not installed");
    }

    void showsTheFigureAtItsTrueSize() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        QCOMPARE(open.dialog->figure()->drawing.size().width(), 252.0);
        const double dots = open.dialog->screen()->physicalDotsPerInch();
        const double expected = 3.5 * (dots >= 50 && dots <= 400 ? dots : 96);
        const auto shown = open.field<QLabel>("preview").pixmap().deviceIndependentSize();
        QVERIFY(std::abs(shown.width() - expected) <= 1);
        QVERIFY(open.field<QLabel>("preview").accessibleDescription().startsWith("Timeline"));
    }
    void figuresOfTwoRunsAreMadeFromAComparison() {
        const QString other = file_.path("other.bootglass");
        QVERIFY(QFile::copy(file_.file(), other));
        OpenWindow open;
        open.window.openComparison({file_.file(), other});
        QTRY_VERIFY(open.window.comparison()->isLoaded());
        QVERIFY(open.action(ActionId::MakeFigure).isEnabled());
        open.action(ActionId::MakeFigure).trigger();
        auto *dialog = open.window.findChild<FigureDialog *>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->figure());
        QCOMPARE(dialog->figure()->spec.kind, FigureKind::Compare);
        QCOMPARE(dialog->figure()->facts.runs.size(), size_t{2});
        const QString command = dialog->figure()->facts.command;
        QVERIFY2(command.contains("sample.bootglass") && command.contains("other.bootglass") &&
                     command.contains("--kind compare"),
                 qPrintable(command));
        // What is of one run is not asked for.
        QVERIFY(!dialog->findChild<QListWidget *>("tracks")->isVisible());
        auto *kinds = dialog->findChild<QComboBox *>("kind");
        kinds->setCurrentIndex(kinds->findData(static_cast<int>(FigureKind::Changes)));
        QTRY_COMPARE(dialog->figure()->spec.kind, FigureKind::Changes);
        const QString out = file_.path("changes.tex");
        const QSignalSpy saved(dialog, &FigureDialog::saved);
        dialog->save(out);
        QTRY_COMPARE(saved.size(), qsizetype(1));
        QFile written(out);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY(written.readAll().contains("toprule"));
    }
    void aPresetSetsTheMeasures() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        open.choose("preset", "acm-2col");
        QCOMPARE(open.field<QLineEdit>("width").text(), QString("504pt"));
        QTRY_COMPARE(open.dialog->figure()->drawing.size().width(), 504.0);
    }
    void otherKindsAreDrawn() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        open.choose("kind", static_cast<int>(FigureKind::Phases));
        QVERIFY(open.waitForKind(FigureKind::Phases));
        QVERIFY(!open.dialog->figure()->latexTable.isEmpty());
    }
    void whatCannotBeReadIsTold() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        open.field<QLineEdit>("width").setText("wide");
        QTRY_VERIFY(open.message().contains("'wide' is no length"));
        // The figure before stays in view.
        QCOMPARE(open.dialog->figure()->drawing.size().width(), 252.0);
        open.field<QLineEdit>("width").setText("4in");
        QTRY_COMPARE(open.dialog->figure()->drawing.size().width(), 288.0);
        QVERIFY(!open.message().contains("no length"));
    }
    void tracksCanBeLeftOut() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        const double before = open.dialog->figure()->drawing.size().height();
        auto &tracks = open.field<QListWidget>("tracks");
        tracks.item(tracks.count() - 1)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY(open.dialog->figure()->drawing.size().height() < before);
        QVERIFY(open.dialog->figure()->facts.command.contains("--tracks phases,markers,modes"));
        for (int row = 0; row < tracks.count(); ++row)
            tracks.item(row)->setCheckState(Qt::Unchecked);
        QTRY_COMPARE(open.message(), QString("no track is chosen"));
    }
    void theRangeIsTheWindows() {
        OpenDialog open(file_.file());
        QVERIFY(open.open.settle());
        const TimeRange drivers = open.open.phase("kernel/drivers").range();
        open.open.navigator().show(drivers);
        QVERIFY(open.start());
        QVERIFY(open.dialog->figure()->spec.from.has_value());
        QCOMPARE(open.dialog->figure()->spec.from->ns.value,
                 open.open.navigator().visible().from.value);
        open.field<QComboBox>("range").setCurrentIndex(1);
        QTRY_VERIFY(!open.dialog->figure()->spec.from.has_value());
    }
    void savesWhatTheCommandLineWrites() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        QSignalSpy saved(open.dialog, &FigureDialog::saved);
        const QString file = sample_.path("dialog.svg");
        open.dialog->save(file);
        QTRY_COMPARE(saved.count(), 1);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto same = sample_.make(FigureSample::spec("ieee-1col"), file);
        QVERIFY(same);
        QCOMPARE(written.readAll(), figureSvg(*same));
    }
    void whatCannotBeWrittenIsTold() {
        OpenDialog open(file_.file());
        QVERIFY(open.start());
        open.dialog->save(sample_.path("nowhere/x.pdf"));
        QTRY_VERIFY(open.message().contains("cannot be written"));
        open.dialog->save("x.gif");
        QVERIFY(open.message().contains(".pdf, .svg"));
    }
};

QTEST_MAIN(TestFigureDialog)
#include "tst_figure_dialog.moc"
