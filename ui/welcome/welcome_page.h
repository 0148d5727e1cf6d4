// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>

#include <QWidget>

class QAction;
class QLabel;
class QListWidget;

namespace kerf::ui {

/// The folder of the bundled sample model, beside the program, in the source tree or where it is installed; nothing
/// when it is not there.
std::optional<std::filesystem::path> findSampleModel();

/// What the window shows before a model is open: the sample, a folder, the recent ones, and any error in place.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    WelcomePage(QAction* openSample, QAction* openFolder, QWidget* parent = nullptr);

    void setRecent(const QStringList& folders);
    void setError(const QString& message); ///< empty hides it
    void setBusy(const QString& text); ///< while a model is opened; empty = not busy

signals:
    void openRequested(const QString& folder);

private:
    QLabel* m_error;
    QLabel* m_busy;
    QLabel* m_recentTitle;
    QListWidget* m_recent;
};

} // namespace kerf::ui
