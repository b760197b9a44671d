// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/guest_session.h"

#include "app/run/key_codes.h"
#include "app/session/usable_profiles.h"

#include <QDateTime>
#include <QDir>
#include <QStandardPaths>

#include <new>

namespace bootglass {

namespace {

/// A new file in the user's folder of runs.
QString newRunFile(const QString &profile) {
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
                      QStringLiteral("/runs"));
    folder.mkpath(QStringLiteral("."));
    return folder.filePath(
        profile + QLatin1Char('-') +
        QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss")) +
        QStringLiteral(".bootglass"));
}

Result<RunOptions> optionsOf(const RunRequest &request) {
    RunOptions options;
    if (!request.profile.isEmpty()) options.profile = request.profile.toStdString();
    options.output.clear();
    for (auto option = request.options.begin(); option != request.options.end(); ++option) {
        for (const QString &value : option.value().split(QLatin1Char('\n'))) {
            if (auto set = setRunOption(options, option.key().toStdString(), value.toStdString());
                !set) {
                return set.error();
            }
        }
    }
    if (options.output.empty()) {
        const QString profile = QString::fromStdString(options.profile.value_or(defaultProfile));
        options.output = newRunFile(QFileInfo(profile).completeBaseName()).toStdString();
    }
    return options;
}

} // namespace

/// Hands on from the machine's thread to the window's.
class GuestSession::Watcher final : public RunWatcher {
  public:
    explicit Watcher(GuestSession &session) : session_(session) {}

    void progressed(const RunStatus &status) override {
        const RunProgress progress{status.at.icount,       status.at.ns,
                                   status.at.idleNs,       status.mips,
                                   status.eventsPerSecond, QString::fromStdString(status.phase)};
        session_.post([&session = session_, progress] { emit session.progressed(progress); });
    }
    bool wantsScreen() const override { return true; }
    void pictureChanged(const ScreenPicture &picture) override {
        if (picture.pixels == picture_.pixels) return;
        picture_ = picture;
        screen_ = {}; // the text that comes after it is news, whatever it is
        session_.post([&session = session_, picture] { emit session.pictureChanged(picture); });
    }
    void screenChanged(const TextScreen &screen) override {
        if (screen == screen_) return;
        screen_ = screen;
        session_.post([&session = session_, screen] { emit session.screenChanged(screen); });
    }
    void paused(bool paused) override {
        session_.post([&session = session_, paused] {
            session.setState(paused ? State::Paused : State::Running);
        });
    }

  private:
    GuestSession &session_;
    TextScreen screen_;
    ScreenPicture picture_;
};

GuestSession::GuestSession(QObject *parent) : RunSession(parent) {}

GuestSession::~GuestSession() {
    stop();
    if (thread_.joinable()) thread_.join();
}

QList<ProfileChoice> GuestSession::profiles() const {
    QList<ProfileChoice> entries;
    for (const auto &[name, title] : usableProfiles()) {
        entries.append({QString::fromStdString(name), QString::fromStdString(title)});
    }
    return entries;
}

void GuestSession::start(const RunRequest &request) {
    if (state_ != State::Idle) return;
    if (thread_.joinable()) thread_.join();
    const Result<RunOptions> options = optionsOf(request);
    if (!options) {
        emit failed(QString::fromStdString(options.error().sentence));
        return;
    }
    stopping_ = false;
    setState(State::Running);
    thread_ = std::thread([this, options = *options] { runOnThread(options); });
}

void GuestSession::runOnThread(const RunOptions &options) try {
    const auto fail = [this](const Error &error) {
        end([this, sentence = QString::fromStdString(error.sentence)] { emit failed(sentence); });
    };
    auto plan = planRun(options);
    if (!plan) return fail(plan.error());
    Watcher watcher(*this);
    auto created = RunWorker::create(std::move(*plan), &watcher);
    if (!created) return fail(created.error());
    RunWorker *worker = created->get();
    {
        const std::lock_guard lock(mutex_);
        worker_ = std::move(*created);
    }
    if (stopping_) worker->stop();
    post([this, file = QString::fromStdString(options.output)] { emit started(file); });

    const Result<RunOutcome> outcome = worker->run();
    {
        const std::lock_guard lock(mutex_);
        worker_.reset();
    }
    if (!outcome) return fail(outcome.error());
    end([this, how = QString::fromStdString(outcome->ended)] { emit finished(how); });
} catch (const std::bad_alloc &) {
    end([this] { emit failed(tr("There is not enough memory for this guest.")); });
}

void GuestSession::end(const std::function<void()> &tell) {
    post([this, tell] {
        setState(State::Idle);
        tell();
    });
}

void GuestSession::pause() {
    const std::lock_guard lock(mutex_);
    if (worker_) worker_->pause();
}

void GuestSession::resume() {
    const std::lock_guard lock(mutex_);
    if (worker_) worker_->resume();
}

void GuestSession::stop() {
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    if (worker_) worker_->stop();
}

void GuestSession::pressKey(const KeyPress &key) {
    const std::lock_guard lock(mutex_);
    if (!worker_) return;
    if (worker_->plan().serialConsole) {
        if (const std::string bytes = serialBytesOf(key); !bytes.empty())
            worker_->typeSerial(bytes);
        return;
    }
    if (const auto code = set1CodeOf(key)) worker_->key(*code, key.down);
}

void GuestSession::setState(State state) {
    if (state == state_) return;
    state_ = state;
    emit stateChanged(state);
}

} // namespace bootglass
