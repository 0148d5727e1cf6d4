// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/kld_charts.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kFloor = 1e-6; ///< nats; what is below stands on the axis
constexpr int kMostBars = 1200;
constexpr int kBinsOfDecade = 4;

QString number(double value)
{
    return QString::number(value, 'g', 8);
}

/// Powers of ten on a logarithmic axis.
QSharedPointer<QCPAxisTicker> decadeTicker(int low, int high)
{
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (int power = low; power <= high; ++power)
        ticker->addTick(std::pow(10.0, power), numberText(std::pow(10.0, power), 1));
    return ticker;
}

/// Ticks at powers of ten, for an axis of logarithms.
void setDecades(QCPAxis* axis, int low, int high)
{
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    const int step = high - low > 3 ? 2 : 1; // labels of small numbers are long
    for (int power = high; power >= low; power -= step)
        ticker->addTick(power, numberText(std::pow(10.0, power), 1));
    axis->setTicker(ticker);
    axis->setRange(low, high);
}

} // namespace

AlongChart::AlongChart(QWidget* parent)
    : Chart(parent)
    , m_same(new QCPBars(plot()->xAxis, plot()->yAxis))
    , m_changed(new QCPBars(plot()->xAxis, plot()->yAxis))
    , m_mark(new QCPItemStraightLine(plot()))
{
    plot()->setObjectName(QStringLiteral("alongPlot"));
    plot()->setAccessibleName(tr("KLD of each token along the window"));
    plot()->xAxis->setLabel(tr("token"));
    plot()->yAxis->setLabel(tr("KLD, nats"));
    plot()->installEventFilter(this);
    plot()->setMouseTracking(true);
    for (QCPBars* bars : { m_same, m_changed })
        bars->setWidthType(QCPBars::wtPlotCoords);
    AlongChart::applyTheme();
}

void AlongChart::setText(const ShownTextPtr& text, int window)
{
    m_text = text;
    m_window = window;
    setCurrent(-1);
    fill();
}

double AlongChart::kldOf(int token) const
{
    return m_text->text.scores.kld[*m_text->scored(m_window, token)];
}

void AlongChart::fill()
{
    QVector<double> sameX, sameY, changedX, changedY;
    const int length = m_text ? m_text->windowLength() : 1;
    m_group = std::max(1, (length + kMostBars - 1) / kMostBars);
    double low = 1, high = kFloor;
    for (int first = 1; first < length; first += m_group) {
        int worst = first;
        for (int token = first; token < std::min(first + m_group, length); ++token)
            worst = kldOf(token) > kldOf(worst) ? token : worst;
        const bool isSame = m_text->text.scores.sameTop1[*m_text->scored(m_window, worst)] != 0;
        const double kld = std::max(kldOf(worst), kFloor);
        (isSame ? sameX : changedX) << first + (m_group - 1) / 2.0 + 1; // tokens count from 1
        (isSame ? sameY : changedY) << kld;
        low = std::min(low, kld);
        high = std::max(high, kld);
    }
    m_same->setData(sameX, sameY, true);
    m_changed->setData(changedX, changedY, true);
    setLogarithmic(plot()->yAxis, std::max(low, high / 1e4), high);
    plot()->yAxis->setTicker(decadeTicker(-6, 2)); // a low chart has no room for more
    for (QCPBars* bars : { m_same, m_changed }) {
        bars->setBaseValue(plot()->yAxis->range().lower);
        bars->setWidth(0.8 * m_group);
    }
    plot()->xAxis->setRange(0.5, length + 0.5);
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void AlongChart::setCurrent(int token)
{
    m_mark->setVisible(token >= 0);
    m_mark->point1->setCoords(token + 1, plot()->yAxis->range().lower);
    m_mark->point2->setCoords(token + 1, plot()->yAxis->range().upper);
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void AlongChart::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    m_same->setPen(Qt::NoPen);
    m_changed->setPen(Qt::NoPen);
    QColor soft = colors.accent;
    soft.setAlphaF(0.55F);
    m_same->setBrush(soft);
    m_changed->setBrush(colors.error);
    m_mark->setPen(QPen(colors.text, 1, Qt::DashLine));
}

int AlongChart::tokenAt(const QPoint& at) const
{
    if (!m_text || !plot()->axisRect()->rect().adjusted(-2, -2, 2, 2).contains(at))
        return -1;
    const int nearest = static_cast<int>(std::lround(plot()->xAxis->pixelToCoord(at.x()))) - 1;
    const int first = std::clamp((nearest - 1) / m_group * m_group + 1, 1, m_text->windowLength() - 1);
    int worst = first;
    for (int token = first; token < std::min(first + m_group, m_text->windowLength()); ++token)
        worst = kldOf(token) > kldOf(worst) ? token : worst;
    return worst;
}

void AlongChart::choose(const QPoint& at)
{
    if (const int token = tokenAt(at); token >= 0)
        emit tokenChosen(token);
}

bool AlongChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot() && event->type() == QEvent::MouseButtonPress)
        choose(static_cast<QMouseEvent*>(event)->pos());
    if (watched == plot() && event->type() == QEvent::MouseMove) {
        const auto* move = static_cast<QMouseEvent*>(event);
        if (move->buttons() & Qt::LeftButton)
            choose(move->pos());
        else
            showTip(move->pos());
    }
    return Chart::eventFilter(watched, event);
}

