// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "core/graph/graph.h"

namespace kerf::ui {

class GraphModel;
struct NearEdge;
struct NearNode;

/// What the graph view says in words and tables.

/// The lines of a node: its short name, what it does, the format of a layer or that it is float; and what stands below
/// it, the norm and activation behind a layer and the shape of what it gives.
struct NodeLines {
    QString name, operation, format, below;
};
NodeLines nodeLines(const GraphModel& model, const NearNode& node);
/// "64 × 30 × 40", "tokens × 256": of what is given for a sample.
QString valueShape(const core::Value& value);
/// All that is known of a node, as rich text.
QString nodeCard(const GraphModel& model, const NearNode& node);
/// What the plan does to what comes in, in a line.
QString nodeNote(const GraphModel& model, const NearNode& node);
/// Whether an edge is rounded and by which rule, as rich text.
QString edgeCard(const GraphModel& model, const NearEdge& edge);
/// The rule alone: "float: Softmax stays float".
QString ruleText(const GraphModel& model, int edge);
/// A node, what feeds it and who reads it, for screen readers.
QString nodeDescription(const GraphModel& model, const NearNode& node);
/// The edges in view, first row the heads.
QList<QStringList> graphTable(const GraphModel& model);

} // namespace kerf::ui
