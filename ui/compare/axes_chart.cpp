// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/axes_chart.h"

#include <algorithm>
#include <limits>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "core/jobs/compared_runs.h"
#include "ui/compare/metric_text.h"
#include "ui/compare/run_marks.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kReach = 12; ///< pixels
constexpr double kMarker = 8;

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    double error = 0;
};

Range rangeOf(const core::MetricLine& line)
{
    Range range;
    for (const auto& cell : line.values)
        if (cell) {
            range.low = std::min(range.low, cell->value);
            range.high = std::max(range.high, cell->value);
        }
    return range;
}

/// From 0, the worst of the runs, to 1, the best; without a better way from low to high. In the middle where all agree.
double heightOf(const core::MetricLine& line, double value)
{
    const Range range = rangeOf(line);
    if (!(range.high > range.low))
        return 0.5;
    const double share = (value - range.low) / (range.high - range.low);
    return line.direction == core::Direction::Lower ? 1 - share : share;
}

/// Those that have a better way, without the divergence's smaller quantiles, which say much the same.
std::vector<core::MetricLine> parallelLines(const std::vector<core::MetricLine>& lines)
{
    std::vector<core::MetricLine> found;
    std::ranges::copy_if(lines, std::back_inserter(found), [](const core::MetricLine& line) {
        return line.direction != core::Direction::None && line.name != "kld_median" && line.name != "kld_p90"
            && line.name != "kld_max" && line.name != "measured_decode_tokens_per_second";
    });
    return found;
}

} // namespace

AxesChart::AxesChart(QWidget* parent)
    : Chart(parent)
    , m_across(new QComboBox(this))
    , m_up(new QComboBox(this))
{
    plot()->setObjectName(QStringLiteral("axesPlot"));
    plot()->setAccessibleName(tr("Compared runs on the chosen metrics"));
    m_across->setObjectName(QStringLiteral("acrossMetric"));
    m_up->setObjectName(QStringLiteral("upMetric"));
    static_cast<QVBoxLayout*>(layout())->insertWidget(0, makeBar());
    showLegend(true);
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    for (QComboBox* box : { m_across, m_up })
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            if (!m_isFilling)
                fill();
        });
    AxesChart::applyTheme();
    fill();
}

QWidget* AxesChart::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 4, 6, 0);
    const auto add = [&](const QString& text, QComboBox* box) {
        auto* label = new QLabel(text, bar);
        label->setBuddy(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(16);
        layout->addWidget(label);
        layout->addWidget(box);
    };
    add(tr("A&cross"), m_across);
    add(tr("&Up"), m_up);
    layout->addStretch(1);
    layout->addWidget(makeExportButton());
    return bar;
}

void AxesChart::setRuns(const core::ComparedRuns* runs)
{
    m_lines.clear();
    m_names.clear();
    if (runs) {
        for (std::size_t run = 0; run < runs->runs.size(); ++run)
            m_names << tr("%1 %2").arg(runLetter(static_cast<int>(run)), toQt(runs->runs[run].name));
        std::ranges::copy_if(runs->metrics.lines, std::back_inserter(m_lines), [](const core::MetricLine& line) {
            return std::ranges::count_if(line.values, [](const auto& value) { return value.has_value(); }) > 1;
        });
    }
    fillChoices();
    fill();
}

/// What was chosen stays chosen, where it is still there.
void AxesChart::fillChoices()
{
    const QScopedValueRollback guard(m_isFilling, true);
    for (QComboBox* box : { m_across, m_up }) {
        const QString before = box->currentData().toString();
        box->clear();
        if (box == m_across)
            box->addItem(tr("All metrics"), QString());
        for (const core::MetricLine& line : m_lines)
            box->addItem(metricTitle(line), toQt(line.name));
        box->setCurrentIndex(std::max(0, box->findData(before)));
    }
}

const core::MetricLine* AxesChart::chosen(const QComboBox* box) const
{
    const std::string name = box->currentData().toString().toStdString();
    const auto found = std::ranges::find(m_lines, name, &core::MetricLine::name);
    return found == m_lines.end() ? nullptr : &*found;
}

