// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>

namespace bootglass {

const Theme &Theme::light() {
    static const Theme theme = [] {
        Theme t;
        t.name = ThemeName::Light;
        t.ground = QColor(0xFFFFFF);
        t.chrome = QColor(0xF6F7F9);
        t.lane = QColor(0xF5F7F9);
        t.text = QColor(0x1B1F24);
        t.secondary = QColor(0x6B7480);
        t.faint = QColor(0xA9B1BB);
        t.line = QColor(0xDDE1E6);
        t.grid = QColor(0xEBEEF1);
        t.accent = QColor(0x0A63C4);
        t.cursorA = QColor(0x0A63C4);
        t.cursorB = QColor(0x7B4BC4);
        t.selection = QColor(10, 99, 196, 16);
        t.currentRow = QColor(0xDCF1FB);
        t.pill = QColor(0x1F2630);
        t.pillText = QColor(0xFFFFFF);
        t.flag = okabeIto::vermilion;
        t.idle = QColor(0xC3C8CE);
        t.banner = QColor(0xFFF4DC);
        t.bannerText = QColor(0x5A3E00);
        t.consoleGround = QColor(0x0B0D10);
        t.consoleText = QColor(0xDDE2E8);
        return t;
    }();
    return theme;
}

const Theme &Theme::darkOne() {
    static const Theme theme = [] {
        Theme t;
        t.name = ThemeName::Dark;
        t.ground = QColor(0x15181D);
        t.chrome = QColor(0x1C2026);
        t.lane = QColor(0x1B1F26);
        t.text = QColor(0xE4E8ED);
        t.secondary = QColor(0x98A2AE);
        t.faint = QColor(0x5C6570);
        t.line = QColor(0x2C323A);
        t.grid = QColor(0x232830);
        t.accent = QColor(0x5AA9F5);
        t.cursorA = QColor(0x5AA9F5);
        t.cursorB = QColor(0xB492F0);
        t.selection = QColor(90, 169, 245, 26);
        t.currentRow = QColor(0x1E3646);
        t.pill = QColor(0xE4E8ED);
        t.pillText = QColor(0x15181D);
        t.flag = QColor(0xF0803C);
        t.idle = QColor(0x59616B);
        t.banner = QColor(0x3A2F14);
        t.bannerText = QColor(0xF6DFA8);
        t.consoleGround = QColor(0x0B0D10);
        t.consoleText = QColor(0xDDE2E8);
        return t;
    }();
    return theme;
}

ThemeName Theme::wanted(const QPalette &desktop) {
    return desktop.color(QPalette::Window).lightness() < 128 ? ThemeName::Dark : ThemeName::Light;
}

QPalette Theme::palette() const {
    QPalette p;
    p.setColor(QPalette::Window, chrome);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, ground);
    p.setColor(QPalette::AlternateBase, lane);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, faint);
    p.setColor(QPalette::Button, chrome);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, okabeIto::vermilion);
    p.setColor(QPalette::ToolTipBase, ground);
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, currentRow);
    p.setColor(QPalette::HighlightedText, text);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::Light, mixed(chrome, Qt::white, dark() ? 0.08 : 0.6));
    p.setColor(QPalette::Midlight, mixed(chrome, Qt::white, dark() ? 0.04 : 0.3));
    p.setColor(QPalette::Mid, line);
    p.setColor(QPalette::Dark, mixed(line, Qt::black, 0.25));
    p.setColor(QPalette::Shadow, Qt::black);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, faint);
    return p;
}

