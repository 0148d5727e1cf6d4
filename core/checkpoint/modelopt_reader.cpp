// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/microscaled_layer.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeight = ".weight";

/// NVIDIA ModelOpt's unified checkpoints (modelopt/torch/export/quant_utils.py: to_quantized_weight and the scaling
/// factors beside it). The layout of a layer follows from its tensors alone:
///
/// | weight | weight_scale | |
/// |---|---|---|
/// | F8E4M3 [out, in] | float scalar, [out] or [out / 128, 1, in / 128, 1] | fp8 |
/// | F8E4M3 [out, in] | U8 [out, in / 32] | mxfp8 |
/// | U8 [out, in / 2] | F8E4M3 [out, in / 16], and weight_scale_2, by which scales are multiplied | nvfp4 |
/// | U8 [out / 2, in], the even row in the low half of a byte, signed | float [out, in / group] | int4 |
/// | I8 [out, in] | float [out] | int8 |
class ModelOptReader final : public QuantizedReader {
public:
    explicit ModelOptReader(Checkpoint checkpoint)
        : m_checkpoint(std::move(checkpoint))
    {
    }

    Status open(const OrderedJson& config)
    {
        const auto nested = config.find("quantization");
        const OrderedJson& settings = nested != config.end() && nested->is_object() ? *nested : config;
        const auto algorithm = settings.find("quant_algo");
        if (algorithm != settings.end() && algorithm->is_string())
            m_algorithm = algorithm->get<std::string>();
        for (const auto& [name, info] : m_checkpoint.tensors())
            if (name.ends_with(kWeight) && !isWeightFloat(info.dtype))
                KERF_CHECK(openLayer(name.substr(0, name.size() - kWeight.size()), info));
        return {};
    }

    Result<QuantizedTensor> read(const std::string& layer) const override
    {
        const StoredLayer& stored = m_layers.at(layer);
        if (stored.format->family() == FormatFamily::Microscaling)
            return readMicroscaled(m_checkpoint, microscaled(layer, stored.format->name()), stored);
        if (stored.format->family() == FormatFamily::Float8)
            return readFloat8(m_checkpoint, layer + ".weight", scaleName(layer), stored);
        return readIntegers(layer, stored);
    }
    std::string scalesTensor(const std::string& layer) const override
    {
        return m_layers.at(layer).format->family() == FormatFamily::Microscaling ? std::string() : scaleName(layer);
    }
    std::string otherInputs() const override
    {
        return m_others.empty() ? std::string()
                                : fmt::format("Servers also round the inputs of {} layers ({}).", m_others.size(),
                                    m_algorithm.empty() ? "ModelOpt" : m_algorithm);
    }

private:
    static std::string scaleName(const std::string& layer) { return layer + ".weight_scale"; }
    static MicroscaledTensors microscaled(const std::string& layer, const std::string& format)
    {
        const bool hasFactor = format == "nvfp4";
        return { layer + ".weight", scaleName(layer), hasFactor ? layer + ".weight_scale_2" : std::string(),
            hasFactor };
    }

