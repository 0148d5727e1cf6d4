// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/network.h"

#include <algorithm>

namespace kerf::core {

const LayerInfo* findLayer(const Network& network, const std::string& name)
{
    const std::vector<LayerInfo>& layers = network.layers();
    const auto found
        = std::find_if(layers.begin(), layers.end(), [&](const LayerInfo& layer) { return layer.name == name; });
    return found == layers.end() ? nullptr : &*found;
}

} // namespace kerf::core
