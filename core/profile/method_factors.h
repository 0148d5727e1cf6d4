// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/profile/profile.h"

namespace kerf::core {

/// What another method than the profile's costs, from its errors and swap-ins on a sample of the layers. A layer of the
/// sample has its own error; another one the profile's error times the ratio that layers of its kind have in the
/// format, or in formats with codes of as many bits. The error is worth what the profile's slope says times what the
/// sample's swap-ins cost beside it, at the probe nearest in bits: errors that were fitted to the calibration text cost
/// a little more on others.
class MethodFactors {
public:
    MethodFactors(const Profile& profile, const MethodProfile& measured);

    /// Of a weight's format, without activations. nullopt: the format is not in the sample, nor one of as many bits.
    std::optional<Prediction> predict(const LayerProfile& layer, const std::string& format, int bits) const;
    /// Standard deviation of the logarithm that all its predictions share.
    double spread() const;

private:
    struct Ratio {
        double log = 0;
        double spread = 0; ///< of one layer
    };
    struct Error {
        double value = 0;
        double spread = 0; ///< of its logarithm
    };
    std::optional<Error> errorOf(const LayerProfile& layer, const std::string& format, int bits) const;
    double worthAt(int bits) const;
    void addRatios(const Profile& profile);
    void addWorth(const Profile& profile);

    std::map<std::string, MethodProfile::Cells> m_sample;
    std::map<std::pair<std::string, std::string>, Ratio> m_ratios; ///< by format and kind of layer; "": any kind
    std::map<int, Ratio> m_ofBits; ///< over all formats with codes of so many bits
    std::map<int, double> m_worth; ///< by the probe's bits
};

} // namespace kerf::core
