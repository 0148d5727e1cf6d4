// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/block_pass.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/graph/ops/route.h"

namespace kerf::core {
namespace {

// Multiplications of one batch in one block: a fraction of a second on any machine.
constexpr double kBatchWork = 2e10;
/// Numbers of one value of one batch where samples have rows of their own (pictures): 64 MB.
constexpr std::int64_t kBatchNumbers = std::int64_t { 1 } << 24;

/// Of all tokens, how many come to an expert of a block on average: 1 where there are none.
double shareOfExpert(const Graph& graph, int block)
{
    for (const NodeId id : graph.block(block).nodes) {
        const Node& node = graph.node(id);
        if (node.op == &routeOp())
            return static_cast<double>(attributesOf<Route>(node).top)
                / static_cast<double>(graph.value(node.inputs[0]).type.width());
    }
    return 1;
}

/// Rows that a value has for each token, or for each sample where samples have no tokens.
std::int64_t rowsOf(const ValueType& type)
{
    return type.rows.kind == RowSpace::Kind::PerSample ? type.rows.count : 1;
}

std::int64_t tokensPerBatch(const Network& network, int block, bool allExperts)
{
    const Graph& graph = network.graph();
    const double share = allExperts ? 1.0 : shareOfExpert(graph, block);
    double weights = 1; // that a token meets
    std::int64_t largest = 1;
    for (const NodeId id : graph.block(block).nodes) {
        const Node& node = graph.node(id);
        for (const ValueId output : node.outputs)
            if (const ValueType& type = graph.value(output).type; type.rows.kind == RowSpace::Kind::PerSample)
                largest = std::max(largest, type.rows.count * type.width());
        if (node.layer < 0)
            continue;
        const LayerInfo& layer = graph.layers()[static_cast<std::size_t>(node.layer)];
        weights += static_cast<double>(layer.shape.rows * layer.shape.cols * rowsOf(graph.value(node.inputs[0]).type))
            * (layer.expert < 0 ? 1.0 : share);
    }
    const auto limit = static_cast<std::int64_t>(kBatchWork / weights);
    return std::max<std::int64_t>(std::min(limit, kBatchNumbers / largest), 1);
}

/// Some windows of a Hidden that go through a block together.
struct WindowRange {
    std::int64_t first = 0, count = 0; ///< windows
};

std::vector<WindowRange> batchesOf(const Network& network, int block, const Hidden& hidden, bool allExperts)
{
    const std::int64_t limit = tokensPerBatch(network, block, allExperts);
    std::vector<WindowRange> batches;
    for (std::size_t window = 0; window < hidden.lengths.size();) {
        WindowRange batch { static_cast<std::int64_t>(window), 0 };
        std::int64_t tokens = 0;
        do {
            tokens += hidden.lengths[window++];
            ++batch.count;
        } while (window < hidden.lengths.size() && tokens + hidden.lengths[window] <= limit);
        batches.push_back(batch);
    }
    return batches;
}

bool isHeldOut(std::int64_t window)
{
    return window % 4 == 3;
}

/// What a site saw of one batch, kept until the other stream has come there.
struct Seen {
    Matrix x;
    std::vector<std::int64_t> lengths; ///< rows of each window
    std::vector<std::int64_t> rows; ///< of a routed site: which tokens of the batch; empty: all

