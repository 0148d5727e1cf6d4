// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/metric_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/base/number_text.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(MetricText)
};

struct Known {
    const char* key;
    const char* name;
    const char* unit;
    double factor;
    const char* meaning;
};
constexpr std::array<Known, 49> kKnown { {
    { "kld_mean", QT_TRANSLATE_NOOP("MetricText", "KLD"), "nats", 1,
        QT_TRANSLATE_NOOP("MetricText",
            "Mean KL divergence of the run's next-token distribution from the "
            "original's; 0 is identical") },
    { "kld_median", QT_TRANSLATE_NOOP("MetricText", "KLD, median"), "nats", 1,
        QT_TRANSLATE_NOOP("MetricText", "Half of the tokens diverge by less") },
    { "kld_p90", QT_TRANSLATE_NOOP("MetricText", "KLD, 90th percentile"), "nats", 1,
        QT_TRANSLATE_NOOP("MetricText", "One token in ten diverges by more") },
    { "kld_p99", QT_TRANSLATE_NOOP("MetricText", "KLD, 99th percentile"), "nats", 1,
        QT_TRANSLATE_NOOP("MetricText", "One token in a hundred diverges by more") },
    { "kld_max", QT_TRANSLATE_NOOP("MetricText", "KLD, largest"), "nats", 1,
        QT_TRANSLATE_NOOP("MetricText", "Of the token that diverges most") },
    { "perplexity", QT_TRANSLATE_NOOP("MetricText", "Perplexity"), "", 1,
        QT_TRANSLATE_NOOP("MetricText",
            "exp of the mean negative log-likelihood of the text's tokens. Its "
            "error is that of the text's sampling, common to all runs") },
    { "reference_perplexity", QT_TRANSLATE_NOOP("MetricText", "Perplexity of the original"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "As the same evaluation found it") },
    { "same_top1", QT_TRANSLATE_NOOP("MetricText", "Same top-1"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText",
            "Share of tokens with the same most likely next token as the "
            "original") },
    { "acc", QT_TRANSLATE_NOOP("MetricText", "Accuracy"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText",
            "Share of questions whose right choice is the most likely one, or of completions that the model writes "
            "itself") },
    { "acc_norm", QT_TRANSLATE_NOOP("MetricText", "Accuracy by characters"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "The same with each choice's log-likelihood divided by its characters") },
    { "acc_bytes", QT_TRANSLATE_NOOP("MetricText", "Accuracy by bytes"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "The same with each choice's log-likelihood divided by its bytes") },
    { "exact_match", QT_TRANSLATE_NOOP("MetricText", "Exact match"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText",
            "Share of short answers, written greedily, that equal a right one but for case, punctuation and "
            "articles") },
    { "answer_f1", QT_TRANSLATE_NOOP("MetricText", "F1 of answers"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Harmonic mean of precision and recall of the words of short answers") },
    { "completion_perplexity", QT_TRANSLATE_NOOP("MetricText", "Perplexity of completions"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "exp of the mean negative log-likelihood of a whole completion") },
    { "cosine_distance", QT_TRANSLATE_NOOP("MetricText", "Cosine distance"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean of 1 - cosine to the original's embeddings; 0 is identical") },
    { "squared_difference", QT_TRANSLATE_NOOP("MetricText", "Squared difference"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean squared difference of the model's number from the original's") },
    { "output_divergence", QT_TRANSLATE_NOOP("MetricText", "Divergence"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Sum over all outputs that are scored; 0 is identical") },
    { "chance_error", QT_TRANSLATE_NOOP("MetricText", "Error of chances"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean distance of the run's chances from the original's") },
    { "state_error", QT_TRANSLATE_NOOP("MetricText", "Error of states"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText",
            "Distance of the run's states from the original's by their length, at the last step of the recordings") },
    { "box_score_error", QT_TRANSLATE_NOOP("MetricText", "Error of scores"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean distance of all candidates' scores from the original's") },
    { "agreement_ap", QT_TRANSLATE_NOOP("MetricText", "AP against the original"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "COCO's average precision with the original's boxes as the truth") },
    { "agreement_ap50", QT_TRANSLATE_NOOP("MetricText", "AP 50 against the original"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "The same for boxes that overlap by half") },
    { "agreement_ap75", QT_TRANSLATE_NOOP("MetricText", "AP 75 against the original"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "The same for boxes that overlap by three quarters") },
    { "ap", QT_TRANSLATE_NOOP("MetricText", "AP"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "COCO's average precision, mean over overlaps from .5 to .95") },
    { "ap50", QT_TRANSLATE_NOOP("MetricText", "AP 50"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Average precision of boxes that overlap the truth by half") },
    { "ap75", QT_TRANSLATE_NOOP("MetricText", "AP 75"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Average precision of boxes that overlap the truth by three quarters") },
    { "ap_small", QT_TRANSLATE_NOOP("MetricText", "AP, small"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "AP of things of less than 32 x 32 pixels") },
    { "ap_medium", QT_TRANSLATE_NOOP("MetricText", "AP, middle"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "AP of things of 32 x 32 to 96 x 96 pixels") },
    { "ap_large", QT_TRANSLATE_NOOP("MetricText", "AP, large"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "AP of things of more than 96 x 96 pixels") },
    { "ar_1", QT_TRANSLATE_NOOP("MetricText", "Recall, 1 box"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "COCO's average recall with the best box of each picture") },
    { "ar_10", QT_TRANSLATE_NOOP("MetricText", "Recall, 10 boxes"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "COCO's average recall with the ten best boxes of each picture") },
    { "ar_100", QT_TRANSLATE_NOOP("MetricText", "Recall, 100 boxes"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "COCO's average recall with the hundred best boxes of each picture") },
    { "accuracy", QT_TRANSLATE_NOOP("MetricText", "Accuracy of classes"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Share of labelled texts whose most probable class is the right one") },
    { "f1_macro", QT_TRANSLATE_NOOP("MetricText", "F1, macro"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Mean over the classes of the harmonic mean of precision and recall") },
    { "f1_micro", QT_TRANSLATE_NOOP("MetricText", "F1, micro"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "F1 over all texts together; with one class a text it is the accuracy") },
    { "entity_f1", QT_TRANSLATE_NOOP("MetricText", "F1 of entities"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText",
            "Harmonic mean of precision and recall of whole entities: borders and type must be right (IOB2)") },
    { "entity_precision", QT_TRANSLATE_NOOP("MetricText", "Precision of entities"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Share of the entities found that are right") },
    { "entity_recall", QT_TRANSLATE_NOOP("MetricText", "Recall of entities"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Share of the entities there that were found") },
    { "word_accuracy", QT_TRANSLATE_NOOP("MetricText", "Accuracy of words"), "%", 100,
        QT_TRANSLATE_NOOP("MetricText", "Share of words with the right tag") },
    { "cosine_to_original", QT_TRANSLATE_NOOP("MetricText", "Cosine to the original"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean cosine of the labelled texts' embeddings to the original's") },
    { "spearman", QT_TRANSLATE_NOOP("MetricText", "Spearman"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Rank correlation of the pairs' similarity with their scores") },
    { "pearson", QT_TRANSLATE_NOOP("MetricText", "Pearson"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Linear correlation of the pairs' similarity with their scores") },
    { "decode_tokens_per_second", QT_TRANSLATE_NOOP("MetricText", "Decode"), "tokens/s", 1,
        QT_TRANSLATE_NOOP("MetricText",
            "Generated tokens a second, by the table of kernel times; compared "
            "sitting by sitting on the kernels in which two runs differ") },
    { "measured_decode_tokens_per_second", QT_TRANSLATE_NOOP("MetricText", "Decode, measured once"), "tokens/s", 1,
        QT_TRANSLATE_NOOP("MetricText", "End to end; the machine's mood of that moment is in it") },
    { "prefill_tokens_per_second", QT_TRANSLATE_NOOP("MetricText", "Prefill, measured once"), "tokens/s", 1,
        QT_TRANSLATE_NOOP("MetricText",
            "Tokens of a prompt a second; the machine's mood of that moment is "
            "in it") },
    { "peak_memory_bytes", QT_TRANSLATE_NOOP("MetricText", "Peak memory"), "MB", 1e-6,
        QT_TRANSLATE_NOOP("MetricText", "Of the process that measured the speed") },
    { "size_bytes", QT_TRANSLATE_NOOP("MetricText", "Size"), "MB", 1e-6,
        QT_TRANSLATE_NOOP("MetricText", "Bytes of the whole checkpoint, scales counted") },
    { "bits_per_weight", QT_TRANSLATE_NOOP("MetricText", "Bits per weight"), "", 1,
        QT_TRANSLATE_NOOP("MetricText", "Mean over the quantizable layers, scales counted") },
    { "seconds", QT_TRANSLATE_NOOP("MetricText", "Time to quantize"), "s", 1,
        QT_TRANSLATE_NOOP("MetricText", "Of the job that made the run") },
} };

const Known* knownOf(const std::string& metric)
{
    const auto* const found = std::ranges::find_if(kKnown, [&](const Known& known) { return metric == known.key; });
    return found == kKnown.end() ? nullptr : found;
}

QString nameOf(const std::string& metric)
{
    const Known* known = knownOf(metric);
    return known ? QCoreApplication::translate("MetricText", known->name) : toQt(metric);
}

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
    const Known* known = knownOf(line.name);
    return known ? MetricWords { nameOf(line.name), QString::fromLatin1(known->unit), known->factor,
        QCoreApplication::translate("MetricText", known->meaning) }
                 : MetricWords { toQt(line.name), toQt(line.unit), 1, {} };
}

QString metricTitle(const core::MetricLine& line)
{
    const MetricWords words = wordsOf(line);
    const QString arrow = line.direction == core::Direction::Lower ? QStringLiteral(" ↓")
        : line.direction == core::Direction::Higher                ? QStringLiteral(" ↑")
                                                                   : QString();
    return (words.unit.isEmpty() ? words.name : Words::tr("%1, %2").arg(words.name, words.unit)) + arrow;
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
    return Words::tr("%1 … %2").arg(
        withSign(factor * difference.interval->low, decimals), withSign(factor * difference.interval->high, decimals));
}

QString pairedText(const core::PairedSet& set)
{
    QStringList names;
    for (const std::string& name : set.metrics)
        names << nameOf(name);
    const QString metrics = names.join(QStringLiteral(", "));
    const int count = static_cast<int>(set.count), clusters = static_cast<int>(set.clusters);
    const bool isOfWindows = set.draw == core::Draw::Window;
    const QString paired = isOfWindows         ? Words::tr("Paired over %n window(s) of %1: %2.", nullptr, count)
        : set.draw == core::Draw::LabelledText ? Words::tr("Paired over %n labelled text(s) of %1: %2.", nullptr, count)
                                               : Words::tr("Paired over %n question(s) of %1: %2.", nullptr, count);
    QStringList sentences { paired.arg(toQt(set.dataset), metrics) };
    if (clusters == 1)
        sentences << (isOfWindows ? Words::tr("All are of one document: windows stand in for documents.")
                                  : Words::tr("All are of one group: questions stand in for groups."));
    else if (clusters > 1)
        sentences << (isOfWindows ? Words::tr("Resampled by document: %n of them.", nullptr, clusters)
                                  : Words::tr("Resampled by group: %n of them.", nullptr, clusters));
    return sentences.join(QLatin1Char(' '));
}

QString verdictText(core::Verdict verdict)
{
    switch (verdict) {
    case core::Verdict::Better:
        return Words::tr("✓ better");
    case core::Verdict::Worse:
        return Words::tr("✗ worse");
    case core::Verdict::Same:
        return Words::tr("same");
    case core::Verdict::Equal:
        return Words::tr("equal");
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
        return Words::tr("One of the two was not measured.");
    case core::Hindrance::OtherWindows:
        return Words::tr("They were measured on other windows: evaluate both on the same text.");
    case core::Hindrance::NoWindows:
        return Words::tr("There are no values by window that could be paired.");
    case core::Hindrance::FewWindows:
        return Words::tr("There are fewer than %1 windows: too few for an interval.").arg(core::kLeastPairs);
    case core::Hindrance::FewClusters:
        return Words::tr("The windows or items are of fewer than %1 documents or groups: too few for an interval.")
            .arg(core::kLeastPairs);
    case core::Hindrance::OneSitting:
        return Words::tr("Each was measured once: the machine's mood of that moment is in it.");
    case core::Hindrance::NotTimed:
        return Words::tr("It takes %1 sittings, minutes apart, to know how speeds drift.").arg(core::kLeastSittings);
    case core::Hindrance::NoDirection:
        return Words::tr("Neither way is better.");
    case core::Hindrance::None:
        break;
    }
    return {};
}

} // namespace kerf::ui
