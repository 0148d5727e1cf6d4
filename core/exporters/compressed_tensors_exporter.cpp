// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/exporters/bit_packing.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/plan/loaders.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kTileRows = 64;
// From this version on 3, 5, 6 and 7 bits are packed densely, as we write them; the other widths never changed.
constexpr const char* kFormatVersion = "0.17.0";

std::size_t wordsFor(std::int64_t count, int bits)
{
    return static_cast<std::size_t>((count * bits + 31) / 32);
}

class CompressedTensorsCodec final : public LayerCodec {
public:
    explicit CompressedTensorsCodec(const std::vector<QuantizedRow>& rows)
    {
        for (const QuantizedRow& row : rows)
            if (row.activation != ActivationFormat::None)
                m_withInputs.insert(row.layer->name);
    }

    std::vector<TensorSpec> specs(
        const std::string& layer, const LayerShape& shape, const Format& format) const override
    {
        if (m_withInputs.contains(layer)) {
            const bool isFloat = format.family() == FormatFamily::Float8;
            const std::vector<std::int64_t> rows { shape.rows, 1 };
            return { { layer + ".weight", isFloat ? DType::F8E4M3 : DType::I8, { shape.rows, shape.cols } },
                { layer + ".weight_scale", isFloat ? DType::F32 : DType::F16,
                    format.granularity() == Granularity::Tensor ? std::vector<std::int64_t> { 1 } : rows } };
        }
        const int bits = format.codeBits();
        const std::int64_t groups = shape.cols / format.groupSize(shape.cols);
        std::vector<TensorSpec> specs { { layer + ".weight_packed", DType::I32,
                                            { shape.rows, static_cast<std::int64_t>(wordsFor(shape.cols, bits)) } },
            { layer + ".weight_scale", DType::F16, { shape.rows, groups } },
            { layer + ".weight_shape", DType::I64, { 2 } } };
        if (!format.isSymmetric())
            specs.push_back({ layer + ".weight_zero_point", DType::I32,
                { static_cast<std::int64_t>(wordsFor(shape.rows, bits)), groups } });
        return specs;
    }

    Result<std::vector<PackedTensor>> pack(const std::string& layer, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(layer, tensor));
        const std::vector<TensorSpec> specs = this->specs(layer, tensor.shape, *tensor.format);
        if (tensor.format->family() == FormatFamily::Float8) // which stores its scales as float32
            return std::vector { PackedTensor::of(specs[0].name, specs[0].dtype, specs[0].shape, tensor.codes),
                PackedTensor::of(specs[1].name, specs[1].dtype, specs[1].shape, tensor.stored) };
        KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(layer, tensor));
        if (m_withInputs.contains(layer))
            return std::vector { PackedTensor::of(specs[0].name, specs[0].dtype, specs[0].shape, signedBytes(tensor)),
                PackedTensor::of(specs[1].name, specs[1].dtype, specs[1].shape, scales) };
        const std::vector<std::int64_t> shape { tensor.shape.rows, tensor.shape.cols };
        std::vector<PackedTensor> packed { PackedTensor::of(
                                               specs[0].name, specs[0].dtype, specs[0].shape, packCodes(tensor)),
            PackedTensor::of(specs[1].name, specs[1].dtype, specs[1].shape, scales),
            PackedTensor::of(specs[2].name, specs[2].dtype, specs[2].shape, shape) };
        if (!tensor.format->isSymmetric())
            packed.push_back(PackedTensor::of(specs[3].name, specs[3].dtype, specs[3].shape, packZeros(tensor)));
        return packed;
    }

private:
    std::set<std::string> m_withInputs;

    static std::vector<std::uint8_t> signedBytes(const QuantizedTensor& tensor)
    {
        std::vector<std::uint8_t> bytes(tensor.codes.size());
        std::ranges::transform(tensor.codes, bytes.begin(), [](std::uint8_t code) { return code ^ 0x80; });
        return bytes;
    }
    /// The format's signed value plus 2^(bits-1) is our code. Rows are padded to whole words.
    static std::vector<std::uint32_t> packCodes(const QuantizedTensor& tensor)
    {
        const auto rows = static_cast<std::size_t>(tensor.shape.rows);
        const auto cols = static_cast<std::size_t>(tensor.shape.cols);
        const int bits = tensor.format->codeBits();
        const std::size_t rowWords = wordsFor(tensor.shape.cols, bits);
        std::vector<std::uint32_t> words(rows * rowWords);
        parallelFor((tensor.shape.rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
            const auto first = static_cast<std::size_t>(tile * kTileRows);
            for (std::size_t row = first; row < std::min(rows, first + kTileRows); ++row)
                packFields(tensor.codes.data() + row * cols, 1, cols, bits, words.data() + row * rowWords, 1);
        });
        return words;
    }
    /// Packed along the outputs: [ceil(out * bits / 32), groups].
    static std::vector<std::uint32_t> packZeros(const QuantizedTensor& tensor)
    {
        const auto rows = static_cast<std::size_t>(tensor.shape.rows);
        const auto groups = static_cast<std::size_t>(tensor.groups());
        const int bits = tensor.format->codeBits();
        const std::vector<std::uint8_t> zeros = zeroCodes(tensor);
        std::vector<std::uint32_t> words(wordsFor(tensor.shape.rows, bits) * groups);
        for (std::size_t g = 0; g < groups; ++g)
            packFields(zeros.data() + g, groups, rows, bits, words.data() + g, groups);
        return words;
    }
};

