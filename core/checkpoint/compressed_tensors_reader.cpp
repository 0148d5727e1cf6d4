// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/parallel.h"
#include "core/checkpoint/compressed_tensors_groups.h"
#include "core/checkpoint/microscaled_layer.h"

namespace kerf::core {
namespace {

constexpr std::string_view kPackedSuffix = ".weight_packed";
constexpr std::string_view kScaleSuffix = ".weight_scale";
constexpr std::int64_t kTileRows = 64;

/// Our format for layouts that leave no choice; null for the others.
const char* microscaledFormat(TensorsLayout layout)
{
    switch (layout) {
    case TensorsLayout::NvFloat4:
        return "nvfp4";
    case TensorsLayout::MxFloat4:
        return "mxfp4";
    case TensorsLayout::MxFloat8:
        return "mxfp8";
    default:
        return nullptr;
    }
}

bool isPacked(TensorsLayout layout)
{
    return layout == TensorsLayout::Packed || layout == TensorsLayout::NvFloat4 || layout == TensorsLayout::MxFloat4;
}

MicroscaledTensors microscaledTensors(const std::string& layer, TensorsLayout layout)
{
    return { layer + (isPacked(layout) ? ".weight_packed" : ".weight"), layer + std::string(kScaleSuffix),
        layout == TensorsLayout::NvFloat4 ? layer + ".weight_global_scale" : std::string() };
}

/// Dense packing of 3, 5, 6 and 7 bits came with version 0.18.0; before, each word held whole fields only
/// (compressors/pack_quantized/helpers.py of 0.17.1 and 0.18.0).
bool packsDensely(const std::string& version)
{
    int major = 0;
    int minor = 0;
    const char* const end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ptr != end && *first.ptr == '.')
        std::from_chars(first.ptr + 1, end, minor);
    return major > 0 || minor >= 18;
}

class CompressedTensorsReader final : public QuantizedReader {
public:
    CompressedTensorsReader(const Checkpoint& checkpoint, std::string what)
        : m_checkpoint(checkpoint)
        , m_what(std::move(what))
    {
    }
    Status open(const OrderedJson& config);
    Result<QuantizedTensor> read(const std::string& layer) const override;
    std::string scalesTensor(const std::string& layer) const override
    {
        return microscaledFormat(m_layouts.at(layer)) ? std::string() : layer + std::string(kScaleSuffix);
    }
    std::string otherInputs() const override;

private:
    Status openLayer(const std::string& layer, const std::string& tensor);
    void addInputs(const std::string& layer, const TensorsGroup& group);
    bool isDense(const std::string& layer, const LayerShape& shape, int bits) const;
    std::int64_t wordsFor(const std::string& layer, std::int64_t count, int bits) const;
    Status openPacked(const std::string& layer, const TensorsGroup& group, const std::string& what);
    Status openPlain(const std::string& layer, const TensorsGroup& group, const std::string& what);
    Result<FormatPtr> formatOf(const TensorsGroup& group, const LayerShape& shape, const std::string& what) const;
    Result<LayerShape> readShape(const std::string& layer) const;
    Status readPackedCodes(const std::string& layer, QuantizedTensor& tensor) const;
    Status readPackedZeros(const std::string& layer, QuantizedTensor& tensor) const;
    Status readIntegers(const std::string& layer, QuantizedTensor& tensor) const;

