// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/query_thread.h"

#include <QMetaObject>

#include <algorithm>

namespace bootglass {

namespace {

constexpr auto patience = std::chrono::milliseconds(250);

} // namespace

QueryThread::QueryThread(std::string path, QObject *parent)
    : QObject(parent), path_(std::move(path)), thread_([this] { run(); }) {}

QueryThread::~QueryThread() {
    std::unique_lock lock(mutex_);
    quit_ = true;
    waiting_.clear();
    wake_.notify_all();
    // A question may consist of several queries: interrupt until the last one has ended.
    while (!ended_) {
        if (reader_ && running_) reader_->interrupt();
        wake_.wait_for(lock, std::chrono::milliseconds(2), [this] { return ended_; });
    }
    lock.unlock();
    thread_.join();
}

bool QueryThread::busy() const {
    const std::scoped_lock lock(mutex_);
    return running_ || !waiting_.empty();
}

bool QueryThread::starved(QuerySlot slot) const {
    return Clock::now() - answered_[static_cast<size_t>(slot)] > patience;
}

void QueryThread::post(QuerySlot slot, Question question) {
    const std::scoped_lock lock(mutex_);
    const auto same = std::ranges::find(waiting_, slot, &Waiting::slot);
    if (same != waiting_.end())
        same->question = std::move(question);
    else
        waiting_.push_back({slot, std::move(question)});
    if (running_ == slot && reader_ && !starved(slot)) reader_->interrupt();
    wake_.notify_all();
}

void QueryThread::cancel(QuerySlot slot) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(waiting_, [slot](const Waiting &waiting) { return waiting.slot == slot; });
    if (running_ == slot && reader_) reader_->interrupt();
}

void QueryThread::run() {
    auto opened = RunReader::open(path_);
    std::unique_lock lock(mutex_);
    if (!opened) {
        const QString sentence = QString::fromStdString(opened.error().sentence);
        QMetaObject::invokeMethod(
            this, [this, sentence] { emit failed(sentence); }, Qt::QueuedConnection);
    } else {
        reader_ = opened->get();
    }
    while (reader_) {
        wake_.wait(lock, [this] { return quit_ || !waiting_.empty(); });
        if (quit_) break;
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        running_ = next.slot;
        lock.unlock();
        Answer answer = next.question(*reader_);
        lock.lock();
        answered_[static_cast<size_t>(next.slot)] = Clock::now();
        running_.reset();
        if (!quit_) QMetaObject::invokeMethod(this, std::move(answer), Qt::QueuedConnection);
    }
    reader_ = nullptr;
    ended_ = true;
    wake_.notify_all();
}

} // namespace bootglass
