// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/tornado_chart.h"

#include <algorithm>

#include <QTimer>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kRowLines = 2.8; ///< of text, that a name and its range take

} // namespace

QString costInputText(const std::string& name)
{
    const std::pair<const char*, QString> texts[] = {
        { "price", TornadoChart::tr("price of a machine") },
        { "price_after", TornadoChart::tr("price after") },
        { "machines_before", TornadoChart::tr("machines today") },
        { "machines_after", TornadoChart::tr("machines after") },
        { "hours", TornadoChart::tr("hours on") },
        { "requests", TornadoChart::tr("requests") },
        { "loss", TornadoChart::tr("loss, %") },
        { "error_cost", TornadoChart::tr("cost of an error") },
        { "calibration", TornadoChart::tr("calibration") },
        { "engineering", TornadoChart::tr("hours of work") },
        { "rate", TornadoChart::tr("rate of an hour") },
        { "trial_days", TornadoChart::tr("days both serve") },
        { "trial_machines", TornadoChart::tr("machines of the trial") },
        { "maintenance", TornadoChart::tr("upkeep") },
        { "storage", TornadoChart::tr("storage") },
    };
    for (const auto& [known, text] : texts)
        if (name == known)
            return text;
    return toQt(name);
}

TornadoChart::TornadoChart(QWidget* parent)
    : Chart(parent)
    , m_bars(makeSides())
    , m_deciding(makeSides())
    , m_zero(new QCPItemStraightLine(plot()))
    , m_given(new QCPItemStraightLine(plot()))
{
    plot()->setObjectName(QStringLiteral("tornadoPlot"));
    plot()->setAccessibleName(tr("What decides whether it pays"));
    addLegendBar(tr("orange: decides · dashed: given"));
    plot()->yAxis->setRangeReversed(true);
    plot()->yAxis->setSubTicks(false);
    plot()->yAxis->grid()->setVisible(false);
    TornadoChart::applyTheme();
    fill();
}

TornadoChart::Sides TornadoChart::makeSides()
{
    const Sides sides { new QCPBars(plot()->yAxis, plot()->xAxis), new QCPBars(plot()->yAxis, plot()->xAxis) };
    for (QCPBars* bars : { sides.low, sides.high }) {
        bars->setPen(Qt::NoPen);
        bars->setWidth(0.6);
    }
    return sides;
}

void TornadoChart::setSwings(std::vector<core::CostSwing> swings, double base, const QString& currency)
{
    m_swings = std::move(swings);
    m_base = base;
    m_currency = currency;
    fill();
}

void TornadoChart::fill()
{
    setEmptyText(m_swings.empty()
            ? tr("Give lowest; likely; highest where a number is not certain to see what decides.")
            : QString());
    double least = std::min(0.0, m_base), most = std::max(0.0, m_base);
    for (QCPBars* bars : { m_bars.low, m_bars.high, m_deciding.low, m_deciding.high }) {
        bars->setBaseValue(m_base);
        bars->data()->clear();
    }
    for (std::size_t i = 0; i < m_swings.size(); ++i) {
        const core::CostSwing& swing = m_swings[i];
        const Sides& bars = swing.decides ? m_deciding : m_bars;
        const auto at = static_cast<double>(i);
        bars.low->addData(at, swing.atLow - m_base);
        bars.high->addData(at, swing.atHigh - m_base);
        least = std::min({ least, swing.atLow, swing.atHigh });
        most = std::max({ most, swing.atLow, swing.atHigh });
    }
    nameInputs();
    plot()->yAxis->setRange(-0.7, std::max<double>(0.7, static_cast<double>(m_swings.size()) - 0.3));
    setLinear(plot()->xAxis, least, most);
    plot()->xAxis->ticker()->setTickCount(3); // amounts are long
    plot()->xAxis->setLabel(tr("first year, %1").arg(m_currency.trimmed()));
    for (const auto& [line, x] : { std::pair(m_zero, 0.0), std::pair(m_given, m_base) }) {
        line->point1->setCoords(x, 0);
        line->point2->setCoords(x, 1);
    }
    plot()->replot();
}

/// With their ranges where there is room for two lines.
void TornadoChart::nameInputs()
{
    const auto rows = static_cast<int>(m_swings.size());
    const bool isRoomy = rows * kRowLines * fontMetrics().lineSpacing() <= plot()->axisRect()->height();
    QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (int i = 0; i < rows; ++i) {
        const core::CostSwing& swing = m_swings[static_cast<std::size_t>(i)];
        const double factor = swing.input == "loss" ? 100 : 1;
        const QString name = costInputText(swing.input);
        names->addTick(i,
            isRoomy ? QStringLiteral("%1\n%2 … %3")
                          .arg(name, numberText(factor * swing.low), numberText(factor * swing.high))
                    : name);
    }
    plot()->yAxis->setTicker(names);
}

void TornadoChart::resizeEvent(QResizeEvent* event)
{
    Chart::resizeEvent(event);
    QTimer::singleShot(0, this, [this] { // the plot has its new size then
        if (plot()->size().isEmpty())
            return;
        nameInputs();
        plot()->replot();
    });
}

void TornadoChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    for (const auto& [sides, color] : { std::pair(m_bars, colors.accent), std::pair(m_deciding, colors.warning) })
        for (QCPBars* bars : { sides.low, sides.high })
            bars->setBrush(color);
    m_zero->setPen(QPen(colors.text, 1));
    m_given->setPen(QPen(colors.dim, 1, Qt::DashLine));
    plot()->replot();
}

QList<QStringList> TornadoChart::table() const
{
    QList<QStringList> rows { { QStringLiteral("input"), QStringLiteral("low"), QStringLiteral("high"),
        QStringLiteral("first year at low"), QStringLiteral("first year at high"), QStringLiteral("decides") } };
    for (const core::CostSwing& swing : m_swings)
        rows.append({ toQt(swing.input), QString::number(swing.low), QString::number(swing.high),
            QString::number(swing.atLow, 'f', 2), QString::number(swing.atHigh, 'f', 2),
            swing.decides ? QStringLiteral("yes") : QStringLiteral("no") });
    return rows;
}

} // namespace kerf::ui
