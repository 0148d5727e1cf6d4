// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/base/regex.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeightSuffix = ".weight_packed";
constexpr std::int64_t kTileRows = 64;

/// A layer name, or "re:" and a regular expression that matches from the start of a layer name, or a module's class.
struct Target {
    std::string text;
    std::optional<Regex> pattern;

    static Result<Target> parse(const OrderedJson& json, const std::string& what)
    {
        if (!json.is_string())
            return fail(ErrorCode::BadFile, fmt::format("{}: a target is not a text", what));
        Target target { json.get<std::string>(), std::nullopt };
        if (target.text.starts_with("re:")) {
            auto pattern = Regex::compile("\\A(?:" + target.text.substr(3) + ")");
            if (!pattern)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: target \"{}\": {}", what, target.text.substr(0, 100), pattern.error().message));
            target.pattern = *pattern;
        }
        return target;
    }
    Result<bool> matchesName(const std::string& layer) const
    {
        return pattern ? pattern->contains(layer) : Result<bool>(text == layer);
    }
    bool isLinearClass() const { return text == "Linear"; }
};

Result<std::vector<Target>> parseTargets(const OrderedJson& json, const char* key, const std::string& what)
{
    std::vector<Target> targets;
    const auto list = json.find(key);
    if (list == json.end() || list->is_null())
        return targets;
    if (!list->is_array())
        return fail(ErrorCode::BadFile, fmt::format("{}: {} is not a list", what, key));
    for (const OrderedJson& entry : *list) {
        KERF_TRY(Target target, Target::parse(entry, what));
        targets.push_back(std::move(target));
    }
    return targets;
}

Result<bool> anyMatches(const std::vector<Target>& targets, const std::string& layer)
{
    for (const Target& target : targets) {
        KERF_TRY(const bool matches, target.matchesName(layer));
        if (matches)
            return true;
    }
    return false;
}

bool isEmptyOrNull(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() || found->empty();
}

std::string textOf(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct Group {
    std::string name;
    std::vector<Target> targets;
    IntegerScheme scheme;
};

Result<IntegerScheme> parseScheme(const OrderedJson& weights, const std::string& what)
{
    const auto bits = weights.find("num_bits");
    const auto symmetric = weights.find("symmetric");
    const std::string type = weights.contains("type") ? textOf(weights, "type") : "int";
    const std::string strategy = textOf(weights, "strategy");
    if (bits == weights.end() || !bits->is_number_unsigned() || *bits < 2 || *bits > 8 || type != "int")
        return fail(ErrorCode::BadFile, fmt::format("{}: weights must be of type int with num_bits 2 to 8", what));
    IntegerScheme scheme { bits->get<int>(), 0, true };
    if (symmetric != weights.end()) {
        if (!symmetric->is_boolean())
            return fail(ErrorCode::BadFile, fmt::format("{}: symmetric is neither true nor false", what));
        scheme.symmetric = symmetric->get<bool>();
    }
    if (strategy == "channel")
        return scheme;
    const auto size = weights.find("group_size");
    if (strategy != "group" || size == weights.end() || !size->is_number_unsigned() || *size < 1 || *size > INT32_MAX)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: has strategy \"{}\"; channel, and group with a group_size above 0, can be read", what, strategy));
    scheme.group = size->get<std::int64_t>();
    return scheme;
}

/// Dense packing of 3, 5, 6 and 7 bits came with version 0.17.0; before, each word held whole fields only.
bool packsDensely(const std::string& version)
{
    int major = 0;
    int minor = 0;
    const char* const end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ptr != end && *first.ptr == '.')
        std::from_chars(first.ptr + 1, end, minor);
    return major > 0 || minor >= 17;
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
    std::string scalesTensor(const std::string& layer) const override { return layer + ".weight_scale"; }

private:
    Status openGroup(const std::string& name, const OrderedJson& json, const std::string& topFormat);
    Result<const Group*> groupOf(const std::string& layer) const;
    Status openLayer(const std::string& layer, const TensorInfo& packed);
    Result<LayerShape> readShape(const std::string& layer) const;
    Status readZeros(const std::string& layer, QuantizedTensor& tensor) const;

    Checkpoint m_checkpoint;
    std::string m_what;
    std::string m_version;
    std::vector<Group> m_groups;
    std::vector<Target> m_ignore;
};

