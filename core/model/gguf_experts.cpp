// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "core/model/gguf_reading.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMostExperts = 1 << 12; // as of config.json

/// Their inner sizes, and that of the MLP beside them.
Status readInner(GgufReading& reading)
{
    const ExpertNames& names = reading.architecture.experts;
    KERF_TRY(const auto inner, reading.keys.count("feed_forward_length"));
    KERF_TRY(reading.sizes.expertInner, reading.keys.count("expert_feed_forward_length", inner));
    if (!names.innerKey.empty()) {
        KERF_TRY(const auto own, reading.keys.count("expert_feed_forward_length"));
        reading.set(names.innerKey, own);
    }
    if (!names.sharedInnerKey.empty()) {
        KERF_TRY(const auto shared, reading.keys.count("expert_shared_feed_forward_length"));
        reading.set(names.sharedInnerKey, shared);
    }
    if (!names.sharedCountKey.empty()) {
        KERF_TRY(const auto shared, reading.keys.countOrNone("expert_shared_count", 0));
        reading.set(names.sharedCountKey, shared);
    }
    return {};
}

/// Groups of experts, of which a token's are some.
Status readGroups(GgufReading& reading)
{
    const ExpertNames& names = reading.architecture.experts;
    KERF_TRY(const auto groups, reading.keys.count("expert_group_count", 1));
    KERF_TRY(const auto used, reading.keys.count("expert_group_used_count", groups));
    reading.set(names.groupsKey, groups);
    reading.set(names.topGroupsKey, used);
    reading.set(names.methodKey, used < groups ? "group_limited_greedy" : "greedy");
    return {};
}

} // namespace

Status readGgufExperts(GgufReading& reading)
{
    const ExpertNames& names = reading.architecture.experts;
    if (names.router.empty())
        return {};
    KERF_TRY(reading.sizes.experts, reading.keys.count("expert_count"));
    if (reading.sizes.experts > kMostExperts)
        return reading.keys.error(fmt::format("has {} experts; {} are possible", reading.sizes.experts, kMostExperts));
    KERF_TRY(const auto used, reading.keys.count("expert_used_count"));
    reading.set(names.countKey, reading.sizes.experts);
    reading.set(names.topKey, used);
    KERF_CHECK(readInner(reading));
    if (reading.family.leadsDense) {
        KERF_TRY(const auto first, reading.keys.countOrNone("leading_dense_block_count", 0));
        reading.set(names.denseFirstKey, first);
    }
    if (!reading.family.routesByKeys) {
        reading.set(names.renormalizeKey, reading.family.renormalizes);
        return {};
    }
    KERF_TRY(const auto gating, reading.keys.countOrNone("expert_gating_func", kSoftmaxGating));
    if (gating > kSigmoidGating)
        return reading.keys.error(fmt::format(
            "makes scores of its experts in a way ({}) that Kerf does not run for {}", gating, reading.family.type));
    KERF_TRY(const double factor, reading.keys.number("expert_weights_scale", 1.0));
    reading.set(names.factorKey, factor == 0 ? 1.0 : factor); // 0: none
    reading.set(names.renormalizeKey, reading.keys.flag("expert_weights_norm", false));
    return readGroups(reading);
}

} // namespace kerf::core
