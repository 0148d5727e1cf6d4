// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace kerf::ui {

class JobCenter;

/// The running job in the status bar: what it does in its own units, how far it is, the time left, what is already
/// safe on disk, and Stop. Appears after half a second, so that quick jobs do not flash.
class JobBar : public QWidget {
    Q_OBJECT
public:
    JobBar(JobCenter* jobs, QAction* stop, QWidget* parent = nullptr);

    const QString& text() const { return m_title; }
    const QString& detail() const { return m_details; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void showTexts();

    JobCenter* m_jobs;
    QLabel* m_text;
    QProgressBar* m_bar;
    QLabel* m_detail;
    QString m_title, m_details; ///< whole, the labels show what fits
    QTimer m_delay;
};

} // namespace kerf::ui
