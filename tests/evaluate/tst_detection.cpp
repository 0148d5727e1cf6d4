// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <limits>

#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/detection_metrics.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

Json fixture(const char* name)
{
    const fs::path file = fs::path(KERF_SOURCE_DIR) / "tests/data/detections" / name;
    return parseJson(readTextFile(file, 64 << 20).value(), name).value();
}

Box boxOf(const Json& json)
{
    return { json[0], json[1], json[2], json[3] };
}

struct Case {
    FoundBoxes found;
    TruthBoxes truths;
    std::int64_t categories;
};

Case caseOf(const Json& json)
{
    Case made { FoundBoxes(json["images"].get<std::size_t>()), TruthBoxes(json["images"].get<std::size_t>()),
        json["categories"] };
    for (const Json& truth : json["truths"])
        made.truths[truth["image_id"].get<std::size_t>() - 1].push_back({ boxOf(truth["bbox"]),
            truth["category_id"].get<std::int64_t>() - 1, truth["area"], truth["iscrowd"] == 1 });
    for (const Json& found : json["found"])
        made.found[found["image_id"].get<std::size_t>() - 1].push_back(
            { boxOf(found["bbox"]), found["score"], found["category_id"].get<std::int64_t>() - 1 });
    return made;
}

bool isNear(double found, double expected, double by = 1e-12)
{
    return std::abs(found - expected) <= by;
}

Matrix matrixOf(const Json& rows)
{
    Matrix matrix(static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size()));
    for (std::int64_t row = 0; row < matrix.rows(); ++row)
        for (std::int64_t column = 0; column < matrix.cols(); ++column)
            matrix(row, column) = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    return matrix;
}

} // namespace

/// Beside pycocotools (tests/data/detections/make.py), ONNX Runtime (faces.py) and by hand.
class TestDetection : public QObject {
    Q_OBJECT
private slots:
    void twelveNumbersAsPycocotools()
    {
        const Json cases = fixture("coco.json");
        QVERIFY(cases.size() > 30);
        for (const Json& json : cases) {
            const Case made = caseOf(json);
            const auto numbers = cocoNumbers(made.found, made.truths, made.categories);
            for (std::size_t i = 0; i < numbers.size(); ++i)
                QVERIFY2(isNear(numbers[i].value_or(-1), json["twelve"][i], 1e-6),
                    qPrintable(QString("%1: %2: %3, not %4")
                                   .arg(json["name"].get<std::string>().c_str(), cocoNumberNames()[i])
                                   .arg(numbers[i].value_or(-1))
                                   .arg(json["twelve"][i].get<double>())));
        }
    }

    void metricsHaveErrorsAndDraws()
    {
        const Case made = caseOf(fixture("coco.json").back());
        const auto metrics = cocoMetrics(made.found, made.truths, made.categories, "agreement_");
        const auto numbers = cocoNumbers(made.found, made.truths, made.categories);
        QCOMPARE(metrics.size(), kCocoNumbers);
        QCOMPARE(metrics[1].name, std::string("agreement_ap50"));
        for (std::size_t i = 0; i < metrics.size(); ++i) {
            QCOMPARE(metrics[i].value, *numbers[i]);
            QVERIFY(metrics[i].standardError > 0 && metrics[i].standardError < 0.5);
            QCOMPARE(metrics[i].draws.size(), made.found.size());
            QVERIFY(isNear(sampleMean(metrics[i].draws).value, metrics[i].value));
        }
        QVERIFY(cocoMetrics(FoundBoxes(2), TruthBoxes(2), 3).empty());
    }

