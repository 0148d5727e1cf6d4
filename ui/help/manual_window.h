// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>
#include <QString>

class QLabel;
class QLineEdit;
class QListWidget;
class QTextBrowser;
class QToolButton;

namespace kerf::ui {

/// The manual, offline: its pages at the left, the one that is read at the right. Links go on, Alt+Left goes back,
/// Ctrl+F finds in the page.
class ManualWindow : public QDialog {
    Q_OBJECT
public:
    explicit ManualWindow(QWidget* parent = nullptr);

    /// "inspector.md", or "window.md#The plan bar" for a heading of it.
    void showPage(const QString& address);
    QString page() const; ///< "inspector.md"
    QString text() const; ///< of the page

    /// What a widget or the nearest one around it says of itself (setManualPage); the first page for those that say
    /// nothing.
    static QString pageOf(const QWidget* widget);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makePages();
    void follow(const QUrl& link);
    void find(bool backward);
    void goToHeading(const QString& heading);
    void tellPage(const QUrl& source);

    QListWidget* m_pages;
    QTextBrowser* m_text;
    QLineEdit* m_search;
    QLabel* m_missed; ///< nothing found
    QToolButton *m_back, *m_forward;
};

/// F1 in the widget opens this page.
void setManualPage(QWidget* widget, const QString& address);

} // namespace kerf::ui
