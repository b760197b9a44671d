// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as SVG 1.1, in points. Written here rather than by QSvgGenerator, which writes no type
// as type with anchors, no description and no metadata. Title and description are what a screen
// reader tells (SVG Accessibility API Mappings, section 5.1).
#include "ui/export/figure_file.h"

namespace bootglass {

namespace {

QString number(double value) {
    return shortNumber(value);
}

QString points(const QPolygonF &polygon) {
    QString text;
    for (const QPointF &point : polygon)
        text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + number(point.x()) + u',' +
                number(point.y());
    return text;
}

/// Type that looks alike where the family is missing.
QString familyList(const QString &family) {
    return family.toHtmlEscaped() + QStringLiteral(", Verdana, Arial, sans-serif");
}

struct ItemWriter {
    QString &out;

    void operator()(const Area &area) const {
        out += u"<polygon fill=\"" + area.fill.name() + u"\" points=\"" + points(area.outline) +
               u"\"/>\n";
    }
    void operator()(const Stroke &stroke) const {
        out += u"<path fill=\"none\" stroke=\"" + stroke.colour.name() + u"\" stroke-width=\"" +
               number(stroke.width) + u'"';
        if (stroke.dashed)
            out += u" stroke-dasharray=\"" + number(stroke.width * 3) + u',' +
                   number(stroke.width * 2) + u'"';
        out += u" d=\"";
        for (const QPolygonF &line : stroke.lines)
            out += u'M' + points(line);
        out += u"\"/>\n";
    }
    void operator()(const Label &label) const {
        out += u"<text x=\"" + number(label.at.x()) + u"\" y=\"" + number(label.at.y()) +
               u"\" font-size=\"" + number(label.size) + u"\" fill=\"" + label.colour.name() + u'"';
        if (label.bold) out += u" font-weight=\"bold\"";
        if (label.anchor == Anchor::Centre) out += u" text-anchor=\"middle\"";
        if (label.anchor == Anchor::Right) out += u" text-anchor=\"end\"";
        out += u" xml:space=\"preserve\">" + label.text.toHtmlEscaped() + u"</text>\n";
    }
};

} // namespace

QByteArray figureSvg(const Figure &figure) {
    const QSizeF size = figure.drawing.size();
    const FigureFacts &facts = figure.facts;
    QString out = QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += u"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"" +
           number(size.width()) + u"pt\" height=\"" + number(size.height()) +
           u"pt\" viewBox=\"0 0 " + number(size.width()) + u' ' + number(size.height()) +
           u"\" role=\"img\" aria-labelledby=\"title description\" font-family=\"" +
           familyList(figure.drawing.family()) + u"\">\n";
    out += u"<title id=\"title\">" + facts.title.toHtmlEscaped() + u"</title>\n";
    out += u"<desc id=\"description\">" + facts.description.toHtmlEscaped() + u"</desc>\n";
    out += u"<metadata>\n"
           u"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
           u"xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<rdf:Description rdf:about=\"\">\n";
    out += u"<dc:creator>" + facts.writer.toHtmlEscaped() + u"</dc:creator>\n";
    for (const QString &line : factLines(facts))
        out += u"<dc:source>" + line.toHtmlEscaped() + u"</dc:source>\n";
    out += u"</rdf:Description>\n</rdf:RDF>\n</metadata>\n";
    for (const DrawingItem &item : figure.drawing.items())
        std::visit(ItemWriter{out}, item);
    out += u"</svg>\n";
    return out.toUtf8();
}

} // namespace bootglass
