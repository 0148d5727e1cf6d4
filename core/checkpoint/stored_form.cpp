// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/stored_form.h"

#include <cstring>

#include "core/checkpoint/checkpoint.h"

namespace kerf::core {
namespace {

using Bytes = std::vector<std::byte>;

/// [rows, cols] as [cols, rows].
Bytes transposed(std::span<const std::byte> bytes, std::int64_t rows, std::int64_t cols)
{
    const auto height = static_cast<std::size_t>(rows), width = static_cast<std::size_t>(cols);
    const std::size_t size = bytes.size() / (height * width);
    Bytes turned(bytes.size());
    for (std::size_t row = 0; row < height; ++row)
        for (std::size_t col = 0; col < width; ++col)
            std::memcpy(turned.data() + (col * height + row) * size, bytes.data() + (row * width + col) * size, size);
    return turned;
}

/// Rows of the source to their places in the file, or back.
Bytes reordered(const StoredForm& form, std::span<const std::byte> bytes, std::int64_t rows, bool isBack)
{
    const std::size_t width = bytes.size() / static_cast<std::size_t>(rows);
    Bytes ordered(bytes.size());
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::size_t source = static_cast<std::size_t>(row) * width;
        const std::size_t stored = static_cast<std::size_t>(storedRow(form, row, rows)) * width;
        std::memcpy(ordered.data() + (isBack ? source : stored), bytes.data() + (isBack ? stored : source), width);
    }
    return ordered;
}

} // namespace

std::int64_t storedRow(const StoredForm& form, std::int64_t row, std::int64_t rows)
{
    if (form.rows == RowOrder::Source)
        return row;
    if (form.rows == RowOrder::RotaryPairs) {
        const std::int64_t width = rows / form.heads, head = row / width, channel = row % width;
        return head * width + channel % (width / 2) * 2 + channel / (width / 2);
    }
    const std::int64_t keys = form.heads / form.group, width = rows / (form.heads + 2 * keys);
    const std::int64_t key = row / ((form.group + 2) * width), part = row / width % (form.group + 2);
    const std::int64_t head
        = part < form.group ? key * form.group + part : form.heads + (part - form.group) * keys + key;
    return head * width + row % width;
}

Bytes inStoredForm(const StoredForm& form, const std::vector<std::int64_t>& shape, std::span<const std::byte> bytes)
{
    if (form.transposed)
        return transposed(bytes, shape.front(), shape.back());
    return reordered(form, bytes, shape.front(), false);
}

Bytes inSourceForm(const TensorInfo& info, std::span<const std::byte> bytes)
{
    if (info.form.transposed && info.blocks.empty()) // info.shape is the source's
        return transposed(bytes, info.shape.back(), info.shape.front());
    Bytes values = reordered(info.form, bytes, info.shape.front(), true);
    if (info.form.shift == 0)
        return values;
    for (std::size_t at = 0; at + sizeof(float) <= values.size(); at += sizeof(float)) {
        float value = 0;
        std::memcpy(&value, values.data() + at, sizeof(float));
        value -= info.form.shift;
        std::memcpy(values.data() + at, &value, sizeof(float));
    }
    return values;
}

Matrix inSourceForm(const TensorInfo& info, const Matrix& values)
{
    if (info.form.transposed)
        return values.transpose();
    const std::int64_t rows = info.shape.front();
    Matrix ordered(values.rows(), values.cols());
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t from = storedRow(info.form, row, rows);
        if (info.shape.size() == 1)
            ordered(0, row) = values(0, from);
        else
            ordered.row(row) = values.row(from);
    }
    ordered.array() -= info.form.shift;
    return ordered;
}

} // namespace kerf::core
