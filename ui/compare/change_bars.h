// SPDX-License-Identifier: GPL-3.0-or-later
// What changed behind a row, as bars to both sides of zero: its functions where the runs have
// symbols, else its drivers, its services, or the devices that it used.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/base/theme.h"

#include <QWidget>

namespace bootglass {

struct ChangeBar {
    QString name;
    int64_t delta = 0;
    QString note; // "new", "gone"

    bool operator==(const ChangeBar &) const = default;
};

struct Changes {
    QString title; // "userspace: functions that changed"
    Measure measure = Measure::Instructions;
    std::vector<ChangeBar> bars; // the largest first
};

/// The most telling of the tables: the first of functions, drivers, services, devices, lines that
/// both runs know by name and in which something changed.
Changes changesOf(const QString &name, const std::map<ComparedBy, std::vector<Measured>> &a,
                  const std::map<ComparedBy, std::vector<Measured>> &b);

class ChangeBars : public QWidget {
    Q_OBJECT

  public:
    explicit ChangeBars(QWidget *parent = nullptr);

    void setChanges(Changes changes);
    /// A sentence instead.
    void tell(const QString &sentence);
    void setTheme(const Theme &theme);
    const Changes &changes() const { return changes_; }

  protected:
    void paintEvent(QPaintEvent *event) override;

  private:
    Changes changes_;
    QString sentence_;
    const Theme *theme_;
};

} // namespace bootglass
