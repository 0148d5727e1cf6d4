// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/number_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainterPath>
#include <QToolButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/formats/number_bench.h"
#include "ui/formats/number_words.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kColumns = 900; ///< what a line is cut into: values that share one are a band
constexpr double kStepsAround = 6; ///< of the format in hand, on either side of the number
constexpr double kSmallestShown = 1e-10; ///< of a logarithmic line, times the largest
constexpr int kMostPowers = 6; ///< of ten, named on a logarithmic line
constexpr int kTick = 16; ///< pixels, where there is room
constexpr double kTickPart = 0.7; ///< of a row, where there is less

const QStringList kFirstOthers { "fp8-e5m2", "int8", "mxfp4", "nf4", "int4" };

QCPScatterStyle tickStyle(const QColor& color, bool isSparse)
{
    QPainterPath stroke; // in units of a sixth of the size
    stroke.moveTo(0, -3);
    stroke.lineTo(0, 3);
    QPen pen(color, isSparse ? 2 : 1);
    pen.setCosmetic(true);
    return QCPScatterStyle(stroke, pen, Qt::NoBrush, kTick);
}

} // namespace

NumberLine::NumberLine(NumberBench* bench, QWidget* parent)
    : TitledChart(tr("Values on a Number Line"), QStringLiteral("number-line"), parent)
    , m_bench(bench)
    , m_others(kFirstOthers)
    , m_spacing(new QComboBox(this))
    , m_range(new QComboBox(this))
    , m_choose(new QToolButton(this))
    , m_menu(new QMenu(m_choose))
    , m_marker(new QCPItemStraightLine(plot()))
    , m_markerText(new QCPItemText(plot()))
{
    plot()->setObjectName(QStringLiteral("numberLine"));
    plot()->setToolTip(tr("Click to take the value"));
    plot()->setCursor(Qt::CrossCursor);
    plot()->installEventFilter(this);
    plot()->yAxis2->setVisible(true);
    plot()->yAxis->setTickLength(0);
    plot()->yAxis2->setTickLength(0);
    m_markerText->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    m_markerText->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_markerText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_markerText->setClipToAxisRect(false);
    makeControls();
    connect(plot(), &QCustomPlot::afterLayout, this, &NumberLine::fitTicks);
    connect(bench, &NumberBench::formatChanged, this, &NumberLine::chooseRows);
    connect(bench, &NumberBench::changed, this, &NumberLine::fill);
    chooseRows();
}

void NumberLine::makeControls()
{
    m_spacing->setObjectName(QStringLiteral("lineSpacing"));
    m_spacing->addItems({ tr("linear"), tr("logarithmic") });
    m_spacing->setAccessibleName(tr("Spacing of the line"));
    m_range->setObjectName(QStringLiteral("lineRange"));
    m_range->addItems({ tr("−1 … 1"), tr("around the value") });
    m_range->setAccessibleName(tr("Part of the line"));
    m_choose->setText(tr("Formats ▾"));
    m_choose->setAutoRaise(true);
    m_choose->setPopupMode(QToolButton::InstantPopup);
    m_choose->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    m_choose->setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &NumberLine::makeFormatMenu);
    connect(m_spacing, &QComboBox::currentIndexChanged, this, &NumberLine::fill);
    connect(m_range, &QComboBox::currentIndexChanged, this, &NumberLine::fill);
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(10, 2, 4, 0);
    controls->addWidget(m_range);
    controls->addWidget(m_spacing);
    controls->addWidget(m_choose);
    controls->addStretch();
    static_cast<QVBoxLayout*>(layout())->insertLayout(1, controls);
}

void NumberLine::makeFormatMenu()
{
    m_menu->clear();
    for (const core::NumberType& type : core::numberTypes()) {
        const QString name = toQt(type.name);
        QAction* action = m_menu->addAction(toQt(type.title));
        action->setCheckable(true);
        action->setChecked(m_others.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool on) {
            m_others.removeAll(name);
            if (on)
                m_others << name;
            chooseRows();
            fill();
        });
    }
}

QStringList NumberLine::formats() const
{
    QStringList names { toQt(m_bench->view().type().name) };
    for (const QString& other : m_others)
        if (!names.contains(other))
            names << other;
    return names;
}

void NumberLine::chooseRows()
{
    m_rows.clear();
    m_rows.push_back({ m_bench->view(), 1, {}, {} });
    for (const QString& name : formats().mid(1))
        if (const auto type = core::findNumberType(name.toStdString()))
            m_rows.push_back({ core::NumberView(*type), 1, {}, {} });
    fill();
}

bool NumberLine::isAround() const
{
    return m_range->currentIndex() == 1;
}

bool NumberLine::isLogarithmic() const
{
    return m_spacing->currentIndex() == 1;
}

