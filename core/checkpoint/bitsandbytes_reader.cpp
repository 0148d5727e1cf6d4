// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kState = ".weight.quant_state.bitsandbytes__";
constexpr double kUsualThreshold = 6.0; ///< of llmint8
constexpr std::string_view kRowScales = ".SCB";
constexpr std::int64_t kNestedBlock = 256; ///< scales that double quantization takes together
/// The largest code of LLM.int8, which stands for the largest magnitude of a row (bitsandbytes functional.py,
/// int8_vectorwise_dequant; its constant is 1 / 127 in float32).
constexpr float kLargestCode = 127;

std::vector<std::uint8_t> asBytes(const std::vector<std::byte>& bytes)
{
    std::vector<std::uint8_t> values(bytes.size());
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

template <class T> void append(std::vector<std::uint8_t>& bytes, const T* values, std::size_t count)
{
    const auto* raw = reinterpret_cast<const std::uint8_t*>(values);
    bytes.insert(bytes.end(), raw, raw + count * sizeof(T));
}

/// What quant_state says of a layer of 4 bits.
struct FourBitState {
    std::string type; ///< "nf4", "fp4"
    std::int64_t block = 0, rows = 0, cols = 0;
    bool isNested = false;
    float offset = 0; ///< of nested scales
};

/// bitsandbytes: NF4 and FP4, plain or with double quantization, and LLM.int8 with a scale a row. Weights are flattened
/// row by row, two codes a byte, the first in the high half (bitsandbytes functional.py, nn/modules.py).
class BitsAndBytesReader final : public QuantizedReader {
public:
    BitsAndBytesReader(const Checkpoint& checkpoint, std::string what)
        : m_checkpoint(checkpoint)
        , m_what(std::move(what))
    {
    }
    Status open(const OrderedJson& config);
    Result<QuantizedTensor> read(const std::string& layer) const override;
    std::string scalesTensor(const std::string& layer) const override
    {
        const auto state = m_states.find(layer);
        if (state == m_states.end())
            return layer + std::string(kRowScales);
        return layer + (state->second.isNested ? ".weight.nested_absmax" : ".weight.absmax");
    }
    std::string otherInputs() const override
    {
        return m_states.size() == m_layers.size() || m_threshold == kUsualThreshold
            ? std::string()
            : fmt::format(
                "bitsandbytes also rounds the inputs of its 8-bit layers (LLM.int8 with a threshold of {}) while "
                "the model runs.",
                m_threshold);
    }

private:
    Result<FourBitState> readState(const std::string& layer, const std::string& tensor) const;
    Status openFourBit(const std::string& layer, const std::string& tensor);
    Status openInt8(const std::string& layer);
    Status checkMap(const std::string& layer, const Format& format) const;
    Result<QuantizedTensor> readFourBit(const std::string& layer, const FourBitState& state) const;
    Status readNestedScales(const std::string& layer, const FourBitState& state, QuantizedTensor& tensor) const;
    Result<QuantizedTensor> readInt8(const std::string& layer) const;

    Checkpoint m_checkpoint;
    std::string m_what; ///< where the settings stand
    double m_threshold = kUsualThreshold; ///< from which on a value makes its column an outlier
    std::map<std::string, FourBitState> m_states;
};

Status BitsAndBytesReader::open(const OrderedJson& config)
{
    if (const auto threshold = config.find("llm_int8_threshold"); threshold != config.end() && threshold->is_number())
        m_threshold = threshold->get<double>();
    for (const auto& entry : m_checkpoint.tensors()) {
        const std::string& name = entry.first;
        if (const std::size_t at = name.find(kState); at != std::string::npos)
            KERF_CHECK(openFourBit(name.substr(0, at), name));
        else if (name.ends_with(kRowScales))
            KERF_CHECK(openInt8(name.substr(0, name.size() - kRowScales.size())));
    }
    if (m_layers.empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: says bitsandbytes, but no layer has a quant_state or SCB beside its codes. Save the model "
                        "again with a newer bitsandbytes.",
                m_what));
    return {};
}

