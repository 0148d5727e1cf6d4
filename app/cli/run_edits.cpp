// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/run_edits.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/trash.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// A run in the trash, by number or name.
Result<RunRow> deletedRun(const Workspace& workspace, const std::string& which)
{
    KERF_TRY(const std::vector<RunRow> runs, workspace.deletedRuns());
    for (const RunRow& run : runs)
        if (std::to_string(run.id) == which || run.name == which)
            return run;
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no run \"{}\" in the trash of {}. kerf-cli runs --trash lists it.", which,
            workspace.file().string()));
}

Result<Outcome> restore(Workspace& workspace, const std::string& which)
{
    KERF_TRY(const RunRow deleted, deletedRun(workspace, which));
    KERF_CHECK(workspace.undeleteRun(deleted.id));
    KERF_TRY(const RunRow run, workspace.run(std::to_string(deleted.id)));
    KERF_TRY(Json json, runJson(workspace, run));
    return Outcome { std::move(json), fmt::format("Run {} ({}) is back.\n", run.id, run.name) };
}

Outcome emptiedOutcome(const Emptied& emptied)
{
    return { { { "runs", emptied.runs }, { "files", emptied.files }, { "bytes", emptied.bytes } },
        fmt::format("{} run{} gone for good, {} freed.\n", emptied.runs, emptied.runs == 1 ? "" : "s",
            sizeText(emptied.bytes)) };
}

Status changeTags(Workspace& workspace, const RunRow& run, const RunEdit& edit)
{
    std::vector<std::string> tags = run.tags;
    for (const std::string& tag : edit.removeTags)
        if (std::erase(tags, tag) == 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("Run {} has no tag \"{}\".", run.id, tag));
    tags.insert(tags.end(), edit.addTags.begin(), edit.addTags.end());
    return workspace.setRunTags(run.id, tags);
}

} // namespace

void addRunEdits(CLI::App* verb, CLI::Option* run, RunEdit& edit)
{
    auto* rename
        = verb->add_option("--rename", edit.rename, "Give the run another name")->type_name("NAME")->needs(run);
    auto* note = verb->add_option("--note", edit.note, "Write a note on the run; '' takes it away")
                     ->type_name("TEXT")
                     ->needs(run);
    auto* add = verb->add_option("--add-tag", edit.addTags, "Give the run a tag")->type_name("TAG")->needs(run);
    auto* drop
        = verb->add_option("--remove-tag", edit.removeTags, "Take a tag from the run")->type_name("TAG")->needs(run);
    auto* remove = verb->add_flag("--delete", edit.remove, "Move the run to the trash; --restore takes it back");
    auto* restore = verb->add_flag("--restore", edit.restore, "Take a run back from the trash");
    auto* purge = verb->add_flag("--purge", edit.purge,
        "Remove a run that is in the trash for good, with the quantized layers and results of tokens that no other run "
        "has");
    for (CLI::Option* flag : { remove, restore, purge }) {
        flag->needs(run);
        for (CLI::Option* other : { rename, note, add, drop, remove, restore, purge })
            if (other != flag)
                flag->excludes(other);
    }
    verb->add_flag("--empty-trash", edit.emptyTrash, "Remove all runs that are in the trash for good")->excludes(run);
}

Result<Outcome> editRun(Invocation& invocation, const std::string& which, const RunEdit& edit)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    if (edit.restore)
        return restore(workspace, which);
    if (edit.purge) {
        KERF_TRY(const RunRow deleted, deletedRun(workspace, which));
        KERF_TRY(const Emptied emptied, emptyTrash(workspace, {}, deleted.id));
        return emptiedOutcome(emptied);
    }
    KERF_TRY(const RunRow run, workspace.run(which));
    if (edit.remove) {
        KERF_CHECK(workspace.deleteRun(run.id));
        return Outcome { { { "run", run.id }, { "deleted", true } },
            fmt::format(
                "Run {} ({}) is in the trash; kerf-cli runs {} --restore takes it back.\n", run.id, run.name, run.id) };
    }
    if (!edit.addTags.empty() || !edit.removeTags.empty())
        KERF_CHECK(changeTags(workspace, run, edit));
    if (edit.note)
        KERF_CHECK(workspace.setRunNote(run.id, *edit.note));
    if (!edit.rename.empty())
        KERF_CHECK(workspace.renameRun(run.id, edit.rename));
    KERF_TRY(const RunRow now, workspace.run(std::to_string(run.id)));
    Outcome outcome { { { "run", now.id }, { "name", now.name }, { "tags", now.tags }, { "note", now.note } }, {} };
    outcome.text = edit.rename.empty() ? fmt::format("Run {} ({}) is changed.\n", now.id, now.name)
                                       : fmt::format("Run {} is now called {}.\n", now.id, now.name);
    return outcome;
}

Result<Outcome> emptyTrashOf(Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    KERF_TRY(const Emptied emptied, emptyTrash(workspace));
    return emptiedOutcome(emptied);
}

} // namespace kerf::cli
