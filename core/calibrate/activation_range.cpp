// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/activation_range.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/calibrate/block_pass.h"

namespace kerf::core {
namespace {

void include(ActivationRange& range, const MatrixRef& values, const std::string& place)
{
    const double largest = values.size() > 0 ? static_cast<double>(values.cwiseAbs().maxCoeff()) : 0;
    if (largest > range.largest)
        range = { largest, place };
}

} // namespace

Result<ActivationRange> measureActivationRange(const Network& network, const Samples& samples, const JobContext& job)
{
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument, "The calibration texts hold no window of tokens. Give more text.");
    ActivationRange range;
    KERF_TRY(Hidden hidden, samples.enter(network, 0, std::min(kRangeWindows, samples.count())));
    for (const LiveValue& value : hidden.values)
        include(range, value.rows, "behind the embedding");
    for (int block = 0; block < network.blockCount(); ++block) {
        job.progress({ "Measuring the range of activations", block, network.blockCount(), "blocks" });
        BlockRun run;
        run.tap = [&range](const Observation& seen) { include(range, seen.x, "at the input of " + seen.site.id); };
        KERF_TRY(const std::shared_ptr<const BlockWeights> weights, network.loadBlock(block));
        KERF_CHECK(runBlockInBatches(network, block, *weights, run, hidden, job));
        for (const LiveValue& value : hidden.values)
            include(range, value.rows, fmt::format("behind block {}", block));
    }
    return range;
}

} // namespace kerf::core
