// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/activation_range.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/exporters/written_model.h"
#include "core/graph/value_quantizer.h"
#include "core/model/network.h"
#include "core/model/tensor_folds.h"
#include "core/plan/mend.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// The text by whose statistics codes were chosen.
struct CalibrationText {
    std::string name; ///< of its files
    std::int64_t windows = 0, window = 0; ///< how many, of how many tokens
};

/// What a finished run gives an exporter.
struct ExportSource {
    const Checkpoint& checkpoint; ///< everything that is not quantized is carried over from here
    const Network& network;
    const Plan& plan;
    /// The quantized layer of that name, from the run's artifacts. Called once to write and once to verify, on any
    /// thread.
    std::function<Result<QuantizedTensor>(const std::string& layer)> layer;
    /// Of a transformed run: the rewritings in `network`, which are written too. Null: none.
    std::shared_ptr<const TensorFolds> folds = nullptr;
    std::optional<ActivationRange> activations {}; ///< of this network, when a calibration text was there to measure it
    std::map<std::string, float> inputSteps {}; ///< of layers whose inputs have one step for all tokens
    /// contentHash() of a layer, where it is known without unpacking it: what is read back is then compared by it.
    std::function<std::optional<std::string>(const std::string& layer)> hash {};
    CacheSettings caches {}; ///< by block, with the steps that calibration found; empty: 16 bit
    /// Of a source that is quantized already: its codes, which `layer` gives and no tensor carries over.
    const QuantizedFolder* stored = nullptr;
    DType scaleType = DType::F16; ///< in which every scale is exact; targets that hold no other refuse it
    bool ordersGroups = false; ///< groups of some layers do not follow the order of their columns (desc_act)
    std::optional<CalibrationText> calibration {}; ///< nothing: codes were chosen without a text
    /// The model card, told which runtimes load the export. With one the plan is written too (kerf-plan.json), and the
    /// source's card goes along as README-base.md. Empty: the source's files alone.
    std::function<Result<std::string>(const std::vector<std::string>& loadedBy)> card {};
    std::map<std::string, int> inputZeros {}; ///< of layers with u8-tensor: the zero point beside the step
    ValueQuantizers values {}; ///< of this network's graph
    /// What is added to a layer's outputs by the bias correction; empty: nothing. Null: the run has none.
    std::function<Result<Vector>(const std::string& layer)> biasShift {};
};

struct ExportReport {
    std::filesystem::path folder;
    std::int64_t bytes = 0; ///< of all files
    std::int64_t weightBytes = 0; ///< of the files of tensors: Exporter::weightBytes
    int tensorsWritten = 0;
    int layersVerified = 0; ///< layers whose every code and scale was read back and compared
    std::vector<std::string> notes; ///< what a person should know: which loader takes it, what was left in 16 bit
    std::vector<std::string> loadedBy {}; ///< runtimes (core/plan/loaders.h) that load it by the rules known of them
    std::map<std::string, double> roundingErrors {}; ///< WriteReport's
};

/// A tensor that is no part of the source and none of a layer's codes, with its bytes: a scale of inputs or of a cache.
struct AddedTensor {
    TensorSpec spec;
    std::vector<std::byte> bytes;
};

/// What an exporter has written.
struct WriteReport {
    int tensors = 0;
    std::vector<std::string>
        left {}; ///< carried tensors that the target has no place for, by their names in the export
    std::vector<std::string> notes {}; ///< what may be read otherwise
    /// |written - run| / |run| of the weights of layers that were written as floats.
    std::map<std::string, double> roundingErrors {};
    std::vector<AddedTensor> added {};
    std::map<std::string, std::string> hashes {}; ///< SHA-256 of files, where writing them gave it
    std::set<std::string> replaced {}; ///< tensors of the source in whose place something else was written
    std::map<std::string, std::string> renamed {}; ///< tensors of the source that have another name in the export
};

/// One on-disk format of a serving runtime.
class Exporter {
public:
    Exporter() = default;
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;
    virtual ~Exporter() = default;
    virtual const std::string& name() const = 0; ///< "gptq", "compressed-tensors"
    virtual const std::string& summary() const = 0; ///< which runtimes load it
    /// What of this plan the target cannot hold, in words. Empty = can be exported.
    virtual std::vector<PlanProblem> check(const Plan& plan, const Network& network) const = 0;
    /// Scales that no float16 number is can be written.
    virtual bool holdsFloat32Scales() const { return false; }
    /// It is written from networks that were read from ONNX files, and from no others.
    virtual bool holdsOnnx() const { return false; }
    /// Layers whose groups do not follow the order of their columns can be written.
    virtual bool holdsGroupOrder() const { return false; }
    /// Writes the tensors and config into an empty folder (not its final name). Errors: Io, DiskFull, Cancelled.
    virtual Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const = 0;
    /// Size of the files of tensors that write() would leave, to the byte, before anything is unpacked. Errors: as
    /// write().
    virtual Result<std::int64_t> weightBytes(const ExportSource& source) const = 0;
    /// Reads back what write() left in a folder: what an export is checked by. Errors: BadFile, naming the file.
    virtual Result<WrittenModelPtr> openBack(const std::filesystem::path& folder) const
    {
        return openWrittenFolder(folder);
    }
    /// What a person should know about this plan in this target: which loaders take it, which version was chosen.
    virtual std::vector<std::string> notes(const Plan& plan, const Network& network) const = 0;
};

Result<const Exporter*> findExporter(std::string_view name);
std::span<const Exporter* const> allExporters();

/// The plan nearest to this one that the target holds, named after both: "best for awq". Errors: as mendPlan.
Result<PlanMend> adaptedPlan(const Exporter& exporter, const Plan& plan, const Network& network);

/// Writes to <out>.partial-<random>, carries over config and the small files beside the weights, writes
/// SHA256SUMS-style manifest kerf-manifest.json last, reads everything back by Exporter::openBack,
/// compares every code, scale and zero point with the source, then renames. Never overwrites; leaves nothing behind
/// when it fails. What an export to the same name left when it was killed is removed first, with a line in the log.
/// Free space is checked. Errors: InvalidArgument (problems of check(); `out` exists), Io, DiskFull, Cancelled.
Result<ExportReport> exportRun(
    const Exporter& exporter, const ExportSource& source, const std::filesystem::path& out, const JobContext& job);

/// Reads a folder of that target back and compares every quantized layer with the source. Returns how many there are.
/// Errors: BadFile (a difference: named).
Result<int> compareLayers(
    const Exporter& exporter, const ExportSource& source, const std::filesystem::path& folder, const JobContext& job);
struct VerifyReport {
    const Exporter* exporter = nullptr; ///< that wrote it
    int filesChecked = 0;
    int layersRead = 0;
    std::string quantMethod; ///< "gptq", "compressed-tensors"
};
/// Reads an exported folder back: every file's SHA-256 against the manifest, every quantized layer decoded and checked
/// (finite scales, indices in range). Errors: BadFile, naming the first file or tensor that differs.
Result<VerifyReport> verifyFolder(const std::filesystem::path& folder, const JobContext& job);

} // namespace kerf::core
