// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <QTest>

#include "core/base/dtype.h"
#include "core/base/random.h"
#include "core/format/kv_format.h"
#include "core/format/layer_format.h"

using namespace kerf::core;

namespace {

Matrix randomRows(CounterRng& rng, std::int64_t rows, std::int64_t cols)
{
    Matrix x(rows, cols);
    for (Eigen::Index i = 0; i < x.size(); ++i)
        x.data()[i] = static_cast<float>(rng.normal() * (rng.below(20) == 0 ? 10.0 : 1.0));
    return x;
}

CacheFormatPtr format(const char* name)
{
    return parseCacheFormat(name).value();
}

} // namespace

class TestKvFormat : public QObject {
    Q_OBJECT
private slots:
    void layerFormatsSplitIntoWeightAndActivations()
    {
        for (const char* name : { "int8-channel+a8-token", "int4-g128+a8-token", "int8-g64-asym+a8-tensor",
                 "int8-channel+llmint8", "int4-g64+afp8-token", "int3-g64", "bf16" }) {
            const auto parsed = parseLayerFormat(name);
            QVERIFY2(parsed, name);
            QCOMPARE(parsed->name(), std::string(name));
            QCOMPARE(parseWeightFormat(name).value()->name(), std::string(name).substr(0, std::string(name).find('+')));
        }
        for (const char* name : { "int8-channel+", "int8-channel+a4", "int3-g64+a8-token", "bf16+a8-token", "+a8-token",
                 "int8-channel+a8-token+a8-token" }) {
            const auto parsed = parseLayerFormat(name);
            QVERIFY2(!parsed, name);
            QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!parseFormat("int8-channel+a8-token")); // a weight's format has no such part
    }
    void sumsThatCouldOverflowAreRefused()
    {
        QVERIFY(parseLayerFormat("int8-channel+a8-token")->checkShape({ 1, 66000 }));
        QVERIFY(!parseLayerFormat("int8-channel+a8-token")->checkShape({ 1, 66001 }));
        QVERIFY(parseLayerFormat("int8-channel")->checkShape({ 1, 66001 }));
        QVERIFY(!parseLayerFormat("int8-g64+a8-token")->checkShape({ 4, 96 }));
    }

    void namesAreKnownAndTheRestIsRefusedInWords()
    {
        for (const std::string& name : commonCacheFormats())
            QCOMPARE(parseCacheFormat(name).value()->name(), name);
        QCOMPARE(format("kv-kivi2-r128")->residual(), std::int64_t(128));
        QCOMPARE(format("kv-kivi4")->residual(), std::int64_t(32));
        for (const char* name :
            { "int8", "kv-int3", "kv-kivi3", "kv-kivi2-r31", "kv-kivi2-r0", "kv-kivi2-r", "kv-int8-r32" }) {
            const auto parsed = parseCacheFormat(name);
            QVERIFY2(!parsed, name);
            QVERIFY(parsed.error().message.find("kv-int8") != std::string::npos);
        }
    }
    void bytesAreThoseOfTheDefinition()
    {
        const CacheShape shape { 4, 32, 32 }; // 128 values, twice a token
        QCOMPARE(format("kv-f16")->bytes(shape, 10), std::int64_t(10 * 2 * 128 * 2));
        QCOMPARE(format("kv-int8")->bytes(shape, 10), std::int64_t(10 * 2 * 4 * (32 + 2)));
        QCOMPARE(format("kv-fp8")->bytes(shape, 10), std::int64_t(10 * 2 * 4 * (32 + 2)));
        QCOMPARE(format("kv-int4")->bytes(shape, 10), std::int64_t(10 * 2 * 4 * (16 + 4)));
        QCOMPARE(format("kv-int8-tensor")->bytes(shape, 10), std::int64_t(10 * 2 * 128 + 8));
        // 100 tokens, 32 in the window: 96 keys and 68 values rounded, the other 4 and 32 in 16 bit.
        QCOMPARE(format("kv-kivi2")->bytes(shape, 100),
            std::int64_t(96 / 32 * 128 * (8 + 4) + 68 * 4 * (8 + 4) + (4 + 32) * 128 * 2));
        QCOMPARE(format("kv-kivi2")->bytes(shape, 31), format("kv-f16")->bytes(shape, 31));
        // Keys and values of other widths; DeepSeek-V3's latent: 512 + 64 numbers a token, whatever its 128 heads.
        const CacheShape narrow { 2, 24, 20 };
        QCOMPARE(format("kv-f16")->bytes(narrow, 3), std::int64_t(3 * 2 * (24 + 20) * 2));
        QCOMPARE(format("kv-int4")->bytes(narrow, 3), std::int64_t(3 * 2 * (12 + 10 + 2 * 4)));
        QCOMPARE(format("kv-f16")->bytes({ 128, 192, 128, 576 }, 1000), std::int64_t(1000 * 576 * 2));
    }

