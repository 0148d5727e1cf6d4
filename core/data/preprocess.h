// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/data_note.h"
#include "core/data/image.h"
#include "core/data/resize.h"

namespace kerf::core {

/// What becomes of a picture's size.
enum class ResizeMode {
    None,
    ShorterSide, ///< the shorter side gets resizeTo.width; the longer one keeps the ratio, rounded down (torchvision)
    Exact, ///< width and height, whatever the ratio
    Letterbox, ///< as large as fits into resizeTo with its ratio, in the middle of a frame of `pad`
};
/// Where a crop begins when an odd number of pixels goes.
enum class CropOffset {
    HalfEven, ///< half of it, rounded to even: torchvision
    Floor, ///< half of it, rounded down: transformers
};
enum class ChannelOrder { Rgb, Bgr, Grey };
enum class PixelLayout { Nchw, Nhwc };

/// How a picture becomes numbers: turn, resize, crop in the middle, then (value * scale - mean) / std. The file
/// preprocess.json:
///
///     {"exif_orientation": "ignored" | "applied",
///      "resize": {"mode": "none" | "shorter-side" | "exact" | "letterbox", "size": 256 | [height, width],
///                 "filter": "bilinear" | "bicubic" | "lanczos" | "nearest" | "plain-bilinear"},
///      "crop": 224 | [height, width], "crop_offset": "half-even" | "floor", "pad": 114,
///      "channels": "rgb" | "bgr" | "grey", "layout": "nchw" | "nhwc",
///      "scale": 0.00392, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
///
/// Every key may be left out; what stands here is then taken.
struct Preprocess {
    bool isTurned = false; ///< as EXIF says
    ResizeMode mode = ResizeMode::None;
    ImageSize resizeTo {}; ///< ShorterSide: both are the side
    ResizeFilter filter = ResizeFilter::Bilinear;
    std::optional<ImageSize> crop {}; ///< where the picture is smaller, black is added around it
    CropOffset cropOffset = CropOffset::HalfEven;
    int pad = 114; ///< the frame of Letterbox, 0 to 255, before scale
    ChannelOrder channels = ChannelOrder::Rgb;
    PixelLayout layout = PixelLayout::Nchw;
    double scale = 1.0 / 255;
    std::vector<double> mean {}; ///< of each channel in the order of `channels`; empty: 0
    std::vector<double> std {}; ///< empty: 1

    std::int64_t channelCount() const { return channels == ChannelOrder::Grey ? 1 : 3; }
    /// Width and height of what comes out; nothing where they depend on the picture.
    std::optional<ImageSize> outputSize() const;
};

/// Errors: BadFile, naming the key: unknown, of another kind, out of range. `what`: the file's name.
Result<Preprocess> parsePreprocess(std::string_view text, std::string_view what);
Json toJson(const Preprocess& preprocess);

/// A guess, and what was guessed in sentences.
struct PreprocessGuess {
    Preprocess preprocess;
    DataNotes notes;
};
/// What transformers' preprocessor_config.json says. Errors: BadFile (no JSON object; a key that changes pixels in a
/// way that Preprocess has not: named).
Result<PreprocessGuess> readPreprocessorConfig(std::string_view text, std::string_view what);

/// From a model's input [batch, 3 or 1, height, width] or [batch, height, width, 3 or 1]: the exact size, values from 0
/// to 1. `shape`: sizes that the model leaves open are -1. Errors: InvalidArgument (no picture's shape; an open height,
/// width or number of channels: what to write).
Result<PreprocessGuess> guessPreprocess(const std::vector<std::int64_t>& shape);

/// Whether a model's input takes what comes out. Errors: InvalidArgument, naming both shapes.
Status checkFits(const Preprocess& preprocess, const std::vector<std::int64_t>& shape);

/// From places in what the model sees to those of the picture: picture = (seen - offset) / scale, in pixels.
struct PicturePlacement {
    double scaleX = 1, scaleY = 1, offsetX = 0, offsetY = 0;
    ImageSize picture; ///< after turning
};

struct PreparedImage {
    std::vector<float> values; ///< [channels, height, width] or [height, width, channels]
    ImageSize size;
    PicturePlacement placement;
};
/// Arithmetic in double, rounded once to float. Errors: InvalidArgument (the result would have more than kMostPixels).
Result<PreparedImage> prepareImage(Image image, const Preprocess& preprocess);

} // namespace kerf::core
