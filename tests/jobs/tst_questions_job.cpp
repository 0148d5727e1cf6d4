// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QJsonArray>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/flips.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/questions_job.h"
#include "tests/jobs/quantized_sample.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/run_network.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;
using kerf::test::kerfCli;
namespace fs = std::filesystem;

namespace {

fs::path asked(const char* name)
{
    return fs::path(KERF_SOURCE_DIR "/tests/data/questions") / name;
}

/// Log-likelihoods and greediness that lm-evaluation-harness 0.4.13 gives the sample (packaging/interop).
Json harness()
{
    return parseJson(readTextFile(asked("harness.json"), 1 << 20).value(), "harness.json").value();
}

} // namespace

/// Questions asked of the bundled sample.
class TestQuestionsJob : public QObject {
    Q_OBJECT

    kerf::test::QuantizedSample m_sample;
    kerf::test::TextFolder m_folder;

    Result<QuestionScores> ask(const QuestionSet& set, const QuestionOptions& options = {}, const JobContext& job = {})
    {
        return scoreQuestions(*m_sample.project->model.network, {}, *m_sample.project->tokenizer, set, options, job);
    }

private slots:
    void initTestCase() { QVERIFY(m_sample.make()); }

    void equalToTheHarness_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("choices") << "choices";
        QTest::newRow("completions") << "completions";
    }
    void equalToTheHarness()
    {
        QFETCH(QString, name);
        const QuestionSet set = readQuestions(asked(qPrintable(name + ".jsonl"))).value();
        const QuestionScores found = ask(set).value();
        const Json expected = harness().at(name.toStdString());
        QCOMPARE(found.answers.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            for (std::size_t c = 0; c < expected[i].size(); ++c) {
                QVERIFY(std::abs(found.answers[i].logLikelihood[c] - expected[i][c][0].get<double>()) <= 3e-5);
                QCOMPARE(int { found.answers[i].isGreedy[c] }, expected[i][c][1].get<int>());
            }
        if (set.kind == QuestionKind::Choices) {
            QCOMPARE(found.plain.value, 15.0 / 24);
            QCOMPARE(found.byCharacter.value, 12.0 / 24);
            QVERIFY(std::abs(found.plain.standardError - std::sqrt(15.0 / 24 * 9 / 24 / 23)) < 1e-12);
        }
    }

    /// Three bytes a character: the choice of more of them wins by bytes, not by characters.
    void lengthsAreCharactersOrBytes()
    {
        const QuestionSet set { "one", "", { { "Once upon a time", { "there", "☃☃" }, 1 } }, QuestionKind::Choices };
        const QuestionScores found = ask(set).value();
        const std::vector<double>& likelihood = found.answers[0].logLikelihood;
        QCOMPARE(found.plain.value, likelihood[1] > likelihood[0] ? 1.0 : 0.0);
        QCOMPARE(found.byCharacter.value, likelihood[1] / 2 > likelihood[0] / 5 ? 1.0 : 0.0);
        QCOMPARE(found.byByte.value, likelihood[1] / 6 > likelihood[0] / 5 ? 1.0 : 0.0);
        QCOMPARE(found.plain.standardError, 0.0);
    }

    void equalScoresGoToTheFirst()
    {
        const QuestionSet set { "one", "", { { "He said", { "yes", "yes" }, 1 }, { "He said", { "yes", "yes" }, 0 } },
            QuestionKind::Choices };
        QCOMPARE(ask(set)->plain.draws, (std::vector<double> { 0, 1 }));
    }

    /// What is written is the most probable token after another, by whole windows instead of a cache, up to a line's
    /// end.
    void shortAnswersAreWrittenGreedily()
    {
        const Network& network = *m_sample.project->model.network;
        const Tokenizer& tokenizer = *m_sample.project->tokenizer;
        QuestionSet set { "short", "", {}, QuestionKind::Answers };
        for (const char* prompt : { "He went to the", "It was a dark and", "She said to her mother that" })
            set.questions.push_back({ prompt, { "nothing" }, 0 });
        std::vector<std::string> expected;
        for (const Question& question : set.questions) {
            std::vector<TokenId> ids = tokenizer.encode(question.prompt, false).value();
            const std::size_t front = ids.size();
            for (int i = 0; i < 8; ++i) {
                const Matrix logits = kerf::test::runNetwork(network, { ids })->logits;
                Eigen::Index next = 0;
                logits.row(logits.rows() - 1).maxCoeff(&next);
                ids.push_back(static_cast<TokenId>(next));
            }
            const std::string text = tokenizer.decode(std::span(ids).subspan(front));
            const QString line = QString::fromStdString(text).trimmed();
            expected.push_back(line.section(u'\n', 0, 0).trimmed().toStdString());
        }
        set.questions[1].choices = { "x", expected[1] };
        QuestionOptions options;
        options.answerTokens = 8;
        const QuestionScores found = ask(set, options).value();
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(found.answers[i].written, expected[i]);
        QCOMPARE(found.plain.draws, (std::vector<double> { 0, 1, 0 }));
        QCOMPARE(found.f1.draws[1], 1.0);
    }

    void longPromptsLoseTheirStart()
    {
        std::string story;
        while (story.size() < 30000)
            story += "The old man went to the sea. ";
        const QuestionSet set { "long", "", { { story + "He was", { "old", "green" }, 0 } }, QuestionKind::Choices };
        const QuestionScores found = ask(set).value();
        QCOMPARE(found.cut, 1);
        QVERIFY(found.protocol.find("lost their start") != std::string::npos);
        const QuestionSet shorter { "short", "", { { "He was", { "old", "green" }, 0 } }, QuestionKind::Choices };
        QVERIFY(ask(shorter)->protocol.find("lost") == std::string::npos);
    }

    void companyAndThreadsChangeNoBit()
    {
        const QuestionSet set = readQuestions(asked("choices.jsonl")).value();
        const QuestionScores together = ask(set).value();
        const QuestionSet alone { "one", "", { set.questions[7] }, QuestionKind::Choices };
        QCOMPARE(ask(alone)->answers[0].logLikelihood, together.answers[7].logLikelihood);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(ask(set, {}, JobContext(stop.get_token())).error().code, ErrorCode::Cancelled);
    }

    /// What each question gave is kept, so a run and its original are compared question by question.
    void aRunIsAskedAndCompared()
    {
        Workspace workspace = Workspace::open(m_sample.workspace).value();
        const RowId original = ensureBaselineRun(*m_sample.project, workspace).value();
        const QuestionSettings settings { asked("choices.jsonl"), {} };
        const Plan coarse = uniformPlan(*m_sample.project->model.network, "two bits", "int2-g64", "rtn").value();
        const RowId made = runJob(*m_sample.project, workspace, RunJob { { coarse, {}, 0 }, {} }, {}).value();
        for (const RowId run : { original, made })
            QVERIFY(runJob(*m_sample.project, workspace, QuestionsJob { run, settings }, {}).has_value());
        const RunRow row = workspace.run(std::to_string(made)).value();
        QCOMPARE(row.metric("acc")->draws.size(), std::size_t { 24 });
        QCOMPARE(row.metric("acc")->dataset, std::string("choices.jsonl"));
        const std::vector<RunRow> runs { workspace.run(std::to_string(original)).value(), row };
        const MetricComparison compared = compareMetrics(runs, 0, {}, nullptr).value();
        const auto line = std::ranges::find(compared.lines, "acc", &MetricLine::name);
        QVERIFY(line != compared.lines.end());
        QCOMPARE(line->direction, Direction::Higher);
        QVERIFY(line->differences[1].interval.has_value());
        QCOMPARE(line->differences[1].value, row.metric("acc")->value - 15.0 / 24);
        // What was asked and answered is kept too: right where it is the right choice.
        const std::vector<ItemRow> items = workspace.items(row.metric("acc")->datasetHash).value();
        for (const char* name : { "acc", "acc_norm", "acc_bytes" }) {
            const Metric* metric = row.metric(name);
            const std::vector<std::string> answers = workspace.answers(made, name, metric->datasetHash).value();
            QCOMPARE(answers.size(), items.size());
            for (std::size_t i = 0; i < items.size(); ++i)
                QCOMPARE(answers[i] == items[i].expected, metric->draws[i] == 1);
        }
        QCOMPARE(items[0].text, readQuestions(settings.file)->questions[0].prompt);
        const Flips flips
            = findFlips(workspace, row, gateReference(workspace, row, std::to_string(original)).value()).value();
        QVERIFY(!flips.flips.empty() && flips.missing.empty());
        for (const Flip& flip : flips.flips)
            QVERIFY(
                (flip.before == flip.expected) == flip.isHarmful && (flip.after == flip.expected) != flip.isHarmful);
    }

    /// Questions on one passage belong together; completions say what the model would have said.
    void groupsAreKeptWithTheScores()
    {
        Workspace workspace = Workspace::open(m_sample.workspace).value();
        const RowId original = ensureBaselineRun(*m_sample.project, workspace).value();
        const QString file = m_folder.write("grouped.jsonl",
            "{\"prompt\": \"It was a dark and\", \"completion\": \"stormy\", \"group\": \"a\"}\n"
            "{\"prompt\": \"He went to the\", \"completion\": \"x\"}\n"
            "{\"prompt\": \"She said that\", \"completion\": \"y\", \"group\": \"a\"}\n");
        const QuestionsJob job { original, { file.toStdString(), {} } };
        QVERIFY(runJob(*m_sample.project, workspace, job, {}).has_value());
        const RunRow row = workspace.run(std::to_string(original)).value();
        const auto acc = std::ranges::find_if(
            row.metrics, [](const Metric& each) { return each.name == "acc" && each.dataset == "grouped.jsonl"; });
        QVERIFY(acc != row.metrics.end());
        QCOMPARE(acc->clusters, (std::vector<std::int32_t> { 0, 1, 0 }));
        const std::vector<std::string> said = workspace.answers(original, "acc", acc->datasetHash).value();
        QCOMPARE(said.size(), std::size_t(3));
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(!said[i].empty());
    }

    void onTheCommandLine()
    {
        const QString questions = QString::fromStdString(asked("completions.jsonl").string());
        const QString model = QString::fromStdString((kerf::test::sample() / "model").string());
        const auto result = kerfCli({ "ask", model, "--questions", questions, "--json", "--each" });
        VERIFY_EXIT(result, 0);
        QCOMPARE(result.json()["acc"].toDouble(), 0.25);
        QCOMPARE(result.json()["answers"].toArray().size(), 12);
        VERIFY_EXIT(kerfCli({ "ask", model, "--questions", questions, "--require", "acc>=0.5" }), 5);
        const QString wrong = m_folder.write("wrong.jsonl", "{\"prompt\": 3}");
        const auto refused = kerfCli({ "ask", model, "--questions", wrong });
        VERIFY_EXIT(refused, 3);
        QVERIFY(refused.err.contains("wrong.jsonl line 1"));
    }
};

QTEST_GUILESS_MAIN(TestQuestionsJob)
#include "tst_questions_job.moc"
