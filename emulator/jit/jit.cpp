// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/jit.h"

#include "emulator/cpu/fpu/soft_float.h"
#include "emulator/jit/cpu_access.h"
#include "emulator/jit/emit_table.h"
#include "emulator/jit/emitter.h"
#include "emulator/jit/glue.h"

#include <algorithm>
#include <cassert>

namespace bootglass::jit {

namespace {

/// A block is translated when it runs for the second time.
constexpr uint32_t usesToTranslate = 2;
/// Where code is rewritten all the time, translating it would mostly be in vain.
constexpr uint32_t unsteadyUsesToTranslate = 64;
/// It cannot be translated.
constexpr uint32_t notToTranslate = ~uint32_t{0};
constexpr size_t frameBytes = 4096;
constexpr size_t jumpTablesBytes = modes * jumpTableEntries * sizeof(uint64_t);
/// Links are jumps of six bytes at least, and never so dense.
constexpr size_t codeBytesPerLink = 24;
/// More than any block becomes.
constexpr size_t mostBlockBytes = 16384;
constexpr int64_t wholeSegment = 0xFFFFFFFF;

size_t dataBytes(size_t codeBytes) {
    return frameBytes + jumpTablesBytes + codeBytes / codeBytesPerLink * sizeof(uint64_t);
}

} // namespace

Jit::Jit(Cpu &cpu, size_t codeBytes)
    : cpu_(cpu),
      memory_(std::max(codeBytes, 4 * mostBlockBytes),
              dataBytes(std::max(codeBytes, 4 * mostBlockBytes))),
      frame_(*new (memory_.data()) Frame),
      jumpTables_(reinterpret_cast<uint64_t *>(memory_.data() + frameBytes)),
      linkSlots_(reinterpret_cast<uint64_t *>(memory_.data() + frameBytes + jumpTablesBytes)),
      mostLinks_(std::max(codeBytes, 4 * mostBlockBytes) / codeBytesPerLink),
      glue_(makeGlue(memory_, cpu, frame_)),
      glueBytes_(memory_.used()) {
    frame_.gpr = cpu_.gpr.data();
    frame_.remaining = &cpu_.remaining();
    frame_.engine = this;
    frame_.callout = [](Jit *jit, uint32_t site) { return jit->callout(site); };
    frame_.limit = &cpu_.clock().limit();
    frame_.idle = &cpu_.clock().idle();
    frame_.codeWords = cpu_.memory().codeWords();
    frame_.pendingLink = noLink;
    pair_.stop.handler = stopped;
    cpu_.setEngine(this);
}

Jit::~Jit() {
    cpu_.setEngine(nullptr);
}

// --- modes

/// The mode's bits, or -1: the interpreter's.
int Jit::presentMode() {
    const SegmentRegister &cs = cpu_.seg[Cs];
    unsigned mode = 0;
    if (cs.big()) mode |= code32;
    if (cpu_.seg[Ss].big()) mode |= stack32;
    if (cs.limit == wholeSegment)
        mode |= wideCode;
    else if (cs.limit < 0xFFFF)
        return -1;
    bool isFlat = (mode & wideCode) && cs.base == 0;
    for (unsigned n : {Es, Ss, Ds}) {
        const SegmentRegister &s = cpu_.seg[n];
        isFlat = isFlat && s.base == 0 && s.readMax == wholeSegment && s.writeMax == wholeSegment;
    }
    bool real = !cpu_.protectedMode() || cpu_.virtual8086();
    if (real)
        mode |= realSegments;
    else if (isFlat)
        mode |= flat;
    return static_cast<int>(mode);
}

/// What translated code finds in the frame about the state that only the interpreter changes.
void Jit::refreshFrame(unsigned mode) {
    if (!(modesUsed_ & 1U << mode)) clearJumpTable(mode);
    frame_.jumpTable = jumpTables_ + mode * jumpTableEntries;
    bool v86 = cpu_.virtual8086();
    bool trusted = !cpu_.protectedMode() || cpu_.cpl <= cpu_.iopl();
    frame_.mayClearIf = trusted && !(v86 && cpu_.iopl() < 3);
    frame_.mayPushFlags = !v86;
    frame_.mayReadTsc = !(cpu_.cr4 & cr4::TSD) || cpu_.cpl == 0;
    frame_.mayUseX87 = !(cpu_.cr0 & (cr0::EM | cr0::TS));
    frame_.mayUseSse =
        !(cpu_.cr0 & (cr0::EM | cr0::TS)) && (cpu_.cr4 & cr4::OSFXSR) ? uint8_t{1} : uint8_t{0};
    refreshSse();
    frame_.maySetSegments = 1;
    for (unsigned n : {Es, Ds, Fs, Gs})
        frame_.maySetSegments &= cpu_.seg[n].usable();
    refreshSegmentTables(mode);
}

void Jit::refreshSse() {
    constexpr uint32_t masks = fpflags::all << 7;
    bool masked = (cpu_.sse.mxcsr & masks) == masks;
    frame_.mayComputeSse = frame_.mayUseSse && masked;
}

/// Segments that a mode takes for granted as ordinary are so, or lead into an empty table.
void Jit::refreshSegmentTables(unsigned mode) {
    const uintptr_t *read = frame_.tables;
    const uintptr_t *write = read + Tlb::writeTableOffset / sizeof(uintptr_t);
    const uintptr_t *withheld = read + Tlb::withheldTableOffset / sizeof(uintptr_t);
    const uintptr_t *empty = CpuAccess::emptyTable(cpu_);
    for (unsigned n = Es; n <= Gs; ++n) {
        const SegmentRegister &s = cpu_.seg[n];
        // Where 16-bit offsets are not checked, an aligned one must be aligned in linear memory.
        int64_t least = mode & flat ? wholeSegment : 0xFFF0;
        bool even = (mode & flat) || s.base % 16 == 0;
        bool writable = even && s.writeMax >= least;
        frame_.segmentTables[n] = {even && s.readMax >= least ? read : empty,
                                   writable ? write : empty, writable ? withheld : empty};
    }
}

// --- running

Translation *Jit::find(const Block &block, unsigned mode) const {
    auto *t = static_cast<Translation *>(block.translations);
    uint32_t csBase = cpu_.seg[Cs].base;
    auto matches = [&] {
        return t->mode == mode &&
               (relocatable(mode) || (t->eip == cpu_.eip && t->csBase == csBase));
    };
    while (t && !matches())
        t = t->nextOfBlock;
    return t;
}

void Jit::run(const Block &block) {
    uint32_t link = std::exchange(frame_.pendingLink, noLink);
    int mode = presentMode();
    frame_.tables = CpuAccess::tables(cpu_);
    if (mode < 0 || !frame_.tables) return CpuAccess::execute(cpu_, block);
    auto modeBits = static_cast<unsigned>(mode);
    Translation *t = find(block, modeBits);
    if (!t) {
        if (block.uses != notToTranslate &&
            ++block.uses >= (block.unsteady ? unsteadyUsesToTranslate : usesToTranslate)) {
            t = translate(block, modeBits);
            if (!t) block.uses = notToTranslate;
        }
        if (!t) return CpuAccess::execute(cpu_, block);
    }
    if (link < links_.size()) connect(link, *t);
    refreshFrame(modeBits);
    jumpEntry(modeBits, cpu_.seg[Cs].base + cpu_.eip) = reinterpret_cast<uint64_t>(t->indirect);
    frame_.pageEip = cpu_.eip & ~static_cast<uint32_t>(pageMask);
    ++counters_.entered;
    flagsToFrame();
    {
        const During during(cpu_.activity(), HostActivity::Execute);
        glue_.enter(t->plain);
    }
    flagsFromFrame();
}

void Jit::flagsToFrame() {
    uint32_t flags = cpu_.flags.value();
    frame_.flags = static_cast<uint16_t>((flags & 0xFF) << 8 | (flags & eflags::OF ? 1U : 0));
}

void Jit::flagsFromFrame() {
    cpu_.flags.set(uint32_t{frame_.flags} >> 8 | (frame_.flags & 1 ? eflags::OF : 0));
}

/// Behind an instruction that runs alone: tells that it wants to go on.
void Jit::stopped(Cpu &, const Insn *i) {
    const_cast<Insn *>(i)->imm = 1; // it is pair_.stop
}

/// Runs one instruction of a block by its handler.
uint32_t Jit::callout(uint32_t number) {
    ++counters_.callouts;
    const During during(cpu_.activity(), HostActivity::Interpret);
    // A copy: what is called may throw all code away.
    const Site site = sites_[number];
    uint32_t pageEip = site.relocatable ? frame_.pageEip : 0;
    CpuAccess::beginInBlock(cpu_, pageEip + site.blockEip, site.blockCount);
    if (site.ends) {
        // Behind it stands what ends the block.
        if (!site.keepsFlags) flagsFromFrame();
        site.insn->handler(cpu_, site.insn);
        if (!site.keepsFlags) flagsToFrame();
    } else {
        pair_.insn = *site.insn;
        pair_.stop.imm = 0;
        pair_.stop.offset = static_cast<uint16_t>(site.insn->endOffset());
        flagsFromFrame();
        pair_.insn.handler(cpu_, &pair_.insn);
        flagsToFrame();
        if (pair_.stop.imm != 0) {
            refreshSse();
            return AfterCallout::goOn;
        }
    }
    // Whoever is left takes the flags from the frame (run()).
    if (!CpuAccess::mayGoOn(cpu_)) return AfterCallout::leave;
    if (site.keepsMode && frame_.tables == CpuAccess::tables(cpu_)) return AfterCallout::jump;
    int mode = presentMode();
    frame_.tables = CpuAccess::tables(cpu_);
    if (mode < 0 || !frame_.tables) return AfterCallout::leave;
    refreshFrame(static_cast<unsigned>(mode));
    return AfterCallout::jump;
}

// --- translating

namespace {

/// What goes wrong while code is made is a mistake of ours; the block is left to the interpreter.
class Errors : public asmjit::ErrorHandler {
  public:
    void handleError(asmjit::Error error, const char *message, asmjit::BaseEmitter *) override {
        last = error;
        text = message;
    }
    asmjit::Error last = asmjit::kErrorOk;
    std::string text;
};

} // namespace

Translation *Jit::translate(const Block &block, unsigned mode) {
    const During during(cpu_.activity(), HostActivity::Translate);
    return makeCode(block, mode);
}

Translation *Jit::makeCode(const Block &block, unsigned mode, HostListing *listing) {
    // A segment that ends inside the block is not taken for granted by its translation.
    if (!(mode & wideCode) && uint64_t{cpu_.eip} + block.bytes - 1 > 0xFFFF) return nullptr;
    if (memory_.room() < mostBlockBytes || links_.size() + 2 * Block::mostInsns > mostLinks_) {
        clear();
    }
    if (!(modesUsed_ & 1U << mode)) clearJumpTable(mode);
    Errors errors;
    code_.reset();
    code_.init(asmjit::Environment::host());
    code_.setErrorHandler(&errors);
    code_.attach(&assembler_);
    uint32_t eip = relocatable(mode) ? cpu_.eip & static_cast<uint32_t>(pageMask) : cpu_.eip;
    Source source{block.insns,       block.count, eip,
                  cpu_.seg[Cs].base, block.bytes, static_cast<uint8_t>(mode)};
#ifdef BOOTGLASS_UNCOUNTED
    // What counting costs is known from code that does not count. Time stands still in it, so it
    // is a page of a guest that needs none: the rows of tests/guests/units.asm.
    source.counted = block.physical >> pageShift != 9;
#endif
    Surroundings around{&cpu_,
                        glue_,
                        &frame_,
                        memory_.next(),
                        linkSlots_,
                        jumpTables_,
                        static_cast<uint32_t>(links_.size()),
                        static_cast<uint32_t>(sites_.size())};
    Emitter e(assembler_, around, source);
    auto hostPage = reinterpret_cast<uint64_t>(block.host) & ~pageMask;
    auto entries = e.entries(hostPage);
    const EmitTable &table = EmitTable::instance();
    for (unsigned n = 0; n < block.count; ++n) {
        e.begin(n);
        if (listing) listing->starts.push_back(static_cast<uint32_t>(assembler_.offset()));
        const Insn &i = block.insns[n];
        Emit emit = table.find(i.op);
        if (!emit || !emit(e, i)) e.callout();
        if (!i.ends) e.end();
    }
    if (listing) listing->starts.push_back(static_cast<uint32_t>(assembler_.offset()));
    if (!block.insns[block.count - 1].ends) e.jumpTo(source.eip + source.bytes);
    e.finish();
    if (errors.last != asmjit::kErrorOk || code_.hasUnresolvedLinks()) {
        assert(!"asmjit refuses what an emitter asked for");
        return nullptr;
    }

    std::span<const uint8_t> bytes{assembler_.bufferData(), assembler_.offset()};
    if (bytes.size() > mostBlockBytes) return nullptr;
    if (listing) {
        listing->address = reinterpret_cast<uint64_t>(memory_.next());
        listing->code.assign(bytes.begin(), bytes.end());
        return nullptr;
    }
    const uint8_t *place = memory_.append(bytes);
    auto at = [&](const Label &label) { return place + code_.labelOffset(label); };
    Translation &t = translations_.emplace_back();
    t.eip = source.eip;
    t.csBase = source.csBase;
    t.mode = source.mode;
    t.bytes = block.bytes;
    t.physical = block.physical;
    t.host = block.host;
    t.indirect = at(entries.indirect);
    t.page = at(entries.page);
    t.plain = at(entries.plain);
    t.codeBytes = static_cast<uint32_t>(bytes.size());
    t.firstLink = static_cast<uint32_t>(links_.size());
    t.linkCount = static_cast<uint32_t>(e.links.size());
    t.nextOfBlock = static_cast<Translation *>(block.translations);
    block.translations = &t;
    for (const OutgoingLink &link : e.links) {
        const uint8_t *unresolved = at(link.unresolved);
        linkSlots_[links_.size()] = reinterpret_cast<uint64_t>(unresolved);
        links_.push_back({&t, nullptr, link.target, noLink, unresolved});
    }
    sites_.insert(sites_.end(), e.sites.begin(), e.sites.end());
    byPage_[t.physical >> pageShift].push_back(&t);
    ++counters_.translated;
    counters_.codeBytes += bytes.size();
    return &t;
}

HostListing Jit::list(const Block &block) {
    HostListing listing;
    int mode = presentMode();
    if (mode < 0) return listing;
    makeCode(block, static_cast<unsigned>(mode), &listing);
    return listing;
}

// --- links

void Jit::connect(uint32_t number, Translation &to) {
    Link &link = links_[number];
    const Translation &from = *link.from;
    if (from.dead || link.to || from.mode != to.mode || from.csBase != to.csBase) return;
    uint32_t fromPage = from.linear();
    uint32_t toPage = to.linear();
    if (relocatable(from.mode)) {
        // The frame still has the page that was left.
        if (frame_.pageEip + link.target != cpu_.eip) return;
        fromPage = frame_.pageEip;
        toPage = cpu_.eip;
    } else if (link.target != to.eip) {
        return;
    }
    bool samePage = ((fromPage ^ toPage) & ~static_cast<uint32_t>(pageMask)) == 0;
    bool sameHost =
        ((reinterpret_cast<uintptr_t>(from.host) ^ reinterpret_cast<uintptr_t>(to.host)) &
         ~pageMask) == 0;
    if (samePage && !sameHost) return; // remapped since
    link.to = &to;
    link.nextIncoming = to.incoming;
    to.incoming = number;
    linkSlots_[number] = reinterpret_cast<uint64_t>(samePage ? to.plain : to.page);
}

/// Nothing leads to a translation any more.
void Jit::unlink(Translation &t) {
    t.dead = true;
    for (uint32_t number = t.incoming; number != noLink;) {
        Link &link = links_[number];
        linkSlots_[number] = reinterpret_cast<uint64_t>(link.unresolved);
        link.to = nullptr;
        number = std::exchange(link.nextIncoming, noLink);
    }
    t.incoming = noLink;
    // Its own links leave their targets' lists.
    for (uint32_t number = t.firstLink; number < t.firstLink + t.linkCount; ++number) {
        Link &link = links_[number];
        if (!link.to) continue;
        uint32_t *at = &link.to->incoming;
        while (*at != number)
            at = &links_[*at].nextIncoming;
        *at = link.nextIncoming;
        link.to = nullptr;
    }
    // Relocatable code may stand wherever its offset in the page leads to.
    const uint32_t step = relocatable(t.mode) ? uint32_t{1} << pageShift : jumpTableEntries;
    for (uint32_t at = t.linear() & (step - 1); at < jumpTableEntries; at += step) {
        uint64_t &entry = jumpEntry(t.mode, at);
        if (entry == reinterpret_cast<uint64_t>(t.indirect))
            entry = reinterpret_cast<uint64_t>(glue_.leave);
    }
}

void Jit::invalidate(PhysicalAddress address, uint64_t size) {
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return;
    std::erase_if(page->second, [&](Translation *t) {
        bool touched = t->physical < address + size && address < t->physical + t->bytes;
        if (touched) {
            unlink(*t);
            ++counters_.invalidated;
        }
        return touched;
    });
    frame_.pendingLink = noLink;
}

void Jit::forget() {
    clear();
}

/// Blocks that the interpreter keeps lose their translations.
void Jit::clear() {
    for (auto &[page, translations] : byPage_)
        for (Translation *t : translations)
            t->dead = true;
    byPage_.clear();
    CpuAccess::forgetTranslations(cpu_);
    translations_.clear();
    links_.clear();
    sites_.clear();
    memory_.rewind(glueBytes_);
    modesUsed_ = 0;
    frame_.pendingLink = noLink;
    ++counters_.flushes;
}

void Jit::clearJumpTable(unsigned mode) {
    std::fill_n(jumpTables_ + mode * jumpTableEntries, jumpTableEntries,
                reinterpret_cast<uint64_t>(glue_.leave));
    modesUsed_ |= 1U << mode;
}

} // namespace bootglass::jit
