// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <QTest>

#include "core/base/hash.h"
#include "core/data/preprocess.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

fs::path fixture(const std::string& name)
{
    return fs::path(KERF_SOURCE_DIR) / "tests/data/pictures" / name;
}

Image picture(const std::string& name)
{
    return readImage(fixture(name)).value();
}

Preprocess parsed(const std::string& text)
{
    return parsePreprocess(text, "preprocess.json").value();
}

QString errorOf(const std::string& text)
{
    const auto result = parsePreprocess(text, "preprocess.json");
    return result ? QString("accepted") : QString::fromStdString(result.error().message);
}

QString configError(const std::string& text)
{
    const auto result = readPreprocessorConfig(text, "preprocessor_config.json");
    return result ? QString("accepted") : QString::fromStdString(result.error().message);
}

PreprocessGuess config(const std::string& text)
{
    return readPreprocessorConfig(text, "preprocessor_config.json").value();
}

/// Numbers of a table's rows, behind one another.
std::vector<double> numbersOf(const std::string& name)
{
    std::ifstream table(fixture(name));
    std::vector<double> numbers;
    for (double number = 0; table >> number;)
        numbers.push_back(number);
    return numbers;
}

Image ramp(std::int64_t width, std::int64_t height)
{
    Image image { { width, height }, {} };
    for (std::int64_t row = 0; row < height; ++row)
        for (std::int64_t column = 0; column < width; ++column)
            image.rgb.insert(
                image.rgb.end(), { static_cast<std::uint8_t>(row), static_cast<std::uint8_t>(column), 200 });
    return image;
}

} // namespace

/// Beside Pillow and OpenCV (tests/data/pictures/make.py, plain.py).
class TestPreprocess : public QObject {
    Q_OBJECT
private slots:
    void resizesAsPillow()
    {
        const Image image = picture("color-444.jpg");
        std::ifstream table(fixture("resized.tsv"));
        std::string filter, hash;
        ImageSize size;
        int count = 0;
        for (; table >> filter >> size.width >> size.height >> hash; ++count) {
            const Json resize { { "mode", "exact" }, { "size", 1 }, { "filter", filter } };
            const Preprocess preprocess = parsed(Json { { "resize", resize } }.dump());
            const Image made = resizeImage(image, size, preprocess.filter);
            QCOMPARE(made.size, size);
            QVERIFY2(sha256(std::as_bytes(std::span(made.rgb))) == hash,
                qPrintable(QString("%1 %2 x %3").arg(filter.c_str()).arg(size.width).arg(size.height)));
        }
        QCOMPARE(count, 28);
    }

    void plainBilinearIsWithinOneLevelOfOpenCv()
    {
        const Image image = picture("rgb8.png");
        std::ifstream table(fixture("plain.tsv"));
        std::string hex;
        ImageSize size;
        int count = 0;
        for (; table >> size.width >> size.height >> hex; ++count) {
            const Image made = resizeImage(image, size, ResizeFilter::PlainBilinear);
            QCOMPARE(made.rgb.size() * 2, hex.size());
            for (std::size_t i = 0; i < made.rgb.size(); ++i)
                QVERIFY(std::abs(made.rgb[i] - std::stoi(hex.substr(2 * i, 2), nullptr, 16)) <= 1);
        }
        QCOMPARE(count, 5);
    }

    /// Shorter side, crop, mean and deviation, as torchvision does it for classifiers.
    void preparesAsClassifiersAreTrained()
    {
        const Preprocess preprocess = parsed(R"({"resize": {"mode": "shorter-side", "size": 16}, "crop": 12,
            "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})");
        const auto prepared = prepareImage(picture("color-420.jpg"), preprocess);
        QVERIFY(prepared.has_value());
        const std::vector<double> expected = numbersOf("prepared.tsv");
        QCOMPARE(prepared->values.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(prepared->values[i] - expected[i]) <= 1e-6);
        QCOMPARE(prepared->size, (ImageSize { 12, 12 }));
        Preprocess grey = parsed(R"({"resize": {"mode": "shorter-side", "size": 16}, "channels": "grey"})");
        const auto greys = prepareImage(picture("color-420.jpg"), grey);
        const std::vector<double> levels = numbersOf("prepared-grey.tsv");
        QCOMPARE(greys->values.size(), levels.size());
        for (std::size_t i = 0; i < levels.size(); ++i)
            QVERIFY(std::abs(greys->values[i] - levels[i]) <= 1e-7);
    }

    void layoutAndChannels()
    {
        const auto values = [](const char* text) { return prepareImage(ramp(3, 2), parsed(text))->values; };
        const auto planar = values(R"({"scale": 1})");
        QCOMPARE(planar, (std::vector<float> { 0, 0, 0, 1, 1, 1, 0, 1, 2, 0, 1, 2, 200, 200, 200, 200, 200, 200 }));
        const auto bgr
            = values(R"({"scale": 1, "channels": "bgr", "layout": "nhwc", "mean": [100, 0, 1], "std": [50, 1, 2]})");
        QCOMPARE(bgr, (std::vector<float> { 2, 0, -0.5, 2, 1, -0.5, 2, 2, -0.5, 2, 0, 0, 2, 1, 0, 2, 2, 0 }));
    }

