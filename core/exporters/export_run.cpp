// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/descriptor.h"
#include "core/base/in_order.h"
#include "core/exporters/carried_files.h"
#include "core/exporters/exporter.h"
#include "core/exporters/folder_writer.h"
#include "core/exporters/manifest.h"
#include "core/exporters/partial_folder.h"
#include "core/model/architecture.h"
#include "core/model/weight_source.h"
#include "core/plan/left_out.h"
#include "core/plan/loaders.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCardFile = "README.md";
constexpr const char* kBaseCardFile = "README-base.md";
constexpr const char* kPlanFile = "kerf-plan.json";

/// What belongs beside the weights: the source's files, or those made from what a GGUF file says.
Result<std::vector<std::string>> carryCompanions(const Checkpoint& checkpoint, const fs::path& target)
{
    if (checkpoint.onnx())
        return writeOnnxCompanions(checkpoint, target);
    if (checkpoint.metadata())
        return writeGgufCompanions(*checkpoint.metadata(), checkpoint.folder().string(), target);
    return carryFiles(checkpoint.folder(), target);
}

Status checkCanExport(const Exporter& exporter, const ExportSource& source, const fs::path& out)
{
    if (source.network.weights().isQuantized() && !source.stored)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: is quantized already, and an export would mix its codes with those of the run. Quantize "
                        "the model that it was made from to export it, or convert it as it is (kerf-cli convert).",
                source.checkpoint.folder().string()));
    if (source.checkpoint.onnx() && !exporter.holdsOnnx())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: is an ONNX file, and {} holds language models. Export it to onnx-qdq or onnx-nbits.",
                source.checkpoint.folder().string(), exporter.name()));
    if (source.checkpoint.metadata() && !source.network.info().cannotRun.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: is a GGUF file of an architecture that no family is called by ({}), so there is no "
                        "config.json that a folder could be given. Export from the folder that it was made from.",
                source.checkpoint.folder().string(), source.network.architecture()));
    std::string problems;
    for (const PlanProblem& problem : exporter.check(source.plan, source.network)) {
        problems += (problems.empty() ? "" : " ") + problem.message;
        if (!problem.layers.empty())
            problems += fmt::format(" ({}{})", problem.layers.front(),
                problem.layers.size() > 1 ? fmt::format(" and {} more", problem.layers.size() - 1) : std::string());
    }
    if (!problems.empty())
        return fail(ErrorCode::InvalidArgument,
            source.stored ? fmt::format(
                "{}: cannot be converted to {}: {}", source.checkpoint.folder().string(), exporter.name(), problems)
                          : fmt::format("The plan cannot be exported to {}: {}", exporter.name(), problems));
    std::error_code error;
    if (out.filename().empty())
        return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" does not name a folder", out.string()));
    if (fs::exists(fs::symlink_status(out, error)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} exists already. Kerf never overwrites an export; choose another name.", out.string()));
    return {};
}

/// The bytes, or of a tensor that was widened to float32 its values, rounded by a sum that is taken back.
bool holdsSame(
    DType type, std::span<const std::byte> expected, DType writtenAs, std::span<const std::byte> written, float shift)
{
    if (type == writtenAs && shift == 0)
        return std::ranges::equal(expected, written);
    std::vector<float> widened(expected.size() / elementSize(type));
    toFloat32(type, expected, widened);
    for (float& value : widened) {
        const float stored = value + shift;
        value = stored - shift;
    }
    return std::ranges::equal(std::as_bytes(std::span(widened)), written);
}

tl::unexpected<Error> otherTensor(const std::string& tensor)
{
    return fail(ErrorCode::Io,
        fmt::format("{}: reading the export back gave another tensor than the source has; nothing was kept. Check the "
                    "disk and export again.",
            tensor));
}