    Status openLayer(const std::string& layer, const TensorInfo& weight)
    {
        const std::string what = m_checkpoint.files()[weight.file].string() + ": layer " + layer;
        const TensorInfo* scale = m_checkpoint.find(scaleName(layer));
        if (weight.shape.size() != 2 || !scale)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: weight of shape [{}] {}", what, fmt::join(weight.shape, ", "),
                    scale ? "is no matrix" : "has no weight_scale"));
        KERF_CHECK(requirePlainInputs(layer));
        KERF_TRY(StoredLayer stored, storedLayer(layer, weight, *scale, what));
        addInputs(layer, stored);
        m_layers.emplace(layer, std::move(stored));
        return {};
    }

    /// Static where a step is stored; without one only the layouts that ModelOpt uses for rounded inputs have them.
    void addInputs(const std::string& layer, StoredLayer& stored)
    {
        const std::string step = layer + ".input_scale", format = stored.format->name();
        const bool hasStep = m_checkpoint.find(step) != nullptr;
        bool isDone = true;
        if (hasStep)
            isDone = setInputs(m_checkpoint, stored,
                format == "nvfp4"               ? ActivationFormat::NvFp4
                    : format.starts_with("fp8") ? ActivationFormat::Fp8Tensor
                                                : ActivationFormat::Int8Tensor,
                step);
        else if (format == "fp8-e4m3-channel")
            isDone = setInputs(m_checkpoint, stored, ActivationFormat::Fp8Token);
        else
            isDone = format != "mxfp8" && format != "fp8-e4m3-block128";
        if (!isDone)
            m_others.push_back(layer);
    }

    Result<StoredLayer> storedLayer(
        const std::string& layer, const TensorInfo& weight, const TensorInfo& scale, const std::string& what) const
    {
        const std::int64_t first = weight.shape[0], second = weight.shape[1];
        if (weight.dtype == DType::U8 && scale.dtype == DType::F8E4M3)
            return openMicroscaled(m_checkpoint, microscaled(layer, "nvfp4"), "nvfp4", what);
        if (weight.dtype == DType::F8E4M3 && !isWeightFloat(scale.dtype))
            return openMicroscaled(m_checkpoint, microscaled(layer, "mxfp8"), "mxfp8", what);
        if (weight.dtype == DType::F8E4M3)
            return openFloat8({ first, second }, scale, what);
        if (weight.dtype == DType::I8)
            return withFormat("int8-channel", { first, second }, layer, { first }, what);
        const bool isGrouped = weight.dtype == DType::U8 && scale.shape.size() == 2 && scale.shape[1] > 0
            && scale.shape[0] == 2 * first && second % scale.shape[1] == 0;
        if (!isGrouped)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: weight of {} [{}] with scales of {} [{}] is no layout of ModelOpt that can be read. Open "
                    "the model that it was made from.",
                    what, dtypeName(weight.dtype), fmt::join(weight.shape, ", "), dtypeName(scale.dtype),
                    fmt::join(scale.shape, ", ")));
        StoredLayer stored { nullptr, { 2 * first, second } };
        KERF_TRY(stored.format, formatOfScheme({ 4, second / scale.shape[1], true }, stored.shape, what));
        KERF_CHECK(requireFloats(m_checkpoint, scaleName(layer), scale.shape));
        return stored;
    }

    Result<StoredLayer> withFormat(const std::string& format, const LayerShape& shape, const std::string& layer,
        const std::vector<std::int64_t>& scales, const std::string& what) const
    {
        StoredLayer stored { nullptr, shape };
        KERF_TRY(stored.format, storedFormat(format, shape, what));
        KERF_CHECK(requireFloats(m_checkpoint, scaleName(layer), scales));
        return stored;
    }

    Result<StoredLayer> openFloat8(const LayerShape& shape, const TensorInfo& scale, const std::string& what) const
    {
        const std::string layer = scale.name.substr(0, scale.name.rfind('.'));
        const std::vector<std::int64_t>& dims = scale.shape;
        if (dims.size() == 4 || dims.size() == 2) {
            const std::int64_t down = (shape.rows + 127) / 128, across = (shape.cols + 127) / 128;
            const bool isSquare = dims.size() == 2;
            return withFormat("fp8-e4m3-block128", shape, layer,
                isSquare ? std::vector { down, across }
                         : std::vector { down, std::int64_t { 1 }, across, std::int64_t { 1 } },
                what);
        }
        const bool isScalar = dims.empty() || (dims.size() == 1 && dims[0] == 1 && shape.rows != 1);
        return isScalar ? withFormat("fp8-e4m3-tensor", shape, layer, dims, what)
                        : withFormat("fp8-e4m3-channel", shape, layer, { shape.rows }, what);
    }

    /// AWQ's factors that were not folded into the layer before: what multiplies the inputs must do nothing.
    Status requirePlainInputs(const std::string& layer) const
    {
        const std::string name = layer + ".pre_quant_scale";
        if (!m_checkpoint.find(name))
            return {};
        KERF_TRY(const Matrix factors, m_checkpoint.read(name));
        if ((factors.array() == 1.0F).all())
            return {};
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: the inputs of the layer are multiplied by these factors while the model runs, "
                        "which is not done here. Open the model that it was made from.",
                m_checkpoint.folder().string(), name));
    }

    Result<QuantizedTensor> readIntegers(const std::string& layer, const StoredLayer& stored) const
    {
        QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
        KERF_TRY(const Matrix scales,
            readScales(m_checkpoint, scaleName(layer), m_checkpoint.find(scaleName(layer))->shape));
        tensor.scales.assign(scales.data(), scales.data() + scales.size());
        KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight"));
        tensor.codes.resize(static_cast<std::size_t>(stored.shape.rows * stored.shape.cols));
        if (stored.format->codeBits() == 8) {
            std::ranges::transform(bytes, tensor.codes.begin(),
                [](std::byte byte) { return std::to_integer<std::uint8_t>(byte ^ std::byte { 0x80 }); });
            return tensor;
        }
        const auto cols = static_cast<std::size_t>(stored.shape.cols);
        for (std::size_t i = 0; i < bytes.size(); ++i) { // code = signed value + 8: its highest bit flipped
            const auto pair = std::to_integer<std::uint8_t>(bytes[i] ^ std::byte { 0x88 });
            const std::size_t even = i / cols * 2 * cols + i % cols;
            tensor.codes[even] = pair & 15U;
            tensor.codes[even + cols] = pair >> 4;
        }
        return tensor;
    }

    Checkpoint m_checkpoint;
    std::string m_algorithm;
    std::vector<std::string> m_others; ///< layers whose inputs are rounded in another way
};

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string&)
{
    auto reader = std::make_shared<ModelOptReader>(checkpoint);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& modelOptKind()
{
    static const QuantizedKind kind { "modelopt", { ".weight_scale", ".weight_scale_2", ".pre_quant_scale" }, "",
        "hf_quant_config.json", open };
    return kind;
}

} // namespace kerf::core
