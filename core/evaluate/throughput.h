// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/graph/activation_linear.h"
#include "core/model/network.h"

namespace kerf::core {

struct ThroughputOptions {
    std::int64_t prompt = 128; ///< tokens processed at once
    std::int64_t generate = 32; ///< tokens one after the other, with a key/value cache
    int repeats = 3; ///< the median is reported
};

struct Throughput {
    double prefillTokensPerSecond = 0;
    double prefillStderr = 0;
    double decodeTokensPerSecond = 0;
    double decodeStderr = 0;
    std::int64_t peakMemoryBytes = 0; ///< resident set of the process, at its highest
    std::int64_t weightBytes = 0; ///< read once a decoded token
    std::string kernels; ///< which kernels ran: "int4 avx512, bf16 avx512"
    int threads = 0;
};
Json toJson(const Throughput& throughput);

/// Runs the real kernels: every quantized layer packed and multiplied in its own format (kernels/quantized_linear.h),
/// every other layer in the type it is stored in. Layers named in `activations` round their inputs as it says. Errors:
/// InvalidArgument (prompt + generate beyond the model's positions), Cancelled.
Result<Throughput> measureThroughput(const Network& network,
    const std::map<std::string, std::shared_ptr<const QuantizedTensor>>& quantized, const ThroughputOptions& options,
    const JobContext& job, const LayerActivations& activations = {}, const CacheSettings& caches = {});

} // namespace kerf::core
