// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <vector>

#include <QObject>

#include "core/workspace/workspace.h"

#include "ui/graph/edge_facts.h"
#include "ui/graph/neighbourhood.h"

namespace kerf::ui {

class PlanDocument;
class Selection;

/// How a run rounded what a layer reads; of formats whose step calibration fixes.
struct InputRounding {
    std::string format; ///< of the layer
    float step = 0;
    int zero = 0;
};

/// What the graph view shows: the network's graph, what the plan in hand does to its edges, the node in the centre and
/// what is around it, and the current node. Follows document and selection; a node that is a layer becomes the selected
/// layer. Nodes are positions in ShownGraph::nodes(), what is in view positions in view().nodes.
class GraphModel : public QObject {
    Q_OBJECT
public:
    static constexpr int kUsualSteps = 2, kMostSteps = 12;

    GraphModel(const PlanDocument* document, Selection* selection, QObject* parent = nullptr);

    const PlanDocument& document() const { return *m_document; }
    const ShownGraph& graph() const { return m_graph; }
    bool isEmpty() const { return m_graph.nodes().empty(); }
    bool isConnected() const; ///< how its layers hang together is known
    const Neighbourhood& view() const { return m_view; }
    const EdgeFact& fact(int edge) const { return m_facts[static_cast<std::size_t>(edge)]; }
    /// The rounded edge among those that an edge in view stands for, else its first.
    int telling(const NearEdge& edge) const;

    /// Of the run that was given last, while the plan has the layer in the run's format; null: nothing is known.
    const InputRounding* measured(int layer) const;
    bool isSelected(const NearNode& near) const;

    int centre() const { return m_centre; }
    int current() const { return m_current; } ///< in view
    int steps() const { return m_steps; }
    bool isFolded(int block) const; ///< in view as one node

    void setSteps(int steps); ///< 1 … kMostSteps
    void setCentre(int node, bool remembers = true); ///< goBack() comes to the one before
    void goBack(); ///< to what was the centre before
    void setCurrent(int inView); ///< its layer is selected
    void moveTo(int inView); ///< the same; beyond what stands at the edge of the view more comes into view
    void toggleFold(); ///< of the current node's block
    void setRun(const std::vector<core::RunLayerRow>& layers); ///< whose steps are told; empty: none
    void setShown(bool shown); ///< nobody looks: edits are followed later

signals:
    void viewChanged(); ///< other nodes, or other edges
    void factsChanged(); ///< what the plan does to them
    void currentChanged();
    void selectionChanged(); ///< by another view

private:
    void startOver();
    void followPlan();
    void followSelection();
    void select();
    void lookAround(int node);
    void update();

    const PlanDocument* m_document;
    Selection* m_selection;
    ShownGraph m_graph;
    std::vector<EdgeFact> m_facts;
    Neighbourhood m_view;
    BlockFolds m_folds;
    std::map<std::string, InputRounding> m_measured; ///< by layer
    std::vector<int> m_visited; ///< centres before this one
    int m_centre = -1, m_current = -1;
    int m_steps = kUsualSteps;
    bool m_shown = true, m_late = false;
    bool m_selects = false; ///< the selection changes because of this
};

} // namespace kerf::ui