    Checkpoint m_checkpoint;
    std::string m_what;
    std::string m_version;
    TensorsGroups m_groups;
    std::map<std::string, TensorsLayout> m_layouts; ///< of the layers
    std::set<std::string> m_otherInputs; ///< in words
    std::set<std::string> m_wordwise; ///< layers whose words hold whole fields
};

Status CompressedTensorsReader::open(const OrderedJson& config)
{
    KERF_TRY(m_groups, TensorsGroups::parse(config, m_what));
    if (const auto version = config.find("version"); version != config.end() && version->is_string())
        m_version = version->get<std::string>();
    for (const auto& entry : m_checkpoint.tensors()) {
        const std::string& name = entry.first;
        if (name.ends_with(kPackedSuffix))
            KERF_CHECK(openLayer(name.substr(0, name.size() - kPackedSuffix.size()), name));
        const std::string layer = name.substr(0, name.size() - std::min(name.size(), kScaleSuffix.size()));
        if (name.ends_with(kScaleSuffix) && !m_checkpoint.find(layer + std::string(kPackedSuffix)))
            KERF_CHECK(openLayer(layer, layer + ".weight"));
    }
    return {};
}

std::string CompressedTensorsReader::otherInputs() const
{
    if (m_otherInputs.empty())
        return {};
    return fmt::format(
        "Servers also round the inputs of these layers while the model runs ({}).", fmt::join(m_otherInputs, "; "));
}

/// The way of the layer's group, or a word that there is one which is not done here.
void CompressedTensorsReader::addInputs(const std::string& layer, const TensorsGroup& group)
{
    if (group.inputs.empty())
        return;
    const bool isNv = group.activation == ActivationFormat::NvFp4;
    const std::string step = !hasFixedStep(group.activation) ? ""
        : isNv                                               ? layer + ".input_global_scale"
                                                             : layer + ".input_scale";
    if (group.activation == ActivationFormat::None
        || !setInputs(m_checkpoint, m_layers.at(layer), group.activation, step, isNv))
        m_otherInputs.insert(group.inputs);
}

Status CompressedTensorsReader::openLayer(const std::string& layer, const std::string& tensor)
{
    KERF_TRY(const TensorsGroup* group, m_groups.of(layer, tensor));
    const TensorInfo* info = m_checkpoint.find(tensor);
    if (!info)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {} is missing, but its scales are stored", m_checkpoint.folder().string(), tensor));
    const std::string what = m_checkpoint.files()[info->file].string() + ": layer " + layer;
    if (tensor.ends_with(kPackedSuffix) != isPacked(group->layout))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is stored as {}, which is not the format of {}.config_groups.{}", what,
                tensor.substr(layer.size() + 1), m_what, group->name));
    m_layouts.emplace(layer, group->layout);
    if (const char* format = microscaledFormat(group->layout)) {
        KERF_TRY(
            StoredLayer stored, openMicroscaled(m_checkpoint, microscaledTensors(layer, group->layout), format, what));
        m_layers.emplace(layer, std::move(stored));
    } else {
        KERF_CHECK(isPacked(group->layout) ? openPacked(layer, *group, what) : openPlain(layer, *group, what));
    }
    addInputs(layer, *group);
    return {};
}

Result<FormatPtr> CompressedTensorsReader::formatOf(
    const TensorsGroup& group, const LayerShape& shape, const std::string& what) const
{
    const std::string name = group.layout == TensorsLayout::Float
        ? "fp8-e4m3-" + group.granularity
        : fmt::format("int{}-{}{}", group.bits, group.granularity, group.symmetric ? "" : "-asym");
    KERF_TRY(FormatPtr format, storedFormat(name, shape, what));
    return format;
}

Result<LayerShape> CompressedTensorsReader::readShape(const std::string& layer) const
{
    const std::string name = layer + ".weight_shape";
    const TensorInfo* info = m_checkpoint.find(name);
    KERF_CHECK(requireTensor(m_checkpoint, name, info && info->dtype == DType::I32 ? DType::I32 : DType::I64, { 2 }));
    KERF_TRY(const auto bytes, m_checkpoint.bytes(name));
    std::int64_t values[2] = {};
    if (info->dtype == DType::I64) {
        std::memcpy(values, bytes.data(), sizeof values);
    } else {
        std::int32_t narrow[2] = {};
        std::memcpy(narrow, bytes.data(), sizeof narrow);
        std::copy(narrow, narrow + 2, values);
    }
    if (values[0] < 1 || values[1] < 1 || values[0] > INT32_MAX || values[1] > INT32_MAX)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: [{}, {}] is no shape of a layer", m_checkpoint.folder().string(), name,
                values[0], values[1]));
    return LayerShape { values[0], values[1] };
}

