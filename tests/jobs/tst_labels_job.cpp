// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

#include "core/jobs/baseline_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/labels_job.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/run_job.h"
#include "core/model/text_batch.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/sentence_folder.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;
using kerf::test::kerfCli;
using kerf::test::SentenceFolder;

namespace {

/// Texts of the small vocabulary, all different.
std::string wordsOf(int seed, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += fmt::format("{}w{}", i > 0 ? " " : "", 4 + (seed * 7 + i * (seed % 5 + 1) * 3) % 60);
    return text;
}

/// The network's own first output of one text, asked for by itself.
Matrix outputOf(const Project& project, const std::string& text)
{
    const Network& network = *project.model.network;
    const std::vector<std::vector<TokenId>> ids { project.tokenizer->encode(text, true).value() };
    Hidden hidden = network.enter(textBatch(network.graph(), ids).value()).value();
    for (int block = 0; block < network.blockCount(); ++block)
        if (!network.runBlock(block, *network.loadBlock(block).value(), {}, hidden))
            qFatal("a block does not run");
    return network.leave(hidden)->front();
}

const LabelMetric& metricOf(const LabelScores& scores, const std::string& name)
{
    const auto found = std::ranges::find(scores.metrics, name, &LabelMetric::name);
    if (found == scores.metrics.end())
        qFatal("no metric %s", name.c_str());
    return *found;
}

} // namespace

/// Labelled texts that encoders of every kind are scored on, from the files to the workspace.
class TestLabelsJob : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_files;
    int m_made = 0;

    ProjectPtr open(const char* source, bool isSentence = false)
    {
        SentenceFolder folder(m_files.path(QString::number(++m_made)).toStdString(), source);
        folder.writeTokenizer();
        if (isSentence)
            folder.add("1_Pooling", "models.Pooling", { { "pooling_mode_mean_tokens", true } });
        return openProject(folder.path(), {}).value();
    }
    std::filesystem::path write(const std::string& text)
    {
        const QString name = QStringLiteral("labels%1.jsonl").arg(++m_made);
        return m_files.write(name, QByteArray::fromStdString(text)).toStdString();
    }
    /// Sixteen pairs with scores.
    std::filesystem::path pairs()
    {
        std::string text;
        for (int i = 0; i < 16; ++i)
            text += fmt::format("{{\"sentence1\": \"{}\", \"sentence2\": \"{}\", \"score\": {}}}\n",
                wordsOf(i, 5 + i % 4), wordsOf(i + 3, 9 - i % 3), (i * 5) % 7);
        return write(text);
    }
    RowId quantized(const Project& project, Workspace& workspace, const char* format)
    {
        const auto plan = uniformPlan(*project.model.network, format, format, "rtn").value();
        return runJob(project, workspace, RunJob { { plan, {}, 0 }, {} }, {}).value();
    }

