// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every kind of job. A new one is a file beside these and a row here.

#include "core/jobs/bench_job.h"
#include "core/jobs/cells_job.h"
#include "core/jobs/convert_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/import_job.h"
#include "core/jobs/importance_job.h"
#include "core/jobs/job.h"
#include "core/jobs/labels_job.h"
#include "core/jobs/lens_job.h"
#include "core/jobs/methods_job.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/questions_job.h"
#include "core/jobs/refine_job.h"
#include "core/jobs/run_job.h"
#include "core/jobs/speed_job.h"
#include "core/jobs/sweep_job.h"

namespace kerf::core {
namespace {

template <JobSettings Settings> JobKind kindOf()
{
    const auto read = [](const Json& json, const Network& network) -> Result<Job> {
        KERF_TRY(Settings settings, Settings::fromJson(json, network));
        return Job(std::move(settings));
    };
    return { Settings::kKind, &Settings::title, read };
}

} // namespace

const std::vector<JobKind>& jobKinds()
{
    static const std::vector<JobKind> kinds { kindOf<ProfileJob>(), kindOf<RunJob>(), kindOf<SweepJob>(),
        kindOf<RefineJob>(), kindOf<CellsJob>(), kindOf<MethodsJob>(), kindOf<PredictionCheckJob>(),
        kindOf<EvaluateJob>(), kindOf<BenchJob>(), kindOf<ExportJob>(), kindOf<SittingJob>(), kindOf<ImportJob>(),
        kindOf<ConvertJob>(), kindOf<ImportanceJob>(), kindOf<QuestionsJob>(), kindOf<LabelsJob>(), kindOf<LensJob>() };
    return kinds;
}

} // namespace kerf::core
