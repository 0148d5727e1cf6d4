// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>

#include "core/exporters/exporters.h"
#include "core/exporters/onnx_quantization.h"
#include "core/onnx/onnx_writer.h"

namespace kerf::core {
namespace {

constexpr const char* kFile = "model.onnx";
constexpr std::string_view kRounded = "u8-tensor"; ///< the activation format that QuantizeLinear has

/// Layers of the rows for which something is so, as a problem.
PlanProblem problemOf(
    const std::vector<QuantizedRow>& rows, std::string message, const std::function<bool(const QuantizedRow&)>& isSo)
{
    PlanProblem problem { {}, std::move(message) };
    for (const QuantizedRow& row : rows)
        if (isSo(row))
            problem.layers.push_back(row.layer->name);
    return problem;
}

std::vector<PlanProblem> layerProblems(const std::vector<QuantizedRow>& rows, const Plan& plan)
{
    const auto isRounded = [](const QuantizedRow& row) { return activationName(row.activation) == kRounded; };
    return concerning({
        problemOf(rows,
            "ONNX holds integers of 2 to 8 bits by channel, tensor or groups, and float8 by channel or tensor. Choose "
            "one of these for these layers.",
            [](const QuantizedRow& row) { return !fitsOnnx(*row.format); }),
        problemOf(rows,
            "ONNX files round inputs to unsigned bytes with one step for a value (u8-tensor), and in no other way that "
            "Kerf writes. Choose u8-tensor for these layers, or nothing behind the plus sign.",
            [&](const QuantizedRow& row) { return row.activation != ActivationFormat::None && !isRounded(row); }),
        problemOf(rows,
            "The matrix of the state of a recurrent cell multiplies what ONNX cannot round. Choose the format without "
            "u8-tensor for these layers.",
            [&](const QuantizedRow& row) {
                const std::string& role = row.layer->role;
                return isRounded(row) && (role.starts_with("lstm.r") || role.starts_with("gru.r"));
            }),
        problemOf(rows,
            "Kernels of integers (QLinearConv) have one zero point for all weights: with rounded inputs these layers "
            "need a symmetric format.",
            [&](const QuantizedRow& row) { return isRounded(row) && !row.format->isSymmetric(); }),
        problemOf(rows,
            "ONNX adds one number to a channel of a transposed convolution, not one to each part of its kernel, as "
            "bias_correction does. Set it to false, or leave these layers as they are.",
            [&](const QuantizedRow& row) {
                return plan.settings.flag(kBiasCorrection) && row.layer->role == "deconv";
            }),
    });
}

class OnnxExporter final : public Exporter {
public:
    OnnxExporter(std::string name, std::string summary, OnnxBlocks blocks)
        : m_name(std::move(name))
        , m_summary(std::move(summary))
        , m_blocks(blocks)
    {
    }
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool holdsFloat32Scales() const override { return true; }
    bool holdsOnnx() const override { return true; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (network.architecture() != "onnx")
            return { { {},
                fmt::format(
                    "{} is written from networks that were read from ONNX files. Choose another target.", m_name) } };
        if (auto problems = generalProblems(plan, network, m_name, Inputs::CheckedElsewhere); !problems.empty())
            return problems;
        return layerProblems(quantizedRows(plan, network).value(), plan);
    }

    Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const override
    {
        KERF_TRY(const auto file, OnnxQuantization::make(source, m_blocks));
        KERF_TRY(const OnnxWriter writer, OnnxWriter::plan(file->draft(), kFile));
        KERF_TRY(auto hashes, writer.write(folder, job));
        WriteReport report = file->report();
        report.tensors = static_cast<int>(writer.tensors());
        report.hashes = std::move(hashes);
        return report;
    }

    Result<std::int64_t> weightBytes(const ExportSource& source) const override
    {
        KERF_TRY(const auto file, OnnxQuantization::make(source, m_blocks));
        KERF_TRY(const OnnxWriter writer, OnnxWriter::plan(file->draft(), kFile));
        return writer.bytes();
    }

    Result<WrittenModelPtr> openBack(const std::filesystem::path& folder) const override
    {
        return openWrittenOnnx(folder / kFile);
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes { fmt::format(
            "Loads in onnxruntime: InferenceSession(\"{}\"). Inputs and outputs are the source's, float32.", kFile) };
        const auto rows = quantizedRows(plan, network);
        const bool hasBlocks
            = rows && m_blocks == OnnxBlocks::Dequantized && std::ranges::any_of(*rows, [](const QuantizedRow& row) {
                  return row.format->granularity() == Granularity::Group && row.layer->role == "fc";
              });
        if (hasBlocks)
            notes.emplace_back("onnxruntime rounds the inputs of maps with groups to 8 bits unless the session's "
                               "session.qdq_matmulnbits_accuracy_level is 0 or 1; onnx-nbits says it in the file.");
        return notes;
    }

private:
    std::string m_name, m_summary;
    OnnxBlocks m_blocks;
};

} // namespace

const Exporter& onnxExporter()
{
    static const OnnxExporter exporter("onnx-qdq",
        "ONNX files: QuantizeLinear and DequantizeLinear of the standard; onnxruntime and others",
        OnnxBlocks::Dequantized);
    return exporter;
}

const Exporter& onnxNBitsExporter()
{
    static const OnnxExporter exporter("onnx-nbits",
        "ONNX files: as onnx-qdq, with MatMulNBits for groups of 4 or 8 bits; onnxruntime", OnnxBlocks::NBits);
    return exporter;
}

} // namespace kerf::core
