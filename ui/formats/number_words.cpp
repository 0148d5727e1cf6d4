// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/number_words.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/base/number_text.h"

namespace kerf::ui {
namespace {

constexpr double kPlainFrom = 1e-8, kPlainTo = 1e12;

/// Translated under one context.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(NumberFormats)
};

QString withoutZeros(QString text, const QString& point)
{
    if (!text.contains(point))
        return text;
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(point))
        text.chop(point.size());
    return text;
}

QString superscript(int number)
{
    static const QString kDigitsAbove = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text;
    for (const QChar letter : QString::number(number))
        text += letter == u'-' ? QChar(u'⁻') : kDigitsAbove[letter.digitValue()];
    return text;
}

QString minus(int number)
{
    return QString::number(number).replace(u'-', QChar(u'−'));
}

} // namespace

QString exactText(double value, int digits)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    const QLocale locale;
    const double size = std::abs(value);
    const QString sign = std::signbit(value) ? locale.negativeSign() : QString();
    if (size == 0)
        return sign + locale.toString(0);
    if (size >= kPlainFrom && size < kPlainTo)
        return sign
            + withoutZeros(locale.toString(size, 'f', core::decimalsOfDigits(size, digits)), locale.decimalPoint());
    const int power = static_cast<int>(std::floor(std::log10(size)));
    const double factor = size / std::pow(10.0, power / 2) / std::pow(10.0, power - power / 2);
    return QStringLiteral("%1%2 × 10%3")
        .arg(sign, withoutZeros(locale.toString(factor, 'f', std::min(digits - 1, 6)), locale.decimalPoint()),
            superscript(power));
}

QString signedText(double value, int digits)
{
    return value > 0 ? u'+' + exactText(value, digits) : exactText(value, digits);
}

QString codeText(const core::NumberType& type, std::uint32_t code)
{
    return QStringLiteral("0x%1").arg(QString::number(code, 16).toUpper(), (type.bits() + 3) / 4, QLatin1Char('0'));
}

QString layoutText(const core::NumberType& type)
{
    const auto layout = type.layout();
    if (layout) {
        const QString bits = Words::tr("1 sign, %1 exponent and %2 mantissa bits · bias %3")
                                 .arg(QString::number(layout->exponentBits), QString::number(layout->mantissaBits),
                                     QString::number(layout->bias));
        return layout->hasInfinity ? Words::tr("%1 · with infinity").arg(bits)
                                   : Words::tr("%1 · no infinity").arg(bits);
    }
    return QString::fromStdString(type.format->summary());
}

QString roundingText(const core::NumberType& type)
{
    const bool toInfinity = type.format->isUnquantized();
    if (type.ties() == core::TieRule::Lower)
        return Words::tr("Rounds to the nearest, ties to the lower value; saturates");
    return toInfinity ? Words::tr("Rounds to the nearest, ties to even; overflows to infinity")
                      : Words::tr("Rounds to the nearest, ties to even; saturates");
}

QString fieldText(const core::BitField& field)
{
    using Kind = core::BitField::Kind;
    switch (field.kind) {
    case Kind::Sign:
        return Words::tr("sign");
    case Kind::Exponent:
        return Words::tr("exponent");
    case Kind::Mantissa:
        return Words::tr("mantissa");
    case Kind::Level:
        break;
    }
    return Words::tr("level");
}

QString formulaText(const core::NumberView& view, std::uint32_t code)
{
    const auto parts = view.parts(code);
    const QString sign = parts && parts->isNegative ? QStringLiteral("−") : QString();
    const bool isScaled = view.scale() != 1.0f;
    QString formula;
    if (parts) {
        const int bias = view.type().layout()->bias;
        const QString fraction = QStringLiteral("%1/%2").arg(parts->mantissa).arg(parts->ones);
        formula = parts->isSubnormal
            ? QStringLiteral("%1%2<sup>%3</sup> × %4").arg(sign, QStringLiteral("2"), minus(parts->power), fraction)
            : QStringLiteral("%1%2<sup>%3 − %4</sup> × (1 + %5)")
                  .arg(sign, QStringLiteral("2"), QString::number(parts->exponent), QString::number(bias), fraction);
        return isScaled ? QStringLiteral("%1 × %2").arg(exactText(static_cast<double>(view.scale())), formula)
                        : formula;
    }
    const auto levels = view.type().format->levels();
    if (code >= levels.size())
        return {};
    const QString scale = exactText(static_cast<double>(view.scale()));
    const QString level = exactText(static_cast<double>(levels[code]));
    const QString zero = exactText(static_cast<double>(view.zero()));
    switch (view.type().format->zeroKind()) {
    case core::ZeroKind::Code:
        return QStringLiteral("%1 × (%2 − %3)").arg(scale, level, zero);
    case core::ZeroKind::Offset:
        return QStringLiteral("%1 × %2 − %3").arg(scale, level, zero);
    case core::ZeroKind::None:
        break;
    }
    return QStringLiteral("%1 × %2").arg(scale, level);
}

QString fateText(core::Fate fate)
{
    switch (fate) {
    case core::Fate::Exact:
        return Words::tr("exact");
    case core::Fate::Rounded:
        return Words::tr("rounded");
    case core::Fate::Subnormal:
        return Words::tr("rounded among subnormals");
    case core::Fate::ToZero:
        return Words::tr("underflow to 0");
    case core::Fate::Saturated:
        return Words::tr("overflow, saturated");
    case core::Fate::ToInfinity:
        return Words::tr("overflow to infinity");
    case core::Fate::NotANumber:
        return Words::tr("NaN");
    case core::Fate::NoNaN:
        break;
    }
    return Words::tr("NaN cannot be stored");
}

bool isLoss(core::Fate fate)
{
    using core::Fate;
    return fate == Fate::ToZero || fate == Fate::Saturated || fate == Fate::ToInfinity || fate == Fate::NoNaN;
}

QString errorText(const core::StoredNumber& stored, int digits)
{
    const auto relative = stored.relativeError();
    if (!relative)
        return stored.fate == core::Fate::Exact ? exactText(0) : QStringLiteral("–");
    if (stored.fate == core::Fate::Exact)
        return exactText(0);
    const QString part = exactText(*relative * 100, 2);
    return Words::tr("%1 (%2 %)").arg(signedText(stored.error(), digits), *relative > 0 ? u'+' + part : part);
}

QString scaleStorageText(core::ScaleStorage storage)
{
    switch (storage) {
    case core::ScaleStorage::None:
        return {};
    case core::ScaleStorage::Float32:
        return Words::tr("float32");
    case core::ScaleStorage::Half:
        return Words::tr("float16");
    case core::ScaleStorage::PowerOfTwo:
        return Words::tr("a power of two (E8M0)");
    case core::ScaleStorage::Float8:
        return Words::tr("FP8 E4M3, over one float32 for the whole weight");
    case core::ScaleStorage::Shared:
        break;
    }
    return Words::tr("together with other groups' scales");
}

core::Result<core::TypedNumber> readTyped(const QString& text)
{
    bool isRead = false;
    const double value = QLocale().toDouble(text.trimmed(), &isRead);
    if (isRead)
        return core::TypedNumber { value, {} };
    QString plain = text;
    return core::readNumber(plain.replace(QChar(u'−'), u'-').replace(QChar(u'×'), u'*').toStdString());
}

} // namespace kerf::ui
