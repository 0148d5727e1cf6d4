// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_kind_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QCoreApplication>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 17> kTexts { {
    { "run", QT_TRANSLATE_NOOP("JobKind", "Quantize") },
    { "sweep", QT_TRANSLATE_NOOP("JobKind", "Sweep") },
    { "profile", QT_TRANSLATE_NOOP("JobKind", "Profile") },
    { "evaluate", QT_TRANSLATE_NOOP("JobKind", "Evaluate") },
    { "export", QT_TRANSLATE_NOOP("JobKind", "Export") },
    { "convert", QT_TRANSLATE_NOOP("JobKind", "Convert") },
    { "questions", QT_TRANSLATE_NOOP("JobKind", "Ask") },
    { "lens", QT_TRANSLATE_NOOP("JobKind", "Lens") },
    { "labels", QT_TRANSLATE_NOOP("JobKind", "Score") },
    { "bench", QT_TRANSLATE_NOOP("JobKind", "Speed") },
    { "sittings", QT_TRANSLATE_NOOP("JobKind", "Kernel times") },
    { "search", QT_TRANSLATE_NOOP("JobKind", "Refine") },
    { "cells", QT_TRANSLATE_NOOP("JobKind", "Measure cells") },
    { "methods", QT_TRANSLATE_NOOP("JobKind", "Methods") },
    { "check", QT_TRANSLATE_NOOP("JobKind", "Check") },
    { "import", QT_TRANSLATE_NOOP("JobKind", "Add checkpoint") },
    { "importance-matrix", QT_TRANSLATE_NOOP("JobKind", "Importance") },
} };

} // namespace

QString jobKindText(const std::string& kind)
{
    const auto* const found = std::ranges::find_if(kTexts, [&](const auto& each) { return kind == each.first; });
    return found == kTexts.end() ? toQt(kind) : QCoreApplication::translate("JobKind", found->second);
}

} // namespace kerf::ui
