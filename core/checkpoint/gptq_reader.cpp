// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/base/regex.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeightSuffix = ".qweight";
constexpr std::int64_t kTileRows = 64;

struct GptqSettings {
    std::int64_t bits = 0;
    std::int64_t group = 0; ///< -1 = the whole row
    bool symmetric = true;
    bool activationOrder = false; ///< desc_act: g_idx decides
};

bool overlay(const OrderedJson& json, const char* key, std::int64_t& value)
{
    const auto found = json.find(key);
    if (found == json.end())
        return true;
    if (!found->is_number_integer())
        return false;
    value = found->get<std::int64_t>();
    return true;
}

bool overlay(const OrderedJson& json, const char* key, bool& value)
{
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return true;
    if (!found->is_boolean())
        return false;
    value = found->get<bool>();
    return true;
}

/// Replaces the settings that `json` has. Errors: BadFile.
Status apply(const OrderedJson& json, GptqSettings& settings, const std::string& what)
{
    if (!overlay(json, "bits", settings.bits) || !overlay(json, "group_size", settings.group)
        || !overlay(json, "sym", settings.symmetric) || !overlay(json, "desc_act", settings.activationOrder))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: bits and group_size must be whole numbers, sym and desc_act true or false", what));
    const std::int64_t bits = settings.bits;
    if (bits != 2 && bits != 3 && bits != 4 && bits != 8)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: has bits {}; GPTQ is read with 2, 3, 4 and 8 bits", what, bits));
    if (settings.group != -1 && settings.group < 1)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: has group_size {}; it must be -1 or the number of columns of a group", what, settings.group));
    return {};
}

/// One rule of `dynamic`: layers whose name matches from its start get other settings, or stay dense.
struct DynamicRule {
    Regex pattern;
    bool isExclusion = false;
    OrderedJson settings;
};

Result<std::vector<DynamicRule>> readRules(const OrderedJson& config, const std::string& what)
{
    std::vector<DynamicRule> rules;
    const auto dynamic = config.find("dynamic");
    if (dynamic == config.end() || dynamic->is_null())
        return rules;
    if (!dynamic->is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: dynamic is not an object", what));
    for (const auto& [key, settings] : dynamic->items()) {
        const std::string text = key.starts_with("-:") || key.starts_with("+:") ? key.substr(2) : key;
        auto pattern = Regex::compile("\\A(?:" + text + ")");
        if (!pattern || !settings.is_object())
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: the rule \"{}\" of dynamic is no regular expression with an object of settings", what, key));
        rules.push_back({ *pattern, key.starts_with("-:"), settings });
    }
    return rules;
}

/// v1 stores zero points minus one. Writers make that by subtracting a constant from each word, so that a zero point of
/// 0 borrows from its neighbour in the word: adding the constant to the word undoes both. Without zero points of 0
/// (symmetric layers) it is the same as adding one to each field. 0 for 3 bits, see readZeros.
std::uint32_t zeroWordAddend(int bits)
{
    switch (bits) {
    case 2:
        return 0x55555555U;
    case 4:
        return 0x11111111U;
    case 8:
        return 0x01010101U;
    default:
        return 0;
    }
}

class GptqReader final : public QuantizedReader {
public:
    GptqReader(const Checkpoint& checkpoint, std::string what)
        : m_checkpoint(checkpoint)
        , m_what(std::move(what))
    {
    }
    Status open(const OrderedJson& config);
    Result<QuantizedTensor> read(const std::string& layer) const override;
    std::string scalesTensor(const std::string& layer) const override { return layer + ".scales"; }

private:
    Status openVersion(const OrderedJson& config);
    Result<GptqSettings> settingsFor(
        const std::string& layer, const GptqSettings& base, const std::vector<DynamicRule>& rules) const;
    Status openLayer(const std::string& layer, const TensorInfo& weight, const GptqSettings& settings);
    Status readZeros(const std::string& layer, QuantizedTensor& tensor) const;
    Status readCodes(const std::string& layer, QuantizedTensor& tensor) const;

