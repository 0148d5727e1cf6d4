// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/chart.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSvgGenerator>
#include <QToolButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/charts/chart_table.h"
#include "ui/empty_state.h"
#include "ui/picture_file.h"
#include "ui/table_export.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kMostPowers = 7; ///< of ten, that have a tick: more would cover each other

} // namespace

Chart::Chart(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
    , m_empty(new EmptyState(this))
    , m_asTable(new QAction(tr("&Show as Table"), this))
    , m_copy(new QAction(tr("&Copy as Table"), this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_plot->setNoAntialiasingOnDrag(false);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_empty->hide();
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_empty, 1);
    makeTableActions();
    Chart::applyTheme();
}

void Chart::makeTableActions()
{
    m_asTable->setCheckable(true);
    m_asTable->setShortcut(Qt::Key_T);
    m_copy->setShortcut(QKeySequence::Copy);
    for (QAction* action : { m_asTable, m_copy }) // letters and Ctrl+C act where the focus is
        action->setShortcutContext(Qt::WidgetShortcut);
    m_plot->addActions({ m_asTable, m_copy });
    m_plot->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_asTable, &QAction::toggled, this, &Chart::showTable);
    connect(m_copy, &QAction::triggered, this, &Chart::copyTable);
    connect(m_plot, &QCustomPlot::afterReplot, this, &Chart::fillTable);
}

void Chart::showTable(bool shown)
{
    const bool hadFocus = m_plot->hasFocus() || (m_table && m_table->hasFocus());
    if (shown && !m_table) {
        m_table = new ChartTable(suggestedName(), this);
        m_table->setAccessibleName(tr("%1 as a table").arg(m_plot->accessibleName()));
        m_table->addAction(m_asTable);
        static_cast<QVBoxLayout*>(layout())->insertWidget(layout()->indexOf(m_plot) + 1, m_table, 1);
    }
    m_asTable->setChecked(shown);
    showParts();
    fillTable();
    if (hadFocus)
        (shown ? static_cast<QWidget*>(m_table) : m_plot)->setFocus();
}

void Chart::fillTable()
{
    if (m_asTable->isChecked())
        m_table->setRows(table());
}

void Chart::copyTable() const
{
    QGuiApplication::clipboard()->setText(tabbedText(table()));
}

void Chart::showParts()
{
    m_empty->setVisible(m_isEmpty);
    m_plot->setVisible(!m_isEmpty && !m_asTable->isChecked());
    if (m_table)
        m_table->setVisible(!m_isEmpty && m_asTable->isChecked());
}

QToolButton* Chart::makeExportButton()
{
    auto* button = new ExportButton(
        tr("Export Chart"), suggestedName(), [this](const QString& file) { return save(file); }, this);
    button->menu()->addSeparator();
    button->menu()->addActions({ m_copy, m_asTable });
    connect(button, &ExportButton::failed, this, &Chart::failed);
    m_export = button;
    m_export->setEnabled(!m_isEmpty);
    return button;
}

void Chart::addLegendBar(const QString& legend)
{
    auto* label = new QLabel(legend, this);
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 4, 0);
    bar->addWidget(label, 1);
    bar->addWidget(makeExportButton());
    static_cast<QVBoxLayout*>(layout())->insertLayout(0, bar);
}

void Chart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyTheme();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

void Chart::applyTheme()
{
    const ThemeColors& colors = themeColors(palette());
    m_plot->setBackground(QBrush(colors.panel));
    for (QCPAxis* axis : { m_plot->xAxis, m_plot->yAxis, m_plot->xAxis2, m_plot->yAxis2 }) {
        axis->setBasePen(QPen(colors.line));
        axis->setTickPen(QPen(colors.line));
        axis->setSubTickPen(Qt::NoPen);
        axis->setLabelColor(colors.dim);
        axis->setTickLabelColor(colors.dim);
        axis->setLabelFont(font());
        axis->setTickLabelFont(font());
        axis->grid()->setPen(QPen(colors.grid));
        axis->grid()->setZeroLinePen(QPen(colors.grid));
        axis->grid()->setSubGridVisible(false);
    }
    m_plot->legend->setFont(font());
    m_plot->legend->setIconSize(fontMetrics().height(), fontMetrics().height() + 2); // lower ones cut letters off
    m_plot->legend->setTextColor(colors.text);
    m_plot->legend->setBrush(colors.panel);
    m_plot->legend->setBorderPen(Qt::NoPen);
}

