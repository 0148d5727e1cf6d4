// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/QR>
#include <QTest>

#include "core/format/layer_format.h"
#include "core/inspect/error_curve.h"
#include "core/inspect/finding.h"
#include "core/inspect/input_view.h"
#include "core/inspect/weight_view.h"
#include "tests/support/random_matrix.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;

namespace {

Matrix randomWeight(std::uint64_t seed, std::int64_t rows, std::int64_t cols)
{
    CounterRng rng(seed);
    return kerf::test::randomMatrix(rng, rows, cols);
}

QuantizedTensor roundedBy(const char* method, const Matrix& weight, const FormatPtr& format)
{
    const LayerTask task { "layer", LayerFormat { format, ActivationFormat::None }, findMethod(method).value(), {}, 0 };
    return solveLayer(task, weight, nullptr, {}).value().tensor;
}

SiteStatistics statisticsOf(const std::vector<float>& absMax, std::int64_t tokens)
{
    const auto size = static_cast<Eigen::Index>(absMax.size());
    SiteStatistics statistics;
    statistics.tokens = tokens;
    statistics.absMax = Eigen::Map<const Vector>(absMax.data(), size);
    statistics.meanAbs = statistics.absMax / 2;
    statistics.hessian = Matrix(statistics.absMax.array().square().matrix().asDiagonal());
    return statistics;
}

template <class Kind> const Kind* findingOf(const std::vector<Finding>& findings)
{
    for (const Finding& finding : findings)
        if (const auto* found = std::get_if<Kind>(&finding))
            return found;
    return nullptr;
}

} // namespace

