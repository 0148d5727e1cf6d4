// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "core/checkpoint/ggml_types.h"
#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/quantized_reader.h"

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
                KERF_CHECK(openLayer(name, info));
        return {};
    }

    Result<QuantizedTensor> read(const std::string& layer) const override
    {
        const std::string tensor = layer + std::string(kWeight);
        const StoredLayer& stored = m_layers.at(layer);
        QuantizedTensor codes;
        KERF_CHECK(m_checkpoint.lend(tensor, [&](std::span<const std::byte> bytes) -> Status {
            auto unpacked = unpackGgml(*findGgmlFormat(stored.format->name()), stored.shape, bytes);
            if (!unpacked)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {}: {}", place(tensor), tensor, unpacked.error().message));
            codes = std::move(*unpacked);
            return {};
        }));
        return codes;
    }

    std::string scalesTensor(const std::string&) const override { return {}; }

private:
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
        StoredLayer stored { nullptr, { info.shape[0], info.shape[1] } };
        KERF_TRY(stored.format, storedFormat(std::string(type->format), stored.shape, place(name) + ": " + name));
        m_layers.emplace(name.substr(0, name.size() - kWeight.size()), std::move(stored));
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