/// What no layer of the plan has of a tensor in which several lie.
Status compareSlices(const ExportSource& source, const WrittenModel& written, const std::vector<QuantizedRow>& rows,
    const CarriedTensor& tensor)
{
    const Graph& graph = source.network.graph();
    const std::optional<TensorSpec> spec = written.carried(tensor.spec.name);
    for (const Parameter* slice : slicesOf(graph, tensor.source)) {
        if (std::ranges::any_of(rows, [&](const QuantizedRow& row) { return &graph.weightOf(*row.layer) == slice; }))
            continue;
        if (!spec || spec->shape != tensor.spec.shape)
            return otherTensor(tensor.source);
        KERF_TRY(const Matrix values, source.network.weights().tensor(*slice));
        const auto bytes = storedAs(spec->dtype, { values.data(), static_cast<std::size_t>(values.size()) });
        KERF_CHECK(written.lend(tensor.spec.name, [&](std::span<const std::byte> found) -> Status {
            const auto at = found.subspan(static_cast<std::size_t>(slice->ref.slice) * bytes.size(), bytes.size());
            return std::ranges::equal(bytes, at) ? Status {} : otherTensor(tensor.source);
        }));
    }
    return {};
}

/// Every tensor that is not a part of a quantized layer.
Status compareCarried(const ExportSource& source, const WrittenModel& written, const std::vector<QuantizedRow>& rows,
    const WriteReport& report, const JobContext& job)
{
    for (const CarriedTensor& tensor : carriedTensors(source)) {
        KERF_CHECK(job.checkStop());
        const auto renamed = report.renamed.find(tensor.spec.name);
        const std::string& carried = renamed == report.renamed.end() ? tensor.spec.name : renamed->second;
        if (report.replaced.contains(tensor.source))
            continue;
        const auto isLayer = [&](const QuantizedRow& row) {
            return source.network.graph().weightOf(*row.layer).ref.tensor == tensor.source;
        };
        if (std::any_of(rows.begin(), rows.end(), isLayer)) {
            KERF_CHECK(compareSlices(source, written, rows, tensor));
            continue;
        }
        if (std::ranges::find(report.left, carried) != report.left.end())
            continue;
        const std::optional<TensorSpec> spec = written.carried(carried);
        const bool isWidened = spec && spec->dtype == DType::F32 && isWeightFloat(tensor.spec.dtype);
        bool same = spec && spec->shape == tensor.spec.shape && (spec->dtype == tensor.spec.dtype || isWidened);
        if (same)
            KERF_CHECK(lendCarried(source, tensor, [&](std::span<const std::byte> expected) {
                return written.lend(carried, [&](std::span<const std::byte> found) -> Status {
                    same = holdsSame(tensor.spec.dtype, expected, spec->dtype, found, written.shift(carried));
                    return {};
                });
            }));
        if (!same)
            return otherTensor(tensor.source);
        source.checkpoint.release(tensor.source);
        written.release(carried);
    }
    return {};
}

Status compareAdded(const std::vector<AddedTensor>& added, const WrittenModel& written)
{
    for (const AddedTensor& tensor : added) {
        const std::optional<TensorSpec> spec = written.carried(tensor.spec.name);
        bool same = spec && spec->shape == tensor.spec.shape && spec->dtype == tensor.spec.dtype;
        if (same)
            KERF_CHECK(written.lend(tensor.spec.name, [&](std::span<const std::byte> found) -> Status {
                same = std::ranges::equal(tensor.bytes, found);
                return {};
            }));
        if (!same)
            return fail(ErrorCode::Io,
                fmt::format("{}: reading the export back gave another tensor than was written; nothing was kept. Check "
                            "the disk and export again.",
                    tensor.spec.name));
    }
    return {};
}

/// What of a layer was read back otherwise; empty: nothing. On any thread.
Result<std::string> differenceOf(const ExportSource& source, const WrittenModel& written, const QuantizedRow& row)
{
    const std::string& layer = row.layer->name;
    if (source.hash) {
        KERF_TRY(const std::optional<std::string> found, written.hash(layer));
        if (found && found == source.hash(layer))
            return std::string();
    }
    // Another format of the same numbers, or a difference, which is to be named.
    KERF_TRY(const QuantizedTensor expected, source.layer(layer));
    return written.difference(layer, source.network.graph().weightOf(*row.layer).ref, expected);
}

