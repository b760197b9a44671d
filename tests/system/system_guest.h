// SPDX-License-Identifier: GPL-3.0-or-later
// A guest of tests/guests/system with what it must write: its source says so in comments
// (system.inc).
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QStringList>

#include <utility>

namespace bootglass {

struct SystemGuest {
    QString name;
    QByteArrayList expected; // what the manual says
    QByteArrayList qemu;     // what QEMU writes: the same but for its known faults
    QByteArray notUnderQemu; // why not; empty: it runs there
    QByteArray image;

    static QStringList names() {
        QStringList found;
        for (const QString &file : QDir(BOOTGLASS_SOURCE_DIR "/tests/guests/system")
                                       .entryList({"*.asm"}, QDir::Files, QDir::Name))
            found << file.chopped(4);
        return found;
    }
    static QString imagePath(const QString &name) {
        return BOOTGLASS_BINARY_DIR "/tests/guests/system_" + name + ".bin";
    }

    explicit SystemGuest(QString guest) : name(std::move(guest)) {
        QFile source(BOOTGLASS_SOURCE_DIR "/tests/guests/system/" + name + ".asm");
        if (source.open(QIODevice::ReadOnly))
            for (QByteArray line : source.readAll().split('\n')) {
                QByteArray text = line.mid(3);
                if (line.startsWith(";! ")) {
                    notUnderQemu = text;
                } else if (line.startsWith(";= ")) {
                    expected << text;
                    qemu << text;
                } else if (line.startsWith(";~ ") && !qemu.isEmpty()) {
                    qemu.last() = text.left(text.indexOf(" ; "));
                }
            }
        QFile file(imagePath(name));
        if (file.open(QIODevice::ReadOnly)) image = file.readAll();
    }
};

} // namespace bootglass
