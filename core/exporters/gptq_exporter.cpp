// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/base/regex.h"
#include "core/base/version.h"
#include "core/exporters/bit_packing.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/model/architecture.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kTileRows = 64;

/// v1 stores zero points minus one, v2 as they are.
///
/// v1 is written only where every reader agrees on it: symmetric layers of 2, 4 and 8 bits. With asymmetric ones a zero
/// point of 0 would have to become -1, and the readers differ in how they undo that; with 3 bits, whose fields straddle
/// words, GPTQModel subtracts other constants than AutoGPTQ's and vLLM's kernels add back.
bool needsVersion2(const std::vector<QuantizedRow>& rows)
{
    return std::any_of(rows.begin(), rows.end(),
        [](const QuantizedRow& row) { return !row.format->isSymmetric() || row.format->codeBits() == 3; });
}

class GptqCodec final : public LayerCodec {
public:
    explicit GptqCodec(bool isVersion2)
        : m_zeroShift(isVersion2 ? 0 : 1)
    {
    }

    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::int64_t bits = row.format->codeBits();
        const std::int64_t groups = cols / row.format->groupSize(cols);
        const std::string& layer = row.layer->name;
        return { { layer + ".qweight", DType::I32, { cols * bits / 32, rows } },
            { layer + ".qzeros", DType::I32, { groups, rows * bits / 32 } },
            { layer + ".scales", DType::F16, { groups, rows } }, { layer + ".g_idx", DType::I32, { cols } } };
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        if (m_zeroShift == 1 && std::ranges::find(tensor.zeros, 0.0F) != tensor.zeros.end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: has zero points of 0, which version 1 would store as -1: readers disagree about it. "
                            "Write gptq-v2.",
                    row.layer->name));
        KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(row.layer->name, tensor));
        std::vector<std::int32_t> groupIndex(static_cast<std::size_t>(tensor.shape.cols));
        for (std::int64_t column = 0; column < tensor.shape.cols; ++column)
            groupIndex[static_cast<std::size_t>(column)] = static_cast<std::int32_t>(tensor.groupOf(column));
        return PackedBytes { bytesOf(packCodes(tensor)), bytesOf(packZeros(tensor)),
            bytesOf(scalesByGroup(scales, tensor)), bytesOf(groupIndex) };
    }

private:
    /// [in * bits / 32, out]: a column of words for every output.
    static std::vector<std::uint32_t> packCodes(const QuantizedTensor& tensor)
    {
        const auto rows = static_cast<std::size_t>(tensor.shape.rows);
        const auto cols = static_cast<std::size_t>(tensor.shape.cols);
        const int bits = tensor.format->codeBits();
        std::vector<std::uint32_t> words(cols * static_cast<std::size_t>(bits) / 32 * rows);
        parallelFor((tensor.shape.rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
            const auto first = static_cast<std::size_t>(tile * kTileRows);
            for (std::size_t row = first; row < std::min(rows, first + kTileRows); ++row)
                packFields(tensor.codes.data() + row * cols, 1, cols, bits, words.data() + row, rows);
        });
        return words;
    }
    /// [groups, out * bits / 32].
    std::vector<std::uint32_t> packZeros(const QuantizedTensor& tensor) const
    {
        const auto rows = static_cast<std::size_t>(tensor.shape.rows);
        const auto groups = static_cast<std::size_t>(tensor.groups());
        const int bits = tensor.format->codeBits();
        std::vector<std::uint8_t> stored = zeroCodes(tensor);
        for (std::uint8_t& zero : stored)
            zero = static_cast<std::uint8_t>((zero - m_zeroShift) & ((1 << bits) - 1));
        const std::size_t wordsInGroup = rows * static_cast<std::size_t>(bits) / 32;
        std::vector<std::uint32_t> words(groups * wordsInGroup);
        for (std::size_t g = 0; g < groups; ++g)
            packFields(stored.data() + g, groups, rows, bits, words.data() + g * wordsInGroup, 1);
        return words;
    }

    int m_zeroShift;
};