Result<int> compareLayers(
    const ExportSource& source, const WrittenModel& written, const fs::path& folder, const JobContext& job)
{
    KERF_TRY(const std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
    if (written.hasCodes() && written.layers().size() != rows.size())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds {} quantized layers, and there should be {}", folder.string(),
                written.layers().size(), rows.size()));
    Progress progress { "Reading back", 0, static_cast<std::int64_t>(rows.size()), "layers" };
    job.progress(progress);
    const auto find = [&](std::int64_t i) { return differenceOf(source, written, rows[static_cast<std::size_t>(i)]); };
    const auto judge = [&](std::int64_t i, const std::string& difference) -> Status {
        KERF_CHECK(job.checkStop());
        ++progress.done;
        job.progress(progress);
        if (difference.empty())
            return {};
        return fail(ErrorCode::BadFile,
            fmt::format("{}: {} was read back with other {} than it should have", folder.string(),
                rows[static_cast<std::size_t>(i)].layer->name, difference));
    };
    KERF_CHECK(inOrder(static_cast<std::int64_t>(rows.size()), find, judge));
    return static_cast<int>(rows.size());
}

/// What was just written, all of it. Errors: Io.
Result<int> compareWithRun(const Exporter& exporter, const ExportSource& source, const fs::path& folder,
    const WriteReport& report, const JobContext& job)
{
    KERF_TRY(const WrittenModelPtr written, exporter.openBack(folder));
    KERF_TRY(const std::vector<QuantizedRow> rows, quantizedRows(source.plan, source.network));
    auto layers = compareLayers(source, *written, folder, job);
    if (!layers && layers.error().code == ErrorCode::BadFile)
        return fail(ErrorCode::Io, layers.error().message + "; nothing was kept. Check the disk and export again.");
    KERF_CHECK(layers);
    KERF_CHECK(compareCarried(source, *written, rows, report, job));
    KERF_CHECK(compareAdded(report.added, *written));
    return layers;
}

std::int64_t folderBytes(const fs::path& folder)
{
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        bytes += static_cast<std::int64_t>(entry->file_size(error));
    return bytes;
}

std::vector<std::string> exportNotes(
    const Exporter& exporter, const ExportSource& source, const WriteReport& written, int quantized)
{
    std::vector<std::string> notes = exporter.notes(source.plan, source.network);
    const auto layers = static_cast<int>(source.network.layers().size());
    notes.push_back(fmt::format("{} of {} layers are quantized; {}.", quantized, layers,
        source.folds
            ? "tensors that the transforms rewrote are written as the run has them, all others keep their values"
            : "all other tensors keep their values"));
    for (std::string& sentence :
        leftOutSentences(layersLeftOut(source.plan, source.network, commonestFormat(source.plan))))
        notes.push_back(std::move(sentence));
    const auto isCacheScale = [](const AddedTensor& tensor) { return tensor.spec.name.ends_with(".k_scale"); };
    if (std::ranges::any_of(written.added, isCacheScale))
        notes.push_back(
            "The steps of the float8 cache are written (kv_cache_scheme, k_scale and v_scale); vLLM uses them "
            "with --kv-cache-dtype fp8.");
    else if (!source.plan.kv.empty())
        notes.push_back(
            "The plan's cache formats are not in this export: choose them where the server is started (vLLM: "
            "--kv-cache-dtype). compressed-tensors holds kv-fp8-tensor when all blocks have it.");
    return notes;
}

/// Free space against what will be written, before anything is: the tensors, and a tenth for the tokenizer and its
/// like.
Status checkSpace(std::int64_t weightBytes, const fs::path& target)
{
    const std::int64_t needed = weightBytes + weightBytes / 10;
    const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    const fs::space_info space = fs::space(parent, error);
    if (!error && space.available < static_cast<std::uintmax_t>(needed))
        return fail(ErrorCode::DiskFull,
            fmt::format("{}: the export needs about {:.1f} MB and {:.1f} MB are free. Free some space or choose a "
                        "folder on another disk.",
                parent.string(), static_cast<double>(needed) / 1e6, static_cast<double>(space.available) / 1e6));
    return {};
}

/// Takes away what an export to the same name left when it was killed, and says so; others are only told of.
void clearLeftovers(const fs::path& target, const JobContext& job)
{
    for (const LeftoverFolder& left : findLeftovers(target.parent_path())) {
        const double megabytes = static_cast<double>(left.bytes) / 1e6;
        const bool sameName = left.path.filename().string().starts_with(target.filename().string() + ".partial-");
        if (sameName && removeLeftover(left.path))
            job.log(LogLevel::Info,
                fmt::format("Removed {}, which an unfinished export left ({:.1f} MB).", left.path.string(), megabytes));
        else
            job.log(LogLevel::Warning,
                fmt::format("{} was left by an unfinished export ({:.1f} MB). It can be deleted.", left.path.string(),
                    megabytes));
    }
}

