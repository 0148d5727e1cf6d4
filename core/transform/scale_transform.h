// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/transform/transform.h"

namespace kerf::core {

/// A transform that divides the inputs of scale sites by factors: what SmoothQuant and AWQ have in common. They differ
/// in how they find the factors.
class ScaleTransform : public Transform {
public:
    bool needsStatistics(const Json&) const override { return true; }
    bool usesFormats(const Json&) const override { return true; }
    bool movesMagnitudes() const override { return true; }
    /// Errors: InvalidArgument (another number of factors), Numerical (a factor that is not positive).
    Result<TensorFolds> folds(const Network& network, const TransformFactors& factors) const override;
    Status moveStatistics(const Network& network, const TransformFactors& factors, const std::string& site,
        SiteStatistics& statistics) const override;
};

} // namespace kerf::core
