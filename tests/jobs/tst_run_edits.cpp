// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/artifact_store.h"
#include "core/jobs/run_search.h"
#include "core/jobs/run_tokens.h"
#include "core/jobs/trash.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// What people say of runs, what runs are found by, and the trash.
class TestRunEdits : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::optional<Workspace> m_workspace;
    RowId m_model = 0;
    int m_files = 0;

    RowId addRun(const std::string& name, const std::vector<std::string>& keys)
    {
        Plan plan;
        plan.name = name;
        for (std::size_t i = 0; i < keys.size(); ++i)
            plan.layers.push_back({ "layer" + std::to_string(i), "int4-g128", "gptq" });
        const RowId run = m_workspace->beginRun(m_model, plan, {}).value();
        for (std::size_t i = 0; i < keys.size(); ++i) {
            RunLayerRow row;
            row.report.layer = plan.layers[i].layer;
            row.artifactKey = keys[i];
            (void)m_workspace->addRunLayer(run, row);
            const fs::path file = ArtifactStore(m_workspace->arraysFolder()).path(keys[i]);
            fs::create_directories(file.parent_path());
            std::ofstream(file) << "codes";
        }
        return run;
    }
    /// A run with results of single tokens on one text; equal formats make equal runs.
    RowId addEvaluated(const std::string& name, const std::string& format)
    {
        Plan plan;
        plan.name = name;
        plan.layers = { { "layer", format, "gptq" } };
        Provenance provenance;
        provenance.planHash = planHash(plan);
        const RowId run = m_workspace->beginRun(m_model, plan, provenance).value();
        (void)m_workspace->addMetric(run, { "kld_mean", 0.1, {}, "nats/token", "a text", "beef", {}, {} });
        const fs::path file = tokensOf(run);
        fs::create_directories(file.parent_path());
        std::ofstream(file) << "scores";
        return run;
    }
    fs::path tokensOf(RowId run) const
    {
        const RunRow row = m_workspace->run(std::to_string(run)).value();
        return tokenScoresFile(m_workspace->arraysFolder(), row, "beef");
    }
    bool has(const std::string& key) const { return ArtifactStore(m_workspace->arraysFolder()).has(key); }

