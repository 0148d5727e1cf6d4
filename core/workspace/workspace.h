// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/evaluate/sitting.h"
#include "core/model/network.h"
#include "core/plan/plan.h"
#include "core/plan/token_work.h"
#include "core/profile/profile.h"
#include "core/text/dataset.h"

namespace kerf::core {

using RowId = std::int64_t;

struct ModelRow {
    RowId id = 0;
    std::string name; ///< the folder's name
    std::string path;
    std::string hash;
    std::string architecture;
    std::int64_t parameters = 0;
};

enum class RunState { Running, Stopped, Failed, Done };
const char* runStateName(RunState state); ///< "running", "stopped", "failed", "done"

/// Everything needed to repeat a run.
struct Provenance {
    std::string modelHash, datasetHash, planHash;
    std::int64_t seed = 0;
    std::string engineVersion, gitRevision, device, cpuFeatures;
    int threads = 0;
    double seconds = 0;
    std::int64_t peakMemoryBytes = 0;
};

struct Metric {
    std::string name; ///< "kld_mean", "perplexity", "measured_decode_tokens_per_second", "size_bytes", …
    double value = 0;
    std::optional<double> standardError;
    std::string unit; ///< "nats/token", "tokens/s", "bytes", "bits"
    std::string dataset; ///< empty when none is meant
    std::string datasetHash;
    Json settings; ///< window, protocol, prompt length …
    /// What the value is the mean of (or its logarithm is: perplexity), one a window of the text: two runs on one text
    /// are compared window by window. May be empty.
    std::vector<double> draws {};
    /// Of each draw, the document or passage it belongs to, any numbers; empty: not told apart (and of metrics that
    /// were stored before version 17 of the file). Draws of one are not independent (clustersOf).
    std::vector<std::int32_t> clusters {};
};

/// What a model was asked, or what was scored: one item of a set of questions or labelled texts.
struct ItemRow {
    std::string text; ///< the prompt; of two texts or of words all of them
    std::string expected; ///< the right answer, the label

    bool operator==(const ItemRow&) const = default;
};

/// Of a run that Kerf did not make: a checkpoint of the same model that somebody quantized. Its layers stay there.
struct RunOrigin {
    std::filesystem::path path; ///< of the folder or GGUF file, absolute
    std::string hash; ///< of its bytes: Project::modelHash
    std::string summary; ///< "gptq, 14 layers in int4-g64"
    int changedVectors = 0; ///< norms and biases that are not the original's: its weights were rescaled or rotated
};

struct RunRow {
    RowId id = 0;
    RowId model = 0;
    std::string name;
    RunState state = RunState::Running;
    std::string created; ///< UTC, ISO 8601
    std::string error; ///< why it failed
    int layersDone = 0, layersTotal = 0;
    Plan plan;
    Provenance provenance;
    std::optional<RunOrigin> origin; ///< nothing: Kerf made it, and its layers are artifacts of the workspace
    std::vector<Metric> metrics;
    std::string note; ///< what a person wrote about it; may have several lines
    std::vector<std::string> tags; ///< ascending, without repeats
    std::string deleted; ///< since when it is in the trash, UTC, ISO 8601; empty: it is not there

