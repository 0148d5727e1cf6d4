// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/jobs/project.h"
#include "core/plan/plan.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What a job is carried out with, on the thread that opened the workspace.
struct JobScene {
    const Project& project;
    Workspace& workspace;
    RowId model = 0; ///< its row
    const JobContext& context;
};

/// What a finished job tells whoever does not know its kind: the log of the window, `kerf-cli jobs --resume`.
struct JobReport {
    std::string text {}; ///< lines; empty where the numbers are to be seen elsewhere
    Json json = Json::object(); ///< the same for scripts
    bool failed = false; ///< some of the work failed; the rest is done
};

/// The name of a run for titles; its number, where it is not known.
using RunNames = std::vector<RunRow>;
std::string nameOf(RowId run, const RunNames& runs);

/// What may be at work in the same process while a job is.
enum class JobCompany {
    Writer, ///< fills what runs are made of: one at a time
    Reader, ///< reads what is finished, and at most adds measurements to it: may run beside a writer
    Timer, ///< measures times: alone, or they are those of a machine that is busy
};

/// One kind of long work: an aggregate of its settings with these members. All that Kerf needs of a new kind is such a
/// struct in a file of its own and a row in all_jobs.cpp; window, command line, list and resumption follow.
///
/// - `Product`: what it makes; std::monostate where that lies in the workspace.
/// - `kKind`: its name in the workspace. Never changed: old workspaces hold it.
/// - `kRoundsWeights`: of a model that is quantized already, a person is asked first.
/// - `toJson()`: the settings, all of them, paths absolute. With the kind they are what a job is resumed by: one of the
///   same key that was stopped, failed or killed goes on under its row.
/// - `fromJson(json, network)`: the way back. May throw Json::exception; readJob() tells.
/// - `title(json, runs)`: "Sweep of 5 plans", for lists. The settings may be another version's: nothing in them is
/// sure.
/// - `perform(scene)`: the work. Reports progress, stops within a second, can be started again to go on.
/// - `report(product)`.
/// - `runPlans()`, optional: plans that it carries out as runs.
/// - `kCompany`, optional: JobCompany; without it the job is a writer.
template <class Settings>
concept JobSettings = requires(const Settings& settings, const Json& json, const Network& network, const RunNames& runs,
    const JobScene& scene, const typename Settings::Product& product)
{
    {
        Settings::kKind
        } -> std::convertible_to<std::string_view>;
    {
        Settings::kRoundsWeights
        } -> std::convertible_to<bool>;
    {
        settings.toJson()
        } -> std::same_as<Json>;
    {
        Settings::fromJson(json, network)
        } -> std::same_as<Result<Settings>>;
    {
        Settings::title(json, runs)
        } -> std::same_as<std::string>;
    {
        settings.perform(scene)
        } -> std::same_as<Result<typename Settings::Product>>;
    {
        settings.report(product)
        } -> std::same_as<JobReport>;
};

/// What a job made: by its kind, and told for all.
struct JobResult {
    std::any product; ///< Settings::Product of its kind
    JobReport report;

    template <class Product> const Product* get() const { return std::any_cast<Product>(&product); }
};

/// A job of whatever kind. Immutable, cheap to copy.
class Job {
public:
    template <JobSettings Settings>
    Job(Settings settings) // NOLINT(google-explicit-constructor): settings are a job
        : m_self(std::make_shared<const Of<Settings>>(std::move(settings)))
    {
    }

    const char* kind() const { return m_self->kind(); }
    Json settings() const { return m_self->settings(); }
    std::string title(const RunNames& runs) const { return m_self->title(runs); }
    bool roundsWeights() const { return m_self->roundsWeights(); }
    JobCompany company() const { return m_self->company(); }
    /// That it carries out as runs; none for most kinds.
    std::vector<Plan> runPlans() const { return m_self->runPlans(); }
    /// Its settings when it is of this kind; else null.
    template <JobSettings Settings> const Settings* as() const
    {
        const auto* self = dynamic_cast<const Of<Settings>*>(m_self.get());
        return self ? &self->m_settings : nullptr;
    }
    /// Without a row in the workspace: see runJob().
    Result<JobResult> perform(const JobScene& scene) const { return m_self->perform(scene); }

private:
    struct Any {
        virtual ~Any() = default;
        virtual const char* kind() const = 0;
        virtual Json settings() const = 0;
        virtual std::string title(const RunNames& runs) const = 0;
        virtual bool roundsWeights() const = 0;
        virtual JobCompany company() const = 0;
        virtual std::vector<Plan> runPlans() const = 0;
        virtual Result<JobResult> perform(const JobScene& scene) const = 0;
    };

    template <JobSettings Settings> struct Of final : Any {
        explicit Of(Settings settings)
            : m_settings(std::move(settings))
        {
        }
        const char* kind() const override { return Settings::kKind; }
        Json settings() const override { return m_settings.toJson(); }
        std::string title(const RunNames& runs) const override { return Settings::title(m_settings.toJson(), runs); }
        bool roundsWeights() const override { return Settings::kRoundsWeights; }
        JobCompany company() const override
        {
            if constexpr (requires { Settings::kCompany; })
                return Settings::kCompany;
            else
                return JobCompany::Writer;
        }
        std::vector<Plan> runPlans() const override
        {
            if constexpr (requires { m_settings.runPlans(); })
                return m_settings.runPlans();
            else
                return {};
        }
        Result<JobResult> perform(const JobScene& scene) const override
        {
            KERF_TRY(typename Settings::Product made, m_settings.perform(scene));
            JobReport report = m_settings.report(made);
            return JobResult { std::move(made), std::move(report) };
        }
        Settings m_settings;
    };

    std::shared_ptr<const Any> m_self;
};

/// Carries a job out with a row of its own in the workspace: settings, state, log.
/// Errors: those of the job; Locked (workspace is read-only).
Result<JobResult> runJob(const Project& project, Workspace& workspace, const Job& job, const JobContext& context);
/// The same, for whoever knows the kind.
template <JobSettings Settings>
Result<typename Settings::Product> runJob(
    const Project& project, Workspace& workspace, const Settings& settings, const JobContext& context)
{
    KERF_TRY(JobResult made, runJob(project, workspace, Job(settings), context));
    return std::any_cast<typename Settings::Product>(std::move(made.product));
}

/// A kind of job, for those that stand in a workspace.
struct JobKind {
    const char* name = "";
    std::string (*title)(const Json& settings, const RunNames& runs) = nullptr;
    Result<Job> (*read)(const Json& settings, const Network& network) = nullptr; ///< may throw Json::exception
};
/// All of them (all_jobs.cpp).
const std::vector<JobKind>& jobKinds();

/// Errors: BadFile, starting with `what`: unknown kind, something missing or of another type, a plan of another model.
Result<Job> readJob(const std::string& kind, const Json& settings, const Network& network, const std::string& what);
/// A job that the workspace holds. Errors: InvalidArgument (no such job, or of another model), as readJob.
Result<Job> storedJob(const Project& project, const Workspace& workspace, RowId job);
/// "Sweep of 5 plans", "Evaluate awq int4-g128": what a job in the workspace is called; its kind, when that is unknown.
std::string jobTitle(const JobRow& job, const RunNames& runs);

} // namespace kerf::core
