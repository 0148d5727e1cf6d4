// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <limits>

#include <QTest>

#include "core/base/dtype.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/format/format.h"
#include "core/format/layer_format.h"

using namespace kerf::core;

namespace {

constexpr int kShapes = 120;

std::vector<float> randomGroup(CounterRng& rng, std::size_t size)
{
    const double offset = rng.normal(), width = std::exp(rng.normal());
    std::vector<float> values(size);
    for (float& value : values)
        value = static_cast<float>((rng.normal() + 0.3 * offset) * width);
    return values;
}

struct Rounded {
    float scale = 0, zero = 0;
    std::vector<std::uint8_t> codes;
    std::vector<float> values;
};

Rounded quantizeWith(const Format& format, const std::vector<float>& group, float scale, float zero)
{
    Rounded result { scale, zero, std::vector<std::uint8_t>(group.size()), std::vector<float>(group.size()) };
    format.quantize(group, std::vector<float>(group.size(), scale), std::vector<float>(group.size(), zero),
        result.codes, result.values);
    return result;
}

Rounded quantizeGroup(const Format& format, const std::vector<float>& group)
{
    float scale = 0, zero = 0;
    format.chooseParams(group, scale, zero);
    return quantizeWith(format, group, scale, zero);
}

FormatPtr randomIntegerFormat(CounterRng& rng)
{
    const int bits = 2 + static_cast<int>(rng.below(7));
    return parseFormat("int" + std::to_string(bits) + "-channel" + (rng.below(2) ? "" : "-asym")).value();
}

} // namespace