/// Told by the number of words; where both packings have as many, by the version.
bool CompressedTensorsReader::isDense(const std::string& layer, const LayerShape& shape, int bits) const
{
    const TensorInfo* packed = m_checkpoint.find(layer + ".weight_packed");
    const std::int64_t dense = (shape.cols * bits + 31) / 32, fields = 32 / bits;
    const std::int64_t wordwise = (shape.cols + fields - 1) / fields;
    if (dense == wordwise)
        return 32 % bits == 0 || packsDensely(m_version);
    return !packed || packed->shape.empty() || packed->shape.back() != wordwise;
}

std::int64_t CompressedTensorsReader::wordsFor(const std::string& layer, std::int64_t count, int bits) const
{
    const std::int64_t fields = 32 / bits;
    return m_wordwise.contains(layer) ? (count + fields - 1) / fields : (count * bits + 31) / 32;
}

Status CompressedTensorsReader::openPacked(const std::string& layer, const TensorsGroup& group, const std::string& what)
{
    KERF_TRY(const LayerShape shape, readShape(layer));
    const int bits = group.bits;
    if (!isDense(layer, shape, bits))
        m_wordwise.insert(layer);
    StoredLayer stored { nullptr, shape };
    KERF_TRY(stored.format, formatOf(group, shape, what));
    const std::int64_t groups = shape.cols / stored.format->groupSize(shape.cols);
    KERF_CHECK(requireTensor(
        m_checkpoint, layer + ".weight_packed", DType::I32, { shape.rows, wordsFor(layer, shape.cols, bits) }));
    KERF_CHECK(requireFloats(m_checkpoint, scalesTensor(layer), { shape.rows, groups }));
    if (!group.symmetric)
        KERF_CHECK(requireTensor(
            m_checkpoint, layer + ".weight_zero_point", DType::I32, { wordsFor(layer, shape.rows, bits), groups }));
    if (m_checkpoint.find(layer + ".weight_g_idx"))
        KERF_CHECK(requireTensor(m_checkpoint, layer + ".weight_g_idx", DType::I32, { shape.cols }));
    m_layers.emplace(layer, std::move(stored));
    return {};
}

/// One byte a weight: int8 or float8.
Status CompressedTensorsReader::openPlain(const std::string& layer, const TensorsGroup& group, const std::string& what)
{
    const TensorInfo* weight = m_checkpoint.find(layer + ".weight");
    const DType dtype = group.layout == TensorsLayout::Float ? DType::F8E4M3 : DType::I8;
    if (weight->dtype != dtype || weight->shape.size() != 2)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: weight is {} [{}], but by {}.config_groups.{} it should be a matrix of {}", what,
                dtypeName(weight->dtype), fmt::join(weight->shape, ", "), m_what, group.name, dtypeName(dtype)));
    StoredLayer stored { nullptr, { weight->shape[0], weight->shape[1] } };
    KERF_TRY(stored.format, formatOf(group, stored.shape, what));
    const std::int64_t groups = stored.shape.cols / stored.format->groupSize(stored.shape.cols);
    std::vector<std::int64_t> scales { stored.shape.rows, groups };
    if (group.granularity == "tensor")
        scales = { 1 };
    if (group.granularity == "block128")
        scales = { (stored.shape.rows + 127) / 128, groups };
    KERF_CHECK(requireFloats(m_checkpoint, scalesTensor(layer), scales));
    if (!group.symmetric)
        KERF_CHECK(requireTensor(m_checkpoint, layer + ".weight_zero_point", DType::I8, scales));
    m_layers.emplace(layer, std::move(stored));
    return {};
}

Status CompressedTensorsReader::readPackedZeros(const std::string& layer, QuantizedTensor& tensor) const
{
    const auto groups = static_cast<std::size_t>(tensor.groups());
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const int bits = tensor.format->codeBits();
    if (tensor.format->isSymmetric())
        return {};
    tensor.zeros.resize(rows * groups);
    // Packed along the outputs: the words of one group are a column of the tensor.
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight_zero_point"));
    std::vector<std::uint8_t> zeros(rows);
    for (std::size_t g = 0; g < groups; ++g) {
        bitFields(bytes.data() + g * 4, groups, bits, rows, m_wordwise.contains(layer), zeros.data());
        for (std::size_t row = 0; row < rows; ++row)
            tensor.zeros[row * groups + g] = static_cast<float>(zeros[row]);
    }
    return {};
}

