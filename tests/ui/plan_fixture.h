// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <numeric>

#include <QUndoStack>

#include "tests/support/synthetic_network.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"

namespace kerf::test {

/// A plan document on a synthetic model of six blocks with seven layers each, profiled, all layers int4-g128 by gptq.
struct PlanFixture {
    explicit PlanFixture(bool profiled = true, int blocks = 6)
        : network(syntheticNetwork(blocks))
    {
        document.reset(network, 1'000'000, syntheticPlan(*network, "int4-g128"), 12'000'000);
        if (profiled)
            document.setProfile(syntheticProfile(*network));
    }
    const core::Plan& plan() const { return document.plan(); }
    std::vector<int> all() const
    {
        std::vector<int> layers(plan().layers.size());
        std::iota(layers.begin(), layers.end(), 0);
        return layers;
    }
    /// Layers that the plan gives the format.
    int count(const std::string& format) const
    {
        return static_cast<int>(std::ranges::count(plan().layers, format, &core::PlanLayer::format));
    }

    std::shared_ptr<const core::Network> network;
    QUndoStack undo;
    ui::PlanDocument document { &undo };
    ui::Selection selection;
};

} // namespace kerf::test
