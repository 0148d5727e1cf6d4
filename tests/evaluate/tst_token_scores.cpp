// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/scored_text.h"
#include "core/evaluate/token_scores_file.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;

namespace {

/// Two windows of three tokens; by hand: KLD 1 and 3 in the first, 2 and 0 in the second.
TokenScores handMade(const std::vector<TokenId>& tokens)
{
    TokenScores scores;
    scores.dataset = "hand";
    scores.datasetHash = "h";
    scores.windowLength = 3;
    scores.tokens = tokens;
    scores.kld = { 1, 3, 2, 0 };
    scores.nll = { 1, 2, 3, 4 };
    scores.referenceNll = { 1, 1, 1, 1 };
    scores.sameTop1 = { 1, 0, 1, 1 };
    scores.top.resize(4);
    scores.referenceTop.resize(4);
    scores.top[1] = { { { 7, 0.5F }, { 2, 0.25F } } };
    return scores;
}

} // namespace

/// What is kept of single tokens, and what is told from it.
class TestTokenScores : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name) const { return m_folder.filePath(name).toStdString(); }
    Tokenizer tokenizer() const
    {
        kerf::test::writeByteTokenizer(m_folder.path().toStdString());
        return Tokenizer::open(m_folder.path().toStdString()).value();
    }

