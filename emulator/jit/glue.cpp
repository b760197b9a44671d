// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/glue.h"

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/fpu/soft_float.h"
#include "emulator/jit/emitter.h"

#include <new>

namespace bootglass::jit {

namespace {

class GlueMaker {
  public:
    GlueMaker(CodeMemory &memory, Cpu &cpu, Frame &frame)
        : memory_(memory), cpu_(cpu), frame_(frame), base_(memory.next()) {
        code_.init(asmjit::Environment::host());
        code_.attach(&a_);
    }

    Glue make() {
        size_t enter = begin();
        makeEnter();
        size_t callout = begin();
        makeCallout(&frame_.callout);
        size_t calloutGoingOn = begin();
        makeCallout(&frame_.calloutGoingOn);
        std::array<std::array<const uint8_t *, 5>, 2> otherwise{};
        for (Access access : {Access::Read, Access::Write}) {
            for (unsigned n = 0; n < otherwise[0].size(); ++n) {
                otherwise[static_cast<size_t>(access)][n] = base_ + begin();
                makeOtherwise(1U << n, access);
            }
        }
        size_t loadSse = begin();
        makeLoadSse();
        size_t x87 = begin();
        makeX87(false);
        size_t x87IntoFlags = begin();
        makeX87(true);
        size_t makeSlowPath = begin();
        makeSlowPathMaker();
        std::array<const uint8_t *, 2> refill{};
        for (Access access : {Access::Read, Access::Write}) {
            refill[static_cast<size_t>(access)] = base_ + begin();
            makeRefill(access);
        }
        asmjit::Label leaveLabel = a_.newLabel();
        size_t again = begin();
        makeAgain(leaveLabel);
        size_t leaveByLink = begin();
        toData(&frame_.pendingLink, x86::r9d);
        size_t leave = a_.offset();
        a_.bind(leaveLabel);
        makeLeave();
        std::span<const uint8_t> bytes{a_.bufferData(), a_.offset()};
        if (bytes.size() > memory_.room()) throw std::bad_alloc();
        memory_.append(bytes);
        return {
            reinterpret_cast<void (*)(const uint8_t *)>(reinterpret_cast<uintptr_t>(base_ + enter)),
            base_ + callout,
            base_ + calloutGoingOn,
            otherwise,
            base_ + loadSse,
            base_ + x87,
            base_ + x87IntoFlags,
            base_ + makeSlowPath,
            refill,
            base_ + again,
            base_ + leave,
            base_ + leaveByLink};
    }

  private:
    size_t begin() {
        a_.align(asmjit::AlignMode::kCode, 16);
        return a_.offset();
    }
    void fix(const void *address) {
        size_t end = a_.offset();
        auto distance = static_cast<int32_t>(static_cast<const uint8_t *>(address) - (base_ + end));
        std::memcpy(a_.bufferData() + end - 4, &distance, 4);
    }
    void fromData(x86::Gp target, const void *address) {
        a_.mov(target, x86::ptr(x86::rip, 0, target.size()));
        fix(address);
    }
    void toData(const void *address, x86::Gp source) {
        a_.mov(x86::ptr(x86::rip, 0, source.size()), source);
        fix(address);
    }
    /// A place in the CPU object.
    x86::Mem place(const void *member, unsigned size) {
        auto distance =
            static_cast<const char *>(member) - reinterpret_cast<const char *>(cpu_.gpr.data());
        return x86::ptr(x86::r15, static_cast<int32_t>(distance), size);
    }
    x86::Mem guest(unsigned number) {
        return x86::ptr(x86::r15, static_cast<int32_t>(4 * number), 4);
    }

    /// Registers, flags and budget from where the interpreter has them. r8 stays.
    void load() {
        // OF from an addition that overflows if it was set, the others by SAHF.
        a_.movzx(x86::eax, x86::word_ptr(x86::rip, 0));
        fix(&frame_.flags);
        a_.add(x86::al, 0x7F);
        a_.sahf();
        fromData(x86::rcx, &frame_.remaining);
        a_.mov(x86::r13, x86::qword_ptr(x86::rcx));
        a_.not_(x86::r13);
        a_.mov(x86::r10d, 42);
        for (unsigned n = Eax; n <= Edi; ++n)
            a_.mov(Emitter::guest32(n), guest(n));
    }
    void store() {
        for (unsigned n = Eax; n <= Edi; ++n)
            a_.mov(guest(n), Emitter::guest32(n));
        a_.lahf();
        a_.seto(x86::al);
        toData(&frame_.flags, x86::ax);
        fromData(x86::rcx, &frame_.remaining);
        a_.not_(x86::r13);
        a_.mov(x86::qword_ptr(x86::rcx), x86::r13);
        unloadSse();
    }

