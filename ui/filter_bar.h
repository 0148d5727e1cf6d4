// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QRegularExpression>
#include <QWidget>

class QLineEdit;
class QToolButton;

namespace kerf::ui {

/// The search field above a table or tree: plain text or a regular expression, applied as one types. Escape clears it.
class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(const QString& placeholder, QWidget* parent = nullptr);

    void focusField();
    QString text() const;

signals:
    /// Case-insensitive; empty matches everything. Not sent while a regular expression is incomplete.
    void filterChanged(const QRegularExpression& filter);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void apply();

    QLineEdit* m_field;
    QToolButton* m_regex;
};

} // namespace kerf::ui