private slots:
    void theMostProbableFallAndEqualsGoByNumber()
    {
        Matrix logits(2, 7);
        logits << 0, 3, 1, 3, 2, -1, 3, 5, 5, 5, 5, 5, 5, 5;
        const std::vector<double> sums {
            std::log(1 + 3 * std::exp(3.0) + std::exp(1.0) + std::exp(2.0) + std::exp(-1.0)), 5 + std::log(7.0)
        };
        const std::vector<TopTokens> tops = topTokens(logits, sums);
        const TokenId expected[2][5] = { { 1, 3, 6, 4, 2 }, { 0, 1, 2, 3, 4 } };
        for (std::size_t row = 0; row < 2; ++row) {
            for (std::size_t i = 0; i < 5; ++i) {
                const double exact = std::exp(logits(static_cast<int>(row), expected[row][i]) - sums[row]);
                QCOMPARE(tops[row][i].id, expected[row][i]);
                QVERIFY(std::abs(tops[row][i].probability - exact) < 1e-7);
            }
        }
        const TopTokens few = topTokens(logits.leftCols(3), { 1.0, 1.0 }).front();
        QCOMPARE(few[2].id, TokenId { 0 });
        QCOMPARE(few[3].id, TokenId { -1 });
    }
    void randomRowsAsSorted()
    {
        CounterRng random(3);
        Matrix logits(20, 500);
        for (float& value : logits.reshaped())
            value = static_cast<float>(std::floor(random.uniform() * 60)); // many are equal
        const std::vector<TopTokens> tops = topTokens(logits, std::vector<double>(20, 70.0));
        for (int row = 0; row < 20; ++row) {
            std::vector<TokenId> ids(500);
            for (int i = 0; i < 500; ++i)
                ids[static_cast<std::size_t>(i)] = i;
            std::ranges::stable_sort(ids, [&](TokenId a, TokenId b) { return logits(row, a) > logits(row, b); });
            for (std::size_t i = 0; i < 5; ++i)
                QCOMPARE(tops[static_cast<std::size_t>(row)][i].id, ids[i]);
        }
    }
    void metricsFollowFromWhatIsKept()
    {
        const FakeNetwork network(97, 24, 3);
        Dataset data;
        data.name = "random";
        data.hash = "token-scores";
        CounterRng random(1);
        for (int window = 0; window < 4; ++window) {
            data.windows.emplace_back();
            for (int i = 0; i < 30; ++i)
                data.windows.back().push_back(static_cast<TokenId>(random.below(97)));
        }
        Replacements moved;
        for (const LayerInfo& layer : network.layers())
            moved[layer.name] = kerf::test::plainLinear((network.layerWeight(layer.name)->array() + 0.02F).matrix());
        const ReferenceLogits original
            = ReferenceLogits::compute(network, "model", data, m_folder.path().toStdString(), {}).value();
        TokenScores kept;
        Evaluation found = evaluate(network, moved, data, &original, {}, {}, &kept).value();
        QVERIFY(saveTokenScores(kept, file("kept")));
        const TokenScores loaded = loadTokenScores(file("kept")).value();
        found.seconds = 0;
        QCOMPARE(toJson(evaluationOf(loaded)).dump(), toJson(found).dump()); // every digit
        QCOMPARE(loaded.tokens.size(), std::size_t { 120 });
        QCOMPARE(loaded.tokenOf(29), data.windows[1][1]);
        QVERIFY(loaded.top == kept.top && loaded.referenceTop == kept.referenceTop);
        QVERIFY(found.divergence->sameTop1 < 1);
        for (std::size_t i = 0; i < loaded.kld.size(); ++i)
            QCOMPARE(loaded.sameTop1[i] == 1, loaded.top[i][0].id == loaded.referenceTop[i][0].id);
        const double bytes = static_cast<double>(std::filesystem::file_size(file("kept")));
        QVERIFY(bytes < 113 * 120 + 2048);
    }
    void nothingMoreIsKeptWithoutAReference()
    {
        const FakeNetwork network(97, 24, 3);
        Dataset data;
        data.windows = { { 1, 2, 3 } };
        TokenScores kept;
        QVERIFY(evaluate(network, {}, data, nullptr, {}, {}, &kept));
        QCOMPARE(kept.nll.size(), std::size_t { 2 });
        QVERIFY(kept.kld.empty() && kept.top.empty());
    }
    void damageIsNoticed()
    {
        QVERIFY(saveTokenScores(handMade({ 1, 2, 3, 4, 5, 6 }), file("damaged")));
        QVERIFY(loadTokenScores(file("damaged")));
        QFile damaged(QString::fromStdString(file("damaged").string()));
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        damaged.seek(damaged.size() - 3);
        damaged.write("x");
        damaged.close();
        for (const char* name : { "damaged", "missing" }) {
            const auto result = loadTokenScores(file(name));
            QVERIFY(!result);
            QVERIFY2(result.error().message.find("evaluate the run again") != std::string::npos,
                result.error().message.c_str());
        }
    }
    void metricsByHand()
    {
        const Evaluation found = evaluationOf(handMade({ 1, 2, 3, 4, 5, 6 }));
        QCOMPARE(found.windows, std::int64_t { 2 });
        QCOMPARE(found.tokens, std::int64_t { 4 });
        QVERIFY(std::abs(found.perplexity - std::exp(2.5)) < 1e-12);
        QVERIFY(std::abs(found.perplexityStderr - std::exp(2.5)) < 1e-12); // window means 1.5 and 3.5: error 1
        const Evaluation::Divergence& d = *found.divergence;
        QCOMPARE(d.kldMean, 1.5);
        QVERIFY(std::abs(d.kldStderr - 0.5) < 1e-12); // window means 2 and 1
        QCOMPARE(d.kldMedian, 1.5);
        QVERIFY(std::abs(d.kldP90 - 2.7) < 1e-12);
        QVERIFY(std::abs(d.kldP99 - 2.97) < 1e-12);
        QCOMPARE(d.kldMax, 3.0);
        QCOMPARE(d.sameTop1, 0.75);
        QVERIFY(std::abs(d.referencePerplexity - std::exp(1.0)) < 1e-12);
        QCOMPARE(d.windowReferenceNll, (std::vector<double> { 1, 1 }));
    }
    void windowsByHand()
    {
        const std::vector<WindowSummary> windows = windowSummaries(handMade({ 1, 2, 3, 4, 5, 6 }));
        QCOMPARE(windows.size(), std::size_t { 2 });
        QCOMPARE(windows[0].kldMean, 2.0);
        QCOMPARE(windows[0].kldStderr, 1.0); // sd sqrt(2), two draws
        QCOMPARE(windows[0].kldP99, 2.98);
        QCOMPARE(windows[0].kldMax, 3.0);
        QCOMPARE(windows[0].sameTop1, 0.5);
        QCOMPARE(windows[1].kldMean, 1.0);
        QCOMPARE(windows[1].sameTop1, 1.0);
    }
    void classesAndWorstByHand()
    {
        const Tokenizer bytes = tokenizer();
        // "a b7" would be tokenized byte by byte; here one token a character: "a", "b", " ", and "7", "c", ".".
        std::vector<TokenId> ids;
        for (const char* text : { "a", "b", " ", "7", "c", "." })
            ids.push_back(bytes.encode(text, false).value().front());
        const ScoredText text = scoredText(handMade(ids), bytes);
        const auto classes = classSummaries(text);
        // Scored are "b" 1, " " 3, "c" 2, "." 0.
        const auto& part = classes[static_cast<std::size_t>(TokenClass::WordPart)];
        QCOMPARE(part.tokens, std::size_t { 2 });
        QCOMPARE(part.kldMean, 1.5);
        QCOMPARE(part.share, 0.5);
        QCOMPARE(part.kldShare, 0.5);
        QCOMPARE(classes[static_cast<std::size_t>(TokenClass::Space)].kldMean, 3.0);
        QCOMPARE(classes[static_cast<std::size_t>(TokenClass::Space)].sameTop1, 0.0);
        QCOMPARE(classes[static_cast<std::size_t>(TokenClass::Number)].tokens, std::size_t { 0 });
        QCOMPARE(worstTokens(text, 3), (std::vector<std::size_t> { 1, 2, 0 }));
        QCOMPARE(worstTokens(text, 9, TokenClass::WordPart), (std::vector<std::size_t> { 2, 0 }));
        const Json token = tokenJson(text, bytes, 1);
        QCOMPARE(token["window"].get<int>(), 1);
        QCOMPARE(token["position"].get<int>(), 3);
        QCOMPARE(token["class"].get<std::string>(), std::string("space"));
        QCOMPARE(token["top"].size(), std::size_t { 2 });
    }
};

QTEST_GUILESS_MAIN(TestTokenScores)
#include "tst_token_scores.moc"
