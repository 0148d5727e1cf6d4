// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/workspace/migrations.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace kerf::core {
namespace {

// One file, as long as it may be: steps are only added, and each stays as it was when it went out.
//
// Text columns of time are UTC, ISO 8601. Hashes are SHA-256 in hexadecimal. "key" is a content address in the folder
// of arrays beside the file.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    architecture TEXT NOT NULL,
    parameters INTEGER NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;

CREATE TABLE layer (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    block INTEGER NOT NULL,
    role TEXT NOT NULL,
    rows INTEGER NOT NULL,
    cols INTEGER NOT NULL,
    UNIQUE (model_id, name)
) STRICT;

CREATE TABLE dataset (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    window INTEGER NOT NULL,
    windows INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    preview TEXT NOT NULL
) STRICT;

CREATE TABLE statistics (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    dataset_id INTEGER NOT NULL REFERENCES dataset(id),
    key TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;

CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    dataset_hash TEXT NOT NULL,
    method TEXT NOT NULL,
    formats TEXT NOT NULL,
    probe_windows INTEGER NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;

CREATE TABLE profile_layer (
    profile_id INTEGER NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    layer TEXT NOT NULL,
    hessian_trace REAL NOT NULL,
    slope REAL NOT NULL,
    slope_stderr REAL NOT NULL,
    PRIMARY KEY (profile_id, layer)
) STRICT;

CREATE TABLE profile_cell (
    profile_id INTEGER NOT NULL,
    layer TEXT NOT NULL,
    format TEXT NOT NULL,
    relative_error REAL,
    swap_in_kld REAL,
    swap_in_kld_stderr REAL,
    PRIMARY KEY (profile_id, layer, format),
    FOREIGN KEY (profile_id, layer) REFERENCES profile_layer(profile_id, layer) ON DELETE CASCADE
) STRICT;

CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('independent', 'sequential')),
    settings TEXT NOT NULL,
    saved INTEGER NOT NULL CHECK (saved IN (0, 1)),
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE UNIQUE INDEX plan_saved ON plan (model_id, name) WHERE saved = 1;

CREATE TABLE plan_layer (
    plan_id INTEGER NOT NULL REFERENCES plan(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    layer TEXT NOT NULL,
    format TEXT NOT NULL,
    method TEXT NOT NULL,
    PRIMARY KEY (plan_id, layer)
) STRICT;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    plan_id INTEGER NOT NULL REFERENCES plan(id),
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'failed', 'done')),
    error TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    finished TEXT,
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    model_hash TEXT NOT NULL,
    dataset_hash TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    seed INTEGER NOT NULL,
    engine_version TEXT NOT NULL,
    git_revision TEXT NOT NULL,
    device TEXT NOT NULL,
    cpu_features TEXT NOT NULL,
    threads INTEGER NOT NULL,
    seconds REAL NOT NULL,
    peak_memory_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE run_layer (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    layer TEXT NOT NULL,
    format TEXT NOT NULL,
    method TEXT NOT NULL,
    bits_per_weight REAL NOT NULL,
    relative_error REAL NOT NULL,
    rtn_relative_error REAL NOT NULL,
    weight_mse REAL NOT NULL,
    damping REAL NOT NULL,
    seconds REAL NOT NULL,
    fallbacks TEXT NOT NULL,
    artifact_key TEXT NOT NULL,
    tensor_hash TEXT NOT NULL,
    PRIMARY KEY (run_id, layer)
) STRICT;
CREATE INDEX run_layer_artifact ON run_layer (artifact_key);

CREATE TABLE metric (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    stderr REAL,
    unit TEXT NOT NULL,
    dataset TEXT NOT NULL,
    dataset_hash TEXT NOT NULL,
    settings TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (run_id, name, dataset_hash)
) STRICT;

CREATE TABLE artifact (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (run_id, path)
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    time TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text TEXT NOT NULL
) STRICT;
CREATE INDEX event_run ON event (run_id);
)sql";

// Activation formats and the key/value cache. plan.kv: a JSON list with the name of each block's cache format, or
// empty. Steps are what calibration found for formats with fixed steps; 0 otherwise.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE run_layer ADD COLUMN activation_step REAL NOT NULL DEFAULT 0;
ALTER TABLE plan ADD COLUMN kv TEXT NOT NULL DEFAULT '[]';

CREATE TABLE run_kv (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    block INTEGER NOT NULL,
    key_step REAL NOT NULL,
    value_step REAL NOT NULL,
    PRIMARY KEY (run_id, block)
) STRICT;

CREATE TABLE profile_kv (
    profile_id INTEGER NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
    block INTEGER NOT NULL,
    format TEXT NOT NULL,
    kld REAL NOT NULL,
    kld_stderr REAL NOT NULL,
    PRIMARY KEY (profile_id, block, format)
) STRICT;
)sql";

// JSON, as in plan files.
constexpr const char* kVersion3 = "ALTER TABLE plan ADD COLUMN transforms TEXT NOT NULL DEFAULT '[]'";

