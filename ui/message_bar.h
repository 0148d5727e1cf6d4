// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFrame>

class QLabel;

namespace kerf::ui {

/// A line above the panels for what a person has to know: an error, on a ground of its own, or a note such as a
/// workspace that is open for reading only.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showMessage(const QString& text, bool isError);
    QString text() const;

private:
    QLabel* m_sign;
    QLabel* m_text;
};

} // namespace kerf::ui
