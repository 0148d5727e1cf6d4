// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/exporters/compressed_tensors_codec.h"
#include "core/exporters/exporters.h"
#include "core/exporters/fixed_steps.h"
#include "core/exporters/folder_writer.h"
#include "core/plan/loaders.h"

namespace kerf::core {
namespace {

// From this version on 3, 5, 6 and 7 bits are packed densely, as we write them; the other widths never changed.
constexpr const char* kFormatVersion = "0.18.0";

const TensorsStore* storeOf(const QuantizedRow& row)
{
    return tensorsStoreOf(*row.format, row.activation);
}

/// Each layer in the layout of its format.
class CompressedTensorsCodec final : public LayerCodec {
public:
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override { return storeOf(row)->specs(row); }
    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(row.layer->name, tensor));
        return storeOf(row)->pack(row, tensor);
    }
};

/// QuantizationArgs (compressed_tensors/quantization/quant_args.py).
OrderedConfig weightArguments(const QuantizedRow& row)
{
    const bool isInteger = row.format->family() == FormatFamily::Integer;
    OrderedConfig arguments { { "num_bits", row.format->codeBits() }, { "type", isInteger ? "int" : "float" },
        { "symmetric", row.format->isSymmetric() } };
    switch (row.format->granularity()) {
    case Granularity::Tensor:
        arguments["strategy"] = "tensor";
        break;
    case Granularity::Channel:
        arguments["strategy"] = "channel";
        break;
    case Granularity::Block:
        arguments["strategy"] = "block";
        arguments["block_structure"] = { 128, 128 };
        break;
    case Granularity::Group:
        arguments["strategy"] = row.format->isNested() ? "tensor_group" : "group";
        arguments["group_size"] = row.format->groupSize(row.layer->shape.cols);
        break;
    }
    if (row.format->family() == FormatFamily::Microscaling)
        arguments["scale_dtype"] = row.format->isNested() ? "torch.float8_e4m3fn" : "torch.uint8";
    arguments["dynamic"] = false;
    arguments["actorder"] = nullptr;
    return arguments;
}

/// One scale a token, taken from the token while the model runs, or one for all that calibration found; null for inputs
/// that stay as they are.
OrderedConfig inputArguments(const QuantizedRow& row)
{
    if (row.activation == ActivationFormat::None)
        return nullptr;
    if (row.activation == ActivationFormat::NvFp4)
        return { { "num_bits", 4 }, { "type", "float" }, { "symmetric", true }, { "strategy", "tensor_group" },
            { "group_size", 16 }, { "dynamic", "local" }, { "scale_dtype", "torch.float8_e4m3fn" } };
    const bool isFixed = hasFixedStep(row.activation);
    return { { "num_bits", 8 }, { "type", sumsIntegers(row.activation) ? "int" : "float" }, { "symmetric", true },
        { "strategy", isFixed ? "tensor" : "token" }, { "dynamic", !isFixed } };
}

OrderedConfig cacheScheme(const ExportSource& source)
{
    if (!hasFloat8Cache(source))
        return nullptr;
    return { { "num_bits", 8 }, { "type", "float" }, { "symmetric", true }, { "strategy", "tensor" },
        { "dynamic", false } };
}

/// Steps of inputs that calibration found, and of keys and values.
Result<std::vector<AddedTensor>> fixedScales(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    std::vector<AddedTensor> scales;
    KERF_TRY(const std::vector<FixedStep> inputs, fixedInputSteps(source, rows));
    for (const auto& [row, step] : inputs)
        scales.push_back(row->activation == ActivationFormat::NvFp4
                ? addedScale(row->layer->name + ".input_global_scale", 1 / step, { 1 })
                : addedScale(row->layer->name + ".input_scale", step, { 1 }));
    KERF_TRY(const std::vector<CacheSteps> caches, float8CacheSteps(source));
    for (const CacheSteps& steps : caches) {
        scales.push_back(addedScale(steps.attention + ".k_scale", steps.keys, { 1 }));
        scales.push_back(addedScale(steps.attention + ".v_scale", steps.values, { 1 }));
    }
    return scales;
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
            targets.push_back(moduleTarget(source.network, row->layer->name));
        groups[fmt::format("group_{}", groups.size())] = OrderedConfig { { "targets", targets },
            { "weights", weightArguments(*members[0]) }, { "input_activations", inputArguments(*members[0]) },
            { "output_activations", nullptr }, { "format", storeOf(*members[0])->name() } };
    }
    OrderedConfig ignore = OrderedConfig::array();
    for (const std::string& layer : denseLayers(source.network, rows))
        ignore.push_back(moduleTarget(source.network, layer));
    ignore.push_back("lm_head");
    return OrderedConfig { { "quant_method", "compressed-tensors" }, { "version", kFormatVersion },
        { "format", groups.size() > 1 ? "mixed-precision" : storeOf(rows.front())->name() },
        { "quantization_status", "compressed" }, { "global_compression_ratio", nullptr }, { "ignore", ignore },
        { "kv_cache_scheme", cacheScheme(source) }, { "sparsity_config", OrderedConfig::object() },
        { "transform_config", OrderedConfig::object() }, { "config_groups", groups } };
}

class CompressedTensorsExporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = linearProblems(plan, network, m_name, Inputs::CheckedElsewhere); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem formats {
            {},
            "compressed-tensors holds integers with a scale for every group or channel (int2 to int8), fp8-e4m3, "
            "nvfp4, mxfp4 and mxfp8; where inputs are rounded too, integers with a8-token or a8-tensor, "
            "fp8-e4m3-channel and -tensor with afp8-token or afp8-tensor, and nvfp4 with anvfp4. Choose one of these."
        };
        for (const QuantizedRow& row : rows)
            if (!storeOf(row))
                formats.layers.push_back(row.layer->name);
        return concerning({ formats });
    }

    bool holdsFloat32Scales() const override { return true; }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes = loaderNotes(plan, network, m_name, "with compressed-tensors installed");
        const auto rows = quantizedRows(plan, network);
        const auto isOdd
            = [](const QuantizedRow& row) { return row.format->codeBits() != 4 && row.format->codeBits() != 8; };
        if (rows && std::ranges::any_of(*rows, isOdd))
            notes.emplace_back("Has layers of other than 4 and 8 bits, which vLLM's fast kernels do not take.");
        return notes;
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource&, const Rows&) const override
    {
        return std::make_unique<CompressedTensorsCodec>();
    }
    Result<std::vector<AddedTensor>> added(const ExportSource& source, const Rows& rows) const override
    {
        return fixedScales(source, rows);
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        return writeConfig(source, folder, quantizationConfig(source, rows));
    }

private:
    std::string m_name = "compressed-tensors";
    std::string m_summary
        = "compressed-tensors folder (integers, W8A8, FP8, NVFP4, MXFP4, mixed precision): vLLM, transformers";
};

} // namespace

const Exporter& compressedTensorsExporter()
{
    static const CompressedTensorsExporter exporter;
    return exporter;
}

} // namespace kerf::core
