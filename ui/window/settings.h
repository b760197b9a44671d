// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers: its place, its splitters, its colours, the runs opened last.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace bootglass {

class Settings {
  public:
    static constexpr qsizetype mostRecent = 8;

    /// The newest first; files that are gone are left out.
    static QStringList recentRuns();
    static void addRecentRun(const QString &file);

    static QByteArray bytes(const QString &key);
    static void setBytes(const QString &key, const QByteArray &value);
    static QString text(const QString &key);
    static void setText(const QString &key, const QString &value);
    static void remove(const QString &key);
};

} // namespace bootglass
