// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>

#include <QJsonArray>
#include <QTest>

#include "core/evaluate/token_scores_file.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/run_student.h"
#include "core/jobs/run_tokens.h"
#include "tests/jobs/quantized_sample.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/run_network.h"

using namespace kerf::core;
using kerf::test::kerfCli;
namespace fs = std::filesystem;

namespace {

/// Probabilities of one row, all in double.
Eigen::ArrayXd softmax(const Matrix& logits, Eigen::Index row)
{
    const Eigen::ArrayXd values = logits.row(row).cast<double>().transpose().array();
    const Eigen::ArrayXd exponentials = (values - values.maxCoeff()).exp();
    return exponentials / exponentials.sum();
}

/// Whether these are the most probable tokens of a row, with their probabilities. Logits of two orders of the same
/// sums differ, so that near equals may change places.
bool areTop(const TopTokens& top, const Eigen::ArrayXd& probabilities)
{
    std::vector<double> sorted(probabilities.begin(), probabilities.end());
    std::ranges::sort(sorted, std::greater());
    for (std::size_t i = 0; i < top.size(); ++i) {
        const double exact = probabilities[top[i].id];
        if (std::abs(top[i].probability - exact) > 1e-4 * exact || std::abs(exact - sorted[i]) > 1e-4 * exact)
            return false;
    }
    return true;
}

} // namespace

/// Results of single tokens beside a workspace: on the bundled sample with a few short windows.
class TestRunTokens : public QObject {
    Q_OBJECT

    kerf::test::QuantizedSample m_sample;

