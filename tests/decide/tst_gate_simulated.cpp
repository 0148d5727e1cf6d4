// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// kerf-test: slow

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/decide/paired_loss.h"

using namespace kerf::core;

namespace {

constexpr double kConfidence = 0.95;
constexpr int kExperiments = 60'000;

/// Draws how many of so many tries succeed, by the table of their distribution.
class Successes {
public:
    Successes(std::int64_t tries, double p)
    {
        const auto n = static_cast<double>(tries);
        const double reach = 9 * std::sqrt(n * p) + 9; // beyond it less than 1e-15 is left
        m_first = std::max<std::int64_t>(0, static_cast<std::int64_t>(n * p - reach));
        const std::int64_t last = p > 0 ? std::min(tries, static_cast<std::int64_t>(n * p + reach)) : 0;
        double sum = 0;
        for (std::int64_t k = m_first; k <= last; ++k) {
            const auto at = static_cast<double>(k);
            sum += p > 0 ? std::exp(std::lgamma(n + 1) - std::lgamma(at + 1) - std::lgamma(n - at + 1)
                       + at * std::log(p) + (n - at) * std::log1p(-p))
                         : 1;
            m_below.push_back(sum);
        }
    }
    std::int64_t draw(CounterRng& random) const
    {
        const auto found = std::ranges::upper_bound(m_below, random.uniform());
        return m_first + std::min(found - m_below.begin(), std::ssize(m_below) - 1);
    }

private:
    std::int64_t m_first = 0;
    std::vector<double> m_below; ///< P(X <= m_first + i)
};

/// Two models that answer the same items, again and again.
class Trial {
public:
    Trial(std::int64_t items, double flips, double loss)
        : m_items(items)
        , m_harmful(items, (flips + loss) / 2)
        , m_share((flips - loss) / 2 / (1 - (flips + loss) / 2))
    {
    }
    PairedAnswers draw(CounterRng& random)
    {
        const std::int64_t harmful = m_harmful.draw(random), rest = m_items - harmful;
        const auto known = m_beneficial.try_emplace(harmful, rest, m_share).first;
        return { harmful, known->second.draw(random), m_items };
    }

private:
    std::int64_t m_items;
    Successes m_harmful;
    double m_share; ///< of the items that are not flipped to harm
    std::map<std::int64_t, Successes> m_beneficial; ///< by harmful flips
};

/// Verdicts at one margin, each once.
class Gate {
public:
    explicit Gate(double margin)
        : m_margin(margin)
    {
    }
    bool accepts(const PairedAnswers& answers)
    {
        const auto [known, isNew] = m_known.try_emplace({ answers.harmful, answers.beneficial });
        if (isNew)
            known->second = judgeLoss(lossBounds(answers, kConfidence), m_margin) == GateVerdict::Accept;
        return known->second;
    }

private:
    double m_margin;
    std::map<std::pair<std::int64_t, std::int64_t>, bool> m_known;
};

/// The share of experiments that end in acceptance.
double acceptance(std::uint64_t stream, std::int64_t items, double flips, double loss, double margin)
{
    CounterRng random(3, stream);
    Trial trial(items, flips, loss);
    Gate gate(margin);
    int accepted = 0;
    for (int i = 0; i < kExperiments; ++i)
        accepted += gate.accepts(trial.draw(random));
    return static_cast<double>(accepted) / kExperiments;
}

/// A cell of the table of items that are needed.
struct Cell {
    double flips, loss, margin;
};

std::vector<Cell> cells()
{
    std::vector<Cell> all;
    for (const double margin : { .003, .005, .01, .02, .03 }) {
        for (const double flips : { .01, .02, .05, .10 })
            all.push_back({ flips, 0, margin });
        all.push_back({ .05, margin / 2, margin });
    }
    return all;
}

/// What one of eight plans, each as bad as the margin, is accepted by.
struct BestOfEight {
    int same = 0, split = 0; ///< times that it was accepted by all items, and by those that did not choose it
};

BestOfEight chooseAndJudge(std::uint64_t stream, int experiments)
{
    constexpr std::int64_t kHalf = 3092 / 2;
    constexpr double kMargin = .01;
    CounterRng random(5, stream);
    Trial half(kHalf, .05, kMargin);
    Gate all(kMargin), second(kMargin);
    BestOfEight accepted;
    for (int i = 0; i < experiments; ++i) {
        std::array<PairedAnswers, 8> whole, chosen, judged;
        for (std::size_t plan = 0; plan < whole.size(); ++plan) {
            chosen[plan] = half.draw(random);
            judged[plan] = half.draw(random);
            whole[plan] = { chosen[plan].harmful + judged[plan].harmful,
                chosen[plan].beneficial + judged[plan].beneficial, 2 * kHalf };
        }
        const auto best = [](const auto& answers) {
            return static_cast<std::size_t>(
                std::ranges::min_element(answers, {}, &PairedAnswers::loss) - answers.begin());
        };
        accepted.same += all.accepts(whole[best(whole)]);
        accepted.split += second.accepts(judged[best(chosen)]);
    }
    return accepted;
}

} // namespace

