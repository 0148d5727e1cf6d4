// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/checkpoint/safetensors_file.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/unary.h"
#include "core/model/model.h"
#include "core/model/weight_source.h"
#include "core/transform/batch_norm_fold.h"
#include "core/transform/scale_site.h"
#include "core/transform/transform_chain.h"
#include "tests/support/run_samples.h"
#include "tests/support/small_cnn.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

struct Fitted {
    TransformFactors factors;
    std::shared_ptr<const Network> network; ///< rewritten
    std::shared_ptr<const TensorFolds> folds;
};

/// A transform that needs no data, fitted and folded; behind what was folded before.
Fitted fitted(const std::shared_ptr<const Network>& network, const Transform& transform, const TensorFolds& before = {})
{
    const std::map<std::string, std::string> formats;
    const Dataset none;
    const Json settings = Json::object();
    const TransformProblem problem { *network, {}, formats, none, settings };
    Fitted made;
    made.factors = transform.fit(problem, {}).value();
    auto folds = std::make_shared<TensorFolds>(before);
    folds->append(transform.folds(*network, made.factors).value());
    made.folds = std::move(folds);
    made.network = network->rewritten(made.folds);
    return made;
}

bool hasNote(const TransformFactors& factors, const std::string& site, const std::string& part)
{
    return std::ranges::any_of(factors.notes,
        [&](const TransformNote& note) { return note.site == site && note.text.find(part) != std::string::npos; });
}

double changeOf(const Network& before, const Network& after, const Batch& batch)
{
    return relativeChange(before, after, Samples(batch, before.graph()), {}).value();
}

/// A tensor with folds, in double.
MatrixD readDouble(const Network& network, const TensorFolds& folds, const std::string& key)
{
    const auto& parameters = network.graph().parameters();
    MatrixD values
        = network.weights().tensor(*std::ranges::find(parameters, key, &Parameter::key)).value().cast<double>();
    folds.apply(key, values);
    return values;
}

/// (x Wᵀ + b - mean) / sqrt(variance + epsilon) gamma + beta, in double.
MatrixD normedInDouble(const Network& network, const TensorFolds& folds, const MatrixD& x)
{
    const auto row = [&](const char* name) { return Eigen::RowVectorXd(readDouble(network, folds, name).row(0)); };
    MatrixD y = x * readDouble(network, folds, "a.weight").transpose();
    y.rowwise() += row("a.bias") - row("n.mean");
    const Eigen::RowVectorXd factors = row("n.weight").array() / (row("n.variance").array() + 1e-3).sqrt();
    y = y * factors.asDiagonal();
    y.rowwise() += row("n.bias");
    return y;
}

double largestWeight(
    const Network& network, const std::string& layer, const std::function<bool(Eigen::Index)>& takes, bool isColumn)
{
    const Matrix weight = network.layerWeight(layer).value();
    double largest = 0;
    for (Eigen::Index i = 0; i < (isColumn ? weight.cols() : weight.rows()); ++i)
        if (takes(i))
            largest = std::max(largest,
                static_cast<double>(
                    isColumn ? weight.col(i).cwiseAbs().maxCoeff() : weight.row(i).cwiseAbs().maxCoeff()));
    return largest;
}

std::shared_ptr<const Network> openedNetwork(const fs::path& path)
{
    auto model = openModel(path);
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return model->network;
}

/// conv a -> norm -> relu -> depthwise b -> norm -> relu -> pointwise c -> relu -> conv d.
SmallCnn separable(std::shared_ptr<const Network>& network)
{
    SmallCnn cnn(3, 6);
    ValueId value = cnn.relu(cnn.norm("n", cnn.convolution("a", cnn.picture(), 8, 3)));
    value = cnn.relu(cnn.norm("m", cnn.convolution("b", value, 8, 3, 8)));
    value = cnn.relu(cnn.convolution("c", value, 5, 1));
    network = cnn.finish({ cnn.convolution("d", value, 4, 3) });
    return cnn;
}

} // namespace