    const Metric* metric(const std::string& name) const;
};

inline constexpr std::size_t kLongestTag = 60; ///< bytes

using NamedQuantizers = std::map<std::string, ValueQuantizer>;

struct RunLayerRow {
    LayerReport report;
    std::string artifactKey; ///< content address of the quantized tensor; empty for layers kept in 16 bit
    std::string tensorHash; ///< contentHash of the quantized tensor
    float activationStep = 0; ///< of formats with a fixed step, from calibration; 0 for the others
    int activationZero = 0; ///< of u8-tensor: the zero_point beside it
};

struct EventRow {
    std::string time;
    std::string level;
    std::string text;
};

/// A job as it stands in the workspace: what it was started with, so that it can go on later, and how it went.
struct JobRow {
    RowId id = 0;
    RowId model = 0;
    std::string kind; ///< of core/jobs/job.h, which also says what the settings mean
    Json settings;
    RunState state = RunState::Running;
    std::string message; ///< why it failed or stopped
    std::string created; ///< UTC, ISO 8601
    double seconds = 0; ///< of work, all tries together
};

/// A plan whose divergence was predicted and measured on one text: what says how well a model can be predicted.
struct PredictionRow {
    std::string name; ///< of the plan
    std::string planHash;
    std::string dataset, datasetHash; ///< the text it was measured on
    double predicted = 0, predictedStderr = 0; ///< nats
    double measured = 0, measuredStderr = 0; ///< nats
    std::int64_t window = 0; ///< tokens a window of that text; 0: not noted (before version 5 of the file)
    std::optional<Plan> plan; ///< likewise
};

/// One SQLite file *.kerf, and beside it the folder *.kerf.d of large arrays addressed by content hash. WAL,
/// synchronous=FULL, foreign keys, application_id and user_version with one migration a step.
/// One writer: a second process gets the file read-only, with readOnlyReason() saying why. A connection belongs to the
/// thread that opened it: for another thread of the same process open another Workspace, with openReader() for views or
/// with open() for small edits (all Workspaces of a process share its right to write; their short transactions take
/// turns). Runs and jobs that were Running when the last writer ended are found as Stopped. A file in a place that
/// cannot be written opens read-only too.
class Workspace {
public:
    /// Creates the file when missing. Errors: BadFile (not a Kerf workspace, damaged, newer than this version), Io.
    static Result<Workspace> open(const std::filesystem::path& file);
    /// A read-only connection, for views; sees what is committed. Never waits for the writer.
    static Result<Workspace> openReader(const std::filesystem::path& file);

    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;
    ~Workspace();

    const std::filesystem::path& file() const;
    std::filesystem::path arraysFolder() const; ///< <file>.d
    bool isReadOnly() const;
    const std::string& readOnlyReason() const;

    Result<RowId> addModel(const ModelRow& model); ///< finds it by hash when it is there (and then renews its path)
    Result<std::vector<ModelRow>> models() const;
    /// The table of layers of a model, for queries; written once.
    Status addLayers(RowId model, const std::vector<LayerInfo>& layers);
    Result<LayerShapes> layerShapes(RowId model) const; ///< of that table
    /// Finds it by hash when it is there, and then renews how it was read.
    Result<RowId> addDataset(const Dataset& dataset);
    /// A text that was used, as toJson(Dataset) gave it when it was last read; before version 6 of the file only name,
    /// window, windows and tokens.
    Result<std::optional<Json>> dataset(const std::string& hash) const;
    /// Notes that the arrays folder holds statistics under `key`. Does nothing when it is noted already.
    Status addStatistics(RowId model, RowId dataset, const std::string& key);

    Result<RowId> saveProfile(RowId model, const Profile& profile);
    /// The newest profile of a model, or nothing.
    Result<std::optional<Profile>> latestProfile(RowId model) const;

    Status savePrediction(RowId model, const PredictionRow& row); ///< replaces the row of the same plan and text
    Result<std::vector<PredictionRow>> predictionRows(RowId model) const; ///< oldest first

    Status addSitting(RowId model, const Sitting& sitting);
    Result<std::vector<Sitting>> sittings(RowId model) const; ///< of all machines, oldest first

    Result<RowId> savePlan(RowId model, const Plan& plan); ///< replaces the plan of the same name
    Result<std::vector<Plan>> plans(RowId model) const;

    /// The plan in hand of a model as it was edited last: one for each model, listed nowhere.
    Status saveDraft(RowId model, const Plan& plan);
    Result<std::optional<Plan>> draft(RowId model) const;

    /// Settings of the decision on a model (core/decide/decision_settings.h): one for each model.
    Status saveDecision(RowId model, const Json& settings);
    Result<std::optional<Json>> decision(RowId model) const;

    /// A job in state Running: the newest unfinished one of the same settings goes on, else it is a new row.
    Result<RowId> beginJob(RowId model, const std::string& kind, const Json& settings);
    /// Errors: InvalidArgument (no such job), as all that follow. Adds the seconds to those of earlier tries.
    Status endJob(RowId job, RunState state, const std::string& message, double seconds);
    Status deleteJob(RowId job); ///< only the row: what the job made stays
    Result<std::vector<JobRow>> jobs(std::optional<RowId> model = {}) const; ///< oldest first
    Result<JobRow> job(RowId job) const;
    Status addJobEvent(RowId job, const std::string& level, const std::string& text);
    Result<std::vector<EventRow>> jobEvents(RowId job) const;

