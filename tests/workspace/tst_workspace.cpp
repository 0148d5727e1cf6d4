// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/random.h"
#include "core/workspace/migrations.h"
#include "core/workspace/workspace.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

const char* text(const Error& error)
{
    static std::string kept;
    kept = error.message;
    return kept.c_str();
}

ModelRow someModel()
{
    return { 0, "tiny", "/models/tiny", "aa11", "llama", 1234 };
}

Plan somePlan(const std::string& name, const std::string& format)
{
    Plan plan;
    plan.name = name;
    plan.mode = QuantizeMode::Sequential;
    plan.settings.set("damping", 0.02);
    plan.layers = { { "model.layers.0.q", format, "gptq" }, { "model.layers.0.k", "bf16", "rtn" } };
    return plan;
}

Provenance someProvenance(const Plan& plan)
{
    Provenance provenance;
    provenance.modelHash = "aa11";
    provenance.datasetHash = "dd22";
    provenance.planHash = planHash(plan);
    provenance.seed = 7;
    provenance.engineVersion = "1";
    provenance.gitRevision = "abc";
    provenance.device = "cpu";
    provenance.cpuFeatures = "avx2";
    provenance.threads = 2;
    return provenance;
}

RunLayerRow someLayer()
{
    RunLayerRow row;
    row.report = { "model.layers.0.q", "int4-g128", "gptq", 4.25, 0.1, 0.2, 1e-5, 0.01, 0.4, 0.5,
        { { "damping_raised", "damping 0.02 instead of 0.01" } } };
    row.artifactKey = "k1";
    row.tensorHash = "t1";
    return row;
}

Profile someProfile()
{
    Profile profile;
    profile.name = "first";
    profile.modelHash = "aa11";
    profile.datasetHash = "dd22";
    profile.method = "gptq";
    profile.formats = { "int4-g128", "int8-channel" };
    profile.probeWindows = 24;
    LayerProfile layer;
    layer.layer = "model.layers.0.q";
    layer.relativeError = { { "int4-g128", 0.1 / 3.0 }, { "int8-channel", 1e-5 } };
    layer.hessianTrace = 12.5;
    layer.slope = 1.0 / 7.0;
    layer.slopeStderr = 0.001;
    layer.swapIn["int3-g64"] = { 0.25, 0.01 };
    profile.layers = { layer };
    profile.settings.set("damping", 0.02);
    MethodProfile plain { "rtn", {}, {} };
    plain.settings.set("scale_search", false);
    plain.layers[layer.layer]
        = { { { "int4-g128", 0.05 }, { "int8-channel", 2e-5 } }, { { "int4-g128", { 0.3, 0.02 } } } };
    MethodProfile searched { "rtn", {}, { { layer.layer, { { { "int4-g128", 0.04 } }, {} } } } };
    profile.methods = { searched, plain };
    return profile;
}

void poke(const fs::path& file, std::streamoff offset, std::initializer_list<int> bytes)
{
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(offset);
    for (const int byte : bytes)
        stream.put(static_cast<char>(byte));
}

} // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_number = 0;

    fs::path freshFile()
    {
        return fs::path(m_folder.path().toStdString()) / ("w" + std::to_string(++m_number) + ".kerf");
    }

    /// A workspace with one of everything, closed again.
    fs::path filledFile()
    {
        const fs::path file = freshFile();
        auto workspace = Workspace::open(file).value();
        const RowId model = workspace.addModel(someModel()).value();
        const Plan plan = somePlan("p", "int4-g128");
        workspace.saveProfile(model, someProfile()).value();
        const RowId run = workspace.beginRun(model, plan, someProvenance(plan)).value();
        if (!workspace.addRunLayer(run, someLayer()))
            qFatal("the layer could not be added");
        return file;
    }

    /// 0: opens for reading, says why, shows its run, and refuses to write.
    static int readOnlyVerdict(const fs::path& file)
    {
        auto workspace = Workspace::open(file);
        if (!workspace) {
            qWarning("%s", text(workspace.error()));
            return 1;
        }
        if (!workspace->isReadOnly() || workspace->readOnlyReason().find("cannot be written") == std::string::npos)
            return 2;
        const auto runs = workspace->runs();
        if (!runs || runs->size() != 1 || !Workspace::openReader(file))
            return 3;
        const auto refused = workspace->addEvent(1, "info", "no");
        return !refused && refused.error().code == ErrorCode::Locked ? 0 : 4;
    }

