// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/charts/chart.h"

class QLabel;

namespace kerf::ui {

/// A chart with its name, what it shows in numbers, and its export menu above it.
class TitledChart : public Chart {
    Q_OBJECT
public:
    TitledChart(const QString& title, const QString& name, QWidget* parent);

    void setTitle(const QString& title);
    void setNote(const QString& note); ///< dim, under the title
    QString note() const;

    /// How many groups a key goes on by: PgDn and PgUp one, with Shift ten; 0 for other events. For charts that show
    /// one group of a layer's weights.
    static int groupsToGo(const QEvent& event);
    QSize sizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    QString suggestedName() const override { return m_name; }

private:
    QString m_name; ///< of exported files
    QLabel* m_title;
    QLabel* m_note;
};

} // namespace kerf::ui
