// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/scale_site.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace kerf::core {
namespace {

using Layer = DecoderLayout::Layer;

const Layer* layerAt(const DecoderLayout::Block& block, LayerPlace place)
{
    for (const Layer& layer : block.layers)
        if (layer.place == place)
            return &layer;
    return nullptr;
}

const DecoderLayout::Block& blockOf(const Decoder& network, const ScaleSite& site)
{
    return network.layout().blocks[static_cast<std::size_t>(site.block)];
}

const DecoderLayout::Norm& normOf(const Decoder& network, const ScaleSite& site)
{
    const DecoderLayout::Block& block = blockOf(network, site);
    return site.stage == 0 ? block.attentionInput : block.mlpInput;
}

double normOffset(const Decoder& network)
{
    return network.config().architecture->norm == NormKind::RmsOnePlus ? 1.0 : 0.0;
}

/// The layer whose last rows make the site's inputs.
const Layer* producerLayer(const DecoderLayout::Block& block, ScaleSite::Producer producer)
{
    if (producer == ScaleSite::Producer::Value) {
        const Layer* value = layerAt(block, LayerPlace::Value);
        return value ? value : layerAt(block, LayerPlace::QueryKeyValue);
    }
    const Layer* fused = layerAt(block, LayerPlace::GateUp);
    return fused ? fused : layerAt(block, LayerPlace::Up);
}

/// Query head h reads the values of head h / (heads / kv heads).
std::vector<std::int32_t> valueFactors(const DecoderConfig& config)
{
    std::vector<std::int32_t> factorOf;
    const std::int64_t shared = config.heads / config.keyValueHeads;
    for (std::int64_t head = 0; head < config.heads; ++head)
        for (std::int64_t i = 0; i < config.headDim; ++i)
            factorOf.push_back(static_cast<std::int32_t>(head / shared * config.headDim + i));
    return factorOf;
}

std::vector<std::int32_t> ownFactors(std::int64_t count)
{
    std::vector<std::int32_t> factorOf(static_cast<std::size_t>(count));
    std::iota(factorOf.begin(), factorOf.end(), 0);
    return factorOf;
}

/// Scales rows of a linear layer as it is stored, and its bias.
void scaleRows(
    const Decoder& network, const Layer& layer, std::int64_t first, const VectorD& factors, TensorFolds& folds)
{
    TensorEdit edit;
    edit.axis = network.config().architecture->transposed ? 1 : 0;
    edit.first = first;
    edit.factors = factors;
    folds.add(layer.weight, edit);
    if (layer.bias.empty())
        return;
    edit.axis = 1;
    folds.add(layer.bias, edit);
}

void scaleNorm(const Decoder& network, const DecoderLayout::Norm& norm, const VectorD& factors, TensorFolds& folds)
{
    TensorEdit edit;
    edit.factors = factors;
    edit.offset = normOffset(network);
    folds.add(norm.weight, edit);
    if (norm.bias.empty())
        return;
    edit.offset = 0;
    folds.add(norm.bias, edit);
}

class SiteList {
public:
    explicit SiteList(const Decoder& network)
        : m_network(network)
        , m_config(network.config())
    {
    }

    std::vector<ScaleSite> build()
    {
        for (int block = 0; block < m_network.blockCount(); ++block) {
            const DecoderLayout::Block& layout = m_network.layout().blocks[static_cast<std::size_t>(block)];
            if (!layout.attentionInput.weight.empty())
                add(block, 0, ScaleSite::Producer::Norm, ownFactors(m_config.hidden));
            add(block, 1, ScaleSite::Producer::Value, valueFactors(m_config));
            if (!layout.mlpInput.weight.empty())
                add(block, 2, ScaleSite::Producer::Norm, ownFactors(m_config.hidden));
            const bool isLinear = m_config.gated() || m_config.activation == kernels::Activation::Relu;
            if (isLinear && !m_network.onlineRotations().inner) // a rotation mixes the channels on their way
                add(block, 3, ScaleSite::Producer::Up, ownFactors(m_config.inner));
        }
        return std::move(m_sites);
    }

private:
    void add(int block, int stage, ScaleSite::Producer producer, std::vector<std::int32_t> factorOf)
    {
        ScaleSite site;
        site.producer = producer;
        site.block = block;
        site.stage = stage;
        for (const LayerInfo& layer : m_network.layers())
            if (layer.block == block && layer.stage == stage)
                site.consumers.push_back(&layer);
        site.site = site.consumers.front()->site;
        site.factors = *std::max_element(factorOf.begin(), factorOf.end()) + 1;
        site.factorOf = std::move(factorOf);
        m_sites.push_back(std::move(site));
    }

