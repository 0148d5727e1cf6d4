// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/model/linear.h"
#include "kernels/softmax.h"

namespace kerf::core {
namespace {

/// Without a tap, windows go through a block in chunks of about this many rows, so that what lies between the layers
/// stays small and in the caches, but is enough for all threads. Results do not depend on the chunks.
std::int64_t chunkRows()
{
    return std::clamp<std::int64_t>(kLinearTileRows * threadCount(), 2 * kLinearTileRows, 16 * kLinearTileRows);
}

Status checkWindows(std::span<const std::vector<TokenId>> windows, std::int64_t maxPositions)
{
    for (std::size_t i = 0; i < windows.size(); ++i)
        if (windows[i].empty() || static_cast<std::int64_t>(windows[i].size()) > maxPositions)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Window {} has {} tokens; the model takes 1 to {}.", i, windows[i].size(), maxPositions));
    return {};
}

/// Along the rows, in parallel: Eigen's allFinite goes down the columns.
bool allRowsFinite(const MatrixRef& rows)
{
    constexpr std::int64_t kTile = 64;
    std::atomic<bool> finite = true;
    parallelFor((rows.rows() + kTile - 1) / kTile, [&](std::int64_t tile) {
        const std::int64_t end = std::min(rows.rows(), (tile + 1) * kTile);
        for (std::int64_t row = tile * kTile; row < end; ++row)
            if ((rows.row(row).array() * 0.0f).sum() != 0.0f) // NaN for NaN and Inf
                finite = false;
    });
    return finite;
}

/// The windows' shares of rows [first, first + count).
std::vector<std::int64_t> lengthsWithin(std::span<const std::int64_t> lengths, std::int64_t first, std::int64_t count)
{
    std::vector<std::int64_t> parts;
    std::int64_t start = 0;
    for (const std::int64_t length : lengths) {
        const std::int64_t part = std::min(start + length, first + count) - std::max(start, first);
        if (part > 0)
            parts.push_back(part);
        start += length;
    }
    return parts;
}

} // namespace

Decoder::Decoder(
    Checkpoint checkpoint, std::optional<QuantizedFolder> quantized, DecoderConfig config, DecoderLayout layout)
    : m_checkpoint(std::move(checkpoint))
    , m_quantized(std::move(quantized))
    , m_config(std::move(config))
    , m_layout(std::move(layout))
    , m_folds(std::make_shared<const TensorFolds>())
    , m_type(m_config.architecture->type)
{
    for (const Rotary& rotary : m_config.rotaries)
        m_rotaries.push_back(std::make_unique<RotaryTables>(rotary));
}

Result<std::shared_ptr<const Decoder>> Decoder::create(Checkpoint checkpoint, std::optional<QuantizedFolder> quantized)
{
    const std::string what = (checkpoint.folder() / "config.json").string();
    KERF_TRY(DecoderConfig config, parseDecoderConfig(checkpoint.configText(), what));
    KERF_TRY(DecoderLayout layout, layOutDecoder(config, checkpoint, quantized ? &*quantized : nullptr));
    for (const LayerInfo& layer : layout.layers) {
        if (!quantized || !quantized->contains(layer.name))
            continue;
        const LayerShape stored = quantized->shape(layer.name);
        if (stored.rows != layer.shape.rows || stored.cols != layer.shape.cols)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: layer \"{}\" is stored with the shape [{}, {}], but config.json asks for [{}, {}].",
                    what, layer.name, stored.rows, stored.cols, layer.shape.rows, layer.shape.cols));
    }
    return std::shared_ptr<const Decoder>(
        new Decoder(std::move(checkpoint), std::move(quantized), std::move(config), std::move(layout)));
}

std::shared_ptr<const Decoder> Decoder::withFolds(std::shared_ptr<const TensorFolds> folds) const
{
    std::shared_ptr<Decoder> result(new Decoder(m_checkpoint, m_quantized, m_config, m_layout));
    if (folds)
        result->m_folds = std::move(folds);
    return result;
}

Notes Decoder::notes() const
{
    Notes notes = m_config.notes;
    notes.insert(notes.end(), m_layout.notes.begin(), m_layout.notes.end());
    return notes;
}

std::string Decoder::headKey() const
{
    return m_layout.isTied() ? m_layout.head + "#head" : m_layout.head;
}

Result<Matrix> Decoder::readTensor(const std::string& key) const
{
    KERF_TRY(Matrix values, m_checkpoint.read(key == headKey() ? m_layout.head : key));
    m_folds->apply(key, values);
    return values;
}

Status Decoder::addRows(
    const std::string& tensor, std::span<const TokenId> rows, float factor, MutableMatrixRef out) const
{
    Matrix found(out.rows(), out.cols());
    KERF_CHECK(m_checkpoint.lend(tensor, [&](std::span<const std::byte> bytes) -> Status {
        const DType type = m_checkpoint.find(tensor)->dtype;
        const std::size_t width = static_cast<std::size_t>(out.cols()) * elementSize(type);
        for (std::size_t i = 0; i < rows.size(); ++i)
            toFloat32(type, bytes.subspan(static_cast<std::size_t>(rows[i]) * width, width),
                { found.row(static_cast<Eigen::Index>(i)).data(), static_cast<std::size_t>(out.cols()) });
        return {};
    }));
    m_folds->apply(tensor, found);
    out += factor * found;
    return {};
}

