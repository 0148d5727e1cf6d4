// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/prediction_chart.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "core/jobs/prediction_trust.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 12; ///< pixels

/// What may be built on the prediction.
QString trustText(const core::PredictionTrust& found)
{
    const QString low = QLocale().toString(found.spearmanLow, 'f', 2);
    switch (found.trust) {
    case core::Trust::High:
        return PredictionChart::tr("High trust (at least %1 with 95 % certainty): choose plans by it.").arg(low);
    case core::Trust::Fair:
        return PredictionChart::tr(
            "Fair trust (at least %1 with 95 % certainty): choose by it, measure plans that are close.")
            .arg(low);
    case core::Trust::Low:
        return PredictionChart::tr("Low trust (at least %1 with 95 % certainty): measure before you choose.").arg(low);
    case core::Trust::None:
        return PredictionChart::tr("No trust: this order may be chance. Measure, and check more plans.");
    case core::Trust::TooFew:
        break;
    }
    return PredictionChart::tr("Too few to trust: four plans are the least.");
}

} // namespace

PredictionChart::PredictionChart(QAction* check, QWidget* parent)
    : Chart(parent)
    , m_summary(new QLabel(this))
{
    plot()->setObjectName(QStringLiteral("predictionPlot"));
    plot()->setAccessibleName(tr("Predicted against measured divergence"));
    m_summary->setObjectName(QStringLiteral("predictionSummary"));
    m_summary->setToolTip(tr("Spearman's rank correlation of predicted and measured divergence, and the mean of "
                             "|predicted − measured| / measured"));
    auto* button = new QToolButton(this);
    button->setDefaultAction(check);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 6, 6, 0);
    bar->addWidget(button);
    bar->addSpacing(8);
    m_summary->setWordWrap(true); // a long sentence does not widen the window
    bar->addWidget(m_summary, 1);
    bar->addWidget(makeExportButton());
    static_cast<QVBoxLayout*>(layout())->insertLayout(0, bar);
    m_equal = plot()->addGraph();
    m_runs = plot()->addGraph();
    m_checks = plot()->addGraph();
    for (QCPGraph* graph : { m_runs, m_checks })
        graph->setLineStyle(QCPGraph::lsNone);
    m_bars = new QCPErrorBars(plot()->xAxis, plot()->yAxis);
    m_bars->setDataPlottable(m_checks);
    setDivergence(m_divergence);
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    PredictionChart::applyTheme();
    fill();
}

void PredictionChart::setDivergence(const DivergenceText& divergence)
{
    m_divergence = divergence;
    plot()->xAxis->setLabel(tr("predicted %1").arg(divergence.within()));
    plot()->yAxis->setLabel(tr("measured %1").arg(divergence.within()));
}

void PredictionChart::setData(const std::vector<core::PredictionRow>& checks, const std::vector<RunSummary>& runs)
{
    m_points.clear();
    for (const core::PredictionRow& row : checks)
        if (row.predicted > 0 && row.measured > 0)
            m_points.push_back({ toQt(row.name), row.predicted, row.measured, row.measuredStderr, true });
    for (const RunSummary& run : runs)
        if (run.predictedKld && *run.predictedKld > 0 && run.kld.known() && run.kld.value > 0)
            m_points.push_back(
                { run.name, *run.predictedKld, run.kld.value, run.kld.standardError.value_or(0), false });
    fill();
}

QString PredictionChart::summaryText() const
{
    std::vector<core::PredictionRow> rows;
    for (const Point& point : m_points) {
        core::PredictionRow row;
        row.predicted = point.predicted;
        row.measured = point.measured;
        rows.push_back(row);
    }
    const core::PredictionCheck check = core::summarizeChecks(std::move(rows));
    if (std::isnan(check.spearman))
        return {};
    return tr("%n plan(s): rank correlation %1, mean error %2 %. %3", nullptr, static_cast<int>(m_points.size()))
        .arg(QLocale().toString(check.spearman, 'f', 3), QLocale().toString(100 * check.meanRelativeError, 'f', 0),
            trustText(core::trustOf(check)));
}

void PredictionChart::fill()
{
    setEmptyText(m_points.empty()
            ? tr("No plan has both a prediction and a measurement yet. Run a profiled plan, or check the prediction on "
                 "random plans.")
            : QString());
    m_summary->setText(summaryText());
    QVector<double> checkX, checkY, checkError, runX, runY;
    double low = 1e300, high = 0;
    for (const Point& point : m_points) {
        (point.isCheck ? checkX : runX) << point.predicted;
        (point.isCheck ? checkY : runY) << point.measured;
        if (point.isCheck)
            checkError << point.error;
        low = std::min({ low, point.predicted, point.measured });
        high = std::max({ high, point.predicted, point.measured });
    }
    m_checks->setData(checkX, checkY);
    m_bars->setData(checkError);
    m_runs->setData(runX, runY);
    if (!m_points.empty()) {
        setLogarithmic(plot()->xAxis, low, high);
        setLogarithmic(plot()->yAxis, low, high);
        const QCPRange range = plot()->xAxis->range();
        m_equal->setData(QVector<double> { range.lower, range.upper }, QVector<double> { range.lower, range.upper });
    }
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void PredictionChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_equal->setPen(QPen(colors.dim, 1, Qt::DashLine));
    m_runs->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colors.dim), QBrush(colors.dim), 7));
    m_checks->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(colors.accent), QBrush(colors.accent), 10));
    m_bars->setPen(QPen(colors.accent));
}

bool PredictionChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove)
        showTip(static_cast<QMouseEvent*>(event)->pos());
    return Chart::eventFilter(watched, event);
}

void PredictionChart::showTip(const QPoint& at)
{
    for (const Point& point : m_points) {
        const QPointF where(plot()->xAxis->coordToPixel(point.predicted), plot()->yAxis->coordToPixel(point.measured));
        if (QLineF(where, at).length() > kReach)
            continue;
        QToolTip::showText(plot()->mapToGlobal(at + QPoint(10, 10)),
            tr("<b>%1</b><br>predicted %2, measured %3")
                .arg(point.name.toHtmlEscaped(), numberText(point.predicted),
                    m_divergence.amount(measuredText(point.measured, point.error))),
            plot());
        return;
    }
    QToolTip::hideText();
}

QList<QStringList> PredictionChart::table() const
{
    QList<QStringList> rows { { "plan", "predicted_" + m_divergence.column, "measured_" + m_divergence.column,
        "measured_" + m_divergence.column.section(u'_', 0, 0) + "_stderr" } };
    for (const Point& point : m_points)
        rows << QStringList { point.name, QString::number(point.predicted, 'g', 8),
            QString::number(point.measured, 'g', 8), QString::number(point.error, 'g', 4) };
    return rows;
}

} // namespace kerf::ui
