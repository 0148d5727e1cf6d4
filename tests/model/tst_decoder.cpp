// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <limits>
#include <map>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/graph/linear.h"
#include "core/model/generator.h"
#include "core/model/model.h"
#include "tests/support/random_model.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

using Windows = std::vector<std::vector<TokenId>>;

Windows randomWindows(const std::vector<int>& lengths, std::int64_t vocabulary)
{
    CounterRng rng(11);
    Windows windows;
    for (const int length : lengths) {
        auto& window = windows.emplace_back();
        for (int i = 0; i < length; ++i)
            window.push_back(static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(vocabulary))));
    }
    return windows;
}

/// The site inputs of one block, by name.
std::map<std::string, Matrix> tapBlock(const Network& network, int block, Hidden& hidden, int lastStep, int part = -1)
{
    std::map<std::string, Matrix> seen;
    BlockRun run;
    run.tap = [&](const Observation& site) { seen.emplace(site.site.id, site.x); };
    run.lastStep = lastStep;
    run.part = part;
    const auto weights = network.loadBlock(block);
    if (!weights || !network.runBlock(block, **weights, run, hidden))
        seen.clear();
    return seen;
}

double largestDifference(const MatrixRef& a, const MatrixRef& b)
{
    return static_cast<double>((a - b).cwiseAbs().maxCoeff());
}

} // namespace

