// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/tensor_decode.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kChunk = 1 << 18; ///< elements decoded at a time: at most 2 MiB of raw bytes

Status requireFloat(const MappedFile& file, const TensorInfo& info)
{
    if (!isWeightFloat(info.dtype))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: is stored as {}; a weight must be F64, F32, F16 or BF16", file.path().string(),
                info.name, dtypeName(info.dtype)));
    return {};
}

/// Decodes [first, first + out.size()) through `raw`.
Status decodeChunk(const MappedFile& file, const TensorInfo& info, std::int64_t first, std::vector<std::byte>& raw,
    std::span<float> out)
{
    const std::size_t size = elementSize(info.dtype);
    const std::uint64_t offset = info.offset + static_cast<std::uint64_t>(first) * size;
    if (info.dtype == DType::F32)
        return file.readAt(offset, std::as_writable_bytes(out));
    raw.resize(out.size() * size);
    KERF_CHECK(file.readAt(offset, raw));
    toFloat32(info.dtype, raw, out);
    return {};
}

} // namespace

std::int64_t elementCount(const TensorInfo& info)
{
    return static_cast<std::int64_t>(info.bytes / elementSize(info.dtype));
}

Result<Matrix> readMatrix(const MappedFile& file, const TensorInfo& info)
{
    KERF_CHECK(requireFloat(file, info));
    const std::int64_t count = elementCount(info);
    const std::int64_t rows = info.shape.size() < 2 ? 1 : info.shape[0];
    Matrix matrix(rows, rows == 0 ? 0 : count / rows);
    std::vector<Status> decoded(static_cast<std::size_t>((count + kChunk - 1) / kChunk));
    parallelFor(static_cast<std::int64_t>(decoded.size()), [&](std::int64_t chunk) {
        const std::int64_t first = chunk * kChunk;
        const auto size = static_cast<std::size_t>(std::min(kChunk, count - first));
        std::vector<std::byte> raw;
        decoded[static_cast<std::size_t>(chunk)]
            = decodeChunk(file, info, first, raw, std::span(matrix.data() + first, size));
    });
    for (Status& status : decoded)
        KERF_CHECK(status);
    return matrix;
}

Status checkFinite(const MappedFile& file, const TensorInfo& info)
{
    KERF_CHECK(requireFloat(file, info));
    const std::int64_t count = elementCount(info);
    std::vector<std::byte> raw;
    std::vector<float> values;
    for (std::int64_t first = 0; first < count; first += kChunk) {
        values.resize(static_cast<std::size_t>(std::min(kChunk, count - first)));
        KERF_CHECK(decodeChunk(file, info, first, raw, values));
        const auto bad
            = std::find_if_not(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
        if (bad != values.end())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {}: value {} (counted from 0) is {}. Kerf cannot quantize a checkpoint with "
                            "such weights; "
                            "download or convert it again.",
                    file.path().string(), info.name, first + (bad - values.begin()),
                    std::isnan(*bad) ? "NaN" : "infinite"));
    }
    return {};
}

} // namespace kerf::core
