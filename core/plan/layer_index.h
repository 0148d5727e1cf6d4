// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string_view>
#include <unordered_map>

#include "core/model/network.h"

namespace kerf::core {

/// Layers by name, for work over a whole plan: findLayer is linear. Valid as long as the network.
inline std::unordered_map<std::string_view, const LayerInfo*> indexLayers(const Network& network)
{
    std::unordered_map<std::string_view, const LayerInfo*> index;
    for (const LayerInfo& layer : network.layers())
        index.emplace(layer.name, &layer);
    return index;
}

} // namespace kerf::core
