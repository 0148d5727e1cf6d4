// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/calibrate/cache_range.h"
#include "core/evaluate/packed_linear.h"
#include "core/graph/activation_linear.h"
#include "core/graph/attention.h"
#include "core/model/generator.h"
#include "core/model/model.h"
#include "core/plan/plan.h"
#include "core/profile/swap_in.h"
#include "tests/support/random_matrix.h"
#include "tests/support/random_model.h"

using namespace kerf::core;
using kerf::test::randomMatrix;

namespace {

/// One query of one head in double: keys before oldKeys and values before oldValues from the rounded ones.
std::vector<double> attendOracle(const AttentionSettings& s, const ResidualCache& cache, std::int64_t window,
    std::int64_t position, std::int64_t head, const MatrixRef& queries)
{
    const std::int64_t dim = s.headDim, column = head / (s.heads / s.keyValueHeads) * dim;
    const std::int64_t oldKeys = position / cache.residual * cache.residual, oldValues = position - cache.residual;
    std::vector<double> scores;
    for (std::int64_t p = 0; p <= position; ++p) {
        const MatrixRef& keys = p < oldKeys ? cache.roundedKeys : cache.keys;
        double dot = 0;
        for (std::int64_t i = 0; i < dim; ++i)
            dot += double(queries(window + position, head * dim + i)) * keys(window + p, column + i);
        scores.push_back(dot * s.scale);
    }
    double sum = 0, most = *std::max_element(scores.begin(), scores.end());
    for (double& score : scores)
        sum += score = std::exp(score - most);
    std::vector<double> out(static_cast<std::size_t>(dim));
    for (std::int64_t p = 0; p <= position; ++p)
        for (std::int64_t i = 0; i < dim; ++i)
            out[static_cast<std::size_t>(i)] += scores[static_cast<std::size_t>(p)] / sum
                * (p < oldValues ? cache.roundedValues : cache.values)(window + p, column + i);
    return out;
}

CacheSettings all(const Network& network, const char* name)
{
    return CacheSettings(
        static_cast<std::size_t>(network.blockCount()), CacheSetting { parseCacheFormat(name).value(), 0, 0 });
}

Matrix runWindows(const Network& network, const std::vector<std::vector<TokenId>>& windows, const CacheSettings& caches)
{
    Hidden hidden = network.embed(windows).value();
    for (int block = 0; block < network.blockCount(); ++block) {
        BlockRun run;
        if (!caches.empty())
            run.cache = &caches[static_cast<std::size_t>(block)];
        const auto weights = network.loadBlock(block).value();
        if (!network.runBlock(block, *weights, run, hidden))
            return {};
    }
    return network.logits(hidden, 0, hidden.tokens()).value();
}

} // namespace

