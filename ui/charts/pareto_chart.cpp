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
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/charts/pareto_text.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 14; ///< pixels from a point at which the mouse still means it

} // namespace

ParetoChart::ParetoChart(Selection* selection, QWidget* parent)
    : Chart(parent)
    , m_selection(selection)
    , m_xChoice(new QComboBox(this))
    , m_yChoice(new QComboBox(this))
    , m_noteRow(new QWidget(this))
    , m_note(new QLabel(m_noteRow))
    , m_original(plot(), tr("original"))
    , m_labels(plot())
{
    plot()->setObjectName(QStringLiteral("paretoPlot"));
    plot()->setAccessibleName(tr("Pareto chart of the runs"));
    m_xChoice->setObjectName(QStringLiteral("paretoX"));
    m_xChoice->setAccessibleName(tr("Horizontal axis"));
    m_xChoice->addItems({ tr("Decode speed"), tr("Size"), tr("Bits per weight") });
    m_yChoice->setAccessibleName(tr("Vertical axis"));
    m_yChoice->addItems({ tr("KLD"), tr("Perplexity") });
    for (QComboBox* choice : { m_xChoice, m_yChoice }) // where there is little room they show the beginning
        choice->setMinimumWidth(8 * fontMetrics().averageCharWidth());
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 4, 6, 0);
    bar->setSpacing(8);
    bar->addWidget(m_yChoice);
    bar->addWidget(new QLabel(tr("against"), this));
    bar->addWidget(m_xChoice);
    bar->addStretch();
    bar->addWidget(makeExportButton());
    auto* above = static_cast<QVBoxLayout*>(layout());
    above->insertLayout(0, bar);
    above->insertWidget(1, m_noteRow);
    makeNote();

    m_frontLine = plot()->addGraph();
    m_others = makeGroup();
    m_undecided = makeGroup();
    m_onFront = makeGroup();
    m_ring = plot()->addGraph();
    m_planMark = plot()->addGraph();
    for (QCPGraph* graph : { m_ring, m_planMark })
        graph->setLineStyle(QCPGraph::lsNone);

    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    for (QComboBox* choice : { m_xChoice, m_yChoice })
        connect(choice, &QComboBox::activated, this, [this] {
            emit axesChosen(static_cast<core::FrontX>(m_xChoice->currentIndex()),
                static_cast<core::FrontY>(m_yChoice->currentIndex()));
        });
    connect(m_selection, &Selection::runChanged, this, [this] {
        fillGraphs();
        placeLabels(); // the selected run's is always there
    });
    ParetoChart::applyTheme();
    rebuild();
}

/// Why speeds do not rank the runs, and the button that changes it.
void ParetoChart::makeNote()
{
    m_note->setObjectName(QStringLiteral("paretoNote"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_note->setToolTip(tr("Runs are ranked by speed where their speeds can be told apart. How they drift is known from "
                          "three sittings on, minutes apart, and for formats that have a kernel on this machine."));
    auto* time = new QToolButton(m_noteRow);
    time->setObjectName(QStringLiteral("timeKernels"));
    time->setText(tr("Time the Kernels"));
    time->setFocusPolicy(Qt::StrongFocus);
    connect(time, &QToolButton::clicked, this, &ParetoChart::sittingWanted);
    auto* row = new QHBoxLayout(m_noteRow);
    row->setContentsMargins(10, 2, 6, 0);
    row->addWidget(m_note, 1);
    row->addWidget(time);
    m_noteRow->hide();
}

ParetoChart::Group ParetoChart::makeGroup()
{
    Group group { plot()->addGraph(), new QCPErrorBars(plot()->xAxis, plot()->yAxis),
        new QCPErrorBars(plot()->xAxis, plot()->yAxis) };
    group.points->setLineStyle(QCPGraph::lsNone);
    group.across->setErrorType(QCPErrorBars::etKeyError);
    for (QCPErrorBars* bars : { group.across, group.up })
        bars->setDataPlottable(group.points);
    return group;
}

ParetoChart::Group& ParetoChart::groupOf(const Point& point)
{
    return point.run.standing == core::Standing::Front    ? m_onFront
        : point.run.standing == core::Standing::Undecided ? m_undecided
                                                          : m_others;
}

void ParetoChart::setRuns(const std::vector<RunSummary>& runs, const RunFront& front)
{
    m_runs = runs;
    m_front = front;
    m_xChoice->setCurrentIndex(static_cast<int>(front.x));
    m_yChoice->setCurrentIndex(static_cast<int>(front.y));
    rebuild();
    // Only where there are runs to rank; the empty chart says what to do.
    const bool ranks = front.speeds == core::SpeedRanking::Ranked || m_points.empty();
    m_note->setText(ranks ? QString() : rankingText(front.speeds));
    m_noteRow->setVisible(!ranks);
}

QString ParetoChart::note() const
{
    return m_note->text();
}

std::size_t ParetoChart::frontSize() const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        m_points, [](const Point& point) { return point.run.standing == core::Standing::Front; }));
}

