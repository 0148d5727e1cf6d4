// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/model/config_reader.h"
#include "core/model/decoder_rotaries.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxPositions = std::numeric_limits<std::int32_t>::max();

bool isFilled(const ConfigReader& config, std::string_view key)
{
    return config.has(key) && !config.value(key).empty();
}

/// Which of the two keys counts: `rope_parameters` (newer files; possibly one object for each kind of attention) or
/// `rope_scaling` (older ones; with `rope_theta` beside it). Where both are there transformers takes `rope_scaling`,
/// and nothing of the other.
Result<std::string_view> chooseRopeKey(const ConfigReader& config, double theta, Notes& notes)
{
    const bool hasOlder = isFilled(config, "rope_scaling");
    if (!hasOlder || !isFilled(config, "rope_parameters"))
        return hasOlder ? "rope_scaling" : "rope_parameters";
    const Json& older = config.value("rope_scaling");
    const Json& newer = config.value("rope_parameters");
    if (newer.is_object() && newer.contains("full_attention"))
        return config.wrong("rope_scaling",
            "absent, because \"rope_parameters\" has settings for each kind of attention; remove one of the two");
    if (older != newer)
        notes.push_back({ NoteKind::Rope,
            fmt::format("config.json has rope_scaling and, differently, rope_parameters: rope_scaling is used and "
                        "nothing of rope_parameters, as transformers does; rope_theta is {:g}. Remove one of the two.",
                older.is_object() && older.contains("rope_theta") && older["rope_theta"].is_number()
                    ? older["rope_theta"].get<double>()
                    : theta),
            { "rope_parameters", "rope_scaling" } });
    return "rope_scaling";
}

/// Notes of one object of rope settings, after it was read.
void addRopeNotes(const ConfigReader& config, const ConfigReader& settings, const std::string& name, DecoderConfig& out)
{
    if (config.has("rope_theta") && settings.has("rope_theta")
        && config.value("rope_theta") != settings.value("rope_theta"))
        out.notes.push_back({ NoteKind::Rope,
            fmt::format("config.json has the rope_theta {} and, in {}, {}: the latter is used, as in transformers.",
                config.value("rope_theta").dump(), name, settings.value("rope_theta").dump()),
            { "rope_theta" } });
    const std::vector<std::string> unread = settings.unread();
    if (unread.empty())
        return;
    const bool hasType = settings.has("rope_type") || settings.has("type");
    std::vector<std::string> keys;
    for (const std::string& key : unread)
        keys.push_back(fmt::format("{}.{}", name, key));
    const std::string text = hasType
        ? fmt::format(
            "config.json has settings that its kind of rope does not use: {}. They are not read.", listed(keys, 8))
        : fmt::format("{} in config.json has no \"rope_type\": it is the default kind, as in transformers, and {} {} "
                      "not read. If the model was made with it, add the type (linear, yarn, llama3).",
            name, listed(unread, 8), unread.size() == 1 ? "is" : "are");
    out.notes.push_back({ NoteKind::Rope, text, std::move(keys) });
}

/// How much of a head turns.
Result<double> readFraction(const ConfigReader& config, const DecoderConfig& result)
{
    const ConfigKeys& keys = result.architecture->keys;
    const ConfigDefaults& defaults = result.architecture->defaults;
    if (keys.rotaryCount.empty())
        return config.positive(keys.rotaryFraction, defaults.rotaryFraction);
    KERF_TRY(const std::int64_t count, config.count(keys.rotaryCount, result.headDim, defaults.rotaryCount));
    return static_cast<double>(count) / static_cast<double>(result.headDim);
}

