// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/scale_site.h"

#include <cmath>

#include <fmt/format.h>

#include "core/graph/channel_path.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

const Parameter& parameterOf(const Network& network, const Node& node, std::size_t index)
{
    return network.graph().parameter(node.parameters[index]);
}

bool hasParameter(const Node& node, std::size_t index)
{
    return index < node.parameters.size() && node.parameters[index] >= 0;
}

void scaleNorm(const Network& network, const Node& norm, const VectorD& factors, TensorFolds& folds)
{
    TensorEdit edit;
    edit.factors = factors;
    edit.offset = parameterOf(network, norm, 0).offset;
    folds.add(parameterOf(network, norm, 0).key, edit);
    if (!hasParameter(norm, 1))
        return;
    edit.offset = 0;
    folds.add(parameterOf(network, norm, 1).key, edit);
}

/// Scales rows of a linear map as it is stored, and its bias.
void scaleRows(const Network& network, const Node& linear, const std::vector<std::int32_t>& rows,
    const VectorD& factors, TensorFolds& folds)
{
    const Parameter& weight = parameterOf(network, linear, 0);
    for (const RowRun& run : runsOf(rows)) {
        TensorEdit edit;
        edit.axis = outputAxis(weight);
        edit.first = run.first;
        edit.factors = factors.segment(run.at, run.count);
        folds.add(weight.key, edit);
        if (!hasParameter(linear, 1))
            continue;
        edit.axis = 1;
        folds.add(parameterOf(network, linear, 1).key, edit);
    }
}

/// Multiplies each number of a tensor, in their order. It may have any dimensions, [channels, 1, 1], and is read as a
/// matrix: its rows or its columns are multiplied. Errors: InvalidArgument: neither are alike; those of reading it.
Result<TensorEdit> numbersEdit(const Network& network, const Parameter& numbers, const VectorD& factors)
{
    KERF_TRY(const Matrix stored, network.weights().tensor(numbers));
    const Eigen::Map<const MatrixD> each(factors.data(), stored.rows(), stored.cols());
    TensorEdit edit;
    if ((each.colwise() - each.col(0)).isZero(0)) {
        edit.axis = 0;
        edit.factors = each.col(0);
    } else if ((each.rowwise() - each.row(0)).isZero(0)) {
        edit.factors = each.row(0).transpose();
    } else {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: its numbers lie across the channels that are scaled. Leave the transform out.",
                numbers.ref.tensor));
    }
    return edit;
}

/// Columns of a weight that reads the site. Of a layer in groups, each row meets one factor.
void scaleColumns(const Parameter& weight, const Site& site, const VectorD& columns, TensorFolds& folds)
{
    TensorEdit edit;
    edit.axis = site.groups > 1 ? outputAxis(weight) : inputAxis(weight);
    edit.factors = columns;
    if (site.groups > 1) {
        const std::int64_t rows = weight.shape[0] / site.groups, ofGroup = columns.size() / site.groups;
        edit.factors.resize(weight.shape[0]);
        for (std::int64_t row = 0; row < weight.shape[0]; ++row)
            edit.factors[row] = columns[row / rows * ofGroup];
    }
    folds.add(weight.key, edit);
}

} // namespace

std::vector<const Site*> scaleSites(const Network& network)
{
    std::vector<const Site*> sites;
    for (const Site& site : network.graph().sites())
        if (site.producer)
            sites.push_back(&site);
    return sites;
}

std::vector<RowRun> runsOf(const std::vector<std::int32_t>& rows)
{
    std::vector<RowRun> runs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (runs.empty() || rows[i] != runs.back().first + runs.back().count)
            runs.push_back({ static_cast<std::int64_t>(i), rows[i], 0 });
        ++runs.back().count;
    }
    return runs;
}

int outputAxis(const Parameter& weight)
{
    return weight.ref.layout == WeightLayout::InOut ? 1 : 0;
}

int inputAxis(const Parameter& weight)
{
    return 1 - outputAxis(weight);
}

