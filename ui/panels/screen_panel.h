// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's display as it was at the cursor; without a cursor, at the run's end, and of a run
// that goes on, as it is now. A guest that runs takes keys here.
#pragma once

#include "ui/panels/screen_view.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QPointer>
#include <QWidget>

namespace bootglass {

class ScreenPanel : public QWidget {
    Q_OBJECT

  public:
    explicit ScreenPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    /// The screen of the guest that runs, as its session tells it.
    void setLiveScreen(const TextScreen &screen);
    void setLivePicture(const ScreenPicture &picture);
    void setTakesKeys(bool takes);
    ScreenView &view() { return *view_; }
    QString title() const { return title_->text(); }

  private:
    bool showsLive() const { return takesKeys_ && !navigator_.lastCursor(); }
    void ask();

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    QLabel *title_;
    ScreenView *view_;
    bool takesKeys_ = false;
};

} // namespace bootglass
