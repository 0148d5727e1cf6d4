// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>

class QTableView;

namespace kerf::ui {

/// Lets a table drop columns while there is no room for all of them, so that it never scrolls sideways: the first of
/// `order` first. What they say has to stand in the tool tip of the row.
class ColumnFitter : public QObject {
public:
    /// `stretched` is the column that takes what the others leave, and at least `least` characters.
    ColumnFitter(QTableView* view, int stretched, int least, QList<int> order);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();
    int widthOf(int column);

    QTableView* m_view;
    int m_stretched, m_least;
    QList<int> m_order;
    QHash<int, int> m_titles; ///< widths, by column
    QTimer m_soon; ///< many cells change at a time
};

} // namespace kerf::ui
