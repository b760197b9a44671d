// SPDX-License-Identifier: GPL-3.0-or-later
// An open run, as the window's parts share it: its newest snapshot and its query threads, one for
// pictures, one for details, so that a table never delays the timeline, and one for what may take
// long, which delays neither.
#pragma once

#include "ui/run/query_thread.h"
#include "ui/run/run_snapshot.h"

#include <QObject>
#include <QTimer>

namespace bootglass {

class RunDocument : public QObject {
    Q_OBJECT

  public:
    /// Opens in the background: loaded() or failed() follows.
    explicit RunDocument(const QString &path, QObject *parent = nullptr);
    ~RunDocument() override;

    QString path() const { return path_; }
    QString fileName() const;
    bool isLoaded() const { return run_ != nullptr; }
    /// Only once it is loaded.
    const RunSnapshot &run() const { return *run_; }
    std::shared_ptr<const RunSnapshot> snapshot() const { return run_; }
    QueryThread &pictures() { return *pictures_; }
    QueryThread &details() { return *details_; }
    /// Searches and figures of many events; made when it is first needed.
    QueryThread &background();
    /// Whether any question waits or runs.
    bool busy() const;

    /// Looks for what was recorded since, now and, while live, four times a second.
    void setLive(bool live);
    bool live() const { return poll_.isActive(); }
    void refresh();

  signals:
    void loaded();
    void changed();
    void failed(const QString &sentence);

  private:
    void taken(const Result<RunSnapshot> &result);

    QString path_;
    std::shared_ptr<const RunSnapshot> run_;
    std::unique_ptr<QueryThread> pictures_;
    std::unique_ptr<QueryThread> details_;
    std::unique_ptr<QueryThread> background_;
    QTimer poll_;
    bool asking_ = false;
    bool askAgain_ = false;
};

} // namespace bootglass
