// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <bit>
#include <cmath>
#include <limits>

#include <Eigen/Core>
#include <QTest>

#include "core/base/random.h"
#include "core/format/number_view.h"

using namespace kerf::core;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

NumberView viewOf(std::string_view name)
{
    return NumberView(findNumberType(name).value());
}

std::vector<float> valuesOf(const NumberView& view)
{
    return { view.values().begin(), view.values().end() };
}

/// Round half to even of x in units of 2^exponent, exact: the quotient of two doubles by a power of two is exact, and
/// so are its floor and the rest.
double roundedTo(double x, int exponent)
{
    const double units = std::ldexp(x, -exponent), low = std::floor(units), rest = units - low;
    const bool goesUp = rest > 0.5 || (rest == 0.5 && std::fmod(low, 2) != 0);
    return std::ldexp(goesUp ? low + 1 : low, exponent);
}

/// What a format with so many mantissa bits and such a smallest exponent makes of x: straight from the definition.
double roundedFloat(double x, const FloatLayout& layout)
{
    if (x == 0)
        return 0;
    const int exponent = std::max(std::ilogb(x), layout.smallestExponent());
    return roundedTo(x, exponent - layout.mantissaBits);
}

} // namespace

class TestNumberView : public QObject {
    Q_OBJECT

private slots:
    /// OCP OFP8 1.0, table 2: E4M3.
    void e4m3IsThePublishedTable()
    {
        const NumberView view = viewOf("fp8-e4m3");
        const NumberFacts facts = view.facts();
        QCOMPARE(facts.largest, 448.0);
        QCOMPARE(facts.lowest, -448.0);
        QCOMPARE(facts.smallestNormal, std::optional(0x1p-6));
        QCOMPARE(facts.smallestStep, 0x1p-9); // the smallest subnormal
        QCOMPARE(facts.finiteValues, std::int64_t { 253 });
        QCOMPARE(facts.nanCodes, std::int64_t { 2 });
        QCOMPARE(facts.infinityCodes, std::int64_t { 0 });
        QCOMPARE(facts.significantBits, std::optional(4));
        QCOMPARE(facts.relativeStep, std::optional(1.0 / 16));
        QCOMPARE(view.decode(0x01), 0x1p-9);
        QCOMPARE(view.decode(0x07), 0.875 * 0x1p-6);
        QCOMPARE(view.decode(0x08), 0x1p-6);
        QCOMPARE(view.decode(0x7E), 448.0);
        QVERIFY(std::isnan(view.decode(0x7F)) && std::isnan(view.decode(0xFF)));
        QVERIFY(std::signbit(view.decode(0x80)));
    }

    /// The same table: E5M2.
    void e5m2IsThePublishedTable()
    {
        const NumberView view = viewOf("FP8 E5M2");
        const NumberFacts facts = view.facts();
        QCOMPARE(facts.largest, 57344.0);
        QCOMPARE(facts.smallestNormal, std::optional(0x1p-14));
        QCOMPARE(facts.smallestStep, 0x1p-16);
        QCOMPARE(facts.finiteValues, std::int64_t { 247 });
        QCOMPARE(facts.nanCodes, std::int64_t { 6 });
        QCOMPARE(facts.infinityCodes, std::int64_t { 2 });
        QCOMPARE(view.decode(0x7C), kInfinity);
        QCOMPARE(view.decode(0xFC), -kInfinity);
    }

    /// OCP MX 1.0, section 5.3.3; the scale is a power of two, stored with a bias of 127 (section 5.4.1).
    void mxfp4HasTheElementsOfTheSpecification()
    {
        NumberView view = viewOf("mxfp4");
        const std::vector<float> positive { 0, 0.5f, 1, 1.5f, 2, 3, 4, 6 };
        for (std::size_t code = 0; code < 8; ++code) {
            QCOMPARE(view.decode(static_cast<std::uint32_t>(code)), static_cast<double>(positive[code]));
            QCOMPARE(view.decode(static_cast<std::uint32_t>(code) + 8), -static_cast<double>(positive[code]));
        }
        QCOMPARE(view.facts().finiteValues, std::int64_t { 15 });
        QCOMPARE(view.scaleBits()->code, std::uint32_t { 127 });
        QVERIFY(view.setScale(0.26).has_value()); // the nearest power of two is a quarter
        QCOMPARE(view.scale(), 0.25f);
        QCOMPARE(view.scaleBits()->code, std::uint32_t { 125 });
        QCOMPARE(view.facts().largest, 1.5);
        QVERIFY(view.setScaleBits(130).has_value());
        QCOMPARE(view.scale(), 8.0f);
        QCOMPARE(view.encode(17).value, 16.0);
        QVERIFY(!view.setScaleBits(255).has_value()); // NaN
        QCOMPARE(view.scale(), 8.0f);
    }

