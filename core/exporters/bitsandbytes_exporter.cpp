// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/format/nested_scale_map.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kNestedBlock = 256; ///< scales that double quantization takes together
constexpr float kLargestCode = 127;

bool isInteger(const QuantizedRow& row)
{
    return row.format->family() == FormatFamily::Integer;
}

/// "nf4", "fp4"
std::string bookOf(const QuantizedRow& row)
{
    return row.format->name().substr(0, 3);
}

std::int64_t blockOf(const QuantizedRow& row)
{
    return row.format->groupSize(row.layer->shape.cols);
}

std::int64_t scalesOf(const QuantizedRow& row)
{
    return row.layer->shape.rows * (row.layer->shape.cols / blockOf(row));
}

/// Two codes a byte, the first in the high half.
std::vector<std::uint8_t> highFirst(const std::vector<std::uint8_t>& codes)
{
    std::vector<std::uint8_t> bytes((codes.size() + 1) / 2);
    for (std::size_t i = 0; i < codes.size(); ++i)
        bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] | (i % 2 == 0 ? codes[i] << 4 : codes[i]));
    return bytes;
}

/// bitsandbytes' layouts (functional.py, QuantState.as_dict; nn/modules.py, Linear8bitLt): weights flattened row by
/// row.
class BitsAndBytesCodec final : public LayerCodec {
public:
    explicit BitsAndBytesCodec(std::string dtype)
        : m_dtype(std::move(dtype))
    {
    }

    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string weight = row.layer->name + ".weight";
        if (isInteger(row))
            return { { weight, DType::I8, { rows, cols } }, { row.layer->name + ".SCB", DType::F32, { rows } },
                { row.layer->name + ".weight_format", DType::U8, {} } };
        const std::int64_t scales = scalesOf(row);
        const bool isNested = row.format->isNested();
        std::vector<TensorSpec> specs { { weight, DType::U8, { (rows * cols + 1) / 2, 1 } },
            { weight + ".absmax", isNested ? DType::U8 : DType::F32, { scales } },
            { weight + ".quant_map", DType::F32, { 16 } },
            { weight + ".quant_state.bitsandbytes__" + bookOf(row), DType::U8,
                { static_cast<std::int64_t>(stateText(row, 0).size()) } } };
        if (isNested) {
            specs.push_back({ weight + ".nested_absmax", DType::F32, { (scales + kNestedBlock - 1) / kNestedBlock } });
            specs.push_back({ weight + ".nested_quant_map", DType::F32, { 256 } });
        }
        return specs;
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_CHECK(requirePlainGroups(row.layer->name, tensor));
        return isInteger(row) ? packInt8(tensor) : packFourBit(row, tensor);
    }

private:
    /// QuantState as JSON; the offset of nested scales is padded to one length, so that the size is known before.
    std::string stateText(const QuantizedRow& row, float offset) const
    {
        const auto& [rows, cols] = row.layer->shape;
        OrderedConfig state { { "quant_type", bookOf(row) }, { "blocksize", blockOf(row) }, { "dtype", m_dtype },
            { "shape", { rows, cols } } };
        std::string text = state.dump();
        if (row.format->isNested()) {
            text.pop_back();
            text += fmt::format(R"(,"nested_blocksize":{},"nested_dtype":"float32","nested_offset":{: .17e}}})",
                kNestedBlock, static_cast<double>(offset));
        }
        return text;
    }

    /// SCB is a row's largest magnitude: 127 steps. Steps are float16 numbers, so the product is exact in float32.
    static Result<PackedBytes> packInt8(const QuantizedTensor& tensor)
    {
        std::vector<std::uint8_t> numbers(tensor.codes.size());
        std::ranges::transform(tensor.codes, numbers.begin(), [](std::uint8_t code) { return code ^ 0x80; });
        std::vector<float> largest(tensor.scales.size());
        std::ranges::transform(tensor.scales, largest.begin(), [](float step) { return step * kLargestCode; });
        return PackedBytes { bytesOf(numbers), bytesOf(largest), bytesOf(std::vector<std::uint8_t> { 0 }) };
    }

    /// The format keeps scales as bitsandbytes does: float32; or codes, float32 of every 256, the mean.
    Result<PackedBytes> packFourBit(const QuantizedRow& row, const QuantizedTensor& tensor) const
    {
        const auto scales = static_cast<std::size_t>(scalesOf(row));
        const auto stored = std::as_bytes(std::span(tensor.stored));
        const std::span<const float> levels = tensor.format->levels();
        const auto map = bytesOf(std::vector<float>(levels.begin(), levels.end()));
        const auto textBytes
            = [](const std::string& text) { return bytesOf(std::vector<char>(text.begin(), text.end())); };
        if (!row.format->isNested())
            return PackedBytes { bytesOf(highFirst(tensor.codes)), bytesOf(tensor.stored), map,
                textBytes(stateText(row, 0)) };
        const auto codes = stored.first(scales),
                   largest = stored.subspan(scales, stored.size() - scales - sizeof(float));
        float mean = 0;
        std::memcpy(&mean, stored.last(sizeof mean).data(), sizeof mean);
        return PackedBytes { bytesOf(highFirst(tensor.codes)), { codes.begin(), codes.end() }, map,
            textBytes(stateText(row, mean)), { largest.begin(), largest.end() }, bytesOf(nestedScaleMap()) };
    }

    std::string m_dtype;
};

