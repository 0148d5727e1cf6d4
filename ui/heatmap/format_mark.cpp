// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/format_mark.h"

#include <algorithm>

#include <QLocale>

#include "core/format/layer_format.h"

namespace kerf::ui {
namespace {

const char* familyLetter(core::FormatFamily family)
{
    switch (family) {
    case core::FormatFamily::Float8:
        return "f";
    case core::FormatFamily::CodeBook:
        return "n";
    case core::FormatFamily::Microscaling:
        return "m";
    case core::FormatFamily::GgmlBlock:
        return "q";
    default:
        return "";
    }
}

/// Hues that people with and without red-green colour blindness tell apart, by family.
float hueOf(core::FormatFamily family)
{
    switch (family) {
    case core::FormatFamily::Float8:
        return 0.47f; // teal
    case core::FormatFamily::CodeBook:
        return 0.78f; // purple
    case core::FormatFamily::Microscaling:
        return 0.12f; // ochre
    case core::FormatFamily::GgmlBlock:
        return 0.04f; // vermilion
    default:
        return 0.60f; // blue
    }
}

} // namespace

QString formatMark(const core::LayerFormat& format)
{
    QString mark = QLatin1String(familyLetter(format.weight->family())) + QLocale().toString(format.weight->codeBits());
    switch (format.activation) { // "8a8", as in W8A8
    case core::ActivationFormat::None:
        return mark;
    case core::ActivationFormat::Fp8Token:
        return mark + QLatin1String("f8");
    case core::ActivationFormat::Int4Token:
        return mark + QLatin1String("a4");
    default:
        return mark + QLatin1String("a8");
    }
}

QColor formatColor(const std::string& name)
{
    const auto format = core::parseLayerFormat(name);
    if (!format || format->weight->isUnquantized())
        return QColor::fromHslF(0.60f, 0.04f, 0.78f);
    const int bits = std::clamp(format->weight->codeBits(), 2, 8);
    const float lightness = 0.30f + 0.06f * static_cast<float>(bits - 2); // few bits dark, eight light
    const float saturation = format->activation == core::ActivationFormat::None ? 0.55f : 0.85f;
    return QColor::fromHslF(hueOf(format->weight->family()), saturation, lightness);
}

} // namespace kerf::ui
