// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

/// The ratio is kept and nothing vanishes.
std::int64_t scaledSide(double side)
{
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(side));
}

ImageSize resizedSize(ImageSize size, const Preprocess& preprocess)
{
    const ImageSize to = preprocess.resizeTo;
    switch (preprocess.mode) {
    case ResizeMode::None:
        return size;
    case ResizeMode::Exact:
        return to;
    case ResizeMode::ShorterSide: {
        // The longer side in whole numbers, rounded down, as torchvision has it.
        const std::int64_t longer = to.width * std::max(size.width, size.height) / std::min(size.width, size.height);
        const auto other = scaledSide(static_cast<double>(longer));
        return size.width <= size.height ? ImageSize { to.width, other } : ImageSize { other, to.width };
    }
    case ResizeMode::Letterbox:
        break;
    }
    const double ratio = std::min(static_cast<double>(to.width) / static_cast<double>(size.width),
        static_cast<double>(to.height) / static_cast<double>(size.height));
    const auto side
        = [ratio](std::int64_t length) { return scaledSide(std::nearbyint(static_cast<double>(length) * ratio)); };
    return { std::min(to.width, side(size.width)), std::min(to.height, side(size.height)) };
}

/// A window of a picture, or the picture in a window: whatever is outside gets `pad`.
Image windowOf(const Image& image, ImageSize size, std::int64_t left, std::int64_t top, int pad)
{
    if (size == image.size && left == 0 && top == 0)
        return image;
    Image window { size, {} };
    window.rgb.assign(static_cast<std::size_t>(size.width * size.height * 3), static_cast<std::uint8_t>(pad));
    const std::int64_t first = std::max<std::int64_t>(0, -left), end = std::min(size.width, image.size.width - left);
    for (std::int64_t row = std::max<std::int64_t>(0, -top); row < std::min(size.height, image.size.height - top);
         ++row)
        if (first < end)
            std::copy_n(image.at(row + top, first + left), (end - first) * 3,
                window.rgb.data() + (row * size.width + first) * 3);
    return window;
}

/// Where a crop begins; below 0 where the picture is smaller.
std::int64_t cropStart(std::int64_t from, std::int64_t to, CropOffset offset)
{
    const double half = static_cast<double>(from - to) / 2;
    return static_cast<std::int64_t>(offset == CropOffset::Floor ? std::floor(half) : std::nearbyint(half));
}

/// What each of the 256 levels becomes in each channel.
using LevelTable = std::array<std::array<float, 256>, 3>;

LevelTable levelsOf(const Preprocess& preprocess)
{
    LevelTable table {};
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (int level = 0; level < 256; ++level) {
            const double mean = channel < preprocess.mean.size() ? preprocess.mean[channel] : 0;
            const double deviation = channel < preprocess.std.size() ? preprocess.std[channel] : 1;
            table[channel][static_cast<std::size_t>(level)]
                = static_cast<float>((level * preprocess.scale - mean) / deviation);
        }
    return table;
}

/// A pixel's channels in the order that the model takes. Grey as PIL's convert("L"): ITU-R 601-2 luma in 16 bits.
std::array<std::uint8_t, 3> channelsOf(const std::uint8_t* rgb, ChannelOrder order)
{
    if (order == ChannelOrder::Bgr)
        return { rgb[2], rgb[1], rgb[0] };
    if (order == ChannelOrder::Grey)
        return { static_cast<std::uint8_t>((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16), 0, 0 };
    return { rgb[0], rgb[1], rgb[2] };
}

std::vector<float> valuesOf(const Image& image, const Preprocess& preprocess)
{
    const LevelTable levels = levelsOf(preprocess);
    const auto channels = static_cast<std::size_t>(preprocess.channelCount());
    const std::size_t pixels = image.rgb.size() / 3;
    const bool isPlanar = preprocess.layout == PixelLayout::Nchw;
    std::vector<float> values(pixels * channels);
    for (std::size_t i = 0; i < pixels; ++i) {
        const auto pixel = channelsOf(image.rgb.data() + i * 3, preprocess.channels);
        for (std::size_t c = 0; c < channels; ++c)
            values[isPlanar ? c * pixels + i : i * channels + c] = levels[c][pixel[c]];
    }
    return values;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::vector<std::string> sizes;
    sizes.reserve(shape.size());
    for (const std::int64_t size : shape)
        sizes.push_back(size < 0 ? "?" : fmt::format("{}", size));
    return fmt::format("[{}]", fmt::join(sizes, ", "));
}

} // namespace

