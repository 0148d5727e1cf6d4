// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/session.h"

#include <array>
#include <cassert>
#include <vector>

#include <fmt/format.h>

#include "core/model/decoder.h"
#include "core/model/linear.h"

namespace kerf::core {

struct Session::Impl {
    const Decoder& decoder;
    std::vector<std::shared_ptr<DecoderBlock>> blocks;
    std::vector<KeyValueCache> caches;
    CacheSettings settings;
    std::vector<std::shared_ptr<const RotaryTable>> rotaries;
    NormWeights finalNorm;
    LinearPtr head;
    BlockScratch scratch;
    std::int64_t maxPositions = 0;
    std::int64_t length = 0;

    /// Null where the block's cache is not quantized.
    const CacheSetting* settingOf(std::size_t block) const
    {
        if (settings.empty() || !settings[block].format || settings[block].format->isUnquantized())
            return nullptr;
        return &settings[block];
    }
    Status load(const LinearFactory& factory);
    Status replaceLinears(DecoderBlock& block, const LinearFactory& factory) const;
    Status checkTokens(std::span<const TokenId> tokens) const;
    Result<Vector> append(std::span<const TokenId> tokens);
};

Session::Session(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::create(
    const Network& network, const LinearFactory& factory, std::int64_t maxPositions, const CacheSettings& caches)
{
    const auto* decoder = dynamic_cast<const Decoder*>(&network);
    if (!decoder)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A {} network does not generate text: only decoders do.", network.architecture()));
    if (maxPositions < 1 || maxPositions > network.maxPositions())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} positions were asked for; the model takes 1 to {}.", maxPositions, network.maxPositions()));
    auto impl = std::make_unique<Impl>(Impl { *decoder, {}, {}, caches, {}, {}, nullptr, {}, maxPositions, 0 });
    if (!caches.empty() && static_cast<int>(caches.size()) != network.blockCount())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Cache formats for {} blocks were given; the model has {}.", caches.size(), network.blockCount()));
    const LinearFactory dense
        = [](const LayerInfo&, const Matrix& weight) -> Result<LinearPtr> { return makeDenseLinear(weight); };
    KERF_CHECK(impl->load(factory ? factory : dense));
    return Session(std::move(impl));
}

Status Session::Impl::replaceLinears(DecoderBlock& block, const LinearFactory& factory) const
{
    for (const LayerInfo& layer : decoder.layers()) {
        if (layer.block != block.index)
            continue;
        const Matrix* weight = block.weights.at(layer.name);
        for (LinearPtr& linear : block.linears) {
            const auto* dense = dynamic_cast<const DenseLinear*>(linear.get());
            if (!dense || &dense->weight() != weight)
                continue;
            KERF_TRY(LinearPtr made, factory(layer, *weight));
            linear = std::move(made);
            break;
        }
    }
    block.weights.clear();
    return {};
}

Status Session::Impl::load(const LinearFactory& factory)
{
    const DecoderConfig& config = decoder.config();
    for (int index = 0; index < decoder.blockCount(); ++index) {
        KERF_TRY(std::shared_ptr<DecoderBlock> block, decoder.loadDecoderBlock(index));
        KERF_CHECK(replaceLinears(*block, factory));
        blocks.push_back(std::move(block));
        const Matrix zeros = Matrix::Zero(maxPositions, config.keyValueWidth());
        caches.push_back({ zeros, zeros, {}, {} });
        if (const CacheSetting* setting = settingOf(static_cast<std::size_t>(index));
            setting && setting->format->residual() > 0)
            caches.back().roundedKeys = caches.back().roundedValues = zeros;
        rotaries.push_back(decoder.rotaryTable(index, maxPositions));
    }
    KERF_TRY(finalNorm, decoder.finalNorm());
    LayerInfo info;
    info.name = info.site = info.tie = "lm_head";
    info.block = -1;
    info.role = "head";
    info.shape = { config.vocabulary, config.hidden };
    KERF_TRY(const Matrix weight, decoder.headWeight());
    KERF_TRY(head, factory(info, weight));
    return {};
}

Status Session::Impl::checkTokens(std::span<const TokenId> tokens) const
{
    if (tokens.empty())
        return fail(ErrorCode::InvalidArgument, "No token was given to go on with.");
    if (length + static_cast<std::int64_t>(tokens.size()) > maxPositions)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} tokens do not fit behind {}: the session has room for {}.", tokens.size(), length, maxPositions));
    return {};
}

Result<Vector> Session::Impl::append(std::span<const TokenId> tokens)
{
    KERF_CHECK(checkTokens(tokens));
    KERF_TRY(Matrix hidden, decoder.embedAt(tokens, length));
    const std::array<std::int64_t, 1> lengths { hidden.rows() };
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const DecoderBlockRun run { decoder.config(), *blocks[i], blocks[i]->linears, scratch, rotaries[i].get(),
            nullptr, -1, BlockPart::Whole, &caches[i], length, settingOf(i), nullptr, &decoder.onlineRotations() };
        runDecoderBlock(run, lengths, hidden);
    }
    Matrix last = hidden.bottomRows(1);
    if (!last.allFinite())
        return fail(ErrorCode::Numerical,
            fmt::format("The hidden state behind token {} has a NaN or an infinite value.", length));
    normalizeRows(decoder.config().architecture->norm, finalNorm, decoder.config().epsilon, last, last);
    Matrix logits(1, decoder.config().vocabulary);
    head->apply(last, std::array<std::int64_t, 1> { 1 }, logits);
    decoder.finishLogits(logits);
    length += hidden.rows();
    return Vector(logits.row(0).transpose());
}

Result<Vector> Session::prefill(std::span<const TokenId> tokens)
{
    return m_impl->append(tokens);
}

Result<Vector> Session::decode(TokenId token)
{
    return m_impl->append({ &token, 1 });
}

void Session::truncate(std::int64_t length)
{
    assert(length >= 0 && length <= m_impl->length);
    m_impl->length = length;
}

std::int64_t Session::length() const
{
    return m_impl->length;
}

} // namespace kerf::core
