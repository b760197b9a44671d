// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions that the host's processor, in 64-bit mode, cannot be asked about, against the model
// made of the manual's pseudo-code: registers, flags, faults, and all of memory, in real mode, in
// 16-bit and in 32-bit protected mode, with both operand and address sizes, at the ends of segments
// and stacks.
#include "guest.h"
#include "manual_model.h"

#include <QTest>

#include <random>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr uint32_t shadowBytes = 0xA0000;
constexpr uint32_t dataFirst = 0x20000;
constexpr int rounds = 3000;

/// A guest, the model beside it, and dice.
class Bench {
  public:
    Bench(GuestMode mode, uint32_t seed) : mode_(mode), guest_(mode), random_(seed) {
        std::vector<uint8_t> noise(shadowBytes - dataFirst);
        for (auto &byte : noise)
            byte = static_cast<uint8_t>(random_());
        guest_.load(dataFirst, noise);
    }

    uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
    bool oneIn(uint32_t n) { return below(n) == 0; }
    uint32_t value() {
        static constexpr uint32_t edges[] = {0,      1,      0x7F,   0x80,      0xFF,
                                             0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF};
        return oneIn(3) ? edges[below(std::size(edges))] : static_cast<uint32_t>(random_());
    }
    bool real() const { return mode_ == GuestMode::Real; }
    bool flat() const { return mode_ == GuestMode::Flat; }

    /// A new state; the instruction gets its size prefixes.
    void begin() {
        model = Model{};
        code_.clear();
        model.real = real();
        model.code32 = model.stack32 = flat();
        model.limit = flat() ? 0xFFFFFFFF : 0xFFFF;
        model.memory = [this](uint32_t at) { return at < shadowBytes ? ram()[at] : uint8_t{0}; };
        for (auto &r : model.r)
            r = value();
        model.flags =
            2 | (static_cast<uint32_t>(random_()) & (eflags::arithmetic | Model::DF | Model::IF));
        if (real()) {
            for (unsigned s : {Es, Ss, Ds, Fs, Gs})
                setSegment(s, static_cast<uint16_t>(0x2000 + below(0x6000)));
            setSegment(Cs, Guest::codeBase >> 4);
            model.eip = oneIn(4) ? 0x7F00 : 0;
        } else {
            for (unsigned s = Es; s <= Gs; ++s) {
                model.selector[s] = guest_.cpu.seg[s].selector;
                model.base[s] = guest_.cpu.seg[s].base;
            }
            model.eip = flat() ? Guest::codeBase : 0;
        }
        // The stack: in the noise, or (16 bits) at the wrap.
        model.r[Model::ESP] = flat()     ? dataFirst + 0x1000 + below(0x10000)
                              : oneIn(4) ? (value() & 0xFFFF0000) | below(40)
                                         : value();
        if (mode_ == GuestMode::Protected16)
            model.r[Model::ESP] = (value() & 0xFFFF0000) | (0x9000 + below(0x6000));
        model.operand16 = !flat();
        model.address16 = !flat();
        if (oneIn(2)) {
            put({0x66});
            model.operand16 = !model.operand16;
        }
    }
    void addressPrefix() {
        put({0x67});
        model.address16 = !model.address16;
    }
    void put(std::initializer_list<unsigned> bytes) {
        for (unsigned byte : bytes)
            code_.push_back(static_cast<uint8_t>(byte));
        model.length = static_cast<unsigned>(code_.size());
    }
    void putLittle(uint32_t number, unsigned bytes) {
        for (unsigned n = 0; n < bytes; ++n)
            put({number >> 8 * n & 0xFF});
    }
    /// A ModRM byte with a random memory operand of 16-bit addressing; in real mode.
    Model::Address memoryOperand(unsigned reg) {
        unsigned mod = below(3), rm = below(8);
        auto displacement = static_cast<uint16_t>(value());
        put({mod << 6 | reg << 3 | rm});
        if (mod == 1) putLittle(displacement, 1);
        if (mod == 2 || (mod == 0 && rm == 6)) putLittle(displacement, 2);
        return model.address16Form(mod, rm, displacement);
    }
    void next() { model.eip += model.length; }