Result<FourBitState> BitsAndBytesReader::readState(const std::string& layer, const std::string& tensor) const
{
    KERF_TRY(const auto bytes, m_checkpoint.bytes(tensor));
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::string what = fmt::format("{}: tensor {}", m_checkpoint.folder().string(), tensor);
    KERF_TRY(const Json json, parseJson(text, what));
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    };
    FourBitState state;
    const auto shape = json.find("shape");
    if (!json.is_object() || shape == json.end() || !shape->is_array() || shape->size() != 2
        || !(*shape)[0].is_number_integer() || !(*shape)[1].is_number_integer())
        return fail(ErrorCode::BadFile, fmt::format("{}: does not say the shape [rows, columns] of {}", what, layer));
    state.rows = (*shape)[0].get<std::int64_t>();
    state.cols = (*shape)[1].get<std::int64_t>();
    state.block = number("blocksize");
    const auto type = json.find("quant_type");
    state.type = type != json.end() && type->is_string() ? type->get<std::string>() : std::string();
    constexpr std::int64_t kMost = std::int64_t { 1 } << 31;
    if (state.rows < 1 || state.cols < 1 || state.rows > kMost || state.cols > kMost || state.block < 1
        || state.block > kMost || (state.type != "nf4" && state.type != "fp4"))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has quant_type \"{}\", blocksize {} and the shape [{}, {}]; nf4 and fp4 in blocks can be "
                        "read",
                what, state.type.substr(0, 100), state.block, state.rows, state.cols));
    const auto offset = json.find("nested_offset");
    state.isNested = json.contains("nested_blocksize");
    if (!state.isNested)
        return state;
    if (number("nested_blocksize") != kNestedBlock || offset == json.end() || !offset->is_number())
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: double quantization is read with nested_blocksize {} and a nested_offset", what, kNestedBlock));
    state.offset = offset->get<float>();
    return state;
}

Status BitsAndBytesReader::openFourBit(const std::string& layer, const std::string& tensor)
{
    KERF_TRY(const FourBitState state, readState(layer, tensor));
    const std::string what = fmt::format("{}: layer {}", m_checkpoint.folder().string(), layer);
    StoredLayer stored { nullptr, { state.rows, state.cols } };
    KERF_TRY(stored.format,
        storedFormat(
            fmt::format("{}-b{}{}", state.type, state.block, state.isNested ? "-dq" : ""), stored.shape, what));
    const std::int64_t count = state.rows * state.cols, blocks = count / state.block;
    const std::string weight = layer + ".weight";
    KERF_CHECK(requireTensor(m_checkpoint, weight, DType::U8, { (count + 1) / 2, 1 }));
    KERF_CHECK(requireTensor(m_checkpoint, weight + ".absmax", state.isNested ? DType::U8 : DType::F32, { blocks }));
    KERF_CHECK(requireTensor(m_checkpoint, weight + ".quant_map", DType::F32, { 16 }));
    if (state.isNested) {
        KERF_CHECK(requireTensor(
            m_checkpoint, weight + ".nested_absmax", DType::F32, { (blocks + kNestedBlock - 1) / kNestedBlock }));
        KERF_CHECK(requireTensor(m_checkpoint, weight + ".nested_quant_map", DType::F32, { 256 }));
    }
    m_layers.emplace(layer, stored);
    m_states.emplace(layer, state);
    return {};
}

Status BitsAndBytesReader::openInt8(const std::string& layer)
{
    const TensorInfo* weight = m_checkpoint.find(layer + ".weight");
    if (!weight || weight->dtype != DType::I8 || weight->shape.size() != 2)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}.weight is no matrix of int8, but SCB stands beside it",
                m_checkpoint.folder().string(), layer));
    const LayerShape shape { weight->shape[0], weight->shape[1] };
    KERF_TRY(const FormatPtr format,
        formatOfScheme({ 8, 0, true }, shape, fmt::format("{}: layer {}", m_checkpoint.folder().string(), layer)));
    KERF_CHECK(requireTensor(m_checkpoint, layer + std::string(kRowScales), DType::F32, { shape.rows }));
    StoredLayer stored { format, shape };
    if (m_threshold == kUsualThreshold)
        setInputs(m_checkpoint, stored, ActivationFormat::LlmInt8);
    m_layers.emplace(layer, std::move(stored));
    return {};
}