/// Layers that a runtime may fuse and that the plan treats alike: one rule, which also names the fused module.
struct RuleTarget {
    std::string pattern;
    const QuantizedRow* row = nullptr; ///< null: left dense
};

std::string lastComponent(const std::string& name)
{
    return name.substr(name.rfind('.') + 1);
}

std::string pattern(const Network& network, const std::vector<const LayerInfo*>& members)
{
    if (members.size() == 1)
        return fmt::format("^{}$", modulePattern(network, members[0]->name));
    const std::string& name = members[0]->name;
    std::vector<std::string> names;
    names.reserve(members.size() + 1);
    for (const LayerInfo* layer : members)
        names.push_back(escapePattern(lastComponent(layer->name)));
    if (!members[0]->fused.empty())
        names.push_back(members[0]->fused);
    return fmt::format("^{}\\.({})$", modulePattern(network, name.substr(0, name.rfind('.'))), fmt::join(names, "|"));
}

std::vector<RuleTarget> ruleTargets(const Network& network, const std::vector<QuantizedRow>& rows)
{
    std::map<std::string, const QuantizedRow*> rowOf;
    for (const QuantizedRow& row : rows)
        rowOf.emplace(row.layer->name, &row);
    std::map<std::string, std::vector<const LayerInfo*>> ties;
    std::vector<std::string> order;
    for (const LayerInfo& layer : network.layers()) {
        const std::string tie = layer.tie.empty() ? layer.name : layer.tie;
        if (ties[tie].empty())
            order.push_back(tie);
        ties[tie].push_back(&layer);
    }
    const auto find = [&](const LayerInfo* layer) {
        const auto found = rowOf.find(layer->name);
        return found == rowOf.end() ? nullptr : found->second;
    };
    const auto formatName = [](const QuantizedRow* row) { return row ? row->format->name() : std::string(); };
    std::vector<RuleTarget> targets;
    for (const std::string& tie : order) {
        const auto& members = ties.at(tie);
        const QuantizedRow* first = find(members[0]);
        if (std::all_of(members.begin(), members.end(),
                [&](const LayerInfo* layer) { return formatName(find(layer)) == formatName(first); })) {
            targets.push_back({ pattern(network, members), first });
            continue;
        }
        for (const LayerInfo* layer : members)
            targets.push_back({ pattern(network, { layer }), find(layer) });
    }
    return targets;
}

/// The format of most layers: what needs no rule of its own.
const QuantizedRow& commonest(const std::vector<QuantizedRow>& rows)
{
    std::map<std::string, int> counts;
    for (const QuantizedRow& row : rows)
        ++counts[row.format->name()];
    return *std::max_element(rows.begin(), rows.end(), [&](const QuantizedRow& a, const QuantizedRow& b) {
        return counts[a.format->name()] < counts[b.format->name()];
    });
}

OrderedConfig quantizationConfig(
    const ExportSource& source, const std::vector<QuantizedRow>& rows, const std::string& version)
{
    const QuantizedRow& base = commonest(rows);
    OrderedConfig dynamic = OrderedConfig::object();
    for (const RuleTarget& target : ruleTargets(source.network, rows)) {
        if (!target.row)
            dynamic["-:" + target.pattern] = OrderedConfig::object();
        else if (target.row->format->name() != base.format->name())
            dynamic["+:" + target.pattern] = OrderedConfig { { "bits", target.row->format->codeBits() },
                { "group_size", storedGroupSize(*target.row) }, { "sym", target.row->format->isSymmetric() } };
    }
    OrderedConfig config { { "quant_method", "gptq" }, { "bits", base.format->codeBits() },
        { "group_size", storedGroupSize(base) }, { "desc_act", source.ordersGroups },
        { "sym", base.format->isSymmetric() }, { "lm_head", false }, { "checkpoint_format", version },
        { "format", version }, { "pack_dtype", "int32" },
        { "true_sequential", source.plan.mode == QuantizeMode::Sequential } };
    if (!dynamic.empty())
        config["dynamic"] = std::move(dynamic);
    config["meta"] = OrderedConfig { { "quantizer", OrderedConfig::array({ fmt::format("kerf:{}", versionText()) }) },
        { "damp_percent", source.plan.settings.number("damping") } };
    return config;
}