    Checkpoint m_checkpoint;
    std::string m_what; ///< where the settings stand
    bool m_isVersion1 = true;
};

Status GptqReader::openVersion(const OrderedJson& config)
{
    for (const char* key : { "checkpoint_format", "format" }) {
        const auto found = config.find(key);
        if (found == config.end() || found->is_null())
            continue;
        const std::string version = found->is_string() ? found->get<std::string>() : found->dump();
        if (version != "gptq" && version != "gptq_v2")
            return fail(ErrorCode::BadFile,
                fmt::format("{}: has {} \"{}\"; gptq and gptq_v2 can be read", m_what, key, version.substr(0, 100)));
        m_isVersion1 = version == "gptq";
        break;
    }
    const auto pack = config.find("pack_dtype");
    if (pack != config.end() && *pack != "int32")
        return fail(ErrorCode::BadFile, fmt::format("{}: pack_dtype is {}; int32 can be read", m_what, pack->dump()));
    return {};
}

Status GptqReader::open(const OrderedJson& config)
{
    KERF_CHECK(openVersion(config));
    GptqSettings base;
    base.group = 128; // what every reader takes when it is not written
    KERF_CHECK(apply(config, base, m_what));
    KERF_TRY(const std::vector<DynamicRule> rules, readRules(config, m_what));
    for (const auto& [name, info] : m_checkpoint.tensors()) {
        if (!name.ends_with(kWeightSuffix))
            continue;
        const std::string layer = name.substr(0, name.size() - kWeightSuffix.size());
        KERF_TRY(const GptqSettings settings, settingsFor(layer, base, rules));
        KERF_CHECK(openLayer(layer, info, settings));
    }
    return {};
}

Result<GptqSettings> GptqReader::settingsFor(
    const std::string& layer, const GptqSettings& base, const std::vector<DynamicRule>& rules) const
{
    const std::string what = m_what + ": dynamic for " + layer;
    for (const DynamicRule& rule : rules) {
        KERF_TRY(const bool matches, rule.pattern.contains(layer));
        if (!matches)
            continue;
        if (rule.isExclusion)
            return fail(
                ErrorCode::BadFile, fmt::format("{}: says it is not quantized, but {}.qweight is stored", what, layer));
        GptqSettings settings = base;
        KERF_CHECK(apply(rule.settings, settings, what));
        return settings;
    }
    return base;
}

Status GptqReader::openLayer(const std::string& layer, const TensorInfo& weight, const GptqSettings& settings)
{
    const std::string what = m_checkpoint.files()[weight.file].string() + ": layer " + layer;
    if (weight.shape.size() != 2 || weight.shape[0] > INT32_MAX || weight.shape[0] * 32 % settings.bits != 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: qweight of shape [{}] does not hold whole columns of {} bits", what,
                fmt::join(weight.shape, ", "), settings.bits));
    const std::int64_t rows = weight.shape[1];
    const std::int64_t cols = weight.shape[0] * 32 / settings.bits;
    StoredLayer stored { nullptr, { rows, cols } };
    const IntegerScheme scheme { static_cast<int>(settings.bits), settings.group == -1 ? 0 : settings.group,
        settings.symmetric };
    KERF_TRY(stored.format, formatOfScheme(scheme, stored.shape, what));
    if (m_isVersion1 && scheme.bits == 3 && !scheme.symmetric)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: asymmetric 3-bit layers of GPTQ v1 are stored in two incompatible ways that the file does "
                        "not tell "
                        "apart. Convert it to gptq_v2.",
                what));
    const std::int64_t groups = cols / stored.format->groupSize(cols);
    KERF_CHECK(requireTensor(m_checkpoint, layer + ".qweight", DType::I32, weight.shape));
    KERF_CHECK(
        requireTensor(m_checkpoint, layer + ".qzeros", DType::I32, { groups, (rows * settings.bits + 31) / 32 }));
    KERF_CHECK(requireFloats(m_checkpoint, layer + ".scales", { groups, rows }));
    if (settings.activationOrder || m_checkpoint.find(layer + ".g_idx"))
        KERF_CHECK(requireTensor(m_checkpoint, layer + ".g_idx", DType::I32, { cols }));
    m_layers.emplace(layer, std::move(stored));
    return {};
}

