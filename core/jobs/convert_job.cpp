// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/convert_job.h"

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"

namespace kerf::core {

Json ConvertJob::toJson() const
{
    return { { "target", target }, { "out", pathJson(out) }, { "round_scales", roundScales } };
}

Result<ConvertJob> ConvertJob::fromJson(const Json& json, const Network&)
{
    return ConvertJob { json.at("target").get<std::string>(), json.at("out").get<std::string>(),
        json.at("round_scales").get<bool>() };
}

std::string ConvertJob::title(const Json& settings, const RunNames&)
{
    return "Convert to " + (settings.is_object() ? settings.value("target", std::string()) : std::string());
}

Result<Conversion> ConvertJob::perform(const JobScene& scene) const
{
    return atJobEdge([&]() -> Result<Conversion> {
        KERF_TRY(const Exporter* exporter, findExporter(target));
        return convertModel(scene.project.model, *exporter, { roundScales }, out, scene.context);
    });
}

JobReport ConvertJob::report(const Conversion& made) const
{
    return { fmt::format("{} written to {} as {}; {}.", made.from, made.report.folder.string(), target, keptText(made)),
        { { "target", target }, { "folder", made.report.folder.string() }, { "errors", made.errors } } };
}

} // namespace kerf::core
