// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <set>

#include <QTest>

#include "core/base/parallel.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/data/array_source.h"
#include "core/data/picture_source.h"
#include "core/data/series_source.h"
#include "core/data/wave_source.h"
#include "tests/support/test_data.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;
using kerf::test::TextFolder;
namespace fs = std::filesystem;

namespace {

fs::path pictures()
{
    return fs::path(KERF_SOURCE_DIR) / "tests/data/pictures";
}

/// Files of a test, some of them pictures.
struct DataFolder : TextFolder {
    fs::path root() const { return path("").toStdString(); }
    void picture(const std::string& from, const std::string& to) const
    {
        fs::create_directories((root() / to).parent_path());
        fs::copy_file(pictures() / from, root() / to);
    }
    void text(const std::string& name, const QByteArray& content) const
    {
        fs::create_directories((root() / name).parent_path());
        write(QString::fromStdString(name), content);
    }
};

PictureOptions small()
{
    PictureOptions options;
    options.preprocess.mode = ResizeMode::Exact;
    options.preprocess.resizeTo = { 6, 4 };
    return options;
}

template <class T> QString errorOf(const Result<T>& result)
{
    return result ? QString("accepted") : QString::fromStdString(result.error().message);
}

std::string notesOf(const SampleSourcePtr& source)
{
    std::string all;
    for (const DataNote& note : source->info().notes)
        all += note.text + "\n";
    return all;
}

std::vector<float> valuesOf(const Matrix& matrix)
{
    return { matrix.data(), matrix.data() + matrix.size() };
}

/// A WAV file of such samples.
QByteArray wave(const std::vector<std::int16_t>& samples, int channels = 1, int bits = 16, int rate = 16000)
{
    const auto number = [](std::uint32_t value, int bytes) {
        QByteArray text;
        for (int i = 0; i < bytes; ++i)
            text.append(static_cast<char>(value >> 8 * i & 0xff));
        return text;
    };
    QByteArray data;
    for (const std::int16_t sample : samples)
        data += number(static_cast<std::uint16_t>(sample), 2);
    const QByteArray format = number(1, 2) + number(static_cast<std::uint32_t>(channels), 2)
        + number(static_cast<std::uint32_t>(rate), 4) + number(0, 4) + number(0, 2)
        + number(static_cast<std::uint32_t>(bits), 2);
    const QByteArray body = "WAVELIST" + number(3, 4) + QByteArray("abc\0", 4) + "fmt " + number(16, 4) + format
        + "data" + number(static_cast<std::uint32_t>(data.size()), 4) + data;
    return "RIFF" + number(static_cast<std::uint32_t>(body.size()), 4) + body;
}

} // namespace

class TestSampleSource : public QObject {
    Q_OBJECT
private slots:
    void classFoldersAreSortedBytewiseAndOddThingsNamed()
    {
        const DataFolder folder;
        folder.picture("rgb8.png", "b/1.png");
        folder.picture("color-444.jpg", "Zoo/deep/2.JPG");
        folder.picture("grey8.png", "a/3.png");
        folder.picture("grey8.png", "beside.png");
        folder.picture("cmyk.jpg", "a/cmyk.jpg");
        folder.text("a/broken.png", "no picture");
        folder.text("a/readme.txt", "text");
        folder.text("empty/note.txt", "text");
        const auto source = openPictureFolder(folder.root(), small());
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        const SourceInfo& info = (*source)->info();
        QCOMPARE(info.classes, (std::vector<std::string> { "Zoo", "a", "b", "empty" }));
        QCOMPARE(info.count, std::int64_t { 3 });
        QCOMPARE((*source)->nameOf(0), std::string("Zoo/deep/2.JPG"));
        const auto batch = (*source)->read(0, 3);
        QVERIFY(batch.has_value());
        QCOMPARE(batch->classes, (std::vector<std::int64_t> { 0, 1, 2 }));
        QCOMPARE(info.inputs.front().shape, (std::vector<std::int64_t> { 3, 4, 6 }));
        const auto alone = prepareImage(readImage(pictures() / "grey8.png").value(), small().preprocess);
        QCOMPARE(valuesOf(batch->inputs.front().row(1)), alone->values);
        const std::string notes = notesOf(*source);
        QVERIFY(notes.find("1 class folders have no pictures: empty") != std::string::npos);
        QVERIFY(
            notes.find("1 pictures lie beside the class folders and were left out: beside.png") != std::string::npos);
        QVERIFY(notes.find("2 files are no pictures: a/readme.txt, empty/note.txt") != std::string::npos);
        QVERIFY(notes.find("2 pictures cannot be used and were left out") != std::string::npos);
        QVERIFY(notes.find("broken.png: begins neither") != std::string::npos);
        PictureOptions named = small();
        named.classes = { "empty", "b", "a", "Zoo" };
        QCOMPARE((*openPictureFolder(folder.root(), named))->read(0, 1)->classes, (std::vector<std::int64_t> { 3 }));
        named.classes = { "a", "b" };
        QVERIFY(errorOf(openPictureFolder(folder.root(), named)).contains("the model has no class Zoo and empty")
            || errorOf(openPictureFolder(folder.root(), named)).contains("the model has no class Zoo, empty"));
    }

