// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be done and every place that can be gone to, found by a few letters: actions
// with their keys, phases, markers, lanes, notes.
#pragma once

#include <QDialog>
#include <QLineEdit>
#include <QListWidget>

#include <functional>
#include <vector>

namespace bootglass {

struct PaletteEntry {
    QString text;
    QString kind; // "View", "Phase", "Marker": shown beside it
    QString keys;
    std::function<void()> act;
};

class CommandPalette : public QDialog {
    Q_OBJECT

  public:
    static constexpr int mostShown = 200;

    explicit CommandPalette(QWidget *parent = nullptr);

    /// Shows itself; the chosen entry acts after it is gone.
    void ask(std::vector<PaletteEntry> entries);
    QLineEdit &line() { return *line_; }
    QStringList shown() const;

  protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void fill(const QString &pattern);
    void take();

    std::vector<PaletteEntry> entries_;
    QLineEdit *line_;
    QListWidget *list_;
};

} // namespace bootglass
