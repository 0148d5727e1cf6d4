// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/model_card.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "core/base/atomic_file.h"
#include "core/base/number_text.h"
#include "core/base/version.h"
#include "core/checkpoint/source_folder.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/metric_label.h"
#include "core/jobs/speed_job.h"
#include "core/plan/layer_index.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCardBytes = 4 << 20;
constexpr const char* kFence = "---";

/// Metrics that the Hub has a name for; the others stand on the page alone.
struct HubMetric {
    std::string_view metric, type;
};
constexpr std::array kHubMetrics { HubMetric { "perplexity", "perplexity" }, HubMetric { "kld_mean", "kl_divergence" },
    HubMetric { "acc", "accuracy" }, HubMetric { "acc_norm", "accuracy" }, HubMetric { "accuracy", "accuracy" },
    HubMetric { "exact_match", "exact_match" }, HubMetric { "f1_macro", "f1" }, HubMetric { "entity_f1", "f1" },
    HubMetric { "spearman", "spearmanr" } };

/// The Hub's name of a measured line; empty where it has none, or where the line is of no text.
std::string_view hubTypeOf(const MetricLine& line)
{
    const auto known = std::ranges::find(kHubMetrics, std::string_view(line.name), &HubMetric::metric);
    return known == kHubMetrics.end() || line.dataset.empty() || !line.values.front() ? std::string_view()
                                                                                      : known->type;
}

