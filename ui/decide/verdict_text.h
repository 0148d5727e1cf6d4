// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/jobs/decision.h"

namespace kerf::ui {

/// Why advice or fit cannot be answered.
QString problemText(const core::Decision& decision, const core::Error& error);
/// "mixed 4.25 is good enough."
QString goodText(const core::Decision& decision);
/// "It fits 8 × 8,192 tokens on A100 80GB SXM, 13.3 GB left."
QString fitText(const core::Decision& decision);
/// "fits, 13.3 GB left", "6 sequences fit, 8.2 GB are missing"
QString fitPhrase(const core::Fit& fit);
/// "Whether it pays is not settled: the loss decides."
QString paysText(const core::Decision& decision);
/// What to do next, in a sentence.
QString nextText(const core::Decision& decision);

} // namespace kerf::ui
