// SPDX-License-Identifier: GPL-3.0-or-later
// How wide type is at its final size, in points: measured at a large size without hinting, so that
// it holds for paper and for every screen.
#pragma once

#include <QString>

namespace bootglass {

class TypeMetrics {
  public:
    /// Of the em, for placing lines; a line of type takes both.
    static constexpr double ascent = 0.78;
    static constexpr double descent = 0.22;
    /// Half the height of a capital: what centres a label on a line.
    static constexpr double middle = 0.36;

    explicit TypeMetrics(QString family) : family_(std::move(family)) {}

    double width(const QString &text, double size, bool bold = false) const;
    /// Shortened with an ellipsis to what fits; empty if no letter does.
    QString fitting(const QString &text, double size, double room, bool bold = false) const;

  private:
    QString family_;
};

/// The family that figures use unless another is asked for: the same on every computer that has it.
QString figureFamily();
/// Whether this computer has it.
bool hasFamily(const QString &family);

} // namespace bootglass
