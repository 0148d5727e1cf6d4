// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_page.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/charts/chart_table.h"
#include "ui/empty_state.h"
#include "ui/graph/graph_model.h"
#include "ui/graph/graph_strip.h"
#include "ui/graph/graph_view.h"
#include "ui/heatmap/format_mark.h"
#include "ui/picture_file.h"
#include "ui/plan/plan_document.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kMostFormats = 6; ///< in the legend
constexpr int kNarrowCharacters = 70; ///< a page that is less wide leaves out how many nodes there are
constexpr int kLowLines = 24; ///< a page of fewer lines leaves legend and note to tool tips

QString swatch(const QColor& color, const QString& sign, const QString& text)
{
    return QStringLiteral("<span style=\"white-space:nowrap\"><span style=\"color:%1\">%2</span>&nbsp;%3</span>")
        .arg(color.name(), sign, text.toHtmlEscaped());
}

} // namespace

GraphPage::GraphPage(const PlanDocument* document, Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_model(new GraphModel(document, selection, this))
    , m_view(new GraphView(m_model, this))
    , m_strip(new GraphStrip(m_model, this))
    , m_table(new ChartTable(QStringLiteral("graph"), this))
    , m_asTable(new QAction(tr("&Show as Table"), this))
    , m_stack(new QStackedWidget(this))
    , m_bar(makeBar())
    , m_foot(makeFoot())
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* empty = new EmptyState(this);
    empty->setText(
        tr("How the layers of this model hang together is not known: no family fits it.\nTheir formats are on "
           "the map."));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_table);
    m_stack->addWidget(empty);
    makeTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_foot);
    connect(m_view, &GraphView::entered, this, &GraphPage::inspectorWanted);
    connect(m_model, &GraphModel::viewChanged, this, &GraphPage::showView);
    connect(m_model, &GraphModel::factsChanged, this, &GraphPage::showLegend);
    for (const auto signal : { &GraphModel::viewChanged, &GraphModel::factsChanged, &GraphModel::currentChanged })
        connect(m_model, signal, this, &GraphPage::showNote);
    m_model->setShown(false);
    fitRoom(); // a page that was never shown asks for little
    showView();
    showLegend();
    showNote();
}

void GraphPage::makeTable()
{
    m_table->setAccessibleName(tr("Edges in view"));
    m_asTable->setCheckable(true);
    m_asTable->setShortcut(Qt::Key_T);
    m_asTable->setShortcutContext(Qt::WidgetShortcut); // a letter: it acts where the focus is
    m_view->addAction(m_asTable);
    m_table->addAction(m_asTable);
    connect(m_asTable, &QAction::toggled, this, &GraphPage::showTable);
    for (const auto signal : { &GraphModel::viewChanged, &GraphModel::factsChanged })
        connect(m_model, signal, this, &GraphPage::fillTable);
}

void GraphPage::showTable(bool shown)
{
    const bool hadFocus = m_view->hasFocus() || m_table->hasFocus();
    showView();
    fillTable();
    if (hadFocus)
        (shown ? static_cast<QWidget*>(m_table) : m_view)->setFocus();
}

void GraphPage::fillTable()
{
    if (m_asTable->isChecked() && m_model->isConnected())
        m_table->setRows(graphTable(*m_model));
}

QWidget* GraphPage::makeBar()
{
    auto* bar = new QWidget(this);
    m_around = new QLabel(bar);
    m_around->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_count = new QLabel(bar);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setContentsMargins(0, 0, 2 * fontMetrics().averageCharWidth(), 0);
    m_count->setMinimumWidth(1); // it gives way
    makeSteps(bar);
    auto* caption = new QLabel(tr("Steps"), bar);
    caption->setBuddy(m_steps);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 2, 6, 2);
    layout->addWidget(m_around, 1);
    layout->addWidget(m_count);
    layout->addWidget(caption);
    layout->addWidget(m_steps);
    layout->addWidget(makeFit(bar));
    layout->addWidget(makeExport(bar));
    return bar;
}

void GraphPage::makeSteps(QWidget* bar)
{
    m_steps = new QSpinBox(bar);
    m_steps->setRange(1, GraphModel::kMostSteps);
    m_steps->setValue(m_model->steps());
    m_steps->setAccessibleName(tr("Steps around the layer"));
    m_steps->setToolTip(tr("How many edges from the layer what is shown may lie (+ and -)"));
    connect(m_steps, &QSpinBox::valueChanged, m_model, &GraphModel::setSteps);
}