Status CompressedTensorsReader::open(const OrderedJson& config)
{
    if (config.contains("quantization_status") && textOf(config, "quantization_status") != "compressed")
        return fail(ErrorCode::BadFile, fmt::format("{}: quantization_status is not \"compressed\"", m_what));
    const bool isSparse
        = !isEmptyOrNull(config, "sparsity_config") && textOf(config["sparsity_config"], "format") != "dense";
    if (isSparse || !isEmptyOrNull(config, "transform_config"))
        return fail(ErrorCode::BadFile, fmt::format("{}: sparse or transformed weights cannot be read", m_what));
    const auto groups = config.find("config_groups");
    if (groups == config.end() || !groups->is_object() || groups->empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no config_groups", m_what));
    m_version = textOf(config, "version");
    for (const auto& [name, json] : groups->items())
        KERF_CHECK(openGroup(name, json, textOf(config, "format")));
    KERF_TRY(m_ignore, parseTargets(config, "ignore", m_what));
    for (const auto& [name, info] : m_checkpoint.tensors())
        if (name.ends_with(kWeightSuffix))
            KERF_CHECK(openLayer(name.substr(0, name.size() - kWeightSuffix.size()), info));
    return {};
}

Status CompressedTensorsReader::openGroup(
    const std::string& name, const OrderedJson& json, const std::string& topFormat)
{
    const std::string what = m_what + ".config_groups." + name;
    if (!json.is_object() || isEmptyOrNull(json, "weights") || !json["weights"].is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no weights", what));
    const std::string own = textOf(json, "format");
    const std::string& format = own.empty() ? topFormat : own;
    if (format != "pack-quantized")
        return fail(ErrorCode::BadFile, fmt::format("{}: has format \"{}\"; pack-quantized can be read", what, format));
    if (!isEmptyOrNull(json, "input_activations") || !isEmptyOrNull(json, "output_activations"))
        return fail(ErrorCode::BadFile, fmt::format("{}: quantizes activations, which cannot be read", what));
    Group group;
    group.name = name;
    KERF_TRY(group.scheme, parseScheme(json["weights"], what));
    KERF_TRY(group.targets, parseTargets(json, "targets", what));
    m_groups.push_back(std::move(group));
    return {};
}

/// A target that names the layer goes before one that names its class.
Result<const Group*> CompressedTensorsReader::groupOf(const std::string& layer) const
{
    KERF_TRY(const bool isIgnored, anyMatches(m_ignore, layer));
    if (isIgnored)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: ignores {}, but {}{} is stored", m_what, layer, layer, kWeightSuffix));
    for (const Group& group : m_groups) {
        KERF_TRY(const bool matches, anyMatches(group.targets, layer));
        if (matches)
            return &group;
    }
    for (const Group& group : m_groups)
        if (std::any_of(group.targets.begin(), group.targets.end(), [](const Target& t) { return t.isLinearClass(); }))
            return &group;
    return fail(ErrorCode::BadFile,
        fmt::format("{}: no group targets {}, but {}{} is stored", m_what, layer, layer, kWeightSuffix));
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

Status CompressedTensorsReader::openLayer(const std::string& layer, const TensorInfo& packed)
{
    const std::string what = m_checkpoint.files()[packed.file].string() + ": layer " + layer;
    KERF_TRY(const Group* group, groupOf(layer));
    KERF_TRY(const LayerShape shape, readShape(layer));
    const int bits = group->scheme.bits;
    if (32 % bits != 0 && !packsDensely(m_version))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: was packed with {} bits by compressed-tensors {}; before 0.17.0 words were packed otherwise. "
                "Convert it with a newer version.",
                what, bits, m_version.empty() ? "of unknown version" : m_version));
    StoredLayer stored { nullptr, shape };
    KERF_TRY(stored.format, formatOfScheme(group->scheme, shape, what));
    const std::int64_t groups = shape.cols / stored.format->groupSize(shape.cols);
    KERF_CHECK(requireTensor(
        m_checkpoint, layer + ".weight_packed", DType::I32, { shape.rows, (shape.cols * bits + 31) / 32 }));
    const TensorInfo* scales = m_checkpoint.find(layer + ".weight_scale");
    KERF_CHECK(requireTensor(m_checkpoint, layer + ".weight_scale",
        scales && isWeightFloat(scales->dtype) ? scales->dtype : DType::F16, { shape.rows, groups }));
    if (!group->scheme.symmetric)
        KERF_CHECK(requireTensor(
            m_checkpoint, layer + ".weight_zero_point", DType::I32, { (shape.rows * bits + 31) / 32, groups }));
    if (m_checkpoint.find(layer + ".weight_g_idx"))
        KERF_CHECK(requireTensor(m_checkpoint, layer + ".weight_g_idx", DType::I32, { shape.cols }));
    m_layers.emplace(layer, std::move(stored));
    return {};
}

Status CompressedTensorsReader::readZeros(const std::string& layer, QuantizedTensor& tensor) const
{
    const auto groups = static_cast<std::size_t>(tensor.groups());
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const int bits = tensor.format->codeBits();
    if (tensor.format->isSymmetric())
        return {};
    tensor.zeros.resize(rows * groups);
    // Packed along the outputs: the words of one group are a column of the tensor.
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight_zero_point"));
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t g = 0; g < groups; ++g)
            tensor.zeros[row * groups + g] = static_cast<float>(bitField(bytes.data() + g * 4, groups, bits, row));
    return {};
}

Result<QuantizedTensor> CompressedTensorsReader::read(const std::string& layer) const
{
    const StoredLayer& stored = m_layers.at(layer);
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    const std::int64_t rows = stored.shape.rows;
    const std::int64_t cols = stored.shape.cols;
    const int bits = stored.format->codeBits();
    KERF_TRY(const Matrix scales, readScales(m_checkpoint, layer + ".weight_scale", { rows, tensor.groups() }));
    tensor.scales.assign(scales.data(), scales.data() + scales.size());
    KERF_CHECK(readZeros(layer, tensor));
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".weight_packed"));
    tensor.codes.resize(static_cast<std::size_t>(rows * cols));
    const std::int64_t rowBytes = (cols * bits + 31) / 32 * 4;
    parallelFor((rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kTileRows; row < std::min(rows, (tile + 1) * kTileRows); ++row)
            for (std::int64_t column = 0; column < cols; ++column)
                tensor.codes[static_cast<std::size_t>(row * cols + column)] = static_cast<std::uint8_t>(
                    bitField(bytes.data() + row * rowBytes, 1, bits, static_cast<std::size_t>(column)));
    });
    if (m_checkpoint.find(layer + ".weight_g_idx")) {
        KERF_TRY(tensor.groupIndex, readGroupIndex(m_checkpoint, layer + ".weight_g_idx", stored));
    }
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
    static const QuantizedKind kind { "compressed-tensors", { ".weight_packed", ".weight_scale", ".weight_zero_point" },
        "compression_config", false, open };
    return kind;
}

} // namespace kerf::core
