// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

#include "core/base/random.h"
#include "core/checkpoint/low_precision.h"
#include "core/checkpoint/safetensors_writer.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// OCP OFP8, section 5.2, from the fields of the code.
double valueOfE4M3(std::uint8_t code)
{
    const int exponent = code >> 3 & 15, mantissa = code & 7;
    const double magnitude = exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(1.0 + mantissa / 8.0, exponent - 7);
    return (code & 128) != 0 ? -magnitude : magnitude;
}

/// OCP Microscaling, section 5.3.3, the same way.
double valueOfE2M1(unsigned code)
{
    const unsigned exponent = code >> 1 & 3, mantissa = code & 1;
    const double magnitude
        = exponent == 0 ? mantissa * 0.5 : std::ldexp(1.0 + mantissa / 2.0, static_cast<int>(exponent) - 1);
    return (code & 8) != 0 ? -magnitude : magnitude;
}

/// Bytes that are no NaN of E4M3.
Bytes randomCodes(std::size_t count)
{
    CounterRng random(5, 1);
    Bytes codes(count);
    for (std::uint8_t& code : codes)
        do
            code = static_cast<std::uint8_t>(random.next() & 255U);
        while ((code & 127) == 127);
    return codes;
}

std::string fp8Config(const std::string& more)
{
    return R"({"quantization_config": {"quant_method": "fp8", "activation_scheme": "dynamic")" + more + "}}";
}

const std::string kBlocks = R"(, "fmt": "e4m3", "weight_block_size": [128, 128])";
const std::string kMxfp4 = R"({"quantization_config": {"quant_method": "mxfp4"}})";

} // namespace

/// Weights that were published in a low precision, as the floats that they stand for.
class TestLowPrecision : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_count = 0;

    Checkpoint write(const std::string& config, const std::vector<TensorView>& tensors)
    {
        const fs::path folder = fs::path(m_folder.path().toStdString()) / std::to_string(m_count++);
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << config;
        const auto written = writeSafetensors(folder / "model.safetensors", tensors);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        return Checkpoint::open(folder).value();
    }

