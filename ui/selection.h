// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QObject>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// What the user is looking at: a set of layers and a run. Every view reads and writes this one object, so table,
/// tree, heatmap and chart never disagree. Layers are positions in Network::layers() of the open model.
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
    void clear();

signals:
    void layersChanged();
    void runChanged();

private:
    std::vector<int> m_layers;
    int m_current = -1;
    core::RowId m_run = 0;
};

} // namespace kerf::ui