DType rewrittenType(const Network& network, const std::string& key)
{
    const std::optional<DType> stored = network.weights().storedType(key);
    const bool isHalf = stored == DType::BF16 || stored == DType::F16;
    return isHalf && !network.info().overflowsHalf ? DType::F16 : DType::F32;
}

VectorD storableFactors(const Network& network, const Site& site, const VectorD& factors)
{
    VectorD result = factors;
    for (double& factor : result)
        if (!std::isfinite(factor) || factor <= 0)
            factor = 1;
    if (site.producer->kind != ScaleProducer::Kind::Norm)
        return result;
    const Parameter& norm = parameterOf(network, network.graph().node(site.producer->node), 0);
    const auto weight = network.weights().tensor(norm);
    if (!weight)
        return result; // foldScale reads it again and says why
    const DType type = rewrittenType(network, norm.key);
    for (std::int64_t j = 0; j < result.size(); ++j) {
        const double gamma = static_cast<double>((*weight)(0, j)) + norm.offset;
        if (gamma == 0)
            continue; // stays 0 whatever the factor
        const double stored = static_cast<double>(roundToStored(gamma / result[j] - norm.offset, type)) + norm.offset;
        const double factor = gamma / stored;
        result[j] = std::isfinite(factor) && factor > 0 ? factor : 1.0;
    }
    return result;
}

VectorD columnFactors(const Site& site, const VectorD& factors)
{
    const std::vector<std::int32_t>& factorOf = site.producer->factorOf;
    VectorD columns(static_cast<Eigen::Index>(factorOf.size()));
    for (std::size_t j = 0; j < factorOf.size(); ++j)
        columns[static_cast<Eigen::Index>(j)] = factors[factorOf[j]];
    return columns;
}

Status foldScale(const Network& network, const Site& site, const VectorD& factors, TensorFolds& folds)
{
    const ScaleProducer& producer = *site.producer;
    if (factors.size() != static_cast<Eigen::Index>(producer.rowOf.size()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} scales are given for {} inputs; they were fitted to another model.", site.id,
                factors.size(), producer.rowOf.size()));
    if (!(factors.array() > 0).all() || !factors.allFinite())
        return fail(ErrorCode::Numerical, fmt::format("{}: a scale of its inputs is not a positive number.", site.id));
    const Graph& graph = network.graph();
    const VectorD inverse = factors.cwiseInverse();
    if (producer.kind == ScaleProducer::Kind::Norm)
        scaleNorm(network, graph.node(producer.node), inverse, folds);
    else if (const auto path = channelPathTo(graph, site.value, Passing::Positive))
        KERF_CHECK(scaleChannels(network, *path, inverse, folds));
    else
        scaleRows(network, graph.node(producer.node), producer.rowOf, inverse, folds);
    for (const NodeId reader : graph.value(site.value).readers)
        scaleColumns(parameterOf(network, graph.node(reader), 0), site, columnFactors(site, factors), folds);
    return {};
}

Status scaleChannels(const Network& network, const ChannelPath& path, const VectorD& factors, TensorFolds& folds)
{
    const auto factorsOf = [&](const std::vector<std::int32_t>& channelOf) {
        VectorD result = VectorD::Ones(std::ssize(channelOf));
        for (std::size_t i = 0; i < channelOf.size(); ++i)
            if (channelOf[i] >= 0)
                result[static_cast<Eigen::Index>(i)] = factors[channelOf[i]];
        return result;
    };
    const Parameter& weight = parameterOf(network, network.graph().node(path.layer), 0);
    TensorEdit edit;
    edit.axis = outputAxis(weight);
    edit.factors = factorsOf(path.channelOfRow);
    folds.add(weight.key, edit);
    for (const PathAddend& addend : path.addends) {
        const Parameter& numbers = network.graph().parameter(addend.parameter);
        KERF_TRY(TensorEdit added, numbersEdit(network, numbers, factorsOf(addend.channelOf)));
        folds.add(numbers.key, std::move(added));
    }
    return {};
}

} // namespace kerf::core