void Chart::showLegend(bool shown)
{
    QCPLegend* legend = m_plot->legend;
    if (legend->visible() == shown)
        return;
    legend->setVisible(shown);
    if (!shown) {
        m_plot->plotLayout()->take(legend);
        m_plot->plotLayout()->simplify();
        m_plot->axisRect()->insetLayout()->addElement(legend, Qt::AlignTop | Qt::AlignRight);
        disconnect(m_plot, &QCustomPlot::beforeReplot, this, &Chart::wrapLegend);
        return;
    }
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, legend); // leaves its place inside the axes, where it would cover points
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    legend->setMargins(QMargins(8, 2, 0, 0));
    connect(m_plot, &QCustomPlot::beforeReplot, this, &Chart::wrapLegend);
}

void Chart::wrapLegend()
{
    QCPLegend* legend = m_plot->legend;
    int widest = 1, items = 0;
    for (int i = 0; i < legend->itemCount(); ++i) {
        const QCPAbstractLegendItem* item = legend->item(i);
        if (!item)
            continue; // a last row that is not full
        widest = std::max(widest, item->minimumOuterSizeHint().width() + legend->columnSpacing());
        ++items;
    }
    const int columns = std::clamp(m_plot->width() / widest, 1, std::max(1, items));
    if (legend->wrap() == columns)
        return;
    legend->setWrap(columns);
    legend->setFillOrder(QCPLayoutGrid::foColumnsFirst, true);
}

QString Chart::save(const QString& file)
{
    const QString ending = file.section(u'.', -1).toLower();
    const QSize size(900, 600);
    QString refused = tr("%1 could not be written. Choose another folder.").arg(file);
    if (ending == u"png")
        return m_plot->savePng(file, size.width(), size.height(), 2) ? QString() : refused;
    if (ending == u"pdf")
        return m_plot->savePdf(file, size.width(), size.height()) ? QString() : refused;
    if (ending == u"svg") {
        QSvgGenerator generator;
        generator.setFileName(file);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(m_plot->accessibleName().toHtmlEscaped()); // it is written as it is
        QCPPainter painter;
        if (!painter.begin(&generator))
            return refused;
        m_plot->toPainter(&painter, size.width(), size.height());
        painter.end();
        m_plot->replot();
        return {};
    }
    if (ending != u"csv")
        return tr("%1: charts are written as .png, .svg, .pdf or .csv.").arg(file);
    return saveTable(file, table());
}

void Chart::setEmptyText(const QString& text)
{
    m_empty->setText(text);
    m_isEmpty = !text.isEmpty();
    showParts();
    if (m_export) {
        m_export->setEnabled(!m_isEmpty);
        m_export->setToolTip(m_isEmpty ? tr("There is nothing to export yet") : QString());
    }
}

void Chart::setLogarithmic(QCPAxis* axis, double minimum, double maximum)
{
    const double middle = std::sqrt(minimum * maximum);
    const double low = std::min(minimum / 1.4, middle / 3.2), high = std::max(maximum * 1.4, middle * 3.2);
    axis->setScaleType(QCPAxis::stLogarithmic);
    axis->setRange(low, high);
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    const bool wide = high / low > 300; // over more than about two decades only the powers of ten keep apart
    const int every = std::max(1, static_cast<int>(std::ceil(std::log10(high / low) / kMostPowers)));
    for (int power = static_cast<int>(std::floor(std::log10(low))); power <= std::log10(high); ++power) {
        if (power % every != 0)
            continue;
        for (const int step : { 1, 2, 5 }) {
            const double at = step * std::pow(10.0, power);
            if (at >= low && at <= high && (step == 1 || !wide))
                ticker->addTick(at, every > 1 ? QStringLiteral("1e%1").arg(power) : numberText(at, 1)); // as a power
        }
    }
    axis->setTicker(ticker);
}

void Chart::setLinear(QCPAxis* axis, double minimum, double maximum)
{
    double margin = (maximum - minimum) * 0.12;
    if (!(margin > 0))
        margin = maximum > 0 ? maximum * 0.1 : 1;
    axis->setScaleType(QCPAxis::stLinear);
    axis->setRange(minimum - margin, maximum + margin);
    const QSharedPointer<QCPAxisTicker> ticker(new QCPAxisTicker);
    ticker->setTickCount(5);
    axis->setTicker(ticker);
}

} // namespace kerf::ui