    void numbersAsFoldersAreSaidToBeSortedAsText()
    {
        const DataFolder folder;
        for (const char* name : { "0/a.png", "1/a.png", "10/a.png", "2/a.png" })
            folder.picture("grey8.png", name);
        QVERIFY(
            notesOf(*openPictureFolder(folder.root(), small())).find("folder \"10\" is class 2") != std::string::npos);
    }

    void labelsFromATable()
    {
        const DataFolder folder;
        folder.picture("rgb8.png", "x/1.png");
        folder.picture("grey8.png", "2.png");
        folder.picture("grey8.png", "unlabelled.png");
        folder.text("labels.csv", "file,weight,class\n./x/1.png,3,10\n2.png,1,2\ngone.png,1,2\n");
        const auto source = openPictureFolder(folder.root(), small());
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->read(0, 2)->classes, (std::vector<std::int64_t> { 2, 10 })); // numbers are numbers
        const std::string notes = notesOf(*source);
        QVERIFY(notes.find("1 files of labels.csv are not there: gone.png") != std::string::npos);
        QVERIFY(notes.find("1 pictures have no label in labels.csv and were left out: unlabelled.png")
            != std::string::npos);
        folder.text("labels.csv", "file,class\nx/1.png,dog\n2.png,cat\n");
        QCOMPARE(
            (*openPictureFolder(folder.root(), small()))->read(0, 2)->classes, (std::vector<std::int64_t> { 0, 1 }));
        folder.text("labels.csv", "file,class\n../secret.png,dog\n");
        QVERIFY(errorOf(openPictureFolder(folder.root(), small())).contains("labels.csv: line 2: \"../secret.png\""));
        folder.text("labels.csv", "file,class\n2.png,dog\n2.png,cat\n");
        QVERIFY(errorOf(openPictureFolder(folder.root(), small())).contains("line 3: 2.png is of class \"cat\", but"));
        folder.text("labels.csv", "name,class\n");
        QVERIFY(
            errorOf(openPictureFolder(folder.root(), small())).contains("does not name the columns file and class"));
    }

    void corruptPixelsAreNamedWhenTheyAreRead()
    {
        const DataFolder folder;
        folder.picture("grey8.png", "1.png");
        QFile whole(QString::fromStdString((pictures() / "color-420.jpg").string()));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        folder.text("2.jpg", whole.readAll().left(800));
        const auto source = openPictureFolder(folder.root(), small());
        QCOMPARE((*source)->count(), std::int64_t { 2 });
        QCOMPARE((*source)->info().labels, LabelKind::None);
        QVERIFY((*source)->read(0, 1).has_value());
        QVERIFY(errorOf((*source)->read(0, 2)).contains("2.jpg: as a JPEG it cannot be read"));
        PictureOptions all = small();
        all.decodesAll = true;
        const auto checked = openPictureFolder(folder.root(), all);
        QCOMPARE((*checked)->count(), std::int64_t { 1 });
        QVERIFY(notesOf(*checked).find("2.jpg: as a JPEG") != std::string::npos);
        QVERIFY(errorOf((*checked)->read(0, 2)).contains("samples 0 to 2 of 1"));
        QVERIFY(errorOf(openPictureFolder(folder.root(), {})).contains("preprocess.json"));
        QVERIFY(errorOf(openPictureFolder(DataFolder().root(), small())).contains("has no picture"));
    }

    void theSameBitsForAnyThreadsAndParts()
    {
        PictureOptions options = small();
        std::vector<std::vector<float>> seen;
        for (const int threads : { 1, 2, 5 }) {
            setThreadCount(threads);
            const auto source = openPictureFolder(pictures(), options);
            seen.push_back(valuesOf((*source)->read(0, (*source)->count())->inputs.front()));
        }
        setThreadCount(0);
        QCOMPARE(seen[1], seen[0]);
        QCOMPARE(seen[2], seen[0]);
        const auto source = openPictureFolder(pictures(), options);
        const auto part = (*source)->read(5, 2);
        QVERIFY(std::equal(part->inputs[0].data(), part->inputs[0].data() + 2 * 72, seen[0].begin() + 5 * 72));
    }

    void annotatedPictures()
    {
        const DataFolder folder;
        folder.picture("rgb8.png", "1.png"); // 19 x 11
        folder.picture("grey8.png", "2.png");
        folder.text("boxes.json", R"({"categories": [{"id": 7, "name": "cat"}, {"id": 3, "name": "dog"}],
            "images": [{"id": 9, "file_name": "1.png", "width": 19, "height": 11},
                       {"id": 2, "file_name": "2.png", "width": 20, "height": 11},
                       {"id": 1, "file_name": "gone.png", "width": 19, "height": 11}],
            "annotations": [{"id": 1, "image_id": 9, "category_id": 7, "bbox": [1, 2, 3.5, 4], "area": 9, "iscrowd": 1},
                            {"id": 2, "image_id": 9, "category_id": 3, "bbox": [0, 0, 2, 2]}]})");
        const auto set = readCocoAnnotations(folder.root() / "boxes.json");
        QVERIFY2(set.has_value(), qPrintable(errorOf(set)));
        QCOMPARE(set->categories, (std::vector<std::string> { "dog", "cat" }));
        QCOMPARE(set->categoryIds, (std::vector<std::int64_t> { 3, 7 }));
        QCOMPARE(set->pictures.back().file, std::string("1.png"));
        const TruthBox& first = set->pictures.back().boxes.front();
        QVERIFY(first.isCrowd && first.area == 9 && first.category == 1 && first.box == (Box { 1, 2, 3.5, 4 }));
        QCOMPARE(set->pictures.back().boxes[1].area, 4.0);
        const auto source = openAnnotatedPictures(folder.root(), *set, small());
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->count(), std::int64_t { 1 });
        QCOMPARE((*source)->read(0, 1)->boxes.front().size(), std::size_t { 2 });
        QCOMPARE((*source)->read(0, 1)->placements.front().picture, (ImageSize { 19, 11 }));
        QVERIFY(notesOf(*source).find("2.png: is 19 x 11, but its annotation says 20 x 11") != std::string::npos);
        const auto wrong = [&](const QByteArray& from, const QByteArray& to) {
            QFile file(folder.path("boxes.json"));
            if (!file.open(QIODevice::ReadOnly))
                return QString("not opened");
            folder.text("wrong.json", file.readAll().replace(from, to));
            return errorOf(readCocoAnnotations(folder.root() / "wrong.json"));
        };
        QVERIFY(wrong("\"image_id\": 9", "\"image_id\": 4").contains("annotations[0]: image_id 4 is none of images"));
        QVERIFY(wrong("3.5, 4]", "3.5]").contains("annotations[0]: bbox is not"));
        QVERIFY(wrong("3.5, 4]", "-3.5, 4]").contains("a side below 0"));
        QVERIFY(wrong("\"id\": 3", "\"id\": 7").contains("categories[1]: id 7 is there twice"));
        QVERIFY(wrong("images\"", "pictures\"").contains("has no list \"images\""));
    }

    void vocFiles()
    {
        const DataFolder folder;
        const QByteArray good
            = "<annotation><filename>1.png</filename><size><width>19</width><height>11</height></size>"
              "<object><name>cat</name><bndbox><xmin>2</xmin><ymin>3</ymin><xmax>5</xmax><ymax>9</ymax>"
              "</bndbox><difficult>1</difficult><part><name>head</name><bndbox><xmin>4</xmin></bndbox>"
              "</part></object></annotation>";
        folder.text("1.xml", good);
        const auto set = readVocAnnotations(folder.root());
        QVERIFY2(set.has_value(), qPrintable(errorOf(set)));
        const TruthBox& truth = set->pictures.front().boxes.front();
        QVERIFY(truth.box == (Box { 1, 2, 3, 6 }) && truth.area == 28 && truth.isDifficult);
        QCOMPARE(set->categories, (std::vector<std::string> { "cat" }));
        QCOMPARE(set->pictures.front().size, (ImageSize { 19, 11 }));
        QCOMPARE(
            readVocAnnotations(folder.root(), { "dog", "cat" })->pictures[0].boxes[0].category, std::int64_t { 1 });
        QVERIFY(
            errorOf(readVocAnnotations(folder.root(), { "dog" })).contains("\"cat\" is none of the model's classes"));
        const auto wrong = [&](const QByteArray& text) {
            folder.text("1.xml", text);
            return errorOf(readVocAnnotations(folder.root()));
        };
        QVERIFY(wrong("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + good)
                    .contains("line 1: has a document"));
        QVERIFY(wrong(QByteArray(good).replace(">5<", ">1<")).contains("the box ends before it begins"));
        QVERIFY(wrong(QByteArray(good).replace(">3<", ">x<")).contains("<bndbox/ymin> is missing or no number"));
        QVERIFY(wrong(good.left(100)).contains("1.xml: line 1: "));
        QVERIFY(wrong("<html/>").contains("begins with <html>"));
        QVERIFY(wrong(QByteArray("<annotation>") + QByteArray("<a>").repeated(100)).contains("nested too deep"));
        QVERIFY(errorOf(readVocAnnotations(DataFolder().root())).contains("has no .xml files"));
    }

    void arraysOfTheDigits()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path file = shared / "models/digits-cnn/test.safetensors";
        const std::vector<SampleInput> inputs { { "input", { 1, 8, 8 } } };
        const auto source = openArrays(file, inputs, ArrayScale { 1.0 / 16 });
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->count(), std::int64_t { 360 });
        QVERIFY(notesOf(*source).find("Samples of [8, 8] were taken as [1, 8, 8]") != std::string::npos);
        const auto reference = SafetensorsFile::open(shared / "models/digits-cnn/reference.safetensors");
        const auto expected = reference->values<float>("input");
        QCOMPARE(valuesOf((*source)->read(0, 16)->inputs.front()), *expected);
        const auto labels = SafetensorsFile::open(file)->values<std::int64_t>("labels");
        QCOMPARE((*source)->read(100, 3)->classes,
            (std::vector<std::int64_t> { (*labels)[100], (*labels)[101], (*labels)[102] }));
        QVERIFY(errorOf(openArrays(file, inputs)).contains("tensor images: holds whole numbers (U8): say"));
        QVERIFY(errorOf(openArrays(file, { { "input", { 1, 8, 9 } } }, ArrayScale {}))
                    .contains("has samples of [8, 8], but"));
        QVERIFY(errorOf(openArrays(file, { { "a", { 64 } }, { "b", { 64 } } }))
                    .contains("has no tensor for the model's input a"));
    }

    void arraysWithTargets()
    {
        const DataFolder folder;
        const auto make = [&](std::int64_t labels) {
            auto writer = SafetensorsWriter::create(folder.root() / "a.safetensors",
                { { "left", DType::F32, { 2, 3 } }, { "labels", DType::F32, { labels, 2 } },
                    { "more", DType::F32, { 1 } } });
            const std::vector<float> left { 1, 2, 3, 4, 5, 6 };
            std::vector<float> targets(static_cast<std::size_t>(labels) * 2, 7);
            targets.back() = 8;
            return writer->write("left", std::as_bytes(std::span(left)))
                && writer->write("labels", std::as_bytes(std::span(targets)))
                && writer->write("more", std::as_bytes(std::span(left).first(1))) && writer->finish();
        };
        QVERIFY(make(2));
        const auto source = openArrays(folder.root() / "a.safetensors", { { "left", { -1 } } });
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->info().targetShape, (std::vector<std::int64_t> { 2 }));
        QCOMPARE(valuesOf((*source)->read(1, 1)->targets), (std::vector<float> { 7, 8 }));
        QCOMPARE(valuesOf((*source)->read(1, 1)->inputs[0]), (std::vector<float> { 4, 5, 6 }));
        QVERIFY(notesOf(*source).find("1 tensors are none of the model's inputs and were not read: more")
            != std::string::npos);
        QVERIFY(make(3));
        QVERIFY(errorOf(openArrays(folder.root() / "a.safetensors", { { "left", { -1 } } }))
                    .contains("has 3 samples, but"));
    }

    void windowsOfASeries()
    {
        const DataFolder folder;
        folder.text("s.csv", "time,a,b\n1,10,0\n2,11,1\n3,12,0\n4,13,1\n5,14,0\n6,15,1\n7,16,0\n8,17,1\n");
        SeriesOptions options;
        options.time = "time";
        options.window = 3;
        options.stride = 2;
        options.horizon = 2;
        options.targets = { "a" };
        const auto source = openSeries(folder.root() / "s.csv", options);
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->count(), std::int64_t { 2 });
        QCOMPARE((*source)->info().reach, std::int64_t { 2 });
        const auto batch = (*source)->read(1, 1);
        QCOMPARE(valuesOf(batch->inputs[0]), (std::vector<float> { 12, 0, 13, 1, 14, 0 }));
        QCOMPARE(valuesOf(batch->targets), (std::vector<float> { 15, 16 }));
        QVERIFY(notesOf(*source).find("The last 1 of 8 rows") != std::string::npos);
        options.isStandardized = true;
        QVERIFY(std::abs((*openSeries(folder.root() / "s.csv", options))->read(0, 1)->inputs[0](0, 0)
                    + 3.5 / std::sqrt(5.25))
            < 1e-6);
        const auto wrong = [&](const char* text) {
            folder.text("w.csv", text);
            return errorOf(openSeries(folder.root() / "w.csv", options));
        };
        QVERIFY(wrong("time,a,b\n1,2,3\n2,,4\n3,4,5\n4,5,6\n5,6,7\n").contains("line 3: column a: \"\" is no number"));
        QVERIFY(wrong("time,a,b\n1,2,3\n2,3\n3,4,5\n4,5,6\n5,6,7\n").contains("line 3: has 2 fields"));
        QVERIFY(wrong("time,a,b\n1,2,3\n2,3,4\n2,4,5\n4,5,6\n5,6,7\n")
                    .contains("line 4: column time: \"2\" does not come after"));
        QVERIFY(wrong("time,a,b\n1,2,3\n").contains("has 1 rows, fewer than one window of 3 and its horizon of 2"));
        QVERIFY(wrong("time,a,a\n1,2,3\n").contains("two columns are named \"a\""));
        QVERIFY(wrong("time,b\n1,3\n2,4\n3,5\n4,6\n5,7\n").contains("has no column \"a\"; it has time, b"));
    }

    void chunksOfRecordings()
    {
        const DataFolder folder;
        folder.text("a.wav", wave({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }));
        folder.text("b.wav", wave({ -32768, 32767 }));
        WaveOptions options;
        options.chunk = 4;
        options.context = 2;
        const auto source = openWaves({ folder.root() / "a.wav", folder.root() / "b.wav" }, options);
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->count(), std::int64_t { 4 });
        Matrix values = (*source)->read(0, 4)->inputs.front() * 32768;
        QCOMPARE(valuesOf(values),
            (std::vector<float> { 0, 0, 1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 7, 8, 9, 10, 0, 0, 0, 0, -32768, 32767, 0, 0 }));
        for (const std::int64_t sample : { 0, 1, 2, 3 })
            QCOMPARE((*source)->startsSequence(sample), sample == 0 || sample == 3);
        QVERIFY(notesOf(*source).find("of 2 recordings was filled with zeros") != std::string::npos);
        const auto wrong = [&](const QByteArray& bytes) {
            folder.text("w.wav", bytes);
            return errorOf(openWaves({ folder.root() / "w.wav" }, options));
        };
        QVERIFY(wrong(wave({ 1, 2 }, 2)).contains("w.wav: has coding 1 with 16 bits and 2 channels; PCM"));
        QVERIFY(wrong(wave({ 1, 2 }, 1, 24)).contains("24 bits"));
        QVERIFY(wrong(wave({ 1, 2 }, 1, 16, 8000)).contains("has 8000 samples a second, but the model takes 16000"));
        QVERIFY(wrong(wave({ 1, 2 }).chopped(1)).contains("is truncated: its part \"data\" has 3 bytes of 4"));
        QVERIFY(wrong(wave({ 1, 2 }).left(40)).contains("w.wav: "));
        QVERIFY(wrong("RIFX").contains("is no WAV file"));
        QVERIFY(wrong(wave({})).contains("has no samples"));
    }

    void aMinuteOfSpeech()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const auto source = openWaves({ shared / "models/silero-vad/test.wav" }, {});
        QVERIFY2(source.has_value(), qPrintable(errorOf(source)));
        QCOMPARE((*source)->count(), std::int64_t { 1875 });
        QVERIFY((*source)->info().notes.empty());
        const Matrix two = (*source)->read(900, 2)->inputs.front();
        QCOMPARE(two.cols(), 576);
        QVERIFY(two.row(1).head(64) == two.row(0).tail(64));
    }

    /// More samples and another order move none to the other side.
    void heldOutByWhatSamplesAre()
    {
        const auto numbers = [](int from, int count) {
            QByteArray text("v\n");
            for (int i = 0; i < count; ++i)
                text += QByteArray::number((from + i) * 7 % 1009) + "\n";
            return text;
        };
        const DataFolder folder;
        folder.text("a.csv", numbers(0, 400));
        folder.text("b.csv", numbers(100, 900));
        SeriesOptions options;
        options.window = 1;
        const auto sideOf = [&](const char* file) {
            const auto source = openSeries(folder.root() / file, options);
            const auto split = splitHeldOut(*source, 0.25, 3);
            std::set<float> held;
            const Matrix values = split->heldOut->read(0, split->heldOut->count())->inputs.front();
            held.insert(values.data(), values.data() + values.size());
            const Matrix learned = split->learned->read(0, split->learned->count())->inputs.front();
            for (std::int64_t i = 0; i < learned.rows(); ++i)
                if (held.contains(learned(i, 0)))
                    return std::set<float>();
            return held;
        };
        const std::set<float> first = sideOf("a.csv"), second = sideOf("b.csv");
        QVERIFY(first.size() > 70 && first.size() < 130);
        for (int i = 100; i < 400; ++i) {
            const auto value = static_cast<float>(i * 7 % 1009);
            QCOMPARE(first.contains(value), second.contains(value));
        }
        QVERIFY(errorOf(splitHeldOut(*openSeries(folder.root() / "a.csv", options), 1, 0)).contains("is no share"));
    }

    void heldOutWindowsShareNoRows()
    {
        const DataFolder folder;
        QByteArray text("v\n");
        for (int i = 0; i < 2000; ++i)
            text += QByteArray::number(i) + "\n";
        folder.text("s.csv", text);
        SeriesOptions options;
        options.window = 6;
        options.stride = 2;
        options.horizon = 3;
        const auto split = splitHeldOut(*openSeries(folder.root() / "s.csv", options), 0.3, 1);
        QVERIFY2(split.has_value(), qPrintable(errorOf(split)));
        QVERIFY(split->dropped > 0);
        std::set<int> learnedRows;
        const auto rowsOf = [&](const SampleSourcePtr& side, const auto& take) {
            const auto batch = side->read(0, side->count());
            for (std::int64_t i = 0; i < side->count(); ++i)
                for (int row = 0; row < 9; ++row)
                    take(static_cast<int>(batch->inputs[0](i, 0)) + row);
        };
        rowsOf(split->learned, [&](int row) { learnedRows.insert(row); });
        bool isApart = true;
        rowsOf(split->heldOut, [&](int row) { isApart = isApart && !learnedRows.contains(row); });
        QVERIFY(isApart);
        QVERIFY(split->heldOut->startsSequence(0));
    }
};

QTEST_APPLESS_MAIN(TestSampleSource)
#include "tst_sample_source.moc"
