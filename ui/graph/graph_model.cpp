// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_model.h"

#include <algorithm>

#include <QScopedValueRollback>

#include "ui/plan/plan_document.h"
#include "ui/selection.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kMostVisited = 100; ///< centres that are remembered

} // namespace

GraphModel::GraphModel(const PlanDocument* document, Selection* selection, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_selection(selection)
{
    connect(document, &PlanDocument::planReset, this, &GraphModel::startOver);
    connect(document, &PlanDocument::estimateChanged, this, &GraphModel::followPlan);
    connect(selection, &Selection::layersChanged, this, &GraphModel::followSelection);
    startOver();
}

void GraphModel::startOver()
{
    const core::Network* network = m_document->network();
    m_graph = network ? ShownGraph(network->graph()) : ShownGraph();
    m_facts.assign(m_graph.edges().size(), {});
    m_folds = {};
    m_visited.clear();
    m_measured.clear();
    m_centre = m_graph.nodes().empty() ? -1 : 0;
    if (network && !network->layers().empty())
        m_centre = m_graph.nodeOfLayer(0);
    followPlan();
    update();
    followSelection();
}

void GraphModel::followPlan()
{
    m_late = !m_shown;
    const core::Network* network = m_document->network();
    if (m_late || !network || m_facts.empty())
        return;
    m_facts = edgeFacts(m_graph, *network, m_document->plan());
    emit factsChanged();
}

void GraphModel::setShown(bool shown)
{
    m_shown = shown;
    if (shown && m_late)
        followPlan();
}

void GraphModel::followSelection()
{
    const int layer = m_selection->currentLayer();
    if (m_selects || isEmpty())
        return;
    emit selectionChanged();
    if (layer < 0)
        return;
    if (const int node = m_graph.nodeOfLayer(layer); node >= 0 && node != m_centre)
        setCentre(node);
}

void GraphModel::update()
{
    m_view = isEmpty() ? Neighbourhood() : neighbourhood(m_graph, m_centre, m_steps, m_folds);
    m_current = m_view.centre;
    emit viewChanged();
}

void GraphModel::setRun(const std::vector<core::RunLayerRow>& layers)
{
    m_measured.clear();
    for (const core::RunLayerRow& row : layers)
        if (row.activationStep > 0)
            m_measured[row.report.layer] = { row.report.format, row.activationStep, row.activationZero };
    emit factsChanged();
}

bool GraphModel::isConnected() const
{
    return !m_graph.edges().empty() && m_document->network()->info().cannotRun.empty();
}

const InputRounding* GraphModel::measured(int layer) const
{
    const core::PlanLayer& row = m_document->plan().layers[static_cast<std::size_t>(layer)];
    const auto found = m_measured.find(row.layer);
    return found == m_measured.end() || found->second.format != row.format ? nullptr : &found->second;
}

bool GraphModel::isSelected(const NearNode& near) const
{
    const int layer = m_graph.node(near.node).layer;
    return !near.isBlock() && layer >= 0 && m_selection->contains(layer);
}

bool GraphModel::isFolded(int block) const
{
    return std::ranges::any_of(m_view.nodes, [block](const NearNode& near) { return near.block == block; });
}

int GraphModel::telling(const NearEdge& edge) const
{
    const auto rounded = std::ranges::find_if(edge.edges, [this](int each) { return fact(each).isRounded(); });
    return rounded == edge.edges.end() ? edge.edges.front() : *rounded;
}

void GraphModel::setSteps(int steps)
{
    steps = std::clamp(steps, 1, kMostSteps);
    if (steps == m_steps)
        return;
    m_steps = steps;
    const int node = m_current < 0 ? -1 : m_view.nodes[static_cast<std::size_t>(m_current)].node;
    m_view = isEmpty() ? Neighbourhood() : neighbourhood(m_graph, m_centre, m_steps, m_folds);
    const int kept = node < 0 ? -1 : m_view.find(node);
    m_current = kept < 0 ? m_view.centre : kept;
    emit viewChanged();
}

void GraphModel::lookAround(int node)
{
    m_centre = node;
    update();
    select();
    emit currentChanged();
}

void GraphModel::setCentre(int node, bool remembers)
{
    if (remembers && m_centre >= 0 && node != m_centre)
        m_visited.push_back(m_centre);
    if (m_visited.size() > kMostVisited)
        m_visited.erase(m_visited.begin());
    lookAround(node);
}

void GraphModel::goBack()
{
    if (m_visited.empty())
        return;
    const int node = m_visited.back();
    m_visited.pop_back();
    lookAround(node);
}

void GraphModel::setCurrent(int inView)
{
    m_current = inView;
    select();
    emit currentChanged();
}

void GraphModel::moveTo(int inView)
{
    const NearNode& near = m_view.nodes[static_cast<std::size_t>(inView)];
    if (near.distance >= m_steps && near.moreBefore + near.moreBehind > 0)
        setCentre(near.node);
    else
        setCurrent(inView);
}

/// The current node's layer; of a block that is one node all of its layers.
void GraphModel::select()
{
    if (m_current < 0)
        return;
    const NearNode& near = m_view.nodes[static_cast<std::size_t>(m_current)];
    std::vector<int> layers;
    const std::vector<int> alone { near.node };
    for (const int node : near.isBlock() ? m_graph.block(near.block) : alone)
        if (m_graph.node(node).layer >= 0)
            layers.push_back(m_graph.node(node).layer);
    if (layers.empty() || (layers.size() == 1 && m_selection->currentLayer() == layers.front()))
        return;
    const QScopedValueRollback own(m_selects, true);
    const int first = layers.front();
    m_selection->setLayers(std::move(layers), first);
}

void GraphModel::toggleFold()
{
    if (m_current < 0)
        return;
    const NearNode near = m_view.nodes[static_cast<std::size_t>(m_current)];
    const int block = m_graph.node(near.node).block;
    if (block < 0)
        return;
    (near.isBlock() ? m_folds.folded : m_folds.open).erase(block);
    (near.isBlock() ? m_folds.open : m_folds.folded).insert(block);
    lookAround(near.node);
}

} // namespace kerf::ui
