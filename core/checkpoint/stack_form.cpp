// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/stack_form.h"

#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/ggml_types.h"

namespace kerf::core {
namespace {

/// Calls `use` with the place in a slice of the source, and in the share's part of it, of every element.
template <class Use> void forPlaces(const StackForm& form, const StackShare& share, const Use& use)
{
    const std::int64_t cols = form.sliceElements() / form.rows;
    for (std::int64_t i = 0; i < share.count; ++i)
        for (std::int64_t col = 0; col < cols; ++col) {
            const std::int64_t row = share.first + i * share.step;
            const std::int64_t source = form.isInOut ? col * form.rows + row : row * cols + col;
            const std::int64_t stored = share.transposed ? col * share.count + i : i * cols + col;
            use(static_cast<std::size_t>(source), static_cast<std::size_t>(stored));
        }
}

} // namespace

std::vector<std::int64_t> shareShape(const StackForm& form, const StackShare& share)
{
    if (form.cols == 0)
        return { form.slices, share.count };
    if (share.transposed)
        return { form.slices, form.cols, share.count };
    return { form.slices, share.count, form.cols };
}

std::vector<std::byte> takeShare(
    const StackForm& form, const StackShare& share, std::size_t elementSize, std::span<const std::byte> slice)
{
    std::vector<std::byte> part(
        slice.size() / static_cast<std::size_t>(form.rows) * static_cast<std::size_t>(share.count));
    forPlaces(form, share, [&](std::size_t source, std::size_t stored) {
        std::memcpy(part.data() + stored * elementSize, slice.data() + source * elementSize, elementSize);
    });
    return part;
}

void putShare(const StackForm& form, const StackShare& share, std::span<const float> part, std::span<float> slice)
{
    forPlaces(form, share, [&](std::size_t source, std::size_t stored) { slice[source] = part[stored]; });
}

Status checkStack(const Checkpoint& stored, const StackForm& form)
{
    const std::string file = stored.folder().string();
    for (const StackShare& share : form.shares) {
        const TensorInfo* info = stored.find(share.name);
        if (!info)
            return fail(ErrorCode::BadFile, fmt::format("{}: tensor {} is missing", file, share.name));
        if (const std::vector<std::int64_t> shape = shareShape(form, share); info->shape != shape)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} has the shape [{}], but [{}] should be there", file, share.name,
                    fmt::join(info->shape, ", "), fmt::join(shape, ", ")));
        if (info->blocks.empty() ? !isWeightFloat(info->dtype) : findGgmlType(info->blocks)->format.empty())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} is stored as {}, which Kerf does not decode. Open the model that the file "
                            "was made from, or a file of another type.",
                    file, share.name, info->blocks.empty() ? dtypeName(info->dtype) : info->blocks));
    }
    return {};
}

} // namespace kerf::core