    void flagFromData(x86::Gp target, const uint8_t *flag) {
        a_.movzx(target, x86::byte_ptr(x86::rip, 0));
        fix(flag);
    }
    void mxcsr(asmjit::InstId operation, const void *address) {
        a_.emit(operation, x86::dword_ptr(x86::rip, 0));
        fix(address);
    }
    /// Before anything but translated code runs: MXCSR back to the CPU object. Uses eax and flags.
    void unloadSse() {
        asmjit::Label no = a_.newLabel();
        flagFromData(x86::eax, &frame_.sseIsLoaded);
        a_.test(x86::eax, x86::eax);
        a_.jz(no);
        a_.stmxcsr(place(&cpu_.sse.mxcsr, 4));
        mxcsr(x86::Inst::kIdLdmxcsr, &frame_.hostMxcsr);
        a_.xor_(x86::eax, x86::eax);
        toData(&frame_.sseIsLoaded, x86::al);
        a_.bind(no);
    }

    /// The guest's MXCSR becomes the host's if the guest may compute: then rcx is 1, else 0. Flags,
    /// all registers but rcx and r9 stay.
    void makeLoadSse() {
        asmjit::Label no = a_.newLabel();
        flagFromData(x86::ecx, &frame_.mayComputeSse);
        a_.jecxz(x86::rcx, no);
        mxcsr(x86::Inst::kIdStmxcsr, &frame_.hostMxcsr);
        a_.ldmxcsr(place(&cpu_.sse.mxcsr, 4));
        a_.mov(x86::r9d, 1);
        toData(&frame_.sseIsLoaded, x86::r9b);
        a_.bind(no);
        a_.ret();
    }

    static constexpr x86::Gp kept[] = {x86::rbx, x86::rbp, x86::r12, x86::r13, x86::r14, x86::r15};

    /// void enter(const uint8_t *code). Inside, rsp is a multiple of 16.
    void makeEnter() {
        for (const auto &reg : kept)
            a_.push(reg);
        a_.sub(x86::rsp, 8);
        a_.mov(x86::r9, x86::rdi);
        fromData(x86::r15, &frame_.gpr);
        fromData(x86::r14, &frame_.tables);
        load();
        a_.jmp(x86::r9);
    }

    void restoreKept() {
        for (size_t n = std::size(kept); n-- > 0;)
            a_.pop(kept[n]);
        a_.ret();
    }

    /// r8d: EIP.
    void makeLeave() {
        a_.mov(place(&cpu_.eip, 4), x86::r8d);
        store();
        a_.add(x86::rsp, 8);
        restoreKept();
    }

    static constexpr x86::Gp changed[] = {x86::rax, x86::rdx, x86::rsi, x86::rdi, x86::r11};

    /// What a function of the System V ABI may change of the guest's registers, and its flags.
    void saveChanged() {
        for (const auto &reg : changed)
            a_.push(reg);
        a_.lahf();
        a_.seto(x86::al);
        a_.push(x86::rax);
    }
    void restoreChanged() {
        a_.pop(x86::rax);
        a_.add(x86::al, 0x7F);
        a_.sahf();
        for (size_t n = std::size(changed); n-- > 0;)
            a_.pop(changed[n]);
        a_.mov(x86::r10d, 42);
    }

    void makeRefill(Access access) {
        saveChanged();
        fromData(x86::rdi, &frame_.engine);
        a_.mov(x86::esi, x86::r8d);
        a_.mov(x86::edx, static_cast<uint32_t>(access));
        a_.mov(x86::ecx, x86::r9d);
        a_.sub(x86::rsp, 8);
        a_.call(x86::qword_ptr(x86::rip, 0));
        fix(&frame_.refill);
        a_.add(x86::rsp, 8);
        a_.movzx(x86::ecx, x86::al);
        restoreChanged();
        a_.ret();
    }