std::vector<std::string> loadersThatTake(const Exporter& exporter, const ExportSource& source)
{
    std::vector<std::string> loaders;
    for (const std::string& loader : loadersOf(exporter.name()))
        if (const auto problems = checkLoader(source.plan, source.network, loader, exporter.name());
            problems && problems->empty() && triedInLoaders(source.network.architecture()))
            loaders.push_back(loader);
    return loaders;
}

/// Card and plan. The source's card is about other weights: it goes along under another name.
Status writeCard(const ExportSource& source, const fs::path& folder, const std::vector<std::string>& loadedBy)
{
    std::error_code error;
    if (fs::exists(folder / kCardFile, error)) {
        fs::rename(folder / kCardFile, folder / kBaseCardFile, error);
        if (error)
            return fail(ErrorCode::Io,
                fmt::format("{}: cannot be renamed: {}", (folder / kCardFile).string(), error.message()));
    }
    KERF_TRY(const std::string card, source.card(loadedBy));
    KERF_CHECK(writeFileAtomically(folder / kCardFile, card));
    return writePlan(folder / kPlanFile, source.plan);
}

} // namespace

Result<ExportReport> exportRun(
    const Exporter& exporter, const ExportSource& source, const fs::path& out, const JobContext& job)
{
    // "name/" means "name".
    const fs::path target = out.has_filename() ? out : out.parent_path();
    KERF_CHECK(checkCanExport(exporter, source, target));
    clearLeftovers(target, job);
    ExportReport report;
    KERF_TRY(report.weightBytes, exporter.weightBytes(source));
    KERF_CHECK(checkSpace(report.weightBytes, target));
    KERF_TRY(PartialFolder partial, PartialFolder::create(target));
    KERF_TRY(const WriteReport written, exporter.write(source, partial.path(), job));
    report.tensorsWritten = written.tensors;
    KERF_TRY(const std::vector<std::string> leftBehind, carryCompanions(source.checkpoint, partial.path()));
    report.loadedBy = loadersThatTake(exporter, source);
    if (source.card)
        KERF_CHECK(writeCard(source, partial.path(), report.loadedBy));
    KERF_CHECK(partial.removeMark());
    KERF_CHECK(writeManifest(partial.path(), exporter.name(), written.hashes, job));
    KERF_TRY(report.layersVerified, compareWithRun(exporter, source, partial.path(), written, job));
    report.bytes = folderBytes(partial.path());
    report.notes = exportNotes(exporter, source, written, report.layersVerified);
    if (!written.left.empty())
        report.notes.push_back(fmt::format("Left out, because {} has no place for them in such a model: {}.",
            exporter.name(), fmt::join(written.left, ", ")));
    for (const auto* more : { &written.notes, &leftBehind })
        report.notes.insert(report.notes.end(), more->begin(), more->end());
    report.folder = target;
    report.roundingErrors = written.roundingErrors;
    KERF_CHECK(partial.rename(target));
    return report;
}

Result<int> compareLayers(
    const Exporter& exporter, const ExportSource& source, const fs::path& folder, const JobContext& job)
{
    KERF_TRY(const WrittenModelPtr written, exporter.openBack(folder));
    return compareLayers(source, *written, folder, job);
}

Result<VerifyReport> verifyFolder(const fs::path& folder, const JobContext& job)
{
    VerifyReport report;
    KERF_TRY(const ManifestCheck manifest, checkManifest(folder, job));
    report.filesChecked = manifest.files;
    const Result<const Exporter*> exporter = findExporter(manifest.exporter);
    if (!exporter)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", folder.string(), exporter.error().message));
    report.exporter = *exporter;
    KERF_TRY(const WrittenModelPtr written, report.exporter->openBack(folder));
    report.quantMethod = written->kind();
    const std::vector<std::string> layers = written->layers();
    Progress progress { "Reading layers", 0, static_cast<std::int64_t>(layers.size()), "layers" };
    job.progress(progress);
    for (const std::string& layer : layers) {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(written->check(layer));
        ++report.layersRead;
        ++progress.done;
        job.progress(progress);
    }
    return report;
}

} // namespace kerf::core
