// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/sample_mean.h"
#include "core/plan/token_work.h"
#include "core/workspace/workspace.h"
#include "tests/support/drifting_machine.h"
#include "tests/support/kerf_cli.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

constexpr std::size_t kRight = 600; ///< of the original's answers, the first

void require(const Status& done)
{
    if (!done)
        qFatal("%s", done.error().message.c_str());
}

/// Answers to so many items, of which the original has the first right.
std::vector<double> answers(std::size_t items, std::size_t harmful, std::size_t beneficial)
{
    std::vector<double> draws(items, 0.0);
    std::fill_n(draws.begin(), kRight, 1.0);
    std::fill_n(draws.begin(), harmful, 0.0);
    std::fill_n(draws.begin() + kRight, beneficial, 1.0);
    return draws;
}

/// A workspace of one model with its original, whose runs answer more or fewer items wrong than that does.
class Work {
public:
    Work()
        : m_workspace(Workspace::open(file().toStdString()).value())
        , m_model(m_workspace.addModel({ 0, "tiny", "/models/tiny", "aa11", "bert", 1234 }).value())
    {
        add("original", "bf16");
        addAnswers("original", 1000, 0, 0);
        addAnswers("original", 2000, 0, 0);
    }

    void add(const std::string& name, const std::string& format)
    {
        Plan plan;
        plan.name = name;
        plan.layers = { { "a", format, "rtn" } };
        const RowId run = m_workspace.beginRun(m_model, plan, {}).value();
        require(m_workspace.setRunState(run, RunState::Done, {}, {}));
    }
    void addAnswers(const std::string& name, std::size_t items, std::size_t harmful, std::size_t beneficial)
    {
        Metric metric;
        metric.name = "accuracy";
        metric.draws = answers(items, harmful, beneficial);
        metric.value = sampleMean(metric.draws).value;
        metric.dataset = std::to_string(items) + " items";
        metric.datasetHash = std::to_string(items);
        require(m_workspace.addMetric(m_workspace.run(name)->id, metric));
    }
    /// The layer in 16 bit and in int4, timed again and again on a machine that drifts.
    void addSittings(int count)
    {
        LayerInfo layer;
        layer.name = "a";
        layer.shape = { 64, 128 };
        require(m_workspace.addLayers(m_model, { layer }));
        const auto kernel
            = [&](const char* format) { return productName(parseLayerFormat(format).value(), layer.shape); };
        DriftingMachine machine({ { frameName({}), { 20e-6, 0.3 } }, { kernel("bf16"), { 400e-6, 0.9 } },
                                    { kernel("int4-g64"), { 150e-6, 0.4 } } },
            0.2, 7);
        for (int i = 0; i < count; ++i)
            require(m_workspace.addSitting(m_model, machine.sit(1'000'000 + 600 * i)));
    }
    /// What was asked, and what a run answered to it.
    void addTexts(const std::string& name, std::size_t items, const std::string& answer)
    {
        const std::string hash = std::to_string(items);
        std::vector<ItemRow> asked;
        std::vector<std::string> given;
        for (std::size_t item = 0; item < items; ++item) {
            asked.push_back({ "question " + std::to_string(item), "right" });
            given.push_back(answer + std::to_string(item));
        }
        require(m_workspace.addItems(hash, asked));
        const RunRow run = m_workspace.run(name).value();
        for (const Metric& metric : run.metrics)
            if (metric.datasetHash == hash)
                require(m_workspace.addMetric(run.id, metric, given));
    }
    CliResult gateText(const QStringList& arguments) const
    {
        return kerfCli(QStringList { "gate" } + arguments + QStringList { "-w", file() });
    }
    CliResult runs() const { return kerfCli({ "runs", "-w", file() }); }
    CliResult gate(const QStringList& arguments) const
    {
        return kerfCli(QStringList { "gate" } + arguments + QStringList { "-w", file(), "--json" });
    }

private:
    QString file() const { return m_folder.filePath("work.kerf"); }

    QTemporaryDir m_folder;
    Workspace m_workspace;
    RowId m_model;
};

} // namespace