    /// The block's scale is an E4M3 number: 0.3 lies between 0.28125 and 0.3125.
    void nvfp4ScalesAreFloat8()
    {
        NumberView view = viewOf("nvfp4");
        QCOMPARE(view.scaleBits()->code, std::uint32_t { 0x38 }); // 1
        QVERIFY(view.setScale(0.3).has_value());
        QCOMPARE(view.scale(), 0.3125f);
        QCOMPARE(view.facts().largest, 1.875);
        QVERIFY(view.setScaleBits(0x7E).has_value());
        QCOMPARE(view.scale(), 448.0f);
        QVERIFY(!view.setScaleBits(0x7F).has_value()); // NaN
        QVERIFY(!view.setScaleBits(0xB8).has_value()); // -1
    }

    /// QLoRA (arXiv 2305.14314), appendix E.
    void nf4IsTheTableOfThePaper()
    {
        const std::vector<float> paper { -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f,
            -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f,
            0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f,
            0.7229568362236023f, 1.0f };
        QCOMPARE(valuesOf(viewOf("nf4")), paper);
    }

    void integersAreCountedAndHaveAHalfScale()
    {
        NumberView view = viewOf("int4");
        QCOMPARE(view.decode(0), -8.0);
        QCOMPARE(view.decode(15), 7.0);
        QVERIFY(view.setScale(0.1).has_value());
        QCOMPARE(view.scale(), static_cast<float>(Eigen::half(0.1f)));
        QCOMPARE(view.scaleBits()->code, std::uint32_t { 0x2E66 }); // 0.1 in float16
        NumberView asymmetric = viewOf("int4-asym");
        QCOMPARE(asymmetric.zero(), 8.0f);
        asymmetric.setZero(3);
        QCOMPARE(asymmetric.decode(0), -3.0);
        QCOMPARE(asymmetric.decode(15), 12.0);
        QVERIFY(!view.setScaleBits(0).has_value());
        QVERIFY(!view.setScale(-1).has_value());
        QVERIFY(!viewOf("f32").setScale(2).has_value());
    }

