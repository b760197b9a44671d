// SPDX-License-Identifier: GPL-3.0-or-later
// The objects of a PDF file as QPdfWriter leaves them (one page, a classic table of references,
// ISO 32000-1 section 7.5), to be changed and written anew. What QPdfWriter cannot do is done so:
// a page box of any decimals, metadata, a description, no date.
#pragma once

#include <QByteArray>

#include <map>

namespace bootglass {

class PdfObjects {
  public:
    /// Empty if the file is not as expected.
    explicit PdfObjects(const QByteArray &file);

    bool isValid() const { return !objects_.empty(); }
    /// The number of the first object that has this entry, as "/Type /Catalog"; 0: none.
    int find(const QByteArray &entry) const;
    /// Between "N 0 obj" and "endobj".
    QByteArray &operator[](int number) { return objects_[number]; }
    int add(const QByteArray &body);
    /// A stream with its dictionary's further entries.
    int addStream(const QByteArray &entries, const QByteArray &bytes);
    /// The file; its identifier is the hash of its content.
    QByteArray file(int root, int info) const;

    /// Text as a string object: UTF-16 (section 7.9.2.2).
    static QByteArray text(const QString &text);
    static QByteArray reference(int number) { return QByteArray::number(number) + " 0 R"; }

  private:
    std::map<int, QByteArray> objects_;
};

} // namespace bootglass