    /// Jumped to with an EIP in r8d whose page is not what the block there was made from, or not
    /// known.
    void makeAgain(const asmjit::Label &leave) {
        asmjit::Label no = a_.newLabel();
        saveChanged();
        fromData(x86::rdi, &frame_.engine);
        a_.mov(x86::esi, x86::r8d);
        a_.push(x86::r8);
        a_.sub(x86::rsp, 8);
        a_.call(x86::qword_ptr(x86::rip, 0));
        fix(&frame_.again);
        a_.add(x86::rsp, 8);
        a_.pop(x86::r8);
        a_.mov(x86::rcx, x86::rax);
        restoreChanged();
        a_.jecxz(x86::rcx, no);
        a_.jmp(x86::rcx);
        a_.bind(no);
        a_.jmp(leave);
    }

    /// Jumped to with a slow path's number in r8d: goes on with it, or leaves.
    void makeSlowPathMaker() {
        asmjit::Label out = a_.newLabel();
        store();
        fromData(x86::rdi, &frame_.engine);
        a_.mov(x86::esi, x86::r8d);
        a_.call(x86::qword_ptr(x86::rip, 0));
        fix(&frame_.slowPath);
        a_.test(x86::rax, x86::rax);
        a_.jz(out);
        a_.mov(x86::r8, x86::rax);
        load();
        a_.jmp(x86::r8);
        a_.bind(out);
        a_.add(x86::rsp, 8);
        restoreKept();
    }

    /// Called with a site in r8d; returns, or leaves with the CPU as the interpreter left it.
    void makeCallout(const void *function) {
        store();
        fromData(x86::rdi, &frame_.engine);
        a_.mov(x86::esi, x86::r8d);
        a_.sub(x86::rsp, 8);
        a_.call(x86::qword_ptr(x86::rip, 0));
        fix(function);
        a_.add(x86::rsp, 8);
        asmjit::Label out = a_.newLabel(), jump = a_.newLabel();
        a_.cmp(x86::eax, static_cast<uint32_t>(AfterCallout::leave));
        a_.je(out);
        a_.ja(jump);
        load();
        a_.ret();
        a_.bind(out);
        a_.add(x86::rsp, 16);
        restoreKept();

        a_.bind(jump);
        a_.add(x86::rsp, 8);
        fromData(x86::r14, &frame_.tables);
        load();
        a_.mov(x86::r8d, place(&cpu_.eip, 4));
        a_.mov(x86::ecx, place(&cpu_.seg[Cs].base, 4));
        a_.lea(x86::ecx, x86::ptr(x86::rcx, x86::r8));
        a_.movzx(x86::ecx, x86::cx);
        fromData(x86::r9, &frame_.jumpTable);
        a_.jmp(x86::ptr(x86::r9, x86::rcx, 3));
    }

    /// rcx: what the unit does, r9: with which operand, r8d: with which register. It is done if all
    /// exceptions are masked, then rcx is 1, else 0. The guest's registers stay, and its flags,
    /// unless what is done makes them. Only what the function may change is kept: the others belong
    /// to the caller in the System V ABI.
    void makeX87(bool intoFlags) {
        asmjit::Label no = a_.newLabel(), out = a_.newLabel();
        saveChanged();
        a_.movzx(x86::eax, place(&cpu_.x87.control, 2));
        a_.not_(x86::eax);
        a_.test(x86::al, fpflags::all);
        a_.jnz(no);
        unloadSse();
        a_.lea(x86::rdi, place(&cpu_.x87, 8));
        a_.mov(x86::rsi, x86::r9);
        a_.mov(x86::edx, x86::r8d);
        a_.sub(x86::rsp, 8);
        a_.call(x86::rcx);
        a_.add(x86::rsp, 8);
        a_.mov(x86::ecx, 1);
        // Of the flags that are made OF is clear, and the others are as LAHF has them.
        if (intoFlags) a_.mov(x86::byte_ptr(x86::rsp, 1), x86::al);
        if (intoFlags) a_.mov(x86::byte_ptr(x86::rsp), 0);
        a_.bind(out);
        restoreChanged();
        a_.ret();
        a_.bind(no);
        a_.xor_(x86::ecx, x86::ecx);
        a_.jmp(out);
    }

    /// Of a linear address, the 22 bits above so many (or all that are left). r10 holds 42.
    void shiftRight(x86::Gp to, x86::Gp from, unsigned bits) {
        a_.rorx(to, from, 22 + bits);
        a_.shrx(to, to, x86::r10);
    }

    /// rax: the unit of 2^shift bytes that an access at r8d begins in. rcx: zero if it ends there.
    void compareUnits(unsigned size, unsigned shift) {
        a_.lea(x86::rcx, x86::ptr(x86::r8, static_cast<int32_t>(size - 1)));
        shiftRight(x86::rcx, x86::rcx, shift);
        shiftRight(x86::rax, x86::r8, shift);
        a_.not_(x86::rax);
        a_.lea(x86::rcx, x86::ptr(x86::rcx, x86::rax, 0, 1));
        a_.not_(x86::rax);
    }