    /// Every code of 16 bits against Eigen's half and against the upper half of a float's bits.
    void sixteenBitCodesAreThoseOfIeeeAndBfloat()
    {
        const NumberView half = viewOf("f16"), brain = viewOf("bf16");
        for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
            const auto expected = static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(std::uint16_t(code)));
            const auto shifted = std::bit_cast<float>(code << 16);
            const auto same = [](double a, float b) { return std::isnan(a) ? std::isnan(b) : a == double(b); };
            QVERIFY2(same(half.decode(code), expected), qPrintable(QString::number(code)));
            QVERIFY2(same(brain.decode(code), shifted), qPrintable(QString::number(code)));
            if (std::isfinite(expected))
                QCOMPARE(half.encode(double(expected)).code, std::optional(code));
            if (std::isfinite(shifted))
                QCOMPARE(brain.encode(double(shifted)).code, std::optional(code));
        }
        QCOMPARE(half.facts().finiteValues, std::int64_t { 63487 }); // 2 · 31 · 1024 - 1
        QCOMPARE(half.facts().largest, 65504.0);
        QCOMPARE(half.facts().smallestStep, 0x1p-24);
        QCOMPARE(brain.facts().finiteValues, std::int64_t { 65279 }); // 2 · 255 · 128 - 1
        QCOMPARE(brain.facts().nanCodes, std::int64_t { 254 });
    }

    /// The formula shown for a code gives the code's value; the layout says what the decoder does.
    void formulasAreTheDecodersValues()
    {
        for (const NumberType& type : numberTypes()) {
            const NumberView view { type };
            int bits = 0;
            for (const BitField& field : type.fields())
                bits += field.bits;
            QCOMPARE(bits, type.bits());
            CounterRng random(3);
            const std::uint32_t codes = type.bits() > 16 ? 100'000 : view.lastCode() + 1;
            for (std::uint32_t i = 0; i < codes; ++i) {
                const auto code = type.bits() > 16 ? static_cast<std::uint32_t>(random.next()) : i;
                const auto parts = view.parts(code);
                if (!parts)
                    continue;
                const double fraction = double(parts->mantissa) / double(parts->ones) + (parts->isSubnormal ? 0 : 1);
                const double value = std::ldexp(fraction, parts->power) * (parts->isNegative ? -1 : 1);
                QVERIFY2(value == view.decode(code), qPrintable(QString::fromStdString(type.name)));
            }
        }
    }

    /// Every value of every format of up to 8 bits is stored exactly, and Up and Down go through all of them.
    void valuesAreTheirOwnCodes()
    {
        for (const NumberType& type : numberTypes()) {
            if (type.bits() > 8)
                continue;
            const NumberView view { type };
            const std::vector<float> values = valuesOf(view);
            std::uint32_t code = *view.encode(double(values.front())).code;
            for (const float value : values) {
                QCOMPARE(view.decode(code), double(value));
                QCOMPARE(view.encode(double(value)).fate, Fate::Exact);
                const std::uint32_t next = view.neighbour(code, true);
                if (value != values.back())
                    QCOMPARE(
                        *view.encode(view.decode(view.neighbour(next, false))).code, *view.encode(double(value)).code);
                code = next;
            }
            QCOMPARE(view.neighbour(code, true), code);
        }
    }

    /// Random floats and exact midpoints against rounding to even done by hand in exact arithmetic.
    void floatsRoundToTheNearestEven()
    {
        for (const char* name : { "f16", "bf16", "fp8-e4m3", "fp8-e5m2", "mxfp4", "mxfp8" }) {
            const NumberView view = viewOf(name);
            const FloatLayout layout = *view.type().layout();
            const double largest = view.facts().largest;
            CounterRng random(7);
            for (int i = 0; i < 20'000; ++i) {
                const double scale = std::exp2(random.uniform() * 40 - 30);
                double x = double(static_cast<float>(random.normal() * scale));
                if (i % 4 == 0) // half-way between two values
                    x = double(static_cast<float>(roundedFloat(x, layout) + view.encode(x).step / 2));
                const double expected = std::min(std::abs(roundedFloat(x, layout)), largest);
                if (std::abs(x) > largest)
                    continue;
                QCOMPARE(std::abs(view.encode(x).value), expected);
            }
        }
    }

    void whatHappenedIsNamed()
    {
        const NumberView e4m3 = viewOf("fp8-e4m3"), half = viewOf("f16"), int4 = viewOf("int4"), single = viewOf("f32");
        QCOMPARE(e4m3.encode(0.1).value, 0.1015625);
        QCOMPARE(e4m3.encode(0.1).code, std::optional(std::uint32_t { 0x1D }));
        QCOMPARE(e4m3.encode(0.1).fate, Fate::Rounded);
        QCOMPARE(e4m3.encode(0.1).below, std::optional(0.09375));
        QCOMPARE(e4m3.encode(0.1).above, std::optional(0.109375));
        QCOMPARE(e4m3.encode(0.1).step, 0.0078125);
        QVERIFY(std::abs(*e4m3.encode(0.1).relativeError() - 0.015625) < 1e-12);
        QCOMPARE(e4m3.encode(460).fate, Fate::Rounded); // within half a step: IEEE would round it so too
        QCOMPARE(e4m3.encode(465).fate, Fate::Saturated);
        QCOMPARE(e4m3.encode(-kInfinity).value, -448.0);
        QCOMPARE(e4m3.encode(0x1p-11).fate, Fate::ToZero);
        QCOMPARE(e4m3.encode(0x1.8p-8).fate, Fate::Exact);
        QCOMPARE(e4m3.encode(0x1.9p-8).fate, Fate::Subnormal);
        QCOMPARE(e4m3.encode(kNaN).code, std::optional(std::uint32_t { 0x7F }));
        QCOMPARE(e4m3.encode(kNaN).fate, Fate::NotANumber);
        QCOMPARE(half.encode(65519).fate, Fate::Rounded);
        QCOMPARE(half.encode(65520).fate, Fate::ToInfinity);
        QCOMPARE(half.encode(kInfinity).fate, Fate::Exact);
        QCOMPARE(int4.encode(kNaN).fate, Fate::NoNaN);
        QVERIFY(!int4.encode(kNaN).code);
        QCOMPARE(int4.encode(2.5).value, 2.0);
        QCOMPARE(int4.encode(-100).value, -8.0);
        QCOMPARE(single.encode(1e39).fate, Fate::ToInfinity);
        QCOMPARE(single.encode(0.1).value, double(0.1f));
        QCOMPARE(single.encode(0.1).above, std::optional(double(std::nextafter(0.1f, 1.0f))));
    }

    void chainsTakeWhatTheStepBeforeStored()
    {
        const std::vector<NumberView> formats { viewOf("f32"), viewOf("bf16"), viewOf("fp8-e4m3") };
        const auto steps = convertThrough(1234.567, formats);
        QCOMPARE(steps[1].value, 1232.0);
        QCOMPARE(steps[2].wanted, 1232.0);
        QCOMPARE(steps[2].value, 448.0);
        QCOMPARE(steps[2].fate, Fate::Saturated);
        const double number = 1232;
        QCOMPARE(scaleFor({ &number, 1 }, formats[2]), 2.75);
        NumberView scaled = formats[2];
        QVERIFY(scaled.setScale(2.75).has_value());
        QCOMPARE(scaled.encode(1232).fate, Fate::Exact);
        const std::vector<NumberView> lost { viewOf("int4"), viewOf("f32") };
        QCOMPARE(convertThrough(kNaN, lost).back().fate, Fate::NotANumber);
    }

    void valuesAreFoundFromAnyPoint()
    {
        const NumberView view = viewOf("mxfp4"), single = viewOf("f32");
        QCOMPARE(view.firstFrom(-100), std::optional(-6.0));
        QCOMPARE(view.firstFrom(2.1), std::optional(3.0));
        QCOMPARE(view.firstFrom(3), std::optional(3.0));
        QVERIFY(!view.firstFrom(6.1));
        QCOMPARE(single.firstFrom(0.1), std::optional(double(0.1f))); // above 0.1
        QCOMPARE(single.firstFrom(double(0.1f) + 1e-12), std::optional(double(std::nextafter(0.1f, 1.0f))));
    }

    /// What is stored for a group's scale can be stored: the words for it are true.
    void scalesAreOfTheirStorage()
    {
        CounterRng random(5);
        for (const NumberType& type : numberTypes()) {
            NumberView view { type };
            if (!view.scaleBits())
                continue;
            for (int i = 0; i < 200; ++i) {
                QVERIFY(view.setScale(std::exp2(random.uniform() * 20 - 10)).has_value());
                const float scale = view.scale();
                QVERIFY(view.setScaleBits(view.scaleBits()->code).has_value());
                QCOMPARE(view.scale(), scale);
            }
        }
    }

    void numbersAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("value");
        QTest::newRow("plain") << " 0.1 " << 0.1;
        QTest::newRow("plus") << "+3" << 3.0;
        QTest::newRow("exponent") << "-1e-3" << -1e-3;
        QTest::newRow("power") << "2^-6" << 0x1p-6;
        QTest::newRow("minus power") << "-2^10" << -1024.0;
        QTest::newRow("times power") << "3 * 2^-6" << 3 * 0x1p-6;
        QTest::newRow("hexadecimal") << "0x1.8p3" << 12.0;
        QTest::newRow("infinity") << "-inf" << -kInfinity;
    }
    void numbersAreRead()
    {
        QFETCH(QString, text);
        QFETCH(double, value);
        const auto number = readNumber(text.toStdString());
        QVERIFY(number.has_value());
        QCOMPARE(number->value, value);
        QVERIFY(!number->code);
    }

    void codesAndWhatIsNoNumber()
    {
        QCOMPARE(readNumber("0x1D")->code, std::optional(std::uint32_t { 0x1D }));
        QCOMPARE(readNumber("0b11101")->code, std::optional(std::uint32_t { 0x1D }));
        QCOMPARE(readNumber("0xFFFFFFFF")->code, std::optional(std::uint32_t { 0xFFFFFFFF }));
        for (const char* text : { "1.2.3", "", "abc", "2^", "0x", "1 2", "+-3", "0x1FFFFFFFF", "^2" })
            if (std::string_view(text) != "0x1FFFFFFFF") // too long for a code: a number then
                QVERIFY2(!readNumber(text).has_value(), text);
        QCOMPARE(QString::fromStdString(readNumber("1.2.3").error().message), QString("Not a number: 1.2.3"));
    }

    void anyFormatOfTheRegistryIsFound()
    {
        QCOMPARE(findNumberType("int4-g128-asym")->format->name(), std::string("int4-g128-asym"));
        QCOMPARE(findNumberType("INT4")->name, std::string("int4"));
        QCOMPARE(findNumberType("int8-channel+a8-token")->format->name(), std::string("int8-channel"));
        QVERIFY(!findNumberType("int9").has_value());
        for (const std::string& name : commonFormats()) {
            const auto type = findNumberType(name);
            QVERIFY2(type.has_value(), name.c_str());
            QVERIFY(NumberView(*type).facts().finiteValues > 1);
        }
        QCOMPARE(numberTypes().size(), std::size_t { 36 });
    }
};

QTEST_GUILESS_MAIN(TestNumberView)
#include "tst_number_view.moc"
