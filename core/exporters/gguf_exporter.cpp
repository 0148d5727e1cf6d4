// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/base/in_order.h"
#include "core/checkpoint/ggml_types.h"
#include "core/checkpoint/stored_form.h"
#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"
#include "core/exporters/ggml_packing.h"
#include "core/exporters/gguf_pieces.h"
#include "core/exporters/gguf_positions.h"
#include "core/exporters/gguf_settings.h"
#include "core/exporters/gguf_writer.h"
#include "core/format/ggml_type.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"
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

class GgufExport {
public:
    GgufExport(const ExportSource& source, const DecoderConfig& config, const GgufFamily& family)
        : m_source(source)
        , m_config(config)
        , m_family(family)
    {
    }

    Result<WriteReport> write(const std::filesystem::path& folder, const JobContext& job)
    {
        KERF_TRY(const std::vector<GgufTensor> tensors, planTensors());
        KERF_TRY(const GgufPairs pairs, makePairs());
        KERF_TRY(GgufWriter writer, GgufWriter::create(folder / kFile, pairs, tensors, job));
        const std::vector<float> factors = ropeFactors();
        if (!factors.empty())
            KERF_CHECK(writer.write(std::as_bytes(std::span(factors))));
        KERF_CHECK(writeParts(writer, job));
        WriteReport report { static_cast<int>(tensors.size()), std::move(m_made.left), std::move(m_notes) };
        KERF_TRY(report.hashes[kFile], writer.finish());
        return report;
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
        KERF_TRY(m_made, planGgufPieces(m_source, m_config, m_family));
        KERF_CHECK(checkHead());
        std::vector<GgufTensor> tensors;
        if (const std::size_t factors = ropeFactors().size(); factors > 0)
            tensors.push_back(
                { "rope_freqs.weight", { static_cast<std::int64_t>(factors) }, kF32, factors * sizeof(float) });
        for (const GgufPiece& piece : m_made.pieces)
            tensors.push_back(piece.tensor);
        return tensors;
    }