/// What is folded into convolutions leaves their networks as they are: identity 10 of the networks.
class TestConvolutionFolds : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    TransformChain::Measured measuring(const Dataset& data, const Batch& batch)
    {
        return [this, &data, &batch](
                   const Network& network, const std::string& key, const std::string& site) -> Result<SiteStatistics> {
            KERF_TRY(const StatisticsCache cache,
                StatisticsCache::open(m_folder.filePath("statistics").toStdString(), key, data.hash));
            KERF_CHECK(calibrate(network, Samples(batch, network.graph()), cache, {}));
            return cache.load(site);
        };
    }

private slots:
    /// In double the fold is exact; the norm then multiplies by 1 in float32, to the bit.
    void normsFoldInDouble()
    {
        SmallCnn cnn(3, 4);
        const auto network = cnn.finish({ cnn.relu(cnn.norm("n", cnn.convolution("a", cnn.picture(), 6, 1))) });
        const Fitted made = fitted(network, batchNormFoldTransform());
        QVERIFY(made.factors.scales.at(batchNormKey("a")).minCoeff() < 0); // factors of both signs
        CounterRng random(3);
        MatrixD x(20, 3);
        for (double& number : x.reshaped())
            number = random.normal();
        const MatrixD before = normedInDouble(*network, {}, x), after = normedInDouble(*network, *made.folds, x);
        QVERIFY((before - after).cwiseAbs().maxCoeff() <= 1e-12 * before.cwiseAbs().maxCoeff());
        const auto folded = [&](const char* name) {
            const auto& parameters = network->graph().parameters();
            return Vector(made.network->weights()
                              .values(*std::ranges::find(parameters, name, &Parameter::key))
                              .value()
                              .reshaped());
        };
        const Vector weight = folded("n.weight"), variance = folded("n.variance");
        for (Eigen::Index i = 0; i < weight.size(); ++i)
            QCOMPARE(
                static_cast<float>(static_cast<double>(weight[i]) / std::sqrt(static_cast<double>(variance[i]) + 1e-3)),
                1.0f);
        QVERIFY(changeOf(*network, *made.network, randomPictures(*network, 3)) <= 1e-6);
        QCOMPARE(network->rewritten(nullptr)->layerWeight("a").value(), network->layerWeight("a").value());
        QVERIFY(made.network->layerWeight("a").value() != network->layerWeight("a").value());
    }

    /// Behind a linear map, a sum with constants, and the sums of a transposed convolution.
    void normsFoldThroughSums()
    {
        SmallCnn cnn(3, 4);
        GraphBuilder& builder = cnn.builder();
        LayerInfo info;
        info.name = "a";
        const ValueId places = builder.add(patchesOp(), Patches {}, { cnn.picture() });
        ValueId value = builder.addLayer(info, places, cnn.numbers("a.weight", { 5 * 4, 3 }));
        value = builder.add(overlapAddOp(), OverlapAdd { 4, 4, 2, 2, 1, 1 }, { value });
        value = builder.add(binaryOp(), Binary { Binary::Kind::Add, false, Shape { 5, 1, 1 } }, { value },
            { cnn.numbers("constant", { 5 }) });
        value = cnn.norm("n", value);
        info.name = "b";
        const std::int64_t width = builder.widthOf(value);
        value = builder.add(reRowOp(), ReRow { 1, { width } }, { value });
        value = cnn.norm("m", builder.addLayer(info, value, cnn.numbers("b.weight", { 7, width })));
        const auto network = cnn.finish({ value });
        cnn.weights().tensors["constant"].transposeInPlace(); // [5, 1, 1] is read as 5 rows
        const Fitted made = fitted(network, batchNormFoldTransform());
        QCOMPARE(made.factors.scales.size(), std::size_t(2));
        QVERIFY(made.folds->touches("constant"));
        QVERIFY(changeOf(*network, *made.network, randomPictures(*network, 3)) <= 1e-6);
    }

    /// Others read the layer's output, it is an output itself, its weight or the norm's numbers are used twice, a
    /// constant meets several channels, a factor is 0.
    void normsThatCannotFoldStay()
    {
        SmallCnn cnn(3, 4);
        const ValueId twice = cnn.convolution("twice", cnn.picture(), 4, 1);
        const ValueId seen = cnn.convolution("seen", cnn.picture(), 4, 1);
        const ValueId shared = cnn.convolution("shared", cnn.picture(), 4, 1);
        cnn.builder().addLayer({ "again", 0, "", {}, {}, 0, {} },
            cnn.builder().add(patchesOp(), Patches {}, { cnn.picture() }), cnn.numbers("shared.weight", { 4, 3 }));
        const ValueId spread = cnn.builder().add(binaryOp(), Binary { Binary::Kind::Add, false, Shape { 1 } },
            { cnn.convolution("spread", cnn.picture(), 4, 1) }, { cnn.numbers("one", { 1 }) });
        const ValueId zero = cnn.norm("z", cnn.convolution("zero", cnn.picture(), 4, 1));
        cnn.weights().tensors["z.weight"](0, 2) = 0;
        const ValueId fine = cnn.norm("f", cnn.convolution("fine", cnn.picture(), 4, 1));
        const auto network = cnn.finish({ cnn.norm("t", twice), cnn.relu(twice), cnn.norm("s", seen), seen,
            cnn.norm("h", shared), cnn.norm("p", spread), zero, fine, cnn.norm("f2", cnn.relu(cnn.picture())) });
        const Fitted made = fitted(network, batchNormFoldTransform());
        QCOMPARE(made.factors.scales.size(), std::size_t(1));
        QVERIFY(made.factors.scales.contains(batchNormKey("fine")));
        QVERIFY(hasNote(made.factors, "y0", "others read what goes to it"));
        QVERIFY(hasNote(made.factors, "y2", "others read what goes to it"));
        QVERIFY(hasNote(made.factors, "y4", "its weight is that of another place too"));
        QVERIFY(hasNote(made.factors, "y5", "a constant is added to several channels"));
        QVERIFY(hasNote(made.factors, "zero", "multiplies a channel by 0"));
        QVERIFY(hasNote(made.factors, "y8", "an activation stands before it"));
        QVERIFY(changeOf(*network, *made.network, randomPictures(*network, 3)) <= 1e-6);
    }

    void sharedNetworks_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reference");
        QTest::addColumn<int>("folded");
        QTest::addColumn<int>("scaled");
        const auto row = [&](const char* file, const char* reference, int folded, int scaled) {
            QTest::newRow(file) << QString::fromStdString((data / file).string()) << reference << folded << scaled;
        };
        row("models/resnet20-cifar10/resnet20.onnx", "logits_folded", 19, 9);
        row("models/digits-cnn/model.onnx", "", 3, 3);
        row("models/face-detector-rfb320/version-RFB-320.onnx", "", -1, -1);
        row("conformance/onnx/cnn-residual/model.onnx", "output_folded", 6, 2);
        row("conformance/onnx/cnn-depthwise/model.onnx", "output_folded", 5, 0);
    }

    /// Outputs before and after within 1e-5; where there is a reference of the folded network, within 1e-4 of its
    /// range.
    void sharedNetworks()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(QString, reference);
        QFETCH(int, folded);
        QFETCH(int, scaled);
        const fs::path path = file.toStdString();
        const auto network = openedNetwork(path);
        const Fitted made = fitted(network, batchNormFoldTransform());
        const double change = changeOf(*network, *made.network, randomPictures(*network, 2));
        qInfo("bn-fold: %zu folded, %.2g", made.factors.scales.size(), change);
        QVERIFY(change <= 1e-5);
        if (folded >= 0)
            QCOMPARE(made.factors.scales.size(), static_cast<std::size_t>(folded));
        for (const LayerInfo& layer : network->layers()) // undone: the same bytes
            QVERIFY(made.network->rewritten(nullptr)->layerWeight(layer.name).value()
                == network->layerWeight(layer.name).value());
        if (!reference.isEmpty())
            compareFolded(*made.network, path.parent_path() / "reference.safetensors", reference.toStdString());

        QVERIFY(equalizationTransform().check(*network, {}).has_value() == (scaled != 0));
        const Fitted even = fitted(made.network, equalizationTransform(), *made.folds);
        const double moved = changeOf(*made.network, *even.network, randomPictures(*network, 2));
        qInfo("cle: %zu sites, %.2g", even.factors.scales.size(), moved);
        QVERIFY(moved <= 1e-5);
        if (scaled >= 0)
            QCOMPARE(even.factors.scales.size(), static_cast<std::size_t>(scaled));
    }

    /// Every factor of every site that has a producer, at random: the function stays, and statistics that are moved are
    /// those that are measured, in groups too.
    void randomScalesAndMovedStatistics()
    {
        std::shared_ptr<const Network> network;
        const SmallCnn cnn = separable(network);
        const Batch batch = randomPictures(*network, 40);
        TransformFactors factors { equalizationTransform().name(), Json::object(), {}, {} };
        CounterRng random(8);
        for (const Site* site : scaleSites(*network)) {
            VectorD& scales = factors.scales[site->id];
            scales.resize(std::ssize(site->producer->rowOf));
            for (double& scale : scales)
                scale = std::exp(random.normal());
        }
        QCOMPARE(factors.scales.size(), std::size_t(3)); // b, c, d
        const auto after = network->rewritten(
            std::make_shared<const TensorFolds>(equalizationTransform().folds(*network, factors).value()));
        QVERIFY(changeOf(*network, *after, batch) <= 1e-6);
        Dataset data;
        data.hash = "random";
        const auto measured = measuring(data, batch);
        for (const Site& site : network->graph().sites()) {
            SiteStatistics moved = measured(*network, "before", site.id).value();
            QVERIFY(equalizationTransform().moveStatistics(*network, factors, site.id, moved).has_value());
            const SiteStatistics found = measured(*after, "after", site.id).value();
            QCOMPARE(moved.hessian.cols(), site.width / site.groups);
            const float size = found.hessian.cwiseAbs().maxCoeff();
            QVERIFY((moved.hessian - found.hessian).cwiseAbs().maxCoeff() <= 1e-4f * size);
            QVERIFY((moved.absMax - found.absMax).cwiseAbs().maxCoeff() <= 1e-5f * found.absMax.maxCoeff());
        }
    }

    /// Of a convolution, the depthwise one behind it and the one behind that, every channel comes to one range; dead
    /// channels keep theirs.
    void equalizedRangesAreEqual()
    {
        std::shared_ptr<const Network> network;
        SmallCnn cnn = separable(network);
        cnn.weights().tensors["a.weight"].row(2).setZero();
        const Fitted folded = fitted(network, batchNormFoldTransform());
        const Fitted even = fitted(folded.network, equalizationTransform(), *folded.folds);
        QVERIFY(changeOf(*network, *even.network, randomPictures(*network, 3)) <= 1e-5);
        for (Eigen::Index channel = 0; channel < 8; ++channel) {
            const auto is = [&](Eigen::Index i) { return i == channel; };
            const double a = largestWeight(*even.network, "a", is, false),
                         b = largestWeight(*even.network, "b", is, false),
                         c = largestWeight(*even.network, "c", is, true);
            if (channel == 2) {
                QCOMPARE(even.factors.scales.at("b")[channel], 1.0);
                continue;
            }
            QVERIFY2(std::abs(a / b - 1) < 1e-3 && std::abs(b / c - 1) < 1e-3,
                qPrintable(QStringLiteral("%1: %2 %3 %4").arg(channel).arg(a).arg(b).arg(c)));
        }
        for (Eigen::Index channel = 0; channel < 5; ++channel) {
            const double makes = largestWeight(
                *even.network, "c", [&](Eigen::Index i) { return i == channel; }, false);
            const double reads = largestWeight(
                *even.network, "d", [&](Eigen::Index i) { return i / 9 == channel; }, true);
            QVERIFY(std::abs(makes / reads - 1) < 1e-3);
        }
    }

    /// No factor passes through Clip(0, 6), Sigmoid and their like.
    void curvedActivationsAreLeft()
    {
        using Kind = Unary::Kind;
        struct Case {
            Unary unary;
            bool passes;
        };
        const float most = std::numeric_limits<float>::max();
        for (const Case& each : { Case { { Kind::Clip, 0, 6 }, false }, Case { { Kind::Clip, 0, most }, true },
                 Case { { Kind::Sigmoid }, false }, Case { { Kind::HardSwish }, false },
                 Case { { Kind::LeakyRelu, 0.1f }, true } }) {
            SmallCnn cnn(3, 4);
            const ValueId made = cnn.convolution("a", cnn.picture(), 4, 3);
            const ValueId curved = cnn.builder().add(unaryOp(), each.unary, { made });
            const auto network = cnn.finish({ cnn.convolution("b", curved, 2, 3) });
            QCOMPARE(equalizationTransform().check(*network, {}).has_value(), each.passes);
            const Fitted made2 = fitted(network, equalizationTransform());
            QCOMPARE(made2.factors.scales.size(), std::size_t(each.passes ? 1 : 0));
            QVERIFY(each.passes || hasNote(made2.factors, "b", "an activation stands before it"));
            QVERIFY(changeOf(*network, *made2.network, randomPictures(*network, 3)) <= 1e-6);
        }
    }

    /// A chain fits, verifies its folds on random samples and comes back from its file.
    void chainsNeedNoData()
    {
        std::shared_ptr<const Network> network;
        const SmallCnn cnn = separable(network);
        const std::vector<TransformChoice> both { transformChoice("bn-fold").value(), transformChoice("cle").value() };
        ChainInputs inputs { network, "model", both, {}, {}, 1 };
        for (const LayerInfo& layer : network->layers())
            inputs.formats[layer.name] = "int8-channel";
        const auto chain = TransformChain::fit(inputs, nullptr, {}, {}, {});
        QVERIFY2(chain, chain ? "" : chain.error().message.c_str());
        const Batch batch = randomPictures(*network, 3);
        QVERIFY(changeOf(*network, *chain->network(), batch) <= 1e-5);
        const fs::path file = m_folder.filePath("factors.safetensors").toStdString();
        QVERIFY(chain->store(file).has_value());
        const auto loaded = TransformChain::load(inputs, file);
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        for (const LayerInfo& layer : network->layers())
            QVERIFY(loaded->network()->layerWeight(layer.name).value()
                == chain->network()->layerWeight(layer.name).value());
        QVERIFY(chain->siteKey("a").empty() && !chain->siteKey("b").empty());
    }

private:
    static void compareFolded(const Network& network, const fs::path& path, const std::string& name)
    {
        const SafetensorsFile file = SafetensorsFile::open(path).value();
        const std::vector<float> input = *file.values<float>("input"), expected = *file.values<float>(name);
        const std::int64_t samples = file.find("input")->shape[0];
        Batch batch;
        batch.inputs.push_back({ {}, Eigen::Map<const Matrix>(input.data(), samples, std::ssize(input) / samples) });
        batch.lengths.assign(static_cast<std::size_t>(samples), 1);
        const Matrix made = runSamples(network, batch).value().front();
        const Eigen::Map<const Matrix> wanted(expected.data(), samples, std::ssize(expected) / samples);
        const float range = wanted.maxCoeff() - wanted.minCoeff();
        const float worst = (made - wanted).cwiseAbs().maxCoeff();
        qInfo("%s: %.2e of the range", name.c_str(), static_cast<double>(worst / range));
        QVERIFY(worst <= 1e-5f * range);
    }
};

QTEST_GUILESS_MAIN(TestConvolutionFolds)
#include "tst_convolution_folds.moc"
