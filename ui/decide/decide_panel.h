// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace kerf::ui {

/// One of the four parts of a decision: a title, what it asks, its own buttons, and below them what was found or, in a
/// sentence, why nothing was.
class DecidePanel : public QWidget {
    Q_OBJECT
public:
    DecidePanel(const QString& title, const QString& question, QWidget* parent);

    const QString& title() const { return m_title; }

protected:
    QHBoxLayout* head() const { return m_head; } ///< behind the title, to the right
    QVBoxLayout* body() const { return m_body; }
    void addText(QLabel* text); ///< below what the body has, with a margin
    /// In place of the body; empty shows it.
    void showProblem(const QString& text);
    /// Text that is read and copied, in as many lines as it takes.
    static QLabel* makeText(const QString& name, QWidget* parent);

private:
    QString m_title;
    QHBoxLayout* m_head;
    QWidget* m_page;
    QVBoxLayout* m_body;
    QLabel* m_problem;
};

} // namespace kerf::ui