    Status checkHead() const
    {
        const bool isStored = std::ranges::any_of(
            m_made.pieces, [](const GgufPiece& piece) { return piece.tensor.name == "output.weight"; });
        if (isStored && m_family.head == GgufPart::None)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The head of this model differs from its embedding, and llama.cpp has one table for both "
                            "in {} models.",
                    m_family.type));
        if (!isStored && m_family.head == GgufPart::Needed)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The head of this model is its embedding, and llama.cpp needs two tables in {} models.",
                    m_family.type));
        return {};
    }

    Status writeParts(GgufWriter& writer, const JobContext& job) const
    {
        struct Item {
            const GgufSourcePart* part;
            std::uint32_t type;
        };
        std::vector<Item> items;
        for (const GgufPiece& piece : m_made.pieces)
            for (const GgufSourcePart& part : piece.parts)
                items.push_back({ &part, piece.tensor.type });
        Progress progress { "Writing tensors", 0, static_cast<std::int64_t>(items.size()), "tensors" };
        job.progress(progress);
        return inOrder(
            progress.total, [&](std::int64_t i) { return packPart(*items[static_cast<std::size_t>(i)].part); },
            [&](std::int64_t i, const std::vector<std::byte>& packed) -> Status {
                KERF_CHECK(job.checkStop());
                const Item& item = items[static_cast<std::size_t>(i)];
                KERF_CHECK(item.part->row ? writer.write(packed) : writeCarried(writer, *item.part, item.type));
                ++progress.done;
                job.progress(progress);
                return {};
            });
    }

    /// A layer with codes as the file holds it; nothing of what is carried over. On any thread.
    Result<std::vector<std::byte>> packPart(const GgufSourcePart& part) const
    {
        if (!part.row)
            return std::vector<std::byte> {};
        const std::string& layer = part.row->layer->name;
        KERF_TRY(const QuantizedTensor tensor, m_source.layer(layer));
        if (tensor.format->name() != part.row->format->name())
            return fail(ErrorCode::Internal, fmt::format("{}: the run holds another format than its plan", layer));
        KERF_TRY(std::vector<std::byte> bytes, packGgml(layer, tensor));
        if (part.share)
            return rowsOf(*part.share, bytes, tensor.shape.rows);
        if (part.form.rows == RowOrder::Source)
            return bytes;
        return inStoredForm(part.form.rowsAlone(), { tensor.shape.rows }, bytes);
    }

    /// Rows of codes. @pre the share is not transposed
    static std::vector<std::byte> rowsOf(const StackShare& share, std::span<const std::byte> bytes, std::int64_t rows)
    {
        const std::size_t width = bytes.size() / static_cast<std::size_t>(rows);
        std::vector<std::byte> own;
        for (std::int64_t i = 0; i < share.count; ++i) {
            const auto row = bytes.subspan(static_cast<std::size_t>(share.first + i * share.step) * width, width);
            own.insert(own.end(), row.begin(), row.end());
        }
        return own;
    }

    /// One slice after the other. @pre part.share
    static Status putShares(
        GgufWriter& writer, const GgufSourcePart& part, std::size_t elementSize, std::span<const std::byte> bytes)
    {
        const std::size_t size = static_cast<std::size_t>(part.stack->sliceElements()) * elementSize;
        for (std::size_t at = 0; at < bytes.size(); at += size)
            KERF_CHECK(writer.write(takeShare(*part.stack, *part.share, elementSize, bytes.subspan(at, size))));
        return {};
    }

    Status writeCarried(GgufWriter& writer, const GgufSourcePart& part, std::uint32_t type) const
    {
        KERF_CHECK(lendCarried(m_source, part.carried, [&](std::span<const std::byte> bytes) -> Status {
            const DType stored = part.carried.spec.dtype;
            const std::vector<std::int64_t>& shape = part.carried.spec.shape;
            if (type != kF32 || (stored == DType::F32 && part.form.shift == 0))
                return part.share ? putShares(writer, part, elementSize(stored), bytes)
                                  : put(writer, part.form, shape, bytes);
            std::vector<float> widened(bytes.size() / elementSize(stored));
            toFloat32(stored, bytes, widened);
            for (float& value : widened)
                value += part.form.shift;
            if (part.share)
                return putShares(writer, part, sizeof(float), std::as_bytes(std::span(widened)));
            return put(writer, part.form, shape, std::as_bytes(std::span(widened)));
        }));
        m_source.checkpoint.release(part.carried.source);
        return {};
    }

    static Status put(GgufWriter& writer, const StoredForm& form, const std::vector<std::int64_t>& shape,
        std::span<const std::byte> bytes)
    {
        const bool isInPlace = form.rows == RowOrder::Source && !form.transposed;
        return isInPlace ? writer.write(bytes) : writer.write(inStoredForm(form, shape, bytes));
    }

    std::vector<float> ropeFactors() const { return ggufRopeFactors(m_family, m_config); }

    Result<GgufPairs> makePairs()
    {
        GgufPairs pairs;
        pairs.add("general.architecture", m_family.architecture);
        pairs.add("general.type", std::string_view("model"));
        pairs.add("general.name", std::string_view(m_source.checkpoint.folder().filename().string()));
        pairs.add("general.file_type", fileType(mostCommonType()));
        pairs.add("general.quantization_version", std::uint32_t { 2 });
        addGgufSettings(pairs, m_family, m_config);
        for (std::string& note : ggufConfigNotes(m_family, m_config))
            m_notes.push_back(std::move(note));
        if (m_source.calibration)
            addImportance(pairs, *m_source.calibration);
        KERF_TRY(const GgufVocabulary vocabulary, ggufVocabulary(m_source.checkpoint.folder(), m_config.vocabulary));
        addGgufVocabulary(pairs, vocabulary);
        m_notes.insert(m_notes.end(), vocabulary.notes.begin(), vocabulary.notes.end());
        return pairs;
    }

    /// What llama-quantize notes of an importance matrix: a diagonal of what the run's layers were fitted to.
    void addImportance(GgufPairs& pairs, const CalibrationText& text) const
    {
        pairs.add("quantize.imatrix.file", std::string_view("statistics of Kerf"));
        pairs.add("quantize.imatrix.dataset", std::string_view(text.name));
        pairs.add("quantize.imatrix.entries_count", static_cast<std::uint32_t>(m_made.rows.size()));
        pairs.add("quantize.imatrix.chunks_count", static_cast<std::uint32_t>(text.windows));
    }

    /// Of the matrices with codes, by bytes; of all where none has.
    std::string_view mostCommonType() const
    {
        std::map<std::uint32_t, std::uint64_t> bytes;
        for (const GgufPiece& piece : m_made.pieces)
            if (piece.parts.front().row || m_made.rows.empty())
                bytes[piece.tensor.type] += piece.tensor.bytes;
        const auto most = std::ranges::max_element(bytes, {}, [](const auto& entry) { return entry.second; });
        return findGgmlType(most->first)->name;
    }

    const ExportSource& m_source;
    const DecoderConfig& m_config;
    const GgufFamily& m_family;
    GgufPieces m_made;
    std::vector<std::string> m_notes;
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
        std::vector<PlanProblem> problems = concerning({ formats });
        for (PlanProblem& problem : ggufExpertProblems(plan, network))
            problems.push_back(std::move(problem));
        PlanProblem cut { {},
            "llama.cpp multiplies with the two halves of such a layer apart, one of them transposed, and has no place "
            "for its codes. Leave these layers in 16 bit (bf16)." };
        for (const QuantizedRow& row : rows)
            if (!ggufHoldsCodes(network, row.layer->name))
                cut.layers.push_back(row.layer->name);
        for (PlanProblem& problem : concerning({ cut }))
            problems.push_back(std::move(problem));
        return problems;
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
        const GgufFamily* family = ggufFamilyOf(network.architecture());
        return { fmt::format("Loads in llama.cpp: llama-cli -m {}. Norms and biases are float32 there{}.", kFile,
            family && family->pairsHeads ? "; queries and keys stand in its order of rotary pairs" : "") };
    }

private:
    static Result<DecoderConfig> readConfig(const ExportSource& source)
    {
        KERF_TRY(
            DecoderConfig config, parseDecoderConfig(source.checkpoint.configText(), source.checkpoint.configPlace()));
        KERF_CHECK(checkGgufConfig(*ggufFamilyOf(source.network.architecture()), config));
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
