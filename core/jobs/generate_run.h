// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/evaluate/side_by_side.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Original and run go on with a prompt side by side. Both are loaded for it: the original in the type it is stored in,
/// the run's layers packed in their own format where a kernel runs it, else decoded as they are multiplied. The
/// tokenizer's special tokens stand before the prompt. Nothing is stored. Stops within a second, while loading too.
/// Errors: as loadStudent, generateSideBySide; InvalidArgument (more tokens than the models have positions; another
/// vocabulary; a network that does not generate text), BadFile (no tokenizer).
Result<SideBySide> generateRun(const Project& project, const Workspace& workspace, const RunRow& run,
    const std::string& prompt, const SideBySideSettings& settings, const SideBySideSink& sink, const JobContext& job);

} // namespace kerf::core
