// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/batch_norm_fold.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/graph/ops/batch_norm.h"
#include "core/model/weight_source.h"
#include "core/transform/no_settings.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

/// Parameters of a BatchNormalization.
enum { Weight, Bias, Mean, Variance };

/// The name in the file of the first value behind the norm that has one.
std::string nameOf(const Graph& graph, NodeId norm)
{
    ValueId value = graph.node(norm).outputs[0];
    while (graph.value(value).name.empty()) {
        const auto& readers = graph.value(value).readers;
        if (readers.size() != 1 || !graph.node(readers[0]).op->info().isMove)
            return fmt::format("BatchNormalization {}", norm);
        value = graph.node(readers[0]).outputs[0];
    }
    return graph.value(value).name;
}

/// Errors: InvalidArgument: why it stays, in words that go on after its name.
Result<FoldedNorm> foldedNorm(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    const auto kept = [](const char* why) { return fail(ErrorCode::InvalidArgument, why); };
    const ValueId input = node.inputs[0];
    if (graph.value(input).readers.size() != 1 || std::ranges::find(graph.outputs(), input) != graph.outputs().end())
        return kept("others read what goes to it");
    FoldedNorm norm;
    norm.node = id;
    KERF_TRY(norm.path, channelPathTo(graph, input, Passing::Moves));
    if (std::ranges::any_of(node.parameters, [&](ParameterId each) { return sharesItsTensor(graph, each); }))
        return kept("its numbers are those of another place too");
    const auto planes = channelsOfPlanes(norm.path.channelOfColumn, graph.value(input).type.shape[0]);
    if (!planes)
        return kept("what one of its channels reads is of several channels of the layer");
    std::set<std::int32_t> met;
    for (const std::int32_t channel : *planes)
        if (channel >= 0 && !met.insert(channel).second)
            return kept("two of its channels read one of the layer");
    norm.channelOf = *planes;
    norm.layer = graph.layers()[static_cast<std::size_t>(graph.node(norm.path.layer).layer)].name;
    return norm;
}

/// gamma / sqrt(var + epsilon), one a channel.
Result<VectorD> factorsOf(const Network& network, const Node& node)
{
    const auto numbers = [&](std::size_t index) -> Result<VectorD> {
        KERF_TRY(const Matrix row, network.weights().tensor(network.graph().parameter(node.parameters[index])));
        return VectorD(row.reshaped().cast<double>());
    };
    KERF_TRY(const VectorD weight, numbers(Weight));
    KERF_TRY(const VectorD variance, numbers(Variance));
    const double epsilon = attributesOf<BatchNorm>(node).epsilon;
    return VectorD(weight.array() / (variance.array() + epsilon).sqrt());
}

/// Norms fold into the weight and the bias of the layer before them (Jacob et al., arXiv 1712.05877, section 3.2). The
/// norm stays in the graph and only shifts, so that dropping the folds undoes all of it: what it multiplies by becomes
/// 1, and its mean m becomes f m.
class BatchNormFold final : public Transform {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics(const Json&) const override { return false; }
    bool usesFormats(const Json&) const override { return false; }
    bool movesMagnitudes() const override { return true; } // what layers read stays as it is
    bool scalesRowsAlone() const override { return true; }
    bool reaches(const Site&) const override { return false; }

    Result<Json> complete(const Json& settings) const override { return completeNoSettings(m_name, settings); }

    Status check(const Network& network, const Json&) const override
    {
        const Graph& graph = network.graph();
        for (std::size_t i = 0; i < graph.nodes().size(); ++i)
            if (graph.nodes()[i].op == &batchNormOp() && foldedNorm(graph, static_cast<NodeId>(i)))
                return {};
        return fail(ErrorCode::InvalidArgument,
            "This network has no BatchNormalization that stands behind a layer and could be folded into it.");
    }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext& job) const override
    {
        TransformFactors factors;
        const BatchNorms norms = findBatchNorms(problem.network.graph());
        for (const LeftNorm& left : norms.left)
            factors.notes.push_back({ left.name, "left as it is: " + left.why });
        for (const FoldedNorm& norm : norms.folded) {
            KERF_CHECK(job.checkStop());
            KERF_TRY(VectorD found, factorsOf(problem.network, problem.network.graph().node(norm.node)));
            if (!found.allFinite() || (found.array() == 0).any()) {
                factors.notes.push_back(
                    { norm.layer, "left as it is: its norm multiplies a channel by 0, or by no finite number" });
                continue;
            }
            factors.notes.push_back({ norm.layer,
                fmt::format("its rows are multiplied by {:.3g} to {:.3g}", found.minCoeff(), found.maxCoeff()) });
            factors.scales[batchNormKey(norm.layer)] = std::move(found);
        }
        return factors;
    }

    Result<TensorFolds> folds(const Network& network, const TransformFactors& factors) const override
    {
        TensorFolds folds;
        for (const FoldedNorm& norm : findBatchNorms(network.graph()).folded) {
            const auto found = factors.scales.find(batchNormKey(norm.layer));
            if (found == factors.scales.end())
                continue;
            if (found->second.size() != std::ssize(norm.channelOf))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("{}: {} factors are given for {} channels; they are of another model.", norm.layer,
                        found->second.size(), norm.channelOf.size()));
            KERF_CHECK(fold(network, norm, found->second, folds));
        }
        return folds;
    }

    Status moveStatistics(const Network&, const TransformFactors&, const std::string&, SiteStatistics&) const override
    {
        return {};
    }

private:
    static Status fold(const Network& network, const FoldedNorm& norm, const VectorD& factors, TensorFolds& folds)
    {
        VectorD ofChannel = VectorD::Ones(norm.path.channels);
        for (std::size_t i = 0; i < norm.channelOf.size(); ++i)
            if (norm.channelOf[i] >= 0)
                ofChannel[norm.channelOf[i]] = factors[static_cast<Eigen::Index>(i)];
        KERF_CHECK(scaleChannels(network, norm.path, ofChannel, folds));
        const Node& node = network.graph().node(norm.node);
        const auto keyOf = [&](int which) {
            return network.graph().parameter(node.parameters[static_cast<std::size_t>(which)]).key;
        };
        TensorEdit mean;
        mean.factors = factors;
        folds.add(keyOf(Mean), mean);
        TensorEdit filled;
        filled.kind = TensorEdit::Kind::Fill;
        filled.value = 1;
        folds.add(keyOf(Weight), filled);
        // 1 / sqrt(variance + epsilon) is then 1 in float32, whatever epsilon is.
        filled.value = 1 - attributesOf<BatchNorm>(node).epsilon;
        folds.add(keyOf(Variance), filled);
        return {};
    }

    std::string m_name = "bn-fold";
    std::string m_summary
        = "BatchNorm folding: multiplies the rows of a layer by what the BatchNormalization behind it "
          "multiplies by, exactly, before they are rounded (Jacob et al. 2018).";
};

} // namespace

BatchNorms findBatchNorms(const Graph& graph)
{
    BatchNorms norms;
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
        const auto id = static_cast<NodeId>(i);
        if (graph.node(id).op != &batchNormOp())
            continue;
        if (Result<FoldedNorm> norm = foldedNorm(graph, id))
            norms.folded.push_back(std::move(*norm));
        else
            norms.left.push_back({ nameOf(graph, id), norm.error().message });
    }
    return norms;
}

std::string batchNormKey(const std::string& layer)
{
    return "norm behind " + layer;
}

const Transform& batchNormFoldTransform()
{
    static const BatchNormFold transform;
    return transform;
}

} // namespace kerf::core