    /// An odd number of pixels goes; a smaller picture gets black around it.
    void cropsInTheMiddle()
    {
        const auto firstOf = [](std::int64_t width, const char* offset) {
            Preprocess preprocess;
            preprocess.scale = 1;
            preprocess.crop = ImageSize { 2, 1 };
            preprocess.cropOffset = std::string(offset) == "floor" ? CropOffset::Floor : CropOffset::HalfEven;
            return prepareImage(ramp(width, 1), preprocess)->values[2]; // green is the column
        };
        QCOMPARE(firstOf(9, "half-even"), 4.F); // 3.5
        QCOMPARE(firstOf(9, "floor"), 3.F);
        QCOMPARE(firstOf(7, "half-even"), 2.F); // 2.5
        const auto framed = prepareImage(ramp(1, 1), parsed(R"({"scale": 1, "crop": 3})"));
        QCOMPARE(framed->values.back(), 0.F);
        QCOMPARE(framed->values[18 + 4], 200.F);
    }

    void letterboxKeepsPlaces()
    {
        const auto prepared = prepareImage(
            ramp(40, 20), parsed(R"({"resize": {"mode": "letterbox", "size": [10, 10]}, "scale": 1, "pad": 114})"));
        QCOMPARE(prepared->size, (ImageSize { 10, 10 }));
        QCOMPARE(prepared->values[0], 114.F); // rows 0, 1 and 7 to 9 are the frame: 5 go around, 2 above
        QCOMPARE(prepared->values[19], 114.F);
        QVERIFY(prepared->values[20] < 20.F);
        QVERIFY(prepared->values[69] < 20.F);
        QCOMPARE(prepared->values[70], 114.F);
        const PicturePlacement& place = prepared->placement;
        QCOMPARE((10 - place.offsetX) / place.scaleX, 40.0);
        QCOMPARE((2 - place.offsetY) / place.scaleY, 0.0);
        QCOMPARE((7 - place.offsetY) / place.scaleY, 20.0);
        const auto tall = prepareImage(ramp(20, 40), parsed(R"({"resize": {"mode": "letterbox", "size": [10, 10]}})"));
        QCOMPARE((7 - tall->placement.offsetX) / tall->placement.scaleX, 20.0);
    }

    void orientationIsAppliedWhenAsked()
    {
        const Image image = picture("turned.png");
        QCOMPARE(prepareImage(image, parsed("{}"))->size, (ImageSize { 37, 29 }));
        QCOMPARE(prepareImage(image, parsed(R"({"exif_orientation": "applied"})"))->size, (ImageSize { 29, 37 }));
    }