Result<Matrix> Decoder::embedAt(std::span<const TokenId> tokens, std::int64_t first) const
{
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (tokens[i] < 0 || tokens[i] >= m_config.vocabulary)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "Token {} is {}; the vocabulary of the model ends at {}.", i, tokens[i], m_config.vocabulary - 1));
    Matrix rows = Matrix::Zero(static_cast<Eigen::Index>(tokens.size()), m_config.hidden);
    KERF_CHECK(addRows(m_layout.embedding, tokens, m_config.embeddingFactor, rows));
    if (!m_layout.positionEmbedding.empty()) {
        std::vector<TokenId> positions(tokens.size());
        std::iota(positions.begin(), positions.end(), static_cast<TokenId>(first));
        KERF_CHECK(addRows(m_layout.positionEmbedding, positions, 1.0f, rows));
    }
    return rows;
}

Result<Hidden> Decoder::embed(std::span<const std::vector<TokenId>> windows) const
{
    KERF_CHECK(checkWindows(windows, m_config.positions));
    Hidden hidden;
    for (const auto& window : windows)
        hidden.lengths.push_back(static_cast<std::int64_t>(window.size()));
    const std::int64_t total = std::accumulate(hidden.lengths.begin(), hidden.lengths.end(), std::int64_t { 0 });
    hidden.rows.resize(total, m_config.hidden);
    std::int64_t first = 0;
    for (const auto& window : windows) {
        KERF_TRY(const Matrix rows, embedAt(window, 0));
        hidden.rows.middleRows(first, rows.rows()) = rows;
        first += rows.rows();
    }
    return hidden;
}

Result<NormWeights> Decoder::loadNorm(const DecoderLayout::Norm& norm) const
{
    NormWeights result;
    if (norm.weight.empty())
        return result;
    KERF_TRY(const Matrix weight, readTensor(norm.weight));
    result.weight = weight.row(0).transpose();
    if (m_config.architecture->norm == NormKind::RmsOnePlus)
        result.weight.array() += 1.0f;
    if (!norm.bias.empty()) {
        KERF_TRY(const Matrix bias, readTensor(norm.bias));
        result.bias = bias.row(0).transpose();
    }
    return result;
}

Result<Matrix> Decoder::decodeWeight(const DecoderLayout::Layer& layer) const
{
    const std::string& name = m_layout.layers[layer.info].name;
    if (m_quantized && m_quantized->contains(name)) {
        KERF_TRY(const QuantizedTensor tensor, m_quantized->read(name));
        return dequantize(tensor);
    }
    KERF_TRY(Matrix weight, readTensor(layer.weight));
    m_checkpoint.release(layer.weight);
    if (m_config.architecture->transposed)
        return Matrix(weight.transpose());
    return weight;
}

Result<std::shared_ptr<DecoderBlock>> Decoder::loadDecoderBlock(int block) const
{
    const DecoderLayout::Block& layout = m_layout.blocks.at(static_cast<std::size_t>(block));
    auto result = std::make_shared<DecoderBlock>();
    result->index = block;
    for (const DecoderLayout::Layer& layer : layout.layers) {
        const LayerInfo& info = m_layout.layers[layer.info];
        const auto place = static_cast<std::size_t>(layer.place);
        KERF_TRY(Matrix weight, decodeWeight(layer));
        auto linear = std::make_shared<const DenseLinear>(std::move(weight));
        result->weights.emplace(info.name, &linear->weight());
        result->linears[place] = std::move(linear);
        result->sites[static_cast<std::size_t>(info.stage)] = info.site;
        if (!layer.bias.empty()) {
            KERF_TRY(const Matrix bias, readTensor(layer.bias));
            result->biases[place] = bias.row(0).transpose();
        }
    }
    KERF_TRY(result->attentionInput, loadNorm(layout.attentionInput));
    KERF_TRY(result->attentionOutput, loadNorm(layout.attentionOutput));
    KERF_TRY(result->mlpInput, loadNorm(layout.mlpInput));
    KERF_TRY(result->mlpOutput, loadNorm(layout.mlpOutput));
    KERF_TRY(result->query, loadNorm(layout.query));
    KERF_TRY(result->key, loadNorm(layout.key));
    return result;
}

Result<std::shared_ptr<const BlockWeights>> Decoder::loadBlock(int block) const
{
    if (block < 0 || block >= blockCount())
        return fail(ErrorCode::InvalidArgument, fmt::format("There is no block {} of {}.", block, blockCount()));
    KERF_TRY(std::shared_ptr<DecoderBlock> loaded, loadDecoderBlock(block));
    return std::shared_ptr<const BlockWeights>(std::move(loaded));
}

std::shared_ptr<const RotaryTable> Decoder::rotaryTable(int block, std::int64_t positions) const
{
    if (m_rotaries.empty())
        return nullptr;
    const bool own = m_rotaries.size() > 1 && m_config.slides[static_cast<std::size_t>(block)];
    return m_rotaries[own ? 1 : 0]->table(positions);
}

