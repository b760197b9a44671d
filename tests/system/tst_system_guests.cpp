// SPDX-License-Identifier: GPL-3.0-or-later
// The guests of tests/guests/system on Bootglass: every line as the manual has it.
#include "emulator/machine/machine.h"
#include "system_guest.h"

#include <QTest>

using namespace bootglass;

namespace {

struct Listener : MachineObserver {
    void event(const Event &event) override {
        if (event.kind == EventKind::PortWrite && event.address == 0xE9)
            text += static_cast<char>(event.value);
    }
    QByteArray text;
};

} // namespace

class TestSystemGuests : public QObject {
    Q_OBJECT
  private slots:
    void writesWhatTheManualSays_data();
    void writesWhatTheManualSays();
};

void TestSystemGuests::writesWhatTheManualSays_data() {
    QTest::addColumn<QString>("name");
    for (const QString &name : SystemGuest::names())
        QTest::newRow(qPrintable(name)) << name;
}

void TestSystemGuests::writesWhatTheManualSays() {
    QFETCH(QString, name);
    SystemGuest guest(name);
    QVERIFY(!guest.expected.isEmpty());
    MachineConfig config;
    config.ramBytes = uint64_t{16} << 20;
    config.exitByPortF4 = true;
    config.bios.assign(guest.image.begin(), guest.image.end());
    QCOMPARE(checkMachineConfig(config), std::string());
    Machine machine(config);
    Listener listener;
    machine.setObserver(&listener);
    Stop stop = machine.run(Icount{20'000'000}, VirtualNs{2'000'000'000});
    QByteArrayList lines = listener.text.split('\n');
    for (qsizetype n = 0; n < guest.expected.size(); ++n)
        QCOMPARE(lines.value(n), guest.expected.value(n));
    QCOMPARE(lines.mid(guest.expected.size()).join('\n'), QByteArray());
    QVERIFY(endsRun(stop));
}

QTEST_APPLESS_MAIN(TestSystemGuests)
#include "tst_system_guests.moc"
