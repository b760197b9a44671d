// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run_session.h"

namespace bootglass {

RunSession::RunSession(QObject *parent) : QObject(parent) {
    // Queued connections from a worker's thread need the types by name.
    qRegisterMetaType<RunProgress>();
    qRegisterMetaType<TextScreen>();
    qRegisterMetaType<RunSession::State>();
}

RunSession::~RunSession() = default;

} // namespace bootglass