    /// Inserts a run in state Running. Its name is made unique by a number when it is taken.
    Result<RowId> beginRun(RowId model, const Plan& plan, const Provenance& provenance,
        const std::optional<RunOrigin>& origin = std::nullopt);
    /// The newest unfinished (Running or Stopped) run of the same plan by name and hash, data set hash, seed and engine
    /// version, to be resumed; else the newest Done one of these that bears the name; else nothing. Never one with an
    /// origin.
    Result<std::optional<RowId>> findResumable(
        RowId model, const std::string& name, const Provenance& provenance) const;
    Status addRunLayer(RowId run, const RunLayerRow& layer); ///< replaces the row of the same layer
    /// The fixed steps of one block's cache, from calibration; replaces those of the same block.
    Status setCacheSteps(RowId run, int block, float keyStep, float valueStep);
    /// Fixed steps by block: first of keys, second of values. Blocks without are not named.
    Result<std::map<int, std::pair<float, float>>> cacheSteps(RowId run) const;
    /// Values that are rounded while the run's network runs, by their names in its file; replaces all of the run.
    Status setValueQuantizers(RowId run, const NamedQuantizers& quantizers);
    Result<NamedQuantizers> valueQuantizers(RowId run) const;
    Status setRunState(RowId run, RunState state, const std::string& error, const Provenance& provenance);
    Status setOrigin(RowId run, const RunOrigin& origin); ///< of a run that has one: where it is now
    /// Replaces same name and data set. `answers`: what was answered to each item, as text; may be empty.
    Status addMetric(RowId run, const Metric& metric, const std::vector<std::string>& answers = {});
    /// What was answered to each item that a metric was measured on; empty: not kept.
    Result<std::vector<std::string>> answers(
        RowId run, const std::string& metric, const std::string& datasetHash) const;
    /// The items of a data set, in order; does nothing when they are there. They go with the last metric of theirs
    /// (purgeRun).
    Status addItems(const std::string& datasetHash, const std::vector<ItemRow>& items);
    Result<std::vector<ItemRow>> items(const std::string& datasetHash) const; ///< empty: not kept
    Status renameRun(RowId run, const std::string& name);
    Status setRunNote(RowId run, const std::string& note);
    /// Replaces all tags of a run. Errors: InvalidArgument (a tag that is empty, has a comma or a line break, or is
    /// longer than kLongestTag bytes).
    Status setRunTags(RowId run, const std::vector<std::string>& tags);
    Status deleteRun(RowId run); ///< to the trash: undeleteRun takes it back
    Status undeleteRun(RowId run);
    Result<std::vector<RunRow>> deletedRuns(std::optional<RowId> model = {}) const; ///< in the trash, oldest first
    /// Removes a run from the trash for good, with all that this file holds of it. Returns the artifact keys that only
    /// this run had: their files may go (core/jobs/trash.h). Errors: InvalidArgument (not in the trash).
    Result<std::vector<std::string>> purgeRun(RowId run);
    Result<std::vector<RunRow>> runs(std::optional<RowId> model = {}) const; ///< without deleted ones, oldest first
    /// Brings rows that were read before up to date, in place of reading all again: a run's plan never changes, so only
    /// that of a run which is not among them is read. On an error they stay as they were.
    Status updateRuns(RowId model, std::vector<RunRow>& known) const;
    /// Another number than before when another connection has committed since. -1: cannot be read.
    std::int64_t dataVersion() const;
    /// By number or by name. Errors: InvalidArgument, listing the runs there are.
    Result<RunRow> run(const std::string& numberOrName) const;
    Result<std::vector<RunLayerRow>> runLayers(RowId run) const; ///< in the plan's order
    /// One layer of a run, or nothing when it is not finished.
    Result<std::optional<RunLayerRow>> runLayer(RowId run, const std::string& layer) const;

    Status addArtifact(RowId run, const std::string& kind, const std::filesystem::path& path, const std::string& hash);
    Status addEvent(RowId run, const std::string& level, const std::string& text);
    Result<std::vector<EventRow>> events(RowId run) const;

private:
    struct Impl;
    explicit Workspace(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace kerf::core
