// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "core/workspace/migrations.h"
#include "core/workspace/workspace.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// The runner of schema steps, with steps of its own: what it must keep true for every later version.
class TestMigrations : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const char* name) { return m_folder.filePath(name).toStdString(); }

    static constexpr Migration kOne { 1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (5);" };
    static constexpr Migration kTwo { 2, "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;" };
    static constexpr Migration kBroken { 3, "DELETE FROM a; CREATE TABLE a (z INTEGER);" };

    static int version(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

private slots:
    void everyReleasedStepRunsInOrder()
    {
        int previous = 0;
        for (const Migration& step : allMigrations())
            QCOMPARE(step.version, ++previous);
        SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        migrate(database, allMigrations(), {});
        QCOMPARE(version(database), previous);
        migrate(database, allMigrations(), {}); // nothing left to do
    }

    /// Before kernels were timed, a run's speed was one measurement: it keeps that meaning under another name.
    void measuredSpeedsKeepTheirMeaning()
    {
        SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        migrate(database, allMigrations().first(5), {});
        database.exec("PRAGMA foreign_keys = OFF");
        database.exec("INSERT INTO metric (run_id, name, value, unit, dataset, dataset_hash, settings) "
                      "VALUES (1, 'decode_tokens_per_second', 42, 'tokens/s', '', '', '{}')");
        migrate(database, allMigrations(), {});
        QCOMPARE(database.execAndGet("SELECT name FROM metric").getString(),
            std::string("measured_decode_tokens_per_second"));
    }

    /// Version 10 left out what was usual: now every value stands there, the usual ones of then.
    void settingsAreStoredWhole()
    {
        const fs::path file = path("old.kerf");
        fs::copy_file(fs::path(KERF_SOURCE_DIR) / "tests/data/workspace-v10.kerf", file);
        const Workspace workspace = Workspace::open(file).value();
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        SQLite::Statement rows(database,
            "SELECT settings FROM plan UNION ALL SELECT settings FROM profile UNION ALL SELECT settings FROM "
            "profile_method_cell UNION ALL SELECT json_extract(settings, '$.plan.settings') FROM job WHERE kind = "
            "'run' "
            "UNION ALL SELECT json_extract(settings, '$.settings') FROM job WHERE kind = 'profile' UNION ALL "
            "SELECT json_extract(settings, '$.plans[0].settings') FROM job WHERE kind = 'sweep'");
        int count = 0;
        for (; rows.executeStep(); ++count)
            QCOMPARE(parseJson(rows.getColumn(0).getString(), "settings").value().size(), std::size_t { 9 });
        QVERIFY(count > 100);
        const Json usual { { "activation_order", "static" }, { "bias_correction", false }, { "block_size", 128 },
            { "damping", 0.01 }, { "drift_share", "held-out" }, { "hcd_damping", 0.05 }, { "refits", 3 },
            { "scale_search", true }, { "sweeps", 2 } };
        const std::vector<RunRow> runs = workspace.runs().value();
        QCOMPARE(runs.size(), std::size_t { 3 });
        Json chosen = usual, swept = usual;
        chosen["sweeps"] = 1;
        chosen["damping"] = chosen["hcd_damping"] = 0.02;
        swept["refits"] = 1;
        for (const RunRow& run : runs)
            QVERIFY(toJson(run.plan.settings) == (run.name == "usual" ? usual : run.name == "chosen" ? chosen : swept));
    }

    /// Runs are found again, and go on, by the hash of their plan.
    void plansKeepTheirHashes()
    {
        const fs::path file = path("old-hashes.kerf");
        fs::copy_file(fs::path(KERF_SOURCE_DIR) / "tests/data/workspace-v10.kerf", file);
        const Workspace workspace = Workspace::open(file).value();
        const std::vector<RunRow> runs = workspace.runs().value();
        QVERIFY(!runs.empty());
        for (const RunRow& run : runs)
            QCOMPARE(planHash(run.plan), run.provenance.planHash);
    }

    /// A run that was deleted before there was a trash with dates is found in it.
    void deletedRunsAreInTheTrash()
    {
        const fs::path file = path("old-trash.kerf");
        fs::copy_file(fs::path(KERF_SOURCE_DIR) / "tests/data/workspace-v10.kerf", file);
        {
            SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
            QCOMPARE(database.exec("UPDATE run SET deleted = 1 WHERE name = 'chosen'"), 1);
        }
        Workspace workspace = Workspace::open(file).value();
        const std::vector<RunRow> deleted = workspace.deletedRuns().value();
        QCOMPARE(deleted.size(), std::size_t { 1 });
        QCOMPARE(deleted[0].name, std::string("chosen"));
        QVERIFY(deleted[0].deleted.starts_with("20") && !deleted[0].plan.layers.empty());
        const std::vector<RunRow> kept = workspace.runs().value();
        QCOMPARE(kept.size(), std::size_t { 2 });
        for (const RunRow& run : kept)
            QVERIFY(run.note.empty() && run.tags.empty() && run.deleted.empty());
        QVERIFY(workspace.undeleteRun(deleted[0].id));
        QVERIFY(workspace.setRunTags(deleted[0].id, { "old" }));
        QCOMPARE(workspace.run("chosen").value().tags, std::vector<std::string> { "old" });
    }

    /// What was measured before documents and answers were kept has none, and new ones stand beside it.
    void oldMetricsHaveNoClustersAndNoAnswers()
    {
        const fs::path file = path("old-metrics.kerf");
        fs::copy_file(fs::path(KERF_SOURCE_DIR) / "tests/data/workspace-v10.kerf", file);
        {
            SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
            QVERIFY(
                database.exec("INSERT INTO metric (run_id, name, value, unit, dataset, dataset_hash, settings, draws) "
                              "SELECT id, 'kld_mean', 0.1, 'nats/token', 'text', 'h', '{}', zeroblob(16) FROM run")
                > 0);
        }
        Workspace workspace = Workspace::open(file).value();
        const std::vector<RunRow> runs = workspace.runs().value();
        int withDraws = 0;
        for (const RunRow& run : runs)
            for (const Metric& metric : run.metrics) {
                withDraws += !metric.draws.empty();
                QVERIFY(metric.clusters.empty());
                QVERIFY(workspace.answers(run.id, metric.name, metric.datasetHash).value().empty());
            }
        QVERIFY(withDraws > 0);
        Metric metric = *runs.front().metric("kld_mean");
        QCOMPARE(metric.draws.size(), std::size_t(2));
        metric.clusters.assign(metric.draws.size(), 3);
        QVERIFY(workspace.addMetric(runs.front().id, metric, std::vector<std::string>(metric.draws.size(), "a")));
        QVERIFY(workspace.addItems(metric.datasetHash, { { "text", "expected" } }));
        const RunRow read = workspace.run(std::to_string(runs.front().id)).value();
        const Metric* found = nullptr;
        for (const Metric& each : read.metrics)
            if (each.name == metric.name && each.datasetHash == metric.datasetHash)
                found = &each;
        QVERIFY(found && found->clusters == metric.clusters && found->draws == metric.draws);
        QCOMPARE(workspace.items(metric.datasetHash).value().size(), std::size_t(1));
    }

    void aCopyIsMadeBeforeAStep()
    {
        SQLite::Database database(path("m.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        migrate(database, std::array { kOne }, path("backup.db"));
        QVERIFY(!fs::exists(path("backup.db"))); // a new file has nothing to lose
        migrate(database, std::array { kOne, kTwo }, path("backup.db"));
        QCOMPARE(version(database), 2);
        QCOMPARE(database.execAndGet("SELECT y FROM a").getInt(), 6);
        SQLite::Database backup(path("backup.db"), SQLite::OPEN_READONLY);
        QCOMPARE(version(backup), 1);
        QCOMPARE(backup.execAndGet("SELECT x FROM a").getInt(), 5);
    }

    void aStepThatFailsLeavesTheStepBefore()
    {
        SQLite::Database database(path("n.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        QVERIFY_EXCEPTION_THROWN(migrate(database, std::array { kOne, kTwo, kBroken }, {}), SQLite::Exception);
        QCOMPARE(version(database), 2);
        QCOMPARE(database.execAndGet("SELECT count(*) FROM a").getInt(), 1);
    }
};

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
