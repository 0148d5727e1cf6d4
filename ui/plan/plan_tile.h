// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

namespace kerf::ui {

/// A number of the plan in hand with a caption above it and a note behind it. As wide as the widest that it may show,
/// so that a new number is painted and nothing else: no layout follows while the budget is dragged.
class PlanTile : public QWidget {
    Q_OBJECT
public:
    /// @param widest value and note that there must be room for
    PlanTile(const QString& caption, const QString& widestValue, const QString& widestNote, QWidget* parent);

    void setCaption(const QString& caption);
    void setText(const QString& value, const QString& note);
    const QString& value() const { return m_value; }
    const QString& note() const { return m_note; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QFont captionFont() const;
    QFont valueFont() const;

    QString m_caption, m_widestValue, m_widestNote;
    QString m_value, m_note;
};

} // namespace kerf::ui
