// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/exporters/exporters.h"
#include "core/exporters/fixed_steps.h"
#include "core/exporters/folder_writer.h"

namespace kerf::core {
namespace {

bool isBlockwise(const Format& format)
{
    return format.granularity() == Granularity::Block;
}

/// The scheme that vLLM and transformers call fp8: weights of one byte, a float32 scale for the tensor (weight_scale)
/// or for each block of 128 x 128 (weight_scale_inv: despite its name it multiplies).
class Fp8Codec final : public LayerCodec {
public:
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string& layer = row.layer->name;
        std::vector<TensorSpec> specs { { layer + ".weight", DType::F8E4M3, { rows, cols } } };
        if (isBlockwise(*row.format))
            specs.push_back({ layer + ".weight_scale_inv", DType::F32, { (rows + 127) / 128, cols / 128 } });
        else
            specs.push_back({ layer + ".weight_scale", DType::F32, {} });
        return specs;
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(row.layer->name, tensor));
        // The format stores its scales as this scheme does, and a code is the number's byte.
        return PackedBytes { bytesOf(tensor.codes), bytesOf(tensor.stored) };
    }
};

OrderedConfig quantizationConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    OrderedConfig dense = denseModules(source, rows);
    const bool isStatic = hasFixedStep(rows.front().activation);
    OrderedConfig config { { "quant_method", "fp8" }, { "fmt", "e4m3" },
        { "activation_scheme", isStatic ? "static" : "dynamic" } };
    if (isBlockwise(*rows.front().format))
        config["weight_block_size"] = { 128, 128 };
    // vLLM reads the one, transformers the other.
    config["ignored_layers"] = dense;
    config["modules_to_not_convert"] = std::move(dense);
    return config;
}

class Fp8Exporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = linearProblems(plan, network, m_name, Inputs::CheckedElsewhere); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem formats { {},
            "The fp8 scheme holds fp8-e4m3-tensor, with afp8-token or afp8-tensor, and fp8-e4m3-block128. Choose one "
            "of "
            "them, or keep these layers in 16 bits." };
        PlanProblem mixed { {},
            "The fp8 scheme has one kind of scales and of inputs for all layers. Give these layers the format of the "
            "others." };
        for (const QuantizedRow& row : rows) {
            const std::string format = row.format->name();
            if (format != "fp8-e4m3-tensor" && format != "fp8-e4m3-block128")
                formats.layers.push_back(row.layer->name);
            else if (format != rows.front().format->name() || row.activation != rows.front().activation)
                mixed.layers.push_back(row.layer->name);
        }
        return concerning({ formats, mixed });
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes = loaderNotes(plan, network, m_name, "(with dequantize=True on a CPU)");
        const auto rows = quantizedRows(plan, network);
        if (rows && rows->front().activation == ActivationFormat::None)
            notes.emplace_back(
                "These runtimes round the inputs of the layers to FP8 too, with a step for each token or block: the "
                "run's "
                "figures are those of the weights alone. Runs in fp8-e4m3-tensor+afp8-token measure both.");
        notes.emplace_back(
            "Not yet loaded in vLLM or SGLang, which need a GPU with FP8: compare its answers before you rely on "
            "it.");
        return notes;
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource&, const Rows&) const override
    {
        return std::make_unique<Fp8Codec>();
    }
    Result<std::vector<AddedTensor>> added(const ExportSource& source, const Rows& rows) const override
    {
        std::vector<AddedTensor> scales;
        KERF_TRY(const std::vector<FixedStep> inputs, fixedInputSteps(source, rows));
        for (const auto& [row, step] : inputs)
            scales.push_back(addedScale(row->layer->name + ".input_scale", step, {}));
        return scales;
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        return writeConfig(source, folder, quantizationConfig(source, rows));
    }

private:
    std::string m_name = "fp8";
    std::string m_summary = "FP8 folder (a scale for each tensor or block of 128 x 128): vLLM, SGLang";
};

} // namespace

const Exporter& fp8Exporter()
{
    static const Fp8Exporter exporter;
    return exporter;
}

} // namespace kerf::core
