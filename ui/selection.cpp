// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/selection.h"

#include <algorithm>

#include "core/jobs/metric_comparison.h"

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

core::RowId Selection::reference() const
{
    if (std::ranges::find(m_compared, m_reference) != m_compared.end())
        return m_reference;
    return m_compared.empty() ? 0 : m_compared.front();
}

void Selection::setCompared(std::vector<core::RowId> runs)
{
    if (runs.size() > core::kMostCompared)
        runs.resize(core::kMostCompared);
    if (runs == m_compared)
        return;
    m_compared = std::move(runs);
    emit comparedChanged();
}

bool Selection::toggleCompared(core::RowId run)
{
    std::vector<core::RowId> runs = m_compared;
    if (std::erase(runs, run) == 0) {
        if (runs.size() == core::kMostCompared)
            return false;
        runs.push_back(run);
    }
    setCompared(std::move(runs));
    return true;
}

void Selection::setReference(core::RowId run)
{
    const bool isIn = std::ranges::find(m_compared, run) != m_compared.end();
    if (run == reference() || (!isIn && m_compared.size() == core::kMostCompared))
        return;
    m_reference = run;
    if (!isIn)
        m_compared.push_back(run);
    emit comparedChanged();
}

void Selection::clear()
{
    setCompared({});
    setLayers({}, -1);
    setRun(0);
}

} // namespace kerf::ui