/// What Network promises beyond the right numbers.
class TestDecoder : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        RandomModelShape shape;
        shape.hidden = 128;
        shape.inner = 352;
        shape.blocks = 3;
        shape.heads = 4;
        shape.keyValueHeads = 2;
        shape.vocabulary = 500;
        shape.positions = 640;
        const auto written = writeRandomModel(m_folder.path().toStdString(), shape);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        auto model = openModel(m_folder.path().toStdString());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        m_network = model->network;
    }
    void cleanup() { setThreadCount(0); }

    void layersHaveTheirPlaces()
    {
        const auto& layers = m_network->layers();
        QCOMPARE(layers.size(), std::size_t(21));
        QCOMPARE(layers[9].name, std::string("model.layers.1.self_attn.v_proj"));
        QCOMPARE(layers[9].role, std::string("v"));
        QCOMPARE(layers[9].site, std::string("model.layers.1.self_attn.q_proj"));
        QCOMPARE(layers[9].tie, layers[7].tie);
        QCOMPARE(layers[9].shape.rows, 64);
        QVERIFY(layers[10].tie != layers[9].tie);
        QCOMPARE(layers[12].site, layers[11].name);
        std::vector<int> steps;
        for (std::size_t i = 0; i < 7; ++i)
            steps.push_back(layers[i].step);
        QCOMPARE(steps, (std::vector<int> { 0, 0, 0, 1, 2, 2, 3 }));
        QCOMPARE(m_network->parameterCount(),
            2 * 500 * 128 + 128 + 3 * (2 * 128 * 128 + 2 * 64 * 128 + 3 * 352 * 128 + 2 * 128));
    }
    void sameBitsForAnyThreadCount()
    {
        const Windows windows = randomWindows({ 300, 7, 256, 256 }, 500);
        setThreadCount(1);
        const auto one = runNetwork(*m_network, windows);
        setThreadCount(3);
        const auto three = runNetwork(*m_network, windows);
        QVERIFY(one && three);
        QVERIFY(one->logits == three->logits);
    }
    void sameBitsInAnyCompany()
    {
        const Windows windows = randomWindows({ 256, 1, 256, 300, 7, 512, 256, 64 }, 500);
        const auto together = runNetwork(*m_network, windows);
        QVERIFY(together);
        std::int64_t row = 0;
        for (const auto& window : windows) {
            const auto alone = runNetwork(*m_network, { window });
            QVERIFY(alone);
            const auto rows = static_cast<Eigen::Index>(window.size());
            QVERIFY(alone->hidden.back() == together->hidden.back().middleRows(row, rows));
            row += rows;
        }
    }
    void tapsSeeWhatLayersRead()
    {
        Hidden hidden = m_network->embed(randomWindows({ 20, 30 }, 500)).value();
        const auto seen = tapBlock(*m_network, 0, hidden, -1);
        QCOMPARE(seen.size(), std::size_t(4));
        for (const LayerInfo& layer : m_network->layers()) {
            if (layer.block != 0)
                continue;
            QCOMPARE(seen.at(layer.site).rows(), 50);
            QCOMPARE(seen.at(layer.site).cols(), layer.shape.cols);
        }
    }
    void lastStepStopsAndLeavesHidden()
    {
        const Windows windows = randomWindows({ 20, 30 }, 500);
        Hidden whole = m_network->embed(windows).value();
        const Matrix before = whole.stream();
        const auto all = tapBlock(*m_network, 0, whole, -1);
        for (int step = 0; step < 4; ++step) {
            Hidden hidden = m_network->embed(windows).value();
            const auto seen = tapBlock(*m_network, 0, hidden, step);
            QCOMPARE(seen.size(), static_cast<std::size_t>(step + 1));
            QVERIFY(hidden.stream() == before);
            for (const auto& [site, x] : seen)
                QVERIFY(x == all.at(site));
        }
        QVERIFY(whole.stream() != before);
    }
    void partsAfterEachOtherAreTheWholeBlock()
    {
        Hidden whole = m_network->embed(randomWindows({ 20, 30 }, 500)).value();
        Hidden hidden = whole;
        const auto all = tapBlock(*m_network, 0, whole, -1);
        std::map<std::string, Matrix> seen;
        QCOMPARE(m_network->graph().block(0).partCount, 2); // attention and MLP
        for (const int part : { 0, 1 }) {
            const Matrix before = hidden.stream();
            const auto inner = tapBlock(*m_network, 0, hidden, part == 1 ? 3 : 1, part);
            QCOMPARE(inner.size(), std::size_t(2));
            QVERIFY(hidden.stream() == before);
            seen.insert(inner.begin(), inner.end());
            QVERIFY(tapBlock(*m_network, 0, hidden, -1, part) == inner);
        }
        QVERIFY(seen == all);
        QVERIFY(hidden.stream() == whole.stream());
    }
    void tappedRunsGiveTheSameBits()
    {
        const Windows windows = randomWindows({ 256, 256, 256, 100 }, 500);
        Hidden tapped = m_network->embed(windows).value();
        tapBlock(*m_network, 0, tapped, -1);
        QVERIFY(tapped.stream() == runNetwork(*m_network, windows)->hidden.front());
    }
    void replacementsRunInPlaceOfTheirLayers()
    {
        const Windows windows = randomWindows({ 40 }, 500);
        const std::string name = "model.layers.1.mlp.down_proj";
        const auto plain = runNetwork(*m_network, windows);
        const Replacements same { { name, makeDenseLinear(m_network->layerWeight(name).value()) } };
        const Replacements zero { { name, makeDenseLinear(Matrix::Zero(128, 352)) } };
        QVERIFY(runNetwork(*m_network, windows, &same)->logits == plain->logits);
        const auto without = runNetwork(*m_network, windows, &zero);
        QVERIFY(without->hidden[0] == plain->hidden[0]);
        QVERIFY(without->hidden[1] != plain->hidden[1]);
    }
    void quantizedLinearIsTheDenseOneOfItsCodes()
    {
        auto tensor = std::make_shared<QuantizedTensor>();
        tensor->format = parseFormat("int4-g32").value();
        tensor->shape = { 250, 96 };
        CounterRng rng(5);
        for (int i = 0; i < 250 * 96; ++i)
            tensor->codes.push_back(static_cast<std::uint8_t>(rng.below(16)));
        tensor->scales.assign(250 * 3, 0.125f);
        const LinearPtr quantized = makeQuantizedLinear(tensor);
        const LinearPtr dense = makeDenseLinear(dequantize(*tensor));
        for (const int tokens : { 1, 5, 300 }) {
            const Matrix x = Matrix::Random(tokens, 96);
            Matrix a(tokens, 250), b(tokens, 250);
            quantized->apply(x, std::array<std::int64_t, 1> { tokens }, a);
            dense->apply(x, std::array<std::int64_t, 1> { tokens }, b);
            QVERIFY(a == b);
        }
    }
    void brokenValuesAreNoticed()
    {
        const Matrix broken = Matrix::Constant(128, 352, std::numeric_limits<float>::quiet_NaN());
        const Replacements replacements { { "model.layers.1.mlp.down_proj", makeDenseLinear(broken) } };
        const auto run = runNetwork(*m_network, randomWindows({ 9 }, 500), &replacements);
        QVERIFY(!run);
        QCOMPARE(run.error().code, ErrorCode::Numerical);
        QVERIFY(run.error().message.find("Block 1") != std::string::npos);
    }
    void wrongWindowsAreRefused()
    {
        for (const Windows& windows :
            { Windows { { 500 } }, Windows { { -1 } }, Windows { {} }, Windows { std::vector<TokenId>(641, 0) } }) {
            const auto hidden = m_network->embed(windows);
            QVERIFY(!hidden);
            QCOMPARE(hidden.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!m_network->layerWeight("model.layers.9.mlp.down_proj"));
        QVERIFY(!m_network->loadBlock(3));
    }

    void generationAgreesWithWholeWindows_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("random") << m_folder.path();
        for (const char* name : { "gpt2", "gemma2", "mistral", "qwen3" })
            QTest::newRow(name) << QString::fromStdString((sharedData() / "conformance" / "decoders" / name).string());
    }
    void generationAgreesWithWholeWindows()
    {
        QFETCH(QString, folder);
        if (!QFile::exists(folder))
            QSKIP("The shared test data is not here: set KERF_SHARED_DATA to its folder. This test checked NOTHING.");
        const auto model = openModel(folder.toStdString());
        QVERIFY(model);
        const std::vector<TokenId> tokens = randomWindows({ 60 }, model->network->vocabularySize()).front();
        const auto whole = runNetwork(*model->network, { tokens });
        auto generation = startGeneration(*model->network, {}, 64);
        QVERIFY2(generation, generation ? "" : generation.error().message.c_str());
        // The same sums in another order, through a few blocks: the conformance set's float32 noise, times ten.
        const double bound = 1e-5 * static_cast<double>(whole->logits.maxCoeff() - whole->logits.minCoeff());
        const auto check = [&](const Result<Vector>& logits, std::int64_t row) {
            return logits && largestDifference(logits->transpose(), whole->logits.row(row)) <= bound;
        };
        QVERIFY(check((*generation)->prefill(std::span(tokens).first(30)), 29));
        for (std::size_t i = 30; i < 50; ++i)
            QVERIFY(check((*generation)->decode(tokens[i]), static_cast<std::int64_t>(i)));
        (*generation)->truncate(35);
        QVERIFY(check((*generation)->prefill(std::span(tokens).subspan(35)), 59)); // several tokens behind others
        QCOMPARE((*generation)->length(), 60);
    }
    void generationRefusesWhatDoesNotFit()
    {
        QVERIFY(!startGeneration(*m_network, {}, 641));
        auto generation = startGeneration(*m_network, {}, 4);
        QVERIFY(generation);
        QVERIFY(!(*generation)->prefill({}));
        QVERIFY(!(*generation)->decode(500));
        QVERIFY((*generation)->prefill(std::vector<TokenId> { 1, 2, 3, 4 }));
        QCOMPARE((*generation)->decode(1).error().code, ErrorCode::InvalidArgument);
    }
    void generationAsksTheFactoryForEveryLayerAndTheHead()
    {
        std::map<std::string, int> roles;
        const auto factory = [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
            ++roles[layer.role];
            return weight.rows() == layer.shape.rows ? Result<LinearPtr>(makeDenseLinear(weight))
                                                     : fail(ErrorCode::Internal, layer.name);
        };
        QVERIFY(startGeneration(*m_network, factory, 8));
        QCOMPARE(roles.size(), std::size_t(8));
        QCOMPARE(roles["down"], 3);
        QCOMPARE(roles["head"], 1);
    }

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const Network> m_network;
};

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
