// SPDX-License-Identifier: GPL-3.0-or-later
// The program as its users run it: a process, in a folder of its own, with a home of its own, and
// without a display. What it printed and its exit code are what tests look at.
#pragma once

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <functional>

namespace bootglass {

struct ProgramResult {
    int code = -1; // -1: it did not end by itself
    QByteArray out;
    QByteArray err;

    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

class Program {
  public:
    static constexpr int patience = 60'000; // ms; only what hangs waits for it

    QString path(const QString &name) const { return folder_.filePath(name); }
    /// A firmware image of tests/guests.
    static QString guest(const QString &name) {
        return QStringLiteral(BOOTGLASS_BINARY_DIR "/tests/guests/") + name +
               QStringLiteral(".bin");
    }
    /// The user's folder of profiles.
    QString profileFolder() const { return path(QStringLiteral("config/bootglass/profiles")); }

    QByteArray read(const QString &name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    bool write(const QString &name, const QByteArray &bytes) const {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
    QStringList files() const {
        return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }

    /// Ready to start; `inChild` runs in the new process before the program does.
    std::unique_ptr<QProcess> prepare(const QStringList &arguments,
                                      std::function<void()> inChild = {}) const {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QString::fromLatin1(variable));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), path(QStringLiteral("config")));
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path(QStringLiteral("data")));
        environment.insert(QStringLiteral("HOME"), folder_.path());
        process->setProcessEnvironment(environment);
        process->setWorkingDirectory(folder_.path());
        process->setProgram(QStringLiteral(BOOTGLASS_BINARY_DIR "/bootglass"));
        process->setArguments(arguments);
        if (inChild) process->setChildProcessModifier(std::move(inChild));
        return process;
    }
    static ProgramResult finish(QProcess &process) {
        ProgramResult result;
        if (!process.waitForFinished(patience)) {
            process.kill();
            process.waitForFinished();
            return result;
        }
        if (process.exitStatus() == QProcess::NormalExit) result.code = process.exitCode();
        result.out = process.readAllStandardOutput();
        result.err = process.readAllStandardError();
        return result;
    }
    /// Like finish(), of a process whose standard output goes to a reader that goes away after the
    /// first line.
    static ProgramResult finishUnread(QProcess &process) {
        QProcess head;
        process.setStandardOutputProcess(&head);
        process.start();
        head.start(QStringLiteral("head"), {QStringLiteral("-n1")});
        head.waitForFinished(patience);
        return finish(process);
    }
    ProgramResult run(const QStringList &arguments, std::function<void()> inChild = {}) const {
        auto process = prepare(arguments, std::move(inChild));
        process->start();
        return finish(*process);
    }

  private:
    QTemporaryDir folder_;
};

/// Empty if a command was refused as the contract says: exit code 2, nothing on stdout, one line on
/// stderr, and all of `says` in it.
inline QByteArray notRefused(const ProgramResult &result, const QStringList &says) {
    const QByteArray told = "exit code " + QByteArray::number(result.code) +
                            ", stderr: " + result.err + ", stdout: " + result.out.left(200);
    if (result.code != 2) return "not refused: " + told;
    if (!result.out.isEmpty()) return "something on stdout: " + told;
    if (!result.err.startsWith("bootglass: ") || result.err.count('\n') != 1 ||
        !result.err.endsWith('\n'))
        return "not one sentence: " + told;
    for (const QString &part : says) {
        if (!result.err.contains(part.toUtf8()))
            return "'" + part.toUtf8() + "' is not said: " + told;
    }
    return {};
}

} // namespace bootglass
