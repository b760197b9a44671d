// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/settings.h"

#include <QFileInfo>
#include <QSettings>

namespace bootglass {

namespace {

QSettings open() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("bootglass"),
                     QStringLiteral("window"));
}

const QString recentKey = QStringLiteral("recent");

} // namespace

QStringList Settings::recentRuns() {
    QStringList files = open().value(recentKey).toStringList();
    files.removeIf([](const QString &file) { return !QFileInfo::exists(file); });
    return files;
}

void Settings::addRecentRun(const QString &file) {
    const QString path = QFileInfo(file).absoluteFilePath();
    QStringList files = recentRuns();
    files.removeAll(path);
    files.prepend(path);
    files.resize(std::min(files.size(), mostRecent));
    open().setValue(recentKey, files);
}

QByteArray Settings::bytes(const QString &key) {
    return open().value(key).toByteArray();
}

void Settings::setBytes(const QString &key, const QByteArray &value) {
    open().setValue(key, value);
}

QString Settings::text(const QString &key) {
    return open().value(key).toString();
}

void Settings::setText(const QString &key, const QString &value) {
    open().setValue(key, value);
}

void Settings::remove(const QString &key) {
    open().remove(key);
}

} // namespace bootglass
