// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/synthetic_network.h"

#include <array>
#include <cmath>

#include "tests/support/memory_weights.h"

namespace kerf::test {
namespace {

struct Role {
    const char* role;
    const char* module;
    core::LayerShape shape;
    const char* site;
    const char* tie;
};
constexpr std::array<Role, 9> kRoles { { { "q", "self_attn.q_proj", { 256, 256 }, "qkv", "qkv" },
    { "k", "self_attn.k_proj", { 128, 256 }, "qkv", "qkv" }, { "v", "self_attn.v_proj", { 128, 256 }, "qkv", "qkv" },
    { "o", "self_attn.o_proj", { 256, 256 }, "o", "o" }, { "gate", "mlp.gate_proj", { 768, 256 }, "mlp", "mlp" },
    { "up", "mlp.up_proj", { 768, 256 }, "mlp", "mlp" }, { "down", "mlp.down_proj", { 256, 768 }, "down", "down" },
    { "extra_a", "mlp.extra_a", { 256, 256 }, "ea", "ea" }, { "extra_b", "mlp.extra_b", { 256, 256 }, "eb", "eb" } } };

std::shared_ptr<const core::Network> networkOf(const std::vector<core::LayerInfo>& layers)
{
    return std::make_shared<GraphOfTest>(
        graphOfLayers(layers, 4096), core::NetworkInfo { "llama", 256, 4096, 256 }, std::make_shared<MemoryWeights>());
}

} // namespace

std::shared_ptr<const core::Network> syntheticNetwork(int blocks, int roles)
{
    std::vector<core::LayerInfo> layers;
    for (int block = 0; block < blocks; ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".";
        for (int r = 0; r < roles; ++r) {
            const Role& role = kRoles[static_cast<std::size_t>(r)];
            layers.push_back(
                { prefix + role.module, block, role.role, role.shape, prefix + role.site, 0, prefix + role.tie });
        }
    }
    return networkOf(layers);
}

std::shared_ptr<const core::Network> syntheticExperts(int blocks, int experts)
{
    std::vector<core::LayerInfo> layers;
    for (int block = 0; block < blocks; ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".";
        layers.push_back({ prefix + "self_attn.o_proj", block, "o", { 256, 256 }, prefix + "o", 0, prefix + "o" });
        for (int expert = 0; expert < experts; ++expert) {
            const std::string name = prefix + "experts." + std::to_string(expert) + ".";
            layers.push_back({ name + "w1", block, "expert_up", { 768, 256 }, name + "in", 0, name + "w1" });
            layers.push_back({ name + "w2", block, "expert_down", { 256, 768 }, name + "mid", 0, name + "w2" });
        }
    }
    return networkOf(layers);
}

core::Plan syntheticPlan(const core::Network& network, const std::string& format)
{
    core::Plan plan;
    plan.name = format;
    for (const core::LayerInfo& layer : network.layers())
        plan.layers.push_back({ layer.name, format, "gptq" });
    return plan;
}

std::shared_ptr<const core::Profile> syntheticProfile(const core::Network& network)
{
    auto profile = std::make_shared<core::Profile>();
    profile->name = "synthetic";
    profile->method = "gptq";
    profile->formats
        = { "int2-g64", "int3-g64", "int3-g128", "int4-g128", "int4-g64", "int4-g32", "int6-g128", "int8-g128" };
    profile->probeWindows = 8;
    const double bits[] = { 2, 3, 2.9, 4, 4.1, 4.2, 6, 8 };
    for (std::size_t i = 0; i < network.layers().size(); ++i) {
        core::LayerProfile layer;
        layer.layer = network.layers()[i].name;
        layer.hessianTrace = 10.0 + static_cast<double>(i);
        layer.slope = 0.01 * static_cast<double>(i % 7 + 1);
        layer.slopeStderr = layer.slope / 20;
        for (std::size_t f = 0; f < profile->formats.size(); ++f)
            layer.relativeError[profile->formats[f]] = static_cast<double>(i % 5 + 1) * std::pow(4.0, -bits[f]);
        profile->layers.push_back(std::move(layer));
    }
    return profile;
}

} // namespace kerf::test