    void fileIsReadAndWritten()
    {
        const Preprocess preprocess = parsed(R"({"exif_orientation": "applied",
            "resize": {"mode": "letterbox", "size": [320, 640], "filter": "plain-bilinear"}, "crop": [224, 192],
            "crop_offset": "floor", "pad": 0, "channels": "bgr", "layout": "nhwc", "scale": 1,
            "mean": [104, 117, 123], "std": [1, 2, 3]})");
        QCOMPARE(preprocess.resizeTo, (ImageSize { 640, 320 }));
        QCOMPARE(*preprocess.crop, (ImageSize { 192, 224 }));
        QVERIFY(toJson(parsed(toJson(preprocess).dump())) == toJson(preprocess));
        QVERIFY(toJson(parsed(toJson(Preprocess()).dump())) == toJson(Preprocess()));
        QVERIFY(toJson(preprocess)["channels"] == "bgr");
        QVERIFY(toJson(preprocess)["resize"]["size"] == Json::array({ 320, 640 }));
    }

    void wrongKeysAreNamed()
    {
        QVERIFY(errorOf(R"({"men": [1]})").contains("\"men\" is no key of it. Its keys are channels"));
        QVERIFY(errorOf(R"({"resize": {"mode": "exact", "side": 3}})").contains("resize: \"side\" is no key"));
        QVERIFY(errorOf(R"({"resize": {"mode": "square", "size": 3}})")
                    .contains("\"square\" is none of none, shorter-side"));
        QVERIFY(errorOf(R"({"resize": {"mode": "exact"}})").contains("size: is missing"));
        QVERIFY(errorOf(R"({"resize": {"size": 3}})").contains("say how it is reached"));
        QVERIFY(errorOf(R"({"resize": {"mode": "shorter-side", "size": [3, 4]}})").contains("has two sides"));
        QVERIFY(errorOf(R"({"crop": [0, 3]})").contains("crop: is neither"));
        QVERIFY(errorOf(R"({"crop": [64000, 64000]})").contains("crop: is neither"));
        QVERIFY(errorOf(R"({"scale": "1"})").contains("scale: is no number"));
        QVERIFY(errorOf(R"({"scale": 0})").contains("scale: is 0"));
        QVERIFY(errorOf(R"({"mean": [1, 2]})").contains("mean: has 2 numbers for 3 channels"));
        QVERIFY(errorOf(R"({"std": [1, 0, 1]})").contains("std: is not above 0"));
        QVERIFY(errorOf(R"({"pad": 256})").contains("pad: is no level"));
        QVERIFY(errorOf("[]").contains("is no JSON object"));
        QVERIFY(errorOf("{").startsWith("preprocess.json"));
    }

    void configurationsOfTransformers()
    {
        const PreprocessGuess vit = config(R"({"do_normalize": true, "do_rescale": true, "do_resize": true,
            "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "ViTImageProcessor", "image_std": [0.5, 0.5, 0.5],
            "resample": 2, "rescale_factor": 0.00392156862745098, "size": {"height": 224, "width": 200}})");
        QVERIFY(vit.notes.empty());
        QVERIFY(vit.preprocess.mode == ResizeMode::Exact);
        QCOMPARE(vit.preprocess.resizeTo, (ImageSize { 200, 224 }));
        QCOMPARE(vit.preprocess.mean, (std::vector<double> { 0.5, 0.5, 0.5 }));
        QCOMPARE(vit.preprocess.scale, 0.00392156862745098);
        const PreprocessGuess clip = config(R"({"crop_size": 224, "do_center_crop": true, "do_normalize": true,
            "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48, 0.45, 0.40],
            "image_std": [0.26, 0.26, 0.27], "resample": 3, "size": 224})");
        QVERIFY(clip.preprocess.mode == ResizeMode::ShorterSide && clip.preprocess.filter == ResizeFilter::Bicubic);
        QCOMPARE(clip.preprocess.crop, (ImageSize { 224, 224 }));
        QVERIFY(clip.preprocess.cropOffset == CropOffset::Floor);
        QCOMPARE(clip.notes.size(), std::size_t { 1 });
        const PreprocessGuess next = config(R"({"crop_pct": 0.875, "do_resize": true, "image_mean": [0, 0, 0],
            "image_std": [1, 1, 1], "resample": 3, "size": {"shortest_edge": 224}, "do_rescale": false})");
        QCOMPARE(next.preprocess.resizeTo.width, std::int64_t { 256 });
        QCOMPARE(next.preprocess.crop, (ImageSize { 224, 224 }));
        QCOMPARE(next.preprocess.scale, 1.0);
        QVERIFY(configError(R"({"size": 3, "resample": 2, "do_pad": true})").contains("do_pad: may change pixels"));
        QCOMPARE(configError(R"({"size": 3, "resample": 2, "do_pad": false})"), QString("accepted"));
        QVERIFY(configError(R"({"size": {"longest_edge": 3}})").contains("size: is none of"));
        QVERIFY(configError(R"({"size": 3, "resample": 5})").contains("resample: is none of"));
        QVERIFY(configError(R"({"size": 3, "resample": 2, "do_normalize": true})").contains("image_mean: is missing"));
    }

    void shapesAreGuessedFromAndSaidSo()
    {
        const auto planar = guessPreprocess({ -1, 3, 240, 320 });
        QVERIFY(planar && planar->preprocess.layout == PixelLayout::Nchw);
        QCOMPARE(*planar->preprocess.outputSize(), (ImageSize { 320, 240 }));
        QVERIFY(planar->notes.size() == 1 && planar->notes.front().text.find("[?, 3, 240, 320]") != std::string::npos);
        QVERIFY(checkFits(planar->preprocess, { 1, 3, 240, 320 }).has_value());
        QVERIFY(!checkFits(planar->preprocess, { 1, 3, 320, 240 }));
        QVERIFY(checkFits(planar->preprocess, { 1, 3, -1, -1 }).has_value());
        const auto last = guessPreprocess({ 1, 28, 28, 1 });
        QVERIFY(last && last->preprocess.layout == PixelLayout::Nhwc);
        QVERIFY(last->preprocess.channels == ChannelOrder::Grey);
        QVERIFY(!checkFits(last->preprocess, { 1, 28, 28, 3 }));
        const auto open = guessPreprocess({ 1, 3, -1, -1 });
        QVERIFY(!open && open.error().message.find("preprocess.json") != std::string::npos);
        QVERIFY(!guessPreprocess({ 1, 512 }));
        QVERIFY(!checkFits(parsed("{}"), { 1, 3, 4, 4 })); // the size would depend on the picture
    }
};

QTEST_APPLESS_MAIN(TestPreprocess)
#include "tst_preprocess.moc"
