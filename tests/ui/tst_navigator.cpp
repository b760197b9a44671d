// SPDX-License-Identifier: GPL-3.0-or-later
// The visible range, the cursors and the way back: what all parts of the window share.
#include "ui/timeline/navigator.h"

#include <QSignalSpy>
#include <QTest>

using namespace bootglass;

namespace {

constexpr TimeRange whole{{0}, {1'000'000}};

TimeRange range(uint64_t from, uint64_t to) {
    return {{from}, {to}};
}

} // namespace

class TestNavigator : public QObject {
    Q_OBJECT

  private slots:
    void startsWithEverything() {
        Navigator navigator;
        navigator.setCursor(Cursor::A, {5});
        navigator.reset(whole);
        QCOMPARE(navigator.visible(), whole);
        QVERIFY(!navigator.cursor(Cursor::A) && !navigator.cursor(Cursor::B));
        QVERIFY(!navigator.canGoBack() && !navigator.canGoForward());
        QVERIFY(navigator.following());
        QCOMPARE(navigator.subject(), whole);
    }
    void tellsEachChangeOnce() {
        Navigator navigator;
        navigator.reset(whole);
        QSignalSpy visible(&navigator, &Navigator::visibleChanged);
        QSignalSpy cursors(&navigator, &Navigator::cursorsChanged);
        navigator.show(range(1000, 5000));
        QCOMPARE(visible.size(), 1);
        navigator.show(range(1000, 5000));
        QCOMPARE(visible.size(), 1);
        navigator.setCursor(Cursor::A, {100});
        QCOMPARE(cursors.size(), 1);
        navigator.clearCursors();
        navigator.clearCursors();
        QCOMPARE(cursors.size(), 2);
    }

    void followsARunThatGrows() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.grow(range(0, 2'000'000)); // everything stays everything
        QCOMPARE(navigator.visible(), range(0, 2'000'000));
        navigator.show(range(1'900'000, 2'000'000)); // a close look at the end slides along
        QVERIFY(navigator.following());
        navigator.grow(range(0, 3'000'000));
        QCOMPARE(navigator.visible(), range(2'900'000, 3'000'000));
    }
    void staysWhereTheUserWent() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.show(range(100'000, 200'000));
        QVERIFY(!navigator.following());
        navigator.grow(range(0, 5'000'000));
        QCOMPARE(navigator.visible(), range(100'000, 200'000));
        navigator.goToEnd();
        QVERIFY(navigator.following());
        navigator.grow(range(0, 6'000'000));
        QCOMPARE(navigator.visible(), range(5'900'000, 6'000'000));
    }

    void cursorsMakeASelectionInAnyOrder() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.setCursor(Cursor::B, {200});
        QVERIFY(!navigator.selection());
        QCOMPARE(*navigator.lastCursor(), VirtualNs{200});
        navigator.setCursor(Cursor::A, {900});
        QCOMPARE(*navigator.selection(), range(200, 900));
        QCOMPARE(*navigator.lastCursor(), VirtualNs{900});
        navigator.setCursor(Cursor::A, {200});
        QVERIFY(!navigator.selection()); // nothing lies between
        navigator.setCursor(Cursor::A, {99'000'000});
        QCOMPARE(*navigator.cursor(Cursor::A), whole.to); // not beyond the run
    }
    void cursorsGoStepByStep() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.select(range(300, 700));
        QCOMPARE(*navigator.lastCursor(), VirtualNs{700});
        navigator.clearCursors();
        QVERIFY(!navigator.cursor(Cursor::B));
        QCOMPARE(*navigator.lastCursor(), VirtualNs{300});
        navigator.clearCursors();
        QVERIFY(!navigator.lastCursor());
    }

    void fitsTheSelectionOrEverything() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.select(range(100'000, 200'000));
        navigator.fit();
        QCOMPARE(navigator.visible(), range(95'000, 205'000));
        navigator.clearCursors();
        navigator.fit();
        QCOMPARE(navigator.visible(), whole);
    }
    void revealMovesOnlyIfItMust() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.show(range(100'000, 200'000));
        navigator.reveal({150'000});
        QCOMPARE(navigator.visible(), range(100'000, 200'000));
        navigator.reveal({500'000});
        QCOMPARE(navigator.visible(), range(450'000, 550'000));
        navigator.reveal({1});
        QCOMPARE(navigator.visible(), range(0, 100'000));
        navigator.reveal(whole.to);
        QCOMPARE(navigator.visible(), range(900'000, 1'000'000));
    }

    void goesBackToWhereOneRested() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.show(range(1000, 9000));
        navigator.zoom({5000}, 0.5); // on the way: no stops
        navigator.zoom({5000}, 0.5);
        const TimeRange close = navigator.visible();
        navigator.back();
        QCOMPARE(navigator.visible(), range(1000, 9000));
        navigator.back();
        QCOMPARE(navigator.visible(), whole);
        QVERIFY(!navigator.canGoBack());
        navigator.forward();
        navigator.forward();
        QCOMPARE(navigator.visible(), close);
        QVERIFY(!navigator.canGoForward());
    }
    void restingIsAStop() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.zoom({5000}, 0.5);
        QVERIFY(!navigator.canGoBack());
        QTRY_VERIFY(navigator.canGoBack());
    }
    void aGrownRunKeepsTheWayBack() {
        Navigator navigator;
        navigator.reset(whole);
        navigator.show(range(1000, 9000));
        navigator.grow(range(0, 2'000'000));
        navigator.back();
        QCOMPARE(navigator.visible(), whole); // as it was then
    }
};

QTEST_GUILESS_MAIN(TestNavigator)
#include "tst_navigator.moc"
