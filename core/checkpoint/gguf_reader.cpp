// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/ggml_types.h"
#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/quantized_reader.h"
#include "core/checkpoint/stack_form.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeight = ".weight";

/// Matrices that a GGUF file holds as blocks of codes: layers, and also embedding and head.
class GgufReader final : public QuantizedReader {
public:
    explicit GgufReader(Checkpoint checkpoint)
        : m_checkpoint(std::move(checkpoint))
    {
    }

    Status open()
    {
        for (const auto& [name, info] : m_checkpoint.tensors())
            if (!info.blocks.empty())
                KERF_CHECK(name.ends_with(kOddRows) ? checkEvenRows(name, info) : openLayer(name, info));
        return {};
    }

    Result<QuantizedTensor> read(const std::string& layer) const override
    {
        const std::string tensor = layer + std::string(kWeight);
        const StoredLayer& stored = m_layers.at(layer);
        QuantizedTensor codes;
        const auto unpack = [&](std::span<const std::byte> bytes) -> Status {
            auto unpacked = unpackGgml(*findGgmlFormat(stored.format->name()), stored.shape, bytes);
            if (!unpacked)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {}: {}", place(tensor), tensor, unpacked.error().message));
            codes = std::move(*unpacked);
            return {};
        };
        const std::string odd = layer + std::string(kOddRows);
        KERF_CHECK(m_checkpoint.lend(tensor, [&](std::span<const std::byte> bytes) -> Status {
            if (!m_checkpoint.find(odd))
                return unpack(bytes);
            return m_checkpoint.lend(odd, [&](std::span<const std::byte> others) {
                return unpack(alternating(bytes, others, stored.shape.rows));
            });
        }));
        return codes;
    }

    std::string scalesTensor(const std::string&) const override { return {}; }

private:
    /// Rows of the one and of the other in turn. @pre both have half of the rows, of one size
    static std::vector<std::byte> alternating(
        std::span<const std::byte> even, std::span<const std::byte> odd, std::int64_t rows)
    {
        const std::size_t width = 2 * even.size() / static_cast<std::size_t>(rows);
        std::vector<std::byte> all;
        all.reserve(even.size() + odd.size());
        for (std::size_t at = 0; at < even.size(); at += width)
            for (const std::span<const std::byte> half : { even, odd })
                all.insert(all.end(), half.begin() + static_cast<std::ptrdiff_t>(at),
                    half.begin() + static_cast<std::ptrdiff_t>(at + width));
        return all;
    }

    static std::string_view typeOf(const TensorInfo& info)
    {
        return info.blocks.empty() ? dtypeName(info.dtype) : info.blocks;
    }

    /// Codes of one layer have one type.
    Status checkOddRows(const std::string& name, const TensorInfo& info, const TensorInfo& odd) const
    {
        if (odd.blocks == info.blocks && odd.shape == info.shape)
            return {};
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: gate and up of {} are stored as {} and {}, of [{}] and [{}] numbers; Kerf reads them as one "
                "layer of one type. Open the model that the file was made from, or a file of one type.",
                place(name), name, typeOf(info), typeOf(odd), fmt::join(info.shape, ", "), fmt::join(odd.shape, ", ")));
    }

    Status checkEvenRows(const std::string& name, const TensorInfo& odd) const
    {
        const std::string even = name.substr(0, name.size() - kOddRows.size()) + std::string(kWeight);
        return checkOddRows(even, *m_checkpoint.find(even), odd);
    }

    Status openLayer(const std::string& name, const TensorInfo& info)
    {
        const GgmlType* type = findGgmlType(info.blocks);
        if (type->format.empty())
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor {} is stored as {}, which Kerf does not decode. Open the model that the file was "
                    "made from, or a file of another type.",
                    place(name), name, info.blocks));
        if (info.shape.size() != 2 || !name.ends_with(kWeight))
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor {} is stored as {}, but it is no matrix of weights", place(name), name, info.blocks));
        const std::string layer = name.substr(0, name.size() - kWeight.size());
        StoredLayer stored { nullptr, { info.shape[0], info.shape[1] } };
        if (const TensorInfo* odd = m_checkpoint.find(layer + std::string(kOddRows))) {
            KERF_CHECK(checkOddRows(name, info, *odd));
            stored.shape.rows *= 2;
        }
        KERF_TRY(stored.format, storedFormat(std::string(type->format), stored.shape, place(name) + ": " + name));
        m_layers.emplace(layer, std::move(stored));
        return {};
    }

    std::string place(const std::string& tensor) const
    {
        return m_checkpoint.files()[m_checkpoint.find(tensor)->file].string();
    }

    Checkpoint m_checkpoint;
};

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson&, const std::string&)
{
    auto reader = std::make_shared<GgufReader>(checkpoint);
    KERF_CHECK(reader->open());
    return reader;
}

} // namespace

const QuantizedKind& ggufKind()
{
    static const QuantizedKind kind { "gguf", {}, "", {}, open };
    return kind;
}

} // namespace kerf::core
