// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/jobs/preserve.h"
#include "core/jobs/profile_job.h"
#include "core/solve/solver.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::sampleText;

/// Accuracy preserved as one work, on the bundled sample with short windows.
class TestPreserve : public QObject {
    Q_OBJECT

    kerf::test::FreshFiles m_files;
    ProjectPtr m_project;

    PreserveSettings settings(double margin) const
    {
        PreserveSettings made;
        made.preset = findPreset("Sensitivity-preserving INT4", *m_project->model.network).value();
        made.preset.method = "rtn";
        made.calibration = sampleText("calibration.txt", 8);
        made.text = sampleText("evaluation.txt", 24);
        made.margin = margin;
        return made;
    }
    /// With a profile that takes seconds.
    Workspace profiled()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        ProfileJob job { sampleText("calibration.txt", 8), {}, {} };
        job.options.formats = { "int4-g128", "int2-g64" };
        job.options.method = "rtn";
        job.options.methods.clear();
        job.options.probeWindows = 2;
        const auto made = runProfile(*m_project, workspace, job, {});
        if (!made)
            qFatal("%s", made.error().message.c_str());
        return workspace;
    }
    static std::string all(const Preserved& made)
    {
        std::string text;
        for (const std::string& sentence : made.advice)
            text += sentence + "\n";
        return text;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }

    /// decisions of the project, section 1.3
    void compressionByShareOfWeights()
    {
        QVERIFY(std::abs(compressionWith(0.15, 4.125) - 2.71) < 0.005);
        QVERIFY(std::abs(compressionWith(0.175, 4.125) - 2.58) < 0.005);
        QVERIFY(std::abs(compressionWith(0.2, 4.125) - 2.46) < 0.005);
        QVERIFY(std::abs(compressionWith(0.02, 4.125) - 3.67) < 0.005); // all k and v of a 70B
    }

    void allOfItAndThenNothingAgain()
    {
        const auto file = m_files.next();
        auto workspace = Workspace::open(file).value();
        const auto made = preserve(*m_project, workspace, settings(0.003), {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        const Network& network = *m_project->model.network;
        QCOMPARE(made->kept.layers.size(), std::size_t { 7 }); // 17.5 % of 42 are 7.35
        QCOMPARE(made->kept.ofWeights, shareOfWeights(network, made->kept.layers));
        for (const PlanLayer& row : made->plan.layers)
            QCOMPARE(row.format == "bf16", std::ranges::count(made->kept.layers, row.layer) > 0);
        QVERIFY(made->plan.transforms.empty() && made->notes.size() == 1); // weights alone: no SmoothQuant
        QVERIFY(!made->plan.kv.empty());
        QVERIFY(std::abs(made->compression - compressionWith(made->kept.ofWeights, made->roundedBits)) < 1e-9);
        QVERIFY(made->fileCompression > 1 && made->fileCompression < made->compression);
        // attention of 6 blocks, and 3 more layers of each of the first and the last
        QCOMPARE(made->byPosition.layers.size(), std::size_t { 6 * 4 + 2 * 3 });
        QVERIFY(made->finding.requirement.text == "perplexity_ratio<=1.003 @95" && made->finding.items == 24);
        const RunRow run = workspace.run(std::to_string(made->run)).value();
        QVERIFY(run.state == RunState::Done && run.metric("kld_mean"));

        const std::size_t runs = workspace.runs()->size(), jobs = workspace.jobs()->size();
        QVERIFY(runs == 2 && jobs == 2); // profile and run
        const auto again = preserve(*m_project, workspace, settings(0.003), {});
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QVERIFY(again->run == made->run && again->finding.estimate == made->finding.estimate);
        QCOMPARE(workspace.runs()->size(), runs);
        const auto newest = workspace.jobs().value();
        QVERIFY(std::ranges::count(newest, std::string("profile"), &JobRow::kind) == 1); // taken, not measured again
        const Json json = toJson(*made);
        QVERIFY(json["share_of_weights_kept"] == made->kept.ofWeights && json["compression_by_share"].size() == 3);
        QVERIFY(preservedText(*made).find("What counts is the share of the weights: 15 % would give ")
            != std::string::npos);
    }

    void verdictsSayWhatToChange()
    {
        Workspace workspace = profiled();
        const auto accepted = preserve(*m_project, workspace, settings(0.9), {});
        QVERIFY2(accepted.has_value(), accepted ? "" : accepted.error().message.c_str());
        QCOMPARE(accepted->finding.verdict, GateVerdict::Accept);
        QVERIFY2(all(*accepted).find("kerf-cli export") != std::string::npos, all(*accepted).c_str());
        PreserveSettings few = settings(0.9);
        few.text.samples = 8;
        const auto open = preserve(*m_project, workspace, few, {});
        QVERIFY2(open.has_value(), open ? "" : open.error().message.c_str());
        QCOMPARE(open->finding.verdict, GateVerdict::Inconclusive);
        QVERIFY2(all(*open).find("8 items of evaluation.txt do not decide a margin of 0.9: it leans to accept")
                != std::string::npos,
            all(*open).c_str());
        PreserveSettings coarse = settings(0.003);
        coarse.preset.formats = { "int2-g64" };
        const auto rejected = preserve(*m_project, workspace, coarse, {});
        QVERIFY2(rejected.has_value(), rejected ? "" : rejected.error().message.c_str());
        QCOMPARE(rejected->finding.verdict, GateVerdict::Reject);
        QVERIFY2(all(*rejected).find("Keep more: --keep-share 0.333 keeps 14 layers") != std::string::npos,
            all(*rejected).c_str());
        QVERIFY(all(*rejected).find("--format int8-channel") != std::string::npos);
        QVERIFY(all(*rejected).find("--kv kv-f16") != std::string::npos);
    }

    void judgesByTheTask()
    {
        Workspace workspace = profiled();
        PreserveSettings asked = settings(0.003);
        asked.questions = KERF_SOURCE_DIR "/tests/data/questions/choices.jsonl";
        const auto made = preserve(*m_project, workspace, asked, {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QVERIFY(made->finding.requirement.text == "acc_drop<=0.003 @95" && made->finding.items == 24);
        QVERIFY(made->finding.verdict != GateVerdict::Accept && made->finding.itemsNeeded); // 24 cannot accept .003
        QVERIFY2(all(*made).find("24 items of choices.jsonl do not decide a margin of 0.003") != std::string::npos,
            all(*made).c_str());
        const std::size_t jobs = workspace.jobs()->size();
        QCOMPARE(jobs, std::size_t { 3 }); // the run, and both are asked
        QVERIFY(preserve(*m_project, workspace, asked, {}));
        const auto after = workspace.jobs().value();
        QVERIFY(std::ranges::count(after, std::string("questions"), &JobRow::kind) == 2);
    }

    void needsAThreshold()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        PreserveSettings plain = settings(0.003);
        plain.preset.keep.reset();
        const auto made = preserve(*m_project, workspace, plain, {});
        QVERIFY(!made && made.error().message.find("keeps no layers above a threshold") != std::string::npos);
    }

    /// Before the profile.
    void mistakesAreFoundFirst()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        PreserveSettings wrong = settings(0.003);
        wrong.preset.kv = "kv-int77";
        QVERIFY(!preserve(*m_project, workspace, wrong, {}));
        wrong = settings(0.003);
        wrong.text.files = { m_files.path("nowhere.txt") };
        QVERIFY(!preserve(*m_project, workspace, wrong, {}));
        wrong = settings(0.003);
        wrong.questions = m_files.path("nowhere.jsonl");
        QVERIFY(!preserve(*m_project, workspace, wrong, {}));
        QVERIFY(workspace.jobs()->empty());
    }
};

QTEST_GUILESS_MAIN(TestPreserve)
#include "tst_preserve.moc"