/// What the gate promises, by experiments.
class TestGateSimulated : public QObject {
    Q_OBJECT
private slots:
    /// At the number that was said: power near 0.8; where a few flips decide, up to 0.89.
    void power()
    {
        const std::vector<Cell> all = cells();
        std::vector<double> found(all.size());
        parallelFor(std::ssize(all), [&](std::int64_t at) {
            const Cell& cell = all[static_cast<std::size_t>(at)];
            const auto items
                = static_cast<std::int64_t>(itemsNeeded({ cell.flips, cell.loss }, cell.margin, kConfidence));
            found[static_cast<std::size_t>(at)]
                = acceptance(static_cast<std::uint64_t>(at), items, cell.flips, cell.loss, cell.margin);
        });
        for (std::size_t i = 0; i < all.size(); ++i) {
            qInfo("flips %g, loss %g, margin %g: power %.4f", all[i].flips, all[i].loss, all[i].margin, found[i]);
            QVERIFY(found[i] > .79 && found[i] < .89);
        }
    }
    /// At the margin itself one wrong acceptance of twenty; fewer where every flip is a harmful one.
    void wrongAcceptance()
    {
        std::vector<Cell> all = cells();
        std::erase_if(all, [](const Cell& cell) { return cell.margin > cell.flips; }); // there is no such loss
        std::vector<double> found(all.size());
        parallelFor(std::ssize(all), [&](std::int64_t at) {
            const Cell& cell = all[static_cast<std::size_t>(at)];
            const auto items
                = static_cast<std::int64_t>(itemsNeeded({ cell.flips, cell.loss }, cell.margin, kConfidence));
            found[static_cast<std::size_t>(at)]
                = acceptance(100 + static_cast<std::uint64_t>(at), items, cell.flips, cell.margin, cell.margin);
        });
        for (std::size_t i = 0; i < all.size(); ++i) {
            qInfo("flips %g, margin %g: wrong acceptance %.4f", all[i].flips, all[i].margin, found[i]);
            QVERIFY(found[i] < .06 && (found[i] > .04 || all[i].flips == all[i].margin));
        }
    }
    /// One of eight equal plans is chosen: judged by the items that chose it, it is accepted far too often.
    void choosingAndJudgingTakesOtherItems()
    {
        constexpr int kTiles = 8;
        std::array<BestOfEight, kTiles> tiles;
        parallelFor(kTiles, [&](std::int64_t tile) {
            tiles[static_cast<std::size_t>(tile)]
                = chooseAndJudge(static_cast<std::uint64_t>(tile), kExperiments / kTiles);
        });
        double same = 0, split = 0;
        for (const BestOfEight& tile : tiles) {
            same += static_cast<double>(tile.same) / kExperiments;
            split += static_cast<double>(tile.split) / kExperiments;
        }
        qInfo("accepted by the same items %.4f, by the others %.4f", same, split);
        QVERIFY(std::abs(same - .33) < .01);
        QVERIFY(std::abs(split - .047) < .01);
    }
};

QTEST_GUILESS_MAIN(TestGateSimulated)
#include "tst_gate_simulated.moc"
