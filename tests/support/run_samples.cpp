// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/run_samples.h"

using namespace kerf::core;

namespace kerf::test {

Result<std::vector<Matrix>> runSamples(const Network& network, const Batch& batch, const Replacements* replacements)
{
    KERF_TRY(Hidden hidden, network.enter(batch));
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_TRY(const auto weights, network.loadBlock(block));
        BlockRun run;
        run.replacements = replacements;
        KERF_CHECK(network.runBlock(block, *weights, run, hidden));
    }
    return network.leave(hidden);
}

} // namespace kerf::test