/// Text of a page that is no markup.
std::string plain(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\`*_{}[]<>#|").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c == '\n' || c == '\r' ? ' ' : c;
    }
    return escaped;
}

/// "org/name", both of letters, digits, ".", "_" and "-".
bool isHubName(std::string_view name)
{
    const std::size_t slash = name.find('/');
    const auto isPart = [](std::string_view part) {
        return isPlainFileName(std::string(part)) && part.front() != '.' && part.front() != '-';
    };
    return slash != std::string_view::npos && isPart(name.substr(0, slash)) && isPart(name.substr(slash + 1));
}

std::string text(const YAML::Node& node, const char* key)
{
    const YAML::Node found = node[key];
    return found && found.IsScalar() ? found.as<std::string>() : std::string();
}

/// A share of a model in one format.
struct FormatShare {
    std::string format, method;
    int layers = 0;
    double weights = 0;
};

std::vector<FormatShare> formatShares(const Network& network, const Plan& plan)
{
    const auto index = indexLayers(network);
    std::map<std::pair<std::string, std::string>, FormatShare> shares;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = index.find(row.layer);
        const auto format = parseWeightFormat(row.format);
        if (layer == index.end() || !format)
            continue;
        const bool isRounded = !(*format)->isUnquantized();
        FormatShare& share = shares[{ row.format, isRounded ? row.method : "" }];
        const LayerShape& shape = layer->second->shape;
        share.format = row.format;
        share.method = isRounded ? row.method : "";
        ++share.layers;
        share.weights += static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
    }
    std::vector<FormatShare> sorted;
    for (const auto& [key, share] : shares)
        sorted.push_back(share);
    std::ranges::stable_sort(sorted, std::greater(), &FormatShare::weights);
    return sorted;
}

std::string pipelineOf(const Network& network, const BaseCard& base)
{
    if (!base.pipeline.empty())
        return base.pipeline;
    return network.generator() ? "text-generation" : "";
}

/// The card in the making: what its parts read.
struct Card {
    const Project& project;
    const RunRow& run;
    const CardExport& made;
    BaseCard base;
    std::string baseName; ///< "org/name"; empty: not known
    std::vector<FormatShare> shares;
    MetricComparison metrics;
    std::optional<Json> calibration;

    const Network& network() const { return *project.model.network; }
    std::string modelName() const
    {
        return baseName.empty() ? project.modelFolder.filename().string() : baseName.substr(baseName.find('/') + 1);
    }
};

void addResults(YAML::Emitter& out, const Card& card)
{
    out << YAML::Key << "model-index" << YAML::Value << YAML::BeginSeq << YAML::BeginMap << YAML::Key << "name"
        << YAML::Value << card.modelName() + "-" + card.run.name << YAML::Key << "results" << YAML::Value
        << YAML::BeginSeq;
    for (const MetricLine& line : card.metrics.lines) {
        const std::string type(hubTypeOf(line));
        if (type.empty())
            continue;
        const MetricCell& cell = *line.values.front();
        std::string name = metricLabel(line.name).text;
        if (cell.standardError)
            name += fmt::format(" (standard error {})", numberText(*cell.standardError, 2));
        out << YAML::BeginMap << YAML::Key << "task" << YAML::Value << YAML::BeginMap << YAML::Key << "type"
            << YAML::Value << pipelineOf(card.network(), card.base) << YAML::EndMap;
        out << YAML::Key << "dataset" << YAML::Value << YAML::BeginMap << YAML::Key << "type" << YAML::Value << "local"
            << YAML::Key << "name" << YAML::Value << line.dataset << YAML::EndMap;
        out << YAML::Key << "metrics" << YAML::Value << YAML::BeginSeq << YAML::BeginMap << YAML::Key << "type"
            << YAML::Value << type << YAML::Key << "value" << YAML::Value << cell.value << YAML::Key << "name"
            << YAML::Value << name << YAML::EndMap << YAML::EndSeq << YAML::EndMap;
    }
    out << YAML::EndSeq << YAML::EndMap << YAML::EndSeq;
}

bool hasResults(const Card& card)
{
    return !pipelineOf(card.network(), card.base).empty()
        && std::ranges::any_of(card.metrics.lines, [](const MetricLine& line) { return !hubTypeOf(line).empty(); });
}

std::string frontMatter(const Card& card)
{
    YAML::Emitter out;
    out.SetDoublePrecision(10);
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty())
            out << YAML::Key << key << YAML::Value << value;
    };
    out << YAML::BeginMap;
    add("license", card.base.license);
    add("license_name", card.base.licenseName);
    add("license_link", card.base.licenseLink);
    if (!card.base.languages.empty())
        out << YAML::Key << "language" << YAML::Value << card.base.languages;
    add("base_model", card.baseName);
    if (!card.baseName.empty())
        add("base_model_relation", "quantized");
    if (std::ranges::find(card.made.loadedBy, "transformers") != card.made.loadedBy.end())
        add("library_name", "transformers");
    add("pipeline_tag", pipelineOf(card.network(), card.base));
    std::vector<std::string> tags { "kerf", card.made.target };
    if (!card.shares.empty())
        tags.push_back(card.shares.front().format);
    out << YAML::Key << "tags" << YAML::Value << tags;
    if (hasResults(card))
        addResults(out, card);
    out << YAML::EndMap;
    return fmt::format("{}\n{}\n{}\n\n", kFence, out.c_str(), kFence);
}

std::string planPart(const Card& card)
{
    const double bits = planSize(card.run.plan, card.network(), 0).bitsPerWeight;
    double weights = 0;
    int layers = 0;
    for (const FormatShare& share : card.shares) {
        weights += share.weights;
        layers += share.layers;
    }
    std::string text
        = fmt::format("## Formats\n\n{:.3g} bits per weight over {} layers; embeddings, norms and head as "
                      "they are stored.\n\n| format | method | layers | share of weights |\n|---|---|---|---|\n",
            bits, layers);
    for (const FormatShare& share : card.shares)
        text += fmt::format("| {} | {} | {} | {:.3g} % |\n", plain(share.format), plain(share.method), share.layers,
            100 * share.weights / weights);
    if (!card.run.plan.kv.empty())
        text += fmt::format("\nKey/value cache: {}.\n", plain(card.run.plan.kv.front()));
    return text + "\n";
}

std::string metricsPart(const Card& card)
{
    std::string text = "## Measured\n\n| metric | original | this | on |\n|---|---|---|---|\n";
    bool isMeasured = false;
    for (const MetricLine& line : card.metrics.lines) {
        if (line.name == "seconds" || line.name == "reference_perplexity") // of the making; a column of its own
            continue;
        const MetricLabel label = metricLabel(line.name);
        text += fmt::format("| {} | {} | {} | {} |\n", plain(label.text), cellText(line.original, label.factor),
            cellText(line.values.front(), label.factor), plain(line.dataset));
        isMeasured = isMeasured || !line.dataset.empty();
    }
    text += "\n± is one standard error.\n";
    if (!isMeasured)
        text += "\n**Not evaluated**: what the rounding costs was not measured.\n";
    else
        text += "\nNothing else was evaluated: a small divergence on one text does not say what a task loses.\n";
    return text + "\n";
}

std::string howPart(const Card& card)
{
    const Provenance& from = card.run.provenance;
    std::string calibration;
    if (card.calibration && card.calibration->is_object())
        calibration = fmt::format(" --calibration '{}' --samples {} --window {}",
            card.calibration->value("name", std::string()), card.calibration->value("windows", std::int64_t { 0 }),
            card.calibration->value("window", std::int64_t { 0 }));
    std::string text = fmt::format(
        "## How it was made\n\nBy Kerf (engine {}, revision {}) from a checkpoint with the hash `{}`, seed {}; "
        "{}. `kerf-plan.json` has the format and method of every layer.\n\n",
        plain(from.engineVersion), plain(from.gitRevision), from.modelHash, from.seed,
        card.calibration ? fmt::format("calibration text `{}`", from.datasetHash) : "without a calibration text");
    return text
        + fmt::format("```sh\nkerf-cli quantize MODEL --plan kerf-plan.json{} --seed {} -w work.kerf\n"
                      "kerf-cli export 1 --to {} --out FOLDER -w work.kerf\n```\n\n",
            calibration, from.seed, card.made.target);
}

