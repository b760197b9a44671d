// SPDX-License-Identifier: GPL-3.0-or-later
// A session without a machine: notes what the window asks for and tells it what a test wants.
#pragma once

#include "ui/run_session.h"

namespace bootglass {

class FakeSession final : public RunSession {
  public:
    QList<ProfileChoice> entries = {{QStringLiteral("debian-netboot"), QStringLiteral("Debian 12")},
                                    {QStringLiteral("generic"), QStringLiteral("Any guest")}};
    QList<RunRequest> requests;
    QList<KeyPress> keys;
    int pauses = 0;
    int resumes = 0;
    int stops = 0;

    QList<ProfileChoice> profiles() const override { return entries; }
    State state() const override { return state_; }
    void start(const RunRequest &request) override { requests << request; }
    void pause() override { pauses++; }
    void resume() override { resumes++; }
    void stop() override { stops++; }
    void pressKey(const KeyPress &key) override { keys << key; }

    void become(State state) {
        state_ = state;
        emit stateChanged(state);
    }

  private:
    State state_ = State::Idle;
};

} // namespace bootglass
