// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/pareto_text.h"

#include <array>

#include <QCoreApplication>
#include <QLocale>

#include "ui/charts/pareto_chart.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Names {
    const char *choice, *axis, *brief;
};
/// In the order of core::FrontY.
constexpr std::array<Names, core::kFrontYs> kNames { {
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "KLD"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "KLD, nats (lower is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "KLD, nats ↓") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Perplexity"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "perplexity (lower is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "perplexity ↓") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Cosine distance"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "1 - cosine to the original (lower is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "1 - cosine ↓") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Squared difference"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "squared difference from the original (lower is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "squared difference ↓") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Accuracy of classes"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "accuracy on labelled texts (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "accuracy ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, macro"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, mean over classes (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, macro ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, micro"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, over all texts (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1, micro ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of entities"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of entities (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of entities ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Accuracy of words"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "share of words with the right tag (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "accuracy of words ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Spearman"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "rank correlation with the scores (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Spearman ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Pearson"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "linear correlation with the scores (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Pearson ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Cosine to the original"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "cosine to the original's embeddings (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "cosine ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Accuracy of answers"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "accuracy of answers (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "accuracy ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "Exact match"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "short answers that match (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "exact match ↑") },
    { QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of answers"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of short answers' words (higher is better)"),
        QT_TRANSLATE_NOOP("kerf::ui::ParetoChart", "F1 of answers ↑") },
} };

QString number(double value)
{
    return value == value ? QString::number(value, 'g', 10) : QString();
}

QString errorOf(const MetricValue& measured)
{
    return measured.standardError ? number(*measured.standardError) : QString();
}

} // namespace

FrontNames frontNames(core::FrontY y)
{
    const Names& names = kNames[static_cast<std::size_t>(y)];
    const auto shown = [](const char* text) { return QCoreApplication::translate("kerf::ui::ParetoChart", text); };
    return { shown(names.choice), shown(names.axis), shown(names.brief) };
}

QString paretoToolTip(const RunSummary& run, const DivergenceText& divergence)
{
    QString text = QStringLiteral("<b>%1</b>").arg(run.name.toHtmlEscaped());
    const auto line
        = [&](const QString& name, const QString& value) { text += QStringLiteral("<br>%1: %2").arg(name, value); };
    if (run.kld.known())
        line(divergence.head, divergence.amount(measuredText(run.kld.value, run.kld.standardError)));
    if (run.perplexity.known())
        line(ParetoChart::tr("Perplexity"), measuredText(run.perplexity.value, run.perplexity.standardError));
    if (run.speed) {
        line(ParetoChart::tr("Decode"), speedText(*run.speed));
        line(ParetoChart::tr("Reads"), workText(*run.speed));
    }
    if (run.wholeDecode.known())
        line(ParetoChart::tr("Decode, measured once end to end"),
            ParetoChart::tr("%1 tokens/s").arg(measuredText(run.wholeDecode.value, run.wholeDecode.standardError)));
    line(ParetoChart::tr("Size"), bytesText(static_cast<std::int64_t>(run.sizeBytes)));
    line(ParetoChart::tr("Bits per weight"), numberText(run.bitsPerWeight));
    if (run.standing != core::Standing::None)
        text += QStringLiteral("<br>") + standingText(run).toHtmlEscaped();
    return text;
}

QStringList paretoHeads(const DivergenceText& divergence)
{
    const bool isKld = divergence.column == QLatin1String("kld_nats");
    return { "run", "bits_per_weight", "size_bytes", "perplexity", "perplexity_stderr",
        isKld ? QStringLiteral("kld_mean") : divergence.column,
        isKld ? QStringLiteral("kld_stderr") : divergence.column + "_stderr", "decode_tokens_per_second", "speed_ratio",
        "speed_ratio_low", "speed_ratio_high", "bytes_per_token", "on_front", "predicted" };
}

QStringList paretoRow(const RunSummary& run)
{
    QStringList row { run.name, number(run.bitsPerWeight), number(run.sizeBytes), number(run.perplexity.value),
        errorOf(run.perplexity), number(run.kld.value), errorOf(run.kld) };
    if (run.speed) {
        const auto& interval = run.speed->ratioInterval;
        row << number(run.speed->tokensPerSecond) << number(run.speed->ratio)
            << (interval ? number(interval->low) : QString()) << (interval ? number(interval->high) : QString())
            << QString::number(run.speed->bytes);
    } else {
        row << QString() << QString() << QString() << QString() << QString();
    }
    return row << QStringLiteral("0")
               << (run.standing == core::Standing::Front ? QStringLiteral("1") : QStringLiteral("0"));
}

QString forecastCard(const PredictedFront::Point& point, const DivergenceText& divergence)
{
    QString text
        = ParetoChart::tr("<b>%1 bits, predicted</b><br>%2 %3<br>%4")
              .arg(QLocale().toString(point.size.bitsPerWeight, 'f', 2), divergence.head,
                  divergence.amount(measuredText(point.kld.kld, point.kld.stderr_)), bytesText(point.size.sizeBytes));
    if (point.speed)
        text += QStringLiteral(" · ") + speedText(*point.speed);
    return QStringLiteral("%1<br><i>%2</i>").arg(text, ParetoChart::tr("Enter or a double click makes it the plan"));
}

QString forecastName(const PredictedFront::Point& point, const DivergenceText& divergence)
{
    return ParetoChart::tr("Predicted plan of %1 bits per weight, %2, %3 %4")
        .arg(QLocale().toString(point.size.bitsPerWeight, 'f', 2), bytesText(point.size.sizeBytes), divergence.name,
            measuredText(point.kld.kld, point.kld.stderr_));
}

QStringList paretoRow(const PredictedFront::Point& point)
{
    QStringList row { toQt(point.plan->name), number(point.size.bitsPerWeight), QString::number(point.size.sizeBytes),
        QString(), QString(), number(point.kld.kld), number(point.kld.stderr_) };
    if (point.speed)
        row << number(point.speed->tokensPerSecond) << number(point.speed->ratio) << QString() << QString()
            << QString::number(point.speed->bytes);
    else
        row << QString() << QString() << QString() << QString() << QString();
    return row << QStringLiteral("1") << QStringLiteral("0");
}

QString forecastToolTip(const PredictedFront& front)
{
    if (!front.problem().isEmpty())
        return front.problem();
    if (front.points().empty())
        return ParetoChart::tr("The solver's plans for budgets from the smallest plan to the best one");
    return ParetoChart::tr("The solver's plans for %n budget(s), found in %1 s, with a band of one standard error",
        nullptr, static_cast<int>(front.points().size()))
        .arg(numberText(front.seconds(), 2));
}

QString gateMark(core::GateVerdict verdict)
{
    return verdict == core::GateVerdict::Accept ? QStringLiteral("✓")
        : verdict == core::GateVerdict::Reject  ? QStringLiteral("✗")
                                                : QStringLiteral("?");
}

} // namespace kerf::ui