    /// Sets of pictures drawn from a few: their errors are as large as their values differ, also when groups are left
    /// out.
    void errorsAreHowMuchSetsDiffer_data()
    {
        QTest::addColumn<int>("pictures");
        QTest::addColumn<int>("draws");
        QTest::newRow("one at a time") << 60 << 60;
        QTest::newRow("groups") << 500 << 200;
    }
    void errorsAreHowMuchSetsDiffer()
    {
        QFETCH(int, pictures);
        QFETCH(int, draws);
        const Case made = caseOf(fixture("coco.json").back());
        std::vector<double> values, errors;
        for (std::uint64_t set = 0; set < 80; ++set) {
            CounterRng random(5, set);
            Case many { {}, {}, made.categories };
            for (int i = 0; i < pictures; ++i) {
                const std::size_t drawn = random.below(made.found.size());
                many.found.push_back(made.found[drawn]);
                many.truths.push_back(made.truths[drawn]);
            }
            const LabelMetric metric = *vocMetric(many.found, many.truths, many.categories, VocYear::Voc2010);
            QCOMPARE(metric.draws.size(), static_cast<std::size_t>(draws));
            values.push_back(metric.value);
            errors.push_back(metric.standardError);
        }
        const double spread = standardErrorAround(sampleMean(values).value, values) * std::sqrt(80.0);
        const double ratio = sampleMean(errors).value / spread;
        QVERIFY2(std::abs(ratio - 1) < 0.25, qPrintable(QString::number(ratio))); // 80 values know it to 8 %
    }

    void truthsOfTheOriginal()
    {
        const FoundBoxes original { { { { 0, 0, 4, 5 }, 0.6, 1 }, { { 9, 9, 4, 5 }, 0.4, 0 } } };
        const TruthBoxes truths = truthsFrom(original, 0.5);
        QCOMPARE(truths[0].size(), std::size_t { 1 });
        QVERIFY(truths[0][0].area == 20 && truths[0][0].category == 1);
        QCOMPARE(*cocoNumbers(original, truths, 2)[0], 1.0);
    }

    /// Two truths that count and a difficult one. By score: right (1/1 at recall 1/2), again the same: wrong (1/2), on
    /// the difficult one: nothing, wrong (1/3), right (2/4 at recall 1).
    void vocByHand()
    {
        const TruthBoxes truths { { { { 0, 0, 9, 9 }, 0, 100 }, { { 50, 0, 9, 9 }, 0, 100, false, true } },
            { { { 0, 0, 9, 9 }, 0, 100 } } };
        const FoundBoxes found { { { { 0, 0, 9, 9 }, 0.9, 0 }, { { 1, 0, 9, 9 }, 0.8, 0 },
                                     { { 50, 0, 9, 9 }, 0.7, 0 } },
            { { { 90, 0, 9, 9 }, 0.6, 0 }, { { 0, 1, 9, 9 }, 0.5, 0 } } };
        QVERIFY(isNear(*vocAp(found, truths, 2, VocYear::Voc2010), 0.5 * 1 + 0.5 * 0.5));
        QVERIFY(isNear(*vocAp(found, truths, 2, VocYear::Voc2007), (6 * 1 + 5 * 0.5) / 11));
        QVERIFY(!vocAp(found, TruthBoxes(2), 2, VocYear::Voc2010));
        const auto metric = vocMetric(found, truths, 2, VocYear::Voc2010);
        QVERIFY(metric->name == "voc2010_ap" && isNear(metric->value, 0.75) && metric->draws.size() == 2);
    }

    /// Boxes hold their last pixel: 10 x 10 and 10 x 10 moved by a third overlap by 70 / 130 > .5; of 9 x 9 it were 54
    /// / 108.
    void vocBoxesHoldTheirLastPixel()
    {
        const TruthBoxes truths { { { { 0, 0, 8, 9 }, 0, 90 } } };
        QCOMPARE(*vocAp({ { { { 3, 0, 8, 9 }, 1, 0 } } }, truths, 1, VocYear::Voc2010), 1.0); // 60 / 120: at least .5
        QCOMPARE(*vocAp({ { { { 3.01, 0, 8, 9 }, 1, 0 } } }, truths, 1, VocYear::Voc2010), 0.0);
    }

    void overlaps()
    {
        QVERIFY(isNear(overlapOf({ 0, 0, 2, 2 }, { 1, 1, 2, 2 }), 1.0 / 7));
        QCOMPARE(overlapOf({ 0, 0, 2, 2 }, { 2, 0, 2, 2 }), 0.0);
        QCOMPARE(overlapOf({ 0, 0, 0, 0 }, { 0, 0, 0, 0 }), 0.0);
    }

