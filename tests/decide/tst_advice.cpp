// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include "core/decide/advice.h"
#include "core/decide/trained_aware.h"
#include "tests/support/published_shape.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// Published shapes are parsed once: the largest has 46,000 layers.
const PublishedShape& known(const std::string& name)
{
    static std::map<std::string, PublishedShape> shapes;
    if (const auto found = shapes.find(name); found != shapes.end())
        return found->second;
    return shapes.emplace(name, publishedShape(name)).first->second;
}

AdviceQuestion question(const std::string& model, const std::string& device, Use use = {})
{
    const PublishedShape& shape = known(model);
    Device on = shippedDevice(device);
    if (on.memory.isAtMost)
        on.reported = DeviceFigure { std::min(on.memory.value, 512.0) };
    return { on, defaultServing(on), shape.opened.network, shape.model, use };
}

Advice answer(const AdviceQuestion& question)
{
    return advise(question).value();
}

std::string firstOf(const AdviceQuestion& question)
{
    return answer(question).first().format->format;
}

const std::string kFp8 = "fp8-e4m3-channel+afp8-token", kInt8Both = "int8-channel+a8-token";

} // namespace

class TestAdvice : public QObject {
    Q_OBJECT

private slots:
    void everyRuleOfTheMatrixFires();
    void nativeFormatsComeFirst();
    void refusalsSayWhy();
    void sizeSpeaksWhereThereIsNoProfile();
    void aProfileSpeaksInThePlaceOfSize();
    void fewerThanFourBitsOnlyWhereNothingElseIsLeft();
    void whatWouldChangeTheAnswer();
    void everyQuestionHasAnAnswer();
    void checkpointsOfTrainingAreFound();
};

/// The fourteen branches of the matrix (docs/manual/advise.md), each from what should lead to it.
void TestAdvice::everyRuleOfTheMatrixFires()
{
    std::map<std::string, AdviceQuestion> asked;
    const auto ask = [&](const std::string& rule, const AdviceQuestion& about) { asked.emplace(rule, about); };
    ask("R1", question("llama-3.1-8b", "H100 SXM"));
    AdviceQuestion about = question("llama-3.1-8b", "H100 SXM");
    about.isHighStakes = true;
    ask("R1a", about);
    ask("R2", question("llama-3.1-70b", "A100 80GB", { 8192, 8 }));
    about = question("llama-3.1-70b", "A100 80GB");
    about.isHighStakes = about.hasTaskEvaluation = true;
    ask("R2a", about);
    ask("R3", question("llama-3.1-8b", "A100 80GB"));
    ask("R3a", question("llama-2-13b", "T4", { 1024, 1 }));
    ask("R4", question("llama-3.1-8b", "A100 80GB", { 256, 512 }));
    ask("R5", question("llama-3.1-70b", "A100 80GB"));
    ask("R6", question("llama-3.1-70b", "M2 Ultra"));
    about = question("llama-3.1-8b", "V100");
    about.tolerance = Tolerance::Strict;
    ask("R6a", about);
    ask("R7", question("llama-3.1-8b", "A100 80GB", { 32768, 32 }));
    about = question("gemma-3-27b", "A100 80GB");
    about.trainedAware = { "gemma-3-27b-it-qat-q4_0.gguf" };
    ask("R8", about);
    about = question("llama-3.1-8b", "A100 80GB");
    about.others = { { "llama-3.1-70b", 70.6e9, 39.5e9 } };
    ask("R9", about);
    about = question("llama-3.2-3b", "4090");
    about.tolerance = Tolerance::Strict;
    ask("R10", about);
    QCOMPARE(asked.size(), 14U);
    for (const auto& [rule, wanted] : asked)
        QVERIFY2(answer(wanted).hasRule(rule), rule.c_str());
    QVERIFY(!answer(asked.at("R2")).hasRule("R2a"));
    QVERIFY(!answer(asked.at("R3")).hasRule("R3a"));
    QCOMPARE(answer(asked.at("R7")).cache, std::string("kv-int8"));
    about = question("llama-3.1-8b", "A100 80GB");
    about.others = { { "llama-3.1-405b", 405.9e9, 215e9 } };
    QVERIFY(!answer(about).hasRule("R9")); // it does not fit
    QVERIFY(!answer(asked.at("R10")).warnings.empty());
}

