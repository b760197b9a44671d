// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_bar.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

namespace bootglass {

namespace {

QWidget *stretch() {
    auto *space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return space;
}

} // namespace

RunBar::RunBar(Actions &actions, QWidget *parent)
    : QToolBar(parent),
      actions_(actions),
      profiles_(new QComboBox),
      clock_(new ClockPanel),
      speed_(new QLabel),
      search_(new QLineEdit) {
    setObjectName(QStringLiteral("runBar"));
    setWindowTitle(tr("Run"));
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setIconSize({20, 20});
    profiles_->setAccessibleName(tr("Guest to boot"));
    profiles_->setToolTip(tr("Guest to boot"));
    profiles_->setMinimumContentsLength(24);
    profiles_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    speed_->setObjectName(QStringLiteral("secondary"));
    speed_->setFont(textFont(9));
    speed_->setTextFormat(Qt::PlainText);
    speed_->setAccessibleName(tr("Speed"));
    // As wide as it gets, so that the clock stands still.
    speed_->setMinimumWidth(speed_->fontMetrics().horizontalAdvance(
        QStringLiteral("  8 888 MIPS · recording 888 k events/s · userspace/init")));
    for (const ActionId id : {ActionId::Boot, ActionId::Pause, ActionId::Stop})
        addAction(&actions_[id]);
    addSeparator();
    addWidget(profiles_);
    addWidget(stretch());
    addWidget(clock_);
    speedPlace_ = addWidget(speed_); // a widget of a tool bar is shown and hidden by its action
    addWidget(stretch());
    for (const ActionId id : {ActionId::Back, ActionId::Forward, ActionId::ZoomOut,
                              ActionId::ZoomIn, ActionId::Fit, ActionId::ExportPicture})
        addAction(&actions_[id]);
    search_->setPlaceholderText(tr("Search: word, irq:4, >1ms"));
    search_->setAccessibleName(tr("Search the run"));
    search_->setToolTip(tr("Words in events, markers, phases and console lines; or /regex/, irq:4, "
                           "timer:apic, vector:14, kind:port_write, address:0x3f8, >1ms"));
    search_->setClearButtonEnabled(true);
    search_->setFixedWidth(220);
    addWidget(search_);
    connect(search_, &QLineEdit::returnPressed, this, [this] {
        if (!search_->text().trimmed().isEmpty()) emit searched(search_->text());
    });
    setState(RunSession::State::Idle);
}

void RunBar::setProfiles(const QList<ProfileChoice> &profiles) {
    const QString chosen = profile();
    profiles_->clear();
    for (const ProfileChoice &entry : profiles)
        profiles_->addItem(entry.title.isEmpty() ? entry.name : entry.title, entry.name);
    chooseProfile(chosen);
}

void RunBar::chooseProfile(const QString &name) {
    const int place = profiles_->findData(name);
    if (place >= 0) profiles_->setCurrentIndex(place);
}

void RunBar::setState(RunSession::State state) {
    const bool idle = state == RunSession::State::Idle;
    actions_[ActionId::Boot].setEnabled(idle && profiles_->count() > 0);
    actions_[ActionId::Pause].setEnabled(!idle);
    actions_[ActionId::Pause].setChecked(state == RunSession::State::Paused);
    actions_[ActionId::Stop].setEnabled(!idle);
    profiles_->setEnabled(idle);
    if (idle) speed_->clear();
    speedPlace_->setVisible(!idle);
    if (state == RunSession::State::Paused) speed_->setText(tr("  paused"));
}

void RunBar::setProgress(const RunProgress &progress, bool isSeen) {
    if (isSeen) clock_->setMoment(progress.ns, progress.icount);
    QStringList parts = {mipsText(progress.mips),
                         tr("recording %1 events/s")
                             .arg(shortCount(static_cast<uint64_t>(progress.eventsPerSecond)))};
    if (!progress.phase.isEmpty()) parts << shownLine(progress.phase.toStdString());
    speed_->setText(u"  " + parts.join(QStringLiteral(" · ")));
}

} // namespace bootglass
