// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <map>

#include <QTest>

#include "core/decide/fit.h"
#include "core/model/outline.h"
#include "tests/support/published_shape.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

bool isNear(double value, double wanted, double share)
{
    if (std::abs(value - wanted) <= share * std::abs(wanted))
        return true;
    qWarning("%.6g is not %.6g", value, wanted);
    return false;
}

CacheFormatPtr cache(const char* name)
{
    return parseCacheFormat(name).value();
}

constexpr std::int64_t k8 = 8192, k32 = 32768;

/// A row of the worked examples.
struct Example {
    std::string model, device, format;
    Arithmetic arithmetic = Arithmetic::Sixteen;
    std::string cache = "kv-f16";
};

Fit fitFor(const Example& example, const Use& use)
{
    const PublishedShape known = publishedShape(example.model);
    const Device on = shippedDevice(example.device);
    const ServedWeights weights = known.weights(example.format);
    return fitOf({ on, known.model, weights, example.arithmetic, cache(example.cache.c_str()), defaultServing(on),
                     defaultShares(on, known.model) },
        use);
}

const Example kLargeInt4 { "llama-3.1-70b", "A100 80GB", "int4-g128" };

} // namespace

class TestFit : public QObject {
    Q_OBJECT

private slots:
    void theTableIsReadWhole();
    void aBadTableIsNamedByLineAndColumn_data();
    void aBadTableIsNamedByLineAndColumn();
    void devicesAreFoundByPartOfTheirName();
    void parametersAreThoseOfThePublishedModels();
    void sizesOfAFormatCountScalesAndEmbeddings();
    void cachesCountHeadsLatentsAndWindows();
    void theRoomIsWhatAServersLogSays();
    void budgetsInTokens();
    void verdictsOfTheWorkedExamples();
    void speedsOfTheWorkedExamples_data();
    void speedsOfTheWorkedExamples();
    void speedsThatWereMeasuredOnAnL4();
    void crossoversOfPublishedPeaks();
    void manyTokensReadMoreExperts();
    void whatWouldMakeItFit();
    void aPlanWeighsWhatItsFormatsDo();
    void outlinesHaveNoWeights();
};

void TestFit::theTableIsReadWhole()
{
    const std::vector<Device>& devices = shippedDevices();
    QCOMPARE(devices.size(), 40U);
    const Device h100 = shippedDevice("H100 SXM"), b300 = shippedDevice("B300"), v100 = shippedDevice("V100");
    QCOMPARE(h100.bandwidth.value, 3350.0);
    QCOMPARE(h100.computeCapability(), std::optional(9.0));
    QVERIFY(h100.hasNativeFp8() && h100.hasInt8Unit() && !h100.hasNativeFp4());
    QVERIFY(b300.hasNativeFp4() && b300.fp4->isUncertain);
    QCOMPARE(b300.int8->value, 150.0); // TOPS: 0.15 POPS
    QVERIFY(!v100.hasInt8Unit() && !v100.hasKernel("M"));
    QVERIFY(shippedDevice("Xeon 8480").memory.isAtMost);
    QVERIFY(shippedDevice("Raspberry").bandwidth.isMeasured);
    QVERIFY(!shippedDevice("TPU v5e").fp8);
    for (const Device& row : devices)
        QVERIFY2(!row.source.empty() && !row.checked.empty(), row.name.c_str());
}

void TestFit::aBadTableIsNamedByLineAndColumn_data()
{
    QTest::addColumn<QString>("row");
    QTest::addColumn<QString>("names");
    QTest::newRow("kind") << "X,toaster,8,,100,1,-,-,-,-,-,-,G,me,2026-01,"
                          << "line 2: kind";
    QTest::newRow("memory") << "X,gpu,-,,100,1,-,-,-,-,-,-,G,me,2026-01,"
                            << "line 2: memory_gib";
    QTest::newRow("negative") << "X,gpu,8,,-100,1,-,-,-,-,-,-,G,me,2026-01,"
                              << "line 2: bandwidth_gbs";
    QTest::newRow("words") << "X,gpu,8,,100,fast,-,-,-,-,-,-,G,me,2026-01,"
                           << "line 2: fp16";
    QTest::newRow("kernel") << "X,gpu,8,,100,1,-,-,-,-,-,-,G Q,me,2026-01,"
                            << "line 2: kernels";
    QTest::newRow("source") << "X,gpu,8,,100,1,-,-,-,-,-,-,G,,2026-01,"
                            << "line 2: source";
    QTest::newRow("short") << "X,gpu,8"
                           << "has 3 fields";
    QTest::newRow("twice") << "X,gpu,8,,9,1,-,-,-,-,-,-,G,me,2026-01,\nX,gpu,8,,9,1,-,-,-,-,-,-,G,me,2026-01,"
                           << "there twice";
}

