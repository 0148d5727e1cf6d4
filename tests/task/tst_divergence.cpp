// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/task/divergence.h"

using namespace kerf::core;

namespace {

Matrix randomLogits(CounterRng& rng, std::int64_t rows, std::int64_t cols, double size)
{
    Matrix logits(rows, cols);
    for (std::int64_t i = 0; i < logits.size(); ++i)
        logits.data()[i] = static_cast<float>(size * rng.normal());
    return logits;
}

} // namespace

class TestDivergence : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setThreadCount(0); }

    void equalsTheDefinitionInDouble()
    {
        CounterRng rng(1);
        for (const double size : { 0.1, 3.0, 15.0 }) {
            const Matrix p = randomLogits(rng, 37, 501, size), q = p + randomLogits(rng, 37, 501, 0.3);
            const auto tokens = rowDivergence(p, q);
            const VectorD sums = logSumExp(p);
            for (std::int64_t row = 0; row < p.rows(); ++row) {
                const Eigen::ArrayXd a = p.row(row).cast<double>().array(), b = q.row(row).cast<double>().array();
                const double la = std::log(a.exp().sum()), lb = std::log(b.exp().sum());
                const double kld = ((a - la).exp() * ((a - la) - (b - lb))).sum();
                // Float32 exponentials: 2^-22 of the gaps, which are of the order of one nat here.
                QVERIFY(std::abs(tokens[static_cast<std::size_t>(row)].kld - kld) <= 0x1.0p-22 * 4);
                QVERIFY(std::abs(sums[row] - la) <= 0x1.0p-22);
            }
        }
    }
    void zeroForTheSameLogitsAndForAShift()
    {
        CounterRng rng(2);
        const Matrix p = randomLogits(rng, 5, 100, 4.0);
        for (const TokenDivergence& token : rowDivergence(p, p)) {
            QCOMPARE(token.kld, 0.0);
            QVERIFY(token.sameTop1);
        }
        // Adding 8 rounds the logits by up to 2^-20 each.
        for (const TokenDivergence& token : rowDivergence(p, p.array() + 8.0f))
            QVERIFY(token.kld < 0x1.0p-18);
    }
    void topOneSeesTheChange()
    {
        Matrix p(2, 3), q(2, 3);
        p << 1, 5, 2, 1, 5, 2;
        q << 1, 5, 4, 6, 5, 2;
        const auto tokens = rowDivergence(p, q);
        QVERIFY(tokens[0].sameTop1);
        QVERIFY(!tokens[1].sameTop1);
    }
    void uniformGuessCostsTheEntropyGap()
    {
        Matrix p(1, 4), q = Matrix::Zero(1, 4);
        p << 100, 0, 0, 0;
        QVERIFY(std::abs(rowDivergence(p, q)[0].kld - std::log(4.0)) < 1e-12);
    }
    void anyThreadCountGivesTheSameBits()
    {
        CounterRng rng(3);
        const Matrix p = randomLogits(rng, 100, 333, 4.0), q = randomLogits(rng, 100, 333, 4.0);
        setThreadCount(1);
        const auto one = rowDivergence(p, q);
        setThreadCount(2);
        const auto two = rowDivergence(p, q);
        for (std::size_t i = 0; i < one.size(); ++i)
            QCOMPARE(one[i].kld, two[i].kld);
    }
};

QTEST_GUILESS_MAIN(TestDivergence)
#include "tst_divergence.moc"
