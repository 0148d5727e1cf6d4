// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/number_view.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/float8.h"

namespace kerf::core {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// One row that is as wide as the format's scales need: a super-block of llama.cpp's.
constexpr std::int64_t kRow = 256;

float decodeWide(const std::string& name, std::uint32_t code)
{
    if (name == "f32")
        return std::bit_cast<float>(code);
    const auto bits = static_cast<std::uint16_t>(code);
    return name == "f16" ? halfToFloat(bits) : bfloat16ToFloat(bits);
}

std::uint32_t encodeWide(const std::string& name, float value)
{
    if (name == "f32")
        return std::bit_cast<std::uint32_t>(value);
    return name == "f16" ? floatToHalf(value) : floatToBfloat16(value);
}

std::optional<double> asDouble(float value)
{
    return std::isfinite(value) ? std::optional(static_cast<double>(value)) : std::nullopt;
}

/// What rounds scales that are stored in bytes of their own; null for others. The factor for the whole weight of those
/// that have one is made 1, so that what is stored for a group is its scale.
FormatPtr scaleFormat(const NumberType& type)
{
    if (type.scaleStorage() == ScaleStorage::Float8)
        return type.format->madeFor(largestFloat8(Float8::E4M3) * *std::ranges::max_element(type.format->levels()));
    return type.scaleStorage() == ScaleStorage::PowerOfTwo ? type.format : nullptr;
}

} // namespace

const char* fateName(Fate fate)
{
    constexpr std::array names { "exact", "rounded", "subnormal", "to_zero", "saturated", "to_infinity", "nan",
        "no_nan" };
    return names[static_cast<std::size_t>(fate)];
}

std::optional<double> StoredNumber::relativeError() const
{
    if (wanted == 0 || !std::isfinite(wanted) || !std::isfinite(value))
        return std::nullopt;
    return error() / std::abs(wanted);
}

NumberView::NumberView(NumberType type)
    : m_type(std::move(type))
{
    if (m_type.format->zeroKind() == ZeroKind::Code)
        m_zero = std::exp2(static_cast<float>(m_type.bits() - 1));
    if (m_type.scaleStorage() == ScaleStorage::None)
        fill();
    else
        static_cast<void>(setScale(1));
}

Status NumberView::setScale(double scale)
{
    if (m_type.scaleStorage() == ScaleStorage::None)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} has no scale.", m_type.title));
    if (!(scale > 0) || !std::isfinite(static_cast<float>(scale)) || static_cast<float>(scale) == 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("A scale is a number above 0: {}.", scale));
    m_scale = m_type.format->storedScale(static_cast<float>(scale));
    if (const FormatPtr storing = scaleFormat(m_type)) {
        GroupParams params { Matrix::Constant(kRow / storing->groupSize(kRow), 1, m_scale), {} };
        storing->snapParams({ 1, kRow }, params, {});
        m_scale = params.scales(0, 0);
        m_scaleBytes = params.stored;
    }
    fill();
    return {};
}

void NumberView::setZero(double zero)
{
    m_zero = m_type.format->storedZero(static_cast<float>(zero));
    fill();
}

std::optional<ScaleBits> NumberView::scaleBits() const
{
    using Kind = BitField::Kind;
    switch (m_type.scaleStorage()) {
    case ScaleStorage::Half:
        return ScaleBits { floatToHalf(m_scale), { { Kind::Sign, 1 }, { Kind::Exponent, 5 }, { Kind::Mantissa, 10 } } };
    case ScaleStorage::PowerOfTwo:
        return ScaleBits { m_scaleBytes.front(), { { Kind::Exponent, 8 } } };
    case ScaleStorage::Float8:
        return ScaleBits { m_scaleBytes.back(), { { Kind::Sign, 1 }, { Kind::Exponent, 4 }, { Kind::Mantissa, 3 } } };
    default:
        return std::nullopt;
    }
}

Status NumberView::setScaleBits(std::uint32_t code)
{
    const auto refuse = [&] {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("0x{:X} is no scale of {}: a scale is a number above 0.", code, m_type.title));
    };
    if (m_type.scaleStorage() == ScaleStorage::Half) {
        const float scale = halfToFloat(static_cast<std::uint16_t>(code));
        return scale > 0 && std::isfinite(scale) ? setScale(static_cast<double>(scale)) : refuse();
    }
    const auto now = scaleBits();
    if (!now)
        return refuse();
    std::vector<std::uint8_t> bytes = m_scaleBytes;
    const std::size_t head = m_type.scaleStorage() == ScaleStorage::Float8 ? sizeof(float) : 0;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end(), static_cast<std::uint8_t>(code));
    const auto params = m_type.format->readParams({ 1, kRow }, bytes);
    if (!params || !(params->scales(0, 0) > 0) || !std::isfinite(params->scales(0, 0)))
        return refuse();
    m_scale = params->scales(0, 0);
    m_scaleBytes = std::move(bytes);
    fill();
    return {};
}

