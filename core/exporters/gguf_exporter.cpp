// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/checkpoint/ggml_types.h"
#include "core/checkpoint/row_order.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/exporters/ggml_packing.h"
#include "core/exporters/gguf_writer.h"
#include "core/format/ggml_type.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_view.h"
#include "core/text/gguf_vocabulary.h"

namespace kerf::core {
namespace {

constexpr const char* kFile = "model.gguf";
constexpr std::uint32_t kF32 = 0;

/// What llama-quantize would call a file of this type (llama.h, llama_ftype).
std::uint32_t fileType(std::string_view ggmlName)
{
    static const std::map<std::string_view, std::uint32_t> types { { "F32", 0 }, { "F16", 1 }, { "Q4_0", 2 },
        { "Q4_1", 3 }, { "Q8_0", 7 }, { "Q5_0", 8 }, { "Q5_1", 9 }, { "Q2_K", 10 }, { "Q3_K", 12 }, { "Q4_K", 15 },
        { "Q5_K", 17 }, { "Q6_K", 18 }, { "IQ4_NL", 25 }, { "IQ4_XS", 30 }, { "BF16", 32 }, { "MXFP4", 38 } };
    const auto found = types.find(ggmlName);
    return found == types.end() ? 0 : found->second;
}

/// Rows of floats or codes from the source's order into that of rotary pairs.
std::vector<std::byte> inPairedOrder(std::span<const std::byte> bytes, std::int64_t rows, std::int64_t heads)
{
    const std::size_t width = bytes.size() / static_cast<std::size_t>(rows);
    std::vector<std::byte> ordered(bytes.size());
    for (std::int64_t row = 0; row < rows; ++row)
        std::memcpy(ordered.data() + static_cast<std::size_t>(pairedRow(row, rows, heads)) * width,
            bytes.data() + static_cast<std::size_t>(row) * width, width);
    return ordered;
}

/// A tensor of the export: a layer with codes, or one that is carried over.
struct Piece {
    GgufTensor tensor;
    const QuantizedRow* row = nullptr;
    CarriedTensor carried {};
    std::int64_t pairedHeads = 0;
};

class GgufExport {
public:
    GgufExport(const ExportSource& source, const DecoderConfig& config, const GgufFamily& family)
        : m_source(source)
        , m_config(config)
        , m_family(family)
    {
        for (GgufModule& module : ggufModules(family, { config.blocks, config.heads, config.keyValueHeads }))
            m_modules.emplace(module.ours, std::move(module));
    }

    const GgufModule* find(const std::string& tensor) const
    {
        const auto found = m_modules.find(tensor.substr(0, tensor.rfind('.')));
        return found == m_modules.end() ? nullptr : &found->second;
    }

    Result<WriteReport> write(const std::filesystem::path& folder, const JobContext& job)
    {
        KERF_TRY(const std::vector<GgufTensor> tensors, planTensors());
        KERF_TRY(const GgufPairs pairs, makePairs());
        KERF_TRY(GgufWriter writer, GgufWriter::create(folder / kFile, pairs, tensors, job));
        const std::vector<float> factors = ropeFactors();
        if (!factors.empty())
            KERF_CHECK(writer.write(std::as_bytes(std::span(factors))));
        Progress progress { "Writing tensors", 0, static_cast<std::int64_t>(m_pieces.size()), "tensors" };
        for (const Piece& piece : m_pieces) {
            KERF_CHECK(job.checkStop());
            KERF_CHECK(writePiece(writer, piece));
            ++progress.done;
            job.progress(progress);
        }
        KERF_CHECK(writer.finish());
        return WriteReport { static_cast<int>(tensors.size()), std::move(m_left), std::move(m_notes) };
    }