void NumberLine::setAround(bool around)
{
    m_range->setCurrentIndex(around ? 1 : 0);
}

void NumberLine::setLogarithmicLine(bool logarithmic)
{
    m_spacing->setCurrentIndex(logarithmic ? 1 : 0);
}

int NumberLine::tickCount(int row) const
{
    return static_cast<int>(m_rows[static_cast<std::size_t>(row)].ticks.size());
}

bool NumberLine::hasBand(int row) const
{
    return !m_rows[static_cast<std::size_t>(row)].bands.isEmpty();
}

/// Of what is drawn: values over their unit.
void NumberLine::chooseRange()
{
    const core::StoredNumber& stored = m_bench->stored();
    m_low = -1;
    m_high = 1;
    if (isAround() && std::isfinite(stored.value)) {
        const double reach = kStepsAround * (stored.step > 0 ? stored.step : 1);
        m_low = stored.value - reach;
        m_high = stored.value + reach;
        if (isLogarithmic()) {
            const double size = std::max(std::abs(stored.value), reach);
            m_low = size / 16;
            m_high = size * 16;
        }
    } else if (isLogarithmic()) {
        m_low = 1;
        for (const Row& row : m_rows)
            if (const auto least = row.view.firstFrom(std::numeric_limits<float>::denorm_min()))
                m_low = std::min(m_low, *least / row.unit);
        m_low = std::max(m_low / 1.5, kSmallestShown);
        m_high = 1.2;
    }
}

/// Ticks and bands of a row: column by column, what lies in it.
void NumberLine::collect(Row& row) const
{
    row.ticks.clear();
    row.bands.clear();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const auto edge = [this](int column) {
        const double part = static_cast<double>(column) / kColumns;
        return isLogarithmic() ? m_low * std::pow(m_high / m_low, part) : m_low + (m_high - m_low) * part;
    };
    for (int column = 0; column <= kColumns; ++column) {
        const double end = edge(column + 1) * row.unit;
        const auto first = row.view.firstFrom(edge(column) * row.unit);
        if (!first)
            return;
        if (*first >= end)
            continue;
        const auto second
            = row.view.firstFrom(static_cast<double>(std::nextafter(static_cast<float>(*first), kInfinity)));
        if (!second || *second >= end) {
            row.ticks << *first / row.unit;
        } else if (!row.bands.isEmpty() && row.bands.back() >= edge(column)) {
            row.bands.back() = edge(column + 1);
        } else {
            row.bands << edge(column) << edge(column + 1);
        }
    }
}

void NumberLine::fill()
{
    m_rows.front().view = m_bench->view();
    for (Row& row : m_rows) {
        const core::NumberFacts facts = row.view.facts();
        row.unit = isAround() ? 1 : std::max(std::abs(facts.lowest), facts.largest);
    }
    chooseRange();
    for (Row& row : m_rows)
        collect(row);
    if (isLogarithmic()) {
        setPowersOfTen();
    } else {
        setLinear(plot()->xAxis, m_low, m_high);
        plot()->xAxis->ticker()->setTickCount(8);
    }
    const double margin = (m_high - m_low) * 0.01;
    plot()->xAxis->setRange(isLogarithmic() ? m_low : m_low - margin, isLogarithmic() ? m_high : m_high + margin);
    plot()->xAxis->setLabel(isAround() ? tr("value") : tr("value ÷ largest of its format"));
    setNote(isAround() ? tr("as they are") : tr("each scaled so that its largest is 1"));
    nameRows();
    addGraphs();
    placeMarker();
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

/// A tick at every power of ten, or at every second, third … where they would touch.
void NumberLine::setPowersOfTen()
{
    const int first = static_cast<int>(std::ceil(std::log10(m_low)));
    const int last = static_cast<int>(std::floor(std::log10(m_high)));
    const int step = std::max(1, (last - first + kMostPowers) / kMostPowers);
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (int power = last; power >= first; power -= step) {
        const double at = std::pow(10.0, power);
        ticker->addTick(at, exactText(at, 1).remove(QStringLiteral("1 × ")));
    }
    plot()->xAxis->setScaleType(QCPAxis::stLogarithmic);
    plot()->xAxis->setTicker(ticker);
}

void NumberLine::nameRows()
{
    const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText), counts(new QCPAxisTickerText);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto at = -static_cast<double>(i);
        names->addTick(at, toQt(m_rows[i].view.type().title));
        counts->addTick(at, tr("%1 values").arg(countText(m_rows[i].view.facts().finiteValues)));
    }
    for (QCPAxis* axis : { plot()->yAxis, plot()->yAxis2 })
        axis->setRange(-static_cast<double>(m_rows.size()) + 0.4, 1.1); // above the rows: the marker's number
    plot()->yAxis->setTicker(names);
    plot()->yAxis2->setTicker(counts);
}

