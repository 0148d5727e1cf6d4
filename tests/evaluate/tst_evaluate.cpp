// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <limits>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/evaluate.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;
using kerf::test::plainLinear;

namespace {

constexpr std::int64_t kVocabulary = 97;

Dataset randomData(int windows, int length, std::uint64_t seed = 5)
{
    CounterRng random(seed);
    Dataset data;
    data.name = "random";
    data.hash = "hash" + std::to_string(seed) + "-" + std::to_string(windows) + "-" + std::to_string(length);
    for (int w = 0; w < windows; ++w) {
        data.windows.emplace_back();
        for (int i = 0; i < length; ++i)
            data.windows.back().push_back(static_cast<TokenId>(random.below(kVocabulary)));
    }
    return data;
}

/// Blocks' weights moved a little: a "quantized" network.
Replacements moved(const FakeNetwork& network, float by)
{
    Replacements replacements;
    for (const LayerInfo& layer : network.layers()) {
        const Matrix weight = *network.layerWeight(layer.name);
        replacements[layer.name] = plainLinear((weight.array() + by).matrix());
    }
    return replacements;
}

/// Log-probabilities of one row, all in double.
Eigen::ArrayXd logProbabilities(const Matrix& logits, Eigen::Index row)
{
    const Eigen::ArrayXd values = logits.row(row).cast<double>().transpose().array();
    return values - std::log((values - values.maxCoeff()).exp().sum()) - values.maxCoeff();
}

} // namespace

class TestEvaluate : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    FakeNetwork m_network { kVocabulary, 24, 3 };

    ReferenceLogits reference(const Dataset& data)
    {
        return *ReferenceLogits::compute(m_network, "model", data, m_folder.path().toStdString(), {});
    }

