// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/viewer_bench.h"

#include "tests/ui/fake_session.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <random>

namespace bootglass {

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Linux counts the most that a process held; it can be told to begin anew (proc(5), clear_refs).
void forgetPeakMemory() {
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    if (file.open(QIODevice::WriteOnly)) file.write("5");
}

double peakMemoryMib() {
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray &line : file.readAll().split('\n'))
        if (line.startsWith("VmHWM:"))
            return line.mid(6).replace("kB", "").trimmed().toDouble() / 1024;
    return 0;
}

/// Hears of each frame that the timeline paints.
class Screen : public QObject {
  public:
    explicit Screen(MainWindow &window) : view_(window.view().timeline().view()) {
        view_.installEventFilter(this);
    }
    bool eventFilter(QObject *, QEvent *event) override {
        painted_ |= event->type() == QEvent::Paint;
        return false;
    }
    /// Handles events until a frame is there; what that took in ms.
    double frame() {
        const Clock::time_point start = Clock::now();
        painted_ = false;
        while (!painted_ && msSince(start) < 2000)
            QCoreApplication::processEvents();
        return msSince(start);
    }
    /// As a display of 60 Hz does until its next frame; frames that come meanwhile are counted.
    void wait(double ms, std::vector<double> &frames) {
        const Clock::time_point start = Clock::now();
        while (msSince(start) < ms) {
            const Clock::time_point turn = Clock::now();
            painted_ = false;
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            if (painted_)
                frames.push_back(msSince(turn));
            else
                std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
    }

  private:
    TimelineView &view_;
    bool painted_ = false;
};

bool isShown(MainWindow &window) {
    const TimelineScene &scene = window.view().timeline().view().scene();
    return scene.picture && scene.picture->range == scene.request().range;
}

std::vector<double> framesOf(MainWindow &window, Screen &screen) {
    Navigator &navigator = window.view().navigator();
    std::vector<double> frames;
    const auto step = [&](auto move) {
        const Clock::time_point start = Clock::now();
        move();
        screen.frame();
        const double took = msSince(start);
        frames.push_back(took);
        screen.wait(std::max(0.0, 16.6 - took), frames);
    };
    std::mt19937_64 dice(7);
    for (int round = 0; round < 8; ++round) {
        navigator.showAll();
        screen.wait(30, frames);
        const TimeRange whole = navigator.whole();
        const VirtualNs centre{whole.lengthNs() / 100 * (10 + dice() % 80)};
        for (int i = 0; i < 40; ++i)
            step([&] { navigator.zoom(centre, 0.8); });
        for (int i = 0; i < 20; ++i)
            step([&] { navigator.pan(i < 10 ? 0.05 : -0.08); });
        for (int i = 0; i < 30; ++i)
            step([&] { navigator.zoom(centre, 1.25); });
    }
    return frames;
}

std::vector<double> cursorMoves(MainWindow &window, Screen &screen) {
    TimelineView &view = window.view().timeline().view();
    std::vector<double> moves;
    std::vector<double> ignored;
    const QRect lanes = view.scene().lanes;
    for (int i = 0; i < 200; ++i) {
        const QPoint at(lanes.left() + 100 + 7 * i, lanes.top() + 200);
        QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        const Clock::time_point start = Clock::now();
        QCoreApplication::sendEvent(&view, &move);
        moves.push_back(msSince(start));
        screen.wait(8, ignored);
    }
    return moves;
}

Result<std::vector<double>> queries(const QString &file) {
    auto reader = RunReader::open(file.toStdString());
    if (!reader) return reader.error();
    const auto tracks = (*reader)->tracks();
    if (!tracks) return tracks.error();
    std::vector<TrackId> wanted;
    for (const RunTrack &track : *tracks)
        if (track.id.kind != TrackKind::CpuShare && wanted.size() < 40) wanted.push_back(track.id);
    const uint64_t whole = (*reader)->end().ns.value;
    std::vector<double> times;
    std::mt19937_64 dice(11);
    for (int i = 0; i < 300; ++i) {
        // From the whole run to 2 µs, evenly over the powers between.
        const double depth = static_cast<double>(dice() % 1000) / 1000;
        const auto length = static_cast<uint64_t>(
            std::max(2000.0, static_cast<double>(whole) *
                                 std::pow(2000.0 / static_cast<double>(whole), depth)));
        const VirtualNs from{length >= whole ? 0 : dice() % (whole - length)};
        const Clock::time_point start = Clock::now();
        const auto bins = (*reader)->bins(wanted, {from, from + length}, 1920);
        if (!bins) return bins.error();
        times.push_back(msSince(start));
    }
    return times;
}

} // namespace

Result<ViewerFigures> measureViewer(const QString &file) {
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    ViewerFigures figures;
    const auto asked = queries(file);
    if (!asked) return asked.error();
    figures.queryP50Ms = percentile(*asked, 0.5);
    figures.queryP95Ms = percentile(*asked, 0.95);
    forgetPeakMemory();

    FakeSession session;
    MainWindow window(&session);
    window.resize(1920, 1080);
    window.show();
    Screen screen(window);
    std::vector<double> ignored;
    screen.wait(300, ignored); // the empty window is there
    const Clock::time_point start = Clock::now();
    window.openRun(file);
    while (!isShown(window) && msSince(start) < 60'000)
        screen.frame();
    if (!isShown(window)) return Error{"the run did not show within a minute"};
    screen.frame();
    figures.openMs = msSince(start);
    const auto frames = framesOf(window, screen);
    figures.frameP50Ms = percentile(frames, 0.5);
    figures.frameP95Ms = percentile(frames, 0.95);
    figures.cursorMs = percentile(cursorMoves(window, screen), 0.5);
    figures.memoryMib = peakMemoryMib();
    for (const LaneRow &row : window.view().timeline().view().scene().layout.rows)
        figures.lanes += row.lane >= 0;
    return figures;
}

} // namespace bootglass