OrderedConfig weightArguments(const QuantizedRow& row)
{
    const bool isFloat = row.format->family() == FormatFamily::Float8;
    OrderedConfig arguments { { "num_bits", row.format->codeBits() }, { "type", isFloat ? "float" : "int" },
        { "symmetric", row.format->isSymmetric() } };
    if (row.format->granularity() != Granularity::Group) {
        arguments["strategy"] = row.format->granularity() == Granularity::Tensor ? "tensor" : "channel";
    } else {
        arguments["strategy"] = "group";
        arguments["group_size"] = row.format->groupSize(row.layer->shape.cols);
    }
    arguments["dynamic"] = false;
    arguments["actorder"] = nullptr;
    return arguments;
}

/// One scale a token, taken from the token while the model runs; null for inputs that stay as they are.
OrderedConfig inputArguments(const QuantizedRow& row)
{
    if (row.activation == ActivationFormat::None)
        return nullptr;
    return { { "num_bits", 8 }, { "type", row.activation == ActivationFormat::Fp8Token ? "float" : "int" },
        { "symmetric", true }, { "strategy", "token" }, { "dynamic", true } };
}

std::string layoutOf(const QuantizedRow& row)
{
    if (row.activation == ActivationFormat::None)
        return "pack-quantized";
    return row.format->family() == FormatFamily::Float8 ? "float-quantized" : "int-quantized";
}

/// Targets are whole layer names, never a module class: loaders try a class before the shards of a fused layer, so a
/// class would catch what another group names.
OrderedConfig quantizationConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    std::map<std::string, std::vector<const QuantizedRow*>> byFormat;
    for (const QuantizedRow& row : rows)
        byFormat[LayerFormat { row.format, row.activation }.name()].push_back(&row);
    OrderedConfig groups = OrderedConfig::object();
    for (const auto& [format, members] : byFormat) {
        OrderedConfig targets = OrderedConfig::array();
        for (const QuantizedRow* row : members)
            targets.push_back(row->layer->name);
        groups[fmt::format("group_{}", groups.size())] = OrderedConfig { { "targets", targets },
            { "weights", weightArguments(*members[0]) }, { "input_activations", inputArguments(*members[0]) },
            { "output_activations", nullptr }, { "format", layoutOf(*members[0]) } };
    }
    OrderedConfig ignore = OrderedConfig::array();
    for (std::string& layer : denseLayers(source.network, rows))
        ignore.push_back(std::move(layer));
    ignore.push_back("lm_head");
    return OrderedConfig { { "quant_method", "compressed-tensors" }, { "version", kFormatVersion },
        { "format", groups.size() > 1 ? "mixed-precision" : layoutOf(rows.front()) },
        { "quantization_status", "compressed" }, { "global_compression_ratio", nullptr }, { "ignore", ignore },
        { "kv_cache_scheme", nullptr }, { "sparsity_config", OrderedConfig::object() },
        { "transform_config", OrderedConfig::object() }, { "config_groups", groups } };
}

class CompressedTensorsExporter final : public Exporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = generalProblems(plan, network, m_name, kServedWithInputs); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        if (auto problems = transposedProblems(network, m_name); !problems.empty())
            return problems;
        PlanProblem problem { {},
            fmt::format("compressed-tensors holds integers with a scale for every group or channel (int2 to int8), and "
                        "where inputs are rounded too {}. Choose one of these.",
                fmt::join(kServedWithInputs, ", ")) };
        for (const QuantizedRow& row : rows)
            if (row.activation == ActivationFormat::None
                && (row.format->family() != FormatFamily::Integer || row.format->isNested()))
                problem.layers.push_back(row.layer->name);
        return concerning({ problem });
    }

    Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const override
    {
        KERF_TRY(const std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
        KERF_CHECK(writeConfig(source, folder, quantizationConfig(source, rows)));
        return writeTensors(source, folder, CompressedTensorsCodec(rows), job);
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes
            = loaderNotes(plan, network, "Loads in transformers with compressed-tensors installed.");
        const auto rows = quantizedRows(plan, network);
        const auto isOdd
            = [](const QuantizedRow& row) { return row.format->codeBits() != 4 && row.format->codeBits() != 8; };
        if (rows && std::any_of(rows->begin(), rows->end(), isOdd))
            notes.push_back("Has layers of other than 4 and 8 bits: transformers needs compressed-tensors 0.17 or "
                            "newer, and vLLM's "
                            "fast kernels do not take them.");
        return notes;
    }

private:
    std::string m_name = "compressed-tensors";
    std::string m_summary = "compressed-tensors folder (integers, W8A8, FP8, mixed precision): vLLM, transformers";
};

} // namespace

const Exporter& compressedTensorsExporter()
{
    static const CompressedTensorsExporter exporter;
    return exporter;
}

} // namespace kerf::core
