// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/actions.h"

#include <QActionGroup>
#include <QMenu>

namespace bootglass {

namespace {

constexpr std::array table = std::to_array<ActionInfo>({
    {ActionId::Open, QT_TR_NOOP("&File"), QT_TR_NOOP("&Open a run…"), "Ctrl+O", IconName::Open},
    {ActionId::Recent, QT_TR_NOOP("&File"), QT_TR_NOOP("Opened &last"), nullptr, {}},
    {ActionId::ExportPicture, QT_TR_NOOP("&File"), QT_TR_NOOP("&Export what is shown as PNG…"),
     "Ctrl+E", IconName::Picture, true},
    {ActionId::CloseRun, QT_TR_NOOP("&File"), QT_TR_NOOP("&Close the run"), "Ctrl+W", {}, true},
    {ActionId::Quit, QT_TR_NOOP("&File"), QT_TR_NOOP("&Quit"), "Ctrl+Q", {}},
    {ActionId::CopyCursor,
     QT_TR_NOOP("&Edit"),
     QT_TR_NOOP("&Copy the cursor's time and count"),
     "Ctrl+Shift+C",
     {}},
    {ActionId::ClearCursors,
     QT_TR_NOOP("&Edit"),
     QT_TR_NOOP("C&lear the cursors"),
     "Ctrl+Shift+X",
     {}},
    {ActionId::Fit, QT_TR_NOOP("&View"), QT_TR_NOOP("&Fit the selection"), "Ctrl+F", IconName::Fit},
    {ActionId::ShowAll, QT_TR_NOOP("&View"), QT_TR_NOOP("Show the &whole boot"), "Ctrl+0", {}},
    {ActionId::ZoomIn, QT_TR_NOOP("&View"), QT_TR_NOOP("Zoom &in"), "Ctrl++", IconName::ZoomIn,
     true},
    {ActionId::ZoomOut, QT_TR_NOOP("&View"), QT_TR_NOOP("Zoom &out"), "Ctrl+-", IconName::ZoomOut},
    {ActionId::Back, QT_TR_NOOP("&View"), QT_TR_NOOP("&Back to the view before"), "Alt+Left",
     IconName::Back, true},
    {ActionId::Forward, QT_TR_NOOP("&View"), QT_TR_NOOP("&Forward again"), "Alt+Right",
     IconName::Forward},
    {ActionId::ThemeDesktop,
     QT_TR_NOOP("&View"),
     QT_TR_NOOP("Colours &as the desktop's"),
     nullptr,
     {},
     true,
     true},
    {ActionId::ThemeLight, QT_TR_NOOP("&View"), QT_TR_NOOP("&Light"), nullptr, IconName::Sun, false,
     true},
    {ActionId::ThemeDark, QT_TR_NOOP("&View"), QT_TR_NOOP("&Dark"), nullptr, IconName::Moon, false,
     true},
    {ActionId::Boot, QT_TR_NOOP("&Run"), QT_TR_NOOP("&Boot"), "F5", IconName::Run},
    {ActionId::Pause, QT_TR_NOOP("&Run"), QT_TR_NOOP("&Pause"), "F6", IconName::Pause, false, true},
    {ActionId::Stop, QT_TR_NOOP("&Run"), QT_TR_NOOP("&Stop"), "Shift+F5", IconName::Stop},
    {ActionId::Keys, QT_TR_NOOP("&Help"), QT_TR_NOOP("&Keys and mouse"), "F1", {}},
    {ActionId::About, QT_TR_NOOP("&Help"), QT_TR_NOOP("&About Bootglass"), nullptr, {}},
});
static_assert(table.size() == static_cast<size_t>(ActionId::Count));

} // namespace

std::span<const ActionInfo> actionTable() {
    return table;
}

Actions::Actions(QObject *parent) : QObject(parent) {
    auto *themes = new QActionGroup(this);
    for (const ActionInfo &row : table) {
        auto *action = new QAction(tr(row.text), this);
        if (row.shortcut) action->setShortcut(QKeySequence(QString::fromLatin1(row.shortcut)));
        action->setCheckable(row.checkable);
        if (row.id >= ActionId::ThemeDesktop && row.id <= ActionId::ThemeDark)
            themes->addAction(action);
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        QString tip = action->text().remove(u'&').remove(u'…');
        if (!keys.isEmpty()) tip += u" (" + keys + u")";
        action->setToolTip(tip);
        actions_[static_cast<size_t>(row.id)] = action;
    }
    (*this)[ActionId::Quit].setMenuRole(QAction::QuitRole);
    (*this)[ActionId::About].setMenuRole(QAction::AboutRole);
}

void Actions::fill(QMenuBar &bar) {
    QMenu *menu = nullptr;
    const char *name = nullptr;
    for (const ActionInfo &row : table) {
        if (!name || qstrcmp(name, row.menu) != 0) {
            menu = bar.addMenu(tr(row.menu));
            name = row.menu;
        }
        if (row.separatorBefore) menu->addSeparator();
        menu->addAction(&(*this)[row.id]);
    }
}

void Actions::setTheme(const Theme &theme) {
    for (const ActionInfo &row : table)
        if (row.icon) (*this)[row.id].setIcon(icon(*row.icon, theme));
}

} // namespace bootglass