Status CompressedTensorsReader::readPackedCodes(const std::string& layer, QuantizedTensor& tensor) const
{
    const std::int64_t rows = tensor.shape.rows, cols = tensor.shape.cols;
    const int bits = tensor.format->codeBits();
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight_packed"));
    tensor.codes.resize(static_cast<std::size_t>(rows * cols));
    const std::int64_t rowBytes = wordsFor(layer, cols, bits) * 4;
    const bool isWordwise = m_wordwise.contains(layer);
    parallelFor((rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kTileRows; row < std::min(rows, (tile + 1) * kTileRows); ++row)
            bitFields(bytes.data() + row * rowBytes, 1, bits, static_cast<std::size_t>(cols), isWordwise,
                tensor.codes.data() + row * cols);
    });
    if (m_checkpoint.find(layer + ".weight_g_idx")) {
        KERF_TRY(tensor.groupIndex, readGroupIndex(m_checkpoint, layer + ".weight_g_idx", m_layers.at(layer)));
    }
    return {};
}

/// Signed numbers in bytes, whatever the bits: code = number + 2^(bits-1), zero points too.
Status CompressedTensorsReader::readIntegers(const std::string& layer, QuantizedTensor& tensor) const
{
    const int half = 1 << (tensor.format->codeBits() - 1);
    const auto codesOf = [&](const std::string& name) -> Result<std::vector<std::uint8_t>> {
        KERF_TRY(const auto bytes, m_checkpoint.bytes(name));
        std::vector<std::uint8_t> codes;
        for (const std::byte byte : bytes) {
            const int number = std::to_integer<int>(byte ^ std::byte { 0x80 }) - 128; // two's complement
            if (number < -half || number >= half)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {}: {} is no number of {} bits", m_checkpoint.folder().string(), name,
                        number, tensor.format->codeBits()));
            codes.push_back(static_cast<std::uint8_t>(number + half));
        }
        return codes;
    };
    KERF_TRY(tensor.codes, codesOf(layer + ".weight"));
    if (tensor.format->isSymmetric())
        return {};
    KERF_TRY(const std::vector<std::uint8_t> zeros, codesOf(layer + ".weight_zero_point"));
    tensor.zeros.assign(zeros.begin(), zeros.end());
    return {};
}

Result<QuantizedTensor> CompressedTensorsReader::read(const std::string& layer) const
{
    const StoredLayer& stored = m_layers.at(layer);
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    const TensorsLayout layout = m_layouts.at(layer);
    if (microscaledFormat(layout))
        return readMicroscaled(m_checkpoint, microscaledTensors(layer, layout), stored);
    if (layout == TensorsLayout::Float)
        return readFloat8(m_checkpoint, layer + ".weight", scalesTensor(layer), stored);
    KERF_TRY(
        const Matrix scales, readScales(m_checkpoint, scalesTensor(layer), { stored.shape.rows, tensor.groups() }));
    tensor.scales.assign(scales.data(), scales.data() + scales.size());
    if (layout == TensorsLayout::Integer) {
        KERF_CHECK(readIntegers(layer, tensor));
        return tensor;
    }
    KERF_CHECK(readPackedZeros(layer, tensor));
    KERF_CHECK(readPackedCodes(layer, tensor));
    return tensor;
}

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
{
    auto reader = std::make_shared<CompressedTensorsReader>(checkpoint, what);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& compressedTensorsKind()
{
    // Its own key of config.json is from before it took the common one.
    static const QuantizedKind kind { "compressed-tensors",
        { ".weight_packed", ".weight_scale", ".weight_zero_point", ".weight_global_scale" }, "compression_config", {},
        open };
    return kind;
}

} // namespace kerf::core
