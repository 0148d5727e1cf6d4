// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/preprocess.h"

namespace kerf::core {
namespace {

template <class T> struct Named {
    T value;
    const char* name;
};
template <class T> Named(T, const char*) -> Named<T>; // clang 14 does not find it by itself

constexpr std::array kModes { Named { ResizeMode::None, "none" }, Named { ResizeMode::ShorterSide, "shorter-side" },
    Named { ResizeMode::Exact, "exact" }, Named { ResizeMode::Letterbox, "letterbox" } };
constexpr std::array kFilters { Named { ResizeFilter::Bilinear, "bilinear" },
    Named { ResizeFilter::Bicubic, "bicubic" }, Named { ResizeFilter::Lanczos, "lanczos" },
    Named { ResizeFilter::Nearest, "nearest" }, Named { ResizeFilter::PlainBilinear, "plain-bilinear" } };
constexpr std::array kOffsets { Named { CropOffset::HalfEven, "half-even" }, Named { CropOffset::Floor, "floor" } };
constexpr std::array kOrders { Named { ChannelOrder::Rgb, "rgb" }, Named { ChannelOrder::Bgr, "bgr" },
    Named { ChannelOrder::Grey, "grey" } };
constexpr std::array kLayouts { Named { PixelLayout::Nchw, "nchw" }, Named { PixelLayout::Nhwc, "nhwc" } };
constexpr std::array kTurned { Named { false, "ignored" }, Named { true, "applied" } };

template <class Table, class T> const char* nameOf(const Table& table, T value)
{
    return std::ranges::find(table, value, &Table::value_type::value)->name;
}

/// One object of a file: each key is asked for once, and what was not asked for is unknown.
class Keys {
public:
    Keys(const Json& object, std::string place)
        : m_object(object)
        , m_place(std::move(place))
    {
    }

    const Json* find(const char* key)
    {
        m_known.insert(key);
        const auto found = m_object.find(key);
        return found == m_object.end() || found->is_null() ? nullptr : &*found;
    }
    tl::unexpected<Error> wrong(const char* key, const std::string& why) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}: {}", m_place, key, why));
    }
    Status checkAllKnown() const
    {
        for (const auto& [key, value] : m_object.items())
            if (!m_known.contains(key))
                return fail(ErrorCode::BadFile,
                    fmt::format(
                        "{}: \"{}\" is no key of it. Its keys are {}.", m_place, key, fmt::join(m_known, ", ")));
        return {};
    }

    template <class Table, class T> Status word(const char* key, const Table& table, T& into)
    {
        const Json* value = find(key);
        if (!value)
            return {};
        std::vector<const char*> names;
        for (const auto& each : table) {
            if (*value == each.name) {
                into = each.value;
                return {};
            }
            names.push_back(each.name);
        }
        return wrong(key, fmt::format("{} is none of {}", value->dump(), fmt::join(names, ", ")));
    }
    Status number(const char* key, double& into)
    {
        const Json* value = find(key);
        if (value && !value->is_number())
            return wrong(key, "is no number");
        if (value)
            into = value->get<double>();
        return {};
    }
    /// A side, or [height, width].
    Result<std::optional<ImageSize>> size(const char* key)
    {
        const Json* value = find(key);
        if (!value)
            return std::nullopt;
        const bool isPair = value->is_array() && value->size() == 2;
        const auto height = asCount(isPair ? (*value)[0] : *value), width = asCount(isPair ? (*value)[1] : *value);
        if (!height || !width || *height < 1 || *width < 1 || *width > kMostPixels / *height)
            return wrong(key, "is neither a number of pixels nor [height, width]");
        return ImageSize { *width, *height };
    }
    Status numbers(const char* key, std::vector<double>& into)
    {
        const Json* value = find(key);
        if (!value)
            return {};
        into.clear();
        if (value->is_number())
            into.assign(3, value->get<double>());
        else if (value->is_array() && std::ranges::all_of(*value, [](const Json& each) { return each.is_number(); }))
            into = value->get<std::vector<double>>();
        else
            return wrong(key, "is no list of numbers, one a channel");
        return {};
    }

private:
    const Json& m_object;
    std::string m_place;
    std::set<std::string> m_known;
};

