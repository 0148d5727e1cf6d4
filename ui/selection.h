// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QObject>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// What the user is looking at: a set of layers, a run, and the runs that are set side by side. Every view reads and
/// writes this one object, so table, tree, heatmap and chart never disagree. Layers are positions in Network::layers()
/// of the open model.
class Selection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const std::vector<int>& layers() const { return m_layers; } ///< ascending, without repeats
    int currentLayer() const { return m_current; } ///< the one with the focus, -1 = none
    core::RowId run() const { return m_run; } ///< 0 = none
    bool contains(int layer) const;

    void setLayers(std::vector<int> layers, int current);
    void setRun(core::RowId run);
    /// Runs that are compared, in the order in which they were taken: A, B, C …
    const std::vector<core::RowId>& compared() const { return m_compared; }
    /// The one of them that the others are compared with: the first, unless another was chosen. 0 = none.
    core::RowId reference() const;
    void setCompared(std::vector<core::RowId> runs); ///< the first kMostCompared of them
    /// Takes a run into the comparison or out of it. False: there are kMostCompared already.
    bool toggleCompared(core::RowId run);
    void setReference(core::RowId run); ///< takes it into the comparison where it is not, and there is room
    void clear();

signals:
    void layersChanged();
    void runChanged();
    void comparedChanged(); ///< or the reference among them

private:
    std::vector<int> m_layers;
    int m_current = -1;
    core::RowId m_run = 0;
    std::vector<core::RowId> m_compared;
    core::RowId m_reference = 0;
};

} // namespace kerf::ui