/// BitsAndBytesConfig of transformers.
OrderedConfig quantizationConfig(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    OrderedConfig dense = denseModules(source, rows);
    const QuantizedRow& first = rows.front();
    OrderedConfig config { { "quant_method", "bitsandbytes" }, { "load_in_4bit", !isInteger(first) },
        { "load_in_8bit", isInteger(first) } };
    if (isInteger(first)) {
        config["llm_int8_threshold"] = 6.0;
        config["llm_int8_has_fp16_weight"] = false;
        config["llm_int8_enable_fp32_cpu_offload"] = false;
    } else {
        config["bnb_4bit_quant_type"] = bookOf(first);
        config["bnb_4bit_compute_dtype"] = loaderDtype(source).name;
        config["bnb_4bit_use_double_quant"] = first.format->isNested();
        config["bnb_4bit_quant_storage"] = "uint8";
    }
    config["llm_int8_skip_modules"] = std::move(dense);
    return config;
}

class BitsAndBytesExporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (auto problems = linearProblems(plan, network, m_name, Inputs::CheckedElsewhere); !problems.empty())
            return problems;
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        PlanProblem formats { {},
            "bitsandbytes holds nf4 and fp4 in blocks (nf4-b64, with -dq for double quantization) and "
            "int8-channel+llmint8. Choose one of these." };
        PlanProblem mixed { {},
            "bitsandbytes has one format for all layers of a model. Give these the one of the others." };
        for (const QuantizedRow& row : rows) {
            const bool isBook
                = row.format->family() == FormatFamily::CodeBook && row.activation == ActivationFormat::None;
            if (!isBook && LayerFormat { row.format, row.activation }.name() != "int8-channel+llmint8")
                formats.layers.push_back(row.layer->name);
            else if (row.format->name() != rows.front().format->name())
                mixed.layers.push_back(row.layer->name);
        }
        return concerning({ formats, mixed });
    }

    std::vector<std::string> notes(const Plan& plan, const Network& network) const override
    {
        std::vector<std::string> notes = loaderNotes(plan, network, m_name, "with bitsandbytes installed");
        const auto rows = quantizedRows(plan, network);
        if (rows && !rows->empty() && isInteger(rows->front()))
            notes.emplace_back(
                "LLM.int8 rounds the inputs of these layers while the model runs, except columns with a value "
                "of 6 or more, as the run was measured.");
        return notes;
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource& source, const Rows&) const override
    {
        return std::make_unique<BitsAndBytesCodec>(loaderDtype(source).name);
    }
    Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const override
    {
        return writeConfig(source, folder, quantizationConfig(source, rows));
    }

private:
    std::string m_name = "bnb";
    std::string m_summary = "bitsandbytes folder (NF4, FP4, double quantization, LLM.int8): transformers, vLLM";
};

} // namespace

const Exporter& bitsAndBytesExporter()
{
    static const BitsAndBytesExporter exporter;
    return exporter;
}

} // namespace kerf::core