void TestFit::aBadTableIsNamedByLineAndColumn()
{
    QFETCH(QString, row);
    QFETCH(QString, names);
    const std::string_view text = shippedDevicesText();
    const std::string csv = std::string(text.substr(0, text.find('\n') + 1)) + row.toStdString() + "\n";
    const auto devices = parseDevices(csv, "mine.csv");
    QVERIFY(!devices);
    QVERIFY2(QString::fromStdString(devices.error().message).contains(names), devices.error().message.c_str());
    QVERIFY(devices.error().message.starts_with("mine.csv"));
}

void TestFit::devicesAreFoundByPartOfTheirName()
{
    QCOMPARE(shippedDevice("l4").name, std::string("L4")); // and not the L40S
    QCOMPARE(shippedDevice("mi300").name, std::string("MI300X"));
    const auto several = findDevice(shippedDevices(), "A100");
    QVERIFY(!several && several.error().message.find("A100 40GB, A100 80GB SXM") != std::string::npos);
    const auto none = findDevice(shippedDevices(), "GTX 1080");
    QVERIFY(!none && none.error().message.find("H200 SXM") != std::string::npos);
}

void TestFit::parametersAreThoseOfThePublishedModels()
{
    const std::map<std::string, double> published { { "llama-3.2-1b", 1.2358e9 }, { "llama-7b", 6.7384e9 },
        { "llama-3.1-8b", 8.0303e9 }, { "llama-3.1-70b", 70.554e9 }, { "llama-3.1-405b", 405.85e9 },
        { "qwen3-4b", 4.0225e9 }, { "qwen3-235b-a22b", 235.09e9 }, { "deepseek-v3", 671.03e9 } };
    for (const auto& [name, parameters] : published)
        QVERIFY2(isNear(publishedShape(name).model.parameters, parameters, 1e-3), name.c_str());
    const ServedModel large = publishedShape("llama-3.1-70b").model;
    QVERIFY(isNear(large.dense, 68.451e9, 1e-4));
    QVERIFY(isNear(large.kept, 2.1027e9, 1e-3)); // embedding and head, and norms
    const ServedModel mixture = publishedShape("qwen3-235b-a22b").model;
    QVERIFY(isNear(mixture.active() + mixture.kept, 22.2e9, 1e-2)); // "A22B"
    QCOMPARE(mixture.experts, 128);
    QCOMPARE(mixture.chosen, 8);
}

void TestFit::sizesOfAFormatCountScalesAndEmbeddings()
{
    const PublishedShape large = publishedShape("llama-3.1-70b"), small = publishedShape("llama-7b");
    QVERIFY(isNear(large.weights("bf16").resident(), 141.1e9, 1e-3));
    QVERIFY(isNear(large.weights("int4-g128").resident(), 39.50e9, .05 / 39.5));
    QVERIFY(isNear(large.weights("int4-g128-asym").resident(), 39.8e9, 2e-3));
    QVERIFY(isNear(large.weights("int2-g128").resident(), 22.4e9, 2e-3));
    QVERIFY(isNear(small.weights("bf16").resident(), 13.48e9, 1e-3));
    QVERIFY(isNear(small.weights("int4-g128").resident(), 3.86e9, 2e-3));
    QVERIFY(isNear(small.weights("int4-g128-asym").resident(), 3.89e9, 3e-3));
}

