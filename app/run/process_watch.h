// SPDX-License-Identifier: GPL-3.0-or-later
// Names the guest's processes without its help: by the path that a 32-bit Linux program hands to
// execve(), as it enters the kernel by INT 80h or SYSENTER. The program that is run then has page
// tables of its own, and starts with all registers zero (the kernel's ELF_PLAT_INIT and the i386
// psABI, "Process Initialization"); a call that fails comes back with the old page tables. A
// process is over with exit_group(), or was when its page tables serve another.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/probe/probe.h"

#include <map>
#include <string>

namespace bootglass {

class Machine;

class ProcessWatch {
  public:
    ProcessWatch(Machine &machine, Probe &probe) : machine_(machine), probe_(probe) {}

    void event(const Event &event) {
        switch (event.kind) {
        case EventKind::PrivilegeSwitch:
            if (event.value == 3)
                returned();
            else
                entered(event);
            break;
        case EventKind::SoftwareInterrupt:
            if (event.source == linuxVector) called();
            break;
        case EventKind::PageTableSwitch: left(event); break;
        default: break;
        }
    }
    void serialize(Archive &archive);

  private:
    static constexpr uint16_t linuxVector = 0x80;
    static constexpr size_t mostProcesses = 128; // that are known at a time

    struct Process {
        int64_t activity = 0;
        std::string note;
        Icount seen; // when it ran last
        VirtualNs seenNs;
    };

    struct Call {
        std::string path;
        Icount icount;
        VirtualNs ns;
    };

    void entered(const Event &event);
    void called();
    void returned();
    void startedByKernel();
    void left(const Event &event);
    void start(uint32_t cr3, const std::string &path);
    void forgetOldest();
    void end(std::map<uint32_t, Process>::iterator process);

    Machine &machine_;
    Probe &probe_;
    std::map<uint32_t, Call> calls_;        // of execve(), under way, by CR3
    std::map<uint32_t, Process> processes_; // by CR3
};

} // namespace bootglass
