// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The caches of a plan: in which format each block keeps its keys and values, and how many bytes they are.

#include <utility>

#include <fmt/format.h>

#include "core/plan/plan.h"

namespace kerf::core {

Status checkCacheFormat(const Network& network, const CacheFormat& format)
{
    const CacheShape shape = network.cacheShape();
    if (format.isUnquantized() || shape.canBeRounded())
        return {};
    if (!shape.isCache())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A {} network has no key/value cache to keep in {}.", network.architecture(), format.name()));
    return fail(ErrorCode::InvalidArgument,
        fmt::format("A {} model makes keys and values of {} numbers a token, which is what servers keep, and {} rounds "
                    "keys and values. Leave the cache in 16 bit.",
            network.architecture(), shape.latent, format.name()));
}

Status setCacheFormat(Plan& plan, const Network& network, const std::string& format)
{
    KERF_TRY(const CacheFormatPtr parsed, parseCacheFormat(format));
    if (parsed->isUnquantized()) {
        plan.kv.clear();
        return {};
    }
    KERF_CHECK(checkCacheFormat(network, *parsed));
    plan.kv.assign(static_cast<std::size_t>(network.blockCount()), parsed->name());
    return {};
}

Result<CacheSettings> cacheSettings(const Plan& plan, const Network& network)
{
    if (!plan.kv.empty() && static_cast<int>(plan.kv.size()) != network.blockCount())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The plan \"{}\" has cache formats for {} blocks, the model has {}.", plan.name, plan.kv.size(),
                network.blockCount()));
    CacheSettings settings;
    for (const std::string& name : plan.kv) {
        KERF_TRY(CacheFormatPtr format, parseCacheFormat(name));
        KERF_CHECK(checkCacheFormat(network, *format));
        settings.push_back({ std::move(format), 0, 0 });
    }
    return settings;
}

Result<CacheSettings> uniformCaches(const Network& network, const std::string& format)
{
    Plan plan;
    KERF_CHECK(setCacheFormat(plan, network, format));
    KERF_TRY(CacheSettings settings, cacheSettings(plan, network));
    if (!settings.empty() && settings.front().format->hasFixedStep())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} takes its steps from calibration: quantize with this cache format and evaluate the run.", format));
    return settings;
}

Result<std::int64_t> cacheBytes(const Plan& plan, const Network& network, std::int64_t context, std::int64_t batch)
{
    const CacheShape shape = network.cacheShape();
    if (shape.heads == 0)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("A {} network has no key/value cache.", network.architecture()));
    KERF_TRY(const CacheSettings settings, cacheSettings(plan, network));
    KERF_TRY(const CacheFormatPtr sixteenBit, parseCacheFormat("kv-f16"));
    std::int64_t bytes = 0;
    for (int block = 0; block < network.blockCount(); ++block) {
        const CacheFormat& format = settings.empty() ? *sixteenBit : *settings[static_cast<std::size_t>(block)].format;
        bytes += format.bytes(shape, context);
    }
    return bytes * batch;
}

} // namespace kerf::core
