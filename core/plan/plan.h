// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/quantize/method.h"
#include "core/quantize/observer.h"
#include "core/transform/transform_choice.h"

namespace kerf::core {

/// Whose inputs a layer is fitted to.
enum class QuantizeMode {
    Independent, ///< statistics of the original model
    Sequential, ///< each stage sees inputs from the quantized stages and blocks before it
};

struct PlanLayer {
    std::string layer;
    std::string format; ///< "bf16" keeps the layer as it is stored
    std::string method; ///< "hcd", "gptq", "rtn"; ignored for 16 and 32 bit
    bool operator==(const PlanLayer&) const = default;
};

/// For each layer a format and a method: what the user edits. Data, JSON, one row a layer, in the network's order.
struct Plan {
    std::string name;
    std::vector<PlanLayer> layers;
    QuantizeMode mode = QuantizeMode::Independent;
    MethodSettings settings;
    /// Name of each block's cache format (core/format/kv_format.h); empty: 16 bit everywhere.
    std::vector<std::string> kv {};
    std::vector<TransformChoice> transforms; ///< exact rewritings before the rounding, in this order
    /// Layers whose format and method no solver changes, by name. They do not decide the result.
    std::vector<std::string> locked {};
    Observer observer = kUsualObserver; ///< of values that are rounded to unsigned bytes
    /// Of a network read from ONNX whose layers read unsigned bytes: what lies between them is in bytes too where a
    /// runtime can then stay in integers (core/plan/value_placement.h).
    bool roundsBetween = true;

    PlanLayer* find(const std::string& layer);
    const PlanLayer* find(const std::string& layer) const;
    bool isLocked(const std::string& layer) const;
};

/// Every layer in one format, after addStartingTransforms(). Layers that cannot take it keep 16 bits; `kept` (may be
/// null) gets their names. Errors: InvalidArgument (unknown format or method).
Result<Plan> uniformPlan(const Network& network, const std::string& name, const std::string& format,
    const std::string& method, std::vector<std::string>* kept = nullptr);

Json toJson(const Plan& plan);
/// Errors: BadFile: unknown layer or format, layer missing or twice, named.
Result<Plan> planFromJson(const Json& json, const Network& network, const std::string& what);
Result<Plan> readPlan(const std::filesystem::path& file, const Network& network);
Status writePlan(const std::filesystem::path& file, const Plan& plan);
/// SHA-256 of what decides the result: layers, formats, methods, mode, settings; not the name.
std::string planHash(const Plan& plan);

/// Sets the format of every layer whose name matches the regular expression (PCRE2, unanchored search).
/// Returns how many matched. Errors: InvalidArgument (bad pattern, no layer matches, format does not fit: named).
Result<int> setFormat(Plan& plan, const Network& network, const std::string& pattern, const std::string& format);

/// Whether blocks of the network can keep keys and values in it. Errors: InvalidArgument: there is no cache, or one of
/// what they are made of.
Status checkCacheFormat(const Network& network, const CacheFormat& format);
/// Every block's cache in one format; "kv-f16" clears the plan's list. Errors: InvalidArgument (unknown format;
/// checkCacheFormat).
Status setCacheFormat(Plan& plan, const Network& network, const std::string& format);
/// The plan's cache formats without the steps that calibration finds. Errors: InvalidArgument: a name is unknown, or
/// there are more or fewer than blocks.
Result<CacheSettings> cacheSettings(const Plan& plan, const Network& network);
/// The same format for every block. Errors: InvalidArgument: unknown, not for this network, or with fixed steps, which
/// only a run's calibration finds.
Result<CacheSettings> uniformCaches(const Network& network, const std::string& format);
/// Bytes of the keys and values of `batch` sequences of `context` tokens, all blocks, scales and minima counted.
/// Errors: as cacheSettings; InvalidArgument when the network has no key/value cache.
Result<std::int64_t> cacheBytes(const Plan& plan, const Network& network, std::int64_t context, std::int64_t batch);

/// Size of a plan. Unquantized tensors (embeddings, norms, head) are counted in sizeBytes as stored in the checkpoint.
struct PlanSize {
    double bitsPerWeight = 0; ///< mean over the quantizable layers, scales and zero points counted
    std::int64_t layerBytes = 0; ///< quantizable layers
    std::int64_t sizeBytes = 0; ///< the whole checkpoint
};
PlanSize planSize(const Plan& plan, const Network& network, std::int64_t otherBytes);
/// Bytes of one layer in a format, scales and zero points counted, rounded up; of one that is not quantized, whatever
/// its float format is called, as it is stored.
std::int64_t layerBytes(const Network& network, const LayerInfo& layer, const Format& format);

/// A problem a loader has with a plan, in words a person can act on.
struct PlanProblem {
    std::vector<std::string> layers; ///< those concerned
    std::string message;
};
/// Of loaders() (core/plan/loaders.h), "any": only that every format can hold its layer. With a target (an exporter's
/// name) also what the loader asks of that. Empty = loads. Errors: InvalidArgument (unknown loader).
Result<std::vector<PlanProblem>> checkLoader(
    const Plan& plan, const Network& network, const std::string& loader, std::string_view target = {});

} // namespace kerf::core
