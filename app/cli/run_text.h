// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/jobs/run_ranks.h"

namespace kerf::cli {

/// What a command used of a text, found by its hash, as toJson(Dataset); null where that is not known.
core::Result<core::Json> usedText(const core::Workspace& workspace, const std::string& hash);
/// One run with all its metrics, {"run", "name", "state", "perplexity", "perplexity_stderr", …}, and what was used of
/// the texts that it was calibrated and last evaluated on: "calibration" and "evaluation", null without one.
core::Result<core::Json> runJson(const core::Workspace& workspace, const core::RunRow& run);
/// "calibrated on 64 windows of 256 tokens (16384 tokens) of a.txt", one line for each text of runJson's.
std::string textLines(const core::Json& run);
/// Adds what the table of kernel times says: decode_tokens_per_second and speed_ratio with _low and _high,
/// speed_sittings, bytes_per_token, instructions_per_token; null where it is not known.
void addSpeed(core::Json& json, const std::optional<core::SpeedFigure>& figure);
/// Adds "standing" and the run that decides it.
void addRank(core::Json& json, const core::Rank& rank, const std::vector<core::RunRow>& runs);
/// "◆" on the front, "◇" where a run cannot be told from the front, nothing otherwise.
std::string markOf(core::Standing standing);
/// "speed_ratio", "size_bytes", "bits_per_weight".
/// "KLD", "cosine_distance": of a column.
std::string shortName(core::FrontY y);
const char* axisKey(core::FrontX x);
/// What the marks mean, by which axes they are set, and where speeds cannot rank runs why. `up`: what the front's other
/// axis is called.
std::string legendOf(const core::RunRanks& ranks, const std::string& up);
/// What the table says of a run's speed, in one or two lines.
std::string speedText(const std::optional<core::SpeedFigure>& figure, const core::SpeedTable& table);
/// Tokens a second, and times the original's; "-" where they are not known.
std::string decodeCell(const std::optional<core::SpeedFigure>& figure);
std::string ratioCell(const std::optional<core::SpeedFigure>& figure);
/// A metric as a cell of a table; "-" where it was not measured.
/// The run's divergence, by whatever task it is.
std::string divergenceCell(const core::RunRow& run);
std::string metricCell(const core::RunRow& run, const std::string& name, int digits);

} // namespace kerf::cli