/// The code book that stands in the file is the format's.
Status BitsAndBytesReader::checkMap(const std::string& layer, const Format& format) const
{
    KERF_TRY(const Matrix map, m_checkpoint.read(layer + ".weight.quant_map"));
    if (std::equal(map.data(), map.data() + map.size(), format.levels().begin(), format.levels().end()))
        return {};
    return fail(ErrorCode::BadFile,
        fmt::format("{}: tensor {}.weight.quant_map has other values than {}; Kerf reads bitsandbytes' own code books",
            m_checkpoint.folder().string(), layer, format.name()));
}

Result<QuantizedTensor> BitsAndBytesReader::readFourBit(const std::string& layer, const FourBitState& state) const
{
    const StoredLayer& stored = m_layers.at(layer);
    KERF_CHECK(checkMap(layer, *stored.format));
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight"));
    tensor.codes.resize(static_cast<std::size_t>(state.rows * state.cols));
    for (std::size_t i = 0; i < tensor.codes.size(); ++i) {
        const auto pair = std::to_integer<unsigned>(bytes[i / 2]);
        tensor.codes[i] = static_cast<std::uint8_t>(i % 2 == 0 ? pair >> 4 : pair & 15U);
    }
    if (state.isNested) {
        KERF_CHECK(readNestedScales(layer, state, tensor));
        return tensor;
    }
    KERF_TRY(const Matrix scales,
        readScales(
            m_checkpoint, layer + ".weight.absmax", { static_cast<std::int64_t>(state.rows * tensor.groups()) }));
    tensor.scales.assign(scales.data(), scales.data() + scales.size());
    append(tensor.stored, scales.data(), tensor.scales.size());
    return tensor;
}

/// map[code] * largest of 256 + offset, in the layout of our own format; both roads must give the same.
Status BitsAndBytesReader::readNestedScales(
    const std::string& layer, const FourBitState& state, QuantizedTensor& tensor) const
{
    const std::string weight = layer + ".weight";
    KERF_TRY(const auto codes, m_checkpoint.bytes(weight + ".absmax"));
    KERF_TRY(const Matrix largest,
        readScales(m_checkpoint, weight + ".nested_absmax", m_checkpoint.find(weight + ".nested_absmax")->shape));
    KERF_TRY(const Matrix map, m_checkpoint.read(weight + ".nested_quant_map"));
    tensor.stored = asBytes(codes);
    append(tensor.stored, largest.data(), static_cast<std::size_t>(largest.size()));
    append(tensor.stored, &state.offset, 1);
    KERF_TRY(const GroupParams params, tensor.format->readParams(tensor.shape, tensor.stored));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const float scale
            = map.data()[std::to_integer<int>(codes[i])] * largest.data()[at / kNestedBlock] + state.offset;
        const std::int64_t groups = params.scales.rows();
        if (!(std::abs(scale - params.scales(at % groups, at / groups)) <= 1e-6F * std::abs(scale)))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {}.nested_quant_map has other values than bitsandbytes' own map of scales",
                    m_checkpoint.folder().string(), weight));
    }
    const std::vector<std::uint8_t> bytes = std::move(tensor.stored);
    tensor.setParams(params);
    tensor.stored = bytes;
    return {};
}

Result<QuantizedTensor> BitsAndBytesReader::readInt8(const std::string& layer) const
{
    const StoredLayer& stored = m_layers.at(layer);
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight"));
    for (const std::byte byte : bytes) // q + 128
        tensor.codes.push_back(std::to_integer<std::uint8_t>(byte ^ std::byte { 0x80 }));
    KERF_TRY(const Matrix largest, readScales(m_checkpoint, layer + std::string(kRowScales), { stored.shape.rows }));
    for (Eigen::Index row = 0; row < largest.size(); ++row)
        tensor.scales.push_back(largest.data()[row] / kLargestCode);
    return tensor;
}

Result<QuantizedTensor> BitsAndBytesReader::read(const std::string& layer) const
{
    const auto state = m_states.find(layer);
    return state == m_states.end() ? readInt8(layer) : readFourBit(layer, state->second);
}

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
{
    auto reader = std::make_shared<BitsAndBytesReader>(checkpoint, what);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& bitsAndBytesKind()
{
    static const QuantizedKind kind { "bitsandbytes",
        { ".absmax", ".quant_map", ".nested_absmax", ".nested_quant_map", ".SCB", ".weight_format" }, "", {}, open };
    return kind;
}

} // namespace kerf::core
