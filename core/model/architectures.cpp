// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/model/family_rows.h"

namespace kerf::core {

std::vector<LayerTemplate> separateAttention(BiasRule queryKeyValue, BiasRule output, std::string_view outputName)
{
    return {
        { LayerPlace::Query, "q", "self_attn.q_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Key, "k", "self_attn.k_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Value, "v", "self_attn.v_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Output, "o", outputName, output },
    };
}

std::vector<LayerTemplate> separateLayers(BiasRule queryKeyValue, BiasRule output, BiasRule mlp)
{
    std::vector<LayerTemplate> layers = separateAttention(queryKeyValue, output);
    layers.push_back({ LayerPlace::Gate, "gate", "mlp.gate_proj", mlp, kFusedMlp });
    layers.push_back({ LayerPlace::Up, "up", "mlp.up_proj", mlp, kFusedMlp });
    layers.push_back({ LayerPlace::Down, "down", "mlp.down_proj", mlp });
    return layers;
}

NormNames preNorms()
{
    return { .attentionInput = "input_layernorm", .mlpInput = "post_attention_layernorm" };
}

NormNames preNormsAndQueryKey()
{
    NormNames names = preNorms();
    names.query = "self_attn.q_norm";
    names.key = "self_attn.k_norm";
    return names;
}

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> rows = [] {
        std::vector<Architecture> all;
        for (const auto& part : { gatedFamilies(), plainFamilies(), expertFamilies() })
            all.insert(all.end(), part.begin(), part.end());
        std::ranges::stable_sort(all, {}, &Architecture::type);
        return all;
    }();
    return rows;
}

const Architecture* findArchitecture(std::string_view type, std::string_view className)
{
    const auto& rows = architectures();
    const auto found = std::find_if(rows.begin(), rows.end(),
        [&](const Architecture& row) { return type.empty() ? row.className == className : row.type == type; });
    return found == rows.end() ? nullptr : &*found;
}

std::string moduleName(std::string_view type, const std::string& module)
{
    const Architecture* family = findArchitecture(type, {});
    if (!family || module.starts_with(family->prefixes.front()) || module == family->head)
        return module;
    return std::string(family->prefixes.front()) + module;
}

bool triedInLoaders(std::string_view type)
{
    const Architecture* family = findArchitecture(type, {});
    return family && family->isTried;
}

std::string architectureNames()
{
    std::string names;
    std::string_view last;
    for (const Architecture& row : architectures()) {
        if (row.type != last)
            names.append(names.empty() ? "" : ", ").append(row.type);
        last = row.type;
    }
    return names;
}

} // namespace kerf::core
