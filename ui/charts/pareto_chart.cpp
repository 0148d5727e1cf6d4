// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/pareto_chart.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "core/evaluate/pareto.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 14; ///< pixels from a point at which the mouse still means it

/// A label's box lies in the plot and covers nothing that is drawn there already.
bool fits(const QRectF& box, const QRectF& area, const std::vector<QRectF>& taken)
{
    return area.contains(box)
        && std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
}

} // namespace

ParetoChart::ParetoChart(Selection* selection, QWidget* parent)
    : Chart(parent)
    , m_selection(selection)
    , m_xChoice(new QComboBox(this))
    , m_yChoice(new QComboBox(this))
{
    plot()->setObjectName(QStringLiteral("paretoPlot"));
    plot()->setAccessibleName(tr("Pareto chart of the runs"));
    m_xChoice->setObjectName(QStringLiteral("paretoX"));
    m_xChoice->setAccessibleName(tr("Horizontal axis"));
    m_xChoice->addItems({ tr("Decode tokens/s"), tr("Size"), tr("Bits per weight") });
    m_yChoice->setAccessibleName(tr("Vertical axis"));
    m_yChoice->addItems({ tr("KLD"), tr("Perplexity") });
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 4, 6, 0);
    bar->setSpacing(8);
    bar->addWidget(m_yChoice);
    bar->addWidget(new QLabel(tr("against"), this));
    bar->addWidget(m_xChoice);
    bar->addStretch();
    bar->addWidget(makeExportButton());
    static_cast<QVBoxLayout*>(layout())->insertLayout(0, bar);

    m_frontLine = plot()->addGraph();
    m_others = plot()->addGraph();
    m_frontPoints = plot()->addGraph();
    m_ring = plot()->addGraph();
    m_planMark = plot()->addGraph();
    for (QCPGraph* graph : { m_others, m_frontPoints, m_ring, m_planMark })
        graph->setLineStyle(QCPGraph::lsNone);
    m_otherBars = new QCPErrorBars(plot()->xAxis, plot()->yAxis);
    m_otherBars->setDataPlottable(m_others);
    m_frontBars = new QCPErrorBars(plot()->xAxis, plot()->yAxis);
    m_frontBars->setDataPlottable(m_frontPoints);
    m_originalLine = new QCPItemStraightLine(plot());
    m_originalText = new QCPItemText(plot());
    m_originalText->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_originalText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);

    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    connect(m_xChoice, &QComboBox::currentIndexChanged, this, [this](int at) { setAxes(static_cast<XAxis>(at), m_y); });
    connect(m_yChoice, &QComboBox::currentIndexChanged, this, [this](int at) { setAxes(m_x, static_cast<YAxis>(at)); });
    connect(m_selection, &Selection::runChanged, this, [this] {
        fillGraphs();
        plot()->replot(QCustomPlot::rpQueuedReplot);
    });
    ParetoChart::applyTheme();
    rebuild();
}

void ParetoChart::setRuns(const std::vector<RunSummary>& runs)
{
    m_runs = runs;
    rebuild();
}

