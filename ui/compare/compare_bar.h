// SPDX-License-Identifier: GPL-3.0-or-later
// The bar above a comparison: which runs are A and B, on what they are aligned, what is compared,
// and the answer in one sentence.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/base/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QWidget>

namespace bootglass {

class CompareBar : public QWidget {
    Q_OBJECT

  public:
    explicit CompareBar(QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    void setRuns(const QStringList &labels, size_t a, size_t b);
    /// Markers that both have; the one that is chosen stays so, if it is among them.
    void setMarkers(const std::vector<std::string> &markers);
    void setAnswer(const QString &shortAnswer, const QString &sentence, int64_t delta);

    QComboBox &runA() { return *runA_; }
    QComboBox &runB() { return *runB_; }
    QComboBox &alignment() { return *alignment_; }
    QComboBox &measures() { return *measures_; }
    QString answer() const { return answer_->text(); }
    QString sentence() const { return answer_->toolTip(); }
    /// Empty: on each phase's start.
    QString marker() const { return alignment_->currentData().toString(); }
    Measure measure() const;

  signals:
    void pairChosen(size_t a, size_t b);
    void markerChosen(const QString &marker);
    void measureChosen(bootglass::Measure measure);

  private:
    void showAnswer();

    QLabel *badgeA_;
    QLabel *badgeB_;
    QComboBox *runA_;
    QComboBox *runB_;
    QComboBox *alignment_;
    QComboBox *measures_;
    QLabel *answer_;
    int64_t delta_ = 0;
    const Theme *theme_;
};

} // namespace bootglass
