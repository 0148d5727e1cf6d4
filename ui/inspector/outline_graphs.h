// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QVector>

class QCPAbstractPlottable;
class QCPGraph;
class QCustomPlot;

namespace kerf::ui {

/// What a chart shows of another layer, as a line.
struct Outline {
    QString name; ///< in the legend
    QVector<double> at, values; ///< a value that is not finite breaks the line
};

/// Lines of other layers in a plot, in colours that can be told apart from what it shows of its own.
class OutlineGraphs : public QObject {
    Q_OBJECT
public:
    enum class Place { Behind, Before };
    /// `own` is what the chart shows; it is the one thing beside the outlines that the legend names. They lie behind it
    /// or before it.
    OutlineGraphs(QCustomPlot* plot, QCPAbstractPlottable* own, Place place);

    bool isEmpty() const { return m_graphs.isEmpty(); }
    void show(const QString& ownName, const QList<Outline>& outlines, bool isStepped);
    void applyTheme();
    QCPGraph* graph(int number) const { return m_graphs[number]; }

private:
    QCustomPlot* m_plot;
    QCPAbstractPlottable* m_own;
    QList<QCPGraph*> m_graphs; ///< the plot's
};

} // namespace kerf::ui
