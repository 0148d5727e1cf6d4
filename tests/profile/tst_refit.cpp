// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/base/random.h"
#include "core/jobs/fitted_profile.h"
#include "core/profile/refit.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;

namespace {

constexpr int kBlocks = 4; ///< 28 layers

/// A model whose layers' divergences add up exactly, and a profile of it with slopes that are off.
struct Additive {
    std::shared_ptr<const Network> network = kerf::test::syntheticNetwork(kBlocks);
    Profile truth = *kerf::test::syntheticProfile(*network);
    Profile wrong = truth;
    double sequential = 0.85;

    explicit Additive(double spread)
    {
        truth.method = wrong.method = "hcd"; // which corrects the drift of its inputs in sequential mode
        CounterRng random(11);
        for (LayerProfile& layer : wrong.layers) {
            const double off = std::exp(spread * random.normal() - 0.1);
            layer.slope *= off;
            for (auto& [format, measured] : layer.swapIn)
                measured.kld *= off;
        }
    }

    Plan randomPlan(std::uint64_t number, QuantizeMode mode = QuantizeMode::Independent) const
    {
        CounterRng random(23, number);
        Plan plan = kerf::test::syntheticPlan(*network, "int4-g64");
        plan.mode = mode;
        const std::vector<std::string>& formats = truth.formats;
        for (PlanLayer& layer : plan.layers) {
            layer.format = formats[random.below(formats.size())];
            layer.method = truth.method;
        }
        return plan;
    }

    MeasuredPlan measured(const Plan& plan) const
    {
        Plan independent = plan;
        independent.mode = QuantizeMode::Independent;
        const double mode = plan.mode == QuantizeMode::Sequential ? sequential : 1.0;
        return { plan, mode * predictPlan(truth, independent)->kld, 0, "text" };
    }

    std::vector<MeasuredPlan> measuredPlans(int count) const
    {
        std::vector<MeasuredPlan> all;
        for (int i = 0; i < count; ++i)
            all.push_back(measured(randomPlan(
                static_cast<std::uint64_t>(i), i % 2 ? QuantizeMode::Sequential : QuantizeMode::Independent)));
        return all;
    }

    /// What a profile predicts of sequential mode beside independent.
    double sequentialFactor(const Profile& profile) const
    {
        return predictPlan(profile, randomPlan(0, QuantizeMode::Sequential))->kld
            / predictPlan(profile, randomPlan(0))->kld;
    }

    /// Root mean square of log(predicted / true) over plans that were not measured.
    double error(const Profile& profile) const
    {
        double squares = 0;
        constexpr int plans = 40;
        for (std::uint64_t i = 0; i < plans; ++i) {
            const MeasuredPlan held
                = measured(randomPlan(1000 + i, i % 2 ? QuantizeMode::Sequential : QuantizeMode::Independent));
            const double ratio = std::log(predictPlan(profile, held.plan)->kld / held.kld);
            squares += ratio * ratio / plans;
        }
        return std::sqrt(squares);
    }
};

} // namespace

class TestRefit : public QObject {
    Q_OBJECT
private slots:
    void withoutRunsNothingChanges()
    {
        const Additive model(0.3);
        const Profile fitted = refitProfile(model.wrong, {});
        QCOMPARE(toJson(fitted).dump(), toJson(model.wrong).dump());
        QCOMPARE(fitted.fittedRuns, 0);
        const Plan plan = model.randomPlan(0, QuantizeMode::Sequential);
        QCOMPARE(predictPlan(fitted, plan)->kld, predictPlan(model.wrong, plan)->kld);
    }

    void heldOutPlansArePredictedBetter()
    {
        const Additive model(0.2);
        const double before = model.error(model.wrong);
        double last = before;
        for (const int runs : { 2, 8, 40 }) {
            const Profile fitted = refitProfile(model.wrong, model.measuredPlans(runs));
            QCOMPARE(fitted.fittedRuns, runs);
            const double after = model.error(fitted);
            qInfo("%d runs: log error %.4f, before %.4f, sequential factor %.3f", runs, after, before,
                model.sequentialFactor(fitted));
            QVERIFY(after < last);
            last = after;
        }
        QVERIFY(last < before / 3);
    }

