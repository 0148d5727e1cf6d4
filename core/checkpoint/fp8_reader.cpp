// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeight = ".weight";

/// The fp8 scheme of vLLM and transformers (DeepSeek's block-wise checkpoints among it): weights of one byte, with one
/// float32 scale for the tensor (weight_scale) or for each block of 128 x 128 (weight_scale_inv, which multiplies too).
class Fp8Reader final : public QuantizedReader {
public:
    Fp8Reader(Checkpoint checkpoint, std::string what)
        : m_checkpoint(std::move(checkpoint))
        , m_what(std::move(what))
    {
    }

    Status open(const OrderedJson& config)
    {
        KERF_CHECK(readSettings(config));
        for (const auto& [name, info] : m_checkpoint.tensors())
            if (info.dtype == DType::F8E4M3 && name.ends_with(kWeight))
                KERF_CHECK(openLayer(name.substr(0, name.size() - kWeight.size()), info));
        return {};
    }

    Result<QuantizedTensor> read(const std::string& layer) const override
    {
        const StoredLayer& stored = m_layers.at(layer);
        return readFloat8(m_checkpoint, layer + ".weight", scalesTensor(layer), stored);
    }
    std::string scalesTensor(const std::string& layer) const override
    {
        return layer + (m_isBlockwise ? ".weight_scale_inv" : ".weight_scale");
    }
    std::string otherInputs() const override
    {
        if (m_isRounded)
            return {};
        return m_isBlockwise
            ? "Servers of this folder round the inputs of its layers to FP8, with a step for each 128 of them."
            : "Servers of this folder round the inputs of its layers to FP8, with steps that it lacks for some.";
    }

private:
    Status readSettings(const OrderedJson& config)
    {
        const auto format = config.find("fmt");
        if (format != config.end() && *format != "e4m3")
            return fail(ErrorCode::BadFile,
                fmt::format("{}: has fmt {}; e4m3 can be read", m_what, format->dump().substr(0, 100)));
        const auto inputs = config.find("activation_scheme");
        m_inputs = inputs != config.end() && inputs->is_string() ? inputs->get<std::string>() : "dynamic";
        const auto block = config.find("weight_block_size");
        m_isBlockwise = block != config.end() && !block->is_null();
        if (m_isBlockwise && *block != OrderedJson { 128, 128 })
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: has weight_block_size {}; [128, 128] can be read", m_what, block->dump().substr(0, 100)));
        return {};
    }

    Status openLayer(const std::string& layer, const TensorInfo& weight)
    {
        const std::string what = m_checkpoint.files()[weight.file].string() + ": layer " + layer;
        if (weight.shape.size() != 2)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: weight of shape [{}] is no matrix", what, fmt::join(weight.shape, ", ")));
        StoredLayer stored { nullptr, { weight.shape[0], weight.shape[1] } };
        KERF_TRY(
            stored.format, storedFormat(m_isBlockwise ? "fp8-e4m3-block128" : "fp8-e4m3-tensor", stored.shape, what));
        const TensorInfo* scale = m_checkpoint.find(scalesTensor(layer));
        std::vector<std::int64_t> shape { (stored.shape.rows + 127) / 128, (stored.shape.cols + 127) / 128 };
        if (!m_isBlockwise)
            shape = scale && scale->shape.empty() ? std::vector<std::int64_t> {} : std::vector<std::int64_t> { 1 };
        KERF_CHECK(requireFloats(m_checkpoint, scalesTensor(layer), shape));
        const bool isStatic = m_inputs == "static";
        m_isRounded = !m_isBlockwise
            && setInputs(m_checkpoint, stored, isStatic ? ActivationFormat::Fp8Tensor : ActivationFormat::Fp8Token,
                isStatic ? layer + ".input_scale" : "")
            && m_isRounded;
        m_layers.emplace(layer, std::move(stored));
        return {};
    }

    Checkpoint m_checkpoint;
    std::string m_what;
    bool m_isBlockwise = false;
    bool m_isRounded = true; ///< of every layer
    std::string m_inputs;
};

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
{
    auto reader = std::make_shared<Fp8Reader>(checkpoint, what);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& fp8Kind()
{
    static const QuantizedKind kind { "fp8", { ".weight_scale", ".weight_scale_inv" }, "", {}, open };
    return kind;
}

} // namespace kerf::core
