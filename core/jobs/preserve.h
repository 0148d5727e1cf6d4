// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/jobs/gate.h"
#include "core/jobs/project.h"
#include "core/solve/preset.h"

namespace kerf::core {

struct PreserveSettings {
    Preset preset; ///< with a threshold
    std::string name; ///< of plan and run; empty: the preset's
    DataChoice calibration;
    DataChoice text; ///< to measure on
    std::filesystem::path questions; ///< the task (readQuestions); empty: the text itself, by its perplexity
    double margin = 0.003; ///< of the task's accuracy, or of perplexity as a share, that may be lost
    double confidence = 0.95; ///< one-sided
    std::int64_t seed = 0;
};

/// Layers that stay in 16 bit.
struct KeptShare {
    std::vector<std::string> layers;
    double ofLayers = 0, ofWeights = 0;
};

struct Preserved {
    RowId run = 0;
    Plan plan;
    double threshold = 0; ///< nats
    KeptShare kept; ///< above the threshold
    KeptShare byPosition; ///< what a rule of position would keep: all of attention, the first and the last block
    std::size_t inBoth = 0; ///< layers
    double bitsPerWeight = 0;
    double compression = 0; ///< of the quantizable weights from 16 bit, scales and zero points counted
    double fileCompression = 0; ///< of the whole checkpoint as it is stored
    double roundedBits = 0; ///< of a weight in the preset's format
    GateFinding finding;
    std::vector<std::string> notes; ///< what the preset asks for and the plan does without
    std::vector<std::string> advice; ///< what follows from the verdict, and what to change: sentences
};

/// Compression from 16 bit where a share of the weights stays there and the rest takes so many bits:
/// 16 / (16 s + b (1 - s)).
double compressionWith(double shareKept, double bits);

/// Accuracy preserved, as one work: profile (the newest that fits the calibration text is taken, else it is measured),
/// the preset's plan, the run, run and original measured on the text and asked the questions, and the gate. Each part
/// is a job of its own in the workspace that goes on where it was, so the same work started again does what is left.
/// Errors: InvalidArgument (the preset has no threshold; no text to measure on; the task's items are few or seen), as
/// runProfile, runQuantize, runEvaluate, runQuestions, judgeRun.
Result<Preserved> preserve(
    const Project& project, Workspace& workspace, const PreserveSettings& settings, const JobContext& job);

/// Keys: run, plan, threshold, layers_kept, share_kept, share_of_weights_kept, bits_per_weight, compression,
/// compression_of_file, compression_by_share ([{share_of_weights, compression}]), by_position, gate, verdict, notes,
/// advice.
Json toJson(const Preserved& made);
/// The same in lines for a person.
std::string preservedText(const Preserved& made);

} // namespace kerf::core
