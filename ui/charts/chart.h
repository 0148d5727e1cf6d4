// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QAction;
class QCPAxis;
class QCustomPlot;
class QToolButton;

namespace kerf::ui {

class ChartTable;
class EmptyState;

/// A chart: a plot that follows the theme, its export menu, and the table of the same data: in place of the plot (T, or
/// the menus of export and of the right button), copied, or as CSV.
class Chart : public QWidget {
    Q_OBJECT
public:
    explicit Chart(QWidget* parent = nullptr);

    QCustomPlot* plot() const { return m_plot; }
    /// For the bar above the plot. Called by the class that has the final suggestedName(), or later.
    QToolButton* makeExportButton();
    /// A bar above the plot with what its marks mean and the export button. Called as makeExportButton().
    void addLegendBar(const QString& legend);
    /// Writes the chart by the file's ending: .png (2x), .svg, .pdf, .csv. Returns what went wrong, or nothing.
    QString save(const QString& file);

    /// Ticks at 1, 2, 5 times powers of ten on a logarithmic axis, over at least one decade.
    static void setLogarithmic(QCPAxis* axis, double minimum, double maximum);
    /// Ordinary ticks, the range widened so that no point lies on the border.
    static void setLinear(QCPAxis* axis, double minimum, double maximum);

    EmptyState* emptyState() const { return m_empty; } ///< takes the buttons that bring what is missing
    /// Says in place of an empty plot what is missing, and that there is nothing to export; empty shows the plot.
    void setEmptyText(const QString& text);

    /// The table in place of the plot; it follows what the plot shows.
    void showTable(bool shown);

signals:
    void failed(const QString& message);

protected:
    void changeEvent(QEvent* event) override;
    /// The plot's legend in a row above its points, in as many columns as the width has room for; or none.
    void showLegend(bool shown);
    virtual void applyTheme(); ///< colours of axes and background; derived charts colour their own things
    /// The data, first row the names with units. Comma, no thousands separators.
    virtual QList<QStringList> table() const = 0;
    virtual QString suggestedName() const = 0;

private:
    void makeTableActions();
    void fillTable();
    void copyTable() const;
    void showParts();
    void wrapLegend();

    QCustomPlot* m_plot;
    EmptyState* m_empty;
    QAction *m_asTable, *m_copy;
    ChartTable* m_table = nullptr; ///< made when it is first wanted
    bool m_isEmpty = false;
    QToolButton* m_export = nullptr;
};

} // namespace kerf::ui
