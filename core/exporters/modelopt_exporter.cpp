// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/exporters/bit_packing.h"
#include "core/exporters/exporters.h"
#include "core/exporters/fixed_steps.h"
#include "core/exporters/folder_writer.h"

namespace kerf::core {
namespace {

/// quant_algo of ModelOpt for weights of that format with inputs rounded so (modelopt/torch/export/quant_utils.py,
/// process_layer_quant_config). Empty: none.
std::string algorithmOf(const QuantizedRow& row)
{
    const std::string name = LayerFormat { row.format, row.activation }.name();
    if (name == "fp8-e4m3-tensor+afp8-tensor")
        return "FP8";
    if (name == "fp8-e4m3-channel+afp8-token")
        return "FP8_PER_CHANNEL_PER_TOKEN";
    if (name == "nvfp4+anvfp4")
        return "NVFP4";
    if (name == "nvfp4")
        return "W4A16_NVFP4";
    const Format& format = *row.format;
    const bool isAwq = format.family() == FormatFamily::Integer && format.codeBits() == 4 && format.isSymmetric()
        && format.granularity() == Granularity::Group && row.activation == ActivationFormat::None;
    return isAwq ? "W4A16_AWQ" : "";
}

/// Two rows a byte, the even one in the low half, as signed numbers (pack_int4_in_uint8): nobody else packs so.
std::vector<std::uint8_t> pairedRows(const QuantizedTensor& tensor)
{
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    std::vector<std::uint8_t> bytes(tensor.codes.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t* even = tensor.codes.data() + i / cols * 2 * cols + i % cols;
        bytes[i] = static_cast<std::uint8_t>((even[0] | (even[cols] << 4)) ^ 0x88); // code - 8 in two's complement
    }
    return bytes;
}

class ModelOptCodec final : public LayerCodec {
public:
    explicit ModelOptCodec(DType loaderType)
        : m_loaderType(loaderType)
    {
    }

    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string weight = row.layer->name + ".weight", scale = weight + "_scale";
        const std::int64_t groups = cols / row.format->groupSize(cols);
        switch (row.format->family()) {
        case FormatFamily::Float8:
            return { { weight, DType::F8E4M3, { rows, cols } },
                { scale, DType::F32,
                    row.format->granularity() == Granularity::Tensor ? std::vector<std::int64_t> {}
                                                                     : std::vector { rows } } };
        case FormatFamily::Microscaling:
            return { { weight, DType::U8, { rows, cols / 2 } }, { scale, DType::F8E4M3, { rows, groups } },
                { scale + "_2", DType::F32, {} } };
        default:
            break;
        }
        std::vector<TensorSpec> specs { { weight, DType::U8, { rows / 2, cols } },
            { scale, DType::F16, { rows, groups } } };
        if (standsAlone(row))
            specs.push_back({ row.layer->name + ".pre_quant_scale", m_loaderType, { cols } });
        return specs;
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(row.layer->name, tensor));
        switch (row.format->family()) {
        case FormatFamily::Float8:
            return PackedBytes { bytesOf(tensor.codes), bytesOf(tensor.stored) };
        case FormatFamily::Microscaling: {
            float divisor = 0; // nvfp4 stores what scales are divided by
            std::memcpy(&divisor, tensor.stored.data(), sizeof divisor);
            const std::vector<std::uint8_t> scales(tensor.stored.begin() + sizeof divisor, tensor.stored.end());
            return PackedBytes { bytesOf(nibbles(tensor.codes)), bytesOf(scales),
                bytesOf(std::vector { 1 / divisor }) };
        }
        default:
            break;
        }
        KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(row.layer->name, tensor));
        PackedBytes packed { bytesOf(pairedRows(tensor)), bytesOf(scales) };
        if (standsAlone(row))
            packed.push_back(
                storedAs(m_loaderType, std::vector<float>(static_cast<std::size_t>(tensor.shape.cols), 1.0f)));
        return packed;
    }

private:
    /// TensorRT-LLM reads AWQ's factors of inputs of every layer that it does not fuse, and they must be there: ones,
    /// for transforms are folded into what lies before.
    static bool standsAlone(const QuantizedRow& row) { return row.layer->fused.empty(); }

    DType m_loaderType;
};

using Algorithms = std::map<std::string, OrderedConfig>; ///< by layer: its entry of quantized_layers

