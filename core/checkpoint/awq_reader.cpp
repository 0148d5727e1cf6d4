// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeightSuffix = ".qweight";
constexpr std::int64_t kFields = 8; ///< 4-bit codes of a word
/// Which field of its word output 8c + j lies in (AutoAWQ, awq/utils/packing_utils.py: the reverse of
/// AWQ_ORDER 0 2 4 6 1 3 5 7).
constexpr std::array<int, kFields> kFieldOf { 0, 4, 1, 5, 2, 6, 3, 7 };

/// The eight codes of a word, in the order of their outputs.
std::array<std::uint8_t, kFields> codesOf(const std::byte* bytes)
{
    std::uint32_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    std::array<std::uint8_t, kFields> codes {};
    for (std::size_t j = 0; j < codes.size(); ++j)
        codes[j] = static_cast<std::uint8_t>(word >> (4 * kFieldOf[j]) & 15U);
    return codes;
}

/// A whole number under the first of two keys that is there: AutoAWQ's own files have other names.
Result<std::optional<std::int64_t>> numberAt(
    const OrderedJson& config, const char* key, const char* otherKey, const std::string& what)
{
    for (const char* name : { key, otherKey }) {
        const auto found = config.find(name);
        if (found == config.end() || found->is_null())
            continue;
        if (!found->is_number_integer())
            return fail(ErrorCode::BadFile, fmt::format("{}: {} is no whole number", what, name));
        return found->get<std::int64_t>();
    }
    return std::nullopt;
}

bool flagAt(const OrderedJson& config, const char* key, bool otherwise)
{
    const auto found = config.find(key);
    return found != config.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

/// AWQ as AutoAWQ's GEMM kernels take it: 4 bits, codes packed along the outputs in an order of their own.
class AwqReader final : public QuantizedReader {
public:
    AwqReader(const Checkpoint& checkpoint, std::string what)
        : m_checkpoint(checkpoint)
        , m_what(std::move(what))
    {
    }
    Status open(const OrderedJson& config);
    Result<QuantizedTensor> read(const std::string& layer) const override;
    std::string scalesTensor(const std::string& layer) const override { return layer + ".scales"; }

private:
    Status checkLayout(const OrderedJson& config) const;
    Status openLayer(const std::string& layer, const TensorInfo& weight, const IntegerScheme& scheme);
    Status readZeros(const std::string& layer, QuantizedTensor& tensor) const;
    Status readCodes(const std::string& layer, QuantizedTensor& tensor) const;

    Checkpoint m_checkpoint;
    std::string m_what; ///< where the settings stand
};

Status AwqReader::checkLayout(const OrderedJson& config) const
{
    for (const char* key : { "version", "checkpoint_format", "format" }) {
        const auto found = config.find(key);
        if (found == config.end() || found->is_null())
            continue;
        const std::string version = found->is_string() ? found->get<std::string>() : found->dump();
        if (version != "gemm" && version != "GEMM")
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: has {} \"{}\"; of AWQ's layouts gemm can be read", m_what, key, version.substr(0, 100)));
    }
    return {};
}

Status AwqReader::open(const OrderedJson& config)
{
    KERF_CHECK(checkLayout(config));
    KERF_TRY(const std::optional<std::int64_t> bits, numberAt(config, "bits", "w_bit", m_what));
    KERF_TRY(const std::optional<std::int64_t> group, numberAt(config, "group_size", "q_group_size", m_what));
    if (bits.value_or(4) != 4)
        return fail(ErrorCode::BadFile, fmt::format("{}: has bits {}; AWQ is read with 4 bits", m_what, *bits));
    const std::int64_t size = group.value_or(128);
    if (size != -1 && size < 1)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has group_size {}; it must be -1 or the number of columns of a group", m_what, size));
    // Zero points are always stored; without the wish for them they all are the middle code.
    const IntegerScheme scheme { 4, size == -1 ? 0 : size, !flagAt(config, "zero_point", true) };
    for (const auto& [name, info] : m_checkpoint.tensors())
        if (name.ends_with(kWeightSuffix))
            KERF_CHECK(openLayer(name.substr(0, name.size() - kWeightSuffix.size()), info, scheme));
    return {};
}

