// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>

#include <QTest>

#include "core/base/random.h"
#include "core/format/layer_format.h"
#include "core/jobs/fitted_profile.h"
#include "core/profile/refit.h"
#include "core/solve/solver.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;

namespace {

constexpr int kBlocks = 6; ///< 42 layers

/// A profile made by hcd, with rtn compared on the layers of two blocks.
struct Known {
    std::shared_ptr<const Network> network = kerf::test::syntheticNetwork(kBlocks);
    Profile profile = *kerf::test::syntheticProfile(*network);

    Known()
    {
        profile.method = "hcd";
        MethodProfile rtn { "rtn", {}, {} };
        for (std::size_t i = 0; i < profile.layers.size(); ++i) {
            const LayerInfo& info = network->layers()[i];
            if (info.block != 1 && info.block != 4)
                continue;
            MethodProfile::Cells& cells = rtn.layers[info.name];
            for (const auto& [format, error] : profile.layers[i].relativeError)
                cells.relativeError[format] = ratio(info) * error;
        }
        profile.methods = { rtn };
    }
    /// How much worse rtn is: by what the layer does.
    static double ratio(const LayerInfo& layer) { return layer.role == "down" ? 2.5 : 1.5; }

    Plan plan(const std::string& method, const std::string& format = "int4-g64") const
    {
        Plan made = kerf::test::syntheticPlan(*network, format);
        for (PlanLayer& row : made.layers)
            row.method = method;
        return made;
    }
    std::string whyNot(const Plan& of) const
    {
        const auto predicted = predictPlan(profile, of);
        return predicted ? "predicted" : predicted.error().message;
    }
};

TransformChoice awqScales()
{
    return transformChoice("awq").value();
}

/// One draw of everything that predictions leave open, as wide as docs/methods.md says it is.
class World {
public:
    World(const Known& known, std::uint64_t seed)
        : m_known(known)
        , m_plain(refitProfile(known.profile, {}))
        , m_random(31, seed)
    {
        m_common = 0.1 * m_random.normal();
        for (double& bits : m_bits)
            bits = 0.07 * m_random.normal();
        for (std::size_t i = 0; i < known.profile.layers.size(); ++i)
            m_layers.push_back(0.1 * m_random.normal());
        m_rtn = 0.15 * m_random.normal();
        m_drift = -0.17 + 0.15 * m_random.normal();
    }
    Plan randomPlan()
    {
        Plan plan = m_known.plan(m_random.below(2) ? "rtn" : "hcd");
        plan.mode = m_random.below(2) ? QuantizeMode::Sequential : QuantizeMode::Independent;
        for (PlanLayer& row : plan.layers)
            row.format = m_known.profile.formats[m_random.below(m_known.profile.formats.size())];
        return plan;
    }
    MeasuredPlan measure(const Plan& plan)
    {
        Plan one = plan;
        one.mode = QuantizeMode::Independent;
        double sum = 0;
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            const PlanLayer& row = plan.layers[i];
            const int bits = parseWeightFormat(row.format).value()->codeBits();
            double log = m_common + m_bits.at(static_cast<std::size_t>(bits)) + m_layers[i];
            if (row.method == "rtn")
                log += m_rtn;
            else if (plan.mode == QuantizeMode::Sequential)
                log += m_drift;
            sum += std::exp(log) * predictRow(m_plain, m_plain.layers[i], row, one)->kld;
        }
        return { plan, sum * std::exp(0.03 * m_random.normal()), 0.01 * sum, "text" };
    }

private:
    const Known& m_known;
    Profile m_plain; ///< the same, with what is known before any plan is measured
    CounterRng m_random;
    double m_common = 0, m_rtn = 0, m_drift = 0;
    std::array<double, 17> m_bits {};
    std::vector<double> m_layers;
};

} // namespace