private slots:
    void classes()
    {
        const ProjectPtr project = open("xlm-roberta");
        std::string text;
        int right = 0;
        const int count = 12;
        for (int i = 0; i < count; ++i) {
            Eigen::Index best = 0;
            outputOf(*project, wordsOf(i, 4 + i)).row(0).maxCoeff(&best);
            const int label = i % 3;
            right += best == label ? 1 : 0;
            text += fmt::format("{{\"text\": \"{}\", \"label\": \"LABEL_{}\"}}\n", wordsOf(i, 4 + i), label);
        }
        QVERIFY(right > 0 && right < count);
        const LabelScores found = scoreModel(*project, nullptr, write(text), {}).value();
        QCOMPARE(found.task, std::string("classification"));
        QCOMPARE(metricOf(found, "accuracy").value, static_cast<double>(right) / count);
        QCOMPARE(found.answers.size(), std::size_t(count));
        QCOMPARE(found.answers[4].expected, std::string("LABEL_1"));
        const auto unknown = scoreModel(*project, nullptr, write("{\"text\": \"w5\", \"label\": \"cat\"}"), {});
        QVERIFY(!unknown
            && unknown.error().message.find("line 1: the label \"cat\" is none of the model's: LABEL_0")
                != std::string::npos);
        const auto other = scoreModel(*project, nullptr, write("{\"tokens\": [\"w5\"], \"tags\": [1]}"), {});
        QVERIFY(!other && other.error().message.find("texts with a label") != std::string::npos);
    }

    void tags()
    {
        const ProjectPtr project = open("bert-tokens");
        Matrix logits = outputOf(*project, "w9 w20 w33");
        QCOMPARE(logits.rows(), Eigen::Index(5));
        std::string text;
        for (int word = 0; word < 3; ++word) {
            Eigen::Index best = 0;
            logits.row(word + 1).maxCoeff(&best); // behind [CLS]
            text += fmt::format("{}{}", word > 0 ? ", " : "", word == 1 ? (best + 1) % 5 : best);
        }
        const LabelScores found = scoreModel(
            *project, nullptr, write("{\"tokens\": [\"w9\", \"w20\", \"w33\"], \"tags\": [" + text + "]}"), {})
                                      .value();
        QCOMPARE(found.task, std::string("token classification"));
        QCOMPARE(metricOf(found, "word_accuracy").value, 2.0 / 3);
        QCOMPARE(metricOf(found, "entity_f1").value, 0.0); // LABEL_n names no entity
    }

    void embeddings()
    {
        const ProjectPtr project = open("bert-base", true);
        const std::filesystem::path file = pairs();
        const LabelScores found = scoreModel(*project, nullptr, file, {}).value();
        for (int i = 0; i < 16; ++i) {
            const Eigen::RowVectorXd a = outputOf(*project, wordsOf(i, 5 + i % 4)).row(0).cast<double>(),
                                     b = outputOf(*project, wordsOf(i + 3, 9 - i % 3)).row(0).cast<double>();
            const double cosine = a.dot(b) / (a.norm() * b.norm());
            QVERIFY(std::abs(std::stod(found.answers[static_cast<std::size_t>(i)].found) - cosine) <= 2e-6);
        }
        QVERIFY(metricOf(found, "spearman").standardError > 0);
        const auto wrong = scoreModel(*project, nullptr, write("{\"text\": \"w5\", \"label\": 1}"), {});
        QVERIFY(!wrong && wrong.error().message.find("pairs of texts with a score") != std::string::npos);
    }

    /// A base model's tokens are averaged: what the same folder with a mean pooling gives.
    void baseModelIsAveraged()
    {
        const std::filesystem::path file = pairs();
        const LabelScores base = scoreModel(*open("bert-base"), nullptr, file, {}).value();
        const LabelScores pooled = scoreModel(*open("bert-base", true), nullptr, file, {}).value();
        QVERIFY(std::abs(metricOf(base, "spearman").value - metricOf(pooled, "spearman").value) < 1e-9);
    }

    void runsAreStoredAndCompared()
    {
        const ProjectPtr project = open("bert-base", true);
        Workspace workspace = Workspace::open(m_files.path("work.kerf").toStdString()).value();
        const RowId original = ensureBaselineRun(*project, workspace).value();
        const RowId coarse = quantized(*project, workspace, "int2-channel"),
                    fine = quantized(*project, workspace, "int8-channel");
        const std::filesystem::path file = pairs();
        for (const RowId run : { original, coarse, fine })
            QVERIFY(runJob(*project, workspace, LabelsJob { run, file }, {}).has_value());
        const RunRow coarseRow = workspace.run(std::to_string(coarse)).value(),
                     fineRow = workspace.run(std::to_string(fine)).value(),
                     originalRow = workspace.run(std::to_string(original)).value();
        QVERIFY(!originalRow.metric("cosine_to_original"));
        QVERIFY(coarseRow.metric("cosine_to_original")->value < fineRow.metric("cosine_to_original")->value);
        QVERIFY(fineRow.metric("cosine_to_original")->value > 0.999);
        QCOMPARE(coarseRow.metric("spearman")->draws.size(), std::size_t(16));
        const MetricComparison compared
            = compareMetrics({ fineRow, coarseRow, originalRow }, 0, {}, &originalRow).value();
        const auto line = std::ranges::find(compared.lines, "cosine_to_original", &MetricLine::name);
        QVERIFY(line != compared.lines.end());
        QVERIFY(line->direction == Direction::Higher && line->differences[1].verdict == Verdict::Worse);
        QCOMPARE(line->values[2].value().value, 1.0); // not measured: known
        // No text was evaluated: the labelled set is what they share, and what each pair gave is paired.
        QCOMPARE(compared.paired.size(), std::size_t(1));
        const PairedSet& set = compared.paired.front();
        QCOMPARE(set.draw, Draw::LabelledText);
        QCOMPARE(set.count, std::int64_t(16));
        QCOMPARE(set.metrics, (std::vector<std::string> { "cosine_to_original", "spearman", "pearson" }));
        QVERIFY2(set.text().starts_with("cosine_to_original, spearman, pearson: paired over 16 labelled texts of "),
            set.text().c_str());
        const auto told = kerfCli(
            { "compare", QString::number(fine), QString::number(coarse), "-w", m_files.path("work.kerf"), "--quiet" });
        VERIFY_EXIT(told, 0);
        QVERIFY2(told.out.contains("spearman, pearson: paired over 16 labelled texts"), told.out.constData());
        QVERIFY2(!told.out.contains("No metric is paired"), told.out.constData());
        // Scores whose single texts were not kept: what is missing is said.
        RunRow bare = coarseRow;
        for (Metric& metric : bare.metrics)
            metric.draws.clear();
        const MetricComparison unpaired = compareMetrics({ fineRow, bare }, 0, {}, nullptr).value();
        QVERIFY(unpaired.paired.empty());
        QCOMPARE(std::ranges::find(unpaired.lines, "spearman", &MetricLine::name)->differences[1].hindrance,
            Hindrance::NoWindows);
    }

    /// The divergence of an encoder in its own unit, over texts of their own lengths.
    void evaluation()
    {
        const ProjectPtr project = open("bert-base", true);
        Workspace workspace = Workspace::open(m_files.path("evaluated.kerf").toStdString()).value();
        const RowId run = quantized(*project, workspace, "int3-channel");
        const std::filesystem::path texts
            = write(fmt::format("{{\"text\": \"{}\"}}\n{{\"text\": \"{}\"}}\n{{\"text\": \"{}\"}}\n", wordsOf(1, 30),
                wordsOf(2, 3), wordsOf(3, 8)));
        EvaluateSettings settings;
        settings.text.files = { texts };
        settings.text.window = 12;
        settings.text.samples = 0;
        const Evaluation found = runEvaluate(*project, workspace, run, settings, {}).value();
        QCOMPARE(found.metric, std::string("cosine_distance"));
        QCOMPARE(found.unit, std::string("1 - cosine"));
        QCOMPARE(found.windows, std::int64_t(5)); // 10 + 10 + 10 words, 3, 8, between two special tokens each
        QCOMPARE(found.window, std::int64_t(12));
        const RunRow row = workspace.run(std::to_string(run)).value();
        QVERIFY(!row.metric("perplexity") && !row.metric("kld_mean") && !row.metric("same_top1"));
        const Metric* metric = row.metric("cosine_distance");
        QVERIFY(metric && metric->value > 0 && metric->draws.size() == 5);
    }

    void throughTheCommandLine()
    {
        const ProjectPtr project = open("bert-base", true);
        const QString work = m_files.path("cli.kerf"), model = QString::fromStdString(project->modelFolder.string());
        RowId run = 0;
        {
            Workspace workspace = Workspace::open(work.toStdString()).value();
            run = quantized(*project, workspace, "int4-channel");
        } // another program writes from here on
        const QString labels = QString::fromStdString(pairs().string());
        const auto scored
            = kerfCli({ "score", QString::number(run), "--labels", labels, "-w", work, "--json", "--each", "--quiet" });
        VERIFY_EXIT(scored, 0);
        QCOMPARE(scored.json()["task"].toString(), QStringLiteral("embedding"));
        QVERIFY(scored.json()["spearman_difference"].toObject().contains("low"));
        const Workspace workspace = Workspace::open(work.toStdString()).value();
        QCOMPARE(workspace.run(std::to_string(run))->metric("spearman")->value, scored.json()["spearman"].toDouble());
        const auto folder = kerfCli({ "score", model, "--labels", labels, "--quiet" });
        VERIFY_EXIT(folder, 0);
        QVERIFY(folder.out.startsWith("spearman"));
        VERIFY_EXIT(kerfCli({ "score", model, "--labels", labels, "--require", "spearman>=1.1", "--quiet" }), 5);
        VERIFY_EXIT(kerfCli({ "score", model, "--labels", m_files.path("none.csv"), "--quiet" }), 3);
        const QString text = QString::fromStdString(write("{\"text\": \"" + wordsOf(1, 30) + "\"}\n").string());
        const auto perplexity = kerfCli({ "evaluate", model, "--text", text, "--quiet" });
        QVERIFY(perplexity.exitCode == 2 || perplexity.exitCode == 1);
        QVERIFY(perplexity.err.contains("predicts no text"));
    }
};

QTEST_GUILESS_MAIN(TestLabelsJob)
#include "tst_labels_job.moc"
