// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/joined_tensor.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/checkpoint/ggml_types.h"

namespace kerf::core {
namespace {

DType typeOf(const Checkpoint& stored, const StackForm& form)
{
    const DType first = stored.find(form.shares.front().name)->dtype;
    const bool areAlike = std::ranges::all_of(form.shares, [&](const StackShare& share) {
        const TensorInfo& info = *stored.find(share.name);
        return info.blocks.empty() && info.dtype == first;
    });
    return areAlike ? first : DType::F32;
}

std::vector<std::string> namesOf(const StackForm& form)
{
    std::vector<std::string> names;
    for (const StackShare& share : form.shares)
        names.push_back(share.name);
    return names;
}

class JoinedTensor final : public DecodedTensor {
public:
    JoinedTensor(const Checkpoint& stored, StackForm form)
        : DecodedTensor(stored, namesOf(form), typeOf(stored, form), form.shape)
        , m_form(std::move(form))
    {
    }

    std::string_view codesName() const override { return "GGUF"; }

    /// Slice after slice; of the first and the last maybe not all.
    Status decode(std::int64_t first, std::int64_t count, std::span<float> out) const override
    {
        const std::int64_t width = elements() / shape().front(), size = m_form.sliceElements();
        const std::int64_t begin = first * width, end = begin + count * width;
        std::vector<float> values(static_cast<std::size_t>(size));
        for (std::int64_t slice = begin / size; slice * size < end; ++slice) {
            for (const StackShare& share : m_form.shares)
                KERF_CHECK(readShare(share, slice, values));
            const std::int64_t from = std::max(begin, slice * size), to = std::min(end, (slice + 1) * size);
            std::copy_n(values.begin() + (from - slice * size), to - from, out.begin() + (from - begin));
        }
        return {};
    }

    Status checkScales() const override { return {}; } // decode() looks at those of codes

private:
    Status readShare(const StackShare& share, std::int64_t slice, std::span<float> values) const
    {
        const TensorInfo& info = *stored().find(share.name);
        const std::size_t bytes = info.bytes / static_cast<std::size_t>(m_form.slices);
        return stored().lend(share.name, [&](std::span<const std::byte> all) -> Status {
            const auto own = all.subspan(static_cast<std::size_t>(slice) * bytes, bytes);
            KERF_TRY(const std::vector<float> part, decoded(info, own));
            putShare(m_form, share, part, values);
            return {};
        });
    }

    Result<std::vector<float>> decoded(const TensorInfo& info, std::span<const std::byte> bytes) const
    {
        if (info.blocks.empty()) {
            std::vector<float> values(bytes.size() / elementSize(info.dtype));
            toFloat32(info.dtype, bytes, values);
            return values;
        }
        const auto unpacked = unpackGgml(*findGgmlType(info.blocks), { info.shape[1], info.shape[2] }, bytes);
        if (!unpacked)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {}: {}", stored().folder().string(), info.name, unpacked.error().message));
        const Matrix values = dequantize(*unpacked);
        return std::vector<float>(values.data(), values.data() + values.size());
    }

    StackForm m_form;
};

} // namespace

std::shared_ptr<const DecodedTensor> joinedTensor(const Checkpoint& stored, StackForm form)
{
    return std::make_shared<JoinedTensor>(stored, std::move(form));
}

} // namespace kerf::core