    void theSequentialFactorIsFound()
    {
        Additive model(0);
        model.sequential = 0.7;
        // Before a run: a sixth less, by the models that were measured.
        QVERIFY(std::abs(model.sequentialFactor(model.wrong) - std::exp(-0.17)) < 1e-9);
        const Profile fitted = refitProfile(model.wrong, model.measuredPlans(20));
        // The prior pulls ten equations of 3 to 10 % each by (0.1 / 0.15)² / 10 of the logarithm that is left at most.
        QVERIFY(std::abs(model.sequentialFactor(fitted) / 0.7 - 1) < 0.01);
    }

    void theOrderOfTheRunsDoesNotMatter()
    {
        const Additive model(0.2);
        std::vector<MeasuredPlan> runs = model.measuredPlans(12);
        const Profile one = refitProfile(model.wrong, runs);
        std::ranges::reverse(runs);
        std::swap(runs[2], runs[7]);
        runs.push_back(runs[4]); // listed twice: counted once
        const Profile other = refitProfile(model.wrong, runs);
        const Plan plan = model.randomPlan(77, QuantizeMode::Sequential);
        QCOMPARE(predictPlan(other, plan)->kld, predictPlan(one, plan)->kld);
        QCOMPARE(predictPlan(other, plan)->stderr_, predictPlan(one, plan)->stderr_);
        QCOMPARE(other.fittedRuns, one.fittedRuns);
        for (std::size_t i = 0; i < one.layers.size(); ++i)
            QCOMPARE(other.layers[i].corrections, one.layers[i].corrections);
    }

    void fittedAgainItStartsFromTheProfileAsMeasured()
    {
        const Additive model(0.2);
        const auto runs = model.measuredPlans(5);
        const Profile once = refitProfile(model.wrong, runs);
        const Profile twice = refitProfile(once, runs);
        QCOMPARE(twice.layers.front().corrections, once.layers.front().corrections);
        QCOMPARE(toJson(refitProfile(once, {})).dump(), toJson(model.wrong).dump());
    }

    void runsThatSayNothingAreLeftOut()
    {
        const Additive model(0.2);
        MeasuredPlan otherMethod = model.measured(model.randomPlan(1));
        otherMethod.plan.layers.front().method = "awq"; // one layer of 28: says nothing about awq
        MeasuredPlan original = model.measured(kerf::test::syntheticPlan(*model.network, "bf16"));
        MeasuredPlan unknown = model.measured(model.randomPlan(3));
        unknown.plan.layers.front().format = "int7-g32";
        const Profile fitted = refitProfile(model.wrong, { otherMethod, original, unknown });
        QCOMPARE(fitted.fittedRuns, 0);
        QVERIFY(fitted.layers.front().corrections.empty());
    }

    void runsOfTheMostUsedWindowCount()
    {
        const Additive model(0);
        const auto run = [&](std::int64_t window, double kld) {
            RunRow row;
            row.plan = model.randomPlan(1);
            row.metrics.push_back(
                { "kld_mean", kld, 0.001, "nats/token", "text", "hash", Json { { "window", window } } });
            return row;
        };
        const auto measured = measuredPlans({ run(512, 0.1), run(256, 0.2), run(256, 0.3), RunRow {} }, {});
        QCOMPARE(measured.size(), std::size_t { 2 });
        QCOMPARE(measured[0].kld, 0.2);
        QCOMPARE(measured[1].kld, 0.3);
        QCOMPARE(measured[1].stderr_, 0.001);
    }
};

QTEST_GUILESS_MAIN(TestRefit)
#include "tst_refit.moc"
