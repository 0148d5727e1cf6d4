// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/cache_memory.h"

#include <map>

#include <fmt/format.h>

#include "app/cli/table.h"

namespace kerf::cli {

using namespace kerf::core;

void addCacheLengths(CLI::App* verb, std::int64_t& context, std::int64_t& batch)
{
    const auto positive = CLI::Range(std::int64_t { 1 }, std::int64_t { 1 } << 24);
    verb->add_option("--context", context, "Tokens in the key/value cache (default: what the model takes)")
        ->check(positive)
        ->type_name("N");
    verb->add_option("--batch", batch, "Sequences side by side")
        ->check(positive)
        ->capture_default_str()
        ->type_name("N");
}

Result<CacheMemory> cacheMemory(const Plan& plan, const Network& network, std::int64_t context, std::int64_t batch)
{
    if (!network.cacheShape().isCache())
        return CacheMemory {};
    const std::int64_t tokens = context > 0 ? context : network.maxPositions();
    Plan unquantized = plan;
    unquantized.kv.clear();
    KERF_TRY(const std::int64_t bytes, cacheBytes(plan, network, tokens, batch));
    KERF_TRY(const std::int64_t sixteen, cacheBytes(unquantized, network, tokens, batch));
    std::map<std::string, int> blocks;
    for (const std::string& name : plan.kv)
        ++blocks[name];
    if (blocks.empty())
        blocks["kv-f16"] = network.blockCount();
    std::string formats;
    for (const auto& [name, count] : blocks)
        formats += fmt::format("{}{} × {}", formats.empty() ? "" : ", ", count, name);
    const double perToken = static_cast<double>(bytes) / static_cast<double>(tokens * batch);
    CacheMemory memory;
    memory.json = { { "formats", blocks }, { "context", tokens }, { "batch", batch }, { "bytes", bytes },
        { "bytes_16_bit", sixteen }, { "bytes_per_token", perToken } };
    memory.text = fmt::format("  key/value cache {}: {:.0f} bytes a token, {} for {} x {} tokens ({} in 16 bit)\n",
        formats, perToken, sizeText(bytes), batch, tokens, sizeText(sixteen));
    return memory;
}

} // namespace kerf::cli
