// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <limits>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/solve/plan_search.h"
#include "tests/support/small_decoder.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;

namespace {

/// Layers whose divergences add up, a profile of them that is off, and the solver's plan for it.
struct Searched {
    std::shared_ptr<const Network> network = kerf::test::syntheticNetwork(3);
    Profile truth = *kerf::test::syntheticProfile(*network);
    Profile wrong = truth;
    SolveOptions options;
    Plan plan;
    std::int64_t budget = 0;

    Searched()
    {
        CounterRng random(5);
        for (LayerProfile& layer : wrong.layers)
            layer.slope *= std::exp(0.3 * random.normal());
        options.bitsPerWeight = 3.8;
        options.tieFused = true;
        plan = solvePlan(wrong, *network, 0, options, kerf::test::syntheticPlan(*network, "bf16")).value();
        budget = planSize(plan, *network, 0).layerBytes;
    }

    PlanSearch start() const
    {
        std::vector<PlanUnit> units = planUnits(wrong, *network, options, Plan {}).value();
        std::vector<int> choice = choiceOf(units, plan).value();
        return PlanSearch(std::move(units), std::move(choice), budget);
    }

    double kld(const PlanSearch& search, const std::vector<int>& choice) const
    {
        Plan made = plan;
        applyChoice(search.units(), choice, *network, "gptq", made);
        return predictPlan(truth, made)->kld;
    }
};

} // namespace

class TestPlanSearch : public QObject {
    Q_OBJECT
private slots:
    void measuredChangesLowerTheDivergence()
    {
        const Searched model;
        PlanSearch search = model.start();
        const double before = model.kld(search, search.choice());
        std::set<std::vector<int>> tried;
        int kept = 0;
        for (int step = 0; step < 150; ++step) {
            const auto change = search.next();
            if (!change)
                break;
            const std::vector<int> after = search.after(*change);
            QVERIFY(tried.insert(after).second);
            Plan plan = model.plan;
            applyChoice(search.units(), after, *model.network, "gptq", plan);
            QVERIFY(planSize(plan, *model.network, 0).layerBytes <= model.budget);
            QVERIFY(change->parts.size() <= 2 && change->spread > 0);
            QVERIFY(!search.describe(*change).empty());
            const double found = model.kld(search, after) - model.kld(search, search.choice());
            search.observe(*change, found, 0);
            if (found < 0) {
                search.accept(*change);
                ++kept;
            }
        }
        const double after = model.kld(search, search.choice());
        const Plan best = solvePlan(model.truth, *model.network, 0, model.options, model.plan).value();
        const double least = predictPlan(model.truth, best)->kld;
        qInfo("%.5g before, %.5g after %d kept changes of %zu, %.5g at best", before, after, kept, tried.size(), least);
        QVERIFY(least < before); // there is something to find
        QVERIFY(after - least < (before - least) / 2);
    }

    void theSameObservationsGiveTheSameChanges()
    {
        const Searched model;
        PlanSearch one = model.start(), other = model.start();
        int compared = 0;
        for (int step = 0; step < 10; ++step, ++compared) {
            const auto a = one.next(), b = other.next();
            QCOMPARE(a.has_value(), b.has_value());
            if (!a)
                break;
            QVERIFY(a->parts == b->parts);
            QCOMPARE(a->kld, b->kld);
            QCOMPARE(a->spread, b->spread);
            one.observe(*a, 1e-4 * step, 1e-5);
            other.observe(*b, 1e-4 * step, 1e-5);
        }
        QVERIFY(compared > 1);
    }

    void anObservationIsBelieved()
    {
        const Searched model;
        PlanSearch search = model.start();
        const PlanChange first = *search.next();
        search.observe(first, 1.0, 1e-6); // far worse than predicted
        for (int step = 0; step < 20; ++step) {
            const auto change = search.next();
            if (!change)
                break;
            QVERIFY(change->parts != first.parts);
            search.observe(*change, change->kld, 1e-6);
        }
    }

    void aPlanBeyondTheProfileIsRefused()
    {
        const Searched model;
        SolveOptions tied = model.options;
        tied.tieFused = true;
        const std::vector<PlanUnit> units = planUnits(model.wrong, *model.network, tied, Plan {}).value();
        const auto unknown = choiceOf(units, kerf::test::syntheticPlan(*model.network, "int7-g32"));
        QVERIFY(!unknown && unknown.error().message.find("int7-g32") != std::string::npos);
        Plan untied = kerf::test::syntheticPlan(*model.network, "int4-g64");
        untied.layers.front().format = "int6-g128";
        QVERIFY(!choiceOf(units, untied));
        SolveOptions free = tied;
        free.tieFused = false;
        QVERIFY(choiceOf(planUnits(model.wrong, *model.network, free, Plan {}).value(), untied));
    }

