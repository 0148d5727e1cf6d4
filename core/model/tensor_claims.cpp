// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/tensor_claims.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/stored_values.h"

namespace kerf::core {

Status TensorClaims::claim(const std::string& tensor, const Shape& shape)
{
    if (m_checkpoint.isOutline()) {
        m_used.insert(tensor);
        return {};
    }
    const std::string folder = m_checkpoint.folder().string();
    const TensorInfo* info = m_checkpoint.find(tensor);
    if (!info)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: tensor \"{}\" is missing, which {} needs.", folder, tensor, m_what));
    if (info->shape != shape)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor \"{}\" has the shape [{}], but config.json asks for [{}].", folder, tensor,
                fmt::join(info->shape, ", "), fmt::join(shape, ", ")));
    if (!isWeightFloat(info->dtype))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor \"{}\" is stored as {}, but F64, F32, F16 or BF16 is needed.", folder, tensor,
                dtypeName(info->dtype)));
    m_used.insert(tensor);
    return {};
}

Status TensorClaims::checkCodes(const std::string& layer, const Shape& shape) const
{
    const LayerShape stored = m_quantized->shape(layer);
    if (stored.rows == shape[0] && stored.cols == shape[1])
        return {};
    return fail(ErrorCode::BadFile,
        fmt::format("{}: layer \"{}\" is stored with the shape [{}, {}], but the model has [{}, {}].",
            m_checkpoint.configPlace(), layer, stored.rows, stored.cols, shape[0], shape[1]));
}

Result<Parameter> TensorClaims::claimParameter(const std::string& tensor, const Shape& shape, double offset)
{
    KERF_CHECK(claim(tensor, shape));
    return Parameter { { tensor, -1, WeightLayout::OutIn }, shape, {}, offset };
}

Status TensorClaims::claimTable(const std::string& tensor, const Shape& shape)
{
    const std::string module = moduleOf(tensor);
    if (!isStoredAsCodes(module))
        return claim(tensor, shape);
    m_layers.insert(module);
    m_codes[tensor] = module;
    return checkCodes(module, shape);
}

Result<Parameter> TensorClaims::claimLayer(const std::string& layer, const Shape& shape, WeightLayout layout)
{
    Parameter parameter { { layer + ".weight", -1, layout }, shape, {}, 0 };
    m_layers.insert(layer);
    if (isStoredAsCodes(layer)) {
        KERF_CHECK(checkCodes(layer, shape));
        m_codes[parameter.ref.tensor] = layer;
        return parameter;
    }
    KERF_CHECK(claim(parameter.ref.tensor, layout == WeightLayout::InOut ? Shape { shape[1], shape[0] } : shape));
    return parameter;
}

Result<Parameter> TensorClaims::claimSlice(
    const std::string& tensor, std::int64_t slice, std::int64_t count, const Shape& shape, const std::string& layer)
{
    const bool isMatrix = shape.size() == 2;
    Parameter parameter { { tensor, slice, isMatrix ? WeightLayout::InOut : WeightLayout::OutIn }, shape,
        fmt::format("{}[{}]", tensor, slice), 0 };
    if (isStoredAsCodes(layer)) {
        m_layers.insert(layer);
        m_codes[parameter.key] = layer;
        KERF_CHECK(checkCodes(layer, shape));
        return parameter;
    }
    KERF_CHECK(claim(tensor, isMatrix ? Shape { count, shape[1], shape[0] } : Shape { count, shape[0] }));
    return parameter;
}

void TensorClaims::leaveBias(const std::string& tensor, std::string_view key)
{
    if (!has(tensor))
        return;
    m_unnamedBiases.push_back(tensor);
    if (!key.empty())
        m_biasKeys.insert(key);
}

/// Loaders leave them out, so the model that runs has none. Some quantizers store one of zeros with every layer.
Status TensorClaims::addBiasNote(Notes& notes)
{
    std::vector<std::string> filled;
    for (const std::string& bias : m_unnamedBiases) {
        m_used.insert(bias); // told here
        KERF_TRY(const bool isZero, isAllZero(m_checkpoint, bias));
        if (!isZero)
            filled.push_back(bias);
    }
    if (filled.empty())
        return {};
    const std::string remedy = m_biasKeys.empty()
        ? std::string("Layers of this family have none there; check that model_type is right.")
        : fmt::format("If the model was made with them, set {} to true.", fmt::join(m_biasKeys, ", "));
    notes.push_back({ NoteKind::UnusedTensors,
        fmt::format("{} biases are stored that config.json does not name ({}). They are not used, as in "
                    "transformers. {}",
            filled.size(), listed(filled), remedy),
        filled });
    return {};
}

/// Part of a layer that is stored as codes: codes, scales, zero points, groups.
bool TensorClaims::isPartOfCodes(const std::string& tensor) const
{
    return m_quantized && m_layers.contains(m_quantized->layerOf(*m_checkpoint.find(tensor)));
}

void TensorClaims::addUnusedNote(Notes& notes) const
{
    // Buffers that older versions of transformers stored; loaders compute them.
    constexpr std::array<std::string_view, 6> kBuffers { ".rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias",
        ".attention.bias", ".attention.masked_bias", "embeddings.position_ids" };
    std::vector<std::string> unused;
    for (const auto& entry : m_checkpoint.tensors()) {
        const std::string& name = entry.first;
        const auto isBuffer = [&](std::string_view end) { return name.ends_with(end); };
        if (!m_used.contains(name) && !isPartOfCodes(name) && std::ranges::none_of(kBuffers, isBuffer))
            unused.push_back(name);
    }
    if (unused.empty())
        return;
    const std::string text = fmt::format("{} stored tensors are no part of the {} that config.json describes: {}. They "
                                         "are not used; exports carry them along.",
        unused.size(), m_what.substr(m_what.find(' ') + 1), listed(unused));
    notes.push_back({ NoteKind::UnusedTensors, text, std::move(unused) });
}

Result<Notes> TensorClaims::notes()
{
    Notes notes;
    KERF_CHECK(addBiasNote(notes));
    addUnusedNote(notes);
    return notes;
}

} // namespace kerf::core