Status AwqReader::openLayer(const std::string& layer, const TensorInfo& weight, const IntegerScheme& scheme)
{
    const std::string what = m_checkpoint.files()[weight.file].string() + ": layer " + layer;
    if (weight.shape.size() != 2 || weight.shape[1] > INT32_MAX)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: qweight of shape [{}] is not a matrix of words with 8 outputs each", what,
                fmt::join(weight.shape, ", ")));
    const std::int64_t cols = weight.shape[0], rows = weight.shape[1] * kFields;
    StoredLayer stored { nullptr, { rows, cols } };
    KERF_TRY(stored.format, formatOfScheme(scheme, stored.shape, what));
    const std::int64_t groups = cols / stored.format->groupSize(cols);
    KERF_CHECK(requireTensor(m_checkpoint, layer + ".qweight", DType::I32, weight.shape));
    KERF_CHECK(requireTensor(m_checkpoint, layer + ".qzeros", DType::I32, { groups, rows / kFields }));
    KERF_CHECK(requireFloats(m_checkpoint, layer + ".scales", { groups, rows }));
    m_layers.emplace(layer, std::move(stored));
    return {};
}

Status AwqReader::readZeros(const std::string& layer, QuantizedTensor& tensor) const
{
    constexpr std::uint8_t kMiddle = 8;
    const std::int64_t groups = tensor.groups(), words = tensor.shape.rows / kFields;
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".qzeros"));
    if (!tensor.format->isSymmetric())
        tensor.zeros.resize(static_cast<std::size_t>(tensor.shape.rows * groups));
    for (std::int64_t g = 0; g < groups; ++g)
        for (std::int64_t w = 0; w < words; ++w) {
            const auto zeros = codesOf(bytes.data() + 4 * (g * words + w));
            for (std::size_t j = 0; j < zeros.size(); ++j) {
                const std::int64_t row = w * kFields + static_cast<std::int64_t>(j);
                if (!tensor.zeros.empty())
                    tensor.zeros[static_cast<std::size_t>(row * groups + g)] = static_cast<float>(zeros[j]);
                else if (zeros[j] != kMiddle)
                    return fail(ErrorCode::BadFile,
                        fmt::format("{}: tensor {}.qzeros: group {} of output {} has the zero point {}, but the "
                                    "settings say zero_point false, which means {}",
                            m_checkpoint.folder().string(), layer, g, row, zeros[j], kMiddle));
            }
        }
    return {};
}

Status AwqReader::readCodes(const std::string& layer, QuantizedTensor& tensor) const
{
    const std::int64_t cols = tensor.shape.cols, words = tensor.shape.rows / kFields;
    KERF_TRY(const auto bytes, m_checkpoint.bytes(layer + ".qweight"));
    tensor.codes.resize(static_cast<std::size_t>(tensor.shape.rows * cols));
    parallelFor(words, [&](std::int64_t w) {
        for (std::int64_t column = 0; column < cols; ++column) {
            const auto codes = codesOf(bytes.data() + 4 * (column * words + w));
            for (std::size_t j = 0; j < codes.size(); ++j)
                tensor.codes[static_cast<std::size_t>((w * kFields + static_cast<std::int64_t>(j)) * cols + column)]
                    = codes[j];
        }
    });
    return {};
}

Result<QuantizedTensor> AwqReader::read(const std::string& layer) const
{
    const StoredLayer& stored = m_layers.at(layer);
    QuantizedTensor tensor { stored.format, stored.shape, {}, {}, {}, {} };
    KERF_TRY(tensor.scales, readScalesByGroup(m_checkpoint, layer + ".scales", tensor));
    KERF_CHECK(readZeros(layer, tensor));
    KERF_CHECK(readCodes(layer, tensor));
    return tensor;
}

Result<QuantizedReaderPtr> open(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
{
    auto reader = std::make_shared<AwqReader>(checkpoint, what);
    KERF_CHECK(reader->open(config));
    return reader;
}

} // namespace

const QuantizedKind& awqKind()
{
    static const QuantizedKind kind { "awq", { ".qweight", ".qzeros", ".scales" }, "", {}, open };
    return kind;
}

} // namespace kerf::core
