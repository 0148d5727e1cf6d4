// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/calibrate/value_range.h"
#include "core/graph/value_quantizer.h"

namespace kerf::core {

/// How the range that a value's unsigned bytes cover is chosen from the numbers that calibration saw.
enum class Observer {
    Mse, ///< the ends for which the mean squared rounding error is least
    MinMax, ///< all numbers
    Mean, ///< the mean over samples of each sample's own extremes (NNCF)
    Percentile, ///< 99.999 % of the numbers
    Entropy, ///< least divergence of the histogram (Migacz, 8-bit inference with TensorRT, GTC 2017), or min-max where
             ///< that rounds better
};

inline constexpr Observer kUsualObserver = Observer::Mse;

struct ObserverInfo {
    Observer observer;
    std::string_view name; ///< "min-max": in plans and on the command line
    std::string_view summary; ///< one plain sentence
};
std::span<const ObserverInfo> allObservers();
std::string_view observerName(Observer observer);
/// Errors: InvalidArgument, listing those that exist.
Result<Observer> findObserver(std::string_view name);

/// Scale and zero_point of a value: asymmetric bytes over a range that holds 0. A range too small for a normal scale
/// gets the scale 1, as onnxruntime has it. Errors: InvalidArgument (`what` was never seen); Numerical (it was NaN or
/// Inf); both name it.
Result<ValueQuantizer> quantizerOf(const ValueRange& range, Observer observer, const std::string& what);

/// Mean squared error of the numbers of a histogram when they are rounded so.
double roundingError(const ValueRange& range, const ValueQuantizer& quantizer);

} // namespace kerf::core