void NumberView::decodeAll()
{
    m_byCode.resize(std::size_t { 1 } << m_type.bits());
    if (m_type.format->isUnquantized()) {
        for (std::size_t code = 0; code < m_byCode.size(); ++code)
            m_byCode[code] = decodeWide(m_type.format->name(), static_cast<std::uint32_t>(code));
        return;
    }
    const std::size_t count = m_byCode.size();
    QuantizedTensor all { m_type.format, { 1, static_cast<std::int64_t>(count) }, std::vector<std::uint8_t>(count),
        { m_scale }, {}, std::vector<std::int32_t>(count, 0) };
    std::iota(all.codes.begin(), all.codes.end(), std::uint8_t { 0 });
    if (hasZero())
        all.zeros = { m_zero };
    const Matrix values = dequantize(all);
    std::copy(values.data(), values.data() + values.size(), m_byCode.begin());
}

void NumberView::fill()
{
    if (isWide())
        return;
    decodeAll();
    m_values = m_byCode;
    std::erase_if(m_values, [](float value) { return !std::isfinite(value); });
    std::ranges::sort(m_values);
    m_values.erase(std::unique(m_values.begin(), m_values.end()), m_values.end());
}

std::uint32_t NumberView::lastCode() const
{
    return static_cast<std::uint32_t>((std::uint64_t { 1 } << m_type.bits()) - 1);
}

double NumberView::decode(std::uint32_t code) const
{
    return static_cast<double>(isWide() ? decodeWide(m_type.format->name(), code) : m_byCode[code]);
}

std::uint32_t NumberView::engineCode(float value, float& rounded) const
{
    std::uint8_t code = 0;
    m_type.format->quantize(
        { &value, 1 }, { &m_scale, 1 }, { &m_zero, hasZero() ? std::size_t { 1 } : 0 }, { &code, 1 }, { &rounded, 1 });
    return m_type.format->isUnquantized() ? encodeWide(m_type.format->name(), value) : code;
}

std::optional<std::uint32_t> NumberView::nanCode() const
{
    if (m_type.format->isUnquantized())
        return encodeWide(m_type.format->name(), std::numeric_limits<float>::quiet_NaN());
    const auto found = std::ranges::find_if(m_byCode, [](float value) { return std::isnan(value); });
    return found == m_byCode.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(found - m_byCode.begin()));
}

std::optional<double> NumberView::next(double value, bool up) const
{
    if (isWide())
        return asDouble(std::nextafter(static_cast<float>(value), up ? kInfinity : -kInfinity));
    const auto at = static_cast<float>(value);
    if (up) {
        const auto found = std::ranges::upper_bound(m_values, at);
        return found == m_values.end() ? std::nullopt : asDouble(*found);
    }
    const auto found = std::ranges::lower_bound(m_values, at);
    return found == m_values.begin() ? std::nullopt : asDouble(*std::prev(found));
}

void NumberView::addNeighbours(StoredNumber& stored) const
{
    if (!std::isfinite(stored.value))
        return;
    stored.below = next(stored.value, false);
    stored.above = next(stored.value, true);
    const auto away = stored.value >= 0 ? stored.above : stored.below;
    const auto back = stored.value >= 0 ? stored.below : stored.above;
    if (away || back)
        stored.step = std::abs(*(away ? away : back) - stored.value);
}

Fate NumberView::fateOf(const StoredNumber& stored) const
{
    if (std::isnan(stored.wanted))
        return stored.code ? Fate::NotANumber : Fate::NoNaN;
    if (stored.value == stored.wanted)
        return Fate::Exact;
    if (std::isinf(stored.value))
        return Fate::ToInfinity;
    const bool isOutside = stored.wanted > stored.value ? !stored.above : !stored.below;
    if (isOutside && std::abs(stored.error()) > stored.step / 2)
        return Fate::Saturated;
    if (stored.value == 0)
        return Fate::ToZero;
    const auto layout = m_type.layout();
    const bool isSmall
        = layout && std::abs(stored.value) < std::ldexp(static_cast<double>(m_scale), layout->smallestExponent());
    return isSmall ? Fate::Subnormal : Fate::Rounded;
}

