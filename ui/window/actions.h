// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that the window can be told to do, in one table: its menu, its words, its keys, its
// icon. Menus, tool bar, command palette, shortcut editor and the list of keys are made from it; a
// new action is a row (action_table.cpp).
#pragma once

#include "ui/base/icons.h"

#include <QAction>
#include <QMenuBar>
#include <QObject>
#include <QPointer>
#include <QShortcut>

#include <array>
#include <optional>
#include <span>

namespace bootglass {

enum class ActionId {
    Open,
    Recent, // a menu of its own
    Compare,
    ExportPicture,
    MakeFigure,
    CloseRun,
    Quit,
    Find,
    FindNext,
    FindPrevious,
    Palette,
    CopyCursor,
    ClearCursors,
    AddNote,
    Shortcuts,
    Fit,
    ShowAll,
    ZoomIn,
    ZoomOut,
    Back,
    Forward,
    AxisTime,
    AxisInstructions,
    AxisWall,
    ThemeDesktop,
    ThemeLight,
    ThemeDark,
    FilterLanes,
    PinLane,
    HideLane,
    ShowLanes,
    LaneUp,
    LaneDown,
    LaneTaller,
    LaneShorter,
    FoldAll,
    UnfoldAll,
    GoToStart,
    GoToEnd,
    GoEarlier,
    GoLater,
    PageEarlier,
    PageLater,
    ScrollUp,
    ScrollDown,
    PreviousLane,
    NextLane,
    PreviousEvent,
    NextEvent,
    PreviousMarker,
    NextMarker,
    PreviousPhase,
    NextPhase,
    Boot,
    Pause,
    Stop,
    Keys,
    About,
    Count,
};
inline constexpr size_t actionCount = static_cast<size_t>(ActionId::Count);

struct ActionInfo {
    ActionId id = ActionId::Count;
    const char *name = nullptr; // in the settings, never translated: "zoom-in"
    const char *menu = nullptr;
    const char *text = nullptr;
    const char *shortcuts = nullptr; // as QKeySequence reads them, parted by spaces; nullptr: none
    std::optional<IconName> icon;
    bool separatorBefore = false;
    bool checkable = false;
};

std::span<const ActionInfo> actionTable();

/// Keys like W or Home, which a text field needs for itself: they count in the timeline alone.
bool isPlain(const QKeySequence &keys);

class Actions : public QObject {
    Q_OBJECT

  public:
    explicit Actions(QObject *parent = nullptr);

    QAction &operator[](ActionId id) { return *actions_[static_cast<size_t>(id)]; }
    /// All menus, from left to right.
    void fill(QMenuBar &bar);
    void setTheme(const Theme &theme);

    // --- keys
    QList<QKeySequence> keys(ActionId id) const { return keys_[static_cast<size_t>(id)]; }
    static QList<QKeySequence> defaultKeys(ActionId id);
    /// Taken from now on, and kept in the settings.
    void setKeys(ActionId id, const QList<QKeySequence> &keys);
    /// The action that has these keys already; Count: none.
    ActionId ownerOf(const QKeySequence &keys) const;
    /// The plain keys work while this widget has the focus.
    void attach(QWidget *timeline);
    /// As people read them: "W, +, ="
    QString keysText(ActionId id) const;
    /// Without the marks of menus: "Zoom in"
    QString plainText(ActionId id) const;

  private:
    void applyKeys(ActionId id);
    void applyPlainKeys(ActionId id, QWidget *timeline);

    std::array<QAction *, actionCount> actions_{};
    std::array<QList<QKeySequence>, actionCount> keys_;
    std::array<QList<QPointer<QShortcut>>, actionCount> plain_;
    QList<QPointer<QWidget>> timelines_;
};

} // namespace bootglass
