// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_form.h"

#include "ui/base/number_format.h"
#include "ui/figure/figure_lanes.h"
#include "ui/figure/type_metrics.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalBlocker>

#include <cmath>

namespace bootglass {

namespace {

FigurePoint pointAt(VirtualNs ns) {
    return {ns, QStringLiteral("time:%1ns").arg(ns.value)};
}

} // namespace

QComboBox *FigureForm::choice(const char *name, const QString &label) {
    auto *box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    static_cast<QFormLayout *>(layout())->addRow(label, box);
    connect(box, &QComboBox::currentIndexChanged, this, &FigureForm::changed);
    return box;
}

QLineEdit *FigureForm::words(const char *name, const QString &label, const QString &hint) {
    auto *edit = new QLineEdit;
    edit->setObjectName(QString::fromLatin1(name));
    edit->setPlaceholderText(hint);
    static_cast<QFormLayout *>(layout())->addRow(label, edit);
    connect(edit, &QLineEdit::textChanged, this, &FigureForm::changed);
    return edit;
}

FigureForm::FigureForm(const RunSnapshot &run, const FigureOffer &offer, QWidget *parent)
    : QWidget(parent), offer_(offer), whole_(run.whole()) {
    auto *form = new QFormLayout(this);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setContentsMargins({});

    kind_ = choice("kind", tr("&Figure"));
    fillKinds();
    preset_ = choice("preset", tr("&For"));
    for (const FigurePreset &preset : figurePresets())
        preset_->addItem(QStringView(preset.title).toString(), QStringView(preset.name).toString());
    width_ = words("width", tr("&Width"), {});
    height_ = words("height", tr("&Height"), tr("as it needs"));
    typeSize_ = new QDoubleSpinBox;
    typeSize_->setRange(leastType, 72);
    typeSize_->setDecimals(1);
    typeSize_->setSingleStep(0.5);
    typeSize_->setSuffix(QStringLiteral(" pt"));
    form->addRow(tr("T&ype"), typeSize_);
    family_ = new QFontComboBox;
    family_->setFontFilters(QFontComboBox::ScalableFonts);
    family_->setCurrentFont(QFont(figureFamily()));
    form->addRow(tr("F&ont"), family_);
    palette_ = choice("palette", tr("&Colours"));
    for (const auto &[palette, title] : {std::pair(PaletteName::OkabeIto, tr("Okabe and Ito")),
                                         std::pair(PaletteName::Tol, tr("Tol, bright")),
                                         std::pair(PaletteName::Grey, tr("Greys"))})
        palette_->addItem(title, static_cast<int>(palette));
    range_ = choice("range", tr("&Range"));
    range_->addItems({tr("What the window shows"), tr("The whole boot")});
    axis_ = choice("axis", tr("&Axis"));
    axis_->addItem(tr("Virtual time"), static_cast<int>(AxisKind::Time));
    axis_->addItem(tr("Instructions"), static_cast<int>(AxisKind::Instructions));
    tracks_ = new QListWidget;
    tracks_->setObjectName(QStringLiteral("tracks"));
    form->addRow(tr("Trac&ks"), tracks_);
    title_ = words("title", tr("T&itle"), tr("none: papers have captions"));
    atA_ = words("atA", tr("At cursor A"), tr("an annotation"));
    atB_ = words("atB", tr("At cursor B"), tr("an annotation"));
    atA_->setEnabled(offer_.cursorA.has_value());
    atB_->setEnabled(offer_.cursorB.has_value());

    fillTracks(run);
    if (!offer_.other.isEmpty()) hideWhatIsOfOneRun();
    takePreset();
    connect(preset_, &QComboBox::currentIndexChanged, this, &FigureForm::takePreset);
    connect(typeSize_, &QDoubleSpinBox::valueChanged, this, &FigureForm::changed);
    connect(family_, &QFontComboBox::currentFontChanged, this, &FigureForm::changed);
    connect(tracks_, &QListWidget::itemChanged, this, &FigureForm::changed);
}

void FigureForm::fillKinds() {
    using enum FigureKind;
    const std::pair<FigureKind, QString> ofOne[] = {{Timeline, tr("Timeline")},
                                                    {Phases, tr("Table of phases")},
                                                    {Flame, tr("Flame graph of samples")}};
    const std::pair<FigureKind, QString> ofTwo[] = {{Compare, tr("Phases face to face")},
                                                    {Waterfall, tr("Waterfall of the difference")},
                                                    {Changes, tr("Table of changes")}};
    for (const auto &[kind, title] : offer_.other.isEmpty() ? ofOne : ofTwo)
        kind_->addItem(title, static_cast<int>(kind));
}

/// Figures of two runs show them whole.
void FigureForm::hideWhatIsOfOneRun() {
    auto *form = static_cast<QFormLayout *>(layout());
    for (QWidget *field : std::initializer_list<QWidget *>{range_, tracks_, atA_, atB_})
        form->setRowVisible(field, false);
    axis_->setCurrentIndex(axis_->findData(static_cast<int>(AxisKind::Instructions)));
    range_->setCurrentIndex(1);
}

void FigureForm::fillTracks(const RunSnapshot &run) {
    const auto lanes = chooseLanes(run, {});
    if (!lanes) return;
    for (const FigureLane &lane : *lanes) {
        auto *item = new QListWidgetItem(lane.lane.label, tracks_);
        item->setData(Qt::UserRole, lane.key);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
}

void FigureForm::takePreset() {
    const FigurePreset *preset = presetOf(preset_->currentData().toString());
    if (!preset) return;
    const QSignalBlocker blockers[] = {QSignalBlocker(width_), QSignalBlocker(height_),
                                       QSignalBlocker(typeSize_)};
    width_->setText(QStringLiteral("%1pt").arg(std::round(preset->width * 100) / 100));
    height_->setText(preset->height > 0 ? QStringLiteral("%1pt").arg(preset->height) : QString());
    typeSize_->setValue(preset->typeSize);
    emit changed();
}

Result<FigureSpec> FigureForm::spec() const {
    FigureSpec spec;
    if (const FigurePreset *preset = presetOf(preset_->currentData().toString()))
        spec.take(*preset);
    const double presetWidth = spec.width;
    const double presetHeight = spec.height;
    spec.kind = static_cast<FigureKind>(kind_->currentData().toInt());
    const auto width = pointsOf(width_->text());
    if (!width) return width.error();
    // What the preset says needs no words in the command.
    if (std::abs(*width - presetWidth) > 0.01) {
        spec.width = *width;
        spec.widthText = width_->text();
    }
    spec.height = 0;
    if (!height_->text().isEmpty()) {
        const auto height = pointsOf(height_->text());
        if (!height) return height.error();
        spec.height = *height;
        if (std::abs(*height - presetHeight) > 0.01) spec.heightText = height_->text();
    }
    spec.typeSize = typeSize_->value();
    spec.family = family_->currentFont().family();
    spec.palette = static_cast<PaletteName>(palette_->currentData().toInt());
    spec.axis = static_cast<AxisKind>(axis_->currentData().toInt());
    if (range_->currentIndex() == 0 && offer_.shown != whole_) {
        spec.from = pointAt(offer_.shown.from);
        spec.until = pointAt(offer_.shown.to);
    }
    QStringList chosen;
    for (int row = 0; row < tracks_->count(); ++row)
        if (tracks_->item(row)->checkState() == Qt::Checked)
            chosen << tracks_->item(row)->data(Qt::UserRole).toString();
    if (chosen.isEmpty()) return Error{"no track is chosen"};
    if (chosen.size() < tracks_->count()) spec.tracks = chosen;
    spec.title = title_->text();
    for (const auto &[edit, cursor] :
         {std::pair(atA_, offer_.cursorA), std::pair(atB_, offer_.cursorB)})
        if (cursor && !edit->text().isEmpty())
            spec.annotations.push_back({pointAt(*cursor), edit->text()});
    return spec;
}

} // namespace bootglass