/// Plans whose divergence was predicted and measured.
constexpr const char* kPredictionChecks = R"sql(
CREATE TABLE prediction_check (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    dataset TEXT NOT NULL,
    dataset_hash TEXT NOT NULL,
    predicted REAL NOT NULL,
    predicted_stderr REAL NOT NULL,
    measured REAL NOT NULL,
    measured_stderr REAL NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (model_id, plan_hash, dataset_hash)
) STRICT;
)sql";

/// Predictions are fitted to checks too, which takes the plan and the length of the windows.
constexpr const char* kCheckedPlans = R"sql(
ALTER TABLE prediction_check ADD COLUMN plan_id INTEGER REFERENCES plan(id);
ALTER TABLE prediction_check ADD COLUMN window INTEGER NOT NULL DEFAULT 0;
)sql";

/// Jobs with what they were started with, so that any of them can go on later (settings: core/jobs/job.h),
/// what they said, and the plan in hand of each model, as it was edited last.
constexpr const char* kJobsAndDrafts = R"sql(
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'failed', 'done')),
    message TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    finished TEXT,
    seconds REAL NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE job_event (
    id INTEGER PRIMARY KEY,
    job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
    time TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text TEXT NOT NULL
) STRICT;
CREATE INDEX job_event_job ON job_event (job_id);

CREATE TABLE draft (
    model_id INTEGER PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE,
    plan_id INTEGER NOT NULL REFERENCES plan(id),
    changed TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
)sql";

/// How the files of a text were read and what of them was used: JSON, as toJson(Dataset).
constexpr const char* kTextReadings = "ALTER TABLE dataset ADD COLUMN reading TEXT NOT NULL DEFAULT '{}'";

/// Speeds come from a table of kernel times; what a run itself was measured at stands beside it. metric.draws: means of
/// the text's windows, float64 little-endian, for comparing runs window by window.
constexpr const char* kKernelTimes = R"sql(
CREATE TABLE sitting (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    machine TEXT NOT NULL,
    created TEXT NOT NULL,
    rounds INTEGER NOT NULL
) STRICT;

CREATE TABLE kernel_time (
    sitting_id INTEGER NOT NULL REFERENCES sitting(id) ON DELETE CASCADE,
    kernel TEXT NOT NULL,
    seconds REAL NOT NULL,
    seconds_stderr REAL NOT NULL,
    bytes INTEGER NOT NULL,
    instructions REAL,
    PRIMARY KEY (sitting_id, kernel)
) STRICT;

ALTER TABLE metric ADD COLUMN draws BLOB;
UPDATE metric SET name = 'measured_decode_tokens_per_second' WHERE name = 'decode_tokens_per_second';
)sql";

/// What other methods cost beside a profile's own, and the settings it was made with: until then not noted, nearly
/// always the usual ones.
constexpr const char* kComparedMethods = R"sql(
ALTER TABLE profile ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
CREATE TABLE profile_method_cell (
    profile_id INTEGER NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    settings TEXT NOT NULL,
    layer TEXT NOT NULL,
    format TEXT NOT NULL,
    relative_error REAL,
    swap_in_kld REAL,
    swap_in_kld_stderr REAL,
    PRIMARY KEY (profile_id, method, settings, layer, format)
) STRICT;
)sql";

/// Notes about a run's model are events of a level of their own. SQLite cannot change a check: the table is made anew.
constexpr const char* kNoteEvents = R"sql(
CREATE TABLE event_with_notes (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    time TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    level TEXT NOT NULL CHECK (level IN ('note', 'info', 'warning', 'error')),
    text TEXT NOT NULL
) STRICT;
INSERT INTO event_with_notes SELECT id, run_id, time, level, text FROM event;
DROP TABLE event;
ALTER TABLE event_with_notes RENAME TO event;
CREATE INDEX event_run ON event (run_id);
)sql";

/// Puts the values of the one row of the table `usual` into all stored settings that lack them.
#define KERF_COMPLETE_SETTINGS                                                                                         \
    "UPDATE plan SET settings = json_patch((SELECT settings FROM usual), settings);"                                   \
    "UPDATE profile SET settings = json_patch((SELECT settings FROM usual), settings);"                                \
    "UPDATE profile_method_cell SET settings = json_patch((SELECT settings FROM usual), settings);"                    \
    "UPDATE job SET settings = json_set(settings, '$.settings',"                                                       \
    "        json_patch((SELECT settings FROM usual), json_extract(settings, '$.settings')))"                          \
    "    WHERE json_type(settings, '$.settings') = 'object';"                                                          \
    "UPDATE job SET settings = json_set(settings, '$.plan.settings',"                                                  \
    "        json_patch((SELECT settings FROM usual), json_extract(settings, '$.plan.settings')))"                     \
    "    WHERE json_type(settings, '$.plan.settings') = 'object';"                                                     \
    "UPDATE job SET settings = json_set(settings, '$.plans', ("                                                        \
    "        SELECT json_group_array(json_set(value, '$.settings',"                                                    \
    "            json_patch((SELECT settings FROM usual), coalesce(json_extract(value, '$.settings'), '{}'))))"        \
    "        FROM json_each(job.settings, '$.plans')))"                                                                \
    "    WHERE json_type(settings, '$.plans') = 'array';"                                                              \
    "DROP TABLE usual;"

