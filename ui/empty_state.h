// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QVBoxLayout;

namespace kerf::ui {

/// What a panel shows when it has nothing: what is missing, and the buttons that bring it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);

    void setText(const QString& text);
    void addAction(QAction* action); ///< as a button that follows the action's text and state

private:
    QLabel* m_label;
    QVBoxLayout* m_layout;
};

} // namespace kerf::ui