    Result<std::int64_t> bytes()
    {
        KERF_TRY(const std::vector<GgufTensor> tensors, planTensors());
        KERF_TRY(const GgufPairs pairs, makePairs());
        return static_cast<std::int64_t>(GgufWriter::fileBytes(pairs, tensors));
    }

private:
    /// In the order of the file.
    Result<std::vector<GgufTensor>> planTensors()
    {
        KERF_TRY(m_rows, quantizedRows(m_source.plan, m_source.network));
        planPieces();
        std::vector<GgufTensor> tensors;
        if (const std::size_t factors = ropeFactors().size(); factors > 0)
            tensors.push_back(
                { "rope_freqs.weight", { static_cast<std::int64_t>(factors) }, kF32, factors * sizeof(float) });
        for (const Piece& piece : m_pieces)
            tensors.push_back(piece.tensor);
        return tensors;
    }

    void planPieces()
    {
        for (CarriedTensor& carried : carriedTensors(m_source)) {
            const GgufModule* module = find(carried.spec.name);
            if (!module) {
                m_left.push_back(carried.spec.name);
                continue;
            }
            const std::string name = module->theirs + carried.spec.name.substr(carried.spec.name.rfind('.'));
            Piece piece { { name, carried.spec.shape, 0, 0 }, nullptr, std::move(carried), module->pairedHeads };
            const auto row = std::ranges::find_if(m_rows, [&](const QuantizedRow& quantized) {
                return m_source.network.graph().weightOf(*quantized.layer).ref.tensor == piece.carried.source;
            });
            if (row != m_rows.end())
                describeCodes(piece, *row);
            else
                describeFloats(piece);
            m_pieces.push_back(std::move(piece));
        }
    }

    static void describeCodes(Piece& piece, const QuantizedRow& row)
    {
        const LayerShape& shape = row.layer->shape;
        const GgmlType& type = *findGgmlFormat(ggmlFormatOf(*row.format, shape.cols));
        piece.row = &row;
        piece.tensor.type = type.id;
        piece.tensor.bytes = static_cast<std::uint64_t>(shape.rows * (shape.cols / type.elements) * type.bytes);
    }

    /// Matrices in their own type; vectors in float32, as llama.cpp's kernels want norms and biases.
    static void describeFloats(Piece& piece)
    {
        const DType stored = piece.carried.spec.dtype;
        const bool isKept = piece.tensor.shape.size() > 1 && (stored == DType::F16 || stored == DType::BF16);
        const GgmlType& type = *findGgmlType(isKept ? dtypeName(stored) : std::string_view("F32"));
        std::int64_t count = 1;
        for (const std::int64_t size : piece.tensor.shape)
            count *= size;
        piece.tensor.type = type.id;
        piece.tensor.bytes = static_cast<std::uint64_t>(count * type.bytes);
    }

    Status writePiece(GgufWriter& writer, const Piece& piece) const
    {
        const auto put = [&](std::span<const std::byte> bytes) -> Status {
            if (piece.pairedHeads == 0)
                return writer.write(bytes);
            return writer.write(inPairedOrder(bytes, piece.tensor.shape.front(), piece.pairedHeads));
        };
        if (piece.row) {
            const std::string& layer = piece.row->layer->name;
            KERF_TRY(const QuantizedTensor tensor, m_source.layer(layer));
            if (tensor.format->name() != piece.row->format->name())
                return fail(ErrorCode::Internal, fmt::format("{}: the run holds another format than its plan", layer));
            KERF_TRY(const std::vector<std::byte> bytes, packGgml(layer, tensor));
            return put(bytes);
        }
        KERF_CHECK(lendCarried(m_source, piece.carried, [&](std::span<const std::byte> bytes) -> Status {
            const DType stored = piece.carried.spec.dtype;
            if (piece.tensor.type != kF32 || stored == DType::F32)
                return put(bytes);
            std::vector<float> widened(bytes.size() / elementSize(stored));
            toFloat32(stored, bytes, widened);
            return put(std::as_bytes(std::span(widened)));
        }));
        m_source.checkpoint.release(piece.carried.source);
        return {};
    }

    /// What llama.cpp divides the plain frequencies by; empty when nothing is scaled.
    std::vector<float> ropeFactors() const
    {
        const std::vector<double>& frequencies = m_config.rotaries.front().frequencies;
        const auto width = static_cast<double>(2 * frequencies.size());
        std::vector<float> factors;
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            factors.push_back(static_cast<float>(
                std::pow(m_config.rotaries.front().theta, -2.0 * static_cast<double>(i) / width) / frequencies[i]));
        const bool isPlain = std::ranges::all_of(factors, [](float factor) { return factor == 1.0F; });
        return isPlain ? std::vector<float>() : factors;
    }