private slots:
    /// 200 x 300 in blocks of 128 x 128: those at the edges have 72 rows and 44 columns. Every code, every scale.
    void blocksAreDecodedToTheLastBit_data()
    {
        QTest::addColumn<bool>("powers");
        QTest::newRow("scales are powers of two") << true;
        QTest::newRow("any scales") << false;
    }
    void blocksAreDecodedToTheLastBit()
    {
        QFETCH(bool, powers);
        const Bytes codes = randomCodes(200 * 300);
        CounterRng random(7, 2);
        std::vector<float> scales(2 * 3);
        for (float& scale : scales)
            scale = powers ? std::ldexp(1.0F, static_cast<int>(random.next() % 40) - 30)
                           : static_cast<float>(random.normal()) * 1e-3F;
        const Checkpoint stored = write(fp8Config(kBlocks),
            { TensorView::of("a.weight", DType::F8E4M3, { 200, 300 }, codes),
                TensorView::of("a.weight_scale_inv", DType::F32, { 2, 3 }, scales) });
        const auto found = findFloat8Weights(stored);
        QVERIFY2(found && *found, found ? "nothing" : found.error().message.c_str());
        QCOMPARE((*found)->name, "FP8 in blocks of 128 × 128");
        const Checkpoint opened = stored.withDecoded((*found)->tensors);
        QCOMPARE(opened.tensors().size(), std::size_t { 1 });
        const Matrix weight = opened.read("a.weight").value();
        QCOMPARE(std::pair(weight.rows(), weight.cols()), std::pair(Eigen::Index { 200 }, Eigen::Index { 300 }));
        for (std::size_t row = 0; row < 200; ++row)
            for (std::size_t col = 0; col < 300; ++col) {
                const double exact = valueOfE4M3(codes[row * 300 + col])
                    * static_cast<double>(scales[row / 128 * 3 + col / 128]); // 4 bits by 24: exact in double
                const float read = weight(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(col));
                QVERIFY(read == static_cast<float>(exact)); // QCOMPARE is not exact
                if (powers)
                    QVERIFY(static_cast<double>(read) == exact);
            }
        const std::vector<std::byte> bytes = opened.bytes("a.weight").value();
        const auto expected = std::as_bytes(std::span(weight.data(), static_cast<std::size_t>(weight.size())));
        QVERIFY(std::ranges::equal(bytes, expected));
        QVERIFY(opened.lend("a.weight", [&](std::span<const std::byte> lent) -> Status {
            return std::ranges::equal(lent, expected) ? Status() : fail(ErrorCode::Internal, "other bytes");
        }));
        QVERIFY(opened.checkFinite("a.weight"));
    }
    /// What a format of plans holds as codes: 128 columns a block, without a rest.
    void codesFitAFormat()
    {
        const auto fits = [this](const std::string& more, std::int64_t cols) {
            const Bytes codes = randomCodes(static_cast<std::size_t>(64 * cols));
            return float8FitsCodes(
                write(fp8Config(more), { TensorView::of("a.weight", DType::F8E4M3, { 64, cols }, codes) }));
        };
        QVERIFY(fits(kBlocks, 256) && fits(kBlocks, 128));
        QVERIFY(!fits(kBlocks, 300) && !fits(kBlocks, 64));
        QVERIFY(fits("", 300)); // one scale for the tensor
        QVERIFY(!fits(R"(, "weight_block_size": [64, 64])", 128));
    }
    void oneScaleForTheTensor_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isScalar");
        QTest::newRow("weight_scale") << "a.weight_scale" << false;
        QTest::newRow("weight_scale, without dimensions") << "a.weight_scale" << true;
        QTest::newRow("weight_scale_inv") << "a.weight_scale_inv" << true;
    }
    /// The step of inputs is told, hidden and not applied.
    void oneScaleForTheTensor()
    {
        QFETCH(QString, name);
        QFETCH(bool, isScalar);
        const Bytes codes { 0x38, 0xc0, 0x7e, 0x01 }; // 1, -2, 448, 2^-9
        const std::vector<float> scale { 0.25F }, step { 3 };
        const std::vector<std::int64_t> shape
            = isScalar ? std::vector<std::int64_t> {} : std::vector<std::int64_t> { 1 };
        const Checkpoint stored = write(fp8Config(""),
            { TensorView::of("a.weight", DType::F8E4M3, { 2, 2 }, codes),
                TensorView::of(name.toStdString(), DType::F32, shape, scale),
                TensorView::of("a.input_scale", DType::F32, {}, step) });
        const auto found = findFloat8Weights(stored).value();
        QVERIFY(found);
        QCOMPARE(found->name, "FP8 with one scale a tensor");
        QCOMPARE(found->inputSteps, std::vector<std::string> { "a.input_scale" });
        QVERIFY(lowPrecisionNote(*found).text.find("a.input_scale") != std::string::npos);
        const Checkpoint opened = stored.withDecoded(found->tensors);
        QCOMPARE(opened.tensors().size(), std::size_t { 1 });
        const Matrix weight = opened.read("a.weight").value();
        QCOMPARE(weight, (Matrix(2, 2) << 0.25F, -0.5F, 112.0F, std::ldexp(1.0F, -11)).finished());
        QCOMPARE(opened.find("a.weight")->decoded->storedBytes(), std::uint64_t { 4 + 4 + 4 });
    }
    /// [experts, out, in] of codes is read as [experts, in, out]; the low half of a byte comes first.
    void expertsAreTurned()
    {
        constexpr std::int64_t kExperts = 3, kOut = 5, kIn = 64;
        CounterRng random(9, 3);
        Bytes codes(kExperts * kOut * kIn / 2), scales(kExperts * kOut * kIn / 32);
        for (std::uint8_t& code : codes)
            code = static_cast<std::uint8_t>(random.next() & 255U);
        for (std::uint8_t& scale : scales)
            scale = static_cast<std::uint8_t>(100 + random.next() % 50);
        scales[0] = 0; // numbers below the normal ones
        scales[1] = 252; // the largest that 6 still fits
        const std::vector<float> bias(kExperts * kOut, 1);
        const Checkpoint stored = write(kMxfp4,
            { TensorView::of("e.gate_up_proj_blocks", DType::U8, { kExperts, kOut, kIn / 32, 16 }, codes),
                TensorView::of("e.gate_up_proj_scales", DType::U8, { kExperts, kOut, kIn / 32 }, scales),
                TensorView::of("e.gate_up_proj_bias", DType::F32, { kExperts, kOut }, bias) });
        const auto found = findMxfp4Experts(stored).value();
        QVERIFY(found);
        QVERIFY(!findFloat8Weights(stored).value());
        const Checkpoint opened = stored.withDecoded(found->tensors);
        QCOMPARE(opened.tensors().size(), std::size_t { 2 });
        const TensorInfo& info = *opened.find("e.gate_up_proj");
        QCOMPARE(info.shape, (std::vector<std::int64_t> { kExperts, kIn, kOut }));
        QVERIFY(info.dtype == DType::BF16);
        const Matrix all = opened.read("e.gate_up_proj").value();
        for (std::int64_t expert = 0; expert < kExperts; ++expert) {
            const Matrix one = opened.readSlice("e.gate_up_proj", expert).value();
            QCOMPARE(std::pair(one.rows(), one.cols()), std::pair(Eigen::Index { kIn }, Eigen::Index { kOut }));
            for (std::int64_t in = 0; in < kIn; ++in)
                for (std::int64_t out = 0; out < kOut; ++out) {
                    const std::int64_t row = expert * kOut + out;
                    const unsigned pair = codes[static_cast<std::size_t>(row * kIn / 2 + in / 2)];
                    const double exact = std::ldexp(valueOfE2M1(in % 2 == 0 ? pair & 15U : pair >> 4),
                        scales[static_cast<std::size_t>(row * (kIn / 32) + in / 32)] - 127);
                    QVERIFY(static_cast<double>(one(in, out)) == exact); // QCOMPARE is not exact
                    QVERIFY(all(expert, in * kOut + out) == one(in, out));
                    QVERIFY(bfloat16ToFloat(floatToBfloat16(one(in, out))) == one(in, out)); // the type holds it
                }
        }
        QCOMPARE(opened.bytes("e.gate_up_proj").value().size(), info.bytes);
    }
    /// A slice of what is stored as floats is the same part of the whole.
    void storedSlicesAreRead()
    {
        std::vector<float> values(2 * 3 * 4);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(i);
        const Checkpoint stored = write("{}", { TensorView::of("x", DType::F32, { 2, 3, 4 }, values) });
        const Matrix slice = stored.readSlice("x", 1).value();
        QCOMPARE(std::pair(slice.rows(), slice.cols()), std::pair(Eigen::Index { 3 }, Eigen::Index { 4 }));
        QCOMPARE(slice(0, 0), 12.0F);
        QCOMPARE(slice(2, 3), 23.0F);
    }
    void whatDoesNotFitIsNamed()
    {
        const Bytes codes(4 * 4, 0x38), wide(4 * 4 * 2, 0x38);
        const std::vector<float> one { 1 }, two { 1, 1 }, four(16, 1);
        const TensorView weight = TensorView::of("a.weight", DType::F8E4M3, { 4, 4 }, codes);
        const TensorView scales = TensorView::of("a.weight_scale_inv", DType::F32, { 1, 1 }, one);
        const auto problem = [&](const std::string& config, const std::vector<TensorView>& tensors) {
            const auto found = findFloat8Weights(write(config, tensors));
            return found ? std::string("none") : found.error().message;
        };
        const auto says = [](const std::string& text, std::initializer_list<const char*> words) {
            return std::ranges::all_of(words, [&](const char* word) { return text.find(word) != std::string::npos; });
        };
        QVERIFY(says(problem(fp8Config(kBlocks), { weight }), { "a.weight", "a.weight_scale_inv", "missing" }));
        QVERIFY(says(
            problem(fp8Config(kBlocks), { weight, TensorView::of("a.weight_scale_inv", DType::F32, { 2, 1 }, two) }),
            { "a.weight_scale_inv", "[2, 1]", "[1, 1]" }));
        QVERIFY(says(problem(fp8Config(kBlocks),
                         { weight, scales, TensorView::of("b.weight_scale_inv", DType::F32, { 1, 1 }, one) }),
            { "b.weight_scale_inv", "b.weight is missing" }));
        QVERIFY(says(problem(fp8Config(kBlocks),
                         { weight, scales, TensorView::of("b.weight", DType::F32, { 4, 4 }, four),
                             TensorView::of("b.weight_scale_inv", DType::F32, { 1, 1 }, one) }),
            { "b.weight_scale_inv", "not stored as F8_E4M3" }));
        QVERIFY(says(problem(fp8Config(""), { weight, TensorView::of("a.weight_scale", DType::F32, { 2 }, two) }),
            { "a.weight_scale", "[2]" }));
        QVERIFY(
            says(problem(fp8Config(R"(, "weight_block_size": [128])"), { weight, scales }), { "weight_block_size" }));
        QVERIFY(
            says(problem(fp8Config(R"(, "weight_block_size": [0, 4])"), { weight, scales }), { "weight_block_size" }));
        QVERIFY(says(problem(fp8Config(R"(, "fmt": "e5m2")"), { weight, scales }), { "e5m2" }));
        QVERIFY(
            says(problem(fp8Config(kBlocks), { TensorView::of("a.weight", DType::F8E4M3, { 2, 4, 4 }, wide), scales }),
                { "a.weight", "no matrix" }));
        QCOMPARE(problem(fp8Config(kBlocks), { TensorView::of("a.weight", DType::F32, { 4, 4 }, four) }),
            std::string("none"));
    }
    void expertsThatDoNotFitAreNamed()
    {
        const Bytes codes(2 * 4 * 16, 0), scales(2 * 4, 127), few(2 * 3, 127);
        const TensorView blocks = TensorView::of("e.x_blocks", DType::U8, { 2, 4, 1, 16 }, codes);
        const TensorView powers = TensorView::of("e.x_scales", DType::U8, { 2, 4, 1 }, scales);
        const auto problem = [&](const std::vector<TensorView>& tensors) {
            const auto found = findMxfp4Experts(write(kMxfp4, tensors));
            return found ? std::string("none") : found.error().message;
        };
        const auto says
            = [](const std::string& text, const char* word) { return text.find(word) != std::string::npos; };
        QVERIFY(says(problem({ blocks }), "there is no tensor e.x_scales"));
        QVERIFY(says(problem({ powers }), "there is no tensor e.x_blocks"));
        QVERIFY(says(problem({ blocks, TensorView::of("e.x_scales", DType::U8, { 2, 3, 1 }, few) }), "e.x_scales"));
        QVERIFY(says(problem({ TensorView::of("e.x_blocks", DType::U8, { 8, 16 }, codes), powers }), "e.x_blocks"));
        QCOMPARE(problem({ blocks, powers }), std::string("none"));
    }
    /// NaN codes and scales are found when they are decoded, infinite numbers when a run checks the weights.
    void whatIsNoNumberIsNamed()
    {
        Bytes codes(4 * 4, 0x38);
        std::vector<float> scales { std::nanf("") };
        const auto opened = [&] {
            const Checkpoint stored = write(fp8Config(kBlocks),
                { TensorView::of("a.weight", DType::F8E4M3, { 4, 4 }, codes),
                    TensorView::of("a.weight_scale_inv", DType::F32, { 1, 1 }, scales) });
            return stored.withDecoded(findFloat8Weights(stored).value()->tensors);
        };
        const auto bad = checkDecodedScales(opened(), {});
        QVERIFY(!bad && bad.error().message.find("a.weight_scale_inv") != std::string::npos);
        QVERIFY(!opened().read("a.weight"));
        scales = { 1 };
        QVERIFY(checkDecodedScales(opened(), {}));
        codes[6] = 0xff;
        const auto code = opened().read("a.weight");
        QVERIFY(!code && code.error().message.find("a.weight holds a NaN in row 1") != std::string::npos);
        codes[6] = 0x7e; // 448
        scales = { 3e38F };
        const auto infinite = opened().checkFinite("a.weight");
        QVERIFY(!infinite && infinite.error().message.find("element 6") != std::string::npos);

        const Bytes pairs(1 * 2 * 16, 0), powers { 127, 255 };
        const Checkpoint experts = write(kMxfp4,
            { TensorView::of("e.x_blocks", DType::U8, { 1, 2, 1, 16 }, pairs),
                TensorView::of("e.x_scales", DType::U8, { 1, 2, 1 }, powers) });
        const Checkpoint view = experts.withDecoded(findMxfp4Experts(experts).value()->tensors);
        const auto scale = checkDecodedScales(view, {});
        QVERIFY(!scale && scale.error().message.find("e.x_scales: scale 1") != std::string::npos);
        QVERIFY(!view.read("e.x"));
    }
};

QTEST_GUILESS_MAIN(TestLowPrecision)
#include "tst_low_precision.moc"
