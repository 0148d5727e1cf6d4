// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/value_ranges.h"

#include "core/calibrate/block_pass.h"
#include "core/graph/ops/observe.h"

namespace kerf::core {

Result<std::map<ValueId, ValueRange>> measureValueRanges(const Network& network, const std::vector<ValueId>& values,
    const Replacements& replacements, const Samples& samples, const JobContext& job)
{
    std::map<ValueId, ValueRange> ranges;
    std::vector<InsertedOp> observers;
    for (const ValueId value : values) {
        ValueRange& range = ranges[value];
        const std::int64_t rows = network.graph().value(value).type.rows.count;
        observers.push_back({ value, &observeOp(),
            Observe { [&range, rows](const MatrixRef& x, std::span<const std::int64_t>) { range.add(x, rows); } } });
    }
    const std::shared_ptr<const Network> observed = network.inserted(observers);
    KERF_TRY(Hidden hidden, samples.enter(*observed, 0, samples.count()));
    BlockRun run;
    run.replacements = &replacements;
    for (int block = 0; block < observed->blockCount(); ++block) {
        job.progress({ "Measuring values between layers", block, observed->blockCount(), "blocks" });
        KERF_TRY(const std::shared_ptr<const BlockWeights> weights, observed->loadBlock(block));
        KERF_CHECK(runBlockInBatches(*observed, block, *weights, run, hidden, job));
    }
    return ranges;
}

} // namespace kerf::core