void NumberLine::addGraphs()
{
    plot()->clearGraphs();
    const ThemeColors& colors = themeColors(palette());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto at = -static_cast<double>(i);
        const QColor color = i == 0 ? colors.accent : colors.dim;
        QCPGraph* band = plot()->addGraph();
        QPen wide(color, kTick);
        wide.setCapStyle(Qt::FlatCap);
        band->setPen(wide);
        QVector<double> x, y;
        for (qsizetype k = 0; k + 1 < m_rows[i].bands.size(); k += 2) {
            x << m_rows[i].bands[k] << m_rows[i].bands[k + 1] << m_rows[i].bands[k + 1];
            y << at << at << std::numeric_limits<double>::quiet_NaN();
        }
        band->setData(x, y, true);
        QCPGraph* ticks = plot()->addGraph();
        ticks->setLineStyle(QCPGraph::lsNone);
        ticks->setScatterStyle(tickStyle(color, m_rows[i].ticks.size() < 40));
        ticks->setAdaptiveSampling(false);
        ticks->setData(m_rows[i].ticks, QVector<double>(m_rows[i].ticks.size(), at), true);
    }
}

/// Ticks and bands as high as the rows have room for.
void NumberLine::fitTicks()
{
    const double row = plot()->axisRect()->height() / plot()->yAxis->range().size();
    const double size = std::clamp<double>(row * kTickPart, 1, kTick); // before it is laid out there is no room
    for (int i = 0; i < plot()->graphCount(); ++i) {
        QCPGraph* graph = plot()->graph(i);
        if (graph->lineStyle() == QCPGraph::lsNone) {
            QCPScatterStyle style = graph->scatterStyle();
            style.setSize(size);
            graph->setScatterStyle(style);
        } else {
            QPen pen = graph->pen();
            pen.setWidthF(size);
            graph->setPen(pen);
        }
    }
}

void NumberLine::placeMarker()
{
    const core::StoredNumber& stored = m_bench->stored();
    const double at = (isLogarithmic() ? std::abs(stored.wanted) : stored.wanted) / m_rows.front().unit;
    const bool isShown = std::isfinite(at) && at >= m_low && at <= m_high;
    m_marker->setVisible(isShown);
    m_markerText->setVisible(isShown);
    if (!isShown)
        return;
    m_marker->point1->setCoords(at, 0);
    m_marker->point2->setCoords(at, 1);
    const double middle = isLogarithmic() ? std::sqrt(m_low * m_high) : (m_low + m_high) / 2;
    m_markerText->setPositionAlignment((at > middle ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
    m_markerText->position->setCoords(at, 0);
    m_markerText->setText(QStringLiteral(" %1 ").arg(exactText(stored.wanted)));
}

void NumberLine::applyTheme()
{
    TitledChart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    plot()->yAxis->setTickLabelColor(colors.text);
    m_marker->setPen(QPen(colors.warning, 1, Qt::DashLine));
    m_markerText->setColor(colors.warning);
    m_markerText->setFont(font());
    if (!m_rows.empty())
        addGraphs();
}

void NumberLine::takeValueAt(const QPoint& at)
{
    const double x = plot()->xAxis->pixelToCoord(at.x());
    const int row = static_cast<int>(std::lround(-plot()->yAxis->pixelToCoord(at.y())));
    if (!plot()->axisRect()->rect().contains(at) || row < 0 || row >= static_cast<int>(m_rows.size()))
        return;
    // A line of another format: the value there in units of the one in hand, as they lie under each other.
    m_bench->setValue(m_rows.front().view.encode(x * m_rows.front().unit).value);
}

bool NumberLine::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseButtonPress) {
        const auto* press = static_cast<QMouseEvent*>(event);
        if (press->button() == Qt::LeftButton)
            takeValueAt(press->pos());
    }
    if (watched == plot() && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            m_bench->step(key == Qt::Key_Right);
            return true;
        }
    }
    return TitledChart::eventFilter(watched, event);
}

QList<QStringList> NumberLine::table() const
{
    QList<QStringList> rows { { "format", "value", "value_over_largest" } };
    for (const Row& row : m_rows) {
        if (row.view.type().bits() > 8)
            continue; // thousands and more: they are drawn as a band
        const core::NumberFacts facts = row.view.facts();
        const double largest = std::max(std::abs(facts.lowest), facts.largest);
        for (const float value : row.view.values())
            rows << QStringList { toQt(row.view.type().name), QString::number(static_cast<double>(value), 'g', 9),
                QString::number(static_cast<double>(value) / largest, 'g', 9) };
    }
    return rows;
}

} // namespace kerf::ui