QColor mixed(const QColor &a, const QColor &b, double shareOfB) {
    const auto mix = [shareOfB](int x, int y) {
        return static_cast<int>(std::lround(x + (y - x) * shareOfB));
    };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

QColor textOn(const QColor &ground) {
    // Relative luminance by the sRGB weights; the threshold favours white on saturated bands.
    const double luminance =
        0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF();
    return luminance > 0.56 ? QColor(0x14, 0x1A, 0x21) : QColor(Qt::white);
}

QColor phaseColour(const QString &path, const Theme &theme) {
    const QStringList parts = path.split(u'/');
    const QString &top = parts.first();
    auto depth = static_cast<int>(parts.size()) - 1;
    QColor colour;
    if (top == u"firmware") {
        colour = okabeIto::orange;
    } else if (top == u"loader") {
        colour = okabeIto::purple;
    } else if (top == u"kernel") {
        colour = okabeIto::blue;
        if (depth > 0 && parts[1] == u"drivers") {
            colour = okabeIto::sky;
            --depth;
        }
    } else if (top == u"userspace") {
        colour = okabeIto::green;
    } else {
        colour = theme.secondary;
    }
    const double towards = std::min(0.6, depth == 0 ? 0.0 : 0.08 + 0.2 * depth);
    return mixed(colour, theme.dark() ? theme.ground : QColor(Qt::white), towards);
}

QColor shareColour(CpuShare share, const Theme &theme) {
    switch (share) {
    case CpuShare::Firmware: return okabeIto::orange;
    case CpuShare::Loader: return okabeIto::purple;
    case CpuShare::Kernel: return okabeIto::blue;
    case CpuShare::User: return okabeIto::green;
    case CpuShare::Idle: return theme.idle;
    }
    return theme.idle;
}

QColor costColour(HostActivity activity, const Theme &theme) {
    switch (activity) {
    case HostActivity::Translate: return okabeIto::vermilion;
    case HostActivity::Execute: return okabeIto::blue;
    case HostActivity::Interpret: return okabeIto::sky;
    case HostActivity::Devices: return okabeIto::orange;
    case HostActivity::Record: return okabeIto::purple;
    }
    return theme.idle;
}

QColor sourceColour(const QString &name, const Theme &theme) {
    struct Rule {
        const char16_t *part;
        QColor colour;
    };
    // First match wins: "ACPI PM timer" is a timer, "APIC timer" too.
    static const std::array rules = {
        Rule{u"page fault", okabeIto::green},  Rule{u"#pf", okabeIto::green},
        Rule{u"apic timer", okabeIto::sky},    Rule{u"local apic", okabeIto::sky},
        Rule{u"timer", okabeIto::blue},        Rule{u"8254", okabeIto::blue},
        Rule{u"hpet", okabeIto::blue},         Rule{u"serial", okabeIto::purple},
        Rule{u"uart", okabeIto::purple},       Rule{u"com1", okabeIto::purple},
        Rule{u"16550", okabeIto::purple},      Rule{u"console", okabeIto::purple},
        Rule{u"disk", okabeIto::vermilion},    Rule{u"ide", okabeIto::vermilion},
        Rule{u"ata", okabeIto::vermilion},     Rule{u"pci", okabeIto::orange},
        Rule{u"fw_cfg", okabeIto::orange},     Rule{u"debug", okabeIto::orange},
        Rule{u"i8042", QColor(0xB8A400)},      Rule{u"keyboard", QColor(0xB8A400)},
        Rule{u"vga", QColor(0x7B6BC4)},        Rule{u"vbe", QColor(0x7B6BC4)},
        Rule{u"system call", okabeIto::green},
    };
    const QString lower = name.toLower();
    for (const Rule &rule : rules)
        if (lower.contains(QStringView(rule.part))) return rule.colour;
    return mixed(theme.secondary, okabeIto::blue, 0.25);
}

QFont textFont(double points, QFont::Weight weight) {
    static const bool inter = QFontDatabase::hasFamily(QStringLiteral("Inter"));
    QFont font = inter ? QFont(QStringLiteral("Inter")) : QGuiApplication::font();
    font.setPointSizeF(points);
    font.setWeight(weight);
    return font;
}

QFont codeFont(double points) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    for (const char16_t *family : {u"JetBrains Mono", u"DejaVu Sans Mono", u"Noto Mono"}) {
        if (!QFontDatabase::hasFamily(QStringView(family).toString())) continue;
        font = QFont(QStringView(family).toString());
        break;
    }
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(points);
    return font;
}

} // namespace bootglass
