// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline under a user's hands: wheel, drag, clicks and keys on the real window.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/run/cursor_query.h"
#include "ui/timeline/overview_strip.h"

#include <QClipboard>
#include <QScrollBar>

using namespace bootglass;

class TestTimelineHands : public QObject {
    Q_OBJECT

    SampleFile sample_;
    std::unique_ptr<OpenWindow> open_;
    VirtualNs seen_;

    OpenWindow &window() { return *open_; }
    /// Whether two times are on the same pixel, give or take one.
    bool onePixel(VirtualNs a, VirtualNs b) {
        return std::abs(window().scene().axis.pixelOf(a) - window().scene().axis.pixelOf(b)) <= 1.0;
    }

  private slots:
    void initTestCase() { QVERIFY2(sample_.error().empty(), sample_.error().c_str()); }
    void init() {
        open_ = std::make_unique<OpenWindow>(sample_.file());
        QVERIFY(window().isPainted());
        QCOMPARE(window().navigator().visible(), window().run().whole());
    }
    void cleanup() { open_.reset(); }

    void theTimelineFillsItsPane() {
        const TimelinePane &pane = window().window.view().timeline();
        const auto *scroll = pane.findChild<QScrollBar *>();
        const int width = pane.width() - (scroll->isVisible() ? scroll->width() : 0);
        QCOMPARE(window().timeline().width(), width);
        QCOMPARE(window().scene().lanes.right() + 1 + sceneMargin, width);
    }

    // --- moving