private slots:
    void aUniformModelHasThePerplexityOfItsVocabulary()
    {
        FakeNetwork uniform(kVocabulary, 24, 2);
        uniform.head.setZero();
        const Result<Evaluation> result = evaluate(uniform, {}, randomData(5, 40), nullptr, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        // Sums of 97 equal float exponentials in double are exact; exp and log round once each.
        QVERIFY(std::abs(result->perplexity - kVocabulary) < 1e-9);
        QVERIFY(result->perplexityStderr < 1e-9);
        QCOMPARE(result->tokens, std::int64_t { 5 * 39 });
    }
    void aModelDoesNotDivergeFromItself()
    {
        const Dataset data = randomData(6, 50);
        const ReferenceLogits original = reference(data);
        const Result<Evaluation> result = evaluate(m_network, {}, data, &original, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QCOMPARE(result->divergence->kldMean, 0.0);
        QCOMPARE(result->divergence->kldMax, 0.0);
        QCOMPARE(result->divergence->sameTop1, 1.0);
        QCOMPARE(result->divergence->referencePerplexity, result->perplexity);
    }
    void equalsAPlainComputationInDouble()
    {
        const Dataset data = randomData(3, 30);
        const Replacements replacements = moved(m_network, 0.02f);
        const ReferenceLogits original = reference(data);
        const Result<Evaluation> result = evaluate(m_network, replacements, data, &original, {});
        QVERIFY(result.has_value());
        double nll = 0, kld = 0, largest = 0, largestLogit = 0;
        int same = 0;
        std::vector<double> windowNll;
        for (std::int64_t w = 0; w < 3; ++w) {
            const auto& window = data.windows[static_cast<std::size_t>(w)];
            Hidden hidden = *m_network.embed(std::span(&window, 1));
            BlockRun run;
            run.replacements = &replacements;
            for (int block = 0; block < m_network.blockCount(); ++block)
                QVERIFY(m_network.runBlock(block, **m_network.loadBlock(block), run, hidden).has_value());
            const Matrix got = *m_network.logits(hidden, 0, 29);
            Matrix expected;
            const auto keep = [&](std::int64_t, const Matrix& logits) -> Status {
                expected = logits;
                return {};
            };
            QVERIFY(original.forEachTile(w, 29, keep).has_value());
            QCOMPARE(expected.rows(), Eigen::Index { 29 });
            largestLogit = std::max(largestLogit, static_cast<double>(got.array().abs().maxCoeff()));
            double sum = 0;
            for (Eigen::Index i = 0; i < 29; ++i) {
                const Eigen::ArrayXd p = logProbabilities(expected, i), q = logProbabilities(got, i);
                const double divergence = (p.exp() * (p - q)).sum();
                kld += divergence;
                largest = std::max(largest, divergence);
                Eigen::Index topP = 0, topQ = 0;
                p.maxCoeff(&topP);
                q.maxCoeff(&topQ);
                same += topP == topQ;
                sum -= q[window[static_cast<std::size_t>(i) + 1]];
            }
            nll += sum;
            windowNll.push_back(sum / 29);
        }
        // A logit is a float32 sum of 24 products; in another order it differs by at most 24 roundings of that size.
        const double tolerance = 24 * 0x1p-24 * largestLogit;
        QVERIFY(std::abs(std::log(result->perplexity) - nll / 87) < tolerance);
        QVERIFY(std::abs(result->divergence->kldMean - kld / 87) < tolerance);
        QVERIFY(std::abs(result->divergence->kldMax - largest) < tolerance);
        QVERIFY(result->divergence->kldMean > 1e-3); // the comparison says something
        QCOMPARE(result->divergence->sameTop1, same / 87.0);
        const double mean = nll / 87;
        double squares = 0;
        for (const double value : windowNll)
            squares += (value - mean) * (value - mean);
        QVERIFY(std::abs(result->perplexityStderr - result->perplexity * std::sqrt(squares / 2 / 3))
            < 1e-5 * result->perplexity);
        QVERIFY(result->divergence->kldMedian <= result->divergence->kldP90);
        QVERIFY(result->divergence->kldP90 <= result->divergence->kldP99);
        QVERIFY(result->divergence->kldP99 <= result->divergence->kldMax);
    }
    /// The reference's logits come from its own head, whatever hidden size it has.
    void anotherModelIsComparedThroughItsOwnHead()
    {
        const Dataset data = randomData(3, 30);
        const FakeNetwork wide(kVocabulary, 40, 2);
        const ReferenceLogits original
            = *ReferenceLogits::compute(wide, "wide", data, m_folder.path().toStdString(), {});
        const Result<Evaluation> result = evaluate(m_network, {}, data, &original, {});
        QVERIFY(result.has_value());
        QCOMPARE(result->divergence->referencePerplexity, evaluate(wide, {}, data, nullptr, {})->perplexity);
        QVERIFY(result->divergence->kldMean > 1e-3);
        FakeNetwork halved(kVocabulary, 24, 3);
        halved.head *= 0.5f;
        const ReferenceLogits same = reference(data);
        QVERIFY(evaluate(halved, {}, data, &same, {})->divergence->kldMean > 1e-3);
    }
    void anotherVocabularyIsRefused()
    {
        const Dataset data = randomData(3, 30);
        const FakeNetwork larger(kVocabulary + 1, 24, 3);
        const ReferenceLogits original = reference(data);
        const Result<Evaluation> result = evaluate(larger, {}, data, &original, {});
        QVERIFY(!result.has_value());
        QVERIFY2(result.error().message.find("vocabulary of 97") != std::string::npos, result.error().message.c_str());
    }
    void resultsDoNotDependOnThreads()
    {
        const Dataset data = randomData(40, 100);
        const Replacements replacements = moved(m_network, 0.01f);
        const ReferenceLogits original = reference(data);
        Json results[2];
        for (const int threads : { 1, 4 }) {
            setThreadCount(threads);
            Evaluation result = *evaluate(m_network, replacements, data, &original, {});
            result.seconds = 0;
            results[threads == 4] = toJson(result);
        }
        setThreadCount(0);
        QVERIFY2(results[0] == results[1], results[0].dump().c_str());
    }
    void windowsCountAloneWhateverTheBatch()
    {
        // 45 windows of 100 tokens go in batches of 20, 20 and 5.
        const Dataset all = randomData(45, 100);
        double sum = 0;
        for (const std::vector<TokenId>& window : all.windows) {
            Dataset one;
            one.windows = { window };
            sum += std::log(evaluate(m_network, {}, one, nullptr, {})->perplexity);
        }
        const double together = std::log(evaluate(m_network, {}, all, nullptr, {})->perplexity);
        QVERIFY(std::abs(together - sum / 45) < 1e-6); // identity 18 of the methods: independent of the batch to 1e-6
    }
    void theReferenceIsComputedOnceAndChecked()
    {
        const Dataset data = randomData(4, 20, 77);
        int runs = 0;
        const JobContext job({}, [&](const Progress& progress) { runs += progress.done == 0; });
        const std::filesystem::path root = m_folder.filePath("once").toStdString();
        for (int i = 0; i < 2; ++i)
            QVERIFY(ReferenceLogits::compute(m_network, "model", data, root, job).has_value());
        QCOMPARE(runs, 1);
        QVERIFY(ReferenceLogits::compute(m_network, "another model", data, root, job).has_value());
        QCOMPARE(runs, 2);
        const ReferenceLogits original = *ReferenceLogits::compute(m_network, "model", data, root, job);
        const Dataset other = randomData(5, 20, 78);
        QVERIFY(!evaluate(m_network, {}, other, &original, {}).has_value());
    }
    void aDamagedReferenceIsNoticed()
    {
        const Dataset data = randomData(2, 20, 79);
        const std::filesystem::path root = m_folder.filePath("damaged").toStdString();
        QVERIFY(ReferenceLogits::compute(m_network, "model", data, root, {}).has_value());
        for (const auto& entry : std::filesystem::directory_iterator(root)) {
            QFile file(QString::fromStdString(entry.path().string()));
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.seek(file.size() - 100);
            const QByteArray byte = file.peek(1);
            file.write(QByteArray(1, static_cast<char>(byte[0] ^ 1)));
        }
        const ReferenceLogits original = *ReferenceLogits::compute(m_network, "model", data, root, {});
        const Result<Evaluation> result = evaluate(m_network, {}, data, &original, {});
        QVERIFY(!result.has_value());
        QVERIFY2(result.error().message.find("damaged") != std::string::npos, result.error().message.c_str());
    }
    void nanIsNamed()
    {
        FakeNetwork broken(kVocabulary, 24, 1);
        broken.head(3, 5) = std::numeric_limits<float>::quiet_NaN();
        const Result<Evaluation> result = evaluate(broken, {}, randomData(2, 20), nullptr, {});
        QVERIFY(!result.has_value());
        QVERIFY(result.error().code == ErrorCode::Numerical);
        QVERIFY2(result.error().message.find("window 0") != std::string::npos, result.error().message.c_str());
    }
    void stopsAndReportsWindows()
    {
        const Dataset data = randomData(200, 100);
        std::stop_source stop;
        std::int64_t last = 0;
        const JobContext job(stop.get_token(), [&](const Progress& progress) {
            QCOMPARE(progress.total, std::int64_t { 200 });
            QCOMPARE(progress.unit, std::string("windows"));
            last = progress.done;
            if (progress.done == 30)
                stop.request_stop();
        });
        const Result<Evaluation> result = evaluate(m_network, {}, data, nullptr, job);
        QVERIFY(!result.has_value());
        QVERIFY(result.error().code == ErrorCode::Cancelled);
        QCOMPARE(last, std::int64_t { 30 });
        const std::filesystem::path root = m_folder.filePath("stopped").toStdString();
        QVERIFY(!ReferenceLogits::compute(m_network, "model", data, root, job).has_value());
        QVERIFY(std::filesystem::is_empty(root)); // nothing half-written stays
    }
    void refusesDataWithoutWindows()
    {
        QVERIFY(!evaluate(m_network, {}, {}, nullptr, {}).has_value());
        Dataset unequal = randomData(2, 20);
        unequal.windows[1].pop_back();
        QVERIFY(!evaluate(m_network, {}, unequal, nullptr, {}).has_value());
    }
};

QTEST_GUILESS_MAIN(TestEvaluate)
#include "tst_evaluate.moc"