private slots:
    void createsAndSetsTheFileUp()
    {
        const fs::path file = freshFile();
        {
            auto workspace = Workspace::open(file);
            QVERIFY2(workspace.has_value(), workspace ? "" : text(workspace.error()));
            QVERIFY(!workspace->isReadOnly());
            QCOMPARE(workspace->arraysFolder().string(), file.string() + ".d");
            SQLite::Database other(file.string(), SQLite::OPEN_READONLY);
            QCOMPARE(other.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
            QCOMPARE(other.execAndGet("PRAGMA application_id").getInt(), 0x4b455246);
            QCOMPARE(other.execAndGet("PRAGMA user_version").getInt(), allMigrations().back().version);
        }
        // Closed by the last connection: the log is taken in and gone.
        QVERIFY(!fs::exists(file.string() + "-wal") || fs::file_size(file.string() + "-wal") == 0);
        for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
            QVERIFY2(entry.path().extension() != ".tmp", entry.path().c_str());
    }

    void modelsAreFoundByHash()
    {
        auto workspace = Workspace::open(freshFile());
        QVERIFY(workspace);
        const RowId first = *workspace->addModel(someModel());
        ModelRow moved = someModel();
        moved.path = "/elsewhere/tiny";
        QCOMPARE(*workspace->addModel(moved), first);
        const auto models = *workspace->models();
        QCOMPARE(models.size(), std::size_t(1));
        QCOMPARE(models[0].path, std::string("/elsewhere/tiny"));
        QCOMPARE(models[0].parameters, std::int64_t(1234));
    }

    void profileComesBackBitForBit()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        QVERIFY(!workspace->latestProfile(model)->has_value());
        Profile older = someProfile();
        older.name = "older";
        QVERIFY(workspace->saveProfile(model, older));
        QVERIFY(workspace->saveProfile(model, someProfile()));
        const auto profile = *workspace->latestProfile(model);
        QVERIFY(profile.has_value());
        QCOMPARE(profile->name, std::string("first"));
        QCOMPARE(profile->modelHash, std::string("aa11"));
        QCOMPARE(profile->formats, someProfile().formats);
        QCOMPARE(profile->probeWindows, std::int64_t(24));
        const LayerProfile& layer = profile->layers.at(0);
        const LayerProfile expected = someProfile().layers.at(0);
        QVERIFY(layer.relativeError == expected.relativeError); // doubles are stored whole
        QVERIFY(layer.slope == expected.slope);
        QVERIFY(layer.hessianTrace == expected.hessianTrace);
        QCOMPARE(layer.swapIn.size(), std::size_t(1));
        QVERIFY(layer.swapIn.at("int3-g64").kld == 0.25);
        QVERIFY(profile->settings == someProfile().settings);
        QCOMPARE(profile->methods.size(), std::size_t(2));
        for (const MethodProfile& wanted : someProfile().methods) {
            const auto found = std::ranges::find_if(profile->methods, [&](const MethodProfile& one) {
                return one.settings == wanted.settings && one.method == wanted.method;
            });
            QVERIFY(found != profile->methods.end());
            const MethodProfile::Cells& cells = found->layers.at(layer.layer);
            QVERIFY(cells.relativeError == wanted.layers.at(layer.layer).relativeError);
            QCOMPARE(cells.swapIn.size(), wanted.layers.at(layer.layer).swapIn.size());
            for (const auto& [format, measured] : wanted.layers.at(layer.layer).swapIn)
                QVERIFY(
                    cells.swapIn.at(format).kld == measured.kld && cells.swapIn.at(format).stderr_ == measured.stderr_);
        }
    }

    void savedPlanIsReplacedButRunsKeepTheirs()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        const Plan before = somePlan("mine", "int4-g128");
        QVERIFY(workspace->savePlan(model, before));
        const RowId run = *workspace->beginRun(model, before, someProvenance(before));
        const Plan after = somePlan("mine", "int3-g64");
        QVERIFY(workspace->savePlan(model, after));
        const auto plans = *workspace->plans(model);
        QCOMPARE(plans.size(), std::size_t(1));
        QVERIFY(plans[0].layers == after.layers);
        QVERIFY(plans[0].mode == QuantizeMode::Sequential);
        QCOMPARE(plans[0].settings.number("damping"), 0.02);
        QVERIFY(workspace->run(std::to_string(run))->plan.layers == before.layers);
    }

    void runGoesFromBeginToDone()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        const Plan plan = somePlan("p", "int4-g128");
        Provenance provenance = someProvenance(plan);
        const RowId run = *workspace->beginRun(model, plan, provenance);
        QCOMPARE(*workspace->findResumable(model, "p", provenance), std::optional<RowId>(run));
        Provenance otherSeed = provenance;
        otherSeed.seed = 8;
        QVERIFY(!workspace->findResumable(model, "p", otherSeed)->has_value());
        QVERIFY(workspace->addRunLayer(run, someLayer()));
        QVERIFY(workspace->addRunLayer(run, someLayer())); // the same layer again: replaced
        Metric metric { "kld_mean", 0.01, 0.001, "nats/token", "text", "h", Json { { "window", 256 } } };
        QVERIFY(workspace->addMetric(run, metric));
        metric.value = 0.02;
        metric.draws = { 0.01, 0.03 };
        QVERIFY(workspace->addMetric(run, metric));
        QVERIFY(workspace->addMetric(run, { "size_bytes", 99, {}, "bytes", "", "", {} }));
        QVERIFY(workspace->addEvent(run, "warning", "one thing"));
        provenance.seconds = 2.5;
        QVERIFY(workspace->setRunState(run, RunState::Done, "", provenance));
        const RunRow row = *workspace->run("p");
        QVERIFY(row.state == RunState::Done);
        QCOMPARE(row.layersDone, 1);
        QCOMPARE(row.layersTotal, 2);
        QCOMPARE(row.metrics.size(), std::size_t(2));
        QCOMPARE(row.metric("kld_mean")->value, 0.02);
        QCOMPARE(row.metric("kld_mean")->draws, (std::vector<double> { 0.01, 0.03 }));
        QVERIFY(row.metric("size_bytes")->draws.empty());
        QCOMPARE(row.metric("kld_mean")->settings.at("window").get<int>(), 256);
        QVERIFY(!row.metric("size_bytes")->standardError.has_value());
        QVERIFY(row.metric("nothing") == nullptr);
        QCOMPARE(row.provenance.seconds, 2.5);
        const auto layers = *workspace->runLayers(run);
        QCOMPARE(layers.at(0).report.fallbacks.at(0).detail, std::string("damping 0.02 instead of 0.01"));
        QCOMPARE(layers.at(0).tensorHash, std::string("t1"));
        QCOMPARE(workspace->events(run)->at(0).text, std::string("one thing"));
        QCOMPARE(*workspace->findResumable(model, "p", provenance), std::optional<RowId>(run));
        QVERIFY(!workspace->findResumable(model, "other name", provenance)->has_value());
    }

    /// What each item was, which belong together, what was answered: with the metric, replaced and purged with it.
    void answersAreKeptWithTheirItems()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        const Plan plan = somePlan("p", "int4-g128");
        const RowId run = *workspace->beginRun(model, plan, someProvenance(plan));
        Metric metric { "acc", 0.5, 0.1, "", "q.jsonl", "h", {} };
        metric.draws = { 1, 0 };
        metric.clusters = { 7, -1 };
        QVERIFY(workspace->addMetric(run, metric, { "yes", "caf\xc3\xa9 \"no\"" }));
        QVERIFY(workspace->addMetric(run, { "perplexity", 9, {}, "", "t", "h2", {} }));
        QCOMPARE(workspace->run("p")->metric("acc")->clusters, metric.clusters);
        QVERIFY(workspace->run("p")->metric("perplexity")->clusters.empty());
        QCOMPARE(*workspace->answers(run, "acc", "h"), (std::vector<std::string> { "yes", "caf\xc3\xa9 \"no\"" }));
        QVERIFY(workspace->answers(run, "perplexity", "h2")->empty());
        QVERIFY(workspace->answers(run, "acc", "other")->empty());
        QVERIFY(workspace->addMetric(run, metric)); // again, without answers
        QVERIFY(workspace->answers(run, "acc", "h")->empty());
        const std::vector<ItemRow> items { { "Is it?", "yes" }, { "And\nthis?", "" } };
        QVERIFY(workspace->addItems("h", items));
        QVERIFY(workspace->addItems("h", items));
        QVERIFY(workspace->addItems("of no metric", { { "a", "b" } }));
        QCOMPARE(*workspace->items("h"), items);
        QVERIFY(workspace->items("other")->empty());
        QVERIFY(workspace->deleteRun(run));
        QCOMPARE(*workspace->items("h"), items); // the run may come back
        QVERIFY(workspace->purgeRun(run));
        QVERIFY(workspace->items("h")->empty());
    }
    void sittingsAreKeptWithMachineAndDate()
    {
        const fs::path file = freshFile();
        auto workspace = Workspace::open(file);
        const RowId model = *workspace->addModel(someModel());
        LayerInfo layer;
        layer.name = "l";
        layer.shape = { 3, 5 };
        QVERIFY(workspace->addLayers(model, { layer }));
        QCOMPARE(workspace->layerShapes(model)->at("l").cols, 5);
        Sitting sitting { "a machine", 1'700'000'000, 24, {} };
        sitting.kernels["stored 3 x 5"] = { 1e-6, 1e-8, 30, {} };
        sitting.kernels["int4-g128 3 x 5"] = { 5e-7, 2e-8, 9, 1234.0 };
        QVERIFY(workspace->addSitting(model, sitting));
        sitting.time -= 3600;
        sitting.machine = "another";
        QVERIFY(workspace->addSitting(model, sitting));
        const auto found = *workspace->sittings(model);
        QCOMPARE(found.size(), std::size_t(2));
        QCOMPARE(found[0].machine, std::string("another")); // oldest first
        QCOMPARE(found[1].time, 1'700'000'000);
        QCOMPARE(found[1].rounds, 24);
        QCOMPARE(found[1].kernels.at("int4-g128 3 x 5").seconds, 5e-7);
        QCOMPARE(found[1].kernels.at("int4-g128 3 x 5").standardError, 2e-8);
        QCOMPARE(found[1].kernels.at("int4-g128 3 x 5").bytes, 9);
        QCOMPARE(*found[1].kernels.at("int4-g128 3 x 5").instructions, 1234.0);
        QVERIFY(!found[1].kernels.at("stored 3 x 5").instructions);
        QVERIFY(workspace->sittings(model + 1)->empty());
        SQLite::Database shell(file.string(), SQLite::OPEN_READONLY);
        QCOMPARE(shell.execAndGet("SELECT created FROM sitting WHERE machine = 'a machine'").getString(),
            std::string("2023-11-14T22:13:20Z"));
    }

    void namesAreUniqueAndRunsCanBeDeletedAndTakenBack()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        const Plan plan = somePlan("p", "int4-g128");
        const RowId first = *workspace->beginRun(model, plan, someProvenance(plan));
        const RowId second = *workspace->beginRun(model, plan, someProvenance(plan));
        QCOMPARE(workspace->run("p 2")->id, second);
        QVERIFY(!workspace->renameRun(second, "p"));
        QVERIFY(workspace->renameRun(second, "better"));
        QVERIFY(workspace->deleteRun(first));
        QCOMPARE(workspace->runs()->size(), std::size_t(1));
        const auto missing = workspace->run("p");
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(missing.error().message.find("better") != std::string::npos, text(missing.error()));
        QVERIFY(workspace->undeleteRun(first));
        QCOMPARE(workspace->runs(model)->size(), std::size_t(2));
        QVERIFY(!workspace->deleteRun(12345));
    }

    void rowsThatAreKnownAreBroughtUpToDate()
    {
        const fs::path file = freshFile();
        auto writer = Workspace::open(file);
        const RowId model = *writer->addModel(someModel());
        const Plan plan = somePlan("p", "int4-g128");
        const RowId first = *writer->beginRun(model, plan, someProvenance(plan));
        auto reader = Workspace::openReader(file);
        std::vector<RunRow> rows;
        QVERIFY(reader->updateRuns(model, rows));
        QCOMPARE(rows.size(), std::size_t(1));
        const std::int64_t version = reader->dataVersion();
        QCOMPARE(reader->dataVersion(), version); // nothing was committed since
        rows.front().plan.name = "kept"; // a run's plan never changes: it is not read again
        QVERIFY(writer->addMetric(first, { "kld_mean", 0.5, {}, "nats/token", "", "", {} }));
        QVERIFY(writer->setRunState(first, RunState::Done, {}, {}));
        const RowId second = *writer->beginRun(model, plan, someProvenance(plan));
        QVERIFY(reader->dataVersion() != version);
        QVERIFY(reader->updateRuns(model, rows));
        QCOMPARE(rows.size(), std::size_t(2));
        QCOMPARE(rows[0].plan.name, std::string("kept"));
        QVERIFY(rows[0].state == RunState::Done && rows[0].metric("kld_mean"));
        QCOMPARE(rows[0].layersTotal, static_cast<int>(plan.layers.size()));
        QCOMPARE(rows[1].id, second);
        QCOMPARE(rows[1].plan.layers.size(), plan.layers.size());
        QVERIFY(writer->deleteRun(first));
        QVERIFY(reader->updateRuns(model, rows));
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].id, second);
    }

    void aTypedQueryAnswers()
    {
        const fs::path file = filledFile();
        auto workspace = Workspace::open(file);
        QVERIFY(workspace->addMetric(1, { "kld_mean", 0.5, {}, "nats/token", "", "", {} }));
        SQLite::Database shell(file.string(), SQLite::OPEN_READONLY);
        SQLite::Statement select(
            shell, "select run.name, value from metric join run on run.id = run_id where metric.name = 'kld_mean'");
        QVERIFY(select.executeStep());
        QCOMPARE(select.getColumn(0).getString(), std::string("p"));
        QCOMPARE(select.getColumn(1).getDouble(), 0.5);
    }

    void readerSeesCommitsAndCannotWrite()
    {
        const fs::path file = filledFile();
        auto writer = Workspace::open(file);
        auto reader = Workspace::openReader(file);
        QVERIFY(writer && reader);
        QVERIFY(writer->addEvent(1, "info", "seen"));
        QCOMPARE(reader->events(1)->size(), std::size_t(1));
        const auto refused = reader->addEvent(1, "info", "no");
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Locked);
    }

    void secondProcessIsReadOnlyAndSaysWhoWrites()
    {
        const fs::path file = filledFile();
        int ready[2];
        int finish[2];
        QVERIFY(::pipe(ready) == 0 && ::pipe(finish) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto workspace = Workspace::open(file);
            char byte = workspace && !workspace->isReadOnly() ? 'y' : 'n';
            if (::write(ready[1], &byte, 1) != 1 || ::read(finish[0], &byte, 1) < 0)
                ::_exit(1);
            ::_exit(0);
        }
        char byte = 0;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t(1));
        QCOMPARE(byte, 'y');
        {
            auto second = Workspace::open(file);
            QVERIFY2(second.has_value(), second ? "" : text(second.error()));
            QVERIFY(second->isReadOnly());
            QVERIFY2(second->readOnlyReason().find(std::to_string(child)) != std::string::npos,
                second->readOnlyReason().c_str());
            QCOMPARE(second->runs()->size(), std::size_t(1));
            QVERIFY(!second->addModel(someModel()));
        }
        // Killed without a chance to tidy up: the right to write is free again, and its run is found as stopped.
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (const int descriptor : { ready[0], ready[1], finish[0], finish[1] })
            ::close(descriptor);
        auto next = Workspace::open(file);
        QVERIFY(!next->isReadOnly());
        QVERIFY(next->run("1")->state == RunState::Stopped);
    }

    void aStoppedRunGoesOnUnderItsOwnNameOnly()
    {
        auto workspace = Workspace::open(freshFile());
        const RowId model = *workspace->addModel(someModel());
        const Plan plan = somePlan("a person's", "int4-g128");
        const RowId run = *workspace->beginRun(model, plan, someProvenance(plan));
        QVERIFY(workspace->setRunState(run, RunState::Stopped, "", someProvenance(plan)));
        QCOMPARE(*workspace->findResumable(model, "a person's", someProvenance(plan)), std::optional<RowId>(run));
        QVERIFY(!workspace->findResumable(model, "another", someProvenance(plan))->has_value());
        // A number that was added to make the run's name unique is no part of the plan's.
        const RowId second = *workspace->beginRun(model, plan, someProvenance(plan));
        QCOMPARE(workspace->run("a person's 2")->id, second);
        QCOMPARE(*workspace->findResumable(model, "a person's", someProvenance(plan)), std::optional<RowId>(second));
    }

    void draftIsReplacedAndListedNowhere()
    {
        const fs::path file = freshFile();
        auto workspace = Workspace::open(file);
        const RowId model = *workspace->addModel(someModel());
        QVERIFY(!workspace->draft(model)->has_value());
        QVERIFY(workspace->saveDraft(model, somePlan("one", "int4-g128")));
        QVERIFY(workspace->saveDraft(model, somePlan("two", "int3-g64")));
        QCOMPARE((*workspace->draft(model))->name, std::string("two"));
        Plan locked = somePlan("two", "int3-g64");
        locked.locked = { locked.layers.front().layer };
        QVERIFY(workspace->saveDraft(model, locked));
        QCOMPARE((*workspace->draft(model))->locked, locked.locked);
        QVERIFY(workspace->plans(model)->empty());
        SQLite::Database shell(file.string(), SQLite::OPEN_READONLY);
        QCOMPARE(shell.execAndGet("select count(*) from plan").getInt(), 1); // no trail of old drafts
        // Saving a plan of the draft's name leaves the draft.
        QVERIFY(workspace->savePlan(model, somePlan("two", "int8-channel")));
        QVERIFY((*workspace->draft(model))->layers == somePlan("two", "int3-g64").layers);
        // A run of the draft keeps its plan when the draft moves on.
        const Plan plan = somePlan("two", "int3-g64");
        const RowId run = *workspace->beginRun(model, plan, someProvenance(plan));
        QVERIFY(workspace->saveDraft(model, somePlan("three", "int4-g128")));
        QVERIFY(workspace->run(std::to_string(run))->plan.layers == plan.layers);
    }

    void jobsKeepWhatTheyWereStartedWith()
    {
        const fs::path file = freshFile();
        const Json settings { { "plans", { 1, 2 } } };
        {
            auto workspace = Workspace::open(file);
            const RowId model = *workspace->addModel(someModel());
            const RowId first = *workspace->beginJob(model, "sweep", settings);
            QVERIFY(workspace->addJobEvent(first, "info", "one plan is done"));
            QVERIFY(workspace->endJob(first, RunState::Done, "", 1.5));
            QVERIFY(*workspace->beginJob(model, "sweep", settings) != first); // that one is done
            QVERIFY(*workspace->beginJob(model, "profile", settings) != first);
            QVERIFY(!workspace->endJob(99, RunState::Done, "", 0));
        } // and the program ends
        auto workspace = Workspace::open(file);
        const auto jobs = *workspace->jobs();
        QCOMPARE(jobs.size(), std::size_t(3));
        QVERIFY(jobs[0].state == RunState::Done && jobs[0].settings == settings && jobs[0].seconds == 1.5);
        QVERIFY(jobs[1].state == RunState::Stopped);
        QVERIFY2(jobs[1].message.find("program ended") != std::string::npos, jobs[1].message.c_str());
        QCOMPARE(workspace->jobEvents(jobs[0].id)->at(0).text, std::string("one plan is done"));
        QCOMPARE(*workspace->beginJob(jobs[1].model, "sweep", settings), jobs[1].id); // goes on
        QVERIFY(workspace->job(jobs[1].id)->state == RunState::Running);
        QVERIFY(workspace->deleteJob(jobs[2].id));
        QVERIFY(!workspace->job(jobs[2].id));
    }

    void aPlaceThatCannotBeWrittenOpensReadOnly_data()
    {
        QTest::addColumn<int>("fileMode");
        QTest::addColumn<int>("folderMode");
        QTest::newRow("folder") << 0644 << 0555;
        QTest::newRow("file") << 0444 << 0755;
        QTest::newRow("both") << 0444 << 0555;
    }
    void aPlaceThatCannotBeWrittenOpensReadOnly()
    {
        QFETCH(int, fileMode);
        QFETCH(int, folderMode);
        const fs::path folder = fs::path(m_folder.path().toStdString()) / ("place" + std::to_string(++m_number));
        fs::create_directory(folder);
        const fs::path file = folder / "odd ?#%20 name.kerf";
        fs::rename(filledFile(), file);
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path() != file)
                fs::remove(entry.path());
        const auto mode = [](const fs::path& path, int bits) { fs::permissions(path, fs::perms(bits)); };
        mode(m_folder.path().toStdString(), 0755);
        mode(file, fileMode);
        mode(folder, folderMode);
        // Nothing is forbidden to root: the rest is done by nobody, in a process of its own.
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(::geteuid() == 0 && ::setuid(65534) != 0 ? 9 : readOnlyVerdict(file));
        int status = 0;
        ::waitpid(child, &status, 0);
        mode(folder, 0755);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
    }

    void foreignFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "empty";
        QTest::newRow("garbage") << QByteArray(5000, 'x') << "not a Kerf workspace";
        QTest::newRow("short") << QByteArray("SQLite format 3\0abc", 19) << "not a Kerf workspace";
        QTest::newRow("another program's")
            << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\0') << "another program";
    }
    void foreignFilesAreRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const fs::path file = freshFile();
        std::ofstream(file, std::ios::binary) << content.toStdString();
        for (const auto& workspace :
            { Workspace::open(file).map([](auto&&) {}), Workspace::openReader(file).map([](auto&&) {}) }) {
            QVERIFY(!workspace);
            QVERIFY(workspace.error().code == ErrorCode::BadFile);
            QVERIFY2(workspace.error().message.find(says.toStdString()) != std::string::npos, text(workspace.error()));
        }
        QVERIFY(!fs::exists(file.string() + ".lock")); // nothing was written
        QVERIFY(!Workspace::open(m_folder.path().toStdString()));
        QVERIFY(!Workspace::openReader(freshFile()));
    }

    void alteredSchemasAreRefused_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("says");
        QTest::newRow("newer") << "PRAGMA user_version = 99"
                               << "newer Kerf";
        QTest::newRow("version 0") << "PRAGMA user_version = 0"
                                   << "not a Kerf workspace";
        QTest::newRow("no table") << "DROP TABLE event"
                                  << "\"event\"";
        QTest::newRow("view in place of a table") << "DROP TABLE event; CREATE VIEW event AS SELECT 1 AS run_id"
                                                  << "\"event\"";
        QTest::newRow("trigger") << "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM run; END"
                                 << "triggers";
    }
    void alteredSchemasAreRefused()
    {
        QFETCH(QString, sql);
        QFETCH(QString, says);
        const fs::path file = filledFile();
        {
            SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
            database.exec(sql.toStdString());
        }
        const auto workspace = Workspace::open(file);
        QVERIFY(!workspace);
        QVERIFY(workspace.error().code == ErrorCode::BadFile);
        QVERIFY2(workspace.error().message.find(says.toStdString()) != std::string::npos, text(workspace.error()));
    }

    /// What is left when a program was killed and the workspace alone was deleted: SQLite would play it into a new
    /// file.
    void aLogWithoutItsWorkspaceIsRefused()
    {
        const fs::path file = filledFile();
        const fs::path gone = freshFile();
        auto open = Workspace::open(file);
        QVERIFY(open.has_value() && open->addEvent(1, "info", "seen"));
        fs::copy_file(file.string() + "-wal", gone.string() + "-wal");
        QVERIFY(fs::file_size(gone.string() + "-wal") > 0);
        const auto workspace = Workspace::open(gone);
        QVERIFY(!workspace);
        QVERIFY2(workspace.error().message.find("move that file away") != std::string::npos, text(workspace.error()));
        QVERIFY(!fs::exists(gone));
        fs::remove(gone.string() + "-wal");
        QVERIFY(Workspace::open(gone).has_value());
    }

    void damagedPagesGiveAnErrorNotACrash()
    {
        const fs::path whole = filledFile();
        const auto size = fs::file_size(whole);
        CounterRng random(20260101);
        int refused = 0;
        for (int trial = 0; trial < 150; ++trial) {
            const fs::path file = freshFile();
            fs::copy_file(whole, file);
            for (int i = 0; i < 8; ++i)
                poke(file, static_cast<std::streamoff>(100 + random.below(size - 100)),
                    { static_cast<int>(random.below(256)) });
            if (trial % 10 == 0)
                fs::resize_file(file, 100 + random.below(size - 100));
            const auto workspace = Workspace::open(file);
            if (!workspace) {
                QVERIFY2(workspace.error().code == ErrorCode::BadFile, text(workspace.error()));
                ++refused;
                continue;
            }
            // Damage that hides in unused or text bytes: reading must still end in a value or an error.
            (void)workspace->runs();
            (void)workspace->runLayers(1);
            (void)workspace->latestProfile(1);
            (void)workspace->plans(1);
        }
        QVERIFY2(refused >= 15, std::to_string(refused).c_str()); // at least the 15 cut ones
    }

    void readOnlyWorkspaceOfAMissingFolder()
    {
        const auto workspace = Workspace::open(fs::path(m_folder.path().toStdString()) / "no" / "such.kerf");
        QVERIFY(!workspace);
        QVERIFY(workspace.error().code == ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