class TestPrediction : public QObject {
    Q_OBJECT
private slots:
    void whatIsNotKnownHasNoNumber()
    {
        const Known known;
        QCOMPARE(known.whyNot(known.plan("hcd")), std::string("predicted"));
        QCOMPARE(known.whyNot(known.plan("gptq")), std::string("profiled for hcd, not for gptq"));
        Plan settings = known.plan("hcd");
        settings.settings.set("hcd_damping", 0.2);
        QCOMPARE(known.whyNot(settings), std::string("profiled for hcd, not for hcd hcd_damping=0.2"));
        settings = known.plan("rtn");
        settings.settings.set("hcd_damping", 0.2); // which rtn does not read
        QCOMPARE(known.whyNot(settings), std::string("predicted"));
        settings.settings.set("scale_search", false);
        QCOMPARE(known.whyNot(settings), std::string("profiled for hcd, not for rtn scale_search=false"));
        Plan scaled = known.plan("hcd");
        scaled.transforms = { awqScales() };
        QVERIFY(known.whyNot(scaled).starts_with("profiled without awq, "));
        scaled.transforms = { transformChoice("bn-fold").value() }; // whole rows alone: what was measured holds
        QCOMPARE(known.whyNot(scaled), std::string("predicted"));
        QCOMPARE(predictPlan(known.profile, scaled)->kld, predictPlan(known.profile, known.plan("hcd"))->kld);
        scaled.transforms = { transformChoice("bn-fold").value(), transformChoice("cle").value() };
        QVERIFY(known.whyNot(scaled).starts_with("profiled without cle, "));
        settings = known.plan("hcd");
        settings.settings.set(kBiasCorrection, true); // which decides no code
        QCOMPARE(known.whyNot(settings), std::string("predicted"));
        QVERIFY(known.whyNot(known.plan("hcd", "int5-g64")).starts_with("int5-g64 is not profiled, "));
        Plan cache = known.plan("hcd");
        cache.kv.assign(kBlocks, "kv-int8");
        QVERIFY(known.whyNot(cache).starts_with("the cache in kv-int8 is not profiled, "));
        QVERIFY(!predictRow(known.profile, known.profile.layers.front(), known.plan("gptq").layers.front(), {}));
    }

