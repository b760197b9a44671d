// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that the window can be told to do, in one table: its menu, its words, its keys, its
// icon. Menus and tool bar are made from it; a new action is a row.
#pragma once

#include "ui/base/icons.h"

#include <QAction>
#include <QMenuBar>
#include <QObject>

#include <array>
#include <optional>
#include <span>

namespace bootglass {

enum class ActionId {
    Open,
    Recent, // a menu of its own
    ExportPicture,
    CloseRun,
    Quit,
    CopyCursor,
    ClearCursors,
    Fit,
    ShowAll,
    ZoomIn,
    ZoomOut,
    Back,
    Forward,
    ThemeDesktop,
    ThemeLight,
    ThemeDark,
    Boot,
    Pause,
    Stop,
    Keys,
    About,
    Count,
};

struct ActionInfo {
    ActionId id = ActionId::Count;
    const char *menu = nullptr;
    const char *text = nullptr;
    const char *shortcut = nullptr; // as QKeySequence reads it; nullptr: none
    std::optional<IconName> icon;
    bool separatorBefore = false;
    bool checkable = false;
};

std::span<const ActionInfo> actionTable();

class Actions : public QObject {
    Q_OBJECT

  public:
    explicit Actions(QObject *parent = nullptr);

    QAction &operator[](ActionId id) { return *actions_[static_cast<size_t>(id)]; }
    /// All menus, from left to right.
    void fill(QMenuBar &bar);
    void setTheme(const Theme &theme);

  private:
    std::array<QAction *, static_cast<size_t>(ActionId::Count)> actions_{};
};

} // namespace bootglass
