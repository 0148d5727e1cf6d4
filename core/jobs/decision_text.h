// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/jobs/decision.h"

namespace kerf::core {

/// Three sentences: is it good enough, does it fit, does it pay. In English, not escaped.
std::string verdictText(const Decision& decision);
/// What to do next, in a sentence.
std::string nextStepText(const Decision& decision);
/// "$1,204", "-$3.10", "5.00 USD": without cents from 1,000 on, unless they are wanted.
std::string moneyText(double amount, const std::string& currency, bool withCents = false);
/// How people call an input of the costs: "machines before"
std::string costInputText(std::string_view name);

/// The commands of kerf-cli that come to the same: `model` and `workspace` as a person would type them.
std::vector<std::string> decisionCommands(
    const Decision& decision, const std::string& model, const std::string& workspace);

/// Keys: subject, run (null: the plan in hand), verdict (text), next, device, advice, fit, gate, cost; each of the last
/// four {problem} where it cannot be answered.
Json toJson(const Decision& decision);

} // namespace kerf::core
