// SPDX-License-Identifier: GPL-3.0-or-later
// Searching a run: what a text means, what it finds, and the way there in the window.
#include "tests/ui/open_window.h"
#include "ui/base/fuzzy_match.h"
#include "ui/base/number_format.h"
#include "ui/run/run_search.h"

using namespace bootglass;

class TestSearch : public QObject {
    Q_OBJECT

    SampleFile sample_;
    std::unique_ptr<RunReader> reader_;
    RunSnapshot run_;

    /// What happened exactly at the end is part of the run.
    TimeRange whole() const { return {{0}, run_.end.ns + 1}; }
    SearchResult find(const QString &text, size_t limit = 5000) {
        const auto query = parseSearch(text);
        if (!query) return {};
        const auto found = runSearch(*reader_, run_, *query, limit);
        return found ? *found : SearchResult{};
    }

  private slots:
    void initTestCase() {
        QVERIFY2(sample_.error().empty(), sample_.error().c_str());
        reader_ = std::move(*RunReader::open(sample_.file().toStdString()));
        run_ = *takeSnapshot(*reader_);
    }

    void wrongTextsAreToldInASentence_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << "  "
                                 << "what to look for";
        QTest::newRow("no kind") << "kind:frobnicated"
                                 << "kind of event";
        QTest::newRow("no number") << "address:here"
                                   << "number";
        QTest::newRow("no unit") << ">5"
                                 << "unit";
        QTest::newRow("broken regex") << "/(/"
                                      << "regular expression";
    }
    void wrongTextsAreToldInASentence() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const auto query = parseSearch(text);
        QVERIFY(!query);
        QVERIFY2(QString::fromStdString(query.error().sentence).contains(says),
                 query.error().sentence.c_str());
    }
    void wordsFindMarkersPhasesAndConsoleLines() {
        QStringList kinds;
        for (const SearchHit &hit : find("drivers").hits)
            kinds << hit.what + ":" + hit.title;
        QVERIFY(kinds.contains("marker:drivers begin"));
        QVERIFY(kinds.contains("phase:kernel/drivers"));
        const SearchResult version = find("\"Linux version\"");
        QVERIFY(std::ranges::any_of(version.hits,
                                    [](const SearchHit &hit) { return hit.what == "console"; }));
        const SearchResult regex = find("/linux VERSION [0-9]/");
        QVERIFY(std::ranges::any_of(regex.hits,
                                    [](const SearchHit &hit) { return hit.what == "console"; }));
        QVERIFY(find("nothing-has-this-word").hits.empty());
    }
    void everyEventOfASourceIsFound() {
        const auto tracks = reader_->tracks();
        for (const RunTrack &track : *tracks) {
            if (track.id.kind != TrackKind::IrqLine) continue;
            const auto events = reader_->events(track.id, whole(), 1'000'000);
            const SearchResult found =
                find(QStringLiteral("irq:%1").arg(track.id.number), 1'000'000);
            QCOMPARE(found.hits.size(), events->size());
            QVERIFY(!found.more);
        }
    }
    void kindsAddressesAndValuesNarrow() {
        uint64_t writes = 0;
        uint64_t there = 0;
        uint32_t address = 0;
        const auto events = reader_->events(whole(), 1'000'000);
        for (const StoredEvent &event : *events) {
            if (event.event.kind != EventKind::PortWrite) continue;
            if (writes++ == 0) address = event.event.address;
            there += event.event.address == address;
        }
        QVERIFY(writes > there && there > 0);
        QCOMPARE(find("kind:port_write", 1'000'000).hits.size(), size_t{writes});
        const QString at = QStringLiteral("kind:port_write address:0x%1").arg(address, 0, 16);
        QCOMPARE(find(at, 1'000'000).hits.size(), size_t{there});
    }
    void lengthsFindSpans() {
        const SearchResult found = find(">100ms");
        QVERIFY(!found.hits.empty());
        for (const SearchHit &hit : found.hits)
            QVERIFY(hit.range.lengthNs() > 100'000'000);
        QVERIFY(std::ranges::any_of(found.hits,
                                    [](const SearchHit &hit) { return hit.what == "phase"; }));
        for (const SearchHit &hit : find(">1us <20us").hits)
            QVERIFY(hit.range.lengthNs() > 1000 && hit.range.lengthNs() < 20'000);
    }
    void hitsComeInOrderAndALimitIsTold() {
        const SearchResult found = find("kind:port", 100);
        QCOMPARE(found.hits.size(), size_t{100});
        QVERIFY(found.more);
        QVERIFY(std::ranges::is_sorted(found.hits, {},
                                       [](const SearchHit &hit) { return hit.range.from; }));
    }
    void theWindowGoesFromHitToHit() {
        OpenWindow open(sample_.file());
        QVERIFY(open.action(ActionId::Find).isEnabled());
        open.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&open.window));
        open.action(ActionId::Find).trigger();
        QTRY_VERIFY(open.window.bar().search().hasFocus());
        QTest::keyClicks(&open.window.bar().search(), "begin");
        QTest::keyClick(&open.window.bar().search(), Qt::Key_Return);
        SearchPanel &panel = open.window.view().searches();
        QTRY_VERIFY(!panel.table().rows().empty());
        QCOMPARE(open.window.view().tabs().currentWidget(), &panel);
        const VirtualNs first = panel.table().rows().front().time;
        QTRY_COMPARE(open.navigator().cursor(Cursor::A), std::optional(first));
        QTest::keyClicks(&open.window.bar().search(), "-not-there");
        QTest::keyClick(&open.window.bar().search(), Qt::Key_Return);
        QTRY_VERIFY(panel.note().contains("Nothing has"));
        open.window.view().search("kind:exception");
        QTRY_VERIFY(panel.table().rows().size() > 2);
        QTRY_VERIFY(open.navigator().event());
        const uint64_t before = open.navigator().event()->id;
        open.action(ActionId::FindNext).trigger();
        QTRY_VERIFY(open.navigator().event() && open.navigator().event()->id > before);
        open.action(ActionId::FindPrevious).trigger();
        QTRY_COMPARE(open.navigator().event()->id, before);
    }

    void aSearchCanBeGivenUp() {
        OpenWindow open(sample_.file());
        SearchPanel &panel = open.window.view().searches();
        open.window.view().search("kind:port");
        panel.cancelButton().click();
        QVERIFY(panel.note().contains("given up"));
        QTRY_VERIFY(!open.window.document()->busy());
        QTest::qWait(50); // an answer that came all the same is not shown
        QVERIFY(panel.table().rows().empty());
        QVERIFY(panel.note().contains("given up"));
        open.window.view().search("kind:exception");
        QTRY_VERIFY(!panel.table().rows().empty());
    }
    void linesOfTheConsoleAreFiltered() {
        OpenWindow open(sample_.file());
        ConsolePanel &console = open.window.view().console();
        QTRY_VERIFY(console.text().contains("Linux version"));
        auto *words = console.findChild<QLineEdit *>();
        QVERIFY(words);
        words->setText("linux VERSION");
        QCOMPARE(console.text().split('\n').size(), qsizetype(1));
        QVERIFY(console.text().startsWith("Linux version"));
        words->clear();
        QVERIFY(console.text().split('\n').size() > 10);
    }

    void durationsAsPeopleTypeThem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qlonglong>("ns"); // -1: none
        QTest::newRow("ms") << "1ms" << 1'000'000LL;
        QTest::newRow("space") << "2.5 s" << 2'500'000'000LL;
        QTest::newRow("us") << "300us" << 300'000LL;
        QTest::newRow("micro") << QStringLiteral("4µs") << 4'000LL;
        QTest::newRow("min") << "1min" << 60'000'000'000LL;
        QTest::newRow("no unit") << "5" << -1LL;
        QTest::newRow("no number") << "ms" << -1LL;
        QTest::newRow("too long") << "99999999999999999999s" << -1LL;
    }
    void durationsAsPeopleTypeThem() {
        QFETCH(QString, text);
        QFETCH(qlonglong, ns);
        const auto found = durationNs(text);
        QCOMPARE(found ? static_cast<qlonglong>(*found) : -1, ns);
    }
    void fewLettersFindWhatIsMeant_data() {
        QTest::addColumn<QString>("letters");
        QTest::addColumn<QString>("better");
        QTest::addColumn<QString>("worse"); // empty: no match at all
        QTest::newRow("beginnings of words") << "zi"
                                             << "Zoom in"
                                             << "Horizon in sight";
        QTest::newRow("together") << "mark"
                                  << "Next marker"
                                  << "Make a dark path";
        QTest::newRow("case") << "IRQ"
                              << "irq 4"
                              << "";
        QTest::newRow("shorter") << "drivers"
                                 << "kernel/drivers"
                                 << "kernel/drivers/of/the/bus";
    }
    void fewLettersFindWhatIsMeant() {
        QFETCH(QString, letters);
        QFETCH(QString, better);
        QFETCH(QString, worse);
        const auto good = fuzzyScore(letters, better);
        QVERIFY(good);
        QVERIFY(!fuzzyScore(letters, QStringLiteral("xyz")));
        if (const auto bad = fuzzyScore(letters, worse)) QVERIFY(*good > *bad);
    }
};

QTEST_MAIN(TestSearch)
#include "tst_search.moc"
