// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/engine_text.h"

#include <array>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// The longer before the shorter of those that begin alike.
constexpr std::array kPatterns {
    // Titles of jobs
    QT_TRANSLATE_NOOP("Engine", "Add %1 as a run"),
    QT_TRANSLATE_NOOP("Engine", "Time the formats"),
    QT_TRANSLATE_NOOP("Engine", "Convert to %1"),
    QT_TRANSLATE_NOOP("Engine", "Export %1"),
    QT_TRANSLATE_NOOP("Engine", "Evaluate %1"),
    QT_TRANSLATE_NOOP("Engine", "Ask %1"),
    QT_TRANSLATE_NOOP("Engine", "Score %1"),
    QT_TRANSLATE_NOOP("Engine", "Run %1"),
    QT_TRANSLATE_NOOP("Engine", "Profile"),
    QT_TRANSLATE_NOOP("Engine", "Refine %1"),
    QT_TRANSLATE_NOOP("Engine", "Measure speed of %1"),
    QT_TRANSLATE_NOOP("Engine", "Measure 1 cell"),
    QT_TRANSLATE_NOOP("Engine", "Measure %1 cells"),
    QT_TRANSLATE_NOOP("Engine", "Compare methods"),
    QT_TRANSLATE_NOOP("Engine", "Importance matrix"),
    QT_TRANSLATE_NOOP("Engine", "Lens on the calibration text"),
    QT_TRANSLATE_NOOP("Engine", "Check the prediction"),
    QT_TRANSLATE_NOOP("Engine", "Sweep of 1 plan"),
    QT_TRANSLATE_NOOP("Engine", "Sweep of %1 plans"),
    // Stages
    QT_TRANSLATE_NOOP("Engine", "Opening %1"),
    QT_TRANSLATE_NOOP("Engine", "Hashing files"),
    QT_TRANSLATE_NOOP("Engine", "Hashing %1"),
    QT_TRANSLATE_NOOP("Engine", "Loading the run"),
    QT_TRANSLATE_NOOP("Engine", "Running the original model"),
    QT_TRANSLATE_NOOP("Engine", "Calibrating block %1 of %2"),
    QT_TRANSLATE_NOOP("Engine", "Calibrating"),
    QT_TRANSLATE_NOOP("Engine", "Measuring %1 in %2 formats"),
    QT_TRANSLATE_NOOP("Engine", "Measuring what each layer's error costs"),
    QT_TRANSLATE_NOOP("Engine", "Measuring the range of activations"),
    QT_TRANSLATE_NOOP("Engine", "Measuring keys and values"),
    QT_TRANSLATE_NOOP("Engine", "Measuring values between layers"),
    QT_TRANSLATE_NOOP("Engine", "Measuring speed"),
    QT_TRANSLATE_NOOP("Engine", "Searching scales"),
    QT_TRANSLATE_NOOP("Engine", "Fitting blocks"),
    QT_TRANSLATE_NOOP("Engine", "Fitting %1"),
    QT_TRANSLATE_NOOP("Engine", "Quantizing %1"),
    QT_TRANSLATE_NOOP("Engine", "Quantizing"),
    QT_TRANSLATE_NOOP("Engine", "Evaluating"),
    QT_TRANSLATE_NOOP("Engine", "Running the original over the recordings"),
    QT_TRANSLATE_NOOP("Engine", "Answering"),
    QT_TRANSLATE_NOOP("Engine", "Scoring"),
    QT_TRANSLATE_NOOP("Engine", "Rounding %1"),
    QT_TRANSLATE_NOOP("Engine", "Counting %1"),
    QT_TRANSLATE_NOOP("Engine", "Comparing %1 on a sample of layers"),
    QT_TRANSLATE_NOOP("Engine", "Comparing layers"),
    QT_TRANSLATE_NOOP("Engine", "Preparing %1"),
    QT_TRANSLATE_NOOP("Engine", "Timing kernels"),
    QT_TRANSLATE_NOOP("Engine", "Timing steps of %1"),
    QT_TRANSLATE_NOOP("Engine", "Testing kernels"),
    QT_TRANSLATE_NOOP("Engine", "Waiting for the next sitting"),
    QT_TRANSLATE_NOOP("Engine", "Waiting until times are taken"),
    QT_TRANSLATE_NOOP("Engine", "Waiting for quiet: times are taken alone"),
    QT_TRANSLATE_NOOP("Engine", "Reading layers"),
    QT_TRANSLATE_NOOP("Engine", "Reading back"),
    QT_TRANSLATE_NOOP("Engine", "Reading the prompt"),
    QT_TRANSLATE_NOOP("Engine", "Reading %1"),
    QT_TRANSLATE_NOOP("Engine", "Writing tensors"),
    QT_TRANSLATE_NOOP("Engine", "Writing"),
    QT_TRANSLATE_NOOP("Engine", "Checking weights"),
    QT_TRANSLATE_NOOP("Engine", "Checking files"),
    // What the lens says
    QT_TRANSLATE_NOOP("Engine",
        "The order of the %1 layers is settled from %2 of %3 windows on: their rank correlation with all of them is at "
        "least %4."),
    QT_TRANSLATE_NOOP("Engine",
        "The order of the %1 layers still changes between %2 and %3 windows (rank correlation %4): use more windows."),
    QT_TRANSLATE_NOOP("Engine", "No channel's largest magnitude on %1 is more than a factor of 2 from that on %2."),
    QT_TRANSLATE_NOOP("Engine",
        "Most channels move at %1: %2 % of their largest magnitudes on %3 are more than a factor of 2 from those on "
        "%4."),
    // Where in a row of plans
    QT_TRANSLATE_NOOP("Engine", "plan %1 of %2: %3"),
    QT_TRANSLATE_NOOP("Engine", "plan %1 of %2"),
    QT_TRANSLATE_NOOP("Engine", "the plan as it is"),
    QT_TRANSLATE_NOOP("Engine", "the plan solved again"),
    QT_TRANSLATE_NOOP("Engine", "cells, round %1 of %2"),
    QT_TRANSLATE_NOOP("Engine", "change %1 of %2"),
    QT_TRANSLATE_NOOP("Engine", "before, on the text"),
    QT_TRANSLATE_NOOP("Engine", "after, on the text"),
    QT_TRANSLATE_NOOP("Engine", "before"),
    QT_TRANSLATE_NOOP("Engine", "after"),
};