std::optional<ImageSize> Preprocess::outputSize() const
{
    if (crop)
        return crop;
    if (mode == ResizeMode::Exact || mode == ResizeMode::Letterbox)
        return resizeTo;
    return std::nullopt;
}

Result<PreprocessGuess> guessPreprocess(const std::vector<std::int64_t>& shape)
{
    const auto isChannels = [](std::int64_t size) { return size == 1 || size == 3; };
    if (shape.size() != 4 || (!isChannels(shape[1]) && !isChannels(shape[3])))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("An input of shape {} takes no pictures: they are [batch, 3 or 1, height, width] or "
                        "[batch, height, width, 3 or 1]. Give it arrays (.safetensors).",
                shapeText(shape)));
    PreprocessGuess guess;
    Preprocess& preprocess = guess.preprocess;
    const bool isPlanar = isChannels(shape[1]);
    preprocess.layout = isPlanar ? PixelLayout::Nchw : PixelLayout::Nhwc;
    const std::int64_t height = shape[isPlanar ? 2 : 1], width = shape[isPlanar ? 3 : 2];
    if (height <= 0 || width <= 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("An input of shape {} leaves the size of its pictures open: write it into a preprocess.json, "
                        "{{\"resize\": {{\"mode\": \"exact\", \"size\": [height, width]}}}}.",
                shapeText(shape)));
    if (height > kMostPixels / width)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "An input of shape {} is larger than the {} pixels that are prepared.", shapeText(shape), kMostPixels));
    preprocess.channels = shape[isPlanar ? 1 : 3] == 1 ? ChannelOrder::Grey : ChannelOrder::Rgb;
    preprocess.mode = ResizeMode::Exact;
    preprocess.resizeTo = { width, height };
    guess.notes.push_back({ fmt::format(
        "How pictures become numbers was guessed from the input's shape {}: resized to {} x {} (bilinear, ratio not "
        "kept), {}, values from 0 to 1, no mean and deviation. If the model was trained otherwise its results mean "
        "little: say how in a preprocess.json.",
        shapeText(shape), width, height, preprocess.channels == ChannelOrder::Grey ? "grey" : "red, green, blue") });
    return guess;
}

Status checkFits(const Preprocess& preprocess, const std::vector<std::int64_t>& shape)
{
    const std::optional<ImageSize> size = preprocess.outputSize();
    const std::int64_t height = size ? size->height : -1, width = size ? size->width : -1;
    const std::vector<std::int64_t> made = preprocess.layout == PixelLayout::Nchw
        ? std::vector<std::int64_t> { -1, preprocess.channelCount(), height, width }
        : std::vector<std::int64_t> { -1, height, width, preprocess.channelCount() };
    bool fits = size.has_value() && shape.size() == made.size();
    for (std::size_t i = 1; fits && i < made.size(); ++i)
        fits = shape[i] < 0 || shape[i] == made[i];
    if (!fits)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Preprocessing makes {} of a picture, but the model's input is {}: change resize, crop, "
                        "channels or layout in preprocess.json.",
                shapeText(made), shapeText(shape)));
    return {};
}

Result<PreparedImage> prepareImage(Image image, const Preprocess& preprocess)
{
    if (preprocess.isTurned)
        image = uprightImage(std::move(image));
    PicturePlacement placement;
    placement.picture = image.size;
    const ImageSize resized = resizedSize(image.size, preprocess);
    if (resized.width > kMostPixels / resized.height)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A picture of {} x {} would become one of {} x {}: more than {} pixels.", image.size.width,
                image.size.height, resized.width, resized.height, kMostPixels));
    placement.scaleX = static_cast<double>(resized.width) / static_cast<double>(image.size.width);
    placement.scaleY = static_cast<double>(resized.height) / static_cast<double>(image.size.height);
    image = resizeImage(image, resized, preprocess.filter);
    const auto place = [&](ImageSize size, std::int64_t left, std::int64_t top, int pad) {
        image = windowOf(image, size, left, top, pad);
        placement.offsetX -= static_cast<double>(left);
        placement.offsetY -= static_cast<double>(top);
    };
    if (preprocess.mode == ResizeMode::Letterbox) {
        const ImageSize frame = preprocess.resizeTo;
        place(frame, -((frame.width - resized.width) / 2), -((frame.height - resized.height) / 2), preprocess.pad);
    }
    if (preprocess.crop)
        place(*preprocess.crop, cropStart(image.size.width, preprocess.crop->width, preprocess.cropOffset),
            cropStart(image.size.height, preprocess.crop->height, preprocess.cropOffset), 0);
    return PreparedImage { valuesOf(image, preprocess), image.size, placement };
}

} // namespace kerf::core
