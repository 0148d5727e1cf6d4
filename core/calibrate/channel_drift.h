// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/matrix.h"

namespace kerf::core {

/// The largest magnitude of one input channel on two texts.
struct ChannelRange {
    std::int64_t channel = 0;
    double before = 0;
    double after = 0;
    double ratio = 1; ///< after / before
};

/// How the ranges of a site's input channels differ between two texts: the ratio of each channel's max |x| on the other
/// text to that on the first. A magnitude below 1e-6 of the site's largest counts as that, so that a channel that is
/// silent on one text has a ratio, and one that is silent on both has 1.
struct SiteDrift {
    std::string site;
    std::int64_t channels = 0;
    double low = 1, median = 1, high = 1; ///< quantiles of the ratios: 5, 50, 95 %, linear between the nearest ranks
    std::int64_t moved = 0; ///< channels whose ratio is below 1/2 or above 2
    std::vector<ChannelRange> worst; ///< by |log ratio|, the farthest first; of equals the lower channel

    double movedShare() const; ///< of the channels, in [0, 1]
};

/// `before` and `after`: max |x| of each channel, of one length. `worst`: so many channels are listed.
SiteDrift siteDrift(const std::string& site, const Vector& before, const Vector& after, std::size_t worst);

/// Keys: site, channels, ratio_p5, ratio_median, ratio_p95, moved, worst ([{channel, before, after, ratio}]).
Json toJson(const SiteDrift& drift);

} // namespace kerf::core
