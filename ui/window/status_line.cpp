// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/status_line.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"

#include <QFileInfo>

namespace bootglass {

namespace {

constexpr qsizetype shownDigestDigits = 8;

} // namespace

QString runSummary(const RunSnapshot &run, bool live) {
    const QString digest = shownLine(run.info.digest).left(shownDigestDigits);
    QStringList parts = {QFileInfo(QString::fromStdString(run.path)).fileName()};
    if (!digest.isEmpty()) parts << StatusLine::tr("digest %1").arg(digest);
    parts << StatusLine::tr("shift %1").arg(run.shift)
          << StatusLine::tr("%1 instructions").arg(shortCount(run.end.icount.value))
          << StatusLine::tr("%1 events").arg(shortCount(run.storedEvents))
          << byteSize(run.fileBytes);
    if (!run.info.ended.empty())
        parts << StatusLine::tr("ended by %1").arg(shownLine(run.info.ended));
    else if (live)
        parts << StatusLine::tr("recording");
    else if (!run.info.complete)
        parts << StatusLine::tr("not closed");
    return parts.join(QStringLiteral(" · "));
}

QString timeSummary(const RunSnapshot &run) {
    QString virtualTime = StatusLine::tr("%1 virtual").arg(duration(run.end.ns.value));
    if (!(run.info.wallSeconds > 0)) return virtualTime;
    const auto wall =
        static_cast<uint64_t>(run.info.wallSeconds * static_cast<double>(nsPerSecond));
    return virtualTime + StatusLine::tr(" in %1 wall").arg(duration(wall));
}

StatusLine::StatusLine(QWidget *parent)
    : QStatusBar(parent), summary_(new QLabel), times_(new QLabel) {
    setSizeGripEnabled(false);
    for (QLabel *label : {summary_, times_}) {
        label->setTextFormat(Qt::PlainText);
        label->setFont(textFont(8.5));
    }
    // A long file name must not widen the window.
    summary_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    summary_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    summary_->setAccessibleName(tr("The run"));
    times_->setAccessibleName(tr("Virtual and wall time"));
    addWidget(summary_, 1);
    addPermanentWidget(times_);
}

void StatusLine::setRun(const RunSnapshot &run, bool live) {
    summary_->setText(runSummary(run, live));
    summary_->setToolTip(QString::fromStdString(run.path) + u'\n' +
                         tr("digest %1").arg(shownLine(run.info.digest)));
    times_->setText(timeSummary(run));
}

void StatusLine::clear() {
    summary_->clear();
    summary_->setToolTip({});
    times_->clear();
}

void StatusLine::whisper(const QString &sentence) {
    showMessage(sentence, 4000);
}

} // namespace bootglass