StoredNumber NumberView::encode(double wanted) const
{
    StoredNumber stored { wanted };
    stored.value = std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(wanted)) {
        stored.code = nanCode();
    } else {
        float rounded = 0;
        stored.code = engineCode(static_cast<float>(wanted), rounded);
        stored.value = static_cast<double>(rounded);
    }
    addNeighbours(stored);
    stored.fate = fateOf(stored);
    return stored;
}

StoredNumber NumberView::at(std::uint32_t code) const
{
    StoredNumber stored { decode(code), code, decode(code) };
    addNeighbours(stored);
    stored.fate = fateOf(stored);
    return stored;
}

std::uint32_t NumberView::neighbour(std::uint32_t code, bool up) const
{
    const double value = decode(code);
    if (!std::isfinite(value))
        return code;
    const auto found = next(value, up);
    if (!found)
        return code;
    float ignored = 0;
    return engineCode(static_cast<float>(*found), ignored);
}

std::optional<FloatParts> NumberView::parts(std::uint32_t code) const
{
    const auto layout = m_type.layout();
    if (!layout || !std::isfinite(decode(code)))
        return std::nullopt;
    const std::uint32_t ones = std::uint32_t { 1 } << layout->mantissaBits;
    const int exponent
        = static_cast<int>((code >> layout->mantissaBits) & ((std::uint32_t { 1 } << layout->exponentBits) - 1));
    return FloatParts { (code >> (m_type.bits() - 1)) != 0, exponent == 0, exponent,
        std::max(exponent, 1) - layout->bias, code & (ones - 1), ones };
}

NumberFacts NumberView::facts() const
{
    NumberFacts facts;
    if (const auto layout = m_type.layout()) {
        facts.smallestNormal = std::ldexp(static_cast<double>(m_scale), layout->smallestExponent());
        facts.significantBits = layout->mantissaBits + 1;
        facts.digits = *facts.significantBits * std::log10(2.0);
        facts.relativeStep = std::ldexp(0.5, -layout->mantissaBits);
    }
    if (isWide()) {
        using Limits = std::numeric_limits<float>;
        facts.largest = static_cast<double>(Limits::max());
        facts.lowest = -facts.largest;
        facts.smallestStep = static_cast<double>(Limits::denorm_min());
        const std::int64_t special = std::int64_t { 1 } << Limits::digits; // codes with the highest exponent
        facts.finiteValues = (std::int64_t { 1 } << 32) - special - 1;
        facts.infinityCodes = 2;
        facts.nanCodes = special - facts.infinityCodes;
        return facts;
    }
    facts.lowest = static_cast<double>(m_values.front());
    facts.largest = static_cast<double>(m_values.back());
    facts.smallestStep = kInfinity;
    for (std::size_t i = 1; i < m_values.size(); ++i)
        facts.smallestStep
            = std::min(facts.smallestStep, static_cast<double>(m_values[i]) - static_cast<double>(m_values[i - 1]));
    facts.finiteValues = static_cast<std::int64_t>(m_values.size());
    facts.nanCodes = std::ranges::count_if(m_byCode, [](float value) { return std::isnan(value); });
    facts.infinityCodes = std::ranges::count_if(m_byCode, [](float value) { return std::isinf(value); });
    return facts;
}

std::optional<double> NumberView::firstFrom(double x) const
{
    auto at = static_cast<float>(x); // the nearest, which may be below
    if (static_cast<double>(at) < x)
        at = std::nextafter(at, kInfinity);
    if (isWide())
        return at == -kInfinity ? std::optional(-static_cast<double>(std::numeric_limits<float>::max())) : asDouble(at);
    const auto found = std::ranges::lower_bound(m_values, at);
    return found == m_values.end() ? std::nullopt : asDouble(*found);
}

std::vector<StoredNumber> convertThrough(double value, std::span<const NumberView> formats)
{
    std::vector<StoredNumber> steps;
    for (const NumberView& format : formats) {
        steps.push_back(format.encode(value));
        value = steps.back().value;
    }
    return steps;
}

double scaleFor(std::span<const double> numbers, const NumberView& view)
{
    double largest = 0;
    for (const double number : numbers)
        if (std::isfinite(number))
            largest = std::max(largest, std::abs(number));
    const double most = view.facts().largest / static_cast<double>(view.scale());
    return largest > 0 && most > 0 ? largest / most : 1;
}

} // namespace kerf::core
