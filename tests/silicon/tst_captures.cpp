// SPDX-License-Identifier: GPL-3.0-or-later
// Single instructions captured from a real processor in real mode, one JSON object a line. The
// captures are not part of the project: they are looked for in ../shared/vectors beside it, or
// where BOOTGLASS_CAPTURES says; without them the test is skipped. Where a 286, which the captures
// are from, differs from this CPU, a named rule says so.
#include "emulator/cpu/cpu.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <map>
#include <nlohmann/json.hpp>

using namespace bootglass;
using nlohmann::json;

namespace {

constexpr uint64_t ramBytes = 2 << 20;

struct Bench {
    VirtualClock clock{3};
    PhysicalMap memory{ramBytes};
    PortMap ports;
    std::unique_ptr<Cpu> cpu;

    Bench() {
        memory.mapRam(0, ramBytes, 0);
        cpu = std::make_unique<Cpu>(clock, memory, ports);
    }
};

struct Expected {
    std::map<std::string, uint32_t> registers;
    std::map<uint32_t, uint8_t> memory;
};

void setSegment(Cpu &cpu, unsigned number, uint16_t selector) {
    auto &segment = cpu.seg[number];
    segment = {};
    segment.selector = selector;
    segment.base = uint32_t{selector} << 4;
    segment.refresh();
}

const std::map<std::string, unsigned> generalRegisters = {{"ax", Eax}, {"cx", Ecx}, {"dx", Edx},
                                                          {"bx", Ebx}, {"sp", Esp}, {"bp", Ebp},
                                                          {"si", Esi}, {"di", Edi}};
const std::map<std::string, unsigned> segmentRegisters = {
    {"es", Es}, {"cs", Cs}, {"ss", Ss}, {"ds", Ds}};

constexpr uint32_t ignoredFlags =
    0xF002; // IOPL and NT of real mode, and the bit that is always one

uint32_t valueOf(Cpu &cpu, const std::string &name) {
    if (auto r = generalRegisters.find(name); r != generalRegisters.end())
        return cpu.gpr[r->second] & 0xFFFF;
    if (auto s = segmentRegisters.find(name); s != segmentRegisters.end())
        return cpu.seg[s->second].selector;
    return name == "ip" ? cpu.eip & 0xFFFF : cpu.eflags() & 0xFFFF;
}

bool contains(const std::string &text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Why this case differs on a processor of the 686 class; null if it must not.
const char *exception(const json &test) {
    std::string form = test["form"];
    std::string name = test["name"];
    int vector = test["x"].is_null() ? -1 : test["x"]["number"].get<int>();
    if (contains(name, "lock")) return "LOCK: a 286 allows it with any instruction";
    if (vector == 13 && (contains(name, "[bp") || form == "C9"))
        return "a stack operand beyond the limit is #SS from the 386 on, #GP on a 286";
    if (vector == 13 && (form == "6D" || form == "6F"))
        return "a 286 has moved the index already when an element faults";
    if (vector == 6 && (form == "8C" || form == "8E") &&
        (contains(name, "fs") || contains(name, "gs")))
        return "a 286 has no FS and GS";
    if (vector == 0) return "the flags that #DE pushes are undefined after a division";
    return nullptr;
}

} // namespace

class TestCaptures : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void agreesWithCaptures();

  private:
    QString difference(const json &test);
    QByteArray lines_;
    Bench bench_;
};

void TestCaptures::initTestCase() {
    QString beside = BOOTGLASS_SOURCE_DIR "/../shared/vectors/80286-real-mode.jsonl.gz";
    QString path = qEnvironmentVariable("BOOTGLASS_CAPTURES", beside);
    if (!QFile::exists(path))
        QSKIP("no captures: neither in ../shared/vectors nor where BOOTGLASS_CAPTURES says");
    QProcess gzip;
    gzip.start("gzip", {"-dcf", path});
    QVERIFY2(gzip.waitForFinished(), qPrintable(path));
    lines_ = gzip.readAllStandardOutput();
    QVERIFY2(!lines_.isEmpty(), qPrintable(path));
}