void ParetoChart::setPlanPoint(std::optional<PlanPoint> point)
{
    m_plan = point;
    fillGraphs();
    fitAxes();
    placeLabels();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void ParetoChart::setAxes(XAxis x, YAxis y)
{
    m_x = x;
    m_y = y;
    m_xChoice->setCurrentIndex(static_cast<int>(x));
    m_yChoice->setCurrentIndex(static_cast<int>(y));
    rebuild();
}

double ParetoChart::xOf(const RunSummary& run) const
{
    return m_x == XAxis::Decode ? run.decode.value : m_x == XAxis::Size ? run.sizeBytes / 1e6 : run.bitsPerWeight;
}

double ParetoChart::planX() const
{
    return m_x == XAxis::Decode ? m_plan->decode : m_x == XAxis::Size ? m_plan->sizeBytes / 1e6 : m_plan->bitsPerWeight;
}

Measured ParetoChart::yOf(const RunSummary& run) const
{
    return m_y == YAxis::Kld ? run.kld : run.perplexity;
}

void ParetoChart::rebuild()
{
    m_points.clear();
    for (const RunSummary& run : m_runs) {
        const Measured y = yOf(run);
        const double x = xOf(run);
        // The original has no divergence to draw on a logarithmic axis: it is the line, not a point.
        if (!y.known() || std::isnan(x) || (m_y == YAxis::Kld && (run.isOriginal || !(y.value > 0))))
            continue;
        m_points.push_back(
            { run, x, y.value, m_x == XAxis::Decode ? run.decode.standardError : std::nullopt, y.standardError });
    }
    std::stable_sort(m_points.begin(), m_points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    std::vector<double> x, y;
    for (const Point& point : m_points) {
        x.push_back(m_x == XAxis::Decode ? point.x : -point.x);
        y.push_back(point.y);
    }
    m_front = core::paretoFront(x, y);
    fillGraphs();
    fitAxes();
    placeOriginal();
    placeLabels();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void ParetoChart::fillGraphs()
{
    const auto add = [](QCPGraph* graph, QVector<double>& errors, const Point& point) {
        graph->addData(point.x, point.y);
        errors << point.yError.value_or(0);
    };
    for (QCPGraph* graph : { m_frontLine, m_others, m_frontPoints, m_ring, m_planMark })
        graph->data()->clear();
    QVector<double> otherErrors, frontErrors;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const bool front = std::find(m_front.begin(), m_front.end(), i) != m_front.end();
        add(front ? m_frontPoints : m_others, front ? frontErrors : otherErrors, m_points[i]);
        if (front)
            m_frontLine->addData(m_points[i].x, m_points[i].y);
        if (m_points[i].run.id == m_selection->run())
            m_ring->addData(m_points[i].x, m_points[i].y);
    }
    m_otherBars->setData(otherErrors);
    m_frontBars->setData(frontErrors);
    if (m_plan && m_y == YAxis::Kld && m_plan->kld.known() && m_plan->kld.value > 0 && !std::isnan(planX()))
        m_planMark->addData(planX(), m_plan->kld.value);
}

void ParetoChart::fitAxes()
{
    double xLow = INFINITY, xHigh = -INFINITY, yLow = INFINITY, yHigh = -INFINITY;
    const auto widen = [&](double x, double y) {
        xLow = std::min(xLow, x);
        xHigh = std::max(xHigh, x);
        yLow = std::min(yLow, y);
        yHigh = std::max(yHigh, y);
    };
    for (const Point& point : m_points) {
        widen(point.x, point.y - (m_y == YAxis::Kld ? 0 : point.yError.value_or(0)));
        widen(point.x, point.y + point.yError.value_or(0));
    }
    for (const auto& mark : *m_planMark->data())
        widen(mark.key, mark.value);
    const bool empty = !(xHigh >= xLow);
    setEmptyText(empty ? tr("No measured runs yet. Run the plan: its speed and its damage appear here.") : QString());
    if (empty)
        return;
    for (const RunSummary& run : m_runs) {
        if (run.isOriginal && m_x == XAxis::Decode && !std::isnan(xOf(run)))
            widen(xOf(run), yLow);
    }
    setLinear(plot()->xAxis, xLow, xHigh);
    if (m_y == YAxis::Kld)
        setLogarithmic(plot()->yAxis, yLow, yHigh);
    else
        setLinear(plot()->yAxis, yLow, yHigh);
    const QString xNames[] = { tr("decode tokens/s (higher is better)"), tr("size, MB (lower is better)"),
        tr("bits per weight (lower is better)") };
    plot()->xAxis->setLabel(xNames[static_cast<int>(m_x)]);
    plot()->yAxis->setLabel(m_y == YAxis::Kld ? tr("KLD, nats (lower is better)") : tr("perplexity (lower is better)"));
}

void ParetoChart::placeOriginal()
{
    m_originalLine->setVisible(false);
    m_originalText->setVisible(false);
    for (const RunSummary& run : m_runs) {
        const double x = xOf(run);
        if (!run.isOriginal || std::isnan(x) || !plot()->xAxis->range().contains(x))
            continue;
        m_originalLine->point1->setCoords(x, 1e-6);
        m_originalLine->point2->setCoords(x, 1);
        m_originalText->setText(tr("original"));
        m_originalText->position->setCoords(x, 1.0);
        m_originalText->setPadding(QMargins(3, 0, 3, 2));
        m_originalLine->setVisible(true);
        m_originalText->setVisible(true);
    }
}

QRectF ParetoChart::placeOriginalText(const std::vector<QRectF>& points)
{
    const QFontMetrics metrics(font());
    const QRectF area = plot()->axisRect()->rect();
    const QSizeF size(metrics.horizontalAdvance(m_originalText->text()) + 6, metrics.height() + 2);
    const double x = m_originalText->position->coords().x(), line = plot()->xAxis->coordToPixel(x);
    QRectF box;
    for (const bool atTop : { false, true })
        for (const bool isLeft : { false, true }) {
            box = QRectF(
                QPointF(isLeft ? line - size.width() : line, atTop ? area.top() : area.bottom() - size.height()), size);
            m_originalText->setPositionAlignment(
                (isLeft ? Qt::AlignRight : Qt::AlignLeft) | (atTop ? Qt::AlignTop : Qt::AlignBottom));
            m_originalText->position->setCoords(x, atTop ? 0.0 : 1.0);
            if (fits(box, area, points))
                return box;
        }
    return box;
}

void ParetoChart::placeLabels()
{
    for (QCPItemText* label : m_labels)
        plot()->removeItem(label);
    m_labels.clear();
    plot()->replot(QCustomPlot::rpQueuedReplot);
    const QFontMetrics metrics(font());
    const ThemeColors& colors = themeColors(palette());
    std::vector<QRectF> taken;
    const auto pixel = [this](double x, double y) {
        return QPointF(plot()->xAxis->coordToPixel(x), plot()->yAxis->coordToPixel(y));
    };
    for (const Point& point : m_points)
        taken.emplace_back(pixel(point.x, point.y) - QPointF(6, 6), QSizeF(12, 12));
    const QRectF area = plot()->axisRect()->rect();
    if (m_originalText->visible())
        taken.push_back(placeOriginalText(taken));
    const auto place = [&](const QString& full, double x, double y, const QColor& color) {
        const QString text = metrics.elidedText(full, Qt::ElideRight, 22 * metrics.averageCharWidth());
        const QPointF at = pixel(x, y);
        const QSizeF size(metrics.horizontalAdvance(text) + 2, metrics.height());
        const double half = size.height() / 2;
        const QPointF corners[] = { at + QPointF(9, -half), at + QPointF(-9 - size.width(), -half),
            at + QPointF(-size.width() / 2, -9 - size.height()), at + QPointF(-size.width() / 2, 9),
            at + QPointF(7, -7 - size.height()), at + QPointF(7, 7),
            at + QPointF(-7 - size.width(), -7 - size.height()), at + QPointF(-7 - size.width(), 7) };
        for (const QPointF& corner : corners) {
            const QRectF box(corner, size);
            if (!fits(box, area, taken))
                continue; // a label that fits nowhere is left out: the tooltip and the table still name the run
            auto* label = new QCPItemText(plot());
            label->setText(text);
            label->setFont(font());
            label->setColor(color);
            label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
            label->position->setTypeX(QCPItemPosition::ptPlotCoords);
            label->position->setTypeY(QCPItemPosition::ptPlotCoords);
            label->position->setCoords(
                plot()->xAxis->pixelToCoord(corner.x()), plot()->yAxis->pixelToCoord(corner.y()));
            m_labels.push_back(label);
            taken.push_back(box);
            return;
        }
    };
    for (const auto& mark : *m_planMark->data())
        place(tr("this plan (predicted)"), mark.key, mark.value, colors.accent);
    for (const std::size_t i : m_front)
        place(m_points[i].run.name, m_points[i].x, m_points[i].y, colors.text);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (std::find(m_front.begin(), m_front.end(), i) == m_front.end())
            place(m_points[i].run.name, m_points[i].x, m_points[i].y, colors.dim);
    }
}

void ParetoChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_frontLine->setPen(QPen(colors.accent, 1.6));
    m_others->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colors.dim, colors.dim, 8));
    m_frontPoints->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, colors.accent, colors.accent, 11));
    m_ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colors.text, 1.6), Qt::NoBrush, 18));
    m_planMark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(colors.accent, 2), QBrush(colors.panel), 13));
    m_otherBars->setPen(QPen(colors.dim));
    m_frontBars->setPen(QPen(colors.accent));
    m_originalLine->setPen(QPen(colors.dim, 1, Qt::DashLine));
    m_originalText->setColor(colors.dim);
    m_originalText->setFont(font());
    placeLabels();
}