/// kerf-cli gate: what its exit codes say of runs whose answers are known.
class TestCliGate : public QObject {
    Q_OBJECT

private slots:
    void changedAnswersAreListed()
    {
        Work work;
        work.add("mine", "int4-g64");
        work.addAnswers("mine", 1000, 12, 8);
        work.addTexts("original", 1000, "before ");
        work.addTexts("mine", 1000, "after ");
        const CliResult json = work.gate({ "mine", "accuracy_drop<=0.5", "--flips", "0" });
        VERIFY_EXIT(json, 0);
        const QJsonObject flips = json.json()["flips"].toObject();
        QVERIFY(flips["harmful"] == 12 && flips["beneficial"] == 8 && flips["metric"] == "accuracy");
        QCOMPARE(flips["items"].toArray().size(), 20); // whole, whatever N
        const QJsonObject last = flips["items"].toArray().last().toObject();
        QVERIFY(last["kind"] == "beneficial" && last["item"] == 607 && last["text"] == "question 607"
            && last["expected"] == "right" && last["reference"] == "before 607" && last["run"] == "after 607");
        const CliResult text = work.gateText({ "mine", "accuracy_drop<=0.5", "--flips", "2" });
        VERIFY_EXIT(text, 0);
        QCOMPARE(text.out.count("  harmful item "), 2);
        QVERIFY(text.out.contains(
            "  beneficial item 600: question 600\n    expected \"right\"; \"original\": \"before 600\"; "
            "\"mine\": \"after 600\"\n"));
        QVERIFY(text.out.contains("and 10 more harmful: --flips 12, or --json."));
        VERIFY_EXIT(work.gate({ "mine", "accuracy_drop<=0.5", "--flips", "-1" }), 2);
        QVERIFY(!work.gate({ "mine", "accuracy_drop<=0.5" }).json().contains("flips"));
    }
    /// Almost 100 is not 100.
    void levelsNear100AreWrittenOut()
    {
        Work work;
        work.add("mine", "int4-g64");
        work.addAnswers("mine", 1000, 12, 8);
        const CliResult found = work.gateText({ "mine", "accuracy_drop<=0.5 @99.99999999" });
        VERIFY_EXIT(found, 0);
        QVERIFY2(found.out.contains(", 99.99999999 % each way)"), qPrintable(found.out));
        QVERIFY(work.gateText({ "mine", "accuracy_drop<=0.5" }).out.contains(", 95 % each way)"));
    }
    /// What divergence it would be depends on the task, of which nothing is known yet.
    void runsWithoutADivergenceNameNone()
    {
        Work work;
        const CliResult listed = work.runs();
        VERIFY_EXIT(listed, 0);
        QVERIFY2(listed.out.contains(" divergence ") && !listed.out.contains("KLD"), qPrintable(listed.out));
    }
    void threeVerdictsHaveThreeExitCodes()
    {
        Work work;
        for (const char* name : { "good", "bad", "open" })
            work.add(name, "int4-g64");
        work.addAnswers("good", 2000, 12, 8);
        work.addAnswers("bad", 1000, 60, 20);
        work.addAnswers("open", 1000, 12, 8);
        for (const auto& [name, verdict, code] :
            { std::tuple("good", "accept", 0), { "bad", "reject", 5 }, { "open", "inconclusive", 6 } }) {
            const CliResult found = work.gate({ name, "accuracy_drop<=0.01 @95" });
            VERIFY_EXIT(found, code);
            QCOMPARE(found.json()["verdict"].toString(), QString(verdict));
        }
    }
    void oneOfSeveralIsChosenAndJudgedByTheOthers()
    {
        Work work;
        for (const char* name : { "worse", "mine" })
            work.add(name, "int4-g64");
        work.addAnswers("worse", 2000, 80, 20);
        work.addAnswers("mine", 2000, 12, 8);
        const QStringList both { "worse", "--among", "mine", "accuracy_drop<=0.01" };
        const CliResult found = work.gate(both);
        VERIFY_EXIT(found, 0);
        const QJsonObject chosen = found.json()["chosen"].toObject();
        QCOMPARE(chosen["name"].toString(), QString("mine"));
        QCOMPARE(chosen["n"].toInt(), 1000);
        QCOMPARE(chosen["among"].toArray().size(), 2);
        QCOMPARE(found.json()["run"], chosen["run"]);
        QCOMPARE(found.json()["gate"].toArray()[0].toObject()["n"].toInt(), 1000);
        const CliResult all = work.gate(both + QStringList { "--claim-all" });
        VERIFY_EXIT(all, 5);
        const QJsonArray runs = all.json()["runs"].toArray();
        QCOMPARE(runs[0].toObject()["verdict"].toString(), QString("reject"));
        QCOMPARE(runs[1].toObject()["verdict"].toString(), QString("accept"));
        QCOMPARE(runs[1].toObject()["gate"].toArray()[0].toObject()["n"].toInt(), 2000);
        VERIFY_EXIT(work.gate({ "mine", "accuracy_drop<=0.01", "--claim-all" }), 2);
        VERIFY_EXIT(work.gate({ "mine", "--among", "nobody", "accuracy_drop<=0.01" }), 2);
        VERIFY_EXIT(work.gate({ "mine", "--among", "mine", "accuracy_drop<=0.01" }), 2);
    }
    void aSpeedHasToBeReached()
    {
        Work work;
        work.add("mine", "int4-g64");
        work.add("other", "nf4-b64");
        work.addAnswers("mine", 2000, 12, 8);
        const QString fast = "decode_tokens_per_second>=1.2x @95";
        VERIFY_EXIT(work.gate({ "mine", fast }), 2); // nothing was timed
        work.addSittings(6);
        const CliResult found = work.gate({ "mine", "accuracy_drop<=0.01", fast });
        VERIFY_EXIT(found, 0);
        const QJsonObject speed = found.json()["gate"].toArray()[1].toObject();
        QCOMPARE(speed["n"].toInt(), 6);
        QVERIFY(speed["lower"].toDouble() > 1.2 && speed["estimate"].toDouble() < speed["upper"].toDouble());
        VERIFY_EXIT(work.gate({ "mine", "decode_tokens_per_second>=9x" }), 5);
        VERIFY_EXIT(
            work.gate({ "mine", QString("decode_tokens_per_second>=%1x").arg(speed["estimate"].toDouble()) }), 6);
        const CliResult untimed = work.gate({ "other", fast });
        VERIFY_EXIT(untimed, 2);
        QVERIFY2(untimed.err.contains("kerf-cli bench 3 --sittings"), untimed.err.constData());
        VERIFY_EXIT(work.gate({ "mine", "decode_tokens_per_second>=1.2" }), 2);
    }
};

QTEST_GUILESS_MAIN(TestCliGate)
#include "tst_cli_gate.moc"