/// Which version is written.
enum class GptqVersion { Fitting, One, Two };

class GptqExporter final : public FolderExporter {
public:
    GptqExporter(GptqVersion version, std::string name, std::string summary)
        : m_version(version)
        , m_name(std::move(name))
        , m_summary(std::move(summary))
    {
    }

    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = generalProblems(plan, network, m_name); !problems.empty())
            return problems;
        if (auto problems = stackedProblems(plan, network, m_name); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem bits { {},
            "GPTQ holds integers of 2, 3, 4 and 8 bits with a scale for every group or channel. Choose another format, "
            "or export to another target." };
        PlanProblem shape { {},
            "GPTQ packs 32 rows and 32 columns at a time, and these layers have another number. Keep them in 16 "
            "bits." };
        PlanProblem three {
            {},
            "Readers of version 1 disagree about the zero points of 3 bits, whose fields straddle words. Write gptq-v2."
        };
        for (const QuantizedRow& row : rows) {
            const int width = row.format->codeBits();
            const bool isHeld = row.format->family() == FormatFamily::Integer && !row.format->isNested();
            if (!isHeld || (width != 2 && width != 3 && width != 4 && width != 8))
                bits.layers.push_back(row.layer->name);
            if (m_version == GptqVersion::One && width == 3)
                three.layers.push_back(row.layer->name);
            if (row.layer->shape.rows % 32 != 0 || row.layer->shape.cols % 32 != 0)
                shape.layers.push_back(row.layer->name);
        }
        return concerning({ bits, shape, three });
    }

    bool holdsGroupOrder() const override { return true; }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        const auto rows = quantizedRows(plan, network);
        std::vector<std::string> notes = loaderNotes(plan, network, m_name, "with gptqmodel installed");
        notes.emplace_back("Loads in GPTQModel.");
        if (rows && m_version == GptqVersion::Fitting && needsVersion2(*rows))
            notes.emplace_back(
                "Written as gptq_v2, because the plan has asymmetric or 3-bit layers: readers of v1 disagree about "
                "their zero points. GPTQModel and newer versions of vLLM read v2.");
        return notes;
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource&, const Rows& rows) const override
    {
        return std::make_unique<GptqCodec>(writesVersion2(rows));
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        const OrderedConfig config = quantizationConfig(source, rows, writesVersion2(rows) ? "gptq_v2" : "gptq");
        KERF_CHECK(writeConfig(source, folder, config));
        return writeFileAtomically(folder / "quantize_config.json", config.dump(2) + "\n");
    }

private:
    bool writesVersion2(const std::vector<QuantizedRow>& rows) const
    {
        return m_version == GptqVersion::Two || (m_version == GptqVersion::Fitting && needsVersion2(rows));
    }

    GptqVersion m_version;
    std::string m_name, m_summary;
};

} // namespace

const Exporter& gptqExporter()
{
    static const GptqExporter exporter(GptqVersion::Fitting, "gptq",
        "GPTQ folder (v1 for symmetric, v2 for asymmetric layers): GPTQModel, transformers, vLLM, SGLang");
    return exporter;
}

const Exporter& gptq1Exporter()
{
    static const GptqExporter exporter(
        GptqVersion::One, "gptq-v1", "GPTQ folder of version 1 (zero points stored less one), whatever the layers");
    return exporter;
}

const Exporter& gptq2Exporter()
{
    static const GptqExporter exporter(
        GptqVersion::Two, "gptq-v2", "GPTQ folder of version 2 (zero points as they are), whatever the layers");
    return exporter;
}

} // namespace kerf::core
