// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as PDF by QPdfWriter, at its final size and 600 dpi, which embeds its fonts as TrueType;
// then what QPdfWriter leaves out: the page box to a hundredth of a point, no date, metadata (XMP,
// ISO 16684-1), and the figure as a tagged element with its description (ISO 32000-1, 14.9.3).
#include "ui/export/drawing_painter.h"
#include "ui/export/figure_file.h"
#include "ui/export/pdf_objects.h"

#include <QBuffer>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>

#include <cmath>

namespace bootglass {

namespace {

constexpr int resolution = 600;

QByteArray painted(const Figure &figure, QSize page) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(resolution);
    writer.setPageSize(QPageSize(page, QStringLiteral("figure"), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    QPainter painter(&writer);
    paintDrawing(painter, figure.drawing, resolution / 72.0);
    painter.end();
    return bytes;
}

QByteArray xmp(const FigureFacts &facts) {
    QString text = QStringLiteral(
        "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n");
    const auto alternative = [&text](const char16_t *name, const QString &value) {
        text += u"<dc:" + QStringView(name) + u"><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
                value.toHtmlEscaped() + u"</rdf:li></rdf:Alt></dc:" + QStringView(name) + u">\n";
    };
    alternative(u"title", facts.title);
    alternative(u"description", facts.description);
    text += u"<dc:source>" + factLines(facts).join(QStringLiteral("; ")).toHtmlEscaped() +
            u"</dc:source>\n<xmp:CreatorTool>" + facts.writer.toHtmlEscaped() +
            u"</xmp:CreatorTool>\n</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
            u"<?xpacket end=\"r\"?>";
    return text.toUtf8();
}

/// Replaces the value of an entry in a dictionary, or adds the entry.
void setEntry(QByteArray &dictionary, const QByteArray &key, const QByteArray &value) {
    const qsizetype at = dictionary.indexOf(key);
    if (at >= 0) {
        const qsizetype end = dictionary.indexOf('\n', at);
        dictionary.replace(at, end - at, QByteArray(key + ' ' + value));
        return;
    }
    const qsizetype open = dictionary.indexOf("<<");
    dictionary.insert(open + 2, "\n" + key + ' ' + value + '\n');
}

QByteArray number(double value) {
    return shortNumber(value, 3).toLatin1();
}

} // namespace

QByteArray figurePdf(const Figure &figure) {
    const QSizeF size = figure.drawing.size();
    // QPageSize keeps whole points; the rest is cut off at the right and at the bottom.
    const QSize page(static_cast<int>(std::ceil(size.width() - 1e-6)),
                     static_cast<int>(std::ceil(size.height() - 1e-6)));
    const QByteArray plain = painted(figure, page);
    PdfObjects objects(plain);
    const int catalog = objects.find("/Type /Catalog");
    const int leaf = objects.find("/Type /Page");
    const int info = objects.find("/CreationDate");
    if (!objects.isValid() || !catalog || !leaf || !info) return {};

    const FigureFacts &facts = figure.facts;
    const QByteArray box = "[0 " + number(page.height() - size.height()) + ' ' +
                           number(size.width()) + ' ' + number(page.height()) + ']';
    objects[info] = "<<\n/Title " + PdfObjects::text(facts.title) + "\n/Subject " +
                    PdfObjects::text(facts.description) + "\n/Keywords " +
                    PdfObjects::text(factLines(facts).join(QStringLiteral("; "))) + "\n/Creator " +
                    PdfObjects::text(facts.writer) + "\n/Producer (Qt " + QByteArray(qVersion()) +
                    ")\n>>\n";

    const int metadata = objects.addStream("/Type /Metadata /Subtype /XML", xmp(facts));
    const int begin = objects.addStream({}, "/Figure <</MCID 0>> BDC");
    const int end = objects.addStream({}, "EMC");
    const int tree = objects.add({});
    const int element = objects.add(
        "<</Type /StructElem /S /Figure /P " + PdfObjects::reference(tree) + " /Pg " +
        PdfObjects::reference(leaf) + " /K 0 /Alt " + PdfObjects::text(facts.description) +
        " /A <</O /Layout /Placement /Block /BBox " + box + ">>>>\n");
    const int parents = objects.add("<</Nums [0 [" + PdfObjects::reference(element) + "]]>>\n");
    objects[tree] = "<</Type /StructTreeRoot /K " + PdfObjects::reference(element) +
                    " /ParentTree " + PdfObjects::reference(parents) + " /ParentTreeNextKey 1>>\n";
    setEntry(objects[catalog], "/Metadata", PdfObjects::reference(metadata));
    setEntry(objects[catalog], "/StructTreeRoot", PdfObjects::reference(tree));
    setEntry(objects[catalog], "/MarkInfo", "<</Marked true>>");
    setEntry(objects[catalog], "/Lang", "(en)");

    QByteArray &pageBody = objects[leaf];
    static const QRegularExpression contents(QStringLiteral("/Contents (\\d+) 0 R"));
    const QString was = contents.match(QString::fromLatin1(pageBody)).captured(1);
    if (was.isEmpty()) return {};
    setEntry(pageBody, "/Contents",
             '[' + PdfObjects::reference(begin) + ' ' + was.toLatin1() + " 0 R " +
                 PdfObjects::reference(end) + ']');
    setEntry(pageBody, "/MediaBox", box);
    setEntry(pageBody, "/StructParents", "0");
    return objects.file(catalog, info);
}

} // namespace bootglass
