// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/pareto_chart.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QCheckBox>
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
#include "ui/plan/predicted_front.h"
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
    , m_showForecast(new QCheckBox(tr("Predicted"), this))
    , m_forecast(plot())
{
    plot()->setObjectName(QStringLiteral("paretoPlot"));
    plot()->setAccessibleName(tr("Pareto chart of the runs"));
    m_xChoice->setObjectName(QStringLiteral("paretoX"));
    m_xChoice->setAccessibleName(tr("Horizontal axis"));
    m_xChoice->addItems({ tr("Decode speed"), tr("Size"), tr("Bits per weight") });
    m_yChoice->setAccessibleName(tr("Vertical axis"));
    m_yChoice->setObjectName(QStringLiteral("paretoY"));
    // Where there is little room they show the beginning.
    m_xChoice->setMinimumWidth(2 * fontMetrics().averageCharWidth());
    m_yChoice->setMinimumWidth(9 * fontMetrics().averageCharWidth());
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 4, 6, 0);
    bar->setSpacing(6);
    bar->addWidget(m_yChoice);
    bar->addWidget(new QLabel(tr("vs."), this));
    bar->addWidget(m_xChoice);
    bar->addWidget(m_showForecast);
    bar->addStretch();
    bar->addWidget(makeExportButton());
    auto* above = static_cast<QVBoxLayout*>(layout());
    above->insertLayout(0, bar);
    above->insertWidget(1, m_noteRow);
    makeNote();
    m_showForecast->setObjectName(QStringLiteral("showForecast"));
    m_showForecast->setChecked(true);
    connect(m_showForecast, &QCheckBox::toggled, this, &ParetoChart::rebuild);

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
                static_cast<core::FrontY>(m_yChoice->currentData().toInt()));
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
    fillYChoice();
    rebuild();
    // Only where there are runs to rank; the empty chart says what to do.
    const bool ranks = front.speeds == core::SpeedRanking::Ranked || m_points.empty();
    m_note->setText(ranks ? QString() : rankingText(front.speeds));
    m_noteRow->setVisible(!ranks);
}

/// The divergence of the network's task, with the KL divergence of a text perplexity too, and of the others those that
/// a run is measured on.
void ParetoChart::fillYChoice()
{
    m_yChoice->clear();
    for (int y = 0; y < core::kFrontYs; ++y) {
        const auto axis = static_cast<core::FrontY>(y);
        const bool isMeasured
            = std::ranges::any_of(m_runs, [&](const RunSummary& run) { return run.up.contains(axis); });
        const bool isOffered = axis == m_front.distance
            || (axis == core::FrontY::Perplexity && m_front.distance == core::FrontY::Kld) || axis == m_front.y;
        if (!isOffered && !isMeasured)
            continue;
        m_yChoice->addItem(frontNames(axis).choice, y);
        if (axis == m_front.y)
            m_yChoice->setCurrentIndex(m_yChoice->count() - 1);
    }
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

void ParetoChart::setPredictedFront(const PredictedFront* front)
{
    m_predicted = front;
    connect(front, &PredictedFront::changed, this, &ParetoChart::rebuild);
    rebuild();
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
    if (m_front.y == m_front.distance)
        return run.kld;
    if (m_front.y == core::FrontY::Perplexity)
        return run.perplexity;
    const auto found = run.up.find(m_front.y);
    return found == run.up.end() ? MetricValue() : found->second;
}

void ParetoChart::rebuild()
{
    m_points.clear();
    for (const RunSummary& run : m_runs) {
        const MetricValue y = yOf(run);
        const double x = xOf(run);
        // The original has no divergence to draw on a logarithmic axis: it is the line, not a point.
        if (!y.known() || std::isnan(x) || (isDivergence() && (run.isOriginal || !(y.value > 0))))
            continue;
        const bool hasBar = m_front.x == core::FrontX::Speed && run.speed;
        m_points.push_back({ run, x, y.value, hasBar ? run.speed->ratioInterval : std::nullopt, y.standardError });
    }
    std::stable_sort(m_points.begin(), m_points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    fillForecast();
    fillGraphs();
    fitAxes();
    placeOriginal();
    placeLabels();
    plot()->replot(QCustomPlot::rpQueuedReplot);
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
    case QEvent::MouseMove:
        hover(static_cast<QMouseEvent*>(event)->pos());
        break;
    case QEvent::MouseButtonPress: {
        const QPoint position = static_cast<QMouseEvent*>(event)->pos();
        const int at = nearest(position);
        m_forecast.setCurrent(at >= 0 ? -1 : m_forecast.nearest(position, kReach));
        if (at >= 0)
            m_selection->setRun(m_points[static_cast<std::size_t>(at)].run.id);
        break;
    }
    case QEvent::MouseButtonDblClick:
        if (nearest(static_cast<QMouseEvent*>(event)->pos()) < 0)
            takeForecast();
        break;
    case QEvent::KeyPress:
        if (pressKey(static_cast<QKeyEvent*>(event)->key()))
            return true;
        break;
    case QEvent::Resize:
        QMetaObject::invokeMethod(
            this,
            [this] {
                nameAxes();
                placeLabels();
            },
            Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return Chart::eventFilter(watched, event);
}

void ParetoChart::hover(const QPoint& position)
{
    const int at = nearest(position);
    const int mark = at < 0 ? m_forecast.nearest(position, kReach) : -1;
    plot()->setCursor(at < 0 && mark < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    const QString card = at >= 0 ? paretoToolTip(m_points[static_cast<std::size_t>(at)].run, m_front.divergence)
        : mark >= 0              ? m_forecast.marks()[static_cast<std::size_t>(mark)].card
                                 : QString();
    if (card.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(plot()->mapToGlobal(position), card, plot());
}

/// Left and right walk along the predicted front where it is shown, up and down along the runs.
bool ParetoChart::pressKey(int key)
{
    const bool forward = key == Qt::Key_Right || key == Qt::Key_Up;
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (m_forecast.marks().empty()) {
            step(forward ? 1 : -1);
        } else {
            m_forecast.step(forward ? 1 : -1);
            tellForecast();
        }
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_forecast.setCurrent(-1);
        step(forward ? 1 : -1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        takeForecast();
        return true;
    default:
        return false;
    }
}

/// The card of the point that the keys came to, and its words for a screen reader.
void ParetoChart::tellForecast()
{
    const FrontLine::Mark& mark = m_forecast.marks()[static_cast<std::size_t>(m_forecast.current())];
    QToolTip::showText(
        plot()->mapToGlobal(m_forecast.pixelOf(m_forecast.current()).toPoint() + QPoint(10, 10)), mark.card, plot());
    plot()->setAccessibleDescription(mark.name);
    QAccessibleEvent event(plot(), QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void ParetoChart::takeForecast()
{
    if (m_forecast.current() < 0 || !m_predicted || m_predicted->isStale())
        return;
    const FrontLine::Mark& mark = m_forecast.marks()[static_cast<std::size_t>(m_forecast.current())];
    emit planChosen(m_predicted->points()[mark.point].plan);
}

QList<QStringList> ParetoChart::table() const
{
    QList<QStringList> rows { paretoHeads(m_front.divergence) };
    for (const Point& point : m_points)
        rows << paretoRow(point.run);
    for (const FrontLine::Mark& mark : m_forecast.marks())
        rows << paretoRow(m_predicted->points()[mark.point]);
    return rows;
}

} // namespace kerf::ui