void TestFit::cachesCountHeadsLatentsAndWindows()
{
    const auto perToken
        = [](const char* name, const char* format) { return publishedShape(name).model.cacheBytes(*cache(format), 1); };
    QCOMPARE(perToken("llama-3.1-8b", "kv-f16"), 131072.0);
    QCOMPARE(perToken("llama-3.1-70b", "kv-f16"), 327680.0);
    QCOMPARE(perToken("llama-3.1-70b", "kv-int8"), 166400.0);
    QCOMPARE(perToken("deepseek-v3", "kv-f16"), 70272.0);
    QCOMPARE(perToken("qwen3-4b", "kv-f16"), 147456.0); // head_dim 128, where hidden / heads would be 80
    const double gemma = publishedShape("gemma-3-27b").model.cacheBytes(*cache("kv-f16"), 131072);
    QVERIFY(isNear(gemma, 10.41 * 1024 * 1024 * 1024, 1e-3));
}

/// vllm-project/vllm#13882.
void TestFit::theRoomIsWhatAServersLogSays()
{
    constexpr double kGiB = 1024.0 * 1024 * 1024;
    const MemoryParts parts { 8 * kGiB, .70 * 8 * kGiB, .03 * kGiB, 1.42 * kGiB, 5.20 * kGiB };
    QVERIFY(isNear(parts.cacheRoom() / kGiB, -1.05, 1e-6));
}

void TestFit::budgetsInTokens()
{
    const PublishedShape large = publishedShape("llama-3.1-70b");
    const Device a100 = shippedDevice("A100 80GB");
    const double room = memoryParts(a100, large.model, large.weights("int4-g128"), defaultServing(a100)).cacheRoom();
    QVERIFY(isNear(room / 327680, 109500, .01));
    QVERIFY(isNear(room / 166400, 215700, .01));
    const MemoryParts two = memoryParts(a100, large.model, large.weights("bf16"), { .cards = 2 });
    QVERIFY(isNear(two.budget, 156.3e9, 1e-3));
}

void TestFit::verdictsOfTheWorkedExamples()
{
    const Fit fp8 = fitFor({ "llama-3.1-70b", "H100 SXM", "fp8-e4m3-channel", Arithmetic::Fp8 }, { k8, 1 });
    QCOMPARE(fp8.verdict, FitVerdict::Tight);
    QVERIFY(isNear(static_cast<double>(fp8.longest), 8250, .01));
    QCOMPARE(fitFor({ "llama-3.1-70b", "4090", "int4-g128" }, { k8, 1 }).verdict, FitVerdict::No);
    const Fit two = fitFor({ "llama-3.1-70b", "4090", "int2-g128" }, { k8, 1 });
    QCOMPARE(two.verdict, FitVerdict::No);
    QVERIFY(isNear(two.room, (20.6 - 22.4) * 1e9, .06));
    QCOMPARE(fitFor({ "llama-3.1-8b", "4090", "bf16" }, { k32, 1 }).verdict, FitVerdict::Fits);
    QCOMPARE(fitFor({ "llama-3.1-8b", "A100 80GB", "int4-g128", Arithmetic::Sixteen, "kv-int8" }, { k32, 32 }).verdict,
        FitVerdict::Tight);
    const Fit eight
        = fitFor({ "llama-3.1-8b", "A100 80GB", "int8-channel", Arithmetic::Sixteen, "kv-int8" }, { k32, 32 });
    QCOMPARE(eight.verdict, FitVerdict::Fewer);
    QVERIFY(isNear(eight.lacking(), 2.5e9, .05));
    QCOMPARE(fitFor({ "llama-3.1-8b", "A100 80GB", "bf16" }, { k32, 32 }).sequences, 14);
    QCOMPARE(fitFor({ "llama-3.1-8b", "A100 80GB", "int8-channel" }, { k32, 32 }).sequences, 15);
    QCOMPARE(fitFor({ "llama-3.1-8b", "A100 80GB", "int4-g128" }, { k32, 32 }).sequences, 16);
    QCOMPARE(fitFor({ "llama-3.1-8b", "4090", "bf16" }, { k8, 32 }).sequences, 5);
    QCOMPARE(fitFor({ "llama-3.1-8b", "4090", "int4-g128" }, { k8, 32 }).sequences, 14);
    QCOMPARE(fitFor(kLargeInt4, { k8, 32 }).sequences, 13);
    QCOMPARE(fitFor(kLargeInt4, { k32, 32 }).sequences, 3);
}

