// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/inspector_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/inspector/channel_chart.h"
#include "ui/inspector/inspection.h"
#include "ui/inspector/weight_chart.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

std::vector<double> doubles(const core::Vector& values)
{
    std::vector<double> each(static_cast<std::size_t>(values.size()));
    for (Eigen::Index i = 0; i < values.size(); ++i)
        each[static_cast<std::size_t>(i)] = static_cast<double>(values[i]);
    return each;
}

std::vector<double> doubles(const std::vector<std::int64_t>& counts)
{
    return { counts.begin(), counts.end() };
}

std::vector<double> sharesOfLargest(std::vector<double> values)
{
    const double largest = values.empty() ? 0 : values.front();
    for (double& value : values)
        value = largest > 0 ? value / largest : 0;
    return values;
}

/// "0 · q_proj": a legend has no room for more.
QString shortName(const core::LayerInfo& layer)
{
    return QStringLiteral("%1 · %2").arg(countText(layer.block), toQt(layer.role).section(u'.', -1));
}

/// What a chart shows of the outlined layers that have it: those for which `values` is not empty.
template <class Values> std::vector<NamedValues> valuesBeside(const core::LayerInspection& found, const Values& values)
{
    std::vector<NamedValues> others;
    for (const core::LayerOutline& other : found.beside)
        if (std::vector<double> each = values(other); !each.empty())
            others.push_back({ shortName(other.layer), std::move(each) });
    return others;
}

} // namespace

InspectorStrip::InspectorStrip(Inspection* inspection, Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_inspection(inspection)
    , m_workbench(workbench)
    , m_tabs(makePanelTabs(tr("Charts of the layer"), this))
    , m_layer(new QLabel(this))
    , m_weights(new WeightChart(this))
    , m_inputs(new ChannelChart(tr("Input Abs-Max by Channel"), QStringLiteral("input-absmax"), tr("input channel"),
          tr("abs-max, log"), { "channel", "abs_max" }, this))
    , m_diagonal(new ChannelChart(tr("Hessian Diagonal by Channel"), QStringLiteral("hessian-diagonal"),
          tr("input channel"), tr("2 · mean of x², log"), { "channel", "hessian_diagonal" }, this))
    , m_spectrum(new ChannelChart(tr("Hessian Eigenvalues ÷ Largest"), QStringLiteral("hessian-eigenvalues"),
          tr("eigenvalue number, log"), tr("÷ largest, log"), { "number", "share_of_largest" }, this))
    , m_rows(new ChannelChart(tr("Error by Row"), QStringLiteral("error-by-row"), tr("output row"), tr("|W − Q| ÷ |W|"),
          { "row", "relative_error" }, this))
    , m_columns(new ChannelChart(tr("Error by Column"), QStringLiteral("error-by-column"), tr("input channel"),
          tr("|W − Q| ÷ |W|"), { "column", "relative_error" }, this))
    , m_codes(new ChannelChart(
          tr("Codes Used"), QStringLiteral("codes"), tr("code"), tr("weights, log"), { "code", "weights" }, this))
{
    makePages();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(inspection, &Inspection::changed, this, &InspectorStrip::update);
    connect(m_weights, &WeightChart::groupWanted, inspection, &Inspection::stepGroup);
    for (Chart* chart : findChildren<Chart*>())
        connect(chart, &Chart::failed, workbench,
            [workbench](const QString& text) { emit workbench->message(text, true); });
    update();
}

QWidget* InspectorStrip::makePair(QWidget* left, QWidget* right)
{
    auto* pair = new QSplitter(Qt::Horizontal, m_tabs);
    pair->addWidget(left);
    pair->addWidget(right);
    pair->setChildrenCollapsible(false);
    return pair;
}

void InspectorStrip::makePages()
{
    m_tabs->addTab(makePair(m_weights, m_inputs), tr("Weights and Inputs"));
    m_tabs->addTab(makePair(m_diagonal, m_spectrum), tr("Hessian"));
    auto* run = static_cast<QSplitter*>(makePair(m_rows, m_columns));
    run->addWidget(m_codes);
    m_tabs->addTab(run, tr("Error by Row and Column"));
    m_layer->setForegroundRole(QPalette::PlaceholderText);
    m_layer->setContentsMargins(0, 0, 10, 0);
    m_layer->setMinimumHeight(m_tabs->tabBar()->sizeHint().height());
    m_layer->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_tabs->setCornerWidget(m_layer);
}

QSize InspectorStrip::sizeHint() const
{
    const int line = fontMetrics().height();
    return { 50 * line, 15 * line };
}

void InspectorStrip::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_inspection->setWatched(this, true);
    update();
}

void InspectorStrip::hideEvent(QHideEvent* event)
{
    m_inspection->setWatched(this, false);
    QWidget::hideEvent(event);
}

void InspectorStrip::setStacked(bool stacked)
{
    for (auto* pair : findChildren<QSplitter*>())
        pair->setOrientation(stacked ? Qt::Vertical : Qt::Horizontal);
    m_tabs->setCornerWidget(stacked ? nullptr : m_layer, Qt::TopRightCorner);
    m_layer->setVisible(!stacked);
}

