// SPDX-License-Identifier: GPL-3.0-or-later
// What tests/boot/digests.txt knows of a guest's boot: its digest, for these very input files. What
// users compare and publish must not change by accident.
#pragma once

#include <QCryptographicHash>
#include <QFile>
#include <QStringList>
#include <QtGlobal>

namespace bootglass {

class KnownDigest {
  public:
    /// Of a guest that is booted from these files, whose order counts.
    KnownDigest(QString guest, const QStringList &inputs) : guest_(std::move(guest)) {
        QCryptographicHash all(QCryptographicHash::Sha256);
        for (const QString &input : inputs) {
            QCryptographicHash one(QCryptographicHash::Sha256);
            QFile file(input);
            if (!file.open(QIODevice::ReadOnly) || !one.addData(&file))
                qFatal("%s cannot be read", qPrintable(input));
            all.addData(one.result());
        }
        inputs_ = QString::fromLatin1(all.result().toHex().left(32));
        QFile table(QStringLiteral(BOOTGLASS_SOURCE_DIR "/tests/boot/digests.txt"));
        if (!table.open(QIODevice::ReadOnly)) qFatal("tests/boot/digests.txt is not there");
        for (const QByteArray &line : table.readAll().split('\n')) {
            if (line.startsWith('#')) continue;
            const QString text = QString::fromUtf8(line);
            if (text.section(' ', 2) == guest_ && text.section(' ', 1, 1) == inputs_)
                digest_ = text.section(' ', 0, 0);
        }
    }

    /// Empty if a boot's digest is the known one, or if there is none for these inputs, which is
    /// told; else what to do.
    QString differs(const QString &digest) const {
        const QString line = QStringLiteral("%1 %2 %3").arg(digest, inputs_, guest_);
        if (digest_.isEmpty()) {
            qWarning("unknown build of this guest, its digest is not compared; to record it, add "
                     "to tests/boot/digests.txt:\n%s",
                     qPrintable(line));
            return {};
        }
        if (digest == digest_) return {};
        return QStringLiteral(
                   "the digest was %1 and is another now, which is a change for users. If "
                   "it is meant, say why in CHANGELOG.md and put this line into "
                   "tests/boot/digests.txt:\n%2")
            .arg(digest_, line);
    }

  private:
    QString guest_;
    QString inputs_;
    QString digest_;
};

} // namespace bootglass
