// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_json.h"

#include <fmt/format.h>

namespace kerf::core {

namespace fs = std::filesystem;

std::string pathJson(const fs::path& path)
{
    return fs::absolute(path).lexically_normal().string();
}

Json toJson(const DataChoice& choice)
{
    Json files = Json::array();
    for (const fs::path& file : choice.files)
        files.push_back(pathJson(file));
    return { { "files", std::move(files) }, { "window", choice.window }, { "samples", choice.samples },
        { "add_bos", choice.addBos }, { "field", choice.field }, { "all_experts", choice.allExperts },
        { "sample_seed", choice.sampleSeed ? Json(*choice.sampleSeed) : Json() } };
}

DataChoice dataChoiceFrom(const Json& json)
{
    DataChoice choice;
    for (const Json& file : json.at("files"))
        choice.files.emplace_back(file.get<std::string>());
    choice.window = json.at("window").get<std::int64_t>();
    choice.samples = json.at("samples").get<std::int64_t>();
    choice.addBos = json.at("add_bos").get<bool>();
    choice.field = json.at("field").get<std::string>();
    choice.allExperts = json.value("all_experts", false); // jobs of before there was a choice have none
    if (const auto seed = json.find("sample_seed"); seed != json.end() && !seed->is_null()) // not in older files
        choice.sampleSeed = seed->get<std::uint64_t>();
    return choice;
}

Json toJson(const ThroughputOptions& options)
{
    return { { "prompt", options.prompt }, { "generate", options.generate }, { "repeats", options.repeats } };
}

ThroughputOptions throughputOptionsFrom(const Json& json)
{
    return { json.at("prompt").get<std::int64_t>(), json.at("generate").get<std::int64_t>(),
        json.at("repeats").get<int>() };
}

Json toJson(const std::optional<RunMeasures>& measures)
{
    if (!measures)
        return nullptr;
    return { { "text", toJson(measures->text) }, { "bench", measures->bench ? toJson(*measures->bench) : Json() } };
}

std::optional<RunMeasures> runMeasuresFrom(const Json& json)
{
    if (json.is_null())
        return std::nullopt;
    RunMeasures measures { dataChoiceFrom(json.at("text")), std::nullopt };
    if (!json.at("bench").is_null())
        measures.bench = throughputOptionsFrom(json.at("bench"));
    return measures;
}

Json toJson(const std::vector<Plan>& plans)
{
    Json json = Json::array();
    for (const Plan& plan : plans)
        json.push_back(toJson(plan));
    return json;
}

Result<std::vector<Plan>> plansFrom(const Json& json, const Network& network)
{
    std::vector<Plan> plans;
    for (const Json& one : json) {
        KERF_TRY(Plan plan, planFromJson(one, network, "plan"));
        plans.push_back(std::move(plan));
    }
    return plans;
}

std::string counted(std::size_t count, const std::string& noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t sizeOf(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    return found != settings.end() && found->is_array() ? found->size() : 0;
}

std::string planNameOf(const Json& settings)
{
    const auto plan = settings.find("plan");
    if (plan == settings.end() || !plan->is_object())
        return {};
    const auto name = plan->find("name");
    return name != plan->end() && name->is_string() ? name->get<std::string>() : std::string();
}

RowId runOf(const Json& settings)
{
    const auto run = settings.find("run");
    return run != settings.end() && run->is_number_integer() ? run->get<RowId>() : 0;
}

} // namespace kerf::core