QString TestCaptures::difference(const json &test) {
    Cpu &cpu = *bench_.cpu;
    auto ram = bench_.memory.ram();
    cpu.reset();
    const json &initial = test["i"];
    for (const auto &[name, number] : generalRegisters)
        cpu.gpr[number] = initial[name].get<uint32_t>();
    for (const auto &[name, number] : segmentRegisters)
        setSegment(cpu, number, initial[name].get<uint16_t>());
    cpu.idtr.limit = 0x3FF;
    cpu.eip = initial["ip"].get<uint32_t>();
    cpu.setEflags(initial["flags"].get<uint32_t>() & ~ignoredFlags);
    for (const auto &cell : test["im"])
        bench_.memory.write(cell[0].get<uint32_t>(), cell[1].get<uint8_t>(), 1);

    bench_.clock.refill(200'000);
    auto exit = cpu.run();

    QString found;
    uint32_t mask = test["mask"].get<uint32_t>() & ~ignoredFlags;
    std::map<std::string, uint32_t> expected;
    for (const auto &[name, value] : initial.items())
        expected[name] = value;
    for (const auto &[name, value] : test["f"].items())
        expected[name] = value;
    for (const auto &[name, value] : expected) {
        uint32_t actual = valueOf(cpu, name);
        uint32_t relevant = name == "flags" ? mask : 0xFFFF;
        if ((actual ^ value) & relevant)
            found +=
                QString(" %1=%2 not %3").arg(name.c_str()).arg(actual, 0, 16).arg(value, 0, 16);
    }
    std::map<uint32_t, uint8_t> cells;
    for (const auto &cell : test["im"])
        cells[cell[0]] = cell[1];
    for (const auto &cell : test["fm"])
        cells[cell[0]] = cell[1];
    uint32_t pushed = test["x"].is_null() ? 0 : test["x"]["flag_address"].get<uint32_t>();
    for (auto [address, value] : cells) {
        uint8_t care = 0xFF;
        if (pushed && address == pushed) care = static_cast<uint8_t>(mask);
        if (pushed && address == pushed + 1) care = static_cast<uint8_t>(mask >> 8);
        if ((ram[address] ^ value) & care)
            found += QString(" [%1]=%2 not %3")
                         .arg(address, 0, 16)
                         .arg(ram[address], 0, 16)
                         .arg(value, 0, 16);
    }
    if (exit != Cpu::Exit::Halted) found += QString(" exit %1").arg(static_cast<int>(exit));
    std::ranges::fill(ram, 0);
    cpu.mapChanged();
    return found;
}

void TestCaptures::agreesWithCaptures() {
    int cases = 0;
    std::map<std::string, int> excepted;
    std::map<std::string, int> failed;
    for (const QByteArray &line : lines_.split('\n')) {
        if (line.isEmpty()) continue;
        json test = json::parse(line.toStdString());
        ++cases;
        QString found = difference(test);
        if (found.isEmpty()) continue;
        if (const char *rule = exception(test)) {
            ++excepted[rule];
            continue;
        }
        if (failed[test["form"].get<std::string>()]++ < 2)
            qWarning("%s #%d %s:%s", test["form"].get<std::string>().c_str(),
                     test["idx"].get<int>(), test["name"].get<std::string>().c_str(),
                     qPrintable(found));
    }
    qInfo("%d cases", cases);
    for (const auto &[rule, count] : excepted)
        qInfo("%d excepted: %s", count, rule.c_str());
    QVERIFY(cases != 0);
    int total = 0;
    for (const auto &[form, count] : failed)
        total += count;
    QCOMPARE(total, 0);
}

QTEST_APPLESS_MAIN(TestCaptures)
#include "tst_captures.moc"
