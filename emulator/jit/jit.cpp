// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/jit.h"

#include "emulator/cpu/fpu/soft_float.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/jit/cpu_access.h"
#include "emulator/jit/emit_table.h"
#include "emulator/jit/emitter.h"
#include "emulator/jit/glue.h"

#include <algorithm>
#include <cassert>
#include <optional>

namespace bootglass::jit {

namespace {

/// A block is translated when it runs for the second time.
constexpr uint32_t usesToTranslate = 2;
/// Where code is rewritten all the time, translating it would mostly be in vain.
constexpr uint32_t unsteadyUsesToTranslate = 64;
/// It cannot be translated.
constexpr uint32_t notToTranslate = ~uint32_t{0};
/// More than any block becomes.
constexpr size_t mostBlockBytes = 16384;
/// Left for slow paths when there is no room for another block.
constexpr size_t slowPathsReserve = 16384;
constexpr int64_t wholeSegment = 0xFFFFFFFF;

} // namespace

Jit::Jit(Cpu &cpu, size_t codeBytes)
    : cpu_(cpu),
      cache_(codeBytes, 2 * (mostBlockBytes + slowPathsReserve)),
      frame_(cache_.frame()),
      glue_(makeGlue(cache_.memory(), cpu, frame_)) {
    cache_.begin(glue_);
    frame_.gpr = cpu_.gpr.data();
    frame_.remaining = &cpu_.remaining();
    frame_.engine = this;
    frame_.callout = [](Jit *jit, uint32_t site) { return jit->callout(site); };
    frame_.calloutGoingOn = [](Jit *jit, uint32_t site) { return jit->calloutGoingOn(site); };
    frame_.slowPath = [](Jit *jit, uint32_t number) { return jit->slowPath(number); };
    frame_.refill = [](Jit *jit, uint32_t linear, uint32_t access, uint32_t tables) {
        return jit->refill(linear, static_cast<Access>(access), tables);
    };
    frame_.again = [](Jit *jit, uint32_t eip) { return jit->again(eip); };
    frame_.limit = &cpu_.clock().limit();
    frame_.idle = &cpu_.clock().idle();
    frame_.codeWords = cpu_.memory().codeWords();
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
    if (cpu_.cr0 & cr0::PG) mode |= paged;
    return static_cast<int>(mode);
}

/// What translated code finds in the frame about the state that only the interpreter changes.
void Jit::refreshFrame(unsigned mode) {
    CpuAccess::setDirect(cpu_, directAddend(mode));
    frame_.jumpTable = cache_.jumpTable(mode);
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
    for (unsigned n : {Es, Ss, Ds, Fs, Gs})
        frame_.maySetSegments &= cpu_.seg[n].usable();
    frame_.mayChangeCode = (mode & realSegments) && transfersMoveCodeAlone();
    refreshSegmentTables(mode);
}

/// In real and virtual-8086 mode: a transfer to another segment changes nothing but where it is.
bool Jit::transfersMoveCodeAlone() const {
    const SegmentRegister &cs = cpu_.seg[Cs];
    const SegmentRegister after =
        cpu_.virtual8086() ? virtual8086Segment(cs.selector) : realModeSegment(cs, Cs, cs.selector);
    return after.rights == cs.rights && after.limit == cs.limit;
}

void Jit::refreshSse() {
    constexpr uint32_t masks = fpflags::all << 7;
    bool masked = (cpu_.sse.mxcsr & masks) == masks;
    frame_.mayComputeSse = frame_.mayUseSse && masked;
}

/// Segments that a mode takes for granted as ordinary are so, or lead into an empty table.
void Jit::refreshSegmentTables(unsigned mode) {
    auto table = [this](uint64_t offset) {
        return reinterpret_cast<const uintptr_t *>(frame_.tables + offset);
    };
    const uintptr_t *read = table(Tlb::readTableOffset);
    const uintptr_t *write = table(Tlb::writeTableOffset);
    const uintptr_t *withheld = table(Tlb::withheldTableOffset);
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
    frame_.segmentTables[Frame::privilegeTables] = {read, write, withheld};
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
    const uint64_t generation = cache_.generation();
    if (std::exchange(isFull_, false)) cache_.turn();
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
    // A trace may be longer than its block.
    if (t->count > cpu_.remaining()) return CpuAccess::execute(cpu_, block);
    // The frame still has the page that was left; the link may be gone by now.
    if (link != noLink && generation == cache_.generation())
        cache_.connect(link, *t, frame_.pageEip, cpu_.eip);
    refreshFrame(modeBits);
    cache_.jumpEntry(modeBits, cpu_.seg[Cs].base + cpu_.eip) =
        reinterpret_cast<uint64_t>(t->indirect);
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
    // What is called may throw all code away, and this with it.
    const Site &site = cache_.site(number);
    const bool keepsMode =
        site.keepsMode || (site.keepsRealMode && frame_.mayChangeCode && !cpu_.protectedMode());
    CpuAccess::beginInBlock(cpu_, blockEip(site), site.blockCount);
    if (site.ends) {
        endBlock(site);
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
    return afterCallout(keepsMode);
}

/// By an instruction's handler, behind which stands what ends the block.
void Jit::endBlock(const Site &site) {
    const bool keepsFlags = site.keepsFlags;
    if (!keepsFlags) flagsFromFrame();
    site.insn->handler(cpu_, site.insn);
    if (!keepsFlags) flagsToFrame();
}

/// The same of what ends its block and leaves the mode alone, and after which mostly comes what
/// follows it in memory: ports, repeated strings.
uint32_t Jit::calloutGoingOn(uint32_t number) {
    ++counters_.callouts;
    const During during(cpu_.activity(), HostActivity::Interpret);
    const Site &site = cache_.site(number);
    const uint32_t eip = blockEip(site);
    const uint32_t next = eip + site.insn->endOffset();
    CpuAccess::beginInBlock(cpu_, eip, site.blockCount);
    endBlock(site);
    if (CpuAccess::mayGoOn(cpu_) && frame_.tables == CpuAccess::tables(cpu_) && cpu_.eip == next)
        return AfterCallout::goOn;
    return afterCallout(true);
}

/// Whoever is left takes the flags from the frame (run()).
uint32_t Jit::afterCallout(bool keepsMode) {
    if (!CpuAccess::mayGoOn(cpu_)) return AfterCallout::leave;
    if (keepsMode && frame_.tables == CpuAccess::tables(cpu_)) return AfterCallout::jump;
    int mode = presentMode();
    frame_.tables = CpuAccess::tables(cpu_);
    if (mode < 0 || !frame_.tables) return AfterCallout::leave;
    refreshFrame(static_cast<unsigned>(mode));
    return AfterCallout::jump;
}

// --- translating

/// What goes wrong while code is made is a mistake of ours; the block is left to the interpreter.
class Jit::Errors : public asmjit::ErrorHandler {
  public:
    void handleError(asmjit::Error error, const char *, asmjit::BaseEmitter *) override {
        last = error;
    }
    asmjit::Error last = asmjit::kErrorOk;
};

void Jit::beginCode(Errors &errors) {
    errors.last = asmjit::kErrorOk;
    code_.reset();
    code_.init(asmjit::Environment::host());
    code_.setErrorHandler(&errors);
    code_.attach(&assembler_);
}

bool Jit::isGood(const Errors &errors) const {
    return errors.last == asmjit::kErrorOk && !code_.hasUnresolvedLinks();
}

namespace {

/// Makes code for the instruction that was begun; without `emit` the interpreter does it.
void emitInsn(Emitter &e, Emit emit) {
    const Insn &i = e.insn();
    if (!emit || !emit(e, i)) e.callout();
    if (!i.ends) e.end();
}

} // namespace

Emitter::Entries Jit::emitBlock(Emitter &e, const Block &block, HostListing *listing) {
    auto entries = e.entries(reinterpret_cast<uint64_t>(block.host) & ~pageMask, block.rest);
    const auto here = [&] { return static_cast<uint32_t>(assembler_.offset()); };
    if (listing) listing->starts.clear();
    for (unsigned n = 0; n < e.source().count(); ++n) {
        e.begin(n);
        if (listing) listing->starts.push_back(here());
        emitInsn(e, EmitTable::instance().find(e.insn().op));
    }
    if (listing) listing->starts.push_back(here());
    if (!e.insn().ends) e.jumpTo(e.nextEip());
    e.finish();
    return entries;
}

/// Blocks that are known, and that nobody watches, may follow.
Trace Jit::traceOf(const Block &block, uint32_t eip, unsigned mode) const {
    if (!relocatable(mode) || block.rest || block.unsteady) return jit::traceOf(block, eip);
    const uint8_t *page = block.host - eip;
    const uint32_t linearPage = cpu_.eip - eip;
    return jit::traceOf(block, eip, [&](uint32_t offset) {
        return CpuAccess::knownBlock(cpu_, page + offset, linearPage + offset);
    });
}

Translation *Jit::translate(const Block &block, unsigned mode) {
    const During during(cpu_.activity(), HostActivity::Translate);
    return makeCode(block, mode);
}

Translation *Jit::makeCode(const Block &block, unsigned mode, HostListing *listing) {
    // A segment that ends inside the block is not taken for granted by its translation.
    if (!(mode & wideCode) && uint64_t{cpu_.eip} + block.bytes - 1 > 0xFFFF) return nullptr;
    if (!listing) {
        voteForDirect(block, mode);
        if (cache_.room() < mostBlockBytes + slowPathsReserve) cache_.turn();
    }
    Errors errors;
    uint32_t eip = relocatable(mode) ? cpu_.eip & static_cast<uint32_t>(pageMask) : cpu_.eip;
    Trace trace = listing ? jit::traceOf(block, eip) : traceOf(block, eip, mode);
    Source source{&trace, cpu_.seg[Cs].base, static_cast<uint8_t>(mode)};
#ifdef BOOTGLASS_UNCOUNTED
    // What counting costs is known from code that does not count. Time stands still in it, so it
    // is a page of a guest that needs none: the rows of tests/guests/units.asm.
    source.counted = block.physical >> pageShift != 9;
#endif
    Surroundings around = surroundings(mode);
    std::optional<Emitter> made;
    Emitter::Entries entries;
    for (bool closesIslands : {false, true}) {
        around.closesIslands = closesIslands;
        beginCode(errors);
        made.emplace(assembler_, around, source);
        entries = emitBlock(*made, block, listing);
        if (isGood(errors)) break;
    }
    const Emitter &e = *made;
    if (!isGood(errors)) {
        assert(!"asmjit refuses what an emitter asked for");
        return nullptr;
    }

    std::span<const uint8_t> bytes{assembler_.bufferData(), assembler_.offset()};
    if (bytes.size() > mostBlockBytes) return nullptr;
    if (listing) {
        listing->address = reinterpret_cast<uint64_t>(around.base);
        listing->code.assign(bytes.begin(), bytes.end());
        std::vector<std::pair<unsigned, const uint8_t *>> paths;
        for (const OutgoingSlowPath &path : e.slowPaths)
            paths.emplace_back(path.position, around.base + code_.labelOffset(path.join));
        for (const auto &[position, join] : paths) {
            Surroundings there = around;
            there.base += listing->code.size();
            const auto [code, sites] = slowPathCode(there, source, position, join);
            listing->code.insert(listing->code.end(), code.begin(), code.end());
        }
        return nullptr;
    }
    const uint8_t *place = cache_.memory().append(bytes);
    auto at = [&](const Label &label) { return place + code_.labelOffset(label); };
    Translation translation;
    translation.eip = source.eip();
    translation.csBase = source.csBase;
    translation.mode = source.mode;
    translation.count = static_cast<uint8_t>(source.count());
    translation.bytes = block.bytesInPage();
    translation.restBytes = static_cast<uint16_t>(block.bytes - translation.bytes);
    translation.restPhysical = block.restPhysical;
    translation.block = &block;
    translation.trace = std::move(trace);
    translation.direct = around.direct;
    translation.stackWindows = around.stackWindows;
    translation.physical = block.physical;
    translation.host = block.host;
    translation.indirect = at(entries.indirect);
    translation.page = at(entries.page);
    translation.plain = at(entries.plain);
    Translation &t = cache_.add(translation);
    for (const OutgoingLink &link : e.links)
        cache_.addLink(t, link.target, at(link.unresolved));
    for (const OutgoingSlowPath &path : e.slowPaths)
        cache_.addSlowPath(t, at(path.join), path.position);
    cache_.addSites(e.sites);
    ++counters_.translated;
    counters_.codeBytes += bytes.size();
    return &t;
}

/// What accesses of code in this mode may take for granted until they have looked (see Tlb).
uintptr_t Jit::directAddend(unsigned mode) const {
    if (!(mode & flat)) return 0;
    return mode & paged ? pagedDirect_ : reinterpret_cast<uintptr_t>(cpu_.memory().ram().data());
}

/// A kernel has most of the memory at one distance from where it is, and its own code with it.
void Jit::voteForDirect(const Block &block, unsigned mode) {
    if (!(mode & flat) || !(mode & paged) || cpu_.cpl != 0) return;
    uintptr_t addend = reinterpret_cast<uintptr_t>(block.host) - cpu_.eip;
    constexpr int32_t mostVotes = 1024;
    if (addend == pagedDirect_) {
        directVotes_ = std::min(directVotes_ + 1, mostVotes);
    } else if (--directVotes_ < -votesToChange_) {
        pagedDirect_ = addend;
        directVotes_ = 0;
        votesToChange_ = std::min(4 * (votesToChange_ + 16), 1 << 24);
        clear();
    }
}

/// Some kernels have their stacks elsewhere; as far as is known, this one?
bool Jit::stackIsDirect(uintptr_t direct) {
    const uintptr_t addend = CpuAccess::supervisorAddend(cpu_, cpu_.gpr[Esp]);
    if (addend != 0) stackIsDirect_ = addend == direct;
    return stackIsDirect_;
}

/// The addresses, and what is taken for granted of memory: nothing in a process, whose pages are
/// everywhere.
Surroundings Jit::surroundings(unsigned mode) {
    const uintptr_t direct = cpu_.cpl == 3 ? 0 : directAddend(mode);
    const CodeCache::Numbers next = cache_.next();
    return {&cpu_,
            glue_,
            &frame_,
            cache_.memory().next(),
            cache_.linkSlots(),
            cache_.jumpTables(),
            cache_.slowPathSlots(),
            static_cast<int64_t>(direct),
            direct != 0 && stackIsDirect(direct),
            false,
            next.link,
            next.site,
            next.slowPath};
}

/// Called by translated code, so nothing can be thrown away. Null: the block ends before the
/// instruction.
const uint8_t *Jit::slowPath(uint32_t number) {
    const During during(cpu_.activity(), HostActivity::Translate);
    const SlowPath &path = cache_.slowPath(number);
    const Translation &t = *path.of;
    Surroundings around = surroundings(t.mode);
    around.direct = t.direct;
    around.stackWindows = t.stackWindows;
    const auto [bytes, sites] =
        slowPathCode(around, {&t.trace, t.csBase, t.mode}, path.position, path.join);
    if (cache_.room() < bytes.size()) {
        isFull_ = true;
        const uint32_t page = relocatable(t.mode) ? frame_.pageEip : 0;
        const Piece &piece = pieceAt(t.trace, path.position);
        cpu_.eip = page + piece.eip + piece.at(path.position).offset;
        *frame_.remaining += t.count - path.position;
        return nullptr;
    }
    const uint8_t *place = cache_.memory().append(bytes);
    cache_.setSlowPath(number, place);
    cache_.addSites(sites);
    counters_.codeBytes += bytes.size();
    return place;
}

/// Valid until the next code is made.
Jit::SlowPathCode Jit::slowPathCode(Surroundings around, const Source &source, unsigned position,
                                    const uint8_t *join) {
    Errors errors;
    std::optional<Emitter> e;
    const auto make = [&](Emit emit) {
        beginCode(errors);
        e.emplace(assembler_, around, source, join);
        e->begin(position);
        emitInsn(*e, emit);
        e->finishSlowPath();
        return isGood(errors);
    };
    const Emit emit = EmitTable::instance().find(insnAt(*source.trace, position).op);
    bool good = make(emit);
    around.closesIslands = true;
    if (!good) good = make(emit);
    if (!good) good = make(nullptr); // the interpreter can do all of it
    assert(good || !"asmjit refuses what an emitter asked for");
    return {{assembler_.bufferData(), assembler_.offset()}, std::move(e->sites)};
}

/// An access found no entry. A segment that is not ordinary looks into an empty table, whatever is
/// known.
bool Jit::refill(uint32_t linear, Access access, uint32_t tables) {
    const Frame::SegmentTables &looked = frame_.segmentTables[tables];
    const uintptr_t *table = access == Access::Write ? looked.write : looked.read;
    return table != CpuAccess::emptyTable(cpu_) && CpuAccess::refill(cpu_, linear, access);
}

/// Code whose page is not known: if it is only that, the jump table has it.
const uint8_t *Jit::again(uint32_t eip) {
    if (!CpuAccess::refill(cpu_, eip, Access::Execute)) return nullptr;
    const uint64_t entry = frame_.jumpTable[eip % jumpTableEntries];
    return reinterpret_cast<const uint8_t *>(entry);
}

HostListing Jit::list(const Block &block) {
    HostListing listing;
    int mode = presentMode();
    if (mode < 0) return listing;
    makeCode(block, static_cast<unsigned>(mode), &listing);
    return listing;
}

// --- forgetting

void Jit::invalidate(PhysicalAddress address, uint64_t size) {
    counters_.invalidated += cache_.invalidate(address, size);
}

void Jit::drop(const Block &block) {
    cache_.drop(block);
}

void Jit::forget() {
    clear();
}

/// Blocks that the interpreter keeps lose their translations.
void Jit::clear() {
    CpuAccess::forgetTranslations(cpu_);
    cache_.clear();
    isFull_ = false;
    ++counters_.flushes;
}

} // namespace bootglass::jit