    /// Executes the one instruction; what differs from the model.
    QString difference() {
        uint32_t first = model.real ? Guest::codeBase : guest_.cpu.seg[Cs].base;
        Cpu &cpu = guest_.cpu;
        guest_.load(first + start_.eip, code_);
        std::vector<uint8_t> shadow(ram().begin(), ram().begin() + shadowBytes);
        std::copy_n(start_.r.begin(), 8, cpu.gpr.begin());
        cpu.setEflags(start_.flags);
        cpu.eip = start_.eip;
        if (real())
            for (unsigned s = Es; s <= Gs; ++s)
                cpu.seg[s] = realModeSegment(cpu.seg[s], s, start_.selector[s]);
        guest_.events.clear();
        guest_.run(1);

        QString found;
        auto check = [&](const char *name, uint32_t actual, uint32_t expected) {
            if (actual != expected)
                found += QString(" %1=%2 not %3").arg(name).arg(actual, 0, 16).arg(expected, 0, 16);
        };
        if (model.fault >= 0) {
            std::string text = "exception " + std::to_string(model.fault) + " (0h)";
            if (!guest_.happened(text)) found = " no fault " + QString::number(model.fault);
            guest_.restart(mode_);
            guest_.load(dataFirst, std::span(shadow).subspan(dataFirst));
            return found;
        }
        for (const std::string &event : guest_.events)
            if (event.starts_with("exception")) {
                found = " " + QString::fromStdString(event);
                guest_.restart(mode_);
                return found;
            }
        static constexpr const char *names[] = {"EAX", "ECX", "EDX", "EBX",
                                                "ESP", "EBP", "ESI", "EDI"};
        for (unsigned n = 0; n < 8; ++n)
            check(names[n], cpu.gpr[n], model.r[n]);
        check("EIP", cpu.eip, model.eip);
        uint32_t defined = ~model.undefined & 0x00257FD5;
        check("EFLAGS", cpu.eflags() & defined, model.flags & defined);
        for (unsigned s = Es; s <= Gs; ++s) {
            check("selector", cpu.seg[s].selector, model.selector[s]);
            check("base", cpu.seg[s].base, model.base[s]);
        }
        for (auto [at, byte] : model.written)
            if (at < shadowBytes) shadow[at] = byte;
        if (std::memcmp(ram().data(), shadow.data(), shadowBytes) != 0) {
            size_t at = 0;
            while (ram()[at] == shadow[at])
                ++at;
            check(qPrintable(QString("[%1]").arg(at, 0, 16)), ram()[at], shadow[at]);
        }
        return found;
    }
    /// Between begin() with the operands, and the model's function.
    void ready() { start_ = model; }
    QString code() const {
        return QByteArray(reinterpret_cast<const char *>(code_.data()), qsizetype(code_.size()))
            .toHex(' ');
    }
    void setRegister(unsigned number, uint32_t to) { model.r[number] = to; }

    Model model;

  private:
    std::span<uint8_t> ram() { return guest_.memory.ram(); }
    void setSegment(unsigned number, uint16_t to) {
        model.selector[number] = to;
        model.base[number] = uint32_t{to} << 4;
    }
    GuestMode mode_;
    Guest guest_;
    std::mt19937 random_;
    std::vector<uint8_t> code_;
    Model start_;
};

using Family = void (*)(Bench &);

/// One byte, one function of the model.
template<unsigned Opcode, void (Model::*Function)()>
void plain(Bench &b) {
    b.put({Opcode});
    b.ready();
    (b.model.*Function)();
    b.next();
}

template<unsigned Opcode, void (Model::*Function)(uint8_t)>
void decimalBase(Bench &b) {
    unsigned base10 = b.oneIn(2) ? 10 : b.below(256);
    b.put({Opcode, base10});
    b.ready();
    (b.model.*Function)(static_cast<uint8_t>(base10));
    b.next();
}

void pushRegister(Bench &b) {
    unsigned reg = b.below(8);
    b.put({0x50 + reg});
    b.ready();
    b.model.pushRegister(reg);
    b.next();
}

void popRegister(Bench &b) {
    unsigned reg = b.below(8);
    b.put({0x58 + reg});
    b.ready();
    b.model.popRegister(reg);
    b.next();
}

