// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as a tikzpicture for \input, in the document's own type: its words are narrower there
// than in the figure's, so what fitted still fits. One TikZ unit is a point of 1/72 in (TeX's bp).
#include "ui/export/figure_file.h"
#include "ui/figure/table_drawing.h"

#include <map>

namespace bootglass {

namespace {

QString at(const QPointF &point) {
    return u'(' + shortNumber(point.x()) + u',' + shortNumber(point.y()) + u')';
}

QString path(const QPolygonF &polygon) {
    QString text;
    for (qsizetype i = 0; i < polygon.size(); ++i) {
        // TeX reads lines of any length, people and tools do not.
        if (i > 0) text += i % 6 == 0 ? QStringLiteral("\n -- ") : QStringLiteral(" -- ");
        text += at(polygon[i]);
    }
    return text;
}

class TikzWriter {
  public:
    void operator()(const Area &area) {
        body_ += u"\\fill[" + colour(area.fill) + u"] " + path(area.outline) + u" -- cycle;\n";
    }
    void operator()(const Stroke &stroke) {
        body_ += u"\\draw[" + colour(stroke.colour) + u",line width=" + shortNumber(stroke.width) +
                 u"bp";
        if (stroke.dashed)
            body_ += u",dash pattern=on " + shortNumber(stroke.width * 3) + u"bp off " +
                     shortNumber(stroke.width * 2) + u"bp";
        body_ += u']';
        for (const QPolygonF &line : stroke.lines)
            body_ += u"\n " + path(line);
        body_ += u";\n";
    }
    void operator()(const Label &label) {
        const char16_t *anchor = label.anchor == Anchor::Left     ? u"base west"
                                 : label.anchor == Anchor::Centre ? u"base"
                                                                  : u"base east";
        body_ += u"\\node[" + colour(label.colour) + u",anchor=" + QStringView(anchor) +
                 u",inner sep=0pt,outer sep=0pt,font=\\sffamily" +
                 (label.bold ? QStringLiteral("\\bfseries") : QString()) + u"\\fontsize{" +
                 shortNumber(label.size) + u"bp}{" + shortNumber(label.size * 1.2) +
                 u"bp}\\selectfont] at " + at(label.at) + u" {" + latexText(label.text) + u"};\n";
    }
    QString text(const Drawing &drawing) const {
        QString text;
        for (const auto &[rgb, name] : colours_)
            text += u"\\definecolor{" + name + u"}{HTML}{" +
                    QColor::fromRgb(rgb).name().mid(1).toUpper() + u"}%\n";
        text += u"\\begin{tikzpicture}[x=1bp,y=-1bp,line cap=butt,line join=miter]\n";
        text += u"\\useasboundingbox (0,0) rectangle " +
                at({drawing.size().width(), drawing.size().height()}) + u";\n";
        return text + body_ + u"\\end{tikzpicture}%\n";
    }

  private:
    QString colour(const QColor &colour) {
        const auto found = colours_.find(colour.rgb());
        if (found != colours_.end()) return found->second;
        return colours_[colour.rgb()] = u"bootglass" + QString::number(colours_.size() + 1);
    }
    std::map<QRgb, QString> colours_;
    QString body_;
};

} // namespace

QByteArray figureTex(const Figure &figure) {
    QString text = u"% " + figure.facts.title + u"\n% " + figure.facts.description + u'\n';
    for (const QString &line : factLines(figure.facts))
        text += u"% " + line + u'\n';
    if (!figure.latexTable.isEmpty()) {
        text += u"% needs \\usepackage{booktabs}\n" + figure.latexTable;
        return text.toUtf8();
    }
    TikzWriter writer;
    for (const DrawingItem &item : figure.drawing.items())
        std::visit(writer, item);
    text += u"% needs \\usepackage{tikz}\n" + writer.text(figure.drawing);
    return text.toUtf8();
}

} // namespace bootglass