    explicit Seen(const Observation& seen)
        : x(seen.x)
        , lengths(seen.lengths.begin(), seen.lengths.end())
        , rows(seen.rows.begin(), seen.rows.end())
    {
    }
};

/// The rows of the windows of a batch that are held out, or of the others.
Matrix partOf(const Seen& seen, const WindowRange& batch, bool held)
{
    Matrix part(seen.x.rows(), seen.x.cols());
    std::int64_t from = 0, to = 0;
    for (std::size_t i = 0; i < seen.lengths.size(); ++i) {
        const std::int64_t count = seen.lengths[i];
        if (isHeldOut(batch.first + static_cast<std::int64_t>(i)) == held) {
            part.middleRows(to, count) = seen.x.middleRows(from, count);
            to += count;
        }
        from += count;
    }
    part.conservativeResize(to, seen.x.cols());
    return part;
}

/// Leaves the rows whose tokens the other one saw as well.
void keepCommon(Seen& seen, const std::vector<std::int64_t>& others)
{
    std::int64_t from = 0, to = 0;
    for (std::int64_t& length : seen.lengths) {
        std::int64_t kept = 0;
        for (const std::int64_t end = from + length; from < end; ++from)
            if (std::ranges::binary_search(others, seen.rows[static_cast<std::size_t>(from)])) {
                seen.x.row(to++) = Matrix(seen.x.row(from)); // a row of itself: through a copy
                ++kept;
            }
        length = kept;
    }
    seen.x.conservativeResize(to, seen.x.cols());
}

/// Both streams at the same tokens.
void alignRouted(Seen& original, Seen& quantized)
{
    const std::vector<std::int64_t> rows = original.rows;
    keepCommon(original, quantized.rows);
    keepCommon(quantized, rows);
}

/// Takes a hidden state through a block, batch after batch: in place, or beside it where the block ends with other
/// values than it began with.
class Advance {
public:
    explicit Advance(Hidden& hidden)
        : m_hidden(hidden)
    {
    }
    void put(const WindowRange& batch, Hidden part)
    {
        if (part.hasShapeOf(m_hidden))
            m_hidden.assign(batch.first, part);
        else
            m_parts.push_back(std::move(part));
    }
    void finish()
    {
        if (!m_parts.empty())
            m_hidden = Hidden::joined(m_parts);
    }

private:
    Hidden& m_hidden;
    std::vector<Hidden> m_parts;
};

bool belongsTo(const Site& site, const StepOfBlock& step)
{
    return site.block == step.block && site.part == step.part && site.step == step.step;
}

} // namespace

Status runBlockInBatches(const Network& network, int block, const BlockWeights& weights, const BlockRun& run,
    Hidden& hidden, const JobContext& job, const std::function<void(std::int64_t windows)>& done)
{
    Advance advance(hidden);
    for (const WindowRange& batch : batchesOf(network, block, hidden, run.allExperts)) {
        KERF_CHECK(job.checkStop());
        Hidden part = hidden.part(batch.first, batch.count);
        KERF_CHECK(network.runBlock(block, weights, run, part));
        if (run.lastStep < 0)
            advance.put(batch, std::move(part));
        if (done)
            done(batch.first + batch.count);
    }
    advance.finish();
    return {};
}

Status runBlocks(const Network& network, Hidden& hidden, const std::string& stage, const JobContext& job)
{
    for (int block = 0; block < network.blockCount(); ++block) {
        if (!stage.empty())
            job.progress({ stage, block, network.blockCount(), "blocks" });
        KERF_TRY(const auto weights, network.loadBlock(block));
        KERF_CHECK(runBlockInBatches(network, block, *weights, {}, hidden, job));
    }
    return {};
}

Result<std::map<std::string, SiteStatistics>> collectStep(const Network& network, const StepOfBlock& step,
    const BlockWeights& weights, const Replacements& replacements, Hidden& hidden, const JobContext& job)
{
    std::map<std::string, StatisticsAccumulator> accumulators;
    for (const Site& site : network.graph().sites())
        if (belongsTo(site, step))
            accumulators.try_emplace(site.id, network.graph(), site);
    BlockRun run;
    run.replacements = &replacements;
    run.lastStep = step.step;
    run.part = step.part;
    run.allExperts = step.allExperts;
    run.tap = [&](const Observation& seen) {
        if (const auto found = accumulators.find(seen.site.id); found != accumulators.end())
            found->second.add(seen.x);
    };
    KERF_CHECK(runBlockInBatches(network, step.block, weights, run, hidden, job));
    std::map<std::string, SiteStatistics> statistics;
    for (const auto& [site, accumulator] : accumulators) {
        SiteStatistics found = accumulator.finish();
        if (network.graph().findSite(site)->isRouted)
            found.passed = hidden.tokens();
        statistics.emplace(site, std::move(found));
    }
    return statistics;
}

Result<std::map<std::string, SiteWithDrift>> collectStepWithDrift(const Network& network, const StepOfBlock& step,
    const BlockWeights& weights, const Replacements& replacements, bool advance, Streams& streams,
    const JobContext& job)
{
    std::map<std::string, DriftAccumulator> accumulators;
    for (const Site& site : network.graph().sites())
        if (belongsTo(site, step))
            accumulators.try_emplace(site.id, network.graph(), site);
    std::map<std::string, Seen> originals; // of the batch at hand
    WindowRange batch;
    BlockRun original, quantized;
    original.part = quantized.part = step.part;
    original.allExperts = quantized.allExperts = step.allExperts;
    original.lastStep = advance ? -1 : step.step;
    original.tap = [&](const Observation& seen) {
        if (accumulators.contains(seen.site.id))
            originals.insert_or_assign(seen.site.id, Seen(seen));
    };
    quantized.replacements = &replacements;
    quantized.lastStep = step.step;
    quantized.tap = [&](const Observation& seen) {
        const auto found = accumulators.find(seen.site.id);
        if (found == accumulators.end())
            return;
        Seen& before = originals.at(seen.site.id);
        Seen now(seen);
        if (seen.site.isRouted)
            alignRouted(before, now);
        for (const bool held : { false, true })
            found->second.add(partOf(before, batch, held), partOf(now, batch, held), held);
    };
    Advance through(streams.original);
    for (const WindowRange& next : batchesOf(network, step.block, streams.quantized, step.allExperts)) {
        KERF_CHECK(job.checkStop());
        batch = next;
        Hidden hidden = streams.original.part(batch.first, batch.count);
        KERF_CHECK(network.runBlock(step.block, weights, original, hidden));
        if (advance)
            through.put(batch, std::move(hidden));
        hidden = streams.quantized.part(batch.first, batch.count);
        KERF_CHECK(network.runBlock(step.block, weights, quantized, hidden));
    }
    through.finish();
    std::map<std::string, SiteWithDrift> sites;
    for (auto& [site, accumulator] : accumulators) {
        SiteWithDrift found = accumulator.finish();
        found.statistics.passed
            = network.graph().findSite(site)->isRouted ? streams.quantized.tokens() : found.statistics.tokens;
        sites.emplace(site, std::move(found));
    }
    return sites;
}

} // namespace kerf::core
