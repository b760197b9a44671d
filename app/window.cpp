// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window.h"

#include "app/session/guest_session.h"
#include "emulator/trace/run_reader.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QLoggingCategory>
#include <QTimer>

#include <cstdio>
#include <cstdlib>

namespace bootglass {

namespace {

/// Qt aborts when it cannot open a display. That is a user's mistake, not a fault of ours: one
/// sentence and the exit code of a bad input.
void refuseDisplay(QtMsgType type, const QMessageLogContext &, const QString &) {
    if (type != QtFatalMsg) return;
    std::fprintf(
        stderr,
        "bootglass: the display '%s' cannot be opened for the window; `bootglass run`, "
        "`info` and `export` work without one\n",
        qgetenv(qEnvironmentVariableIsSet("DISPLAY") ? "DISPLAY" : "QT_QPA_PLATFORM").constData());
    std::_Exit(static_cast<int>(ExitCode::BadInput));
}

} // namespace

GuiApplication::GuiApplication(Screen screen) {
    // Figures look alike wherever they are made, and need no display.
    // What Qt misses on a computer without a desktop is nothing that a user should hear of.
    if (screen == Screen::None) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        QLoggingCategory::setFilterRules(QStringLiteral("*.warning=false"));
    }
    static int count = 1;
    static char name[] = "bootglass";
    static char *arguments[] = {name, nullptr};
    // The theme is ours, so the style below it should be the same everywhere.
    QApplication::setStyle(QStringLiteral("Fusion"));
    QCoreApplication::setApplicationName(QStringLiteral("bootglass"));
    QCoreApplication::setApplicationVersion(QStringLiteral(BOOTGLASS_VERSION));
    const QtMessageHandler usual = qInstallMessageHandler(refuseDisplay);
    application_ = std::make_unique<QApplication>(count, arguments);
    qInstallMessageHandler(usual);
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Bootglass"));
    QGuiApplication::setDesktopFileName(QStringLiteral("bootglass"));
}

GuiApplication::~GuiApplication() = default;

int GuiApplication::exec() {
    return QApplication::exec();
}

Outcome openWindow(const std::vector<std::string> &runFiles,
                   const std::optional<RunRequest> &boot) {
    for (const std::string &runFile : runFiles) { // a sentence is better than an empty window
        auto reader = RunReader::open(runFile);
        if (!reader) return reader.error();
    }
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
        qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        return Error{"there is no display for the window; `bootglass run`, `info` and `export` "
                     "work without one"};
    }
    GuiApplication application(GuiApplication::Screen::Users);
    GuestSession session;
    MainWindow window(&session);
    window.show();
    QStringList files;
    for (const std::string &runFile : runFiles)
        files << QString::fromStdString(runFile);
    if (files.size() == 1)
        window.openRun(files.front());
    else if (!files.isEmpty())
        window.openComparison(files);
    if (boot) QTimer::singleShot(0, &session, [&] { session.start(*boot); });
    return application.exec() == 0 ? ExitCode::Done : ExitCode::Fault;
}

} // namespace bootglass
