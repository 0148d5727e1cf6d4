// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/selection.h"

#include <algorithm>

namespace kerf::ui {

bool Selection::contains(int layer) const
{
    return std::binary_search(m_layers.begin(), m_layers.end(), layer);
}

void Selection::setLayers(std::vector<int> layers, int current)
{
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    if (layers == m_layers && current == m_current)
        return;
    m_layers = std::move(layers);
    m_current = current;
    emit layersChanged();
}

void Selection::setRun(core::RowId run)
{
    if (run == m_run)
        return;
    m_run = run;
    emit runChanged();
}

void Selection::clear()
{
    setLayers({}, -1);
    setRun(0);
}

} // namespace kerf::ui
