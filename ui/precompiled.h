// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once for the whole window: the Qt and QCustomPlot headers that nearly every file needs.
#pragma once

#include <QtCore/QtCore>
#include <QtGui/QtGui>
#include <QtWidgets/QtWidgets>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>
