// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a figure's dialog, and the spec that they make. They are the options of
// `bootglass export` by the same names.
#pragma once

#include "ui/figure/figure_spec.h"
#include "ui/run/run_snapshot.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QLineEdit;
class QListWidget;

namespace bootglass {

/// What the window shows when the dialog opens: offered as the figure's range and annotations.
struct FigureOffer {
    TimeRange shown;
    std::optional<VirtualNs> cursorA;
    std::optional<VirtualNs> cursorB;
    QString other{}; // a second run's file: figures of two runs are offered, of their whole
};

class FigureForm : public QWidget {
    Q_OBJECT

  public:
    FigureForm(const RunSnapshot &run, const FigureOffer &offer, QWidget *parent = nullptr);

    /// An Error tells which field cannot be read.
    Result<FigureSpec> spec() const;

  signals:
    void changed();

  private:
    QComboBox *choice(const char *name, const QString &label);
    QLineEdit *words(const char *name, const QString &label, const QString &hint);
    void takePreset();
    void fillTracks(const RunSnapshot &run);
    void fillKinds();
    void hideWhatIsOfOneRun();

    FigureOffer offer_;
    TimeRange whole_;
    QComboBox *kind_;
    QComboBox *preset_;
    QLineEdit *width_;
    QLineEdit *height_;
    QDoubleSpinBox *typeSize_;
    QFontComboBox *family_;
    QComboBox *palette_;
    QComboBox *range_;
    QComboBox *axis_;
    QListWidget *tracks_;
    QLineEdit *title_;
    QLineEdit *atA_;
    QLineEdit *atB_;
};

} // namespace bootglass
