// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QTest>

#include "core/jobs/job_checks.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_job.h"
#include "core/plan/transform_reach.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/sample_network.h"
#include "tests/support/sentence_folder.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;
using kerf::test::kerfCli;
using kerf::test::SentenceFolder;

/// A transform that finds little to act on says so: before a run, in the run and in the check of its plan.
class TestTransformReach : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_files;
    int m_made = 0;

    /// Norms behind the sums, as in BERT: what a norm makes is read by the residual stream too.
    std::filesystem::path encoder()
    {
        SentenceFolder folder(m_files.path(QString::number(++m_made)).toStdString(), "bert-base");
        folder.writeTokenizer();
        return folder.path();
    }
    static Plan planOf(const Network& network, const std::string& transform)
    {
        Plan plan = uniformPlan(network, "p", "int8-channel", "rtn").value();
        plan.transforms = { transformChoice(transform).value() };
        return plan;
    }
    static TransformReach reachOf(const Network& network, const std::string& transform)
    {
        return transformReaches(planOf(network, transform), network).at(0);
    }

private slots:
    void normsBeforeTheLayersAreReached()
    {
        const auto network = kerf::test::sampleNetwork();
        const auto layers = static_cast<std::int64_t>(network->layers().size());
        const TransformReach smooth = reachOf(*network, "smoothquant");
        QCOMPARE(smooth.layers, layers);
        QCOMPARE(smooth.reached, layers / 7 * 5); // q k v gate up; o and down stand behind no norm
        QCOMPARE(smooth.left, (std::map<ScaleObstacle, std::int64_t> { { ScaleObstacle::None, layers / 7 * 2 } }));
        QCOMPARE(reachOf(*network, "awq").reached, layers);
        QCOMPARE(reachOf(*network, "rotation").reached, layers);
        for (const char* transform : { "smoothquant", "awq" })
            QVERIFY(fewReachedSentences(planOf(*network, transform), *network).empty());
    }
    void normsBehindTheSumsAreNot()
    {
        const ProjectPtr project = openProject(encoder(), {}).value();
        const Network& network = *project->model.network;
        const auto blocks = static_cast<std::int64_t>(network.blockCount());
        const TransformReach smooth = reachOf(network, "smoothquant");
        QCOMPARE(smooth.layers, 6 * blocks);
        QCOMPARE(smooth.reached, std::int64_t { 0 });
        QCOMPARE(smooth.left,
            (std::map<ScaleObstacle, std::int64_t> { { ScaleObstacle::None, blocks }, // o, which awq scales
                { ScaleObstacle::SharedNorm, 4 * blocks }, { ScaleObstacle::Activation, blocks } }));
        QCOMPARE(reachOf(network, "awq").reached, blocks); // values to the attention's output: the one exact place
        Plan plan = planOf(network, "smoothquant");
        const std::vector<std::string> sentences = fewReachedSentences(plan, network);
        QCOMPARE(sentences.size(), std::size_t { 1 });
        QVERIFY2(sentences[0].starts_with(fmt::format(
                     "The transform smoothquant can rewrite the inputs of 0 of {} quantized layers", 6 * blocks)),
            sentences[0].c_str());
        QVERIFY2(sentences[0].find("the residual stream reads too") != std::string::npos, sentences[0].c_str());
        for (PlanLayer& layer : plan.layers) // layers that are kept do not count
            if (layer.layer.find("query") == std::string::npos)
                layer.format = "bf16";
        QCOMPARE(transformReaches(plan, network).at(0).layers, blocks);
    }
    void theRunAndItsChecksSayIt()
    {
        const std::filesystem::path folder = encoder();
        const std::filesystem::path text
            = m_files.write("calibration.jsonl", "{\"text\": \"w4 w5 w6\"}\n").toStdString();
        const ProjectPtr project = openProject(folder, {}).value();
        const std::filesystem::path file = m_files.path("reach.kerf").toStdString();
        {
            Workspace workspace = Workspace::open(file).value();
            const QuantizeSettings settings { planOf(*project->model.network, "awq"), { { text }, 16, 1 }, 0 };
            const JobChecks checks = checkJob(*project, workspace, RunJob { settings, std::nullopt }, {}, {}).value();
            QVERIFY(checks.find("transforms"));
            QCOMPARE(checks.find("transforms")->state, CheckState::Note); // some layers, few
            QuantizeSettings smooth = settings;
            smooth.plan = planOf(*project->model.network, "smoothquant");
            const JobChecks none = checkJob(*project, workspace, RunJob { smooth, std::nullopt }, {}, {}).value();
            QCOMPARE(none.find("transforms")->state, CheckState::Warn); // nothing would come of it
            smooth.plan.transforms.clear();
            QVERIFY(!checkJob(*project, workspace, RunJob { smooth, std::nullopt }, {}, {})->find("transforms"));
        }
        const auto made = kerfCli({ "quantize", QString::fromStdString(folder), "--format", "int8-channel", "--method",
            "rtn", "--smooth", "0.5", "--calibration", QString::fromStdString(text), "--window", "16", "--samples", "1",
            "-w", QString::fromStdString(file), "--json" });
        QCOMPARE(made.exitCode, 0);
        const Json notes = parseJson(made.out.toStdString(), "out")->at("notes");
        QVERIFY2(notes.dump().find("can rewrite the inputs of 0 of") != std::string::npos, notes.dump().c_str());
    }
};

QTEST_MAIN(TestTransformReach)
#include "tst_transform_reach.moc"