void TestAdvice::nativeFormatsComeFirst()
{
    for (const char* device : { "H100 SXM", "H100 PCIe", "H200", "L40S", "RTX 4090", "MI300X", "Gaudi 3" })
        QCOMPARE(firstOf(question("llama-3.1-8b", device)), kFp8);
    for (const char* device : { "B200", "B300", "RTX PRO 6000" }) {
        QCOMPARE(firstOf(question("llama-3.1-8b", device)), kFp8); // 8 bits at that size
        AdviceQuestion loose = question("llama-3.1-70b", device);
        loose.tolerance = Tolerance::Loose;
        QCOMPARE(firstOf(loose), std::string("nvfp4+anvfp4"));
        QVERIFY(answer(loose).hasRule("K1"));
    }
    QCOMPARE(firstOf(question("llama-3.1-8b", "TPU v5e")), kInt8Both);
    QCOMPARE(firstOf(question("llama-3.1-8b", "Xeon 8480")), kInt8Both);
    QCOMPARE(firstOf(question("llama-3.1-8b", "M4 Max")), std::string("q8_0"));
    QCOMPARE(firstOf(question("llama-3.1-70b", "M2 Ultra")), std::string("q4_k"));
}

void TestAdvice::refusalsSayWhy()
{
    const auto reason = [](const char* device, std::string_view format) {
        return refusalOf(shippedDevice(device), format).value_or("");
    };
    QVERIFY(reason("B300", kInt8Both).find("0.15 POPS") != std::string::npos);
    QVERIFY(reason("B200", kInt8Both).find("10.0") != std::string::npos);
    QVERIFY(reason("V100", "awq").find("7.5") != std::string::npos);
    QVERIFY(reason("V100", kInt8Both).find("no INT8 matrix unit") != std::string::npos);
    QVERIFY(reason("A100 80GB", kFp8).find("no FP8 unit") != std::string::npos);
    QVERIFY(reason("H100 SXM", "nvfp4+anvfp4").find("no FP4 unit") != std::string::npos);
    for (const auto& [device, format] : { std::pair("H100 SXM", kInt8Both), { "A100 80GB", kInt8Both },
             { "T4", std::string("awq") }, { "B300", kFp8 }, { "V100", std::string("int4-g128") } })
        QVERIFY2(reason(device, format).empty(), reason(device, format).c_str());
    const Advice b300 = answer(question("llama-3.1-8b", "B300"));
    for (const AdvisedFormat& advised : b300.ranked)
        QVERIFY(advised.format->format != kInt8Both);
}

void TestAdvice::sizeSpeaksWhereThereIsNoProfile()
{
    const Advice middle = answer(question("mistral-small-24b", "A100 80GB"));
    QCOMPARE(middle.first().format->format, "int4-g128");
    QVERIFY(middle.hasRule("K8")); // "validate"
    QCOMPARE(firstOf(question("llama-3.1-8b", "A100 80GB")), std::string("int8-channel"));
    AdviceQuestion loose = question("llama-3.1-8b", "A100 80GB");
    loose.tolerance = Tolerance::Loose;
    QCOMPARE(firstOf(loose), std::string("int4-g128"));
    AdviceQuestion small = question("llama-3.2-1b", "A100 80GB");
    small.tolerance = Tolerance::Loose;
    QCOMPARE(firstOf(small), std::string("int8-channel"));
    AdviceQuestion strict = question("qwen3-32b", "A100 80GB");
    strict.tolerance = Tolerance::Strict;
    QCOMPARE(answer(strict).first().format->bits, 8);
    AdviceQuestion stakes = question("qwen3-32b", "A100 80GB");
    stakes.isHighStakes = true;
    QCOMPARE(answer(stakes).first().format->bits, 8); // until the task was measured
    stakes.hasTaskEvaluation = true;
    QCOMPARE(answer(stakes).first().format->bits, 4);
}

void TestAdvice::aProfileSpeaksInThePlaceOfSize()
{
    AdviceQuestion about = question("llama-3.1-8b", "A100 80GB");
    about.predicted = { { "int4-g128", { .008, .001 } }, { "int8-channel", { 1e-5, 1e-6 } } };
    const Advice good = answer(about);
    QCOMPARE(good.first().format->format, "int4-g128");
    QVERIFY(good.first().predicted && good.first().isWithinTolerance);
    about.predicted["int4-g128"] = { .0195, .001 }; // with two errors above the screen
    QCOMPARE(firstOf(about), std::string("int8-channel"));
    AdviceQuestion large = question("llama-3.1-70b", "A100 80GB");
    large.serving.cards = 2;
    QCOMPARE(firstOf(large), std::string("int4-g128"));
    large.predicted = { { "int4-g128", { .05, .001 } }, { "int8-channel", { 1e-4, 1e-5 } } };
    QCOMPARE(firstOf(large), std::string("int8-channel"));
}