void InspectorStrip::update()
{
    if (!isVisible())
        return;
    const core::LayerInspection* found = m_inspection->found();
    if (!found) {
        m_layer->clear();
        return clear(!m_inspection->problem().isEmpty() ? m_inspection->problem()
                : m_inspection->layer() < 0             ? tr("Select a layer in the map or the tree.")
                : m_inspection->isBusy()                ? tr("Reading the layer…")
                                                        : QString());
    }
    showLayerName();
    showWeights();
    showInputs();
    showRun();
}

void InspectorStrip::showLayerName()
{
    const core::LayerInspection& found = *m_inspection->found();
    QString text
        = QStringLiteral("%1 · %2 × %3")
              .arg(toQt(found.layer.name), countText(found.layer.shape.rows), countText(found.layer.shape.cols));
    const std::size_t selected = m_workbench->selection()->layers().size();
    if (selected > Inspection::kMostBeside + 1)
        text = tr("%1 · charts of %2 of %3 selected layers")
                   .arg(text, countText(Inspection::kMostBeside + 1), countText(static_cast<std::int64_t>(selected)));
    m_layer->setText(text);
}

void InspectorStrip::clear(const QString& why)
{
    m_weights->clear(why);
    for (ChannelChart* chart : { m_inputs, m_diagonal, m_spectrum, m_rows, m_columns, m_codes })
        chart->clear(why);
}

void InspectorStrip::showWeights()
{
    const core::LayerInspection& found = *m_inspection->found();
    const core::PlanLayer* planned = m_workbench->document()->plan().find(found.layer.name);
    const QString format = found.run ? toQt(found.run->format) : planned ? toQt(planned->format) : QString();
    std::vector<NamedWeights> others;
    for (const core::LayerOutline& other : found.beside)
        others.push_back({ shortName(other.layer), other.weight });
    m_weights->setBeside(shortName(found.layer), std::move(others));
    m_weights->show(found.weight, found.grid, format);
}

void InspectorStrip::showInputs()
{
    const core::LayerInspection& found = *m_inspection->found();
    if (!found.inputs) {
        for (ChannelChart* chart : { m_inputs, m_diagonal, m_spectrum })
            chart->clear(toQt(found.noInputs));
        return;
    }
    const core::InputView& inputs = *found.inputs;
    using Other = core::LayerOutline;
    const QString name = shortName(found.layer);
    m_inputs->setBeside(name, valuesBeside(found, [](const Other& other) {
        return other.inputs ? doubles(other.inputs->absMax) : std::vector<double> {};
    }));
    m_diagonal->setBeside(name, valuesBeside(found, [](const Other& other) {
        return other.inputs ? doubles(other.inputs->diagonal) : std::vector<double> {};
    }));
    m_spectrum->setBeside(name, valuesBeside(found, [](const Other& other) {
        return other.spectrum ? sharesOfLargest(other.spectrum->values) : std::vector<double> {};
    }));
    m_inputs->show({ doubles(inputs.absMax), 0, inputs.outliers, inputs.median },
        tr("median %1 · %2 over 10 × median · %3 dead")
            .arg(numberText(inputs.median), countText(static_cast<std::int64_t>(inputs.outliers.size())),
                countText(static_cast<std::int64_t>(inputs.dead.size()))));
    m_diagonal->show({ doubles(inputs.diagonal), 0, inputs.outliers },
        tr("trace %1 · from %2 tokens").arg(numberText(inputs.trace), countText(inputs.tokens)));
    if (!found.spectrum)
        return m_spectrum->clear(tr("Computing the eigenvalues…"));
    ChannelSeries series { sharesOfLargest(found.spectrum->values), 1 };
    series.logAcross = series.isLine = true;
    m_spectrum->show(std::move(series),
        tr("the first %1 carry %2 %")
            .arg(QLocale().toString(core::kFewDirections),
                numberText(100 * found.spectrum->share(core::kFewDirections), 2)));
}

void InspectorStrip::showRun()
{
    const core::LayerInspection& found = *m_inspection->found();
    if (!found.run) {
        const QString why
            = !found.noRun.empty() ? toQt(found.noRun) : tr("Select a finished run to see its errors here.");
        for (ChannelChart* chart : { m_rows, m_columns, m_codes })
            chart->clear(why);
        return;
    }
    const core::RunLayerView& run = *found.run;
    const auto showErrors = [&](ChannelChart* chart, std::vector<double> core::RunLayerView::*errors) {
        if ((run.*errors).empty())
            return chart->clear(toQt(found.noRun));
        ChannelSeries series { run.*errors };
        series.logUp = false;
        chart->setBeside(shortName(found.layer), valuesBeside(found, [&](const core::LayerOutline& other) {
            return other.run ? (*other.run).*errors : std::vector<double> {};
        }));
        chart->show(std::move(series), toQt(run.format));
    };
    showErrors(m_rows, &core::RunLayerView::rowErrors);
    showErrors(m_columns, &core::RunLayerView::columnErrors);
    const auto used = std::ranges::count_if(run.codes, [](std::int64_t count) { return count > 0; });
    m_codes->setBeside(shortName(found.layer), valuesBeside(found, [](const core::LayerOutline& other) {
        return other.run ? doubles(other.run->codes) : std::vector<double> {};
    }));
    m_codes->show({ doubles(run.codes) },
        tr("%1 of %2 are used").arg(countText(used), countText(static_cast<std::int64_t>(run.codes.size()))));
}

} // namespace kerf::ui
