// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/stored_values.h"

#include <algorithm>
#include <span>
#include <vector>

#include "core/base/dtype.h"

namespace kerf::core {
namespace {

constexpr std::size_t kPiece = 1 << 16; // elements decoded at once

/// Elements [first, first + out.size()) of a float tensor.
Status readPiece(const Checkpoint& checkpoint, const TensorInfo& tensor, std::size_t first, std::span<float> out)
{
    KERF_TRY(const std::span<const std::byte> bytes, checkpoint.bytes(tensor.name));
    const std::size_t width = elementSize(tensor.dtype);
    toFloat32(tensor.dtype, bytes.subspan(first * width, out.size() * width), out);
    return {};
}

} // namespace

Result<bool> holdSameValues(const Checkpoint& checkpoint, const std::string& first, const std::string& second)
{
    const TensorInfo& a = *checkpoint.find(first);
    const TensorInfo& b = *checkpoint.find(second);
    const std::size_t count = a.bytes / elementSize(a.dtype);
    std::vector<float> left(kPiece);
    std::vector<float> right(kPiece);
    for (std::size_t at = 0; at < count; at += kPiece) {
        const std::size_t size = std::min(kPiece, count - at);
        KERF_CHECK(readPiece(checkpoint, a, at, std::span(left).first(size)));
        KERF_CHECK(readPiece(checkpoint, b, at, std::span(right).first(size)));
        if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size), right.begin()))
            return false;
    }
    checkpoint.release(first);
    checkpoint.release(second);
    return true;
}

Result<bool> isAllZero(const Checkpoint& checkpoint, const std::string& name)
{
    if (!isWeightFloat(checkpoint.find(name)->dtype))
        return false;
    KERF_TRY(const Matrix values, checkpoint.read(name));
    return (values.array() == 0.0F).all();
}

} // namespace kerf::core