Algorithms algorithmsOf(const std::vector<QuantizedRow>& rows)
{
    Algorithms all;
    for (const QuantizedRow& row : rows) {
        const std::string algorithm = algorithmOf(row);
        OrderedConfig entry { { "quant_algo", algorithm } };
        if (row.format->granularity() == Granularity::Group)
            entry["group_size"] = row.format->groupSize(row.layer->shape.cols);
        if (algorithm == "W4A16_AWQ") {
            entry["has_zero_point"] = false;
            entry["pre_quant_scale"] = true;
        }
        all.emplace(row.layer->name, std::move(entry));
    }
    return all;
}

bool areOne(const Algorithms& algorithms)
{
    return std::ranges::all_of(
        algorithms, [&](const auto& entry) { return entry.second == algorithms.begin()->second; });
}

/// Names the layout, by which loaders know it; kerf-manifest.json says who wrote the folder.
OrderedConfig producer()
{
    return { { "name", "modelopt" }, { "version", "0.43.0" } };
}

/// hf_quant_config.json: what TensorRT-LLM reads first.
OrderedConfig legacyConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    const Algorithms algorithms = algorithmsOf(rows);
    OrderedConfig quantization { { "quant_algo", "MIXED_PRECISION" } };
    if (areOne(algorithms))
        quantization = algorithms.begin()->second;
    else
        quantization["quantized_layers"] = algorithms;
    quantization["kv_cache_quant_algo"] = hasFloat8Cache(source) ? OrderedConfig("FP8") : OrderedConfig(nullptr);
    quantization["exclude_modules"] = denseModules(source, rows);
    return { { "producer", producer() }, { "quantization", quantization } };
}

/// quantization_config of config.json: the same as ModelOpt 1.0 spells it (convert_hf_config.py).
OrderedConfig flatConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    const Algorithms algorithms = algorithmsOf(rows);
    OrderedConfig config { { "quant_method", "modelopt" }, { "quant_algo", "MIXED_PRECISION" } };
    if (areOne(algorithms))
        config.update(algorithms.begin()->second);
    else
        config["quantized_layers"] = algorithms;
    if (hasFloat8Cache(source))
        config["kv_cache_scheme"] = { { "dynamic", false }, { "num_bits", 8 }, { "type", "float" } };
    config["ignore"] = denseModules(source, rows);
    config["producer"] = producer();
    return config;
}

Result<std::vector<AddedTensor>> fixedScales(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    std::vector<AddedTensor> scales;
    KERF_TRY(const std::vector<FixedStep> inputs, fixedInputSteps(source, rows));
    for (const auto& [row, step] : inputs)
        scales.push_back(addedScale(row->layer->name + ".input_scale", step, {}));
    KERF_TRY(const std::vector<CacheSteps> caches, float8CacheSteps(source));
    for (const CacheSteps& steps : caches) {
        scales.push_back(addedScale(steps.attention + ".k_proj.k_scale", steps.keys, {}));
        scales.push_back(addedScale(steps.attention + ".v_proj.v_scale", steps.values, {}));
    }
    return scales;
}

class ModelOptExporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = linearProblems(plan, network, m_name, Inputs::CheckedElsewhere); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem formats { {},
            "ModelOpt's checkpoints hold fp8-e4m3-tensor+afp8-tensor, fp8-e4m3-channel+afp8-token, nvfp4+anvfp4, "
            "nvfp4, "
            "and int4 with groups, symmetric. Choose one of these." };
        PlanProblem odd { {},
            "ModelOpt packs int4 two rows a byte: the rows must be even. Keep these layers in 16 bit." };
        for (const QuantizedRow& row : rows) {
            if (algorithmOf(row).empty())
                formats.layers.push_back(row.layer->name);
            else if (algorithmOf(row) == "W4A16_AWQ" && row.layer->shape.rows % 2 != 0)
                odd.layers.push_back(row.layer->name);
        }
        return concerning({ formats, odd });
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        return loaderNotes(plan, network, m_name, "");
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource& source, const Rows&) const override
    {
        return std::make_unique<ModelOptCodec>(loaderType(source));
    }
    Result<std::vector<AddedTensor>> added(const ExportSource& source, const Rows& rows) const override
    {
        return fixedScales(source, rows);
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        KERF_CHECK(writeConfig(source, folder, flatConfig(source, rows)));
        return writeFileAtomically(folder / "hf_quant_config.json", legacyConfig(source, rows).dump(2) + "\n");
    }

private:
    std::string m_name = "modelopt";
    std::string m_summary = "ModelOpt folder (FP8, NVFP4, int4 AWQ): TensorRT-LLM, vLLM";
};

} // namespace

const Exporter& modelOptExporter()
{
    static const ModelOptExporter exporter;
    return exporter;
}

} // namespace kerf::core