/// Settings are stored with every value. What rows leave out is what was usual until this version: the numbers below,
/// whatever is usual later. Plans keep their hashes (planHash).
constexpr const char* kWholeSettings
    = "CREATE TEMP TABLE usual AS SELECT '{\"activation_order\":\"static\",\"block_size\":128,\"damping\":0.01,"
      "\"drift_share\":\"held-out\",\"hcd_damping\":0.05,\"refits\":3,\"scale_search\":true,\"sweeps\":2}' AS "
      "settings;" KERF_COMPLETE_SETTINGS;

/// Runs that Kerf did not make: JSON of a RunOrigin; empty for all others.
constexpr const char* kOrigins = "ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT ''";

/// Layers of a plan that no solver changes: JSON, a list of names.
constexpr const char* kLockedLayers = "ALTER TABLE plan ADD COLUMN locked TEXT NOT NULL DEFAULT '[]'";
/// What people say of runs, and since when a deleted one is in the trash.
constexpr const char* kNotesAndTags = R"sql(
ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN deleted_at TEXT NOT NULL DEFAULT '';
UPDATE run SET deleted_at = coalesce(finished, created) WHERE deleted = 1;
CREATE TABLE run_tag (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY (run_id, tag)
) STRICT;
)sql";

/// What of the calibration came to a layer; 0 of profiles of before. Jobs that ask say how long an answer may be.
constexpr const char* kCoverage = R"sql(
ALTER TABLE profile_layer ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE profile_layer ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
UPDATE job SET settings = json_set(settings, '$.answer_tokens', 32) WHERE kind = 'questions';
)sql";

/// What a decision on a model depends on beside its runs: JSON of DecisionSettings.
constexpr const char* kDecisions = R"sql(
CREATE TABLE decision (
    model_id INTEGER PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE, settings TEXT NOT NULL
) STRICT;
)sql";

/// Which document or passage each of a metric's draws belongs to: int32 little-endian; null where they are not told
/// apart.
constexpr const char* kClusters = "ALTER TABLE metric ADD COLUMN clusters BLOB";

/// What was asked and what each run answered to it. metric.answers: a JSON list of texts, one a draw; null where none
/// are kept.
constexpr const char* kAnswers = R"sql(
ALTER TABLE metric ADD COLUMN answers TEXT;
CREATE TABLE item (
    dataset_hash TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    expected TEXT NOT NULL,
    PRIMARY KEY (dataset_hash, position)
) STRICT, WITHOUT ROWID;
)sql";

/// Unsigned bytes: the zero point of a layer's inputs, and the values of a network that are rounded between layers.
constexpr const char* kValueQuantizers = R"sql(
ALTER TABLE run_layer ADD COLUMN activation_zero INTEGER NOT NULL DEFAULT 0;
CREATE TABLE run_value (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    scale REAL NOT NULL,
    zero_point INTEGER NOT NULL,
    PRIMARY KEY (run_id, value)
) STRICT, WITHOUT ROWID;
)sql";

/// A setting that came later: nothing was corrected until then.
constexpr const char* kBiasSetting
    = "CREATE TEMP TABLE usual AS SELECT '{\"bias_correction\":false}' AS settings;" KERF_COMPLETE_SETTINGS;
#undef KERF_COMPLETE_SETTINGS

constexpr std::array kMigrations { Migration { 1, kVersion1 }, Migration { 2, kVersion2 }, Migration { 3, kVersion3 },
    Migration { 4, kPredictionChecks }, Migration { 5, kCheckedPlans }, Migration { 6, kJobsAndDrafts },
    Migration { 7, kTextReadings }, Migration { 8, kKernelTimes }, Migration { 9, kComparedMethods },
    Migration { 10, kNoteEvents }, Migration { 11, kWholeSettings }, Migration { 12, kOrigins },
    Migration { 13, kLockedLayers }, Migration { 14, kNotesAndTags }, Migration { 15, kCoverage },
    Migration { 16, kDecisions }, Migration { 17, kClusters }, Migration { 18, kAnswers },
    Migration { 19, kValueQuantizers }, Migration { 20, kBiasSetting } };

void copyBefore(SQLite::Database& database, const std::string& backup)
{
    std::error_code ignored;
    std::filesystem::remove(backup, ignored); // of an earlier try that was killed
    SQLite::Statement copy(database, "VACUUM INTO ?");
    copy.bind(1, backup);
    copy.exec();
}

} // namespace

std::span<const Migration> allMigrations()
{
    return kMigrations;
}

void migrate(SQLite::Database& database, std::span<const Migration> steps, const std::string& backup)
{
    const int from = database.execAndGet("PRAGMA user_version").getInt();
    const bool needed = !steps.empty() && steps.back().version > from;
    if (needed && from > 0 && !backup.empty())
        copyBefore(database, backup);
    for (const Migration& step : steps) {
        if (step.version <= from)
            continue;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        database.exec(step.sql);
        database.exec(fmt::format("PRAGMA user_version = {}", step.version));
        transaction.commit();
    }
}

} // namespace kerf::core