void pushImmediate(Bench &b) {
    uint32_t value = b.value();
    if (b.oneIn(2)) {
        b.put({0x6A});
        b.putLittle(value, 1);
        value = static_cast<uint32_t>(static_cast<int8_t>(value));
    } else {
        b.put({0x68});
        b.putLittle(value, b.model.size());
    }
    b.ready();
    b.model.pushImmediate(value);
    b.next();
}

void pushSegment(Bench &b) {
    static constexpr unsigned opcodes[] = {0x06, 0x0E, 0x16, 0x1E, 0xA0, 0xA8};
    unsigned seg = b.below(6);
    if (seg >= Fs) b.put({0x0F});
    b.put({opcodes[seg]});
    b.ready();
    b.model.pushSegment(seg);
    b.next();
}

void popSegment(Bench &b) {
    static constexpr unsigned opcodes[] = {0x07, 0, 0x17, 0x1F, 0xA1, 0xA9};
    unsigned seg = b.below(6);
    if (seg == Cs) seg = Ss;
    if (seg >= Fs) b.put({0x0F});
    b.put({opcodes[seg]});
    b.ready();
    b.model.popSegment(seg);
    b.next();
}

void enter(Bench &b) {
    unsigned level = b.oneIn(2) ? 0 : b.below(256);
    uint32_t bytes = b.flat() || !b.real() ? b.below(0x400) : b.value() & 0xFFFF;
    if (b.flat()) b.setRegister(Model::EBP, dataFirst + 0x1000 + b.below(0x10000));
    b.put({0xC8});
    b.putLittle(bytes, 2);
    b.put({level});
    b.ready();
    b.model.enter(static_cast<uint16_t>(bytes), static_cast<uint8_t>(level));
    b.next();
}

void leave(Bench &b) {
    if (b.flat()) b.setRegister(Model::EBP, dataFirst + 0x1000 + b.below(0x10000));
    plain<0xC9, &Model::leave>(b);
}

void increment(Bench &b) {
    unsigned reg = b.below(8);
    bool down = b.oneIn(2);
    b.put({0x40 + reg + (down ? 8U : 0U)});
    b.ready();
    b.model.increment(reg, down);
    b.next();
}

void loop(Bench &b) {
    if (b.oneIn(2)) b.addressPrefix();
    if (b.oneIn(2)) b.setRegister(Model::ECX, (b.value() & 0xFFFF0000) | b.below(3));
    unsigned kind = b.below(4);
    unsigned displacement = b.below(256);
    b.put({0xE0 + kind, displacement});
    b.ready();
    auto extended = static_cast<uint32_t>(static_cast<int8_t>(displacement));
    if (kind == 3)
        b.model.jcxz(extended);
    else
        b.model.loop(extended, kind == 2 ? -1 : static_cast<int>(kind));
}

void addresses(Bench &b) {
    bool word = b.oneIn(2);
    unsigned reg = b.below(8);
    if (word) { // LEA shows the offset
        b.put({0x8D});
        auto address = b.memoryOperand(reg);
        b.ready();
        b.model.lea(reg, address.offset);
    } else { // LES, LDS, LSS, LFS, LGS
        static constexpr unsigned segments[] = {Es, Ds, Ss, Fs, Gs};
        static constexpr unsigned opcodes[] = {0xC4, 0xC5, 0xB2, 0xB4, 0xB5};
        unsigned n = b.below(5);
        if (n >= 2) b.put({0x0F});
        b.put({opcodes[n]});
        auto address = b.memoryOperand(reg);
        b.ready();
        b.model.loadFar(segments[n], reg, address.segment, address.offset);
    }
    b.next();
}

void bound(Bench &b) {
    unsigned reg = b.below(8);
    b.put({0x62});
    auto address = b.memoryOperand(reg);
    b.ready();
    b.model.bound(reg, address.segment, address.offset);
    b.next();
}

void nearControl(Bench &b) {
    unsigned kind = b.below(3);
    if (kind == 0) {
        // In 32-bit code, near enough to stay in memory.
        uint32_t displacement = b.model.operand16 ? b.value() & 0xFFFF : b.below(0x1000);
        if (!b.flat() && !b.model.operand16) displacement = b.below(0xE000);
        b.put({0xE8});
        b.putLittle(displacement, b.model.size());
        b.ready();
        b.model.callNear(displacement);
    } else {
        auto release = static_cast<uint16_t>(kind == 1 ? 0 : b.value());
        b.put({kind == 1 ? 0xC3U : 0xC2U});
        if (kind == 2) b.putLittle(release, 2);
        b.ready();
        b.model.retNear(release);
    }
}