    void wheelZoomsAtThePointer() {
        for (const double share : {0.1, 0.5, 0.83}) {
            const QRect lanes = window().scene().lanes;
            const QPoint at(lanes.left() + int(share * lanes.width()), lanes.center().y());
            const VirtualNs under = window().scene().axis.timeAt(at.x());
            const uint64_t before = window().navigator().visible().lengthNs();
            for (int notch = 0; notch < 10; ++notch) {
                window().wheel(at, {0, 120});
                QVERIFY2(onePixel(window().scene().axis.timeAt(at.x()), under),
                         QByteArray::number(notch));
            }
            QVERIFY(window().navigator().visible().lengthNs() < before / 8);
            for (int notch = 0; notch < 10; ++notch)
                window().wheel(at, {0, -120});
            QCOMPARE(window().navigator().visible().lengthNs(), before);
        }
    }
    void wheelPansWithShiftAndSideways() {
        const QPoint at = window().scene().lanes.center();
        window().navigator().show({{500'000'000}, {600'000'000}});
        const TimeRange start = window().navigator().visible();
        window().wheel(at, {0, -120}, Qt::ShiftModifier);
        QVERIFY(window().navigator().visible().from > start.from);
        QCOMPARE(window().navigator().visible().lengthNs(), start.lengthNs());
        window().wheel(at, {0, 120}, Qt::ShiftModifier);
        QCOMPARE(window().navigator().visible(), start);
        window().wheel(at, {-120, 0});
        QVERIFY(window().navigator().visible().from > start.from);
    }
    void draggingMovesWithThePointer() {
        window().navigator().show({{500'000'000}, {600'000'000}});
        const QPoint from = window().scene().lanes.center();
        const VirtualNs held = window().scene().axis.timeAt(from.x());
        window().drag(from, from + QPoint(-200, 0));
        QVERIFY(onePixel(window().scene().axis.timeAt(from.x() - 200), held));
        QVERIFY(!window().navigator().lastCursor()); // a drag is no click
        window().drag(from, from + QPoint(30'000, 0));
        QCOMPARE(window().navigator().visible().from, VirtualNs{0}); // not beyond the start
    }
    void keysWalk_data() {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("moves"); // -1 earlier, 1 later
        QTest::addColumn<int>("zooms"); // 1 closer, -1 wider
        QTest::newRow("w") << int(Qt::Key_W) << 0 << 1;
        QTest::newRow("plus") << int(Qt::Key_Plus) << 0 << 1;
        QTest::newRow("s") << int(Qt::Key_S) << 0 << -1;
        QTest::newRow("minus") << int(Qt::Key_Minus) << 0 << -1;
        QTest::newRow("a") << int(Qt::Key_A) << -1 << 0;
        QTest::newRow("left") << int(Qt::Key_Left) << -1 << 0;
        QTest::newRow("d") << int(Qt::Key_D) << 1 << 0;
        QTest::newRow("right") << int(Qt::Key_Right) << 1 << 0;
        QTest::newRow("page up") << int(Qt::Key_PageUp) << -1 << 0;
        QTest::newRow("page down") << int(Qt::Key_PageDown) << 1 << 0;
        QTest::newRow("home") << int(Qt::Key_Home) << -1 << 0;
        QTest::newRow("end") << int(Qt::Key_End) << 1 << 0;
    }
    void keysWalk() {
        QFETCH(int, key);
        QFETCH(int, moves);
        QFETCH(int, zooms);
        const TimeRange start{{1'000'000'000}, {1'500'000'000}};
        window().navigator().show(start);
        QTest::keyClick(&window().timeline(), static_cast<Qt::Key>(key));
        const TimeRange now = window().navigator().visible();
        if (moves != 0) {
            QCOMPARE(now.lengthNs(), start.lengthNs());
            QCOMPARE(now.from > start.from, moves > 0);
            QVERIFY(now.from != start.from);
        }
        if (zooms != 0) QCOMPARE(now.lengthNs() < start.lengthNs(), zooms > 0);
        if (key == Qt::Key_Home) QCOMPARE(now.from, VirtualNs{0});
        if (key == Qt::Key_End) QCOMPARE(now.to, window().run().end.ns);
    }
    void keysZoomAtThePointer() {
        const QPoint at(window().scene().lanes.left() + 200, window().scene().lanes.center().y());
        window().hover(at);
        const VirtualNs under = window().scene().axis.timeAt(at.x());
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(&window().timeline(), Qt::Key_W);
        QVERIFY(onePixel(window().scene().axis.timeAt(at.x()), under));
    }
    void backAndForward() {
        Navigator &navigator = window().navigator();
        QVERIFY(!window().action(ActionId::Back).isEnabled());
        navigator.show({{1'000'000}, {2'000'000}});
        QVERIFY(window().action(ActionId::Back).isEnabled());
        window().action(ActionId::Back).trigger();
        QCOMPARE(navigator.visible(), window().run().whole());
        QVERIFY(window().action(ActionId::Forward).isEnabled());
        window().action(ActionId::Forward).trigger();
        QCOMPARE(navigator.visible(), (TimeRange{{1'000'000}, {2'000'000}}));
        QTest::mousePress(&window().timeline(), Qt::BackButton, {},
                          window().scene().lanes.center());
        QCOMPARE(navigator.visible(), window().run().whole());
        QTest::mousePress(&window().timeline(), Qt::ForwardButton, {},
                          window().scene().lanes.center());
        QCOMPARE(navigator.visible(), (TimeRange{{1'000'000}, {2'000'000}}));
        QTest::keyClick(&window().timeline(), Qt::Key_Backspace);
        QCOMPARE(navigator.visible(), window().run().whole());
    }
    void actionsZoomAndFit() {
        Navigator &navigator = window().navigator();
        window().action(ActionId::ZoomIn).trigger();
        QVERIFY(navigator.visible().lengthNs() < window().run().end.ns.value);
        window().action(ActionId::ShowAll).trigger();
        QCOMPARE(navigator.visible(), window().run().whole());
        navigator.select({{100'000'000}, {200'000'000}});
        window().action(ActionId::Fit).trigger();
        QCOMPARE(navigator.visible(), (TimeRange{{95'000'000}, {205'000'000}}));
    }

    // --- phases, cursors

    void doubleClickOnAPhaseZoomsToIt() {
        const RunPhase phase = window().phase("kernel/early");
        QTest::mouseDClick(&window().timeline(), Qt::LeftButton, {},
                           window().onPhase("kernel/early"));
        QCOMPARE(window().navigator().visible(),
                 withMargin(phase.range(), 0.02, window().run().whole()));
        QTest::mouseDClick(&window().timeline(), Qt::LeftButton, {},
                           window().scene().header.center());
        QCOMPARE(window().navigator().visible(), window().run().whole());
    }
    void clicksSetTheCursors() {
        const VirtualNs a{600'000'000};
        const VirtualNs b{1'900'000'000};
        const QString lane = QStringLiteral("CPU mode");
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, window().onLane(lane, a));
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, Qt::ShiftModifier,
                          window().onLane(lane, b));
        const VirtualNs atA = *window().navigator().cursor(Cursor::A);
        const VirtualNs atB = *window().navigator().cursor(Cursor::B);
        QVERIFY(onePixel(atA, a));
        QVERIFY(onePixel(atB, b));

        // What is told of them is exact.
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto facts = queryCursors(**reader, atA, atB);
        QVERIFY(facts);
        SelectionPanel &figures = window().window.view().figures();
        QTRY_COMPARE(figures.value("instructions"), grouped(facts->instructions()));
        QCOMPARE(figures.value("virtual time"), exactSeconds(facts->lengthNs()));
        QTRY_COMPARE(window().window.bar().clock().text(), exactSeconds(atB));

        window().action(ActionId::CopyCursor).trigger();
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("%1 ns\ticount %2").arg(atB.value).arg(facts->countB.value));

        QTest::keyClick(&window().timeline(), Qt::Key_Escape);
        QVERIFY(!window().navigator().cursor(Cursor::B));
        QTest::keyClick(&window().timeline(), Qt::Key_Escape);
        QVERIFY(!window().navigator().lastCursor());
        QVERIFY(!window().action(ActionId::CopyCursor).isEnabled());
        QTRY_COMPARE(window().window.bar().clock().text(), exactSeconds(window().run().end.ns));
    }
    void draggingOnTheAxisSelects() {
        const QRect header = window().scene().header;
        const QPoint from(header.left() + 300, header.center().y());
        window().drag(from, from + QPoint(250, 0), Qt::AltModifier); // nothing snaps
        const auto selection = window().navigator().selection();
        QVERIFY(selection);
        QVERIFY(onePixel(selection->from, window().scene().axis.timeAt(from.x())));
        QVERIFY(onePixel(selection->to, window().scene().axis.timeAt(from.x() + 250)));
        QCOMPARE(window().navigator().visible(), window().run().whole());
        const QPoint lane = window().scene().lanes.center();
        window().drag(lane, lane - QPoint(100, 0),
                      Qt::ShiftModifier | Qt::AltModifier); // leftwards
        QVERIFY(
            onePixel(window().navigator().selection()->to, window().scene().axis.timeAt(lane.x())));
    }
    void selectionSnapsToTheEdgesOfPhases() {
        const RunPhase &phase = window().phase("kernel");
        const int y = window().scene().header.center().y();
        const QPoint from(window().xOf(phase.start.ns) + 3, y);
        const QPoint to(window().xOf(phase.end.ns) - 3, y);
        window().drag(from, to);
        QCOMPARE(window().navigator().selection(), std::optional(phase.range()));
    }
    void clickNearAnEventSnapsToIt() {
        window().navigator().show({{500'000'000}, {900'000'000}});
        QVERIFY(window().settle());
        auto reader = RunReader::open(sample_.file().toStdString());
        QVERIFY(reader);
        const LaneRow *row = window().row(QStringLiteral("IRQ 4 COM1"));
        QVERIFY(row);
        const TrackId track = laneOf(*row, window().scene().groups)->tracks.front();
        const StoredEvent event = *(*reader)->nextEvent(track, {600'000'000});
        QVERIFY(event.id != 0);
        const QPoint at = window().onLane(QStringLiteral("IRQ 4 COM1"), event.event.ns);
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, Qt::AltModifier, at + QPoint(2, 0));
        QVERIFY(window().settle());
        QVERIFY(!window().navigator().event()); // Alt: where it was put
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, at + QPoint(2, 0));
        QTRY_VERIFY(window().navigator().event().has_value());
        const VirtualNs chosen = window().navigator().event()->event.ns;
        QCOMPARE(window().navigator().cursor(Cursor::A), std::optional(chosen));
        QVERIFY(std::abs(window().xOf(chosen) - at.x() - 2) <= 5);
    }
    void keysGoFromEventToEventOfTheLane() {
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {},
                          window().onLabel(QStringLiteral("IRQ 4 COM1")));
        QCOMPARE(window().timeline().focusedLane(), QStringLiteral("irq/IRQ 4 COM1"));
        const LaneRow *row = window().row(QStringLiteral("IRQ 4 COM1"));
        const TrackId track = laneOf(*row, window().scene().groups)->tracks.front();
        auto reader = RunReader::open(sample_.file().toStdString());
        QVERIFY(reader);
        const auto events = *(*reader)->events(track, window().run().whole(), 4);
        QVERIFY(events.size() == 4);
        window().navigator().setCursor(Cursor::A, {0});
        VirtualNs last{0};
        for (int step = 0; step < 3; ++step) {
            QTest::keyClick(&window().timeline(), Qt::Key_Period);
            QTRY_VERIFY(*window().navigator().cursor(Cursor::A) > last);
            last = *window().navigator().cursor(Cursor::A);
            QCOMPARE(last, (*reader)->nextEvent(track, step == 0 ? VirtualNs{0} : seen_)->event.ns);
            seen_ = last;
        }
        QTest::keyClick(&window().timeline(), Qt::Key_Comma);
        QTRY_VERIFY(*window().navigator().cursor(Cursor::A) < last);
        QCOMPARE(*window().navigator().cursor(Cursor::A),
                 (*reader)->previousEvent(track, last)->event.ns);
    }
    void lanesArePinnedHiddenMovedAndResized() {
        const auto shown = [this] {
            QStringList keys;
            for (const LaneRow &row : window().scene().layout.rows)
                if (const QString key = window().scene().keyOf(row); key.startsWith("irq/"))
                    keys << key;
            return keys;
        };
        const QStringList before = shown();
        QVERIFY(before.size() >= 3);
        window().timeline().focusLane(before[1]);
        window().action(ActionId::LaneUp).trigger();
        QCOMPARE(shown().first(), before[1]);
        window().action(ActionId::LaneTaller).trigger();
        QCOMPARE(window().scene().rowOf(before[1])->height, 26);
        window().action(ActionId::PinLane).trigger();
        QVERIFY(window().scene().layout.pinnedHeight > 0);
        QVERIFY(window().scene().rowOf(before[1])->pinned);
        // Pinned, it stays while the others are scrolled.
        const int top = window().scene().rectOf(*window().scene().rowOf(before[1])).top();
        window().window.resize(1500, 620);
        QVERIFY(window().settle());
        window().timeline().setScroll(60);
        QCOMPARE(window().scene().scroll, 60);
        QCOMPARE(window().scene().rectOf(*window().scene().rowOf(before[1])).top(), top);
        window().timeline().focusLane(before[2]);
        window().action(ActionId::HideLane).trigger();
        QVERIFY(!window().scene().rowOf(before[2]));
        // Another window of the same user has them so, too.
        const LaneArrangement kept = window().timeline().arrangement();
        OpenWindow other(sample_.file());
        QCOMPARE(other.timeline().arrangement(), kept);
        window().action(ActionId::ShowLanes).trigger();
        QCOMPARE(shown(), before);
    }
    void draggingALanesNameMovesIt() {
        QStringList before;
        for (const LaneRow &row : window().scene().layout.rows)
            if (const QString key = window().scene().keyOf(row); key.startsWith("irq/"))
                before << key;
        const auto middle = [this](const QString &key) {
            const QRect area = window().scene().rectOf(*window().scene().rowOf(key));
            return QPoint(window().scene().labels.left() + 60, area.center().y());
        };
        window().drag(middle(before[0]), middle(before[2]));
        const LaneRow *moved = window().scene().rowOf(before[0]);
        QVERIFY(moved);
        QCOMPARE(moved->lane, 2);
        window().action(ActionId::ShowLanes).trigger();
    }
    void anAxisOfInstructionsFoldsIdleTimeAway() {
        const uint64_t idle = window().run().end.idleNs;
        QVERIFY(idle > 0);
        window().action(ActionId::AxisInstructions).trigger();
        QTRY_VERIFY(window().scene().axis.scale);
        QVERIFY(window().settle());
        QVERIFY(window().action(ActionId::AxisInstructions).isChecked());
        const uint64_t units = window().scene().axis.unitRange().lengthNs();
        QCOMPARE(units, window().run().end.icount.value << window().run().shift);
        // Half of the pixels are half of the instructions.
        auto reader = RunReader::open(sample_.file().toStdString());
        const VirtualNs middle = window().scene().axis.timeAt(window().scene().axis.left +
                                                              window().scene().axis.width / 2);
        const auto count = (*reader)->icountAt(middle);
        QVERIFY(std::abs(static_cast<double>(count->value) -
                         static_cast<double>(window().run().end.icount.value) / 2) < 1000);
        // The picture's shares know no idle time, wherever pixels are.
        uint64_t idleShown = 0;
        for (const ModeShare &share : window().scene().picture->modes)
            idleShown += share[static_cast<size_t>(CpuShare::Idle)];
        QVERIFY(idleShown <= idle);
        window().action(ActionId::AxisTime).trigger();
        QVERIFY(window().settle());
        QVERIFY(!window().scene().axis.scale);
    }
    void arrowsLeadFromCauseToEffect() {
        auto reader = RunReader::open(sample_.file().toStdString());
        QVERIFY(reader);
        const StoredEvent raised = [&] {
            for (const StoredEvent &event : *(*reader)->events(window().run().whole(), 20'000))
                if (event.event.kind == EventKind::Interrupt) return event;
            return StoredEvent{};
        }();
        QVERIFY(raised.id != 0);
        const auto chain = queryChain(**reader, raised.id);
        QVERIFY(chain);
        QVERIFY(chain->size() >= 2);
        for (size_t step = 1; step < chain->size(); ++step)
            QVERIFY((*chain)[step].event.event.ns >= (*chain)[step - 1].event.event.ns);
        QVERIFY(std::ranges::any_of(
            *chain, [&](const ChainStep &step) { return step.event.id == raised.id; }));
    }
    void clickOnAMarkerTakesItsExactTime() {
        const RunMarker marker =
            *std::ranges::find(window().run().markers, "kernel starts", &RunMarker::name);
        window().navigator().show({{marker.ns.value - 1'000'000}, marker.ns + 9'000'000});
        const LaneRow *row = window().row("Markers");
        QVERIFY(row);
        const QPoint at(window().xOf(marker.ns) + 3, window().scene().rectOf(*row).top() + 6);
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, at);
        QCOMPARE(*window().navigator().cursor(Cursor::A), marker.ns);
    }

    // --- lanes

    void hoveringTellsExactNumbers() {
        const HoverCard &card = window().timeline().card();
        window().hover(window().onPhase("kernel/early"));
        QVERIFY(card.isVisible());
        QCOMPARE(card.text().title, QStringLiteral("kernel/early"));
        QVERIFY(card.text().lines[0].contains(grouped(150'000'000)));

        const VirtualNs disk = window().phase("kernel/drivers/ata_piix").start.ns + 5'000'000;
        const QPoint at = window().onLane("IRQ 14 disk", disk);
        window().hover(at);
        QTRY_VERIFY(card.isVisible() && card.text().title.startsWith("IRQ 14 disk"));
        auto reader = RunReader::open(sample_.file().toStdString());
        const TrackId line{TrackKind::IrqLine, 14};
        const auto counted = (*reader)->bins(line, window().scene().axis.pixelRange(at.x()), 1);
        QVERIFY(counted && counted->pixels[0].count > 1);
        const QString wanted = grouped(counted->pixels[0].count) + " events within this pixel";
        QTRY_VERIFY2(card.text().lines.join('\n').contains(wanted),
                     qPrintable(card.text().lines.join('\n')));

        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(&window().timeline(), &leave);
        QVERIFY(!card.isVisible());
    }
    void theCardStaysInside() {
        const HoverCard &card = window().timeline().card();
        for (const char *path : {"firmware/post", "kernel/early", "userspace/installer"}) {
            window().hover(window().onPhase(path));
            QVERIFY(card.isVisible());
            QVERIFY2(window().timeline().rect().contains(card.geometry()), path);
        }
    }
    void clickOnAGroupFoldsIt() {
        const size_t rows = window().scene().layout.rows.size();
        const int height = window().scene().layout.height;
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, window().onLabel("Interrupts"));
        QVERIFY(window().scene().arrangement.folded.contains("irq"));
        QCOMPARE(window().scene().layout.rows.size(), rows - 3);
        QVERIFY(window().scene().layout.height < height);
        QVERIFY(!window().row("IRQ 14 disk"));
        QVERIFY(window().settle());
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, window().onLabel("Interrupts"));
        QCOMPARE(window().scene().layout.rows.size(), rows);
        QCOMPARE(window().scene().layout.height, height);
        // Levels of phases, too.
        QTest::mouseClick(&window().timeline(), Qt::LeftButton, {}, window().onLabel("Phases"));
        QVERIFY(window().onPhase("kernel/early").isNull());
        QVERIFY(!window().onPhase("kernel").isNull());
    }
    void lanesScrollWhereTheyDoNotFit() {
        window().window.resize(1500, 620);
        QTRY_VERIFY(window().timeline().mostScroll() > 50);
        QTest::keyClick(&window().timeline(), Qt::Key_Down);
        const int down = window().scene().scroll;
        QVERIFY(down > 0);
        QTest::keyClick(&window().timeline(), Qt::Key_Up);
        QCOMPARE(window().scene().scroll, 0);
        window().wheel(window().scene().labels.center(), {0, -120});
        QVERIFY(window().scene().scroll > 0);
        window().timeline().setScroll(100'000);
        QCOMPARE(window().scene().scroll, window().timeline().mostScroll());
        auto *bar = window().window.view().timeline().findChild<QScrollBar *>();
        QVERIFY(bar && bar->isVisible());
        QCOMPARE(bar->value(), window().scene().scroll);
        bar->setValue(5);
        QCOMPARE(window().scene().scroll, 5);
        window().window.resize(1500, 1600);
        QTRY_COMPARE(window().scene().scroll, 0);
    }
    void theOverviewMovesTheView() {
        window().navigator().show({{100'000'000}, {200'000'000}});
        auto *overview = window().window.view().timeline().findChild<OverviewStrip *>();
        QVERIFY(overview);
        const QRect lanes = window().scene().lanes;
        QTest::mousePress(overview, Qt::LeftButton, {}, QPoint(lanes.center().x(), 20));
        QTest::mouseRelease(overview, Qt::LeftButton, {}, QPoint(lanes.center().x(), 20));
        const TimeRange view = window().navigator().visible();
        QCOMPARE(view.lengthNs(), uint64_t{100'000'000});
        const VirtualNs middle{window().run().end.ns.value / 2};
        QVERIFY(view.from < middle && middle < view.to);
    }
};

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    TestTimelineHands test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_timeline_hands.moc"