class TestKvCache : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        kerf::test::RandomModelShape shape { 64, 96, 3, 4, 2, 200, 300, 7 };
        QVERIFY(kerf::test::writeRandomModel(m_folder.filePath("model").toStdString(), shape));
        m_network = openModel(m_folder.filePath("model").toStdString())->network;
        CounterRng rng(3);
        for (int i = 0; i < 300; ++i)
            m_tokens.push_back(static_cast<TokenId>(rng.below(200)));
    }

    /// Float32 against double: a score is off by at most dim u |q||k|, which changes a softmax weight by as much,
    /// relatively, twice; sums over n positions of weights that add up to 1 by n u times the largest value; the fast
    /// exponential by 3e-7.
    void residualAttentionEqualsTheOracle()
    {
        CounterRng rng(5);
        const std::int64_t residual = 32;
        const AttentionSettings s { 4, 2, 16, 0.25f, 0, 0 };
        const std::vector<std::int64_t> lengths { 200, 31, 33, 64, 1 };
        const std::int64_t rows = 329;
        const Matrix queries = randomMatrix(rng, rows, 64), keys = randomMatrix(rng, rows, 32),
                     values = randomMatrix(rng, rows, 32), roundedKeys = randomMatrix(rng, rows, 32),
                     roundedValues = randomMatrix(rng, rows, 32);
        const ResidualCache cache { keys, values, roundedKeys, roundedValues, residual };
        const double u = 0x1p-24, norms = 16 * 4.5 * 4.5; // of 16 normal values, none above 4.5
        const double bound = (2 * (16 * u * norms * 0.25) + 6e-7 + 200 * u) * 4.5;
        Matrix out(rows, 64);
        attendWindowsResidual(s, lengths, queries, cache, out);
        std::int64_t window = 0;
        for (const std::int64_t length : lengths) {
            for (std::int64_t position = 0; position < length; ++position)
                for (std::int64_t head = 0; head < 4; ++head)
                    QVERIFY(close(attendOracle(s, cache, window, position, head, queries),
                        out.row(window + position).segment(head * 16, 16), bound));
            window += length;
        }
        // One query after the other, and several behind others, over the same cache.
        for (const auto& [first, count] : { std::pair<std::int64_t, std::int64_t> { 0, 1 }, { 31, 1 }, { 32, 1 },
                 { 33, 1 }, { 64, 1 }, { 150, 1 }, { 20, 30 }, { 60, 140 } }) {
            Matrix some(count, 64);
            attendCachedResidual(
                s, first, std::array { count }, queries.middleRows(first, count), std::array { cache }, some);
            for (std::int64_t i = 0; i < count; ++i)
                for (std::int64_t head = 0; head < 4; ++head)
                    QVERIFY(close(attendOracle(s, cache, 0, first + i, head, queries),
                        some.row(i).segment(head * 16, 16), bound));
        }
    }

    /// Identity: KIVI equals the full cache while no more than R tokens are there; behind them it differs.
    void kiviEqualsTheFullCacheWithinItsWindow()
    {
        for (const char* name : { "kv-kivi2", "kv-kivi4", "kv-kivi2-r128" }) {
            const std::int64_t residual = parseCacheFormat(name).value()->residual();
            for (const std::int64_t length : { std::int64_t(2), residual - 1, residual, residual + 5 }) {
                const std::vector<std::vector<TokenId>> windows { { m_tokens.begin(), m_tokens.begin() + length } };
                const Matrix full = runWindows(*m_network, windows, {}),
                             kivi = runWindows(*m_network, windows, all(*m_network, name));
                QCOMPARE(full.topRows(std::min(length, residual)), kivi.topRows(std::min(length, residual)));
                QCOMPARE(full == kivi, length <= residual);
            }
        }
    }
    void sixteenBitAndNoFormatAreTheSame()
    {
        const Matrix plain = runWindows(*m_network, { m_tokens }, {});
        QVERIFY(runWindows(*m_network, { m_tokens }, all(*m_network, "kv-f16")) == plain);
        QVERIFY(runWindows(*m_network, { m_tokens }, all(*m_network, "kv-int8")) != plain);
    }
    void anyThreadCountAndCompanyOfWindowsGivesTheSameBits()
    {
        const std::vector<TokenId> half(m_tokens.begin(), m_tokens.begin() + 150);
        for (const char* name : { "kv-int8", "kv-int4", "kv-fp8", "kv-kivi2", "kv-kivi4" }) {
            const CacheSettings caches = all(*m_network, name);
            setThreadCount(1);
            const Matrix one = runWindows(*m_network, { m_tokens, half }, caches);
            setThreadCount(2);
            QVERIFY(runWindows(*m_network, { m_tokens, half }, caches) == one);
            QVERIFY(runWindows(*m_network, { half }, caches) == one.bottomRows(150));
        }
    }
    /// A prompt taken at once gives a session what evaluation gives. Token by token, sums in another order may move a
    /// code to its neighbour here and there: far less than what rounding all of them does.
    void generationsKeepTheCacheThatEvaluationMeasures()
    {
        const Matrix plain = runWindows(*m_network, { m_tokens }, {});
        for (const char* name : { "kv-int8", "kv-int4", "kv-fp8", "kv-kivi2", "kv-kivi4" }) {
            const CacheSettings caches = all(*m_network, name);
            const Matrix whole = runWindows(*m_network, { m_tokens }, caches);
            const double effect = (whole.bottomRows(1) - plain.bottomRows(1)).norm();
            auto generation = startGeneration(*m_network, {}, 300, caches);
            QVERIFY(generation);
            const Vector prompt = (*generation)->prefill(m_tokens).value();
            QVERIFY((prompt.transpose() - whole.bottomRows(1)).norm() <= 0.01 * effect);
            (*generation)->truncate(40);
            Vector last = (*generation)->prefill(std::span(m_tokens).subspan(40, 50)).value();
            for (std::size_t i = 90; i < 300; ++i)
                last = (*generation)->decode(m_tokens[i]).value();
            QVERIFY2((last.transpose() - whole.bottomRows(1)).norm() <= 0.5 * effect, name);
        }
        QVERIFY(!startGeneration(*m_network, {}, 10, CacheSettings(2)));
    }

    /// Several sequences that grow together give the bits that each gives alone: as float weights are packed for
    /// decoding, products of a few rows depend on their own row alone, those of many stay within a sequence. 600 rows
    /// go through in more than one chunk.
    void sequencesThatGrowTogetherAreEachAsAlone()
    {
        const auto packed
            = [](const LayerInfo&, const Matrix& weight) -> Result<LinearPtr> { return packFloat(weight).linear; };
        constexpr std::int64_t kSequences = 6, kPrompt = 100, kSteps = 4;
        const auto token = [&](std::int64_t sequence, std::int64_t at) {
            return m_tokens[static_cast<std::size_t>((37 * sequence + at) % 300)];
        };
        for (const char* name : { "", "kv-int8", "kv-kivi2" }) {
            const CacheSettings caches = *name ? all(*m_network, name) : CacheSettings();
            auto together = startGeneration(*m_network, packed, 300, caches, kSequences);
            auto alone = startGeneration(*m_network, packed, 300, caches);
            QVERIFY(together && alone);
            std::vector<Matrix> steps;
            std::vector<TokenId> prompt;
            for (std::int64_t sequence = 0; sequence < kSequences; ++sequence)
                for (std::int64_t at = 0; at < kPrompt; ++at)
                    prompt.push_back(token(sequence, at));
            steps.push_back((*together)->extend(prompt).value());
            for (std::int64_t at = kPrompt; at < kPrompt + kSteps; ++at) {
                std::vector<TokenId> next;
                for (std::int64_t sequence = 0; sequence < kSequences; ++sequence)
                    next.push_back(token(sequence, at));
                steps.push_back((*together)->extend(next).value());
            }
            QCOMPARE((*together)->length(), kPrompt + kSteps);
            for (std::int64_t sequence = 0; sequence < kSequences; ++sequence) {
                (*alone)->truncate(0);
                const auto own = std::span(prompt).subspan(static_cast<std::size_t>(sequence * kPrompt), kPrompt);
                QVERIFY2((*alone)->prefill(own).value().transpose() == steps[0].row(sequence), name);
                for (std::int64_t step = 1; step <= kSteps; ++step) {
                    const Vector logits = (*alone)->decode(token(sequence, kPrompt + step - 1)).value();
                    QVERIFY2(logits.transpose() == steps[static_cast<std::size_t>(step)].row(sequence), name);
                }
            }
        }
    }
    void sequencesTakeEquallyManyTokens()
    {
        auto generation = startGeneration(*m_network, {}, 10, {}, 2);
        QVERIFY(generation);
        QCOMPARE((*generation)->extend(std::vector<TokenId> { 1, 2, 3 }).error().code, ErrorCode::InvalidArgument);
        QVERIFY(!startGeneration(*m_network, {}, 10, {}, 0));
        (*generation)->assume(1, 9);
        QVERIFY((*generation)->decode(1));
        QVERIFY(!(*generation)->decode(1)); // no room behind 10
        QCOMPARE((*generation)->length(), 10);
    }

    void plansHoldAFormatForEachBlock()
    {
        Plan plan = uniformPlan(*m_network, "p", "int8-channel+a8-token", "rtn").value();
        const std::string without = planHash(plan);
        QVERIFY(!toJson(plan).contains("kv"));
        QVERIFY(setCacheFormat(plan, *m_network, "kv-int8"));
        QVERIFY(toJson(plan)["kv"] == Json("kv-int8"));
        QVERIFY(planHash(plan) != without);
        plan.kv[1] = "kv-kivi2-r64";
        const Result<Plan> read = planFromJson(toJson(plan), *m_network, "p.json");
        QVERIFY(read);
        QVERIFY(read->kv == plan.kv);
        QCOMPARE(planHash(*read), planHash(plan));
        const CacheShape shape { 2, 16, 16 };
        QCOMPARE(m_network->cacheShape().heads, shape.heads);
        QCOMPARE(cacheBytes(plan, *m_network, 100, 3).value(),
            3
                * (2 * parseCacheFormat("kv-int8").value()->bytes(shape, 100)
                    + parseCacheFormat("kv-kivi2-r64").value()->bytes(shape, 100)));
        plan.kv.pop_back();
        QVERIFY(!cacheSettings(plan, *m_network));
        QCOMPARE(planFromJson(toJson(plan), *m_network, "p.json").error().code, ErrorCode::BadFile);
        QVERIFY(!setCacheFormat(plan, *m_network, "int8"));
        QVERIFY(setCacheFormat(plan, *m_network, "kv-f16"));
        QVERIFY(plan.kv.empty());
        QVERIFY(!uniformCaches(*m_network, "kv-int8-tensor")); // steps come from a run's calibration
    }
    void calibrationSeesTheLargestKeysAndValues()
    {
        Dataset data;
        data.windows = { m_tokens, m_tokens };
        const auto ranges = measureCacheRanges(*m_network, data, {}).value();
        QCOMPARE(ranges.size(), std::size_t(3));
        CacheSettings wide = all(*m_network, "kv-int8-tensor"), narrow = wide;
        for (std::size_t block = 0; block < 3; ++block) {
            wide[block].keyStep = wide[block].format->fixedStepFor(ranges[block].keys);
            wide[block].valueStep = wide[block].format->fixedStepFor(ranges[block].values);
            narrow[block].keyStep = wide[block].keyStep / 50;
            narrow[block].valueStep = wide[block].valueStep / 50;
        }
        const Matrix plain = runWindows(*m_network, { m_tokens }, {});
        const double fitting = (runWindows(*m_network, { m_tokens }, wide) - plain).norm();
        QVERIFY(fitting > 0);
        QVERIFY((runWindows(*m_network, { m_tokens }, narrow) - plain).norm() > 4 * fitting); // clipped
        QCOMPARE(measureCacheRanges(*m_network, {}, {}).error().code, ErrorCode::InvalidArgument);
    }
    void oneBlocksCacheIsSwappedInAlone()
    {
        Dataset text;
        text.windows = { m_tokens };
        std::vector<SwapIn> cells;
        for (int block = 0; block < 3; ++block)
            for (const char* name : { "kv-f16", "kv-int8", "kv-int4" })
                cells.push_back({ "", name, block });
        const auto results = evaluateSwapIns(*m_network, text, cells, {}, {}).value();
        for (std::size_t block = 0; block < 3; ++block) {
            QCOMPARE(results[block * 3].kld, 0.0);
            QVERIFY(results[block * 3 + 1].kld > 0);
            QVERIFY(results[block * 3 + 2].kld > 10 * results[block * 3 + 1].kld); // steps 17 times as large
        }
        QVERIFY(!evaluateSwapIns(*m_network, text, { { "", "kv-int8", 3 } }, {}, {}));
    }

private:
    static bool close(const std::vector<double>& expected, const MatrixRef& found, double bound)
    {
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (!(std::abs(expected[i] - found(0, static_cast<Eigen::Index>(i))) <= bound))
                return false;
        return true;
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const Network> m_network;
    std::vector<TokenId> m_tokens;
};

QTEST_GUILESS_MAIN(TestKvCache)
#include "tst_kv_cache.moc"
