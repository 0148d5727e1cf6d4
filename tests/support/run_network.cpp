// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/run_network.h"

#include "core/checkpoint/safetensors_file.h"

namespace kerf::test {

using namespace kerf::core;

Result<NetworkRun> runNetwork(
    const Network& network, const std::vector<std::vector<TokenId>>& windows, const Replacements* replacements)
{
    NetworkRun result;
    KERF_TRY(Hidden hidden, network.embed(windows));
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_TRY(const std::shared_ptr<const BlockWeights> weights, network.loadBlock(block));
        BlockRun run;
        run.replacements = replacements;
        KERF_CHECK(network.runBlock(block, *weights, run, hidden));
        result.hidden.push_back(hidden.stream());
    }
    KERF_TRY(result.logits, network.logits(hidden, 0, hidden.tokens()));
    return result;
}

Result<std::vector<std::vector<TokenId>>> readTokenWindows(const std::filesystem::path& file)
{
    KERF_TRY(const SafetensorsFile reference, SafetensorsFile::open(file));
    KERF_TRY(const std::vector<std::int64_t> ids, reference.values<std::int64_t>("input_ids"));
    const std::size_t length = static_cast<std::size_t>(reference.find("input_ids")->shape.back());
    std::vector<std::vector<TokenId>> windows;
    for (std::size_t i = 0; i < ids.size(); i += length)
        windows.emplace_back(
            ids.begin() + static_cast<std::ptrdiff_t>(i), ids.begin() + static_cast<std::ptrdiff_t>(i + length));
    return windows;
}

} // namespace kerf::test
