// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/model/model.h"
#include "core/text/dataset.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// A model opened for work, with its tokenizer and identity. What every job starts from. Immutable, cheap to share
/// between threads.
struct Project {
    std::filesystem::path modelFolder;
    Model model;
    Result<Tokenizer> tokenizer; ///< or why there is none: everything that needs no text works without
    std::string modelHash;
    std::int64_t otherBytes = 0; ///< bytes of the checkpoint that are not quantizable layers
    /// Quantizing a model that is quantized already was asked for: its dequantized weights are then quantized again.
    bool requantize = false;
};
using ProjectPtr = std::shared_ptr<const Project>;

/// Opens model (AsOriginal: to work from) and tokenizer, hashes the checkpoint (once for a folder:
/// core/checkpoint/content_hash.h), checks the scales of quantized layers. What a person should know (Model::notes) is
/// logged. Errors: BadFile, Cancelled, OutOfMemory.
Result<ProjectPtr> openProject(
    const std::filesystem::path& modelFolder, const JobContext& job, Opening opening = Opening::AsOriginal);
/// Everything that a person should know of a model in a folder: its own notes, what its scales show, and why texts
/// cannot be used with it. Errors: BadFile (a scale that is NaN or Inf), Cancelled.
Result<Notes> notesOf(const Model& model, const JobContext& job);
/// The same project, with the wish that a model that is quantized already be quantized again.
ProjectPtr withRequantize(const Project& project);

/// Texts and how they are cut: the part of a job's settings that people change most.
struct DataChoice {
    std::vector<std::filesystem::path> files;
    std::int64_t window = 256; ///< clipped to the model's longest
    std::int64_t samples = 64; ///< windows; 0 = all
    bool addBos = false; ///< the tokenizer's special tokens once, at the very start of the text
    std::string field {}; ///< of records (JSON, CSV, TSV) that holds the text, or several with commas; empty: found
    bool allExperts = false; ///< Dataset's
    std::optional<std::uint64_t> sampleSeed {}; ///< windows drawn from the whole text by it; without: the first ones
};

/// Tokenizes and cuts. Errors: as loadDataset; InvalidArgument when the model cannot be run (NetworkInfo::cannotRun),
/// when no file is given or the window is below 2 tokens.
Result<Dataset> loadData(const Project& project, const DataChoice& choice, const JobContext& job);
/// `count` windows of the same files that come after those of `choice`: held out from it. Errors: InvalidArgument,
/// saying how many tokens there are and how many are needed.
Result<Dataset> loadHeldData(
    const Project& project, const DataChoice& choice, std::int64_t count, const JobContext& job);

/// The rows of a model and its layers in a workspace; found again when they are there.
Result<RowId> registerModel(const Project& project, Workspace& workspace);
/// The model's row; 0: this workspace does not know it yet. Errors: BadFile, Io.
Result<RowId> modelRowOf(const Workspace& workspace, const Project& project);

} // namespace kerf::core
