// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "core/model/gguf_reading.h"
#include "core/model/gguf_yarn.h"
#include "core/model/rotary.h"

namespace kerf::core {
namespace {

/// Factors by which llama.cpp divides the plain frequencies, of rope settings as config.json has them.
Result<std::vector<double>> ropeFactors(const Json& settings, double theta, std::int64_t width)
{
    const RotaryContext context { width, 1.0, theta, 0 };
    KERF_TRY(const RotaryAngles plain, readRotary(ConfigReader(Json::object(), {}), context));
    KERF_TRY(RotaryAngles scaled, readRotary(ConfigReader(settings, {}), context));
    std::ranges::transform(plain.frequencies, scaled.frequencies, scaled.frequencies.begin(), std::divides());
    return std::move(scaled.frequencies);
}

/// What, times the width, is that many channels again.
double fractionOf(std::int64_t turned, std::int64_t width)
{
    double fraction = static_cast<double>(turned) / static_cast<double>(width);
    while (static_cast<std::int64_t>(static_cast<double>(width) * fraction) < turned)
        fraction = std::nextafter(fraction, 1.0);
    return fraction;
}

/// The factors of Llama 3 are stored, not what they were made from.
Status readFrequencies(GgufReading& reading, double theta)
{
    KERF_TRY(const Matrix stored, reading.file.read(kRopeFactors));
    reading.names.emplace("model.rotary_emb.inv_freq", StoredTensor { kRopeFactors }); // a buffer: nobody reads it
    if (stored.size() == reading.sizes.headDim / 2 && stored.maxCoeff() == stored.minCoeff()) {
        reading.config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", stored(0, 0) } };
        return {};
    }
    for (const double factor : { 8.0, 32.0 }) {
        const Json settings { { "rope_type", "llama3" }, { "factor", factor }, { "low_freq_factor", 1.0 },
            { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192U } };
        KERF_TRY(const std::vector<double> made, ropeFactors(settings, theta, reading.sizes.headDim));
        const auto equal = [](float a, double b) { return std::abs(static_cast<double>(a) - b) <= 1e-4 * b; };
        if (!std::equal(stored.data(), stored.data() + stored.size(), made.begin(), made.end(), equal))
            continue;
        reading.config["rope_scaling"] = settings;
        return {};
    }
    return reading.keys.error(fmt::format("has factors of the position embedding ({}) that are not those of Llama 3, "
                                          "which Kerf does not read",
        kRopeFactors));
}

Status readScaling(GgufReading& reading)
{
    const Json* kind = reading.keys.find("rope.scaling.type");
    const std::string type = kind && kind->is_string() ? kind->get<std::string>() : "none";
    if (type == "linear") {
        KERF_TRY(const double factor, reading.keys.number("rope.scaling.factor"));
        reading.config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", factor } };
    } else if (type == "yarn") {
        KERF_TRY(reading.config["rope_scaling"],
            readGgufYarn(reading.keys, reading.family, reading.architecture, reading.sizes.positions));
    } else if (type == "none") {
        if (!reading.architecture.defaults.rope.empty()) // what the family's class has where nothing is said
            reading.config["rope_scaling"] = { { "rope_type", "default" } };
    } else {
        return reading.keys.error(
            fmt::format("has the rope scaling \"{}\", which Kerf does not read from GGUF files", type.substr(0, 40)));
    }
    return {};
}

} // namespace

Status readGgufRope(GgufReading& reading)
{
    const bool isLatent = reading.architecture.isLatent;
    const std::int64_t width = isLatent ? reading.sizes.latent.turnedDim : reading.sizes.headDim;
    KERF_TRY(const auto turned, reading.keys.count("rope.dimension_count", width));
    KERF_TRY(const double theta, reading.keys.number("rope.freq_base", 10000.0));
    if (turned > width || (turned != width && !reading.family.turnsParts))
        return reading.keys.error(fmt::format("turns {} of the {} channels of a head, which Kerf does not run for {}",
            turned, width, reading.family.type));
    if (reading.family.turnsParts)
        reading.set(reading.architecture.keys.rotaryFraction, fractionOf(turned, width));
    reading.set(reading.architecture.keys.ropeTheta, theta);
    if (reading.architecture.defaults.localRopeTheta > 0) {
        KERF_TRY(const double local,
            reading.keys.number("rope.freq_base_swa", reading.architecture.defaults.localRopeTheta));
        reading.set("rope_local_base_freq", local);
    }
    KERF_CHECK(readScaling(reading));
    return reading.family.pairsHeads && reading.file.find(kRopeFactors) ? readFrequencies(reading, theta) : Status();
}

} // namespace kerf::core
