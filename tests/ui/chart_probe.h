// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QApplication>
#include <QFile>
#include <QLocale>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/charts/chart.h"

namespace kerf::test {

/// The cells of comma-separated values (RFC 4180), read without Kerf's own code.
inline QList<QStringList> parseCsv(const QString& text)
{
    QList<QStringList> rows;
    QStringList row;
    QString cell;
    bool quoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar at = text[i];
        if (at == u'"' && quoted && i + 1 < text.size() && text[i + 1] == u'"')
            cell += text[++i];
        else if (at == u'"')
            quoted = !quoted;
        else if (!quoted && (at == u',' || at == u'\n')) {
            row << cell;
            cell.clear();
            if (at == u'\n')
                rows << std::exchange(row, {});
        } else
            cell += at;
    }
    return rows;
}

inline QByteArray contentOf(const QString& file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

/// What a chart writes as CSV: heads first.
inline QList<QStringList> exportedTable(ui::Chart& chart)
{
    const QTemporaryDir folder;
    const QString name = folder.filePath("table.csv");
    const QString problem = chart.save(name);
    return problem.isEmpty() ? parseCsv(QString::fromUtf8(contentOf(name))) : QList<QStringList> { { problem } };
}

/// A number and its label.
using Ticks = QList<std::pair<double, QString>>;
inline Ticks ticksOf(QCPAxis* axis)
{
    QVector<double> at, between;
    QVector<QString> labels;
    axis->ticker()->generate(axis->range(), QLocale(), QChar('g'), 6, at, &between, &labels);
    Ticks ticks;
    for (qsizetype i = 0; i < at.size(); ++i)
        if (axis->range().contains(at[i]))
            ticks << std::pair(at[i], labels[i]);
    return ticks;
}

inline QPoint pixelOf(const QCustomPlot* plot, double x, double y)
{
    return { qRound(plot->xAxis->coordToPixel(x)), qRound(plot->yAxis->coordToPixel(y)) };
}

/// What the tool tip says with the mouse over a place of a widget; empty: there is none.
inline QString tipAt(QWidget* widget, const QPoint& at, Qt::MouseButtons held = {})
{
    const QString none = QStringLiteral("none"); // a tip that is told to hide stays for a moment
    QToolTip::hideText();
    QToolTip::showText(widget->mapToGlobal(at), none, widget);
    QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, held, {});
    QApplication::sendEvent(widget, &move);
    return QToolTip::text() == none ? QString() : QToolTip::text();
}

/// Shows a chart, large enough for its axes, and draws it.
inline bool showChart(ui::Chart& chart, const QSize& size = { 640, 420 })
{
    chart.resize(size);
    chart.show();
    const bool shown = QTest::qWaitForWindowExposed(&chart);
    chart.plot()->replot();
    return shown;
}

} // namespace kerf::test