private slots:
    void init()
    {
        const std::string name = "work" + std::to_string(++m_files) + ".kerf";
        m_workspace = Workspace::open(fs::path(m_folder.path().toStdString()) / name).value();
        m_model = m_workspace->addModel({ 0, "tiny", "/models/tiny", "aa11", "llama", 1234 }).value();
    }

    void notesAndTagsAreKept()
    {
        const RowId run = addRun("first", { "k1" });
        QVERIFY(m_workspace->setRunNote(run, "Candidate.\nSecond line: \"quoted\""));
        QVERIFY(m_workspace->setRunTags(run, { "release", "edge", "release" }));
        RunRow row = m_workspace->run("first").value();
        QCOMPARE(row.note, std::string("Candidate.\nSecond line: \"quoted\""));
        QCOMPARE(row.tags, (std::vector<std::string> { "edge", "release" }));
        QVERIFY(m_workspace->setRunTags(run, {}));
        QVERIFY(m_workspace->setRunNote(run, {}));
        row = m_workspace->run("first").value();
        QVERIFY(row.note.empty() && row.tags.empty());
        for (const std::string& tag : { std::string(), std::string("a,b"), std::string("a\nb"), std::string(61, 'a') })
            QCOMPARE(m_workspace->setRunTags(run, { "fine", tag }).error().code, ErrorCode::InvalidArgument);
        QVERIFY(m_workspace->run("first")->tags.empty());
        QVERIFY(!m_workspace->setRunTags(99, { "a" }) && !m_workspace->setRunNote(99, "a"));
    }
    /// Views that know a run already hear of them too.
    void viewsAreBroughtUpToDate()
    {
        const RowId run = addRun("first", { "k1" });
        const Workspace reader = Workspace::openReader(m_workspace->file()).value();
        std::vector<RunRow> known;
        QVERIFY(reader.updateRuns(m_model, known));
        QVERIFY(m_workspace->setRunTags(run, { "edge" }));
        QVERIFY(m_workspace->setRunNote(run, "why"));
        QVERIFY(reader.updateRuns(m_model, known));
        QCOMPARE(known[0].tags, std::vector<std::string> { "edge" });
        QCOMPARE(known[0].note, std::string("why"));
    }
    void runsAreFoundByAnything()
    {
        const RowId run = addRun("first", { "k1" });
        (void)m_workspace->setRunTags(run, { "Release" });
        (void)m_workspace->setRunNote(run, "for the phones");
        const RunRow row = m_workspace->run("first").value();
        for (const char* part : { "FIRS", "release", "phones", "int4", "gptq" })
            QVERIFY2(matchesSearch(row, part), part);
        QVERIFY(!matchesSearch(row, "awq") && !matchesSearch(row, "release for"));
    }
    void theTrashGivesBack()
    {
        const RowId run = addRun("first", { "k1" });
        addRun("second", { "k2" });
        QVERIFY(m_workspace->deleteRun(run));
        QVERIFY(!m_workspace->deleteRun(run)); // it is there already
        const std::vector<RunRow> deleted = m_workspace->deletedRuns(m_model).value();
        QCOMPARE(deleted.size(), std::size_t { 1 });
        QVERIFY(deleted[0].name == "first" && deleted[0].deleted.starts_with("20"));
        QVERIFY(m_workspace->deletedRuns(m_model + 1)->empty());
        QVERIFY(m_workspace->undeleteRun(run));
        QVERIFY(m_workspace->deletedRuns()->empty());
        QVERIFY(m_workspace->run("first")->deleted.empty());
    }
    void emptyingRemovesWhatNoOtherRunHas()
    {
        const RowId first = addRun("first", { "alone", "shared" });
        addRun("second", { "shared", "others" });
        QVERIFY(!emptyTrash(*m_workspace, {}, first)); // not in the trash
        QVERIFY(has("alone"));
        QVERIFY(m_workspace->deleteRun(first));
        const Emptied emptied = emptyTrash(*m_workspace, m_model).value();
        QCOMPARE(emptied.runs, 1);
        QCOMPARE(emptied.files, 1);
        QCOMPARE(emptied.bytes, std::int64_t { 5 });
        QVERIFY(!has("alone") && has("shared") && has("others"));
        QVERIFY(!m_workspace->undeleteRun(first) && m_workspace->runLayers(first)->empty());
        QCOMPARE(m_workspace->runs()->size(), std::size_t { 1 });
    }
    /// Two runs in the trash that share a layer: it goes with the second of them.
    void theLastOneTakesTheLayer()
    {
        const RowId first = addRun("first", { "shared" }), second = addRun("second", { "shared" });
        QVERIFY(m_workspace->deleteRun(first) && m_workspace->deleteRun(second));
        QCOMPARE(emptyTrash(*m_workspace, {}, first)->files, 0);
        QVERIFY(has("shared")); // the second may still come back
        QVERIFY(m_workspace->undeleteRun(second) && m_workspace->deleteRun(second));
        QCOMPARE(emptyTrash(*m_workspace)->files, 1);
        QVERIFY(!has("shared"));
        QCOMPARE(emptyTrash(*m_workspace)->runs, 0);
    }
    void tokensGoWithTheLastRunThatHasThem()
    {
        const RowId first = addEvaluated("first", "int4-g128"), same = addEvaluated("same", "int4-g128");
        const RowId other = addEvaluated("other", "int3-g64");
        const fs::path shared = tokensOf(first), others = tokensOf(other);
        QVERIFY(tokensOf(same) == shared && others != shared);
        std::ofstream(shared.parent_path() / "read me.txt") << "not ours";
        QVERIFY(m_workspace->deleteRun(first) && m_workspace->deleteRun(same));
        QCOMPARE(emptyTrash(*m_workspace, {}, first)->files, 0); // the other one may still come back
        QVERIFY(fs::exists(shared));
        const Emptied emptied = emptyTrash(*m_workspace).value();
        QCOMPARE(emptied.files, 1);
        QCOMPARE(emptied.bytes, std::int64_t { 6 });
        QVERIFY(!fs::exists(shared) && fs::exists(others) && fs::exists(shared.parent_path() / "read me.txt"));
        // What an interrupted removal left goes with the next.
        std::ofstream(shared) << "scores";
        QCOMPARE(emptyTrash(*m_workspace)->files, 1);
        QVERIFY(!fs::exists(shared) && fs::exists(others));
    }
    void theNameIsFreeAgain()
    {
        const RowId first = addRun("first", { "k1" });
        QVERIFY(m_workspace->deleteRun(first));
        QCOMPARE(m_workspace->run(std::to_string(addRun("first", { "k1" })))->name, std::string("first 2"));
        QVERIFY(emptyTrash(*m_workspace));
        QCOMPARE(m_workspace->run(std::to_string(addRun("first", { "k1" })))->name, std::string("first"));
    }
};

QTEST_GUILESS_MAIN(TestRunEdits)
#include "tst_run_edits.moc"
