// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/microscaled_layer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

std::vector<std::uint8_t> asCodes(std::span<const std::byte> bytes)
{
    std::vector<std::uint8_t> codes(bytes.size());
    std::memcpy(codes.data(), bytes.data(), bytes.size());
    return codes;
}

/// Newer files have a type of their own for exponents.
DType exponentType(const Checkpoint& checkpoint, const std::string& scales)
{
    const TensorInfo* info = checkpoint.find(scales);
    return info && info->dtype == DType::F8E8M0 ? DType::F8E8M0 : DType::U8;
}

} // namespace

Result<StoredLayer> openMicroscaled(
    const Checkpoint& checkpoint, const MicroscaledTensors& tensors, const std::string& format, const std::string& what)
{
    const std::int64_t perByte = format == "mxfp8" ? 1 : 2;
    const DType type = perByte == 1 ? DType::F8E4M3 : DType::U8;
    const TensorInfo* codes = checkpoint.find(tensors.codes);
    if (!codes || codes->dtype != type || codes->shape.size() != 2)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: tensor {} should be a matrix of {} that holds {}", what, tensors.codes, dtypeName(type), format));
    StoredLayer stored { nullptr, { codes->shape[0], codes->shape[1] * perByte } };
    KERF_TRY(stored.format, storedFormat(format, stored.shape, what));
    const std::int64_t groups = stored.shape.cols / stored.format->groupSize(stored.shape.cols);
    const DType scales = tensors.factor.empty() ? exponentType(checkpoint, tensors.scales) : DType::F8E4M3;
    KERF_CHECK(requireTensor(checkpoint, tensors.scales, scales, { stored.shape.rows, groups }));
    if (!tensors.factor.empty()) {
        const TensorInfo* factor = checkpoint.find(tensors.factor);
        const bool isScalar = factor && factor->shape.empty();
        KERF_CHECK(requireTensor(checkpoint, tensors.factor, DType::F32,
            isScalar ? std::vector<std::int64_t> {} : std::vector<std::int64_t> { 1 }));
    }
    return stored;
}

Result<QuantizedTensor> readMicroscaled(
    const Checkpoint& checkpoint, const MicroscaledTensors& tensors, const StoredLayer& layer)
{
    QuantizedTensor tensor { layer.format, layer.shape, {}, {}, {}, {} };
    KERF_TRY(const auto bytes, checkpoint.bytes(tensors.codes));
    tensor.codes = asCodes(bytes);
    if (layer.format->codeBits() == 4) {
        std::vector<std::uint8_t> codes;
        codes.reserve(tensor.codes.size() * 2);
        for (const std::uint8_t pair : tensor.codes) {
            codes.push_back(pair & 15U);
            codes.push_back(pair >> 4);
        }
        tensor.codes = std::move(codes);
    }
    const std::span<const float> levels = layer.format->levels();
    if (std::ranges::any_of(tensor.codes, [&](std::uint8_t code) { return std::isnan(levels[code]); }))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: tensor {} holds a NaN", checkpoint.folder().string(), tensors.codes));
    std::vector<std::uint8_t> stored;
    if (!tensors.factor.empty()) {
        KERF_TRY(const auto factor, checkpoint.bytes(tensors.factor));
        float value = 0;
        std::memcpy(&value, factor.data(), sizeof value);
        const float divisor = tensors.multiplies ? 1 / value : value;
        if (!(value > 0) || !std::isfinite(value) || !std::isfinite(divisor))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} is {}, which is no factor of scales", checkpoint.folder().string(),
                    tensors.factor, value));
        stored = asCodes(std::as_bytes(std::span(&divisor, 1)));
    }
    KERF_TRY(const auto scales, checkpoint.bytes(tensors.scales));
    const std::vector<std::uint8_t> scaleBytes = asCodes(scales);
    stored.insert(stored.end(), scaleBytes.begin(), scaleBytes.end());
    auto params = layer.format->readParams(layer.shape, stored);
    if (!params)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: {}", checkpoint.folder().string(), tensors.scales, params.error().message));
    params->stored = std::move(stored);
    tensor.setParams(*params);
    return tensor;
}

} // namespace kerf::core
