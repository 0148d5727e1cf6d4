// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/pareto_text.h"

#include <QLocale>

#include "ui/charts/pareto_chart.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

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
    switch (y) {
    case core::FrontY::Kld:
        break;
    case core::FrontY::Perplexity:
        return { ParetoChart::tr("Perplexity"), ParetoChart::tr("perplexity (lower is better)"),
            ParetoChart::tr("perplexity ↓") };
    case core::FrontY::CosineDistance:
        return { ParetoChart::tr("Cosine distance"), ParetoChart::tr("1 - cosine to the original (lower is better)"),
            ParetoChart::tr("1 - cosine ↓") };
    case core::FrontY::Accuracy:
        return { ParetoChart::tr("Accuracy of classes"),
            ParetoChart::tr("accuracy on labelled texts (higher is better)"), ParetoChart::tr("accuracy ↑") };
    case core::FrontY::MacroF1:
        return { ParetoChart::tr("F1, macro"), ParetoChart::tr("F1, mean over classes (higher is better)"),
            ParetoChart::tr("F1, macro ↑") };
    case core::FrontY::EntityF1:
        return { ParetoChart::tr("F1 of entities"), ParetoChart::tr("F1 of entities (higher is better)"),
            ParetoChart::tr("F1 of entities ↑") };
    case core::FrontY::Spearman:
        return { ParetoChart::tr("Spearman"), ParetoChart::tr("rank correlation with the scores (higher is better)"),
            ParetoChart::tr("Spearman ↑") };
    case core::FrontY::QuestionAccuracy:
        return { ParetoChart::tr("Accuracy of answers"), ParetoChart::tr("accuracy of answers (higher is better)"),
            ParetoChart::tr("accuracy ↑") };
    }
    return { ParetoChart::tr("KLD"), ParetoChart::tr("KLD, nats (lower is better)"), ParetoChart::tr("KLD, nats ↓") };
}

QString paretoToolTip(const RunSummary& run)
{
    QString text = QStringLiteral("<b>%1</b>").arg(run.name.toHtmlEscaped());
    const auto line
        = [&](const QString& name, const QString& value) { text += QStringLiteral("<br>%1: %2").arg(name, value); };
    if (run.kld.known())
        line(ParetoChart::tr("KLD"),
            ParetoChart::tr("%1 nats per token").arg(measuredText(run.kld.value, run.kld.standardError)));
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

QStringList paretoHeads()
{
    return { "run", "bits_per_weight", "size_bytes", "perplexity", "perplexity_stderr", "kld_mean", "kld_stderr",
        "decode_tokens_per_second", "speed_ratio", "speed_ratio_low", "speed_ratio_high", "bytes_per_token", "on_front",
        "predicted" };
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

QString forecastCard(const PredictedFront::Point& point)
{
    QString text = ParetoChart::tr("<b>%1 bits, predicted</b><br>KLD %2 nats per token<br>%3")
                       .arg(QLocale().toString(point.size.bitsPerWeight, 'f', 2),
                           measuredText(point.kld.kld, point.kld.stderr_), bytesText(point.size.sizeBytes));
    if (point.speed)
        text += QStringLiteral(" · ") + speedText(*point.speed);
    return QStringLiteral("%1<br><i>%2</i>").arg(text, ParetoChart::tr("Enter or a double click makes it the plan"));
}

QString forecastName(const PredictedFront::Point& point)
{
    return ParetoChart::tr("Predicted plan of %1 bits per weight, %2, KLD %3")
        .arg(QLocale().toString(point.size.bitsPerWeight, 'f', 2), bytesText(point.size.sizeBytes),
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

} // namespace kerf::ui
