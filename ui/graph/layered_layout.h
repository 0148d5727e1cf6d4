// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <utility>
#include <vector>

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace kerf::ui {

struct LayoutInput {
    std::vector<QSizeF> sizes; ///< of nodes in topological order
    std::vector<std::pair<int, int>> edges; ///< from < to
    double columnGap = 60, rowGap = 20; ///< least distances between nodes, in the unit of the sizes
};

struct LayoutResult {
    std::vector<QRectF> places; ///< of the nodes; the first column begins at 0
    std::vector<int> columns; ///< of the nodes, from the left
    /// Points that an edge goes through between its nodes, from left to right: two for each column that it crosses.
    std::vector<std::vector<QPointF>> bends;
    int crossings = 0; ///< of edges, between columns
    QRectF bounds; ///< of nodes and bends
};

/// Places a graph without cycles in columns, left to right: every edge goes at least one column on. Columns by longest
/// paths; order within them by barycentres, swept forth and back, and by exchanges of neighbours; heights by least
/// squares under the order. Sources: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
/// Structures", IEEE Trans. SMC 11 (1981); the exchanges of Gansner et al., "A Technique for Drawing Directed Graphs",
/// IEEE Trans. Software Eng. 19 (1993), section 3; the heights by pooling adjacent violators (Barlow et al.,
/// "Statistical Inference under Order Restrictions", 1972).
LayoutResult layeredLayout(const LayoutInput& input);

} // namespace kerf::ui
