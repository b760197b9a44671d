// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of a figure: CSV (RFC 4180), JSON, and a script for matplotlib that holds them.
#include "ui/export/figure_file.h"

namespace bootglass {

namespace {

QString csvField(const QString &text) {
    static const QString special = QStringLiteral(",\"\r\n");
    for (const QChar c : special)
        if (text.contains(c))
            return u'"' + QString(text).replace(u'"', QStringLiteral("\"\"")) + u'"';
    return text;
}

/// RFC 8259, section 7.
QString jsonText(const QString &text) {
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\' + QString(c);
        else if (c.unicode() < 0x20)
            out += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out + u'"';
}

QString jsonRows(const FigureTable &table) {
    QString out = QStringLiteral("[");
    for (size_t r = 0; r < table.rows.size(); ++r) {
        out += r > 0 ? QStringLiteral(",\n[") : QStringLiteral("\n[");
        for (size_t c = 0; c < table.rows[r].size(); ++c) {
            const FigureTable::Cell &cell = table.rows[r][c];
            out += (c > 0 ? QStringLiteral(",") : QString()) +
                   (cell.number ? cell.text : jsonText(cell.text));
        }
        out += u']';
    }
    return out + u"\n]";
}

QString jsonList(const QStringList &words) {
    QStringList quoted;
    for (const QString &text : words)
        quoted << jsonText(text);
    return u'[' + quoted.join(u',') + u']';
}

const QString timelineScript = QStringLiteral(R"py(
unit = 1e9
lanes = list(dict.fromkeys(row["lane"] for row in rows))
figure, axes = plt.subplots(len(lanes), 1, sharex=True, squeeze=False,
                            figsize=(width, height), layout="constrained")
for axis, lane in zip(axes[:, 0], lanes):
    mine = [row for row in rows if row["lane"] == lane]
    axis.set_ylabel(lane, rotation=0, ha="right", va="center")
    axis.set_yticks([])
    bottoms = {}
    for row in mine:
        start, span = row["from"] / unit, (row["to"] - row["from"]) / unit
        if row["what"] == "phase":
            axis.broken_barh([(start, span)], (-row["depth"] - 0.9, 0.8),
                             color=f"C{row['depth']}", edgecolor="white")
        elif row["what"] == "marker":
            axis.axvline(start, color="black", linewidth=0.6)
        elif row["what"] == "events":
            axis.bar(start, row["value"], span, align="edge", color="C0")
        else:
            bottom = bottoms.get(row["from"], 0)
            owners = ["firmware", "loader", "kernel", "user", "idle"]
            axis.bar(start, row["value"], span, bottom, align="edge",
                     color=f"C{owners.index(row['name'])}")
            bottoms[row["from"]] = bottom + row["value"]
axes[-1, 0].set_xlabel(axis_title)
)py");

const QString barScript = QStringLiteral(R"py(
figure, axis = plt.subplots(figsize=(width, height), layout="constrained")
numbers = [name for name in columns if isinstance(rows[0][name], (int, float)) and name != "depth"]
value = next((name for name in ("duration_ns", "samples", "delta_ns") if name in numbers),
             numbers[0])
axis.barh([str(row[columns[0]]) for row in rows], [row[value] for row in rows])
axis.invert_yaxis()
axis.set_xlabel(value)
)py");

} // namespace

QByteArray figureCsv(const Figure &figure) {
    QStringList fields;
    for (const QString &column : figure.data.columns)
        fields << csvField(column);
    QString out = fields.join(u',') + u"\r\n";
    for (const auto &row : figure.data.rows) {
        fields.clear();
        for (const FigureTable::Cell &cell : row)
            fields << csvField(cell.text);
        out += fields.join(u',') + u"\r\n";
    }
    return out.toUtf8();
}

QByteArray figureJson(const Figure &figure) {
    const FigureFacts &facts = figure.facts;
    QString out = u"{\"title\":" + jsonText(facts.title) + u",\n\"description\":" +
                  jsonText(facts.description) + u",\n\"command\":" + jsonText(facts.command) +
                  u",\n\"writer\":" + jsonText(facts.writer) + u",\n\"runs\":[";
    for (size_t i = 0; i < facts.runs.size(); ++i) {
        const FigureRun &run = facts.runs[i];
        out += (i > 0 ? QStringLiteral(",") : QString()) + u"{\"name\":" + jsonText(run.name) +
               u",\"digest\":" + jsonText(run.digest) + u",\"ended\":" + jsonText(run.ended) +
               u",\"inputs\":[";
        for (size_t n = 0; n < run.inputs.size(); ++n)
            out += (n > 0 ? QStringLiteral(",") : QString()) + u"{\"role\":" +
                   jsonText(QString::fromStdString(run.inputs[n].role)) + u",\"sha256\":" +
                   jsonText(QString::fromStdString(run.inputs[n].sha256)) + u'}';
        out += u"]}";
    }
    out += u"],\n\"kind\":" + jsonText(nameOf(figure.spec.kind)) + u",\"axis\":" +
           jsonText(nameOf(figure.spec.axis)) + u",\n\"columns\":" + jsonList(figure.data.columns) +
           u",\n\"rows\":" + jsonRows(figure.data) + u"}\n";
    return out.toUtf8();
}

QByteArray figurePython(const Figure &figure) {
    QString out = QStringLiteral("#!/usr/bin/env python3\n");
    out += u"# " + figure.facts.title + u"\n# " + figure.facts.description + u'\n';
    for (const QString &line : factLines(figure.facts))
        out += u"# " + line + u'\n';
    const QSizeF size = figure.drawing.size();
    const bool timeline = figure.spec.kind == FigureKind::Timeline;
    out += QStringLiteral("# Usage: python3 THIS [OUT.pdf]; needs matplotlib.\n"
                          "import json\nimport sys\n\nimport matplotlib\n\n"
                          "matplotlib.use(\"Agg\")\n"
                          "import matplotlib.pyplot as plt\n\n"
                          "plt.rcParams.update({\"pdf.fonttype\": 42, \"font.size\": %1})\n"
                          "width, height = %2, %3  # inches\n"
                          "axis_title = \"%4\"\n")
               .arg(shortNumber(figure.spec.typeSize), shortNumber(size.width() / 72, 4),
                    shortNumber(size.height() / 72, 4),
                    figure.spec.axis == AxisKind::Time ? QStringLiteral("virtual time (s)")
                                                       : QStringLiteral("instructions (1e9)"));
    // JSON's text is not Python's: \" and \uXXXX are, but a raw string keeps them for json.
    out += u"columns = json.loads(r'''" + jsonList(figure.data.columns) + u"''')\n";
    QString rows = jsonRows(figure.data);
    rows.replace(QStringLiteral("'"), QStringLiteral("\\u0027"));
    out += u"rows = [dict(zip(columns, row)) for row in json.loads(r'''" + rows + u"''')]\n";
    out += timeline ? timelineScript : barScript;
    out += QStringLiteral("figure.savefig(sys.argv[1] if len(sys.argv) > 1 else \"figure.pdf\")\n");
    return out.toUtf8();
}

} // namespace bootglass