void TestAdvice::fewerThanFourBitsOnlyWhereNothingElseIsLeft()
{
    for (const Use use : { Use { 8192, 8 }, Use { 8192, 64 }, Use { 65536, 4 } })
        QVERIFY(answer(question("llama-3.1-70b", "A100 80GB", use)).first().format->bits >= 4);
    const Advice squeezed = answer(question("llama-3.1-70b", "A100 40GB", { 2048, 1 }));
    QCOMPARE(squeezed.first().format->bits, 3);
    QVERIFY(squeezed.hasRule("R5") && !squeezed.first().isWithinTolerance && !squeezed.warnings.empty());
    const Advice none = answer(question("llama-3.1-70b", "RTX 4090", { 8192, 1 }));
    QVERIFY(none.hasRule("K0") && !none.hasRule("R5") && !none.hasRule("R7"));
    QVERIFY(
        std::ranges::any_of(none.changes, [](const std::string& text) { return text.starts_with("With 2 cards"); }));
    QCOMPARE(none.first().fit.verdict, FitVerdict::No);
    QCOMPARE(none.first().format->format, "q2_k"); // what lacks least
}

void TestAdvice::whatWouldChangeTheAnswer()
{
    const auto changes = [](const AdviceQuestion& about) {
        std::string all;
        for (const std::string& change : answer(about).changes)
            all += change + "\n";
        return all;
    };
    const std::string text = changes(question("llama-3.1-8b", "A100 80GB", { 256, 16 }));
    QVERIFY2(text.find("A profile of this model") != std::string::npos, text.c_str());
    QVERIFY2(text.find("margin 1 points) that rejects it: then 16 bit") != std::string::npos, text.c_str());
    QVERIFY2(text.find("sequences at once: INT8 weights and activations") != std::string::npos, text.c_str());
    AdviceQuestion about = question("llama-3.1-8b", "A100 80GB");
    about.predicted = { { "int8-channel", { 1e-5, 1e-6 } } };
    QVERIFY(changes(about).find("A profile of this model") == std::string::npos);
    about.use.context = 1 << 20;
    QVERIFY(!advise(about)); // beyond what the model takes
}

void TestAdvice::everyQuestionHasAnAnswer()
{
    const std::vector<std::string> models { "llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b", "llama-2-13b",
        "mistral-small-24b", "qwen3-32b", "llama-3.1-70b", "llama-3.1-405b" };
    for (const Device& device : shippedDevices())
        for (const std::string& model : models)
            for (const Tolerance tolerance : { Tolerance::Strict, Tolerance::Normal, Tolerance::Loose }) {
                AdviceQuestion about = question(model, device.name, { 2048, 4 });
                about.tolerance = tolerance;
                const Advice advice = answer(about);
                const std::string what = model + " on " + device.name;
                QVERIFY2(!advice.ranked.empty() && !advice.reasons.empty() && !advice.changes.empty(), what.c_str());
                std::set<std::string> formats;
                for (const AdvisedFormat& advised : advice.ranked) {
                    QVERIFY2(formats.insert(advised.format->format).second, what.c_str());
                    QVERIFY2(!refusalOf(device, advised.format->format), what.c_str());
                }
                // Nothing that was ruled out, and no fewer bits than the size allows while more would fit.
                const AdvisedFormat& first = advice.first();
                for (const AdvisedFormat& other : advice.ranked)
                    if (other.isWithinTolerance && other.fit.verdict == FitVerdict::Fits)
                        QVERIFY2(first.isWithinTolerance && first.fit.lacking() == 0, what.c_str());
            }
}

void TestAdvice::checkpointsOfTrainingAreFound()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    for (const char* name : { "gemma-3-4b", "gemma-3-4b-it-QAT-q4_0", "qatar-7b", "my_qat" })
        std::filesystem::create_directory(root / name);
    const std::vector<std::string> wanted { "gemma-3-4b-it-QAT-q4_0", "my_qat" };
    QCOMPARE(trainedAwareBeside(root / "gemma-3-4b"), wanted);
    QVERIFY(trainedAwareBeside(root / "no-such" / "folder").empty());
}

QTEST_APPLESS_MAIN(TestAdvice)
#include "tst_advice.moc"