    Result<GgufPairs> makePairs()
    {
        GgufPairs pairs;
        const std::string prefix = std::string(m_family.architecture) + ".";
        const auto count = [&](std::string_view key, std::int64_t value) {
            pairs.add(prefix + std::string(key), static_cast<std::uint32_t>(value));
        };
        pairs.add("general.architecture", m_family.architecture);
        pairs.add("general.type", std::string_view("model"));
        pairs.add("general.name", std::string_view(m_source.checkpoint.folder().filename().string()));
        pairs.add("general.file_type", fileType(mostCommonType()));
        pairs.add("general.quantization_version", std::uint32_t { 2 });
        count("context_length", m_config.positions);
        count("embedding_length", m_config.hidden);
        count("block_count", m_config.blocks);
        count("feed_forward_length", m_config.inner);
        count("attention.head_count", m_config.heads);
        count("attention.head_count_kv", m_config.keyValueHeads);
        count("attention.key_length", m_config.headDim);
        count("attention.value_length", m_config.headDim);
        count("rope.dimension_count", static_cast<std::int64_t>(2 * m_config.rotaries.front().frequencies.size()));
        count("vocab_size", m_config.vocabulary);
        pairs.add(prefix + "rope.freq_base", static_cast<float>(m_config.rotaries.front().theta));
        pairs.add(prefix + "attention.layer_norm_rms_epsilon", static_cast<float>(m_config.epsilon));
        if (m_source.calibration)
            addImportance(pairs, *m_source.calibration);
        KERF_TRY(const GgufVocabulary vocabulary, ggufVocabulary(m_source.checkpoint.folder(), m_config.vocabulary));
        addVocabulary(pairs, vocabulary);
        m_notes.insert(m_notes.end(), vocabulary.notes.begin(), vocabulary.notes.end());
        return pairs;
    }

    /// What llama-quantize notes of an importance matrix: a diagonal of what the run's layers were fitted to.
    void addImportance(GgufPairs& pairs, const CalibrationText& text) const
    {
        pairs.add("quantize.imatrix.file", std::string_view("statistics of Kerf"));
        pairs.add("quantize.imatrix.dataset", std::string_view(text.name));
        pairs.add("quantize.imatrix.entries_count", static_cast<std::uint32_t>(m_rows.size()));
        pairs.add("quantize.imatrix.chunks_count", static_cast<std::uint32_t>(text.windows));
    }

    static void addVocabulary(GgufPairs& pairs, const GgufVocabulary& vocabulary)
    {
        pairs.add("tokenizer.ggml.model", std::string_view(vocabulary.model));
        pairs.add("tokenizer.ggml.pre", std::string_view(vocabulary.pre));
        pairs.add("tokenizer.ggml.tokens", vocabulary.tokens);
        pairs.add("tokenizer.ggml.token_type", vocabulary.types);
        if (!vocabulary.scores.empty())
            pairs.add("tokenizer.ggml.scores", vocabulary.scores);
        if (!vocabulary.merges.empty())
            pairs.add("tokenizer.ggml.merges", vocabulary.merges);
        const auto token = [&](std::string_view key, const std::optional<std::uint32_t>& id) {
            if (id)
                pairs.add(key, *id);
        };
        token("tokenizer.ggml.bos_token_id", vocabulary.begin);
        token("tokenizer.ggml.eos_token_id", vocabulary.end);
        token("tokenizer.ggml.unknown_token_id", vocabulary.unknown);
        token("tokenizer.ggml.padding_token_id", vocabulary.padding);
        pairs.add("tokenizer.ggml.add_bos_token", vocabulary.addBegin);
        pairs.add("tokenizer.ggml.add_eos_token", vocabulary.addEnd);
        if (vocabulary.model == "llama")
            pairs.add("tokenizer.ggml.add_space_prefix", vocabulary.addSpacePrefix);
        if (!vocabulary.chatTemplate.empty())
            pairs.add("tokenizer.chat_template", std::string_view(vocabulary.chatTemplate));
    }