class TestInspect : public QObject {
    Q_OBJECT
private slots:
    void momentsAreThoseOfTheNumbers()
    {
        Matrix weight(2, 3);
        weight << -2, 0, 1, 0, 4, 3;
        const WeightView view = viewWeight(weight, 4);
        QCOMPARE(view.mean, 1.0);
        // Deviations -3 -1 0 -1 3 2: squares 9 1 0 1 9 4, fourth powers 81 1 0 1 81 16.
        QCOMPARE(view.sigma, 2.0);
        QCOMPARE(view.kurtosis, 180.0 / 6 / 16);
        QCOMPARE(view.absMax, 4.0);
        QCOMPARE(view.zeros, 2);
        QCOMPARE(view.counts, (std::vector<std::int64_t> { 0, 1, 3, 2 })); // -4 … -2 … 0 … 2 … 4
    }
    void kurtosisOfAGaussianIsThree()
    {
        const WeightView view = viewWeight(randomWeight(1, 400, 500), 101);
        QVERIFY(std::abs(view.kurtosis - 3) < 0.05); // standard error sqrt(24 / 200,000) = 0.011
        QVERIFY(std::abs(view.sigma - 1) < 0.01);
        QCOMPARE(std::accumulate(view.counts.begin(), view.counts.end(), std::int64_t { 0 }), 200'000);
    }
    void equalWeightsHaveNoShape()
    {
        const WeightView view = viewWeight(Matrix::Constant(3, 4, 0.0f), 5);
        QCOMPARE(view.kurtosis, 0.0);
        QCOMPARE(view.zeros, 12);
        QCOMPARE(view.counts, (std::vector<std::int64_t> { 12, 0, 0, 0, 0 }));
    }
    void everyWeightIsOnItsGrid_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("most"); ///< values a grid can have
        for (const auto& [name, most] : { std::pair { "int2-g64", 4 }, { "int4-g32", 16 }, { "int4-g128-asym", 16 },
                 { "int8-channel", 256 }, { "nf4-b64", 16 }, { "fp4-b64", 16 }, { "mxfp4", 16 }, { "nvfp4", 16 },
                 { "fp8-e4m3-channel", 254 }, { "fp8-e4m3-tensor", 254 }, { "fp8-e4m3-block128", 254 }, { "q4_k", 16 },
                 { "q2_k", 4 }, { "iq4_nl", 16 }, { "q6_k", 64 }, { "nf4-b64-dq", 16 } })
            QTest::newRow(name) << name << most;
    }
    void everyWeightIsOnItsGrid()
    {
        QFETCH(const QString, name);
        QFETCH(const int, most);
        const Matrix weight = randomWeight(2, 128, 256);
        const FormatPtr format = parseFormat(name.toStdString()).value();
        const QuantizedTensor tensor = roundedBy("rtn", weight, format);
        const Matrix rounded = dequantize(tensor);
        for (const std::int64_t group : { std::int64_t { 0 }, 5 * tensor.groups() + tensor.groups() - 1 }) {
            const GroupGrid grid = gridOf(tensor, group).value();
            QVERIFY(static_cast<int>(grid.values.size()) <= most);
            QVERIFY(grid.values.size() > 1);
            QVERIFY(std::ranges::is_sorted(grid.values));
            QVERIFY(grid.step() > 0);
            QCOMPARE(grid.groups, tensor.groups() * 128);
            for (std::int64_t column = grid.firstColumn; column < grid.firstColumn + grid.columns; ++column)
                QVERIFY2(std::ranges::binary_search(grid.values, rounded(grid.row, column)),
                    qPrintable(QString::number(rounded(grid.row, column))));
            const GroupGrid plain = plainGrid(weight, format, group, {}).value();
            QCOMPARE(plain.row, grid.row);
            QCOMPARE(plain.firstColumn, grid.firstColumn);
            QCOMPARE(plain.groups, grid.groups);
            QVERIFY(plain.values == grid.values);
        }
    }
    void groupsThatDoNotExistAreNamed()
    {
        const Matrix weight = randomWeight(3, 4, 64);
        const FormatPtr format = parseFormat("int4-g32").value();
        for (const std::int64_t group : { -1, 8 }) {
            QVERIFY(!gridOf(roundedBy("rtn", weight, format), group));
            const auto plain = plainGrid(weight, format, group, {});
            QVERIFY(!plain);
            QVERIFY(plain.error().message.find("0 to 7") != std::string::npos);
        }
        QVERIFY(!plainGrid(weight, parseFormat("int4-g128").value(), 0, {})); // 128 does not divide 64
    }
    void codesAreCounted()
    {
        const QuantizedTensor tensor = roundedBy("rtn", randomWeight(4, 8, 64), parseFormat("int3-g64").value());
        const std::vector<std::int64_t> counts = countCodes(tensor);
        QCOMPARE(counts.size(), std::size_t { 8 });
        QCOMPARE(std::accumulate(counts.begin(), counts.end(), std::int64_t { 0 }), 512);
        QCOMPARE(counts[2], std::ranges::count(tensor.codes, std::uint8_t { 2 }));
    }
    void outliersAndDeadChannels()
    {
        // The median of 1 2 2 2 3 50 is 2; 50 is 25 times that; the dead channel counts for nothing.
        const InputView inputs = viewInputs(statisticsOf({ 2, 0, 50, 1, 2, 3, 2 }, 100));
        QCOMPARE(inputs.median, 2.0);
        QCOMPARE(inputs.outliers, std::vector<std::int64_t> { 2 });
        QCOMPARE(inputs.dead, std::vector<std::int64_t> { 1 });
        QCOMPARE(inputs.largestRatio(), 25.0);
        QCOMPARE(inputs.trace, 4.0 + 2500 + 1 + 4 + 9 + 4);
        QCOMPARE(inputs.outlierShare, 2500.0 / 2522);
        VectorD factors = VectorD::Ones(7);
        factors[2] = 25;
        QCOMPARE(ratioAfter(inputs, factors), 1.5); // 3 over 2
        const InputView nothing = viewInputs(statisticsOf({ 0, 0 }, 10));
        QCOMPARE(nothing.largestRatio(), 0.0);
        QCOMPARE(nothing.dead.size(), std::size_t { 2 });
    }
    void eigenvaluesOfARotatedDiagonal()
    {
        const Eigen::HouseholderQR<MatrixD> turned(randomWeight(5, 40, 40).cast<double>());
        const MatrixD turn = turned.householderQ();
        VectorD values(40);
        for (Eigen::Index i = 0; i < 40; ++i)
            values[i] = std::pow(0.7, static_cast<double>(i)); // 1 … 9e-7
        const Matrix hessian = (turn * values.asDiagonal() * turn.transpose()).cast<float>();
        const Spectrum spectrum = spectrumOf(hessian, {}).value();
        QVERIFY(spectrum.isWhole);
        QCOMPARE(spectrum.values.size(), std::size_t { 40 });
        for (std::size_t i = 0; i < 40; ++i) // the matrix was rounded to float32: 40 entries of 6e-8 each
            QVERIFY(std::abs(spectrum.values[i] - values[static_cast<Eigen::Index>(i)]) < 1e-6);
        QVERIFY(std::abs(spectrum.share(3) - (1 + 0.7 + 0.49) * 0.3) < 1e-5); // a geometric series
    }
    void wideHessiansGiveTheirLargest()
    {
        const std::int64_t size = kWholeSpectrum + 64;
        Vector values(size);
        for (Eigen::Index i = 0; i < size; ++i)
            values[(i * 7) % size] = 1000.0f * std::pow(0.97f, static_cast<float>(i));
        const Spectrum spectrum = spectrumOf(Matrix(values.asDiagonal()), {}).value();
        QVERIFY(!spectrum.isWhole);
        QCOMPARE(spectrum.values.size(), std::size_t { kLargestValues });
        std::sort(values.begin(), values.end(), std::greater<>());
        for (std::size_t i = 0; i < spectrum.values.size(); ++i) {
            const double wanted = static_cast<double>(values[static_cast<Eigen::Index>(i)]);
            QVERIFY2(std::abs(spectrum.values[i] - wanted) < 5e-3 * 1000,
                qPrintable(QStringLiteral("%1: %2 %3").arg(i).arg(spectrum.values[i]).arg(wanted)));
        }
        QVERIFY(std::abs(spectrum.share(64) - (1 - std::pow(0.97, 64))) < 0.02);
    }
    void stoppedAndBrokenSpectra()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = spectrumOf(Matrix::Identity(4, 4), JobContext(stop.get_token()));
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        const auto broken = spectrumOf(Matrix::Constant(2, 2, std::nanf("")), {});
        QVERIFY(!broken && broken.error().code == ErrorCode::Numerical);
    }
    void outliersAreExplained()
    {
        const WeightView weight = viewWeight(randomWeight(6, 20, 6), 11);
        const InputView inputs = viewInputs(statisticsOf({ 2, 2, 50, 2, 2, 80 }, 100));
        const std::vector<Finding> findings = explainLayer({ weight, &inputs });
        const auto* found = findingOf<OutlierChannels>(findings);
        QVERIFY(found);
        QCOMPARE(found->channels, (std::vector<std::int64_t> { 2, 5 }));
        QCOMPARE(found->lowest, 25.0);
        QCOMPARE(found->highest, 40.0);
        QCOMPARE(found->levels, 7); // 127 / 40 = 3.2: from -3 to 3
        QCOMPARE(found->share, 8900.0 / 8916);
        QVERIFY(!findingOf<NothingStandsOut>(findings));
    }
    void eachFindingHasItsEvidence()
    {
        Matrix heavy = randomWeight(7, 50, 40) * 0.01f;
        heavy(3, 3) = 2;
        const WeightView weight = viewWeight(heavy, 11);
        InputView inputs = viewInputs(statisticsOf(std::vector<float>(40, 1.0f), 30));
        inputs.dead = { 4 };
        Spectrum spectrum { { 8, 1, 1, 0.5 }, true, 12 };
        const auto network = kerf::test::syntheticNetwork(4);
        Profile profile = *kerf::test::syntheticProfile(*network);
        for (LayerProfile& layer : profile.layers)
            layer.slope = 1;
        profile.layers[2].slope = 6;
        const std::vector<Finding> findings
            = explainLayer({ weight, &inputs, &spectrum, &profile, &profile.layers[2] });
        QVERIFY(findingOf<NarrowHessian>(findings) && findingOf<NarrowHessian>(findings)->share == 10.0 / 12);
        QVERIFY(findingOf<FewTokens>(findings) && findingOf<FewTokens>(findings)->tokens == 30);
        QVERIFY(findingOf<DeadChannels>(findings) && findingOf<DeadChannels>(findings)->of == 40);
        QVERIFY(findingOf<HeavyTails>(findings)
            && findingOf<HeavyTails>(findings)->largest == weight.absMax / weight.sigma);
        QVERIFY(findingOf<CostlyErrors>(findings) && findingOf<CostlyErrors>(findings)->timesMedian == 6);
        QCOMPARE(findingName(findings.front()), "narrow_hessian");
    }
    void anOrdinaryLayerIsFine()
    {
        const WeightView weight = viewWeight(randomWeight(8, 50, 40), 11);
        const InputView inputs = viewInputs(statisticsOf(std::vector<float>(40, 3.0f), 1000));
        const Spectrum spectrum { std::vector<double>(40, 9.0), true, 360 };
        const std::vector<Finding> findings = explainLayer({ weight, &inputs, &spectrum });
        QCOMPARE(findings.size(), std::size_t { 1 });
        QVERIFY(findingOf<NothingStandsOut>(findings));
        QCOMPARE(findingOf<NothingStandsOut>(findings)->largestRatio, 1.0);
    }
    void theBetterFormatIsTheSmallestThatHelps()
    {
        const auto network = kerf::test::syntheticNetwork(1);
        const Profile profile = *kerf::test::syntheticProfile(*network);
        const LayerProfile& layer = profile.layers.front();
        const LayerShape shape = network->layers().front().shape;
        const std::string now = profile.formats.front();
        const auto found = betterFormat(profile, layer, shape, now);
        QVERIFY(found);
        const double before = predictFormat(layer, now)->kld;
        QCOMPARE(found->before.kld, before);
        QVERIFY(found->after.kld <= before / 3);
        for (const std::string& name : profile.formats) { // nothing smaller does as much
            const auto predicted = predictFormat(layer, name);
            const double bits = parseWeightFormat(name).value()->bitsPerWeight(shape);
            QVERIFY(!predicted || predicted->kld > before / 3 || bits >= found->bitsPerWeight);
        }
        QVERIFY(!betterFormat(profile, layer, shape, "bf16")); // nothing is better than no error
    }
    void halfOfTheLayersAreSensitive()
    {
        const auto network = kerf::test::syntheticNetwork(3);
        const Profile profile = *kerf::test::syntheticProfile(*network);
        std::vector<double> predicted;
        for (const LayerProfile& layer : profile.layers)
            predicted.push_back(predictFormat(layer, "int4-g128")->kld);
        std::ranges::sort(predicted);
        for (const LayerProfile& layer : profile.layers)
            QCOMPARE(isSensitive(profile, layer, "int4-g128"),
                predictFormat(layer, "int4-g128")->kld > predicted[predicted.size() / 2]);
        QVERIFY(!isSensitive(profile, profile.layers.front(), "q5_k")); // not profiled
    }
    void curvesHoldTheErrorsOfTheCodes()
    {
        const auto network = kerf::test::syntheticNetwork(1);
        const LayerInfo& layer = network->layers().front();
        const Matrix weight = randomWeight(9, layer.shape.rows, layer.shape.cols);
        std::vector<LayerFormat> formats;
        for (const char* name : { "int4-g64", "bf16", "int2-g64", "int8-channel+a8-token", "nf4-b64" })
            formats.push_back(parseLayerFormat(name).value());
        const ErrorCurve curve
            = solvedCurve(*network, layer, weight, nullptr, *findMethod("rtn").value(), formats, {}).value();
        QVERIFY(!curve.isOfOutputs);
        QCOMPARE(curve.points.size(), std::size_t { 3 }); // not what keeps the weights, nor what rounds inputs
        QCOMPARE(curve.points[0].format, std::string("int2-g64"));
        QCOMPARE(curve.points[0].bitsPerWeight, 2.25);
        QCOMPARE(curve.points[2].format, std::string("nf4-b64"));
        for (const ErrorPoint& point : curve.points) {
            const Matrix rounded = dequantize(roundedBy("rtn", weight, parseFormat(point.format).value()));
            const double wanted = (weight - rounded).cast<double>().squaredNorm() / weight.cast<double>().squaredNorm();
            QVERIFY(std::abs(point.error / wanted - 1) < 1e-6); // the same squares in another order
        }
    }
    void profiledCurvesAreTheProfiles()
    {
        const auto network = kerf::test::syntheticNetwork(1);
        Profile profile = *kerf::test::syntheticProfile(*network);
        const LayerProfile& layer = profile.layers.front();
        profile.methods.push_back({ "rtn", {}, { { layer.layer, { { { "int4-g64", 0.5 } }, {} } } } });
        const auto curves = profiledCurves(profile, layer, network->layers().front().shape);
        QCOMPARE(curves.size(), std::size_t { 2 });
        QVERIFY(std::ranges::is_sorted(curves[0].points, {}, &ErrorPoint::bitsPerWeight));
        for (const ErrorPoint& point : curves[0].points)
            QCOMPARE(point.error, layer.relativeError.at(point.format));
        QCOMPARE(curves[1].method, std::string("rtn"));
        QCOMPARE(curves[1].points.front().error, 0.5);
    }
};

QTEST_GUILESS_MAIN(TestInspect)
#include "tst_inspect.moc"
