// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <limits>

#include <QTest>

#include "core/base/random.h"
#include "core/solve/solver.h"

using namespace kerf::core;

namespace {

/// Whole-numbered sizes and losses: sums are exact, so equality can be asked for.
std::vector<BudgetUnit> randomUnits(CounterRng& random, int count, int options, std::uint64_t largest)
{
    std::vector<BudgetUnit> units(static_cast<std::size_t>(count));
    for (BudgetUnit& unit : units) {
        for (int k = 0; k < options; ++k)
            unit.options.push_back(
                { static_cast<std::int64_t>(random.below(largest)), static_cast<double>(random.below(largest)) });
    }
    return units;
}

std::int64_t extremeBytes(const std::vector<BudgetUnit>& units, bool largest)
{
    std::int64_t bytes = 0;
    for (const BudgetUnit& unit : units) {
        const auto [low, high] = std::ranges::minmax_element(unit.options, {}, &BudgetOption::bytes);
        bytes += largest ? high->bytes : low->bytes;
    }
    return bytes;
}

struct Best {
    double loss = std::numeric_limits<double>::infinity();
    std::int64_t bytes = 0;
};

/// Every choice tried.
void bruteForce(const std::vector<BudgetUnit>& units, std::int64_t budget, std::size_t unit, std::int64_t bytes,
    double loss, Best& best)
{
    if (unit == units.size()) {
        if (bytes <= budget && (loss < best.loss || (loss == best.loss && bytes < best.bytes)))
            best = { loss, bytes };
        return;
    }
    for (const BudgetOption& option : units[unit].options)
        bruteForce(units, budget, unit + 1, bytes + option.bytes, loss + option.loss, best);
}

/// Options like a model's layers: the same few shapes, loss falling four-fold a bit.
std::vector<BudgetUnit> modelUnits(int count, bool sameShapes)
{
    CounterRng random(7, sameShapes ? 1 : 2);
    std::vector<BudgetUnit> units(static_cast<std::size_t>(count));
    for (BudgetUnit& unit : units) {
        const auto weights = static_cast<double>(
            sameShapes ? 4096 * 4096 * (1 + random.below(3)) : 1'000'000 + random.below(60'000'000));
        const double sensitivity = std::exp(2 * random.normal()) * 1e-3;
        for (const double bits : { 2.25, 3.25, 4.125, 4.25, 4.5, 5.25, 6.25, 8.125 }) {
            const double noise = std::exp(0.2 * random.normal());
            unit.options.push_back({ static_cast<std::int64_t>(std::ceil(weights * bits / 8)),
                sensitivity * noise * std::exp2(-2 * bits) });
        }
    }
    return units;
}

} // namespace

class TestSolver : public QObject {
    Q_OBJECT
private slots:
    void equalsBruteForce()
    {
        CounterRng random(1);
        int optimal = 0;
        for (int round = 0; round < 400; ++round) {
            const int count = 1 + static_cast<int>(random.below(8));
            // Few distinct values make ties, many make none.
            const std::vector<BudgetUnit> units = randomUnits(random, count, 3, round % 2 ? 6 : 1'000'000);
            const std::int64_t low = extremeBytes(units, false);
            const std::int64_t high = extremeBytes(units, true);
            const std::int64_t budget
                = low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 2)));
            Best best;
            bruteForce(units, budget, 0, 0, 0.0, best);
            const Result<BudgetSolution> solution = solveBudget(units, budget);
            QVERIFY2(solution.has_value(), solution ? "" : solution.error().message.c_str());
            QCOMPARE(solution->loss, best.loss);
            QCOMPARE(solution->bytes, best.bytes);
            QVERIFY(solution->bytes <= budget);
            QVERIFY(solution->lowerBound <= solution->loss);
            QCOMPARE(solution->grid, std::int64_t { 1 });
            double loss = 0;
            std::int64_t bytes = 0;
            for (std::size_t u = 0; u < units.size(); ++u) {
                const BudgetOption& option = units[u].options[static_cast<std::size_t>(solution->choice[u])];
                loss += option.loss;
                bytes += option.bytes;
            }
            QCOMPARE(loss, best.loss);
            QCOMPARE(bytes, best.bytes);
            optimal += solution->lowerBound < solution->loss;
        }
        qInfo("400 instances equal to brute force; in %d the relaxation alone is not the answer", optimal);
    }
    void largeInstancesKeepTheBudget_data()
    {
        QTest::addColumn<bool>("sameShapes");
        QTest::addRow("same shapes") << true;
        QTest::addRow("all different") << false;
    }
    void largeInstancesKeepTheBudget()
    {
        QFETCH(bool, sameShapes);
        const std::vector<BudgetUnit> units = modelUnits(1000, sameShapes);
        const std::int64_t low = extremeBytes(units, false);
        const std::int64_t high = extremeBytes(units, true);
        double before = std::numeric_limits<double>::infinity();
        for (int i = 0; i <= 20; ++i) {
            const std::int64_t budget = low + (high - low) / 20 * i;
            const Result<BudgetSolution> solution = solveBudget(units, budget);
            QVERIFY(solution.has_value());
            QVERIFY(solution->bytes <= budget);
            QVERIFY(solution->lowerBound <= solution->loss);
            QVERIFY(solution->loss <= before); // a larger budget is never worse
            const Result<BudgetSolution> again = solveBudget(units, budget);
            QCOMPARE(again->choice, solution->choice);
            if (i % 5 == 0)
                qInfo("budget %lld: loss %.9g, gap %.2g, grid %lld", static_cast<long long>(budget), solution->loss,
                    solution->loss - solution->lowerBound, static_cast<long long>(solution->grid));
            before = solution->loss;
        }
    }
    void aHardInstanceEndsAndSaysHowExactItIs()
    {
        // Loss and size strongly correlated, sizes without a common divisor: the relaxation decides nothing.
        CounterRng random(3);
        std::vector<BudgetUnit> units(1000);
        for (BudgetUnit& unit : units) {
            for (int k = 0; k < 8; ++k) {
                const auto bytes = static_cast<std::int64_t>(random.below(1'000'000'007));
                unit.options.push_back({ bytes, 1e9 - static_cast<double>(bytes) });
            }
        }
        const std::int64_t budget = (extremeBytes(units, false) + extremeBytes(units, true)) / 2;
        const Result<BudgetSolution> solution = solveBudget(units, budget);
        QVERIFY(solution.has_value());
        QVERIFY(solution->bytes <= budget);
        const double gap = (solution->loss - solution->lowerBound) / solution->loss;
        qInfo("grid %lld bytes, gap %.3g", static_cast<long long>(solution->grid), gap);
        QVERIFY(gap < 1e-4);
    }
    void saysTheSmallestSize()
    {
        const std::vector<BudgetUnit> units { { { { 100, 1.0 }, { 200, 0.5 } } }, { { { 50, 1.0 } } } };
        const Result<BudgetSolution> solution = solveBudget(units, 149);
        QVERIFY(!solution.has_value());
        QVERIFY2(solution.error().message.find("150 bytes") != std::string::npos, solution.error().message.c_str());
        QCOMPARE(solveBudget(units, 150)->loss, 2.0);
    }
    void refusesNonsense()
    {
        QVERIFY(!solveBudget({ { {} } }, 10).has_value());
        QVERIFY(!solveBudget({ { { { -1, 0.0 } } } }, 10).has_value());
        QVERIFY(!solveBudget({ { { { 1, std::nan("") } } } }, 10).has_value());
        QVERIFY(solveBudget({}, 0).has_value());
    }
};

QTEST_GUILESS_MAIN(TestSolver)
#include "tst_solver.moc"