void farControl(Bench &b) {
    unsigned kind = b.below(6);
    auto cs = static_cast<uint16_t>(b.value());
    uint32_t offset = b.model.operand16 || b.oneIn(2) ? b.value() & 0xFFFF : b.value();
    switch (kind) {
    case 0:
    case 1:
        b.put({kind == 0 ? 0x9AU : 0xEAU});
        b.putLittle(offset, b.model.size());
        b.putLittle(cs, 2);
        b.ready();
        kind == 0 ? b.model.callFar(cs, offset) : b.model.jumpFar(cs, offset);
        break;
    case 2:
        b.put({0xCB});
        b.ready();
        b.model.retFar(0);
        break;
    case 3: {
        auto release = static_cast<uint16_t>(b.value());
        b.put({0xCA});
        b.putLittle(release, 2);
        b.ready();
        b.model.retFar(release);
        break;
    }
    case 4: {
        unsigned vector = b.below(256);
        b.put({0xCD, vector});
        b.ready();
        b.model.interrupt(static_cast<uint8_t>(vector));
        break;
    }
    default:
        b.put({0xCF});
        b.ready();
        b.model.iret();
    }
}

struct Row {
    const char *name;
    Family family;
    bool realOnly = false;
};

const Row table[] = {
    {"DAA", plain<0x27, &Model::daa>},
    {"DAS", plain<0x2F, &Model::das>},
    {"AAA", plain<0x37, &Model::aaa>},
    {"AAS", plain<0x3F, &Model::aas>},
    {"AAM", decimalBase<0xD4, &Model::aam>},
    {"AAD", decimalBase<0xD5, &Model::aad>},
    {"SALC", plain<0xD6, &Model::salc>},
    {"PUSHA", plain<0x60, &Model::pusha>},
    {"POPA", plain<0x61, &Model::popa>},
    {"PUSH register", pushRegister},
    {"POP register", popRegister},
    {"PUSH immediate", pushImmediate},
    {"PUSH segment", pushSegment},
    {"POP segment", popSegment, true},
    {"PUSHF", plain<0x9C, &Model::pushFlags>},
    {"ENTER", enter},
    {"LEAVE", leave},
    {"INC, DEC short", increment},
    {"LOOP, JCXZ", loop},
    {"16-bit addresses, far pointers", addresses, true},
    {"BOUND", bound, true},
    {"CALL, RET near", nearControl},
    {"CALL, JMP, RET far, INT, IRET", farControl, true},
};

} // namespace

class ManualTest : public QObject {
    Q_OBJECT
  private slots:
    void agreesWithTheManual_data();
    void agreesWithTheManual();
};

void ManualTest::agreesWithTheManual_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("mode");
    struct {
        const char *name;
        GuestMode mode;
    } modes[] = {{"real mode", GuestMode::Real},
                 {"16-bit protected mode", GuestMode::Protected16},
                 {"32-bit protected mode", GuestMode::Flat}};
    for (const auto &mode : modes)
        for (int row = 0; row < static_cast<int>(std::size(table)); ++row)
            if (!table[row].realOnly || mode.mode == GuestMode::Real)
                QTest::addRow("%s, %s", table[row].name, mode.name)
                    << row << static_cast<int>(mode.mode);
}

void ManualTest::agreesWithTheManual() {
    QFETCH(int, row);
    QFETCH(int, mode);
    Bench bench(static_cast<GuestMode>(mode), static_cast<uint32_t>(row + 1));
    int differences = 0;
    for (int n = 0; n < rounds && differences < 3; ++n) {
        bench.begin();
        table[row].family(bench);
        QString found = bench.difference();
        if (found.isEmpty()) continue;
        ++differences;
        qWarning("%s:%s", qPrintable(bench.code()), qPrintable(found));
    }
    QCOMPARE(differences, 0);
}

QTEST_APPLESS_MAIN(ManualTest)
#include "tst_manual.moc"
