// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <QObject>
#include <QString>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// Keeps the plan in hand in the workspace while it is edited, on a thread of its own: a commit waits for the disk.
class PlanSaver : public QObject {
    Q_OBJECT
public:
    explicit PlanSaver(QObject* parent = nullptr);

    /// Writes the plan as the model's draft, soon; of several that wait only the newest.
    void save(const std::filesystem::path& workspace, core::RowId model, core::Plan plan);
    /// Returns when nothing waits any more.
    void flush();
    /// flush(), and lets go of the workspace.
    void close();

signals:
    void failed(const QString& message); ///< arrives on the thread of this object

private:
    struct Wish {
        std::filesystem::path workspace;
        core::RowId model = 0;
        core::Plan plan;
    };

    void run(const std::stop_token& stop);
    core::Status write(const Wish& wish);

    // Of the thread alone
    std::optional<core::Workspace> m_workspace;
    core::RowId m_model = 0;
    std::string m_written; ///< name, hash and locks of the plan that was written last

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable_any m_changed;
    std::optional<Wish> m_wish;
    bool m_writing = false;
    bool m_letGo = false; ///< of the workspace
    std::jthread m_thread; ///< last: ends before the rest is gone
};

} // namespace kerf::ui