QWidget* GraphPage::makeFit(QWidget* bar)
{
    auto* fit = new QToolButton(bar);
    fit->setText(tr("Fit"));
    fit->setAccessibleName(tr("Show all that is in view"));
    fit->setToolTip(tr("All of it in the window (Home)"));
    connect(fit, &QToolButton::clicked, m_view, &GraphView::fit);
    return fit;
}

QWidget* GraphPage::makeExport(QWidget* bar)
{
    auto* button = new ExportButton(
        tr("Export Graph"), QStringLiteral("graph"), [this](const QString& file) { return m_view->save(file); }, bar);
    button->menu()->addSeparator();
    button->menu()->addAction(m_asTable);
    connect(button, &ExportButton::failed, this, &GraphPage::failed);
    return button;
}

QWidget* GraphPage::makeFoot()
{
    auto* foot = new QWidget(this);
    m_legend = new QLabel(foot);
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_note = new QLabel(foot);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* caption = new QLabel(tr("All layers, in order"), foot);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setBuddy(m_strip);
    auto* row = new QHBoxLayout;
    row->addWidget(caption);
    row->addWidget(m_strip, 1);
    auto* layout = new QVBoxLayout(foot);
    layout->setContentsMargins(10, 4, 10, 6);
    layout->addWidget(m_note);
    layout->addLayout(row);
    layout->addWidget(m_legend);
    return foot;
}

void GraphPage::showView()
{
    const bool isKnown = m_model->isConnected();
    m_stack->setCurrentIndex(!isKnown ? 2 : m_asTable->isChecked() ? 1 : 0);
    m_bar->setVisible(isKnown);
    m_foot->setVisible(isKnown);
    if (!isKnown)
        return;
    const Neighbourhood& view = m_model->view();
    const NodeLines lines = nodeLines(*m_model, view.nodes[static_cast<std::size_t>(view.centre)]);
    m_around->setText(tr("Around %1").arg(lines.name));
    m_around->setToolTip(lines.name);
    const int all = static_cast<int>(m_model->graph().nodes().size());
    const int shown = static_cast<int>(view.nodes.size());
    m_count->setText(view.leftOut > 0
            ? tr("%1 of %2 nodes, %3 more in reach").arg(shown).arg(countText(all), countText(view.leftOut))
            : tr("%1 of %2 nodes").arg(shown).arg(countText(all)));
    m_steps->setValue(m_model->steps());
}

void GraphPage::showNote()
{
    if (m_model->current() < 0)
        return;
    const NearNode& near = m_model->view().nodes[static_cast<std::size_t>(m_model->current())];
    const QString text = tr("What feeds %1: %2").arg(nodeLines(*m_model, near).name, nodeNote(*m_model, near));
    m_note->setText(text);
    m_note->setToolTip(text);
}

void GraphPage::showLegend()
{
    QStringList parts;
    const ThemeColors& colors = themeColors(palette());
    std::vector<std::string> known;
    for (const core::PlanLayer& layer : m_model->document().plan().layers) {
        if (std::ranges::find(known, layer.format) != known.end())
            continue;
        known.push_back(layer.format);
        if (known.size() <= kMostFormats)
            parts << swatch(formatColor(layer.format), QStringLiteral("■"), toQt(layer.format));
    }
    if (known.size() > kMostFormats)
        parts << tr("%n more format(s)", nullptr, static_cast<int>(known.size()) - kMostFormats);
    parts << swatch(colors.accent, QStringLiteral("━"), tr("rounded (Q, DQ)"))
          << swatch(colors.dim, QStringLiteral("╌╌"), tr("float"));
    const QString legend = parts.join(QStringLiteral("&nbsp;&nbsp; "));
    m_strip->setToolTip(legend);
    m_legend->setText(
        QStringLiteral("%1&nbsp;&nbsp; <span style=\"color:%2\">%3</span>")
            .arg(legend, colors.dim.name(), tr("Wheel: zoom · drag: move · double click: centre · + −: steps")));
}

void GraphPage::showEvent(QShowEvent*)
{
    m_model->setShown(true);
}

void GraphPage::hideEvent(QHideEvent*)
{
    m_model->setShown(false);
}

void GraphPage::resizeEvent(QResizeEvent*)
{
    fitRoom();
}

/// What gives way where there is little room.
void GraphPage::fitRoom()
{
    const bool isLow = height() < kLowLines * fontMetrics().height();
    m_legend->setVisible(!isLow);
    m_note->setVisible(!isLow);
    m_count->setVisible(width() >= kNarrowCharacters * fontMetrics().averageCharWidth());
}

void GraphPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showLegend();
}

} // namespace kerf::ui