void TestFit::speedsOfTheWorkedExamples_data()
{
    QTest::addColumn<QString>("deviceName");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("cacheName");
    QTest::addColumn<int>("context");
    QTest::addColumn<int>("batch");
    QTest::addColumn<double>("wanted");
    const auto add = [](const char* device, const char* model, const char* format, int context, int batch,
                         double wanted, const char* cacheName = "kv-f16") {
        QTest::addRow("%s %s %s %s %d x %d", device, model, format, cacheName, context, batch)
            << device << model << format << cacheName << context << batch << wanted;
    };
    for (const auto& [format, one, many, narrow, far] : { std::tuple("bf16", 92, 1023, 1531, 78),
             { "int8-channel", 152, 1186, 1925, 117 }, { "int4-g128", 222, 1284, 2200, 154 } }) {
        add("A100 80GB", "llama-3.1-8b", format, k8, 1, one);
        add("A100 80GB", "llama-3.1-8b", format, k8, 32, many);
        add("A100 80GB", "llama-3.1-8b", format, k8, 32, narrow, "kv-int8");
        add("A100 80GB", "llama-3.1-8b", format, k32, 1, far);
    }
    add("H100 SXM", "llama-3.1-8b", "bf16", k8, 1, 143);
    add("H100 SXM", "llama-3.1-8b", "fp8-e4m3-channel", k8, 32, 1903);
    add("H100 SXM", "llama-3.1-8b", "int4-g128", k8, 32, 3461, "kv-int8");
    add("4090", "llama-3.1-8b", "bf16", k8, 1, 48);
    add("4090", "llama-3.1-8b", "int4-g128", k32, 1, 83);
    add("A100 80GB", "llama-3.1-70b", "int4-g128", k8, 1, 39);
    add("H100 SXM", "llama-3.1-70b", "int4-g128", k8, 1, 63);
}

void TestFit::speedsOfTheWorkedExamples()
{
    QFETCH(QString, deviceName);
    QFETCH(QString, model);
    QFETCH(QString, format);
    QFETCH(QString, cacheName);
    QFETCH(int, context);
    QFETCH(int, batch);
    QFETCH(double, wanted);
    const Arithmetic arithmetic = format.startsWith("fp8") ? Arithmetic::Fp8 : Arithmetic::Sixteen;
    const Fit fit = fitFor(
        { model.toStdString(), deviceName.toStdString(), format.toStdString(), arithmetic, cacheName.toStdString() },
        { context, batch });
    QVERIFY(fit.tokensPerSecond.has_value());
    QVERIFY(isNear(*fit.tokensPerSecond, wanted, .015));
}

/// vLLM's docs/features/quantization/quantized_kvcache.md: Qwen3-4B in bf16, one sequence.
void TestFit::speedsThatWereMeasuredOnAnL4()
{
    const PublishedShape small = publishedShape("qwen3-4b");
    const Device l4 = shippedDevice("L4");
    const ServedWeights weights = small.weights("bf16");
    const SpeedShares fitted { .memory = .81, .step = 0 };
    const std::map<std::int64_t, std::pair<double, double>> measured { { 2048, { 29.1, 29.4 } },
        { 8192, { 26.4, 27.9 } }, { 16384, { 23.6, 26.2 } }, { 32768, { 19.4, 23.4 } } };
    for (const auto& [context, speeds] : measured) {
        const auto speed = [&, context = context](const char* format) {
            return 1
                / *stepSeconds(l4, small.model, weights, Arithmetic::Sixteen, *cache(format), { context, 1 }, fitted);
        };
        QVERIFY(isNear(speed("kv-f16"), speeds.first, .04));
        QVERIFY(isNear(speed("kv-fp8-tensor"), speeds.second, .04));
    }
}

void TestFit::crossoversOfPublishedPeaks()
{
    const SpeedShares all { 1, 1, 1, 0 };
    const auto at = [&](const char* name, double bits, Arithmetic arithmetic) {
        return *crossover(shippedDevice(name), bits, arithmetic, all);
    };
    QVERIFY(isNear(at("H100 SXM", 4.125, Arithmetic::Sixteen), 76, .01));
    QVERIFY(isNear(at("H100 SXM", 8, Arithmetic::Sixteen), 148, .01));
    QVERIFY(isNear(at("H100 SXM", 16, Arithmetic::Sixteen), 295, .01));
    QVERIFY(isNear(at("H100 SXM", 8, Arithmetic::Fp8), 295, .01));
    QVERIFY(isNear(at("A100 80GB", 4.125, Arithmetic::Sixteen), 39, .02));
    QVERIFY(isNear(at("A100 80GB", 8, Arithmetic::Int8), 153, .01));
    QVERIFY(isNear(at("4090", 8, Arithmetic::Fp8), 164, .01));
    QVERIFY(isNear(at("4090", 8, Arithmetic::Int8), 327, .01));
    QVERIFY(!crossover(shippedDevice("A100 80GB"), 8, Arithmetic::Fp8, all));
}

