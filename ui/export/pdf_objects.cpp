// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/pdf_objects.h"

#include <QCryptographicHash>
#include <QList>
#include <QString>

namespace bootglass {

namespace {

/// A whole number of the table of references, or -1.
qint64 numberAt(const QByteArray &file, qsizetype at) {
    qsizetype end = at;
    while (end < file.size() && file[end] >= '0' && file[end] <= '9')
        ++end;
    bool good = false;
    const qint64 value = file.mid(at, end - at).toLongLong(&good);
    return good ? value : -1;
}

} // namespace

PdfObjects::PdfObjects(const QByteArray &file) {
    const qsizetype start = file.lastIndexOf("startxref");
    if (start < 0) return;
    const qint64 table = numberAt(file, start + 10);
    if (table < 0 || !file.mid(table).startsWith("xref\n0 ")) return;
    const qint64 count = numberAt(file, table + 7);
    const qsizetype rows = file.indexOf('\n', table + 5) + 1;
    constexpr qsizetype rowLength = 20; // section 7.5.4
    std::map<int, QByteArray> found;
    for (qint64 number = 1; number < count; ++number) {
        const qsizetype row = rows + number * rowLength;
        if (row + rowLength > file.size() || file[row + 17] != 'n') continue;
        const qint64 offset = file.mid(row, 10).toLongLong();
        const QByteArray head = QByteArray::number(number) + " 0 obj\n";
        if (offset <= 0 || !file.mid(offset, head.size()).startsWith(head)) return;
        // A stream may hold anything, so its end is looked for from the table of all places.
        qint64 next = table;
        for (qint64 other = 1; other < count; ++other) {
            const qint64 place = file.mid(rows + other * rowLength, 10).toLongLong();
            if (place > offset && place < next) next = place;
        }
        const QByteArray whole = file.mid(offset + head.size(), next - offset - head.size());
        const qsizetype end = whole.lastIndexOf("endobj");
        if (end < 0) return;
        found[static_cast<int>(number)] = whole.left(end);
    }
    objects_ = std::move(found);
}

int PdfObjects::find(const QByteArray &entry) const {
    for (const auto &[number, body] : objects_) {
        const qsizetype at = body.indexOf(entry);
        if (at < 0) continue;
        const qsizetype stream = body.indexOf("stream\n");
        if (stream >= 0 && stream < at) continue;
        const char next = at + entry.size() < body.size() ? body[at + entry.size()] : ' ';
        if (!std::isalnum(static_cast<unsigned char>(next))) return number;
    }
    return 0;
}

int PdfObjects::add(const QByteArray &body) {
    const int number = objects_.empty() ? 1 : objects_.rbegin()->first + 1;
    objects_[number] = body;
    return number;
}

int PdfObjects::addStream(const QByteArray &entries, const QByteArray &bytes) {
    return add("<<" + entries + " /Length " + QByteArray::number(bytes.size()) + ">>\nstream\n" +
               bytes + "\nendstream\n");
}

QByteArray PdfObjects::file(int root, int info) const {
    QByteArray out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    const int last = objects_.empty() ? 0 : objects_.rbegin()->first;
    QList<qsizetype> places(last + 1, 0);
    for (const auto &[number, body] : objects_) {
        places[number] = out.size();
        out += QByteArray::number(number) + " 0 obj\n" + body;
        if (!body.endsWith('\n')) out += '\n';
        out += "endobj\n";
    }
    const QByteArray id = QCryptographicHash::hash(out, QCryptographicHash::Md5).toHex();
    const qsizetype table = out.size();
    out += "xref\n0 " + QByteArray::number(last + 1) + "\n0000000000 65535 f \n";
    for (int number = 1; number <= last; ++number) {
        out += QByteArray::number(places[number]).rightJustified(10, '0') +
               (places[number] > 0 ? " 00000 n \n" : " 65535 f \n");
    }
    return out + "trailer\n<<\n/Size " + QByteArray::number(last + 1) + "\n/Root " +
           reference(root) + "\n/Info " + reference(info) + "\n/ID [<" + id + "> <" + id +
           ">]\n>>\nstartxref\n" + QByteArray::number(table) + "\n%%EOF\n";
}

QByteArray PdfObjects::text(const QString &text) {
    QByteArray hex = "<FEFF";
    for (const QChar c : text)
        hex += QByteArray::number(c.unicode(), 16).rightJustified(4, '0').toUpper();
    return hex + '>';
}

} // namespace bootglass
