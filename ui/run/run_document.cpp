// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/run_document.h"

#include <QFileInfo>

namespace bootglass {

RunDocument::RunDocument(const QString &path, QObject *parent) : QObject(parent), path_(path) {
    const std::string file = QFileInfo(path).absoluteFilePath().toStdString();
    pictures_ = std::make_unique<QueryThread>(file);
    details_ = std::make_unique<QueryThread>(file);
    connect(pictures_.get(), &QueryThread::failed, this, &RunDocument::failed);
    poll_.setInterval(std::chrono::milliseconds(250));
    connect(&poll_, &QTimer::timeout, this, &RunDocument::refresh);
    refresh();
}

RunDocument::~RunDocument() = default;

QString RunDocument::fileName() const {
    return QFileInfo(path_).fileName();
}

void RunDocument::setLive(bool live) {
    if (live)
        poll_.start();
    else
        poll_.stop();
    refresh();
}

void RunDocument::refresh() {
    // Never twice at a time: a slow disk would only ever be interrupted.
    askAgain_ = asking_;
    if (asking_) return;
    asking_ = true;
    pictures_->ask(
        QuerySlot::Run, this,
        [](RunReader &reader) -> Result<RunSnapshot> {
            const auto more = reader.refresh();
            if (!more) return more.error();
            return takeSnapshot(reader);
        },
        [this](const Result<RunSnapshot> &result) { taken(result); });
    // The other readers have to see the same end.
    for (QueryThread *other : {details_.get(), background_.get()})
        if (other)
            other->ask(
                QuerySlot::Run, this,
                [](RunReader &reader) { return static_cast<bool>(reader.refresh()); }, [](bool) {});
}

void RunDocument::taken(const Result<RunSnapshot> &result) {
    asking_ = false;
    if (!result) {
        if (!result.error().cancelled) {
            poll_.stop();
            emit failed(QString::fromStdString(result.error().sentence));
        }
        return;
    }
    const bool first = !run_;
    const bool same = run_ && run_->end == result->end &&
                      run_->info.complete == result->info.complete &&
                      run_->fileBytes == result->fileBytes;
    run_ = std::make_shared<const RunSnapshot>(*result);
    if (first)
        emit loaded();
    else if (!same)
        emit changed();
    if (askAgain_) refresh();
}

QueryThread &RunDocument::background() {
    if (!background_)
        background_ =
            std::make_unique<QueryThread>(QFileInfo(path_).absoluteFilePath().toStdString());
    return *background_;
}

bool RunDocument::busy() const {
    return pictures_->busy() || details_->busy() || (background_ && background_->busy());
}

} // namespace bootglass