    void layersThatWereNotSampledTakeTheRatioOfTheirKind()
    {
        const Known known;
        const Plan plan = known.plan("rtn");
        double sum = 0;
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            const LayerInfo& info = known.network->layers()[i];
            const double own = predictFormat(known.profile.layers[i], "int4-g64")->kld;
            const double other = predictRow(known.profile, known.profile.layers[i], plan.layers[i], plan)->kld;
            QVERIFY(std::abs(other / own / Known::ratio(info) - 1) < 1e-12);
            sum += other;
        }
        QVERIFY(std::abs(predictPlan(known.profile, plan)->kld / sum - 1) < 1e-12);
    }

    void aFormatThatWasNotSampledTakesTheRatioOfItsBits()
    {
        Known known;
        for (auto& [layer, cells] : known.profile.methods.front().layers)
            cells.relativeError.erase("int4-g32");
        const auto near = predictPlan(known.profile, known.plan("rtn", "int4-g64"));
        const auto other = predictPlan(known.profile, known.plan("rtn", "int4-g32"));
        QVERIFY(near && other);
        const double ratio = other->kld / predictPlan(known.profile, known.plan("hcd", "int4-g32"))->kld;
        QVERIFY(ratio > 1.5 && ratio < 2.5); // of all kinds together
        QVERIFY(other->stderr_ / other->kld > near->stderr_ / near->kld);
        for (auto& [layer, cells] : known.profile.methods.front().layers)
            cells.relativeError.erase("int6-g128");
        QVERIFY(!predictPlan(known.profile, known.plan("rtn", "int6-g128")));
    }

    void theErrorIsWorthWhatTheSampleCost()
    {
        Known known;
        for (auto& [layer, cells] : known.profile.methods.front().layers) {
            const auto own = std::ranges::find(known.profile.layers, layer, &LayerProfile::layer);
            cells.swapIn["int4-g64"] = { 0.8 * own->slope * cells.relativeError.at("int4-g64"), 0 };
        }
        const double other = predictPlan(known.profile, known.plan("rtn", "int6-g128"))->kld;
        Known unmeasured;
        const double before = predictPlan(unmeasured.profile, unmeasured.plan("rtn", "int6-g128"))->kld;
        QVERIFY(std::abs(other / before - 0.8) < 1e-12);
    }

    void roundedInputsCostTheSameByEveryMethod()
    {
        Known known;
        for (LayerProfile& layer : known.profile.layers) {
            layer.relativeError["int8-g128+a8-token"] = layer.relativeError.at("int8-g128");
            layer.swapIn["int8-g128+a8-token"] = { 0.001 + predictFormat(layer, "int8-g128")->kld, 0 };
        }
        const Plan own = known.plan("hcd", "int8-g128+a8-token"), other = known.plan("rtn", "int8-g128+a8-token");
        for (std::size_t i = 0; i < own.layers.size(); ++i) {
            const LayerProfile& layer = known.profile.layers[i];
            const double weight = predictRow(known.profile, layer, known.plan("rtn", "int8-g128").layers[i], {})->kld;
            const double both = predictRow(known.profile, layer, other.layers[i], other)->kld;
            QVERIFY(std::abs(both - (0.001 + weight)) < 1e-12);
        }
    }

    void aRunTeachesWhatNoSampleIsOf()
    {
        const Known known;
        Plan scaled = known.plan("gptq", "int4-g64");
        scaled.transforms = { awqScales() };
        const double own = predictPlan(known.profile, known.plan("hcd", "int4-g64"))->kld;
        const Profile fitted = refitProfile(known.profile, { { scaled, 1.3 * own, 0.01 * own, "text" } });
        QCOMPARE(fitted.fittedRuns, 1);
        scaled.layers.front().format = "int4-g32";
        const auto predicted = predictPlan(fitted, scaled);
        QVERIFY2(predicted.has_value(), predicted ? "" : predicted.error().message.c_str());
        QVERIFY(std::abs(predicted->kld / own - 1.3) < 0.05);
        QVERIFY(predicted->stderr_ < 0.15 * predicted->kld);
        // Not what the run says nothing about.
        Plan otherScales = scaled;
        otherScales.layers.back().format = "int8-g128+a8-token";
        QVERIFY(!predictPlan(fitted, otherScales));
        QVERIFY(!predictPlan(fitted, known.plan("gptq")));
    }

    void runsWithoutDataAreWhatTheyWere()
    {
        RunRow run;
        run.plan = Known().plan("rtn");
        QVERIFY(!planAsCarriedOut(run).settings.flag("scale_search"));
        run.provenance.datasetHash = "text";
        QVERIFY(planAsCarriedOut(run).settings.flag("scale_search"));
    }

    void twoStandardErrorsHoldNineOfTen_data()
    {
        QTest::addColumn<int>("measured");
        for (const int measured : { 0, 1, 4, 20 })
            QTest::addRow("%d plans measured", measured) << measured;
    }
    void twoStandardErrorsHoldNineOfTen()
    {
        QFETCH(int, measured);
        const Known known;
        constexpr int worlds = 100, plans = 4;
        int held = 0;
        double width = 0;
        for (std::uint64_t seed = 0; seed < worlds; ++seed) {
            World world(known, seed);
            std::vector<MeasuredPlan> runs;
            for (int i = 0; i < measured; ++i)
                runs.push_back(world.measure(world.randomPlan()));
            const Profile fitted = refitProfile(known.profile, runs);
            for (int i = 0; i < plans; ++i) {
                const MeasuredPlan one = world.measure(world.randomPlan());
                const Prediction predicted = predictPlan(fitted, one.plan).value();
                held += std::abs(predicted.kld - one.kld) <= 2 * predicted.stderr_;
                width += predicted.stderr_ / predicted.kld / (worlds * plans);
            }
        }
        qInfo("%d of %d held, standard error %.1f %%", held, worlds * plans, 100 * width);
        QVERIFY(held >= worlds * plans * 9 / 10);
        // Not by being vague: the square root of the sum of the squares above, and less with every plan.
        QVERIFY(width < (measured == 0 ? 0.25 : measured == 1 ? 0.2 : measured == 4 ? 0.15 : 0.1));
    }

    void plansThatScatterMakeErrorsLarger()
    {
        const Known known;
        World world(known, 1);
        std::vector<MeasuredPlan> calm, wild;
        CounterRng random(5);
        for (int i = 0; i < 12; ++i) {
            calm.push_back(world.measure(world.randomPlan()));
            wild.push_back(calm.back());
            wild.back().kld *= std::exp(0.4 * random.normal());
        }
        const Plan plan = world.randomPlan();
        const auto after = predictPlan(refitProfile(known.profile, calm), plan);
        const auto scattered = predictPlan(refitProfile(known.profile, wild), plan);
        QVERIFY(scattered->stderr_ / scattered->kld > 2 * after->stderr_ / after->kld);
    }
};

QTEST_GUILESS_MAIN(TestPrediction)
#include "tst_prediction.moc"