void AxesChart::fill()
{
    plot()->clearPlottables();
    for (QCPItemText* end : m_ends)
        plot()->removeItem(end);
    m_ends.clear();
    m_spots.clear();
    setEmptyText(m_lines.empty() ? tr("No metric is known of two of these runs. Evaluate them.") : QString());
    const core::MetricLine *across = chosen(m_across), *up = chosen(m_up);
    m_up->setEnabled(across != nullptr);
    plot()->xAxis->grid()->setVisible(true);
    if (across && up)
        fillPlane(*across, *up);
    else if (!m_lines.empty())
        fillParallel();
    applyTheme();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void AxesChart::addRun(std::size_t run, const QVector<double>& x, const QVector<double>& y)
{
    const int place = static_cast<int>(run);
    QCPGraph* graph = plot()->addGraph();
    graph->setName(m_names[place]);
    graph->setPen(QPen(runColor(place, palette()), 1.6, runDash(place)));
    graph->setScatterStyle(runMarker(place, palette(), kMarker));
    graph->setData(x, y, true);
}

void AxesChart::addEnd(double x, double y, const QString& text, Qt::Alignment alignment)
{
    auto* end = new QCPItemText(plot());
    end->position->setCoords(x, y);
    end->setPositionAlignment(alignment);
    end->setText(text);
    end->setFont(font());
    m_ends.push_back(end);
}

void AxesChart::fillParallel()
{
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    const std::vector<core::MetricLine> lines = parallelLines(m_lines);
    for (std::size_t axis = 0; axis < lines.size(); ++axis) {
        const core::MetricLine& line = lines[axis];
        const auto x = static_cast<double>(axis);
        const MetricWords words = wordsOf(line);
        ticker->addTick(x, QString(metricTitle(line)).replace(QStringLiteral(", "), QStringLiteral(",\n")));
        const Range range = rangeOf(line);
        const bool isTurned = line.direction == core::Direction::Lower;
        const auto end = [&](double value) { return numberText(words.factor * value, 4); };
        if (range.high > range.low) {
            addEnd(x, 1.04, end(isTurned ? range.low : range.high), Qt::AlignHCenter | Qt::AlignBottom);
            addEnd(x, -0.04, end(isTurned ? range.high : range.low), Qt::AlignHCenter | Qt::AlignTop);
        } else
            addEnd(x, 1.04, end(range.low), Qt::AlignHCenter | Qt::AlignBottom);
    }
    for (int run = 0; run < m_names.size(); ++run) {
        QVector<double> x, y;
        for (std::size_t axis = 0; axis < lines.size(); ++axis) {
            const auto& cell = lines[axis].values[static_cast<std::size_t>(run)];
            x << static_cast<double>(axis);
            y << (cell ? heightOf(lines[axis], cell->value) : std::numeric_limits<double>::quiet_NaN());
            if (cell)
                m_spots.push_back({ x.back(), y.back(),
                    tr("<b>%1</b><br>%2: %3")
                        .arg(m_names[run].toHtmlEscaped(), metricTitle(lines[axis]).toHtmlEscaped(),
                            cellText(lines[axis], *cell)) });
        }
        addRun(static_cast<std::size_t>(run), x, y);
    }
    plot()->xAxis->setScaleType(QCPAxis::stLinear);
    plot()->xAxis->setTicker(ticker);
    plot()->xAxis->setLabel({});
    plot()->xAxis->setRange(-0.5, static_cast<double>(lines.size()) - 0.5);
    plot()->yAxis->setScaleType(QCPAxis::stLinear);
    plot()->yAxis->setTicker(QSharedPointer<QCPAxisTickerText>::create());
    plot()->yAxis->setLabel(tr("better →"));
    plot()->yAxis->setRange(-0.25, 1.25);
}

void AxesChart::fillPlane(const core::MetricLine& across, const core::MetricLine& up)
{
    const double xFactor = wordsOf(across).factor, yFactor = wordsOf(up).factor;
    QVector<double> xs, ys;
    for (int run = 0; run < m_names.size(); ++run) {
        const auto &x = across.values[static_cast<std::size_t>(run)], &y = up.values[static_cast<std::size_t>(run)];
        if (!x || !y)
            continue;
        xs << xFactor * x->value;
        ys << yFactor * y->value;
        addRun(static_cast<std::size_t>(run), { xs.back() }, { ys.back() });
        if (y->standardError && *y->standardError > 0) {
            auto* bars = new QCPErrorBars(plot()->xAxis, plot()->yAxis);
            bars->setDataPlottable(plot()->graph(plot()->graphCount() - 1));
            bars->setData(QVector<double> { yFactor * *y->standardError });
            bars->setPen(QPen(runColor(run, palette())));
            bars->removeFromLegend();
        }
        m_spots.push_back({ xs.back(), ys.back(),
            tr("<b>%1</b><br>%2: %3<br>%4: %5")
                .arg(m_names[run].toHtmlEscaped(), metricTitle(across).toHtmlEscaped(), cellText(across, *x),
                    metricTitle(up).toHtmlEscaped(), cellText(up, *y)) });
    }
    plot()->xAxis->setLabel(metricTitle(across));
    plot()->yAxis->setLabel(metricTitle(up));
    if (xs.isEmpty())
        return;
    setLinear(plot()->xAxis, *std::ranges::min_element(xs), *std::ranges::max_element(xs));
    setLinear(plot()->yAxis, *std::ranges::min_element(ys), *std::ranges::max_element(ys));
}

void AxesChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    for (QCPItemText* end : m_ends)
        end->setColor(colors.dim);
    for (int i = 0; i < plot()->graphCount(); ++i) {
        const int place = static_cast<int>(m_names.indexOf(plot()->graph(i)->name()));
        plot()->graph(i)->setPen(QPen(runColor(place, palette()), 1.6, runDash(place)));
        plot()->graph(i)->setScatterStyle(runMarker(place, palette(), kMarker));
    }
}

bool AxesChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseMove)
        showTip(static_cast<QMouseEvent*>(event)->pos());
    return Chart::eventFilter(watched, event);
}

void AxesChart::showTip(const QPoint& at)
{
    for (const Spot& spot : m_spots) {
        const QPointF where(plot()->xAxis->coordToPixel(spot.x), plot()->yAxis->coordToPixel(spot.y));
        if (QLineF(where, at).length() > kReach)
            continue;
        QToolTip::showText(plot()->mapToGlobal(at + QPoint(10, 10)), spot.tip, plot());
        return;
    }
    QToolTip::hideText();
}

QList<QStringList> AxesChart::table() const
{
    QStringList head { QStringLiteral("run") };
    for (const core::MetricLine& line : m_lines)
        head << toQt(line.name) << toQt(line.name) + QStringLiteral("_stderr");
    QList<QStringList> rows { head };
    for (int run = 0; run < m_names.size(); ++run) {
        QStringList row { m_names[run] };
        for (const core::MetricLine& line : m_lines) {
            const auto& cell = line.values[static_cast<std::size_t>(run)];
            row << (cell ? QString::number(cell->value, 'g', 10) : QString())
                << (cell && cell->standardError ? QString::number(*cell->standardError, 'g', 4) : QString());
        }
        rows << row;
    }
    return rows;
}

} // namespace kerf::ui
