// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>

namespace kerf::core {

/// How a detector's two outputs tell boxes: coordinates [candidates, 4] and scores [candidates, classes].
struct BoxDecoding {
    enum class Form {
        Corners, ///< left, top, right, bottom
        Centered, ///< middle x, middle y, width, height
        CornerAndSize, ///< left, top, width, height
        Offsets, ///< from anchors that stand outside of the network, as SSD's: they tell no boxes by themselves
    };
    Form form = Form::Corners;
    bool isNormalized = true; ///< 1 is the input's width or height; false: its pixels
    double leastScore = 0.5; ///< candidates have to have more
    double mostOverlap = 0.45; ///< of two boxes of one class that overlap by more the one with less score goes
    std::int64_t most = 100; ///< that remain in a picture, those with the highest scores
    std::optional<std::int64_t> background {}; ///< the class that means "nothing"; those behind it count one less
};

} // namespace kerf::core