    /// Of the matrices with codes, by bytes; of all where none has.
    std::string_view mostCommonType() const
    {
        std::map<std::uint32_t, std::uint64_t> bytes;
        for (const Piece& piece : m_pieces)
            if (piece.row || m_rows.empty())
                bytes[piece.tensor.type] += piece.tensor.bytes;
        const auto most = std::ranges::max_element(bytes, {}, [](const auto& entry) { return entry.second; });
        return findGgmlType(most->first)->name;
    }

    const ExportSource& m_source;
    const DecoderConfig& m_config;
    const GgufFamily& m_family;
    std::map<std::string, GgufModule> m_modules;
    std::vector<QuantizedRow> m_rows;
    std::vector<Piece> m_pieces;
    std::vector<std::string> m_left, m_notes;
};

class GgufExporter final : public Exporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        if (!ggufFamilyOf(network.architecture()))
            return { { {},
                fmt::format(
                    "Kerf does not write a {} model as GGUF yet. Choose another target.", network.architecture()) } };
        if (const auto floats = quantizedRows(plan, network); floats && floats->empty())
            return {};
        if (auto problems = generalProblems(plan, network, m_name); !problems.empty())
            return problems;
        PlanProblem formats { {},
            "GGUF holds llama.cpp's own formats (q4_0, q4_k, iq4_nl, …) and, as those, symmetric integers of 4, 5 and "
            "8 "
            "bits with groups of whole blocks of 32. Choose one of these for these layers." };
        const std::vector<QuantizedRow> rows = quantizedRows(plan, network).value();
        for (const QuantizedRow& row : rows)
            if (ggmlFormatOf(*row.format, row.layer->shape.cols).empty())
                formats.layers.push_back(row.layer->name);
        return concerning({ formats });
    }

    Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const override
    {
        KERF_TRY(const DecoderConfig config, readConfig(source));
        return GgufExport(source, config, *ggufFamilyOf(source.network.architecture())).write(folder, job);
    }

    Result<std::int64_t> weightBytes(const ExportSource& source) const override
    {
        KERF_TRY(const DecoderConfig config, readConfig(source));
        return GgufExport(source, config, *ggufFamilyOf(source.network.architecture())).bytes();
    }

    Result<WrittenModelPtr> openBack(const std::filesystem::path& folder) const override
    {
        return openWrittenGguf(folder / kFile);
    }

    std::vector<std::string> notes(const Plan&, const Network& network) const override
    {
        std::vector<std::string> notes { fmt::format(
            "Loads in llama.cpp: llama-cli -m {}. Norms and biases are float32 "
            "there; queries and keys stand in its order of rotary pairs.",
            kFile) };
        if (network.architecture() != "llama")
            notes.push_back(
                fmt::format("No GGUF of a {} model that Kerf wrote was loaded in llama.cpp yet: compare its "
                            "answers before you rely on it.",
                    network.architecture()));
        return notes;
    }

private:
    static Result<DecoderConfig> readConfig(const ExportSource& source)
    {
        KERF_TRY(
            DecoderConfig config, parseDecoderConfig(source.checkpoint.configText(), source.checkpoint.configPlace()));
        if (config.slidingWindow > 0 && config.slidingWindow < config.positions)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "Blocks of this model see the last {} of its {} positions, which llama.cpp does not do for {}.",
                    config.slidingWindow, config.positions, source.network.architecture()));
        if (config.rotaries.size() != 1 || config.rotaries.front().magnitude != 1.0)
            return fail(ErrorCode::InvalidArgument,
                "The position embedding of this model (rope scaling) is of a kind that Kerf does not write as GGUF.");
        return config;
    }

    std::string m_name = "gguf";
    std::string m_summary = "One GGUF file: llama.cpp and what is built on it";
};

} // namespace

const Exporter& ggufExporter()
{
    static const GgufExporter exporter;
    return exporter;
}

} // namespace kerf::core