Status GptqReader::readZeros(const std::string& layer, QuantizedTensor& tensor) const
{
    const std::int64_t groups = tensor.groups();
    const std::int64_t rows = tensor.shape.rows;
    const int bits = tensor.format->codeBits();
    const std::uint32_t addend = m_isVersion1 ? zeroWordAddend(bits) : 0;
    // 3-bit fields straddle words, and GPTQModel subtracts other constants from them than AutoGPTQ's kernels add back:
    // two dialects that the file does not tell apart. A symmetric zero point is known without it.
    if (m_isVersion1 && bits == 3 && tensor.format->isSymmetric())
        return {};
    if (!tensor.format->isSymmetric())
        tensor.zeros.resize(static_cast<std::size_t>(rows * groups));
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".qzeros"));
    const std::size_t wordsInGroup = bytes.size() / 4 / static_cast<std::size_t>(groups);
    for (std::int64_t g = 0; g < groups; ++g)
        for (std::int64_t row = 0; row < rows; ++row) {
            const std::byte* words = bytes.data() + static_cast<std::size_t>(g) * wordsInGroup * 4;
            const std::uint32_t zero = bitField(words, 1, bits, static_cast<std::size_t>(row), addend);
            if (tensor.format->isSymmetric() && zero != 1U << (bits - 1))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {}.qzeros: group {} of output {} has the zero point {}, but "
                                "quantization_config says "
                                "sym, which means {}",
                        m_checkpoint.folder().string(), layer, g, row, zero, 1U << (bits - 1)));
            if (!tensor.zeros.empty())
                tensor.zeros[static_cast<std::size_t>(row * groups + g)] = static_cast<float>(zero);
        }
    return {};
}

Status GptqReader::readCodes(const std::string& layer, QuantizedTensor& tensor) const
{
    const std::int64_t rows = tensor.shape.rows;
    const std::int64_t cols = tensor.shape.cols;
    const int bits = tensor.format->codeBits();
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".qweight"));
    tensor.codes.resize(static_cast<std::size_t>(rows * cols));
    parallelFor((rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
        const std::int64_t last = std::min(rows, (tile + 1) * kTileRows);
        for (std::int64_t row = tile * kTileRows; row < last; ++row)
            bitFields(bytes.data() + row * 4, static_cast<std::size_t>(rows), bits, static_cast<std::size_t>(cols),
                false, tensor.codes.data() + row * cols);
    });
    return {};
}

Result<QuantizedTensor> GptqReader::read(const std::string& layer) const
{
    const StoredLayer& stored = m_layers.at(layer);
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    KERF_TRY(tensor.scales, readScalesByGroup(m_checkpoint, layer + ".scales", tensor));
    KERF_CHECK(readZeros(layer, tensor));
    KERF_CHECK(readCodes(layer, tensor));
    if (m_checkpoint.find(layer + ".g_idx")) {
        KERF_TRY(tensor.groupIndex, readGroupIndex(m_checkpoint, layer + ".g_idx", stored));
    }
    return tensor;
}

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
{
    auto reader = std::make_shared<GptqReader>(checkpoint, what);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& gptqKind()
{
    // AutoGPTQ's file did not say so before it could hold others.
    static const QuantizedKind kind { "gptq", { ".qweight", ".qzeros", ".scales", ".g_idx" }, "",
        "quantize_config.json", open };
    return kind;
}

} // namespace kerf::core
