// SPDX-License-Identifier: GPL-3.0-or-later
// The style sheet: what a palette cannot say, as few rules as will do.
#include "ui/base/theme.h"

namespace bootglass {

QString Theme::styleSheet() const {
    const QString rules = QStringLiteral(R"(
QMainWindow, QDialog { background: $ground; }
QLabel { color: $text; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMenuBar { background: $chrome; color: $text; padding: 2px 6px; border: none; }
QMenuBar::item { background: transparent; padding: 5px 12px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $ground; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $current; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolBar { background: $ground; border: none; border-bottom: 1px solid $line; padding: 7px 12px;
    spacing: 6px; }
QToolBar::separator { background: $line; width: 1px; margin: 5px 6px; }
QToolBar QToolButton { border: none; border-radius: 5px; padding: 4px; }
QToolBar QToolButton:hover { background: $hover; }
QToolBar QToolButton:focus { border: 1px solid $accent; padding: 3px; }
QComboBox, QLineEdit { background: $ground; color: $text; border: 1px solid $line;
    border-radius: 5px; padding: 4px 9px; min-height: 18px; selection-background-color: $accent;
    selection-color: $ground; }
QComboBox:focus, QLineEdit:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/chevron-$name.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $ground; color: $text; border: 1px solid $line;
    selection-background-color: $current; selection-color: $text; outline: none; }
QStatusBar { background: $chrome; color: $secondary; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $secondary; padding: 2px 8px; }
QTabWidget::pane { border: none; background: $ground; }
QTabBar { background: $chrome; border: none; }
QTabBar::tab { background: transparent; color: $secondary; padding: 6px 13px; margin: 3px 1px 3px 5px;
    border: 1px solid transparent; border-radius: 4px; }
QTabBar::tab:selected { background: $ground; color: $text; border-color: $line; font-weight: 600; }
QTabBar QToolButton { background: $chrome; border: 1px solid $line; }
QTabBar::tab:hover:!selected { color: $text; }
QTabBar::tab:focus { border-color: $accent; }
QAbstractItemView { background: $ground; color: $text; border: none; outline: none;
    gridline-color: transparent; alternate-background-color: $lane;
    selection-background-color: $current; selection-color: $text; }
QHeaderView { background: $ground; border: none; }
QHeaderView::section { background: $ground; color: $secondary; border: none; padding: 3px 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $handle; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QPlainTextEdit { background: $ground; color: $text; border: none;
    selection-background-color: $current; selection-color: $text; }
QSplitter::handle { background: $line; }
QToolTip { background: $ground; color: $text; border: 1px solid $line; padding: 4px; }
QPushButton { background: $ground; color: $text; border: 1px solid $line; border-radius: 5px;
    padding: 6px 16px; }
QPushButton:hover { border-color: $faint; }
QPushButton:focus { border-color: $accent; }
QPushButton:default { background: $accent; color: $ground; border-color: $accent; }
QPushButton:disabled { color: $faint; }
#sidePanel, #sidePanel QScrollArea, #sidePanelContent { background: $ground; border: none; }
#panelTitle { color: $text; font-weight: 600; }
#secondary { color: $secondary; }
#rule { background: $line; }
#banner { background: $banner; border-bottom: 1px solid $line; }
#banner QLabel { color: $bannerText; }
#banner QToolButton { border: none; color: $bannerText; padding: 2px 6px; }
QPushButton#link { border: none; background: transparent; color: $accent; padding: 4px 10px; }
QPushButton#link:hover { background: $hover; }
#clock { background: $lane; border: 1px solid $line; border-radius: 6px; }
#page { background: $ground; }
#palette { border: 1px solid $faint; border-radius: 6px; }
#hoverCard { background: $ground; border: 1px solid $line; border-radius: 5px; }
)");
    const std::pair<const char16_t *, QColor> names[] = {
        {u"$ground", ground},
        {u"$chrome", chrome},
        {u"$secondary", secondary},
        {u"$lane", lane},
        {u"$line", line},
        {u"$text", text},
        {u"$faint", faint},
        {u"$accent", accent},
        {u"$current", currentRow},
        {u"$hover", mixed(chrome, text, 0.08)},
        {u"$handle", mixed(ground, secondary, 0.35)},
        {u"$bannerText", bannerText},
        {u"$banner", banner},
    };
    QString sheet = rules;
    sheet.replace(QStringLiteral("$name"),
                  dark() ? QStringLiteral("dark") : QStringLiteral("light"));
    for (const auto &[name, colour] : names)
        sheet.replace(QStringView(name).toString(), colour.name());
    return sheet;
}

} // namespace bootglass