/// Blocks that do not turn know of order by the mask alone.
Status readUnturned(const ConfigReader& config, DecoderConfig& result)
{
    const ConfigKeys& keys = result.architecture->keys;
    result.turns.assign(static_cast<std::size_t>(result.blocks), true);
    if (keys.unturned.empty())
        return {};
    KERF_TRY(const std::int64_t period,
        config.count(keys.unturnedPeriod, kMaxBlocks, result.architecture->defaults.unturnedPeriod, 1));
    if (!config.has(keys.unturned)) {
        for (std::size_t block = 0; block < result.turns.size(); ++block)
            result.turns[block] = (static_cast<std::int64_t>(block) + 1) % period != 0;
        return {};
    }
    const Json& list = config.value(keys.unturned);
    if (!list.is_array() || list.size() != result.turns.size())
        return config.wrong(keys.unturned, fmt::format("a list of {} numbers, one for each block", result.blocks));
    for (std::size_t block = 0; block < result.turns.size(); ++block) {
        if (list[block] != 0 && list[block] != 1)
            return config.wrong(keys.unturned, "a list of 0 and 1");
        result.turns[block] = list[block] == 1;
    }
    return {};
}

Status readPairing(const ConfigReader& config, DecoderConfig& result)
{
    const Architecture& architecture = *result.architecture;
    result.turnsNeighbours = architecture.pairing == RotaryPairing::Neighbours;
    if (!architecture.keys.turnsNeighbours.empty()) {
        KERF_TRY(result.turnsNeighbours, config.flag(architecture.keys.turnsNeighbours, result.turnsNeighbours));
    }
    return {};
}

/// Any stretch may stand in a file: more positions than this are as good as no limit.
std::int64_t stretchedPositions(std::int64_t positions, double stretch)
{
    constexpr double kMost = 1e15;
    return static_cast<std::int64_t>(std::min(static_cast<double>(positions) * stretch, kMost));
}

} // namespace

Status readRotaries(const ConfigReader& config, DecoderConfig& result)
{
    KERF_CHECK(readUnturned(config, result));
    KERF_CHECK(readPairing(config, result));
    const ConfigDefaults& defaults = result.architecture->defaults;
    const bool isLatent = result.architecture->isLatent;
    RotaryContext context { isLatent ? result.latent.turnedDim : result.headDim, 1.0, 1.0, result.positions, 0 };
    const ConfigKeys& keys = result.architecture->keys;
    KERF_TRY(context.theta, config.positive(keys.ropeTheta, defaults.ropeTheta));
    KERF_TRY(context.fraction, readFraction(config, result));
    if (config.has("original_max_position_embeddings")) {
        KERF_TRY(context.originalPositions, config.count("original_max_position_embeddings", kMaxPositions));
    }
    KERF_TRY(const std::string_view key, chooseRopeKey(config, context.theta, result.notes));
    const Json none = Json::object();
    const Json usual = defaults.rope.empty() ? none : Json::parse(defaults.rope);
    const Json& settings = config.has(key) ? config.value(key) : usual;
    if (!settings.is_object())
        return config.wrong(key, "an object");
    std::vector<std::string> kinds { "" };
    if (settings.contains("full_attention"))
        kinds = { "full_attention", "sliding_attention" };
    for (const std::string& kind : kinds) {
        const Json& part = kind.empty() ? settings : settings.value(kind, none);
        if (!part.is_object())
            return config.wrong(key, "an object of objects");
        const std::string name = fmt::format("{}{}{}", key, kind.empty() ? "" : ".", kind);
        const ConfigReader reader(part, fmt::format("{}: {}", config.what(), name));
        KERF_TRY(RotaryAngles rotary, readRotary(reader, context));
        if (rotary.stretch > 1) // what it is for
            result.positions = stretchedPositions(context.maxPositions, rotary.stretch);
        result.rotaries.push_back(std::move(rotary));
        if (isLatent) {
            KERF_TRY(const double magnitude, readScoreMagnitude(reader));
            result.attentionScale *= static_cast<float>(magnitude);
        }
        addRopeNotes(config, reader, name, result);
    }
    if (defaults.localRopeTheta > 0 && result.rotaries.size() == 1) {
        KERF_TRY(context.theta, config.positive("rope_local_base_freq", defaults.localRopeTheta));
        KERF_TRY(RotaryAngles local, readRotary(ConfigReader(none, config.what()), context));
        result.rotaries.push_back(std::move(local));
    }
    return {};
}

} // namespace kerf::core
