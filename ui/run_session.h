// SPDX-License-Identifier: GPL-3.0-or-later
// What the window needs of whoever runs the machine: a handful of commands, a handful of signals.
// app/ implements it with a worker thread that owns the machine; the window knows no more. Each
// command returns at once and enters the machine between two instructions; signals arrive on the
// window's thread.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/trace/run_types.h"

#include <QList>
#include <QMap>
#include <QMetaType>
#include <QObject>
#include <QString>

namespace bootglass {

/// A profile that the user may choose.
struct ProfileChoice {
    QString name;  // "debian-netboot"
    QString title; // "Debian 12 netboot (i386)"

    bool operator==(const ProfileChoice &) const = default;
};

/// What to boot. Options have the names and values of the command line ("memory" → "512").
struct RunRequest {
    QString profile;
    QMap<QString, QString> options;

    bool operator==(const RunRequest &) const = default;
};

struct RunProgress {
    Icount icount;
    VirtualNs ns;
    uint64_t idleNs = 0;
    double mips = 0;
    double eventsPerSecond = 0; // recorded, by the host's clock
    QString phase;              // "kernel/drivers"; empty if none
};

/// A key of the host's keyboard, for the guest's.
struct KeyPress {
    int key = 0;      // Qt::Key
    QString text;     // what it types, for a serial console
    bool down = true; // released otherwise
};

class RunSession : public QObject {
    Q_OBJECT

  public:
    enum class State { Idle, Running, Paused };
    Q_ENUM(State)

    explicit RunSession(QObject *parent = nullptr);
    ~RunSession() override;

    virtual QList<ProfileChoice> profiles() const = 0;
    virtual State state() const = 0;

    virtual void start(const RunRequest &request) = 0;
    virtual void pause() = 0;
    virtual void resume() = 0;
    virtual void stop() = 0;
    virtual void pressKey(const KeyPress &key) = 0;

  signals:
    void stateChanged(bootglass::RunSession::State state);
    /// The run file exists and can be read while it grows.
    void started(const QString &runFile);
    /// Some ten times a second.
    void progressed(const bootglass::RunProgress &progress);
    /// The text screen as it is now.
    void screenChanged(const bootglass::TextScreen &screen);
    /// The display in a graphics mode, as it is now.
    void pictureChanged(const bootglass::ScreenPicture &picture);
    /// The run file is whole; `how` as in `info --json`: "marker:prompt", "reset", "stopped".
    void finished(const QString &how);
    /// It could not start, or broke off; one sentence. What was recorded stays readable.
    void failed(const QString &sentence);
};

} // namespace bootglass