int ParetoChart::nearest(const QPoint& position) const
{
    int best = -1;
    double reach = kReach;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF at(plot()->xAxis->coordToPixel(m_points[i].x), plot()->yAxis->coordToPixel(m_points[i].y));
        const double distance = std::hypot(at.x() - position.x(), at.y() - position.y());
        if (distance < reach) {
            reach = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

QPointF ParetoChart::pixelOf(core::RowId run) const
{
    for (const Point& point : m_points) {
        if (point.run.id == run)
            return { plot()->xAxis->coordToPixel(point.x), plot()->yAxis->coordToPixel(point.y) };
    }
    return {};
}

void ParetoChart::step(int direction)
{
    if (m_points.empty())
        return;
    int at = direction > 0 ? -1 : static_cast<int>(m_points.size());
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (m_points[i].run.id == m_selection->run())
            at = static_cast<int>(i);
    }
    at = std::clamp(at + direction, 0, static_cast<int>(m_points.size()) - 1);
    m_selection->setRun(m_points[static_cast<std::size_t>(at)].run.id);
}

QString ParetoChart::toolTip(const Point& point) const
{
    const RunSummary& run = point.run;
    QString text = QStringLiteral("<b>%1</b>").arg(run.name.toHtmlEscaped());
    const auto line
        = [&](const QString& name, const QString& value) { text += QStringLiteral("<br>%1: %2").arg(name, value); };
    if (run.kld.known())
        line(tr("KLD"), tr("%1 nats per token").arg(measuredText(run.kld.value, run.kld.standardError)));
    if (run.perplexity.known())
        line(tr("Perplexity"), measuredText(run.perplexity.value, run.perplexity.standardError));
    if (run.decode.known())
        line(tr("Decode"), tr("%1 tokens/s").arg(measuredText(run.decode.value, run.decode.standardError)));
    line(tr("Size"), bytesText(static_cast<std::int64_t>(run.sizeBytes)));
    line(tr("Bits per weight"), numberText(run.bitsPerWeight));
    return text;
}

bool ParetoChart::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove: {
        const QPoint position = static_cast<QMouseEvent*>(event)->pos();
        const int at = nearest(position);
        plot()->setCursor(at < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
        if (at >= 0)
            QToolTip::showText(plot()->mapToGlobal(position), toolTip(m_points[static_cast<std::size_t>(at)]), plot());
        else
            QToolTip::hideText();
        break;
    }
    case QEvent::MouseButtonPress:
        if (const int at = nearest(static_cast<QMouseEvent*>(event)->pos()); at >= 0)
            m_selection->setRun(m_points[static_cast<std::size_t>(at)].run.id);
        break;
    case QEvent::KeyPress: {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Right || key == Qt::Key_Left) {
            step(key == Qt::Key_Right ? 1 : -1);
            return true;
        }
        break;
    }
    case QEvent::Resize:
        QMetaObject::invokeMethod(
            this, [this] { placeLabels(); }, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return Chart::eventFilter(watched, event);
}

QList<QStringList> ParetoChart::table() const
{
    const auto number = [](double value) { return value == value ? QString::number(value, 'g', 10) : QString(); };
    QList<QStringList> rows { { "run", "bits_per_weight", "size_bytes", "perplexity", "perplexity_stderr", "kld_mean",
        "kld_stderr", "decode_tokens_per_second", "decode_tokens_per_second_stderr", "on_front" } };
    for (const Point& point : m_points) {
        const RunSummary& run = point.run;
        const std::size_t at = static_cast<std::size_t>(&point - m_points.data());
        const bool front = std::find(m_front.begin(), m_front.end(), at) != m_front.end();
        const auto error = [&](const Measured& m) { return m.standardError ? number(*m.standardError) : QString(); };
        rows << QStringList { run.name, number(run.bitsPerWeight), number(run.sizeBytes), number(run.perplexity.value),
            error(run.perplexity), number(run.kld.value), error(run.kld), number(run.decode.value), error(run.decode),
            front ? QStringLiteral("1") : QStringLiteral("0") };
    }
    return rows;
}

} // namespace kerf::ui
