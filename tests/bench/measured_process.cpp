// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/measured_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace bootglass {

namespace {

double secondsOf(const timeval &time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void redirect(const std::string &path, int descriptor) {
    const int file =
        open(path.empty() ? "/dev/null" : path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file >= 0) dup2(file, descriptor);
}

[[noreturn]] void become(const std::vector<std::string> &command, const ProcessFiles &files) {
    std::vector<char *> arguments;
    for (const std::string &word : command)
        arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    redirect(files.standardOutput, STDOUT_FILENO);
    redirect(files.standardError, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

} // namespace

Result<ProcessCost> measure(const std::vector<std::string> &command, const ProcessFiles &files,
                            const std::function<bool()> &enough) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const pid_t child = fork();
    if (child < 0) return Error{fmt::format("no process can be started: {}", strerror(errno))};
    if (child == 0) become(command, files);

    int status = 0;
    rusage usage{};
    bool ended = false;
    while (!ended) {
        const pid_t waited = wait4(child, &status, enough ? WNOHANG : 0, &usage);
        if (waited < 0 && errno != EINTR)
            return Error{fmt::format("'{}' got lost: {}", command.front(), strerror(errno))};
        ended = waited == child;
        if (!ended && enough) {
            if (enough()) kill(child, SIGTERM);
            usleep(100'000);
        }
    }
    ProcessCost cost;
    cost.wallSeconds = std::chrono::duration<double>(Clock::now() - start).count();
    cost.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    cost.cpuSeconds = secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
    cost.peakMib = static_cast<double>(usage.ru_maxrss) / 1024; // ru_maxrss is in KiB
    if (cost.exitCode == 127) return Error{fmt::format("'{}' cannot be started", command.front())};
    return cost;
}

} // namespace bootglass