void TestFit::manyTokensReadMoreExperts()
{
    const ServedModel model = publishedShape("deepseek-v3").model;
    for (const auto& [batch, experts] : std::map<int, double> { { 1, 8 }, { 8, 57 }, { 32, 163 }, { 128, 252 } })
        QCOMPARE(std::round(model.expertsRead(batch)), experts);
}

void TestFit::whatWouldMakeItFit()
{
    const PublishedShape large = publishedShape("llama-3.1-70b");
    const Device a100 = shippedDevice("A100 80GB");
    const ServedWeights weights = large.weights("int4-g128");
    const Placement placement { a100, large.model, weights, Arithmetic::Sixteen, cache("kv-f16"), defaultServing(a100),
        defaultShares(a100, large.model) };
    const Use use { 16384, 8 };
    const std::vector<FitRemedy> found = remedies(placement, use, shippedDevices());
    std::map<std::string, double> left;
    for (const FitRemedy& remedy : found) {
        left[remedy.what] = remedy.left;
        QVERIFY2(remedy.left >= 0, remedy.what.c_str());
    }
    QVERIFY(left.contains("kv-int8") && isNear(left.at("kv-int8"), 14.1e9, .02));
    QVERIFY(left.contains("6 sequences") && left.contains("13692 tokens a sequence"));
    QVERIFY(left.contains("2 cards"));
    QVERIFY(left.contains("RTX PRO 6000 Blackwell")); // 96 GB, the least that does
    QCOMPARE(remedies(placement, { k8, 1 }, shippedDevices()).size(), 0U);
    const Device small = shippedDevice("4090");
    const Placement none { small, large.model, weights, Arithmetic::Sixteen, cache("kv-f16"), defaultServing(small),
        defaultShares(small, large.model) };
    for (const FitRemedy& remedy : remedies(none, { k8, 1 }, shippedDevices()))
        QVERIFY2(
            remedy.what.find("sequence") == std::string::npos && !remedy.what.starts_with("kv-"), remedy.what.c_str());
}

void TestFit::aPlanWeighsWhatItsFormatsDo()
{
    const PublishedShape small = publishedShape("llama-3.2-1b");
    const Plan plan = uniformPlan(*small.opened.network, "mine", "int4-g128", "rtn").value();
    const ServedWeights weights = servedWeights(*small.opened.network, small.model, plan).value();
    QCOMPARE(weights.resident(), small.weights("int4-g128").resident());
    QVERIFY(isNear(weights.bitsPerWeight, 4.125, 1e-9));
    Plan mixed = plan;
    QVERIFY(setFormat(mixed, *small.opened.network, "down_proj", "int8-channel"));
    const double more = servedWeights(*small.opened.network, small.model, mixed)->resident() - weights.resident();
    QVERIFY(isNear(more, 16.0 * 2048 * 8192 * (8 + 16.0 / 8192 - 4.125) / 8, 1e-6));
}

void TestFit::outlinesHaveNoWeights()
{
    const auto opened = openOutline(KERF_SOURCE_DIR "/tests/decide/shapes/llama-7b.json");
    QVERIFY(opened);
    QVERIFY(!opened->network->loadBlock(0)); // no weights
    QVERIFY(!openOutline(KERF_SOURCE_DIR "/tests/decide/shapes/no-such.json"));
    QVERIFY(!openOutline(KERF_SOURCE_DIR "/CMakePresets.json"));
    QVERIFY(isOutline(KERF_SOURCE_DIR "/tests/decide/shapes/llama-7b.json"));
    QVERIFY(!isOutline(KERF_SOURCE_DIR "/resources/sample"));
}

QTEST_APPLESS_MAIN(TestFit)
#include "tst_fit.moc"
