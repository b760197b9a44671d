// SPDX-License-Identifier: GPL-3.0-or-later
// The sample boot as a file in a folder of its own, recorded once per test program, and with it
// settings that are nobody's.
#pragma once

#include "tests/ui/sample_boot.h"

#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace bootglass {

class SampleFile {
  public:
    SampleFile() {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, path("settings"));
        error_ = recordSampleBoot(path("sample.bootglass").toStdString());
    }
    const std::string &error() const { return error_; }
    QString path(const char *name) const { return folder_.filePath(QString::fromUtf8(name)); }
    QString file() const { return path("sample.bootglass"); }

    /// A copy whose bytes from a place on are others.
    QString damagedCopy(const char *name, qint64 from) const {
        const QString copy = path(name);
        QFile::copy(file(), copy);
        QFile bytes(copy);
        if (bytes.open(QIODevice::ReadWrite) && bytes.seek(from))
            bytes.write(QByteArray(static_cast<int>(bytes.size() - from), '\xA5'));
        return copy;
    }

  private:
    QTemporaryDir folder_;
    std::string error_;
};

} // namespace bootglass
