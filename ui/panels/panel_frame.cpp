// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/panel_frame.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace bootglass {

void layOutPanel(QWidget *panel, std::initializer_list<QWidget *> line, QWidget *content) {
    auto *controls = new QHBoxLayout;
    controls->setContentsMargins(6, 4, 6, 2);
    for (QWidget *widget : line)
        controls->addWidget(widget);
    controls->setStretch(controls->count() - 1, 1);
    auto *layout = new QVBoxLayout(panel);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    layout->addLayout(controls);
    layout->addWidget(content);
}

void startAfterMoves(QTimer &rest, const Navigator &navigator, std::chrono::milliseconds time) {
    rest.setSingleShot(true);
    rest.setInterval(time);
    for (const auto moved : {&Navigator::visibleChanged, &Navigator::cursorsChanged})
        QObject::connect(&navigator, moved, &rest, qOverload<>(&QTimer::start));
}

} // namespace bootglass