    void weightsAndCacheShareOneMemory()
    {
        QTemporaryDir folder;
        const auto network = kerf::test::smallDecoder(folder.path().toStdString() + "/m", {}).value();
        Profile profile = *kerf::test::syntheticProfile(*network);
        profile.formats = { "int3-channel", "int4-channel", "int8-channel" };
        for (LayerProfile& layer : profile.layers)
            layer.relativeError = { { "int3-channel", 0.02 }, { "int4-channel", 0.005 }, { "int8-channel", 0.00002 } };
        for (int block = 0; block < network->blockCount(); ++block)
            profile.caches.push_back({ { "kv-int8", { 1e-5 * (block + 1), 0 } }, { "kv-int4", { 1e-3, 0 } } });
        const Plan base = uniformPlan(*network, "p", "bf16", "gptq").value();
        SolveOptions joint;
        joint.context = 40;
        joint.batch = 2;
        const std::int64_t other = 100;
        for (const double bits : { 4.0, 5.0, 7.0, 12.0 }) {
            SolveOptions weights;
            weights.bitsPerWeight = bits;
            const Plan some = solvePlan(profile, *network, other, weights, base).value();
            joint.memoryBytes = planSize(some, *network, other).sizeBytes
                + cacheBytes(setCache(some, *network, "kv-int8"), *network, joint.context, joint.batch).value();
            const Result<Plan> both = solvePlan(profile, *network, other, joint, base);
            QVERIFY2(both.has_value(), both ? "" : both.error().message.c_str());
            const double found = predictPlan(profile, *both)->kld;
            QVERIFY(planSize(*both, *network, other).sizeBytes
                    + cacheBytes(*both, *network, joint.context, joint.batch).value()
                <= *joint.memoryBytes);
            // No plan with one cache format for all blocks in the same memory is better.
            for (const char* format : { "kv-f16", "kv-int8", "kv-int4" }) {
                const std::int64_t cache
                    = cacheBytes(setCache(base, *network, format), *network, joint.context, joint.batch).value();
                SolveOptions rest;
                rest.sizeBytes = *joint.memoryBytes - cache;
                const Result<Plan> one = solvePlan(profile, *network, other, rest, base);
                if (one)
                    QVERIFY(found <= predictPlan(profile, setCache(*one, *network, format))->kld + 1e-15);
            }
        }
        joint.memoryBytes = other;
        const auto small = solvePlan(profile, *network, other, joint, base);
        QVERIFY(!small && small.error().message.find("smallest possible size") != std::string::npos);
        joint.cacheFormats = { "kv-fp8" };
        QVERIFY(!solvePlan(profile, *network, other, joint, base)); // not profiled
    }

    void theFastestPlanWithinATime()
    {
        const Searched model;
        DecodeTimes times;
        times.otherSeconds = 1e-3;
        for (const LayerInfo& layer : model.network->layers())
            for (const std::string& format : model.truth.formats)
                times.layers[layer.name][format] = 1e-5 * (format.starts_with("int4") ? 1 : 3);
        SolveOptions options;
        options.times = &times;
        const auto count = static_cast<double>(model.network->layers().size());
        const Plan base = kerf::test::syntheticPlan(*model.network, "bf16");
        const auto speed = [&](double seconds) { return 1 / (times.otherSeconds + seconds); };
        options.tokensPerSecond = speed(count * 1e-5 * (1 + 1e-9)); // all of them fast
        const Result<Plan> fast = solvePlan(model.truth, *model.network, 0, options, base);
        QVERIFY2(fast.has_value(), fast ? "" : fast.error().message.c_str());
        for (const PlanLayer& layer : fast->layers)
            QVERIFY(layer.format.starts_with("int4"));
        options.tokensPerSecond = speed(count * 3e-5 * (1 + 1e-9));
        const Result<Plan> slow = solvePlan(model.truth, *model.network, 0, options, base);
        QVERIFY(slow.has_value());
        for (const PlanLayer& layer : slow->layers)
            QCOMPARE(layer.format, std::string("int8-g128")); // the least divergence of those with a time
        options.tokensPerSecond = speed(count * 0.9e-5);
        const auto tooFast = solvePlan(model.truth, *model.network, 0, options, base);
        QVERIFY(!tooFast && tooFast.error().message.find("fastest plan") != std::string::npos);
    }

private:
    static Plan setCache(Plan plan, const Network& network, const char* format)
    {
        const Status set = setCacheFormat(plan, network, format);
        if (!set)
            qFatal("%s", set.error().message.c_str());
        return plan;
    }
};

QTEST_GUILESS_MAIN(TestPlanSearch)
#include "tst_plan_search.moc"
