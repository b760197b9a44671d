// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a figure for a paper in the window, of a run or of two: its fields at the left, at the
// right the figure as it will be, at its true size on this screen, below it the command that makes
// the same file. A thread of its own draws, and the newest wish wins, so that typing never waits.
#pragma once

#include "ui/figure/figure.h"
#include "ui/figure/figure_form.h"
#include "ui/run/query_thread.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace bootglass {

class FigureDialog : public QDialog {
    Q_OBJECT

  public:
    FigureDialog(const RunSnapshot &run, const FigureOffer &offer, QWidget *parent = nullptr);

    FigureForm &form() { return *form_; }
    /// The one that is shown; nullptr while there is none.
    const Figure *figure() const { return figure_.get(); }
    /// Writes the figure that the fields describe; told by saved() or in the dialog.
    void save(const QString &file);

  signals:
    void drawn();
    void saved(const QString &file);

  private:
    void draw();
    void show(const Result<Figure> &figure);
    void tell(const QString &sentence);
    void askForFile();
    double dotsPerInch() const;

    Result<Figure> make(RunReader &reader, const FigureSpec &spec, const QString &file) const;

    const QString run_;
    const QString other_; // empty: a figure of one run
    FigureForm *form_;
    QLabel *preview_;
    QLabel *message_;
    QLineEdit *command_;
    QPushButton *saveAs_;
    std::shared_ptr<const Figure> figure_;
    QueryThread reader_;
};

} // namespace bootglass
