// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <memory>

#include "core/base/job_context.h"
#include "core/jobs/layer_sink.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Chooses scale and zero_point of every value that the plan rounds between layers, from what the layers that are
/// finished make of the calibration samples, and notes them; those that are noted already stay. `replacements` is asked
/// for only when something is measured. Errors: InvalidArgument (no samples), those of `replacements`,
/// measureValueRanges, quantizerOf and the sink.
Status storeValueQuantizers(const Network& network, LayerSink& sink, const Plan& plan,
    const std::function<Result<Replacements>()>& replacements, const Dataset* data, const JobContext& job);

/// By the numbers of the values in the network's graph. Errors: BadFile: it has no value of such a name.
Result<ValueQuantizers> quantizersIn(const Network& network, const NamedQuantizers& quantizers);

/// The network that rounds these values. Errors: as quantizersIn.
Result<std::shared_ptr<const Network>> withRoundedValues(
    std::shared_ptr<const Network> network, const NamedQuantizers& quantizers);

} // namespace kerf::core
