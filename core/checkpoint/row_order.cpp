// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/row_order.h"

#include <cstring>

namespace kerf::core {

std::int64_t pairedRow(std::int64_t row, std::int64_t rows, std::int64_t heads)
{
    const std::int64_t width = rows / heads, head = row / width, channel = row % width;
    return head * width + channel % (width / 2) * 2 + channel / (width / 2);
}

std::vector<std::byte> inSourceOrder(const TensorInfo& info, std::span<const std::byte> bytes)
{
    const std::int64_t rows = info.shape.front();
    const std::size_t width = bytes.size() / static_cast<std::size_t>(rows);
    std::vector<std::byte> ordered(bytes.size());
    for (std::int64_t row = 0; row < rows; ++row)
        std::memcpy(ordered.data() + static_cast<std::size_t>(row) * width,
            bytes.data() + static_cast<std::size_t>(pairedRow(row, rows, info.pairedHeads)) * width, width);
    return ordered;
}

Matrix inSourceOrder(const TensorInfo& info, const Matrix& values)
{
    const std::int64_t rows = info.shape.front();
    Matrix ordered(values.rows(), values.cols());
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t from = pairedRow(row, rows, info.pairedHeads);
        if (info.shape.size() == 1)
            ordered(0, row) = values(0, from);
        else
            ordered.row(row) = values.row(from);
    }
    return ordered;
}

} // namespace kerf::core
