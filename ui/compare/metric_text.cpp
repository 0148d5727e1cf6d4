// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/metric_text.h"

#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/base/number_text.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr const char* kContext = "kerf::ui::MetricText";

QString text(const char* source)
{
    return QCoreApplication::translate(kContext, source);
}

struct Known {
    const char* key;
    const char* name;
    const char* unit;
    double factor;
    const char* meaning;
};
constexpr std::array<Known, 16> kKnown { {
    { "kld_mean", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "KLD"), "nats", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText",
            "Mean KL divergence of the run's next-token distribution from the "
            "original's; 0 is identical") },
    { "kld_median", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "KLD, median"), "nats", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Half of the tokens diverge by less") },
    { "kld_p90", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "KLD, 90th percentile"), "nats", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "One token in ten diverges by more") },
    { "kld_p99", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "KLD, 99th percentile"), "nats", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "One token in a hundred diverges by more") },
    { "kld_max", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "KLD, largest"), "nats", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Of the token that diverges most") },
    { "perplexity", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Perplexity"), "", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText",
            "exp of the mean negative log-likelihood of the text's tokens. Its "
            "error is that of the text's sampling, common to all runs") },
    { "reference_perplexity", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Perplexity of the original"), "", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "As the same evaluation found it") },
    { "same_top1", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Same top-1"), "%", 100,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText",
            "Share of tokens with the same most likely next token as the "
            "original") },
    { "accuracy", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Accuracy"), "%", 100,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Share of results that are the label") },
    { "decode_tokens_per_second", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Decode"), "tokens/s", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText",
            "Generated tokens a second, by the table of kernel times; compared "
            "sitting by sitting on the kernels in which two runs differ") },
    { "measured_decode_tokens_per_second", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Decode, measured once"),
        "tokens/s", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "End to end; the machine's mood of that moment is in it") },
    { "prefill_tokens_per_second", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Prefill, measured once"), "tokens/s", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText",
            "Tokens of a prompt a second; the machine's mood of that moment is "
            "in it") },
    { "peak_memory_bytes", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Peak memory"), "MB", 1e-6,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Of the process that measured the speed") },
    { "size_bytes", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Size"), "MB", 1e-6,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Bytes of the whole checkpoint, scales counted") },
    { "bits_per_weight", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Bits per weight"), "", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Mean over the quantizable layers, scales counted") },
    { "seconds", QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Time to quantize"), "s", 1,
        QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Of the job that made the run") },
} };

/// Decimals that a difference is known to.
int decimalsOf(double value, const std::optional<core::SpeedInterval>& interval, double factor)
{
    const double half = interval ? factor * (interval->high - interval->low) / 2 : 0;
    return half > core::kSmallestPlain ? core::decimalsOfError(value, half / 1.96) : core::decimalsOfDigits(value, 3);
}

QString withSign(double value, int decimals)
{
    const QString number = QLocale().toString(std::abs(value), 'f', decimals);
    return value > 0 ? u'+' + number : value < 0 ? QChar(0x2212) + number : number;
}

} // namespace

MetricWords wordsOf(const core::MetricLine& line)
{
    for (const Known& known : kKnown)
        if (line.name == known.key)
            return { text(known.name), QString::fromLatin1(known.unit), known.factor, text(known.meaning) };
    return { toQt(line.name), toQt(line.unit), 1, {} };
}

QString metricTitle(const core::MetricLine& line)
{
    const MetricWords words = wordsOf(line);
    const QString arrow = line.direction == core::Direction::Lower ? QStringLiteral(" ↓")
        : line.direction == core::Direction::Higher                ? QStringLiteral(" ↑")
                                                                   : QString();
    return (words.unit.isEmpty()
                   ? words.name
                   : text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "%1, %2")).arg(words.name, words.unit))
        + arrow;
}

QString cellText(const core::MetricLine& line, const core::MetricCell& cell)
{
    const double factor = wordsOf(line).factor;
    if (cell.value == 0 && cell.standardError.value_or(0) == 0)
        return QStringLiteral("0");
    if (!cell.standardError)
        return numberText(factor * cell.value, 4);
    return measuredText(factor * cell.value, factor * *cell.standardError);
}

QString differenceText(const core::MetricLine& line, const core::MetricDifference& difference)
{
    if (!difference.value)
        return QStringLiteral("–");
    if (*difference.value == 0)
        return QStringLiteral("0");
    const double factor = wordsOf(line).factor, value = factor * *difference.value;
    return withSign(value, decimalsOf(value, difference.interval, factor));
}

QString intervalText(const core::MetricLine& line, const core::MetricDifference& difference)
{
    if (!difference.interval)
        return {};
    const double factor = wordsOf(line).factor;
    const int decimals = decimalsOf(factor * difference.value.value_or(0), difference.interval, factor);
    return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "%1 … %2"))
        .arg(withSign(factor * difference.interval->low, decimals),
            withSign(factor * difference.interval->high, decimals));
}

QString verdictText(core::Verdict verdict)
{
    switch (verdict) {
    case core::Verdict::Better:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "✓ better"));
    case core::Verdict::Worse:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "✗ worse"));
    case core::Verdict::Same:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "same"));
    case core::Verdict::Equal:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "equal"));
    case core::Verdict::Reference:
        return {};
    case core::Verdict::Unknown:
        break;
    }
    return QStringLiteral("–");
}

QString whyText(core::Hindrance hindrance)
{
    switch (hindrance) {
    case core::Hindrance::NotMeasured:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "One of the two was not measured."));
    case core::Hindrance::OtherWindows:
        return text(QT_TRANSLATE_NOOP(
            "kerf::ui::MetricText", "They were measured on other windows: evaluate both on the same text."));
    case core::Hindrance::NoWindows:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "There are no values by window that could be paired."));
    case core::Hindrance::FewWindows:
        return text(
            QT_TRANSLATE_NOOP("kerf::ui::MetricText", "There are fewer than %1 windows: too few for an interval."))
            .arg(core::kLeastPairs);
    case core::Hindrance::OneSitting:
        return text(QT_TRANSLATE_NOOP(
            "kerf::ui::MetricText", "Each was measured once: the machine's mood of that moment is in it."));
    case core::Hindrance::NotTimed:
        return text(
            QT_TRANSLATE_NOOP("kerf::ui::MetricText", "It takes %1 sittings, minutes apart, to know how speeds drift."))
            .arg(core::kLeastSittings);
    case core::Hindrance::NoDirection:
        return text(QT_TRANSLATE_NOOP("kerf::ui::MetricText", "Neither way is better."));
    case core::Hindrance::None:
        break;
    }
    return {};
}

} // namespace kerf::ui