Result<Json> parseObject(std::string_view text, std::string_view what)
{
    KERF_TRY(Json json, parseJson(text, what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is no JSON object", what));
    return json;
}

/// One number stands for all channels; there may be as many as channels, and no deviation of 0.
Status checkNumbers(Preprocess& preprocess, const Keys& keys, const char* meanKey, const char* stdKey)
{
    const auto channels = static_cast<std::size_t>(preprocess.channelCount());
    for (auto* numbers : { &preprocess.mean, &preprocess.std })
        if (channels == 1 && numbers->size() == 3 && std::ranges::count(*numbers, numbers->front()) == 3)
            numbers->resize(1);
    if (!preprocess.mean.empty() && preprocess.mean.size() != channels)
        return keys.wrong(meanKey, fmt::format("has {} numbers for {} channels", preprocess.mean.size(), channels));
    if (!preprocess.std.empty() && preprocess.std.size() != channels)
        return keys.wrong(stdKey, fmt::format("has {} numbers for {} channels", preprocess.std.size(), channels));
    if (std::ranges::any_of(preprocess.std, [](double each) { return !(each > 0); }))
        return keys.wrong(stdKey, "is not above 0");
    return {};
}

Status readResize(const Json& object, const std::string& place, Preprocess& preprocess)
{
    if (!object.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is no object", place));
    Keys keys(object, place);
    KERF_CHECK(keys.word("mode", kModes, preprocess.mode));
    KERF_CHECK(keys.word("filter", kFilters, preprocess.filter));
    KERF_TRY(const std::optional<ImageSize> size, keys.size("size"));
    KERF_CHECK(keys.checkAllKnown());
    if (preprocess.mode != ResizeMode::None && !size)
        return keys.wrong("size", fmt::format("is missing; mode {} needs it", nameOf(kModes, preprocess.mode)));
    if (preprocess.mode == ResizeMode::None && size)
        return keys.wrong("mode", "is missing or none, but there is a size: say how it is reached");
    if (preprocess.mode == ResizeMode::ShorterSide && size->width != size->height)
        return keys.wrong("size", "has two sides, but mode shorter-side takes one number");
    preprocess.resizeTo = size.value_or(ImageSize {});
    return {};
}

Json sizeJson(ImageSize size)
{
    return Json::array({ size.height, size.width });
}

/// Keys of preprocessor_config.json that change no pixel.
const std::set<std::string> kHarmless { "image_processor_type", "feature_extractor_type", "processor_class", "auto_map",
    "return_tensors", "data_format", "input_data_format", "device", "disable_grouping", "do_convert_rgb",
    "_processor_class", "_valid_processor_keys", "image_seq_length" };

/// A size of transformers: a number, {"shortest_edge": n} or {"height": h, "width": w}.
struct ConfigSize {
    ImageSize size;
    enum class Kind { Number, ShortestEdge, Sides } kind;
};
std::optional<ConfigSize> configSize(const Json& value)
{
    const auto sides = [](const Json& height, const Json& width, ConfigSize::Kind kind) -> std::optional<ConfigSize> {
        const auto rows = asCount(height), columns = asCount(width);
        if (!rows || !columns || *rows < 1 || *columns < 1 || *columns > kMostPixels / *rows)
            return std::nullopt;
        return ConfigSize { { *columns, *rows }, kind };
    };
    if (!value.is_object())
        return sides(value, value, ConfigSize::Kind::Number);
    if (value.size() == 1 && value.contains("shortest_edge"))
        return sides(value["shortest_edge"], value["shortest_edge"], ConfigSize::Kind::ShortestEdge);
    if (value.size() == 2 && value.contains("height") && value.contains("width"))
        return sides(value["height"], value["width"], ConfigSize::Kind::Sides);
    return std::nullopt;
}

/// preprocessor_config.json, read key by key.
class ConfigReader {
public:
    ConfigReader(const Json& object, std::string_view what)
        : m_object(object)
        , m_keys(object, std::string(what))
    {
    }

    Result<PreprocessGuess> read()
    {
        m_guess.preprocess.cropOffset = CropOffset::Floor;
        KERF_CHECK(readSizes());
        KERF_CHECK(readFilter());
        KERF_CHECK(readNumbers());
        KERF_CHECK(checkRest());
        return std::move(m_guess);
    }

private:
    /// A switch; `usual` where it is missing.
    bool isOn(const char* key, bool usual)
    {
        const Json* value = m_keys.find(key);
        return value ? *value != false : usual;
    }
    Status readSizes()
    {
        Preprocess& preprocess = m_guess.preprocess;
        const Json* size = m_keys.find("size");
        const Json* crop = m_keys.find("crop_size");
        const bool isCropped = isOn("do_center_crop", false);
        if (isOn("do_resize", size != nullptr)) {
            const auto to = size ? configSize(*size) : std::nullopt;
            if (!to)
                return m_keys.wrong("size", "is none of: a number, shortest_edge, height and width");
            preprocess.resizeTo = to->size;
            preprocess.mode = to->kind == ConfigSize::Kind::ShortestEdge ? ResizeMode::ShorterSide : ResizeMode::Exact;
            if (to->kind == ConfigSize::Kind::Number)
                guessNumber(isCropped);
            KERF_CHECK(readCropShare());
        }
        if (isCropped) {
            const auto to = crop ? configSize(*crop) : std::nullopt;
            if (!to || to->kind == ConfigSize::Kind::ShortestEdge)
                return m_keys.wrong("crop_size", "is neither a number nor height and width, but do_center_crop is on");
            preprocess.crop = to->size;
        }
        return {};
    }
    void guessNumber(bool isCropped)
    {
        const Json* square = m_keys.find("default_to_square");
        const bool isSquare = square ? *square != false : !isCropped;
        m_guess.preprocess.mode = isSquare ? ResizeMode::Exact : ResizeMode::ShorterSide;
        if (!square)
            m_guess.notes.push_back({ fmt::format("\"size\" is one number, which classes of transformers read in two "
                                                  "ways; it was taken as the size of {}.",
                isSquare ? "both sides" : "the shorter side, because a crop follows") });
    }
    /// ConvNeXT: below 384 the shorter side becomes size / crop_pct, and the middle is cut out.
    Status readCropShare()
    {
        double share = 0;
        KERF_CHECK(m_keys.number("crop_pct", share));
        Preprocess& preprocess = m_guess.preprocess;
        if (share == 0 || preprocess.mode != ResizeMode::ShorterSide)
            return {};
        if (!(share > 0 && share <= 1))
            return m_keys.wrong("crop_pct", "is not between 0 and 1");
        const ImageSize size = preprocess.resizeTo;
        if (size.width >= 384) {
            preprocess.mode = ResizeMode::Exact;
            return {};
        }
        preprocess.crop = size;
        const auto side = static_cast<std::int64_t>(static_cast<double>(size.width) / share);
        preprocess.resizeTo = { side, side };
        return {};
    }
    Status readFilter()
    {
        constexpr std::array kByNumber { ResizeFilter::Nearest, ResizeFilter::Lanczos, ResizeFilter::Bilinear,
            ResizeFilter::Bicubic };
        const Json* value = m_keys.find("resample");
        if (!value) {
            if (m_guess.preprocess.mode != ResizeMode::None)
                m_guess.notes.push_back({ "\"resample\" is missing: bilinear was taken." });
            return {};
        }
        const auto number = asCount(*value);
        if (!number || *number >= static_cast<std::int64_t>(kByNumber.size()))
            return m_keys.wrong("resample", "is none of 0 (nearest), 1 (Lanczos), 2 (bilinear), 3 (bicubic)");
        m_guess.preprocess.filter = kByNumber[static_cast<std::size_t>(*number)];
        return {};
    }
    Status readNumbers()
    {
        Preprocess& preprocess = m_guess.preprocess;
        double factor = 1.0 / 255;
        KERF_CHECK(m_keys.number("rescale_factor", factor));
        preprocess.scale = isOn("do_rescale", true) ? factor : 1;
        const Json* mean = m_keys.find("image_mean");
        std::vector<double> means, deviations;
        KERF_CHECK(m_keys.numbers("image_mean", means));
        KERF_CHECK(m_keys.numbers("image_std", deviations));
        if (isOn("do_normalize", mean != nullptr)) {
            if (means.empty() || deviations.empty())
                return m_keys.wrong(means.empty() ? "image_mean" : "image_std", "is missing, but do_normalize is on");
            preprocess.mean = means;
            preprocess.std = deviations;
        }
        if (isOn("do_flip_channel_order", false))
            preprocess.channels = ChannelOrder::Bgr;
        return checkNumbers(preprocess, m_keys, "image_mean", "image_std");
    }
    /// Of a key that is not known only "off" is understood.
    Status checkRest()
    {
        static const std::set<std::string> kRead { "size", "crop_size", "do_center_crop", "do_resize", "resample",
            "default_to_square", "crop_pct", "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std",
            "do_flip_channel_order" };
        for (const auto& [key, value] : m_object.items())
            if (!kRead.contains(key) && !kHarmless.contains(key) && !value.is_null() && value != false)
                return m_keys.wrong(key.c_str(),
                    "may change pixels in a way that is not known here. Write a preprocess.json that says what it "
                    "does.");
        return {};
    }

    const Json& m_object;
    Keys m_keys;
    PreprocessGuess m_guess;
};

} // namespace

Result<Preprocess> parsePreprocess(std::string_view text, std::string_view what)
{
    KERF_TRY(const Json json, parseObject(text, what));
    Keys keys(json, std::string(what));
    Preprocess preprocess;
    KERF_CHECK(keys.word("exif_orientation", kTurned, preprocess.isTurned));
    if (const Json* resize = keys.find("resize"))
        KERF_CHECK(readResize(*resize, fmt::format("{}: resize", what), preprocess));
    KERF_TRY(preprocess.crop, keys.size("crop"));
    KERF_CHECK(keys.word("crop_offset", kOffsets, preprocess.cropOffset));
    KERF_CHECK(keys.word("channels", kOrders, preprocess.channels));
    KERF_CHECK(keys.word("layout", kLayouts, preprocess.layout));
    KERF_CHECK(keys.number("scale", preprocess.scale));
    KERF_CHECK(keys.numbers("mean", preprocess.mean));
    KERF_CHECK(keys.numbers("std", preprocess.std));
    if (const Json* pad = keys.find("pad")) {
        const auto level = asCount(*pad);
        if (!level || *level > 255)
            return keys.wrong("pad", "is no level from 0 to 255");
        preprocess.pad = static_cast<int>(*level);
    }
    KERF_CHECK(keys.checkAllKnown());
    if (!(std::abs(preprocess.scale) > 0))
        return keys.wrong("scale", "is 0: every picture would be the same");
    KERF_CHECK(checkNumbers(preprocess, keys, "mean", "std"));
    return preprocess;
}

Json toJson(const Preprocess& preprocess)
{
    Json json { { "exif_orientation", nameOf(kTurned, preprocess.isTurned) },
        { "resize",
            { { "mode", nameOf(kModes, preprocess.mode) }, { "filter", nameOf(kFilters, preprocess.filter) } } },
        { "crop_offset", nameOf(kOffsets, preprocess.cropOffset) }, { "pad", preprocess.pad },
        { "channels", nameOf(kOrders, preprocess.channels) }, { "layout", nameOf(kLayouts, preprocess.layout) },
        { "scale", preprocess.scale } };
    if (preprocess.mode == ResizeMode::ShorterSide)
        json["resize"]["size"] = preprocess.resizeTo.width;
    else if (preprocess.mode != ResizeMode::None)
        json["resize"]["size"] = sizeJson(preprocess.resizeTo);
    if (preprocess.crop)
        json["crop"] = sizeJson(*preprocess.crop);
    if (!preprocess.mean.empty())
        json["mean"] = preprocess.mean;
    if (!preprocess.std.empty())
        json["std"] = preprocess.std;
    return json;
}

Result<PreprocessGuess> readPreprocessorConfig(std::string_view text, std::string_view what)
{
    KERF_TRY(const Json json, parseObject(text, what));
    return ConfigReader(json, what).read();
}

} // namespace kerf::core
