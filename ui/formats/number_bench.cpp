// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/number_bench.h"

#include <cmath>

#include "ui/formats/number_words.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr const char* kFirstFormat = "fp8-e4m3";
constexpr double kFirstValue = 0.1;

core::NumberType firstType()
{
    for (const core::NumberType& type : core::numberTypes())
        if (type.name == kFirstFormat)
            return type;
    return core::numberTypes().front();
}

} // namespace

NumberBench::NumberBench(QObject* parent)
    : QObject(parent)
    , m_view(firstType())
{
    store(kFirstValue);
}

void NumberBench::store(double value)
{
    m_stored = m_view.encode(value);
    m_typed = exactText(value);
}

QString NumberBench::setFormat(const QString& name)
{
    const auto type = core::findNumberType(name.toStdString());
    if (!type)
        return toQt(type.error().message);
    if (type->name == m_view.type().name)
        return {};
    const QString typed = m_typed;
    m_view = core::NumberView(*type);
    m_stored = m_view.encode(m_stored.wanted);
    m_typed = typed;
    emit formatChanged();
    emit changed();
    return {};
}

QString NumberBench::setText(const QString& text)
{
    const auto number = readTyped(text);
    if (!number)
        return tr("Not a number: %1").arg(text.left(100));
    if (number->code && *number->code > m_view.lastCode())
        return tr("%1 has %n bit(s): %2 is no code of it", nullptr, m_view.type().bits())
            .arg(toQt(m_view.type().title), text);
    if (number->code) {
        setCode(*number->code);
        return {};
    }
    store(number->value);
    m_typed = text.trimmed();
    emit changed();
    return {};
}

void NumberBench::setValue(double value)
{
    store(value);
    emit changed();
}

void NumberBench::setCode(std::uint32_t code)
{
    m_stored = m_view.at(code);
    m_typed = exactText(m_stored.value);
    emit changed();
}

void NumberBench::flip(int bit)
{
    setCode(m_stored.code.value_or(0) ^ (std::uint32_t { 1 } << bit));
}

void NumberBench::step(bool up)
{
    if (m_stored.code)
        setCode(m_view.neighbour(*m_stored.code, up));
}

QString NumberBench::setScale(const QString& text)
{
    const auto number = readTyped(text);
    if (!number || number->code)
        return tr("Not a number: %1").arg(text.left(100));
    if (const core::Status done = m_view.setScale(number->value); !done)
        return tr("A scale is a number above 0");
    m_stored = m_view.encode(m_stored.wanted);
    emit changed();
    return {};
}

QString NumberBench::setZero(const QString& text)
{
    const auto number = readTyped(text);
    if (!number || number->code || !std::isfinite(number->value))
        return tr("Not a number: %1").arg(text.left(100));
    m_view.setZero(number->value);
    m_stored = m_view.encode(m_stored.wanted);
    emit changed();
    return {};
}

void NumberBench::flipScale(int bit)
{
    const auto scale = m_view.scaleBits();
    if (!scale || !m_view.setScaleBits(scale->code ^ (std::uint32_t { 1 } << bit)))
        return;
    m_stored = m_view.encode(m_stored.wanted);
    emit changed();
}

QString NumberBench::copyText() const
{
    const QString code = m_stored.code ? codeText(m_view.type(), *m_stored.code) : QStringLiteral("–");
    return tr("%1\nwanted %2\nstored %3\ncode %4\nerror %5\n%6")
        .arg(toQt(m_view.type().title), exactText(m_stored.wanted), exactText(m_stored.value), code,
            errorText(m_stored), fateText(m_stored.fate));
}

} // namespace kerf::ui