    void boxesAreDecodedAndSuppressedInEachClass()
    {
        Matrix boxes(5, 4), scores(5, 3);
        boxes << 0.1F, 0.1F, 0.5F, 0.5F, /**/ 0.1F, 0.1F, 0.5F, 0.52F, /**/ 0.6F, 0.6F, 1.2F, 0.9F, //
            0.1F, 0.1F, 0.5F, 0.5F, /**/ 0, 0, 1, 1;
        scores << 0.1F, 0.8F, 0, /**/ 0.1F, 0.9F, 0, /**/ 0, 0.6F, 0, /**/ 0, 0, 0.7F, /**/ 0.9F, 0.5F, NAN;
        BoxDecoding decoding;
        decoding.background = 0;
        PicturePlacement place;
        place.scaleX = 0.5;
        place.scaleY = 0.5;
        place.offsetX = 10;
        place.picture = { 180, 200 };
        const auto found = decodeBoxes(boxes, scores, decoding, { 100, 100 }, place);
        QVERIFY(found.has_value());
        QCOMPARE(found->size(), std::size_t { 3 });
        QVERIFY(isNear((*found)[0].score, 0.9, 1e-6) && (*found)[0].category == 0);
        QVERIFY(isNear((*found)[0].box.x, 0, 1e-4) && isNear((*found)[0].box.y, 20, 1e-4));
        QVERIFY(isNear((*found)[0].box.width, 80, 1e-4) && isNear((*found)[0].box.height, 84, 1e-4));
        QCOMPARE((*found)[1].category, std::int64_t { 1 });
        QVERIFY(isNear((*found)[2].box.x, 100, 1e-4) && isNear((*found)[2].box.width, 80, 1e-4)); // cut at the border
        decoding.most = 1;
        QCOMPARE(decodeBoxes(boxes, scores, decoding, { 100, 100 }, place)->size(), std::size_t { 1 });
        QVERIFY(!decodeBoxes(boxes, scores.topRows(4), decoding, { 100, 100 }, place));
        boxes(1, 2) = std::numeric_limits<float>::infinity();
        QVERIFY(decodeBoxes(boxes, scores, decoding, { 100, 100 }, place).error().code == ErrorCode::Numerical);
    }

    void formsOfBoxes()
    {
        Matrix boxes(1, 4), scores(1, 1);
        boxes << 20, 30, 8, 10;
        scores << 1;
        PicturePlacement place;
        place.picture = { 100, 100 };
        BoxDecoding decoding;
        decoding.isNormalized = false;
        decoding.form = BoxDecoding::Form::Centered;
        QVERIFY(decodeBoxes(boxes, scores, decoding, { 100, 100 }, place)->front().box == (Box { 16, 25, 8, 10 }));
        decoding.form = BoxDecoding::Form::CornerAndSize;
        QVERIFY(decodeBoxes(boxes, scores, decoding, { 100, 100 }, place)->front().box == (Box { 20, 30, 8, 10 }));
    }

    /// What ONNX Runtime gives of the face detector on its four photographs, candidates above .3.
    void facesOfFourPhotographs()
    {
        const Json faces = fixture("faces.json");
        BoxDecoding decoding;
        decoding.leastScore = 0.7;
        decoding.mostOverlap = 0.3;
        decoding.most = 1000;
        decoding.background = 0;
        const std::vector<std::size_t> expected { 44, 19, 25, 5 };
        QCOMPARE(faces.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            PicturePlacement place;
            place.picture = { faces[i]["width"], faces[i]["height"] };
            place.scaleX = 320.0 / static_cast<double>(place.picture.width);
            place.scaleY = 240.0 / static_cast<double>(place.picture.height);
            const auto found
                = decodeBoxes(matrixOf(faces[i]["boxes"]), matrixOf(faces[i]["scores"]), decoding, { 320, 240 }, place);
            QVERIFY(found.has_value());
            QCOMPARE(found->size(), expected[i]);
        }
    }
};

QTEST_APPLESS_MAIN(TestDetection)
#include "tst_detection.moc"