    const Decoder& m_network;
    const DecoderConfig& m_config;
    std::vector<ScaleSite> m_sites;
};

} // namespace

std::vector<ScaleSite> scaleSites(const Decoder& network)
{
    return SiteList(network).build();
}

DType rewrittenType(const Decoder& network, const std::string& tensor)
{
    const TensorInfo* info = network.checkpoint().find(tensor);
    const bool isHalf = info && (info->dtype == DType::BF16 || info->dtype == DType::F16);
    return isHalf && !network.architecture().starts_with("gemma") ? DType::F16 : DType::F32;
}

VectorD storableFactors(const Decoder& network, const ScaleSite& site, const VectorD& factors)
{
    VectorD result = factors;
    for (double& factor : result)
        if (!std::isfinite(factor) || factor <= 0)
            factor = 1;
    if (site.producer != ScaleSite::Producer::Norm)
        return result;
    const DecoderLayout::Norm& norm = normOf(network, site);
    const auto weight = network.readTensor(norm.weight);
    if (!weight)
        return result; // foldScale reads it again and says why
    const double offset = normOffset(network);
    const DType type = rewrittenType(network, norm.weight);
    for (std::int64_t j = 0; j < result.size(); ++j) {
        const double gamma = static_cast<double>((*weight)(0, j)) + offset;
        if (gamma == 0)
            continue; // stays 0 whatever the factor
        const double stored = static_cast<double>(roundToStored(gamma / result[j] - offset, type)) + offset;
        const double factor = gamma / stored;
        result[j] = std::isfinite(factor) && factor > 0 ? factor : 1.0;
    }
    return result;
}

VectorD columnFactors(const ScaleSite& site, const VectorD& factors)
{
    VectorD columns(static_cast<Eigen::Index>(site.factorOf.size()));
    for (std::size_t j = 0; j < site.factorOf.size(); ++j)
        columns[static_cast<Eigen::Index>(j)] = factors[site.factorOf[j]];
    return columns;
}

Status foldScale(const Decoder& network, const ScaleSite& site, const VectorD& factors, TensorFolds& folds)
{
    if (factors.size() != site.factors)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} scales are given for {} inputs; they were fitted to another model.", site.site,
                factors.size(), site.factors));
    if (!(factors.array() > 0).all() || !factors.allFinite())
        return fail(
            ErrorCode::Numerical, fmt::format("{}: a scale of its inputs is not a positive number.", site.site));
    const VectorD inverse = factors.cwiseInverse();
    if (site.producer == ScaleSite::Producer::Norm) {
        scaleNorm(network, normOf(network, site), inverse, folds);
    } else {
        const Layer& layer = *producerLayer(blockOf(network, site), site.producer);
        const std::int64_t rows = network.layout().layers[layer.info].shape.rows;
        scaleRows(network, layer, rows - site.factors, inverse, folds);
    }
    TensorEdit edit;
    edit.axis = network.config().architecture->transposed ? 0 : 1;
    edit.factors = columnFactors(site, factors);
    for (const Layer& layer : blockOf(network, site).layers) {
        if (network.layout().layers[layer.info].stage != site.stage)
            continue;
        folds.add(layer.weight, edit);
    }
    return {};
}

} // namespace kerf::core
