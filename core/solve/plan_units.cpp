// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/plan_units.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/profile/prediction_fit.h"

namespace kerf::core {
namespace {

constexpr const char* kSixteenBit = "bf16";
constexpr double kNanoseconds = 1e9;

/// A unit of layers while its options are gathered.
struct LayerUnit {
    PlanUnit unit;
    std::vector<const LayerProfile*> profiles; ///< of its layers
};

/// What a layer in a format costs of the budget. Nothing when its time is asked for and not known.
std::optional<std::int64_t> costOf(
    const Network& network, const LayerInfo& layer, const LayerFormat& format, const SolveOptions& options)
{
    if (!options.tokensPerSecond)
        return layerBytes(network, layer, *format.weight);
    const auto times = options.times->layers.find(layer.name);
    if (times == options.times->layers.end())
        return std::nullopt;
    const auto seconds = times->second.find(format.name());
    if (seconds == times->second.end())
        return std::nullopt;
    return std::llround(seconds->second * kNanoseconds);
}

/// What the layers cost as the plan would carry them out; by the profile's own method where it does not know that,
/// which still ranks the layers and formats.
class Losses {
public:
    Losses(const Profile& profile, const Plan& base)
        : m_profile(profile)
        , m_fit(fitOf(profile))
        , m_terms(profile, *m_fit, base)
    {
        for (const PlanLayer& row : base.layers)
            m_methods.emplace(row.layer, row.method);
    }
    std::optional<Prediction> of(const LayerProfile& layer, const std::string& format)
    {
        const auto method = m_methods.find(layer.layer);
        const bool named = method != m_methods.end() && !method->second.empty();
        const auto predicted = m_terms.predict(static_cast<int>(&layer - m_profile.layers.data()),
            { layer.layer, format, named ? method->second : m_profile.method });
        return predicted ? std::optional(*predicted) : predictFormat(layer, format);
    }

private:
    const Profile& m_profile;
    std::shared_ptr<const PredictionFit> m_fit;
    PlanTerms m_terms;
    std::map<std::string, std::string> m_methods;
};

/// Adds a format as an option when every layer's shape takes it and every layer was profiled in it. The only format
/// that a unit may have costs nothing to choose: it needs no profile.
Status addOption(LayerUnit& of, const std::string& name, const Network& network, const SolveOptions& options,
    Losses& losses, bool isOnly = false)
{
    KERF_TRY(const LayerFormat format, parseLayerFormat(name));
    BudgetOption option;
    double variance = 0;
    for (std::size_t i = 0; i < of.unit.layers.size(); ++i) {
        const std::optional<Prediction> predicted = losses.of(*of.profiles[i], name);
        const auto cost = costOf(network, *of.unit.layers[i], format, options);
        if (!(predicted || isOnly) || !cost || !format.checkShape(of.unit.layers[i]->shape))
            return {};
        option.bytes += *cost;
        if (!predicted)
            continue;
        option.loss += predicted->kld;
        variance += predicted->stderr_ * predicted->stderr_;
    }
    of.unit.formats.push_back(format.name());
    of.unit.spreads.push_back(std::sqrt(variance));
    of.unit.budget.options.push_back(option);
    return {};
}

/// The formats to choose among, without those of 16 bits: one of these is always an option.
Result<std::vector<std::string>> quantizedFormats(const Profile& profile, const SolveOptions& options)
{
    std::vector<std::string> names;
    for (const std::string& name : options.formats.empty() ? profile.formats : options.formats) {
        KERF_TRY(const FormatPtr format, parseWeightFormat(name));
        const bool profiled = std::ranges::find(profile.formats, name) != profile.formats.end();
        if (!profiled && !format->isUnquantized())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not have the format {}: profile it first, or leave it out", name));
        if (!format->isUnquantized())
            names.push_back(name);
    }
    return names;
}

/// Layers that the options tie together, in the network's order.
Result<std::vector<LayerUnit>> tiedLayers(const Profile& profile, const Network& network, const SolveOptions& options)
{
    std::map<std::string_view, const LayerProfile*> profiled;
    for (const LayerProfile& layer : profile.layers)
        profiled.emplace(layer.layer, &layer);
    std::vector<LayerUnit> units;
    std::map<std::string, std::size_t> unitOfTie;
    for (const LayerInfo& layer : network.layers()) {
        const auto known = profiled.find(layer.name);
        if (known == profiled.end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not have the layer {}: it belongs to another model", layer.name));
        const std::string& tie = options.tieFused && !layer.tie.empty() ? layer.tie : layer.name;
        const auto [unit, isNew] = unitOfTie.try_emplace(tie, units.size());
        if (isNew)
            units.emplace_back();
        units[unit->second].unit.layers.push_back(&layer);
        units[unit->second].profiles.push_back(known->second);
    }
    return units;
}

/// Formats of the layers that a plan locks.
class Locks {
public:
    explicit Locks(const Plan& base)
    {
        const std::set<std::string_view> names(base.locked.begin(), base.locked.end());
        for (const PlanLayer& row : base.layers)
            if (names.contains(row.layer))
                m_formats.emplace(row.layer, row.format);
    }
    /// Null: the layer is not locked.
    const std::string* of(const LayerInfo& layer) const
    {
        const auto found = m_formats.find(layer.name);
        return found == m_formats.end() ? nullptr : &found->second;
    }
    /// The format of the unit's locked layers, of the first where they differ; null: none is locked.
    const std::string* of(const PlanUnit& unit) const
    {
        for (const LayerInfo* layer : unit.layers)
            if (const std::string* format = of(*layer))
                return format;
        return nullptr;
    }
    /// Whether all layers of a unit can have the format that its locked ones have.
    bool canTie(const PlanUnit& unit) const
    {
        const std::string* common = of(unit);
        if (!common)
            return true;
        const auto format = parseLayerFormat(*common);
        return std::ranges::all_of(unit.layers, [&](const LayerInfo* layer) {
            const std::string* own = of(*layer);
            return (!own || *own == *common) && format && format->checkShape(layer->shape);
        });
    }

private:
    std::map<std::string_view, std::string> m_formats;
};

/// The same units; those that cannot be tied because of what is locked are one a layer.
std::vector<LayerUnit> separated(std::vector<LayerUnit> units, const Locks& locks)
{
    std::vector<LayerUnit> all;
    for (LayerUnit& of : units) {
        if (locks.canTie(of.unit)) {
            all.push_back(std::move(of));
            continue;
        }
        for (std::size_t i = 0; i < of.unit.layers.size(); ++i) {
            LayerUnit& alone = all.emplace_back();
            alone.unit.layers = { of.unit.layers[i] };
            alone.profiles = { of.profiles[i] };
        }
    }
    return all;
}

/// The options of a unit: the format it is locked in, or 16 bit and the formats that may be chosen.
Status addOptions(LayerUnit& of, const std::vector<std::string>& formats, const std::string* locked, bool kept,
    const Network& network, const SolveOptions& options, Losses& losses)
{
    if (locked) {
        KERF_CHECK(addOption(of, *locked, network, options, losses, true));
    } else {
        KERF_CHECK(addOption(of, kSixteenBit, network, options, losses));
        for (const std::string& format : formats)
            if (!kept)
                KERF_CHECK(addOption(of, format, network, options, losses));
    }
    if (!of.unit.formats.empty())
        return {};
    const std::string& name = of.unit.layers.front()->name;
    return fail(ErrorCode::InvalidArgument,
        locked
            ? fmt::format("{} is locked in {}, whose time is not known: unlock it, or time that format", name, *locked)
            : fmt::format("{} has no format whose time is known", name));
}

/// Cache formats to choose among: those profiled, or those of them that are allowed.
Result<std::vector<std::string>> cacheFormats(const Profile& profile, const SolveOptions& options)
{
    std::vector<std::string> names;
    if (options.cacheFormats.empty()) {
        for (const auto& [name, measured] : profile.caches.empty() ? CacheProfile {} : profile.caches.front())
            names.push_back(name);
        return names;
    }
    for (const std::string& name : options.cacheFormats) {
        KERF_TRY(const CacheFormatPtr format, parseCacheFormat(name));
        if (format->isUnquantized())
            continue;
        if (profile.caches.empty() || !profile.caches.front().contains(format->name()))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not have the cache format {}: profile it first, or leave it out", name));
        names.push_back(format->name());
    }
    return names;
}

Status addCaches(
    const Profile& profile, const Network& network, const SolveOptions& options, std::vector<PlanUnit>& units)
{
    const CacheShape shape = network.cacheShape();
    if (shape.heads == 0)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("A {} network has no key/value cache.", network.architecture()));
    if (options.context < 1 || options.batch < 1)
        return fail(ErrorCode::InvalidArgument,
            "A budget of memory needs the tokens in the cache and the number of sequences: 1 or more of each.");
    KERF_TRY(const std::vector<std::string> names, cacheFormats(profile, options));
    KERF_TRY(const CacheFormatPtr sixteenBit, parseCacheFormat("kv-f16"));
    for (int block = 0; block < network.blockCount(); ++block) {
        PlanUnit unit;
        unit.cacheBlock = block;
        unit.formats.push_back(sixteenBit->name());
        unit.spreads.push_back(0);
        unit.budget.options.push_back({ options.batch * sixteenBit->bytes(shape, options.context), 0 });
        for (const std::string& name : names) {
            KERF_TRY(const CacheFormatPtr format, parseCacheFormat(name));
            const auto measured = profile.caches[static_cast<std::size_t>(block)].find(name);
            if (measured == profile.caches[static_cast<std::size_t>(block)].end())
                continue;
            unit.formats.push_back(name);
            unit.spreads.push_back(measured->second.stderr_);
            unit.budget.options.push_back(
                { options.batch * format->bytes(shape, options.context), measured->second.kld });
        }
        units.push_back(std::move(unit));
    }
    return {};
}

} // namespace

Result<std::vector<PlanUnit>> planUnits(
    const Profile& profile, const Network& network, const SolveOptions& options, const Plan& base)
{
    if (options.tokensPerSecond && !options.times)
        return fail(ErrorCode::InvalidArgument, "A speed cannot be planned for before the layers' times are measured");
    KERF_TRY(const std::vector<std::string> formats, quantizedFormats(profile, options));
    KERF_TRY(std::vector<LayerUnit> tied, tiedLayers(profile, network, options));
    const Locks locks(base);
    const std::set<std::string> keep(options.keep.begin(), options.keep.end());
    std::vector<PlanUnit> units;
    Losses losses(profile, base);
    for (LayerUnit& of : separated(std::move(tied), locks)) {
        const bool kept
            = std::ranges::any_of(of.unit.layers, [&](const LayerInfo* layer) { return keep.contains(layer->name); });
        KERF_CHECK(addOptions(of, formats, locks.of(of.unit), kept, network, options, losses));
        units.push_back(std::move(of.unit));
    }
    if (options.memoryBytes)
        KERF_CHECK(addCaches(profile, network, options, units));
    return units;
}

void applyChoice(const std::vector<PlanUnit>& units, const std::vector<int>& choice, const Network& network,
    const std::string& method, Plan& plan)
{
    std::map<std::string, std::string> formatOf, methodOf;
    std::vector<std::string> caches(static_cast<std::size_t>(network.blockCount()));
    bool quantizedCache = false, hasCaches = false;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const auto option = static_cast<std::size_t>(choice[u]);
        for (const LayerInfo* layer : units[u].layers)
            formatOf[layer->name] = units[u].formats[option];
        if (units[u].cacheBlock < 0)
            continue;
        hasCaches = true;
        caches[static_cast<std::size_t>(units[u].cacheBlock)] = units[u].formats[option];
        quantizedCache = quantizedCache || option > 0; // the first is 16 bit
    }
    for (const PlanLayer& row : plan.layers)
        methodOf[row.layer] = row.method;
    plan.layers.clear();
    for (const LayerInfo& layer : network.layers()) {
        const auto known = methodOf.find(layer.name);
        plan.layers.push_back({ layer.name, formatOf[layer.name],
            known == methodOf.end() || known->second.empty() ? method : known->second });
    }
    if (hasCaches)
        plan.kv = quantizedCache ? std::move(caches) : std::vector<std::string> {};
}

Result<std::vector<int>> choiceOf(const std::vector<PlanUnit>& units, const Plan& plan)
{
    std::vector<int> choice;
    for (const PlanUnit& unit : units) {
        std::string name = unit.formats.front();
        if (unit.cacheBlock >= 0 && !plan.kv.empty())
            name = plan.kv[static_cast<std::size_t>(unit.cacheBlock)];
        for (const LayerInfo* layer : unit.layers) {
            const PlanLayer* row = plan.find(layer->name);
            if (!row || (layer != unit.layers.front() && row->format != name))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} has another format than {}, which fusing loaders need to be the same: let them "
                                "differ, or give them one format.",
                        layer->name, unit.layers.front()->name));
            name = row->format;
        }
        const auto found = std::ranges::find(unit.formats, name);
        if (found == unit.formats.end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not predict {} in {}: profile that format first.",
                    unit.layers.empty() ? "the cache" : unit.layers.front()->name, name));
        choice.push_back(static_cast<int>(found - unit.formats.begin()));
    }
    return choice;
}

} // namespace kerf::core