    /// Half a step, the step being the float16 at or above max / 127 (a relative 2^-10, or 2^-24 where subnormal);
    /// float8 has 3 bits of mantissa: a relative 2^-4, or half of 2^-9 steps below its normal numbers.
    void errorsAreWithinHalfAStep()
    {
        CounterRng rng(1);
        for (int trial = 0; trial < 100; ++trial) {
            const std::int64_t dim = std::int64_t(1) << rng.below(7);
            const auto magnitude = static_cast<float>(std::pow(10.0, double(rng.below(9)) - 5.0));
            Matrix x = randomRows(rng, 5, 3 * dim);
            x *= magnitude;
            for (const char* name : { "kv-int8", "kv-int4", "kv-fp8" }) {
                Matrix rounded = x;
                format(name)->roundTokens(dim, 0, rounded);
                for (Eigen::Index t = 0; t < 5; ++t)
                    for (Eigen::Index head = 0; head < 3; ++head)
                        checkGroup(name, x.row(t).segment(head * dim, dim), rounded.row(t).segment(head * dim, dim));
            }
        }
    }
    void tokensAndHeadsAreRoundedAlone()
    {
        CounterRng rng(2);
        const Matrix x = randomRows(rng, 6, 64);
        for (const char* name : { "kv-int8", "kv-int4", "kv-fp8" }) {
            Matrix all = x, one = x.row(3), head = x.row(3).middleCols(32, 32);
            format(name)->roundTokens(32, 0, all);
            format(name)->roundTokens(32, 0, one);
            format(name)->roundTokens(32, 0, head);
            QVERIFY(all.row(3) == one.row(0));
            QVERIFY(all.row(3).middleCols(32, 32) == head.row(0));
        }
    }
    void fixedStepsSaturate()
    {
        Matrix x(1, 4);
        x << 0.5f, -1.26f, 200.0f, -300.0f;
        Matrix rounded = x;
        const float step = format("kv-int8-tensor")->fixedStepFor(127.0f);
        QCOMPARE(step, 1.0f);
        format("kv-int8-tensor")->roundTokens(4, step, rounded);
        QVERIFY(rounded.row(0) == (Matrix(1, 4) << 0.0f, -1.0f, 127.0f, -127.0f).finished());
        format("kv-fp8-tensor")->roundTokens(4, 1.0f, x);
        QVERIFY(x.row(0)
            == (Matrix(1, 4) << 0.5f, -1.25f, 192.0f, -288.0f).finished()); // units of 16 (12.5: to even) and 32
    }
    /// Keys: each channel over 32 tokens; values: each token over 32 channels. At most 2^bits values in a group, and no
    /// error above half a step.
    void kiviGroupsRunAlongTokensForKeysAndChannelsForValues()
    {
        CounterRng rng(3);
        const Matrix x = randomRows(rng, 32, 64);
        for (const char* name : { "kv-kivi2", "kv-kivi4" }) {
            const int levels = name[7] == '2' ? 4 : 16;
            Matrix keys = x, values = x;
            format(name)->roundKeyBlock(keys);
            format(name)->roundValues(64, values);
            for (Eigen::Index channel = 0; channel < 64; ++channel)
                checkAsymmetric(x.col(channel), keys.col(channel), levels);
            for (Eigen::Index t = 0; t < 32; ++t)
                for (const Eigen::Index first : { 0, 32 })
                    checkAsymmetric(
                        x.row(t).segment(first, 32).transpose(), values.row(t).segment(first, 32).transpose(), levels);
        }
    }
    void degenerateRowsStayWhatTheyAre()
    {
        for (const char* name : { "kv-int8", "kv-int4", "kv-fp8" }) {
            Matrix zeros = Matrix::Zero(2, 8);
            format(name)->roundTokens(8, 0, zeros);
            QVERIFY(zeros.isZero(0));
            Matrix constant = Matrix::Constant(1, 8, 0.75f);
            format(name)->roundTokens(8, 0, constant);
            QVERIFY((constant.array() - 0.75f).abs().maxCoeff() <= 0.75f * 0x1p-9f);
            Matrix broken = Matrix::Constant(1, 8, 1.0f);
            broken(0, 3) = std::numeric_limits<float>::quiet_NaN();
            format(name)->roundTokens(8, 0, broken);
            QVERIFY(std::isnan(broken(0, 3))); // reaches the block's check
            Matrix outlier = Matrix::Constant(1, 8, 1e-3f);
            outlier(0, 0) = 1e4f;
            format(name)->roundTokens(8, 0, outlier);
            QVERIFY(outlier.allFinite());
        }
        Matrix constant = Matrix::Constant(32, 3, -0.5f);
        format("kv-kivi2")->roundKeyBlock(constant); // the span is 0: the reference divides by it
        QVERIFY(constant == Matrix::Constant(32, 3, -0.5f));
    }

private:
    template <class Row> static void checkGroup(const std::string& name, const Row& x, const Row& rounded)
    {
        const float most = x.cwiseAbs().maxCoeff();
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            const double error = std::abs(double(x[i]) - rounded[i]);
            const double slack = 0x1p-22 * most; // float32 products of codes and steps
            if (name == "kv-int8")
                QVERIFY(error <= 0.5 * (most / 127.0 * (1 + 0x1p-10) + 0x1p-24) + slack);
            else if (name == "kv-int4") // the minimum is a float16 too: a relative 2^-10 below
                QVERIFY(error
                    <= 0.5 * ((x.maxCoeff() - x.minCoeff() + most * 0x1p-10) / 15.0 * (1 + 0x1p-10) + 0x1p-23) + slack);
            else
                QVERIFY(error <= std::max(std::abs(x[i]) * 0x1p-4, (most / 448 + 0x1p-24) * 0x1p-9) + slack);
        }
    }
    static void checkAsymmetric(const Vector& x, const Vector& rounded, int levels)
    {
        const std::set<float> found(rounded.begin(), rounded.end());
        QVERIFY(static_cast<int>(found.size()) <= levels);
        const double span = x.maxCoeff() - x.minCoeff() + x.cwiseAbs().maxCoeff() * 0x1p-10;
        const double half = 0.5 * (span / (levels - 1) * (1 + 0x1p-10) + 0x1p-23);
        QVERIFY((x - rounded).cwiseAbs().maxCoeff() <= half + 0x1p-22 * x.cwiseAbs().maxCoeff());
    }
};

QTEST_GUILESS_MAIN(TestKvFormat)
#include "tst_kv_format.moc"
