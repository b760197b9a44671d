// SPDX-License-Identifier: GPL-3.0-or-later
// Boots what a Debian package brings through Debian's SeaBIOS, types, and waits for texts on the
// screen and the serial line.
#pragma once

#include "emulator/machine/machine.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QStringList>

#include <memory>
#include <string_view>
#include <utility>

namespace bootglass {

class BootRun : public MachineObserver {
  public:
    static MachineFiles files() {
        return {.bios = "/usr/share/seabios/bios-256k.bin",
                .vgaBios = "/usr/share/seabios/vgabios-stdvga.bin"};
    }

    /// Empty, or why there is no machine.
    explicit BootRun(MachineConfig settings, const MachineFiles &from = files()) {
        MachineConfigResult result = loadMachineConfig(std::move(settings), from);
        error = QString::fromStdString(result.error);
        if (!result) return;
        machine = std::make_unique<Machine>(std::move(*result.config));
        machine->setObserver(this);
    }

    void event(const Event &event) override {
        if (event.kind == EventKind::Dma) ++transfers;
    }
    void consoleByte(ConsoleId console, uint8_t byte) override {
        if (console == ConsoleId::Com1) serial += static_cast<char>(byte);
        if (console == ConsoleId::PortE9) portE9 += static_cast<char>(byte);
        if (console == ConsoleId::FirmwareLog) firmwareLog += static_cast<char>(byte);
    }

    QString screen() const {
        std::optional<TextPage> text = machine->text();
        if (!text) return {};
        QStringList rows;
        for (unsigned row = 0; row < text->rows; ++row)
            rows += QString::fromStdString(text->row(row));
        return rows.join('\n');
    }

    /// Runs until the text is on the screen or the serial line; false if virtual time runs out or
    /// the run ends. Looks each 10 virtual ms.
    bool waitFor(const QString &text, unsigned seconds = 60) {
        constexpr uint64_t look = 10'000'000;
        VirtualNs limit = machine->now() + uint64_t{seconds} * nsPerSecond;
        while (machine->now() < limit) {
            stop = machine->run(Icount::never(), machine->now() + look);
            if (screen().contains(text) || serial.contains(text.toUtf8())) return true;
            if (stop == Stop::Halt || endsRun(stop)) return false;
        }
        return false;
    }
    void runFor(uint64_t ns) { stop = machine->run(Icount::never(), machine->now() + ns); }

    /// Types on the keyboard: letters, digits and what else kernels' command lines need.
    void type(std::string_view text) {
        for (char c : text) {
            // Control characters that have no key of their own: Ctrl and a letter.
            bool control = c > 0 && c <= 26 && c != '\b' && c != '\t' && c != '\n';
            auto [code, shifted] = keyOf(control ? static_cast<char>(c + '`') : c);
            uint16_t with = control ? leftControl : shifted ? leftShift : uint16_t{0};
            if (with != 0) machine->key(with, true);
            machine->key(code, true);
            runFor(keyNs);
            machine->key(code, false);
            if (with != 0) machine->key(with, false);
            runFor(keyNs);
        }
    }
    void sendSerial(std::string_view text) {
        machine->receiveSerial(ConsoleId::Com1,
                               {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
    }

    QString error;
    std::unique_ptr<Machine> machine;
    Stop stop = Stop::Limit;
    QByteArray serial;
    QByteArray firmwareLog;
    QByteArray portE9;
    uint64_t transfers = 0;

  private:
    static constexpr uint16_t leftControl = 0x1D;
    static constexpr uint16_t leftShift = 0x2A;
    static constexpr uint64_t keyNs = 30'000'000;

    /// Set 1 make code, and whether it wants a shift.
    static std::pair<uint16_t, bool> keyOf(char c) {
        using namespace std::literals;
        // Code 0x1D and 0x2A are Ctrl and Shift: no characters.
        constexpr auto rows = "\0331234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./"sv;
        constexpr auto shifted = "\033!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?"sv;
        if (c == ' ') return {0x39, false};
        if (size_t at = rows.find(c); at != std::string_view::npos)
            return {static_cast<uint16_t>(at + 1), false};
        if (size_t at = shifted.find(c); at != std::string_view::npos)
            return {static_cast<uint16_t>(at + 1), true};
        return {0x39, false};
    }
};

} // namespace bootglass