void AlongChart::showTip(const QPoint& at)
{
    const int token = tokenAt(at);
    if (token < 0)
        return QToolTip::hideText();
    const QString text = visibleText(m_text->text.texts[m_text->place(m_window, token)]);
    QToolTip::showText(plot()->mapToGlobal(at + QPoint(10, 10)),
        tr("token %1 “%2”: KLD %3 nats").arg(QLocale().toString(token + 1), text, numberText(kldOf(token))), plot());
}

QList<QStringList> AlongChart::table() const
{
    QList<QStringList> rows { { "token", "text", "kld_nats", "same_top1" } };
    for (int token = 1; m_text && token < m_text->windowLength(); ++token)
        rows << QStringList { QString::number(token + 1),
            visibleText(m_text->text.texts[m_text->place(m_window, token)]), number(kldOf(token)),
            QString::number(m_text->text.scores.sameTop1[*m_text->scored(m_window, token)]) };
    return rows;
}

QString AlongChart::suggestedName() const
{
    return QStringLiteral("window-%1-kld").arg(m_window + 1);
}

KldHistogram::KldHistogram(QWidget* parent)
    : Chart(parent)
    , m_bars(new QCPBars(plot()->xAxis, plot()->yAxis))
    , m_mean(new QCPItemStraightLine(plot()))
    , m_p99(new QCPItemStraightLine(plot()))
{
    plot()->setObjectName(QStringLiteral("kldHistogram"));
    plot()->setAccessibleName(tr("Tokens by KLD"));
    plot()->xAxis->setLabel(tr("KLD of one token, nats"));
    plot()->yAxis->setLabel(tr("tokens"));
    m_bars->setWidthType(QCPBars::wtPlotCoords);
    m_bars->setWidth(0.9 / kBinsOfDecade);
    KldHistogram::applyTheme();
}

void KldHistogram::setText(const ShownTextPtr& text)
{
    m_text = text;
    m_bins.clear();
    const auto exponent = [](double kld) { return std::floor(kBinsOfDecade * std::log10(std::max(kld, kFloor))); };
    std::map<int, int> counts;
    for (std::size_t i = 0; text && i < text->text.scores.kld.size(); ++i)
        ++counts[static_cast<int>(exponent(text->text.scores.kld[i]))];
    const auto edge = [](int bin) { return std::pow(10.0, static_cast<double>(bin) / kBinsOfDecade); };
    for (const auto& [bin, tokens] : counts)
        m_bins.push_back({ edge(bin), edge(bin + 1), tokens });
    fill();
}

void KldHistogram::fill()
{
    QVector<double> x, y;
    int most = 1;
    for (const Bin& bin : m_bins) {
        x << (std::log10(bin.low) + std::log10(bin.high)) / 2;
        y << bin.tokens;
        most = std::max(most, bin.tokens);
    }
    m_bars->setData(x, y, true);
    if (!m_bins.empty())
        setDecades(plot()->xAxis, static_cast<int>(std::floor(std::log10(m_bins.front().low))),
            static_cast<int>(std::ceil(std::log10(m_bins.back().high))));
    plot()->yAxis->setRange(0, 1.08 * most);
    const bool hasMarks = m_text && m_text->totals.divergence->kldMean > kFloor;
    for (const auto& [line, value] : { std::pair(m_mean, hasMarks ? m_text->totals.divergence->kldMean : 1),
             std::pair(m_p99, hasMarks ? m_text->totals.divergence->kldP99 : 1) }) {
        line->setVisible(hasMarks);
        line->point1->setCoords(std::log10(std::max(value, kFloor)), 0);
        line->point2->setCoords(std::log10(std::max(value, kFloor)), 1);
    }
    plot()->replot(QCustomPlot::rpQueuedReplot);
}

void KldHistogram::applyTheme()
{
    Chart::applyTheme();
    const ThemeColors& colors = themeColors(palette());
    QColor soft = colors.accent;
    soft.setAlphaF(0.55F);
    m_bars->setPen(Qt::NoPen);
    m_bars->setBrush(soft);
    m_mean->setPen(QPen(colors.warning, 1));
    m_p99->setPen(QPen(colors.warning, 1, Qt::DashLine));
}

QList<QStringList> KldHistogram::table() const
{
    QList<QStringList> rows { { "kld_from_nats", "kld_to_nats", "tokens" } };
    for (const Bin& bin : m_bins)
        rows << QStringList { number(bin.low), number(bin.high), QString::number(bin.tokens) };
    return rows;
}

QString KldHistogram::suggestedName() const
{
    return QStringLiteral("tokens-by-kld");
}

} // namespace kerf::ui