    fs::path arrays() const { return Workspace::open(m_sample.workspace)->arraysFolder(); }
    QStringList arguments(const QStringList& more) const
    {
        return QStringList { "tokens", QString::number(m_sample.run), "-w",
            QString::fromStdString(m_sample.workspace.string()) }
        + more;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_sample.make());
        Workspace workspace = Workspace::open(m_sample.workspace).value();
        QVERIFY(keptTokens(workspace.arraysFolder(), m_sample.row()).empty());
        const auto result = kerfCli(arguments({}));
        VERIFY_EXIT(result, 2);
        QVERIFY2(result.err.contains("Evaluating keeps them"), result.err.constData());
        QVERIFY(runEvaluate(
            *m_sample.project, workspace, m_sample.run, { kerf::test::sampleText("evaluation.txt", 3) }, {}));
    }
    /// The full distributions of both networks, softmax and sums in double.
    void equalTheFullDistributions()
    {
        const std::vector<KeptTokens> kept = keptTokens(arrays(), m_sample.row());
        QCOMPARE(kept.size(), std::size_t { 1 });
        const TokenScores scores = loadTokenScores(kept[0].file).value();
        QCOMPARE(scores.tokens.size(), std::size_t { 3 * 64 });
        const Workspace workspace = Workspace::open(m_sample.workspace).value();
        const RunStudent student = loadStudent(*m_sample.project, workspace, m_sample.row(), {}).value();
        const Replacements replacements = replacementsOf(student.tensors, student.activations).value();
        const std::vector<TokenId> second(scores.tokens.begin() + 64, scores.tokens.begin() + 128);
        const Matrix p = kerf::test::runNetwork(*m_sample.project->model.network, { second })->logits;
        const Matrix q = kerf::test::runNetwork(*m_sample.project->model.network, { second }, &replacements)->logits;
        int changed = 0;
        for (Eigen::Index i = 0; i < 63; ++i) {
            const std::size_t at = 63 + static_cast<std::size_t>(i);
            const Eigen::ArrayXd original = softmax(p, i), own = softmax(q, i);
            const TokenId next = second[static_cast<std::size_t>(i) + 1];
            const double kld = (original * (original.log() - own.log())).sum();
            QVERIFY2(std::abs(scores.kld[at] - kld) < 1e-5 + 1e-4 * kld, qPrintable(QString::number(kld)));
            QVERIFY(std::abs(scores.nll[at] + std::log(own[next])) < 1e-4);
            QVERIFY(std::abs(scores.referenceNll[at] + std::log(original[next])) < 1e-4);
            QVERIFY(areTop(scores.referenceTop[at], original));
            QVERIFY(areTop(scores.top[at], own));
            changed += scores.sameTop1[at] == 0;
        }
        QVERIFY(changed > 3); // three bits by rounding
    }
    void metricsFollowFromThem()
    {
        const TokenScores scores = loadTokenScores(keptTokens(arrays(), m_sample.row())[0].file).value();
        const Evaluation again = evaluationOf(scores);
        const RunRow row = m_sample.row();
        QCOMPARE(row.metric("kld_mean")->value, again.divergence->kldMean);
        QCOMPARE(*row.metric("kld_mean")->standardError, again.divergence->kldStderr);
        QCOMPARE(row.metric("kld_p99")->value, again.divergence->kldP99);
        QCOMPARE(row.metric("kld_max")->value, again.divergence->kldMax);
        QCOMPARE(row.metric("same_top1")->value, again.divergence->sameTop1);
        QCOMPARE(row.metric("perplexity")->value, again.perplexity);
    }
    void aTrialOfAnotherCacheKeepsNothing()
    {
        Workspace workspace = Workspace::open(m_sample.workspace).value();
        EvaluateSettings settings { kerf::test::sampleText("evaluation.txt", 2) };
        settings.cacheFormat = "kv-int8";
        QVERIFY(runEvaluate(*m_sample.project, workspace, m_sample.run, settings, {}));
        QCOMPARE(std::distance(fs::directory_iterator(workspace.arraysFolder() / "tokens"), {}), std::ptrdiff_t { 1 });
    }
    void theCommandLineTellsTheSame()
    {
        const TokenScores scores = loadTokenScores(keptTokens(arrays(), m_sample.row())[0].file).value();
        const auto result = kerfCli(arguments({ "--json", "--tokens", "5" }));
        VERIFY_EXIT(result, 0);
        const QJsonObject json = result.json();
        QCOMPARE(json["kld_mean"].toDouble(), m_sample.row().metric("kld_mean")->value);
        QCOMPARE(json["windows"].toArray().size(), 3);
        QCOMPARE(json["tokens"].toArray().size(), 5);
        QCOMPARE(json["tokens"][0]["kld"].toDouble(), *std::ranges::max_element(scores.kld));
        double share = 0;
        for (const auto& kind : json["classes"].toArray())
            share += kind.toObject()["kld_share"].toDouble();
        QVERIFY(std::abs(share - 1) < 1e-9);
        const auto list = kerfCli(arguments({ "--json", "--list", "2" })).json()["tokens"].toArray();
        QCOMPARE(list.size(), 63);
        QCOMPARE(list[0].toObject()["kld"].toDouble(), scores.kld[63]);
        VERIFY_EXIT(kerfCli(arguments({ "--list", "9" })), 2);
        const auto text = kerfCli(arguments({ "--class", "number" }));
        VERIFY_EXIT(text, 0);
        QVERIFY(text.out.contains("By class of token"));
    }
    void anotherTextIsEvaluatedOnlyWhenAsked()
    {
        const QString text = QString::fromStdString((kerf::test::sample() / "calibration.txt").string());
        const QStringList other { "--text", text, "--window", "64", "--samples", "2" };
        VERIFY_EXIT(kerfCli(arguments(other)), 2);
        VERIFY_EXIT(kerfCli(arguments(other + QStringList { "--evaluate" })), 0);
        VERIFY_EXIT(kerfCli(arguments(other)), 0);
        QCOMPARE(keptTokens(arrays(), m_sample.row()).size(), std::size_t { 2 });
    }
    void deletedFilesAreSimplyNotThere()
    {
        fs::remove_all(arrays() / "tokens");
        QVERIFY(keptTokens(arrays(), m_sample.row()).empty());
    }
};

QTEST_GUILESS_MAIN(TestRunTokens)
#include "tst_run_tokens.moc"