Status Decoder::runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const
{
    const auto* loaded = dynamic_cast<const DecoderBlock*>(&weights);
    if (!loaded || loaded->index != block)
        return fail(ErrorCode::Internal, fmt::format("Block {} was asked to run with weights of another.", block));
    if (hidden.lengths.empty())
        return {};
    BlockLinears linears = loaded->linears;
    if (run.replacements)
        for (const DecoderLayout::Layer& layer : m_layout.blocks[static_cast<std::size_t>(block)].layers) {
            const auto found = run.replacements->find(m_layout.layers[layer.info].name);
            if (found != run.replacements->end())
                linears[static_cast<std::size_t>(layer.place)] = found->second;
        }
    const std::int64_t longest = *std::max_element(hidden.lengths.begin(), hidden.lengths.end());
    const std::shared_ptr<const RotaryTable> rotary = rotaryTable(block, longest);
    std::unique_ptr<BlockScratch> scratch = m_scratch.take();
    DecoderBlockRun pass { m_config, *loaded, linears, *scratch, rotary.get(), &run.tap, run.lastStage, run.part };
    if (run.cache && run.cache->format && !run.cache->format->isUnquantized())
        pass.setting = run.cache;
    pass.cacheTap = &run.cacheTap;
    pass.online = &m_folds->online();
    // A tap is promised all windows in one call.
    const std::int64_t maxRows = run.tap ? hidden.rows.rows() : chunkRows();
    std::int64_t row = 0;
    std::size_t window = 0;
    while (window < hidden.lengths.size()) {
        std::int64_t rows = hidden.lengths[window];
        std::size_t end = window + 1;
        while (end < hidden.lengths.size() && rows + hidden.lengths[end] <= maxRows)
            rows += hidden.lengths[end++];
        const auto chunk = hidden.rows.middleRows(row, rows);
        runDecoderBlock(pass, std::span(hidden.lengths).subspan(window, end - window), chunk);
        if (!allRowsFinite(chunk))
            return fail(ErrorCode::Numerical,
                fmt::format("Block {} puts out a NaN or an infinite value. A weight of this block is broken, or its "
                            "quantization lost a value that the model needs.",
                    block));
        row += rows;
        window = end;
    }
    if (!run.tap) // what a tap needs is large: all windows at once
        m_scratch.giveBack(std::move(scratch));
    return {};
}

void Decoder::finishLogits(MutableMatrixRef logits) const
{
    parallelFor(logits.rows(), [&](std::int64_t row) {
        if (m_config.logitsFactor != 1.0f)
            logits.row(row) *= m_config.logitsFactor;
        if (m_config.finalCap > 0)
            kernels::softCap({ logits.row(row).data(), static_cast<std::size_t>(logits.cols()) }, m_config.finalCap);
    });
}

/// result = input * head, the head decoded tile by tile from its stored bytes.
void Decoder::multiplyHead(
    const Matrix& input, std::span<const std::int64_t> lengths, std::span<const std::byte> bytes, Matrix& result) const
{
    const DType type = m_checkpoint.find(m_layout.head)->dtype;
    const std::size_t rowBytes = static_cast<std::size_t>(m_config.hidden) * elementSize(type);
    const std::string key = headKey();
    multiplyDecoded(
        input, lengths, m_config.vocabulary,
        [&](std::int64_t row, MutableMatrixRef tile) {
            toFloat32(type,
                bytes.subspan(
                    static_cast<std::size_t>(row) * rowBytes, static_cast<std::size_t>(tile.rows()) * rowBytes),
                { tile.data(), static_cast<std::size_t>(tile.size()) });
            m_folds->apply(key, tile);
        },
        result);
}

Result<Matrix> Decoder::logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const
{
    if (first < 0 || count < 0 || first + count > hidden.rows.rows())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Rows {} to {} were asked of {}.", first, first + count, hidden.rows.rows()));
    KERF_TRY(const NormWeights norm, finalNorm());
    Matrix input(count, m_config.hidden);
    normalizeRows(m_config.architecture->norm, norm, m_config.epsilon, hidden.rows.middleRows(first, count), input);
    Matrix result(count, m_config.vocabulary);
    const std::vector<std::int64_t> lengths = lengthsWithin(hidden.lengths, first, count);
    KERF_CHECK(m_checkpoint.lend(m_layout.head, [&](std::span<const std::byte> bytes) -> Status {
        multiplyHead(input, lengths, bytes, result);
        return {};
    }));
    finishLogits(result);
    return result;
}

Result<Matrix> Decoder::layerWeight(const std::string& layer) const
{
    const LayerInfo* info = findLayer(*this, layer);
    if (!info)
        return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\".", layer));
    for (const DecoderLayout::Layer& item : m_layout.blocks[static_cast<std::size_t>(info->block)].layers)
        if (m_layout.layers[item.info].name == layer)
            return decodeWeight(item);
    return fail(ErrorCode::Internal, fmt::format("Layer \"{}\" is in no block.", layer));
}

} // namespace kerf::core