    /// To rcx: an entry of the SegmentTables at r9, of the page in rax.
    void loadEntry(size_t table) {
        a_.mov(x86::rcx, x86::ptr(x86::r9, static_cast<int32_t>(table)));
        a_.mov(x86::rcx, x86::ptr(x86::rcx, x86::rax, 3));
    }

    /// An access of `size` bytes found no entry. r8d: its linear address, r9: the SegmentTables. If
    /// it lies in one page, whatever its alignment, and either its entry is there or it is a store
    /// whose page's writes are only withheld and none of whose bytes holds code: rcx is the addend;
    /// else 0. Flags, all registers but rcx and r9 stay.
    void makeOtherwise(unsigned size, Access access) {
        const bool write = access == Access::Write;
        const size_t table =
            write ? offsetof(Frame::SegmentTables, write) : offsetof(Frame::SegmentTables, read);
        asmjit::Label oneWord = a_.newLabel(), onePage = a_.newLabel(), out = a_.newLabel();
        a_.push(x86::rax);
        if (write) {
            // Most are in one of the page's words, too, by which is told where code is.
            compareUnits(size, codeWordShift);
            a_.jecxz(x86::rcx, oneWord);
        }
        compareUnits(size, pageShift);
        a_.jecxz(x86::rcx, onePage);
        a_.mov(x86::ecx, 0);
        a_.pop(x86::rax);
        a_.ret();
        a_.bind(onePage);
        loadEntry(table);
        a_.pop(x86::rax);
        a_.ret();
        if (!write) return;
        a_.bind(oneWord);
        asmjit::Label missed = a_.newLabel();
        shiftRight(x86::rax, x86::r8, pageShift);
        loadEntry(table);
        a_.jecxz(x86::rcx, missed);
        a_.pop(x86::rax);
        a_.ret();
        a_.bind(missed);
        loadEntry(offsetof(Frame::SegmentTables, withheld));
        a_.jecxz(x86::rcx, out);
        zeroIfCode(size);
        a_.bind(out);
        a_.pop(x86::rax);
        a_.ret();
    }

    /// rcx: the addend of a store's page, rax: the page, r8d: the address; its bytes are in one
    /// word. rcx becomes zero if one of them holds code. Uses rax and r9.
    void zeroIfCode(unsigned size) {
        asmjit::Label found = a_.newLabel(), out = a_.newLabel();
        a_.push(x86::rcx);
        a_.mov(x86::ecx,
               x86::ptr(x86::r14, x86::rax, 2, static_cast<int32_t>(Tlb::writePagesOffset), 4));
        // Which of the page's words: the address's bits 6 to 11.
        a_.mov(x86::r9d, 32 - pageShift + codeWordShift);
        a_.rorx(x86::eax, x86::r8d, pageShift);
        a_.shrx(x86::eax, x86::eax, x86::r9d);
        // Twice the physical page's number plus one: by half a page's words it is where they begin,
        // and half of them.
        constexpr unsigned halfShift = pageShift - codeWordShift + 3 - 1;
        a_.rorx(x86::rcx, x86::rcx, 64 - halfShift);
        a_.lea(x86::rcx, x86::ptr(x86::rcx, x86::rax, 3, -(1 << halfShift)));
        fromData(x86::rax, &frame_.codeWords);
        a_.mov(x86::rcx, x86::ptr(x86::rax, x86::rcx));
        a_.shrx(x86::rcx, x86::rcx, x86::r8); // by the low 6 bits
        a_.mov(x86::eax, 64 - size);
        a_.shlx(x86::rcx, x86::rcx, x86::rax);
        a_.jecxz(x86::rcx, found);
        a_.pop(x86::rcx);
        a_.mov(x86::ecx, 0);
        a_.short_().jmp(out);
        a_.bind(found);
        a_.pop(x86::rcx);
        a_.bind(out);
    }

    CodeMemory &memory_;
    Cpu &cpu_;
    Frame &frame_;
    const uint8_t *base_;
    asmjit::CodeHolder code_;
    x86::Assembler a_;
};

} // namespace

Glue makeGlue(CodeMemory &memory, Cpu &cpu, Frame &frame) {
    return GlueMaker(memory, cpu, frame).make();
}

} // namespace bootglass::jit
