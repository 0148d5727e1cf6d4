// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// A number that a person gives, and how far off it may be.
struct Assumption {
    double value = 0;
    double low = 0, high = 0; ///< both the value where it is certain

    static Assumption certain(double value) { return { value, value, value }; }
    bool isCertain() const { return low == high; }
};

/// What serving costs before and after, and what a change costs, in one currency.
struct CostInputs {
    Assumption price; ///< of a machine, an hour
    std::optional<Assumption> priceAfter {}; ///< of another machine; nothing: the same one
    Assumption machinesBefore = Assumption::certain(1);
    Assumption machinesAfter = Assumption::certain(1);
    Assumption hours = Assumption::certain(720); ///< that a machine is on in a month: 720 is always
    Assumption requests {}; ///< a month
    Assumption loss {}; ///< of right answers, as a share of the requests: harmful flips less beneficial ones
    Assumption errorCost {}; ///< of one wrong answer
    Assumption calibration {}; ///< computing to make and choose the run, once
    Assumption engineering {}; ///< hours of work, once: calibration, validation, the change itself
    Assumption rate {}; ///< of an hour of work
    Assumption trialDays {}; ///< both versions serve at once
    Assumption trialMachines = Assumption::certain(1);
    Assumption maintenance {}; ///< hours of work a month that the second version costs
    Assumption storage {}; ///< of both versions, a month
};

/// An input by its name: "machines_before". The price of another machine is none of them.
struct CostInput {
    const char* name;
    Assumption CostInputs::*member;
    bool isPositive = false; ///< 0 makes no sense
};
std::span<const CostInput> costInputs();

/// By name, [low, value, high] each; the price of another machine as "price_after" where there is one.
Json toJson(const CostInputs& inputs);
/// Throws Json::exception where a value is none; what is missing stays as it is by default.
CostInputs costInputsFrom(const Json& json);
Json toJson(const Assumption& given);
Assumption assumptionFrom(const Json& json); ///< throws Json::exception

struct CostSheet {
    double before = 0, after = 0; ///< machines, a month
    double saved = 0; ///< before - after
    double errors = 0; ///< wrong answers, a month
    double upkeep = 0; ///< work and storage, a month
    double net = 0; ///< saved - errors - upkeep, a month
    double once = 0;
    std::optional<double> breakEven {}; ///< months; nothing: never
    std::optional<double> largestLoss {}; ///< that the savings pay for; nothing: errors cost nothing
    double year = 0; ///< 12 net - once
};

/// Errors: InvalidArgument, naming the input (below 0, not finite; a price, hours, machines or requests of 0; more than
/// 100 % lost; low above high).
Status checkCosts(const CostInputs& inputs);
/// The same of inputs that are not all given yet: 0 is none.
Status checkGivenCosts(const CostInputs& inputs);
/// @pre checkCosts()
CostSheet costSheet(const CostInputs& inputs);

/// What the first year brings when one input is low or high and the others are as given.
struct CostSwing {
    std::string input; ///< "loss"
    double low = 0, high = 0; ///< of the input
    double atLow = 0, atHigh = 0; ///< CostSheet::year
    bool decides = false; ///< one of them is a gain and the other a loss

    double length() const;
};
/// Of every input that is not certain, the longest first (a tornado chart). @pre checkCosts()
std::vector<CostSwing> costSwings(const CostInputs& inputs);

/// "$5": a sign stands before the amount, letters ("5 USD") behind it.
std::string withCurrency(const std::string& amount, const std::string& currency);

/// Machines that carry the load of `before` machines when one does `speedup` times as much, none of them more than
/// `utilization` busy. @pre all above 0
double machinesFor(double before, double speedup, double utilization = 1);

/// Keys: those of CostSheet, months and shares null where nothing is known; swings ([{input, low, high, at_low,
/// at_high, decides}]).
Json toJson(const CostSheet& sheet, const std::vector<CostSwing>& swings);

} // namespace kerf::core