constexpr std::array<std::pair<const char*, const char*>, 16> kAmounts { {
    { "layers", QT_TRANSLATE_NOOP("Engine", "%1 of %2 layers") },
    { "windows", QT_TRANSLATE_NOOP("Engine", "%1 of %2 windows") },
    { "questions", QT_TRANSLATE_NOOP("Engine", "%1 of %2 questions") },
    { "texts", QT_TRANSLATE_NOOP("Engine", "%1 of %2 texts") },
    { "blocks", QT_TRANSLATE_NOOP("Engine", "%1 of %2 blocks") },
    { "tokens", QT_TRANSLATE_NOOP("Engine", "%1 of %2 tokens") },
    { "samples", QT_TRANSLATE_NOOP("Engine", "%1 of %2 samples") },
    { "tensors", QT_TRANSLATE_NOOP("Engine", "%1 of %2 tensors") },
    { "files", QT_TRANSLATE_NOOP("Engine", "%1 of %2 files") },
    { "passes", QT_TRANSLATE_NOOP("Engine", "%1 of %2 passes") },
    { "formats", QT_TRANSLATE_NOOP("Engine", "%1 of %2 formats") },
    { "rounds", QT_TRANSLATE_NOOP("Engine", "%1 of %2 rounds") },
    { "kernels", QT_TRANSLATE_NOOP("Engine", "%1 of %2 kernels") },
    { "cells", QT_TRANSLATE_NOOP("Engine", "%1 of %2 cells") },
    { "bytes", QT_TRANSLATE_NOOP("Engine", "%1 of %2 bytes") },
    { "seconds", QT_TRANSLATE_NOOP("Engine", "%1 of %2 seconds") },
} };

/// A pattern as what it matches; its places are captured in their order.
QRegularExpression matcherOf(const char* pattern)
{
    static const QRegularExpression place(QStringLiteral("%\\d"));
    QStringList parts;
    for (const QString& part : QString::fromLatin1(pattern).split(place))
        parts << QRegularExpression::escape(part);
    return QRegularExpression(QRegularExpression::anchoredPattern(parts.join(QStringLiteral("(.+)"))));
}

QString partText(const QString& english)
{
    static const std::vector<QRegularExpression> matchers = [] {
        std::vector<QRegularExpression> all;
        for (const char* pattern : kPatterns)
            all.push_back(matcherOf(pattern));
        return all;
    }();
    for (std::size_t i = 0; i < matchers.size(); ++i) {
        const QRegularExpressionMatch match = matchers[i].match(english);
        if (!match.hasMatch())
            continue;
        QString text = QCoreApplication::translate("Engine", kPatterns[i]);
        const QStringList found = match.capturedTexts();
        return found.size() == 2 ? text.arg(found[1])
            : found.size() == 3  ? text.arg(found[1], found[2])
            : found.size() == 4  ? text.arg(found[1], found[2], found[3])
            : found.size() == 5  ? text.arg(found[1], found[2], found[3], found[4])
                                 : text;
    }
    return english;
}

} // namespace

QString engineText(const std::string& english)
{
    static const QString kJoint = QStringLiteral(" · ");
    QStringList parts = toQt(english).split(kJoint);
    for (QString& part : parts)
        part = partText(part);
    return parts.join(kJoint);
}

QString amountText(const core::Progress& progress)
{
    const QLocale locale;
    const QString done = locale.toString(qlonglong(progress.done)), total = locale.toString(qlonglong(progress.total));
    for (const auto& [unit, text] : kAmounts)
        if (progress.unit == unit)
            return QCoreApplication::translate("Engine", text).arg(done, total);
    return QCoreApplication::translate("Engine", "%1 of %2 %3").arg(done, total, toQt(progress.unit));
}

} // namespace kerf::ui
