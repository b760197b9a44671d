// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/actions.h"

#include "ui/window/settings.h"

#include <QActionGroup>
#include <QMenu>

namespace bootglass {

namespace {

QString settingOf(const ActionInfo &row) {
    return QStringLiteral("keys/") + QLatin1String(row.name);
}

QList<QKeySequence> sequences(const QString &text) {
    QList<QKeySequence> keys;
    for (const QString &part : text.split(u' ', Qt::SkipEmptyParts))
        if (const QKeySequence sequence(part, QKeySequence::PortableText); !sequence.isEmpty())
            keys << sequence;
    return keys;
}

QString portable(const QList<QKeySequence> &keys) {
    QStringList parts;
    for (const QKeySequence &sequence : keys)
        parts << sequence.toString(QKeySequence::PortableText);
    return parts.join(u' ');
}

void makeExclusive(QObject *parent, std::initializer_list<QAction *> actions) {
    auto *group = new QActionGroup(parent);
    for (QAction *action : actions)
        group->addAction(action);
}

} // namespace

bool isPlain(const QKeySequence &keys) {
    if (keys.isEmpty()) return false;
    const QKeyCombination first = keys[0];
    const bool isFunctionKey = first.key() >= Qt::Key_F1 && first.key() <= Qt::Key_F35;
    return !(first.keyboardModifiers() &
             (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) &&
           !isFunctionKey;
}

Actions::Actions(QObject *parent) : QObject(parent) {
    for (const ActionInfo &row : actionTable()) {
        auto *action = new QAction(tr(row.text), this);
        action->setCheckable(row.checkable);
        actions_[static_cast<size_t>(row.id)] = action;
        // Kept even when empty: a user may want no key for something.
        const QString kept = Settings::text(settingOf(row));
        keys_[static_cast<size_t>(row.id)] = kept.isNull() ? defaultKeys(row.id)
                                             : kept == QStringLiteral("none")
                                                 ? QList<QKeySequence>()
                                                 : sequences(kept);
        applyKeys(row.id);
    }
    using enum ActionId;
    makeExclusive(this, {&(*this)[ThemeDesktop], &(*this)[ThemeLight], &(*this)[ThemeDark]});
    makeExclusive(this, {&(*this)[AxisTime], &(*this)[AxisInstructions], &(*this)[AxisWall]});
    (*this)[AxisTime].setChecked(true);
    (*this)[Quit].setMenuRole(QAction::QuitRole);
    (*this)[About].setMenuRole(QAction::AboutRole);
}

QList<QKeySequence> Actions::defaultKeys(ActionId id) {
    const char *text = actionTable()[static_cast<size_t>(id)].shortcuts;
    return text ? sequences(QString::fromLatin1(text)) : QList<QKeySequence>();
}

QString Actions::plainText(ActionId id) const {
    QString text = tr(actionTable()[static_cast<size_t>(id)].text);
    return text.remove(u'&').remove(u'…');
}

QString Actions::keysText(ActionId id) const {
    QStringList parts;
    for (const QKeySequence &sequence : keys(id))
        parts << sequence.toString(QKeySequence::NativeText);
    return parts.join(QStringLiteral(", "));
}

ActionId Actions::ownerOf(const QKeySequence &keys) const {
    for (const ActionInfo &row : actionTable())
        if (this->keys(row.id).contains(keys)) return row.id;
    return ActionId::Count;
}

void Actions::setKeys(ActionId id, const QList<QKeySequence> &keys) {
    const auto place = static_cast<size_t>(id);
    if (keys_[place] == keys) return;
    keys_[place] = keys;
    const QString setting = settingOf(actionTable()[place]);
    if (keys == defaultKeys(id))
        Settings::remove(setting);
    else
        Settings::setText(setting, keys.isEmpty() ? QStringLiteral("none") : portable(keys));
    applyKeys(id);
    for (const QPointer<QWidget> &timeline : timelines_)
        if (timeline) applyPlainKeys(id, timeline);
}

void Actions::applyKeys(ActionId id) {
    QAction &action = (*this)[id];
    QList<QKeySequence> everywhere;
    for (const QKeySequence &sequence : keys(id))
        if (!isPlain(sequence)) everywhere << sequence;
    action.setShortcuts(everywhere);
    QString text = tr(actionTable()[static_cast<size_t>(id)].text);
    // A menu shows what stands behind a tab where it shows keys.
    if (everywhere.isEmpty() && !keys(id).isEmpty())
        text += u'\t' + keys(id).front().toString(QKeySequence::NativeText);
    action.setText(text);
    QString tip = plainText(id);
    if (!keys(id).isEmpty()) tip += u" (" + keysText(id) + u")";
    action.setToolTip(tip);
    for (const QPointer<QShortcut> &shortcut : plain_[static_cast<size_t>(id)])
        delete shortcut;
    plain_[static_cast<size_t>(id)].clear();
}

void Actions::applyPlainKeys(ActionId id, QWidget *timeline) {
    for (const QKeySequence &sequence : keys(id)) {
        if (!isPlain(sequence)) continue;
        auto *shortcut = new QShortcut(sequence, timeline);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, &(*this)[id], &QAction::trigger);
        plain_[static_cast<size_t>(id)] << shortcut;
    }
}

void Actions::attach(QWidget *timeline) {
    timelines_.removeIf([](const QPointer<QWidget> &old) { return old.isNull(); });
    timelines_ << timeline;
    for (const ActionInfo &row : actionTable())
        applyPlainKeys(row.id, timeline);
}

void Actions::fill(QMenuBar &bar) {
    QMenu *menu = nullptr;
    const char *name = nullptr;
    for (const ActionInfo &row : actionTable()) {
        if (!name || qstrcmp(name, row.menu) != 0) {
            menu = bar.addMenu(tr(row.menu));
            name = row.menu;
        }
        if (row.separatorBefore) menu->addSeparator();
        menu->addAction(&(*this)[row.id]);
    }
}

void Actions::setTheme(const Theme &theme) {
    for (const ActionInfo &row : actionTable())
        if (row.icon) (*this)[row.id].setIcon(icon(*row.icon, theme));
}

} // namespace bootglass
