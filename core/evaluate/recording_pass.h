// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/evaluate/evaluate.h"
#include "core/graph/linear.h"
#include "core/model/network.h"
#include "core/task/task.h"

namespace kerf::core {

/// Gets the results of a sample of both, as Task::results.
using AddResults = std::function<Status(std::int64_t sample, const Matrix& expected, const Matrix& found)>;

/// Runs both over the recordings of a data set, each going on from its own states; where windows leave something out,
/// both begin anew from the original's states. Recordings run side by side. `add` gets the results of each window, in
/// no order. Memory: the weights of both, and inputs and states of one step of every recording.
/// @pre data.reader->recordingReader()
/// Errors: those of reading and running, of `add`; Cancelled.
Result<StateErrors> runRecordings(const Network& original, const Network& candidate, const Replacements& replacements,
    const Task& task, const Dataset& data, const JobContext& job, const AddResults& add);

/// Whether the error of the states grows, and what to do then: a sentence. @pre there are steps
std::string stateVerdict(const StateErrors& errors);

} // namespace kerf::core
