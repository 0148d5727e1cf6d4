// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"

namespace kerf::core {
namespace {

constexpr std::size_t kFields = 8; ///< 4-bit codes of a word
/// Which of eight outputs lies in each field of a word (AutoAWQ, awq/utils/packing_utils.py, AWQ_ORDER).
constexpr std::array<std::size_t, kFields> kOutputOf { 0, 2, 4, 6, 1, 3, 5, 7 };
constexpr std::int64_t kRowsAtOnce = 32; ///< that AutoAWQ's kernels and those of vLLM ask of a layer

/// One line of codes along the outputs: `codes` of output o at o * stride.
std::vector<std::uint32_t> packLine(const std::uint8_t* codes, std::size_t stride, std::size_t outputs)
{
    std::vector<std::uint32_t> words(outputs / kFields);
    for (std::size_t w = 0; w < words.size(); ++w)
        for (std::size_t field = 0; field < kFields; ++field)
            words[w] |= std::uint32_t { codes[(w * kFields + kOutputOf[field]) * stride] } << (4 * field);
    return words;
}

/// AWQ's GEMM layout: qweight [in, out / 8] and qzeros [groups, out / 8] packed along the outputs, scales [groups,
/// out].
class AwqCodec final : public LayerCodec {
public:
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::int64_t groups = cols / row.format->groupSize(cols);
        const auto fields = static_cast<std::int64_t>(kFields);
        const std::string& layer = row.layer->name;
        return { { layer + ".qweight", DType::I32, { cols, rows / fields } },
            { layer + ".qzeros", DType::I32, { groups, rows / fields } },
            { layer + ".scales", DType::F16, { groups, rows } } };
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(row.layer->name, tensor));
        KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(row.layer->name, tensor));
        return PackedBytes { bytesOf(packLines(tensor.codes, tensor.shape.rows, tensor.shape.cols)),
            bytesOf(packLines(zeroCodes(tensor), tensor.shape.rows, tensor.groups())),
            bytesOf(scalesByGroup(scales, tensor)) };
    }

private:
    /// [lines, rows / 8] from [rows, lines].
    static std::vector<std::uint32_t> packLines(
        const std::vector<std::uint8_t>& codes, std::int64_t rows, std::int64_t lines)
    {
        const auto outputs = static_cast<std::size_t>(rows), count = static_cast<std::size_t>(lines);
        std::vector<std::uint32_t> words(count * outputs / kFields);
        parallelFor(lines, [&](std::int64_t line) {
            const std::vector<std::uint32_t> packed = packLine(codes.data() + line, count, outputs);
            std::ranges::copy(packed, words.begin() + line * static_cast<std::int64_t>(packed.size()));
        });
        return words;
    }
};

OrderedConfig quantizationConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    OrderedConfig dense = denseModules(source, rows);
    // Zero points are stored for symmetric layers too, as the middle code: readers of the layout always subtract them.
    return { { "quant_method", "awq" }, { "bits", 4 }, { "group_size", storedGroupSize(rows.front()) },
        { "zero_point", true }, { "version", "gemm" }, { "modules_to_not_convert", std::move(dense) } };
}

class AwqExporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = linearProblems(plan, network, m_name); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem bits { {},
            "AWQ holds integers of 4 bits with a scale for every group or channel. Choose int4-g128 "
            "or int4-g128-asym, or export to another target." };
        PlanProblem shape { {},
            "AWQ's kernels take rows in multiples of 32, and these layers have another number. "
            "Keep them in 16 bits." };
        PlanProblem group { {}, "AWQ has one group size for all layers. Give these the one of the others." };
        for (const QuantizedRow& row : rows) {
            const bool isHeld = row.format->family() == FormatFamily::Integer && row.format->codeBits() == 4
                && !row.format->isNested();
            if (!isHeld)
                bits.layers.push_back(row.layer->name);
            else if (storedGroupSize(row) != storedGroupSize(rows.front()))
                group.layers.push_back(row.layer->name);
            if (row.layer->shape.rows % kRowsAtOnce != 0)
                shape.layers.push_back(row.layer->name);
        }
        return concerning({ bits, shape, group });
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes = loaderNotes(plan, network, m_name, "with gptqmodel installed");
        notes.emplace_back("Loads in GPTQModel, AutoAWQ and SGLang too.");
        return notes;
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource&, const Rows&) const override
    {
        return std::make_unique<AwqCodec>();
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        return writeConfig(source, folder, quantizationConfig(source, rows));
    }

private:
    std::string m_name = "awq";
    std::string m_summary = "AWQ folder (GEMM layout, 4 bits): vLLM, SGLang, transformers, AutoAWQ";
};

} // namespace

const Exporter& awqExporter()
{
    static const AwqExporter exporter;
    return exporter;
}

} // namespace kerf::core