void ParetoChart::setPlanPoint(std::optional<PlanPoint> point)
{
    m_plan = point;
    fillGraphs();
    fitAxes();
    placeLabels();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

double ParetoChart::xOf(const RunSummary& run) const
{
    if (m_front.x == core::FrontX::Speed)
        return run.speed ? run.speed->ratio : std::numeric_limits<double>::quiet_NaN();
    return m_front.x == core::FrontX::Size ? run.sizeBytes / 1e6 : run.bitsPerWeight;
}

double ParetoChart::planX() const
{
    return m_front.x == core::FrontX::Speed ? m_plan->speed
        : m_front.x == core::FrontX::Size   ? m_plan->sizeBytes / 1e6
                                            : m_plan->bitsPerWeight;
}

MetricValue ParetoChart::yOf(const RunSummary& run) const
{
    return m_front.y == core::FrontY::Kld ? run.kld : run.perplexity;
}

void ParetoChart::rebuild()
{
    m_points.clear();
    for (const RunSummary& run : m_runs) {
        const MetricValue y = yOf(run);
        const double x = xOf(run);
        // The original has no divergence to draw on a logarithmic axis: it is the line, not a point.
        if (!y.known() || std::isnan(x) || (m_front.y == core::FrontY::Kld && (run.isOriginal || !(y.value > 0))))
            continue;
        const bool hasBar = m_front.x == core::FrontX::Speed && run.speed;
        m_points.push_back({ run, x, y.value, hasBar ? run.speed->ratioInterval : std::nullopt, y.standardError });
    }
    std::stable_sort(m_points.begin(), m_points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    fillGraphs();
    fitAxes();
    placeOriginal();
    placeLabels();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void ParetoChart::fillGraphs()
{
    for (QCPGraph* graph : { m_frontLine, m_ring, m_planMark })
        graph->data()->clear();
    for (const Group* group : { &m_others, &m_undecided, &m_onFront }) {
        group->points->data()->clear();
        group->across->data()->clear();
        group->up->data()->clear();
    }
    for (const Point& point : m_points) {
        const Group& group = groupOf(point);
        group.points->addData(point.x, point.y);
        group.across->addData(point.x - point.low(), point.high() - point.x);
        group.up->addData(point.yError.value_or(0));
        if (&group == &m_onFront)
            m_frontLine->addData(point.x, point.y);
        if (point.run.id == m_selection->run())
            m_ring->addData(point.x, point.y);
    }
    if (m_plan && m_front.y == core::FrontY::Kld && m_plan->kld.known() && m_plan->kld.value > 0
        && !std::isnan(planX()))
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
        widen(point.low(), point.y - (m_front.y == core::FrontY::Kld ? 0 : point.yError.value_or(0)));
        widen(point.high(), point.y + point.yError.value_or(0));
    }
    for (const auto& mark : *m_planMark->data())
        widen(mark.key, mark.value);
    const bool empty = !(xHigh >= xLow);
    setEmptyText(empty ? tr("No measured runs yet. Run the plan: its speed and its damage appear here.") : QString());
    if (empty)
        return;
    for (const RunSummary& run : m_runs) {
        if (run.isOriginal && m_front.x == core::FrontX::Speed && !std::isnan(xOf(run)))
            widen(xOf(run), yLow);
    }
    setLinear(plot()->xAxis, xLow, xHigh);
    if (m_front.y == core::FrontY::Kld)
        setLogarithmic(plot()->yAxis, yLow, yHigh);
    else
        setLinear(plot()->yAxis, yLow, yHigh);
    const QString xNames[] = { tr("decode speed, × the original, 95 % bars (higher is better)"),
        tr("size, MB (lower is better)"), tr("bits per weight (lower is better)") };
    plot()->xAxis->setLabel(xNames[static_cast<int>(m_front.x)]);
    plot()->yAxis->setLabel(
        m_front.y == core::FrontY::Kld ? tr("KLD, nats (lower is better)") : tr("perplexity (lower is better)"));
}

void ParetoChart::placeOriginal()
{
    std::optional<double> at;
    for (const RunSummary& run : m_runs)
        if (run.isOriginal && !std::isnan(xOf(run)))
            at = xOf(run);
    m_original.place(at);
}

void ParetoChart::placeLabels()
{
    m_labels.clear(font());
    plot()->replot(QCustomPlot::rpQueuedReplot);
    const ThemeColors& colors = themeColors(palette());
    for (const Point& point : m_points)
        m_labels.cover({ pixelAt(point.x, point.y) - QPointF(6, 6), QSizeF(12, 12) });
    m_original.placeName(m_labels);
    for (const Point& point : m_points)
        if (point.run.id == m_selection->run())
            m_labels.add(point.run.name, pixelAt(point.x, point.y), colors.text, true);
    for (const auto& mark : *m_planMark->data())
        m_labels.add(tr("this plan (predicted)"), pixelAt(mark.key, mark.value), colors.accent, false);
    for (const bool onFront : { true, false })
        for (const Point& point : m_points)
            if ((point.run.standing == core::Standing::Front) == onFront && point.run.id != m_selection->run())
                m_labels.add(point.run.name, pixelAt(point.x, point.y), onFront ? colors.text : colors.dim, false);
}

QStringList ParetoChart::labels() const
{
    return m_labels.texts();
}

QPointF ParetoChart::pixelAt(double x, double y) const
{
    return { plot()->xAxis->coordToPixel(x), plot()->yAxis->coordToPixel(y) };
}

void ParetoChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_frontLine->setPen(QPen(colors.accent, 1.6));
    m_others.points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colors.dim, colors.dim, 8));
    m_undecided.points->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(colors.dim, 1.6), QBrush(colors.panel), 11));
    m_onFront.points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, colors.accent, colors.accent, 11));
    m_ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colors.text, 1.6), Qt::NoBrush, 18));
    m_planMark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssSquare, QPen(colors.accent, 2), QBrush(colors.panel), 11));
    for (const Group* group : { &m_others, &m_undecided, &m_onFront })
        for (QCPErrorBars* bars : { group->across, group->up })
            bars->setPen(QPen(group == &m_onFront ? colors.accent : colors.dim));
    m_original.setColors(colors.dim, font());
    placeLabels();
}

int ParetoChart::nearest(const QPoint& position) const
{
    int best = -1;
    double reach = kReach;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF at = pixelAt(m_points[i].x, m_points[i].y);
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
            return pixelAt(point.x, point.y);
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

bool ParetoChart::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove: {
        const QPoint position = static_cast<QMouseEvent*>(event)->pos();
        const int at = nearest(position);
        plot()->setCursor(at < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
        if (at >= 0)
            QToolTip::showText(
                plot()->mapToGlobal(position), paretoToolTip(m_points[static_cast<std::size_t>(at)].run), plot());
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
    QList<QStringList> rows { paretoHeads() };
    for (const Point& point : m_points)
        rows << paretoRow(point.run);
    return rows;
}

} // namespace kerf::ui
