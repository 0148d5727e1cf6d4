// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/window_pass.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::int64_t kBatchTokens = 2048;

Status checkWindows(const Dataset& data)
{
    if (data.windows.empty())
        return fail(ErrorCode::InvalidArgument, fmt::format("{} has no window to evaluate", data.name));
    const std::size_t length = data.windows.front().size();
    for (const std::vector<TokenId>& window : data.windows) {
        if (window.size() != length || length < 2)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: windows must have the same length, of 2 tokens at least", data.name));
    }
    return {};
}

} // namespace

Result<Hidden> runWindows(const Network& network, const Replacements& replacements,
    std::span<const std::vector<TokenId>> windows, const CacheSettings& caches, const JobContext& job)
{
    KERF_TRY(Hidden hidden, network.embed(windows));
    BlockRun run;
    run.replacements = &replacements;
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const std::shared_ptr<const BlockWeights> weights, network.loadBlock(block));
        run.cache = caches.empty() ? nullptr : &caches[static_cast<std::size_t>(block)];
        KERF_CHECK(network.runBlock(block, *weights, run, hidden));
    }
    return hidden;
}

Status forEachWindow(const Network& network, const Replacements& replacements, const Dataset& data,
    const std::string& stage, const JobContext& job, const WindowVisitor& visit, const CacheSettings& caches)
{
    KERF_CHECK(checkWindows(data));
    if (!caches.empty() && static_cast<int>(caches.size()) != network.blockCount())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Cache formats for {} blocks were given; the model has {}.", caches.size(), network.blockCount()));
    const auto count = static_cast<std::int64_t>(data.windows.size());
    const auto length = static_cast<std::int64_t>(data.windows.front().size());
    const std::int64_t batch = std::max(kBatchTokens / length, std::int64_t { 1 });
    job.progress({ stage, 0, count, "windows" });
    for (std::int64_t start = 0; start < count; start += batch) {
        const std::int64_t size = std::min(batch, count - start);
        KERF_TRY(const Hidden hidden,
            runWindows(network, replacements,
                std::span(data.windows).subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(size)),
                caches, job));
        for (std::int64_t i = 0; i < size; ++i) {
            KERF_CHECK(job.checkStop());
            KERF_CHECK(visit(start + i, hidden, i * length));
            job.progress({ stage, start + i + 1, count, "windows" });
        }
    }
    return {};
}

} // namespace kerf::core