std::string licencePart(const Card& card)
{
    if (card.base.license.empty())
        return "## Licence\n\nThat of the base model, which names none in its card.\n";
    const std::string name = card.base.licenseName.empty() ? card.base.license : card.base.licenseName;
    return fmt::format("## Licence\n\nThat of the base model: {}{}.\n", plain(name),
        card.base.licenseLink.empty() ? "" : fmt::format(" ({})", plain(card.base.licenseLink)));
}

std::string page(const Card& card)
{
    std::string text = fmt::format("# {}, {}\n\n{} with rounded weights, as {}.", plain(card.modelName()),
        plain(card.run.name), plain(card.baseName.empty() ? card.modelName() : card.baseName), card.made.target);
    if (!card.made.loadedBy.empty())
        text += fmt::format(" By the rules known of them it loads in: {}.", fmt::join(card.made.loadedBy, ", "));
    return text + "\n\n" + planPart(card) + metricsPart(card) + howPart(card) + licencePart(card);
}

BaseCard baseCardOf(const Project& project)
{
    const auto folder = SourceFolder::open(project.modelFolder);
    if (!folder || !folder->contains("README.md"))
        return {};
    const auto readme = folder->readText("README.md", kMaxCardBytes);
    return readme ? readBaseCard(*readme) : BaseCard {};
}

} // namespace

BaseCard readBaseCard(std::string_view readme)
{
    const std::string fence = fmt::format("\n{}", kFence);
    if (!readme.starts_with(kFence))
        return {};
    const std::size_t end = readme.find(fence, 3);
    if (end == std::string_view::npos)
        return {};
    BaseCard card;
    try { // the library's only way to tell; a card that is wrong is as good as none
        const YAML::Node node = YAML::Load(std::string(readme.substr(3, end - 3)));
        if (!node.IsMap())
            return {};
        card = { text(node, "license"), text(node, "license_name"), text(node, "license_link"), {},
            text(node, "pipeline_tag") };
        const YAML::Node language = node["language"];
        if (language && language.IsScalar())
            card.languages.push_back(language.as<std::string>());
        else if (language && language.IsSequence())
            for (const YAML::Node& each : language)
                if (each.IsScalar())
                    card.languages.push_back(each.as<std::string>());
    } catch (const YAML::Exception&) {
        return {};
    }
    return card;
}

std::string hubNameOf(const fs::path& folder, const std::string& configText)
{
    std::error_code ignored;
    for (fs::path at = fs::absolute(folder, ignored); at.has_relative_path(); at = at.parent_path()) {
        const std::string name = at.filename().string();
        const std::size_t cut = name.find("--", 8);
        if (name.starts_with("models--") && cut != std::string::npos)
            return name.substr(8, cut - 8) + "/" + name.substr(cut + 2);
    }
    const Json config = Json::parse(configText, nullptr, false);
    if (!config.is_object() || !config.contains("_name_or_path") || !config["_name_or_path"].is_string())
        return {};
    const auto name = config["_name_or_path"].get<std::string>();
    return isHubName(name) ? name : std::string();
}

Result<std::string> modelCard(
    const Project& project, const Workspace& workspace, const RunRow& run, const CardExport& made)
{
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(run.model));
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, run.model));
    KERF_TRY(MetricComparison metrics, compareMetrics({ run }, 0, speeds, findOriginal(runs, run.model)));
    Card card { project, run, made, baseCardOf(project),
        made.base.empty() ? hubNameOf(project.modelFolder, project.model.checkpoint.configText()) : made.base,
        formatShares(*project.model.network, run.plan), std::move(metrics), {} };
    if (!run.provenance.datasetHash.empty()) {
        KERF_TRY(card.calibration, workspace.dataset(run.provenance.datasetHash));
    }
    return frontMatter(card) + page(card);
}

} // namespace kerf::core