class TestFormat : public QObject {
    Q_OBJECT
private slots:
    void everyNameOfTheGrammarParsesToItself()
    {
        int count = 0;
        for (int bits = 2; bits <= 8; ++bits)
            for (const char* granularity : { "-g32", "-g64", "-g128", "-channel" })
                for (const char* flag : { "", "-asym" }) {
                    const std::string name = "int" + std::to_string(bits) + granularity + flag;
                    const FormatPtr format = parseFormat(name).value();
                    QCOMPARE(format->name(), name);
                    QCOMPARE(format->codeBits(), bits);
                    QCOMPARE(format->isSymmetric(), *flag == '\0');
                    QVERIFY(!format->isUnquantized());
                    QCOMPARE(parseFormat(name).value().get(), format.get());
                    ++count;
                }
        QCOMPARE(count, 56);
        for (const char* name : { "f32", "f16", "bf16" })
            QVERIFY(parseFormat(name).value()->isUnquantized());
    }
    void unknownNamesAreRefusedWithTheGrammar()
    {
        for (const char* name : { "", "int4", "int9-g64", "int4-g48", "int4-g64-sym", "INT4-g64", "int4-g64 " }) {
            const auto format = parseFormat(name);
            QVERIFY(!format.has_value());
            QCOMPARE(format.error().code, ErrorCode::InvalidArgument);
            QVERIFY(format.error().message.find("int2 to int8") != std::string::npos);
        }
    }
    void commonFormatsRiseInBitsPerWeight()
    {
        double last = 0;
        for (const std::string& name : commonFormats()) {
            const double bits = parseWeightFormat(name).value()->bitsPerWeight({ 256, 1024 });
            QVERIFY2(bits >= last, name.c_str());
            last = bits;
        }
        QCOMPARE(commonFormats().back(), std::string("bf16"));
    }
    void bitsPerWeightCountScalesAndZeros()
    {
        const LayerShape shape { 10, 512 };
        QCOMPARE(parseFormat("int4-g128").value()->bitsPerWeight(shape), 4.125); // docs/formats.md
        QCOMPARE(parseFormat("int4-g128-asym").value()->bitsPerWeight(shape), 4.15625);
        QCOMPARE(parseFormat("int4-g32-asym").value()->bitsPerWeight(shape), 4.625);
        QCOMPARE(parseFormat("int8-channel").value()->bitsPerWeight(shape), 8.03125);
        QCOMPARE(parseFormat("bf16").value()->bitsPerWeight(shape), 16.0);
        QCOMPARE(parseFormat("f32").value()->bitsPerWeight(shape), 32.0);
    }
    void groupsThatDoNotDivideAreRefusedInWords()
    {
        const FormatPtr format = parseFormat("int4-g64").value();
        QVERIFY(format->checkShape({ 3, 192 }).has_value());
        const Status status = format->checkShape({ 3, 100 });
        QVERIFY(!status.has_value());
        QVERIFY(status.error().message.find("100 columns") != std::string::npos);
        QVERIFY(parseFormat("int4-channel").value()->checkShape({ 1, 1 }).has_value());
    }
    void symmetricScaleFollowsTheConvention()
    {
        const std::vector<float> group { -7.5f, 3.0f, 1.0f, 0.0f };
        const Rounded rounded = quantizeGroup(*parseFormat("int4-channel").value(), group);
        QCOMPARE(rounded.scale, 1.0f); // 2 * 7.5 / 15
        QCOMPARE(rounded.zero, 0.0f); // it has none: the codes count from -8
        QCOMPARE(rounded.codes, (std::vector<std::uint8_t> { 0, 11, 9, 8 })); // -7.5 is a tie: to even, -8
    }
    void nonNegativeGroupsKeepASymmetricRange()
    {
        // With the range [0, max] the scale would be half of this, and everything above 7/15 of the maximum clipped.
        const std::vector<float> group { 0.5f, 0.6f, 0.8f, 1.0f };
        const Rounded rounded = quantizeGroup(*parseFormat("int4-channel").value(), group);
        QCOMPARE(rounded.scale, roundToHalf(2.0f / 15.0f));
        for (std::size_t i = 0; i < group.size(); ++i)
            QVERIFY(std::abs(rounded.values[i] - group[i]) <= (0.5f + 16 * 0x1.0p-11f) * rounded.scale);
    }
    void asymmetricRangeIncludesZero()
    {
        const std::vector<float> group { 0.5f, 0.6f, 0.8f, 1.0f };
        const Rounded rounded = quantizeGroup(*parseFormat("int4-channel-asym").value(), group);
        QCOMPARE(rounded.zero, 0.0f);
        QCOMPARE(rounded.scale, roundToHalf(1.0f / 15.0f));
        QCOMPARE(quantizeGroup(*parseFormat("int4-channel-asym").value(), { -1.0f, -0.5f }).zero, 15.0f);
    }
    // Identity 1, first half.
    void errorIsAtMostHalfAStepInsideTheRange()
    {
        CounterRng rng(1);
        for (int shape = 0; shape < kShapes; ++shape) {
            const FormatPtr format = randomIntegerFormat(rng);
            const std::vector<float> group = randomGroup(rng, 1 + rng.below(200));
            const Rounded rounded = quantizeGroup(*format, group);
            const double codes = 1 << format->codeBits();
            // Half a step by definition. At the ends of the range the scale's own rounding to float16 (2^-11 of it,
            // times as many steps as there are codes) and, asymmetric, that of the zero point (half a step) add up.
            const double end = codes * 0x1.0p-11 + (format->isSymmetric() ? 0.0 : 0.5);
            for (std::size_t i = 0; i < group.size(); ++i) {
                const bool inside = rounded.codes[i] > 0 && rounded.codes[i] < codes - 1;
                const double bound = 0.5 + codes * 0x1.0p-22 + (inside ? 0.0 : end);
                QVERIFY(std::abs(group[i] - rounded.values[i]) <= bound * rounded.scale);
            }
        }
    }
    // Identity 1, second half.
    void roundingTwiceIsRoundingOnce()
    {
        CounterRng rng(2);
        for (int shape = 0; shape < kShapes; ++shape) {
            const FormatPtr format = randomIntegerFormat(rng);
            const std::vector<float> group = randomGroup(rng, 1 + rng.below(200));
            const Rounded once = quantizeGroup(*format, group);
            const Rounded twice = quantizeWith(*format, once.values, once.scale, once.zero);
            QCOMPARE(twice.codes, once.codes);
            QCOMPARE(twice.values, once.values);
        }
    }
    // Identity 2.
    void powersOfTwoScaleTheScaleAndKeepTheCodes()
    {
        CounterRng rng(3);
        for (int shape = 0; shape < kShapes; ++shape) {
            const FormatPtr format = randomIntegerFormat(rng);
            std::vector<float> group = randomGroup(rng, 1 + rng.below(200));
            const Rounded before = quantizeGroup(*format, group);
            const int power = static_cast<int>(rng.below(7)) - 3;
            for (float& value : group)
                value = std::ldexp(value, power);
            const Rounded after = quantizeGroup(*format, group);
            // Exact as long as both scales are normal float16 numbers, which this spread keeps them.
            QCOMPARE(after.scale, std::ldexp(before.scale, power));
            QCOMPARE(after.codes, before.codes);
        }
    }
    // Identity 3, for the widest integers that codes of one byte hold, and for the 16-bit types.
    void wideFormatsAreNearlyExact()
    {
        CounterRng rng(4);
        for (int shape = 0; shape < kShapes; ++shape) {
            const std::vector<float> group = randomGroup(rng, 32);
            const auto relative = [&](const char* name) {
                const Rounded rounded = quantizeGroup(*parseFormat(name).value(), group);
                double error = 0, norm = 0;
                for (std::size_t i = 0; i < group.size(); ++i) {
                    error += std::pow(static_cast<double>(group[i]) - rounded.values[i], 2);
                    norm += std::pow(static_cast<double>(group[i]), 2);
                }
                return std::sqrt(error / norm);
            };
            // Every error is at most half a step = max|w| / 255, and the norm is at least max|w|: sqrt(32) / 255.
            QVERIFY(relative("int8-g32") <= std::sqrt(32.0) / 255 * 1.01);
            QVERIFY(relative("f16") <= 0x1.0p-11);
            QVERIFY(relative("bf16") <= 0x1.0p-8);
            QCOMPARE(relative("f32"), 0.0);
        }
    }
    void constantAndZeroGroups()
    {
        for (const char* name : { "int2-channel", "int2-channel-asym", "int4-channel", "int8-channel-asym" }) {
            const FormatPtr format = parseFormat(name).value();
            const Rounded zero = quantizeGroup(*format, std::vector<float>(8, 0.0f));
            QCOMPARE(zero.values, std::vector<float>(8, 0.0f));
            QVERIFY(zero.scale > 0 && std::isfinite(zero.scale));
            for (const float constant : { 1.0f, -3.0f }) {
                const Rounded rounded = quantizeGroup(*format, std::vector<float>(5, constant));
                const float end
                    = static_cast<float>(1 << format->codeBits()) * 0x1.0p-11f; // the float16 scale's rounding
                for (const float value : rounded.values)
                    QVERIFY(std::abs(value - constant) <= (0.5f + end) * rounded.scale);
            }
        }
    }
    void extremeValuesGiveStoredScalesThatAreUsable()
    {
        const float subnormal = std::numeric_limits<float>::denorm_min();
        const float largest = std::numeric_limits<float>::max();
        for (const char* name : { "int2-channel", "int4-channel-asym", "int8-channel" })
            for (const std::vector<float>& group : { std::vector<float> { subnormal, -subnormal },
                     std::vector<float> { 1e-8f, 0.0f }, std::vector<float> { 65504.0f, -65504.0f, 1.0f },
                     std::vector<float> { 1e4f, 0.01f, -0.02f }, std::vector<float> { largest, -largest } }) {
                const Rounded rounded = quantizeGroup(*parseFormat(name).value(), group);
                QVERIFY(rounded.scale > 0 && std::isfinite(rounded.scale));
                QCOMPARE(rounded.scale, roundToHalf(rounded.scale));
                for (const float value : rounded.values)
                    QVERIFY(std::isfinite(value));
            }
    }
    void dequantizeDecodesGroupsAndGroupIndex()
    {
        QuantizedTensor tensor { parseFormat("int4-g32").value(), { 2, 64 }, std::vector<std::uint8_t>(128),
            { 1.0f, 2.0f, 0.5f, 4.0f }, {}, {} };
        for (std::size_t i = 0; i < tensor.codes.size(); ++i)
            tensor.codes[i] = static_cast<std::uint8_t>(i % 16);
        const Matrix plain = dequantize(tensor);
        QCOMPARE(plain(0, 3), -5.0f);
        QCOMPARE(plain(0, 32 + 9), 2.0f);
        QCOMPARE(plain(1, 63), 28.0f);
        tensor.groupIndex.resize(64);
        for (std::size_t j = 0; j < 64; ++j)
            tensor.groupIndex[j] = static_cast<std::int32_t>(j % 2);
        const Matrix indexed = dequantize(tensor);
        QCOMPARE(indexed(0, 3), -10.0f);
        QCOMPARE(indexed(1, 63), 28.0f);
        Matrix row(1, 64);
        dequantizeRows(tensor, 1, row);
        QVERIFY(row == indexed.bottomRows(1));
    }
    void contentHashSeesEveryPart()
    {
        const QuantizedTensor tensor { parseFormat("int4-channel-asym").value(), { 1, 2 }, { 1, 2 }, { 1.0f }, { 8 },
            {} };
        std::vector<QuantizedTensor> changed(5, tensor);
        changed[0].codes[1] = 3;
        changed[1].scales[0] = 0.5f;
        changed[2].zeros[0] = 7;
        changed[3].groupIndex = { 0, 0 };
        changed[4].format = parseFormat("int3-channel").value();
        QCOMPARE(contentHash(tensor), contentHash(QuantizedTensor(tensor)));
        for (const QuantizedTensor& other : changed)
            QVERIFY(contentHash(other) != contentHash(tensor));
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
