// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/model/model.h"
#include "core/task/output_part.h"
#include "core/task/task.h"
#include "tests/support/onnx_build.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

Matrix rowOf(const std::vector<float>& values)
{
    return Eigen::Map<const Matrix>(values.data(), 1, static_cast<Eigen::Index>(values.size()));
}

double sumOf(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum;
}

/// Σ p log(p / q)
double klOf(const std::vector<double>& p, const std::vector<double>& q)
{
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
        sum += p[i] * std::log(p[i] / q[i]);
    return sum;
}

} // namespace

/// What outputs are taken for, and how far two networks' are apart. Expected numbers are computed here in double from
/// the formulas of core/task/output_part.h.
class TestOutputTask : public QObject {
    Q_OBJECT
private slots:
    void guessesOfRealNetworks_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("task");
        QTest::addColumn<QStringList>("outputs");
        QTest::newRow("classes") << "digits-cnn/model.onnx"
                                 << "classification" << QStringList { "logits of classes" };
        QTest::newRow("recurrent") << "digits-lstm/model.onnx"
                                   << "classification" << QStringList { "logits of classes" };
        QTest::newRow("boxes") << "face-detector-rfb320/version-RFB-320.onnx"
                               << "object detection"
                               << QStringList { "probabilities of classes",
                                      "boxes by their corners, class 0 of their scores meaning nothing" };
        QTest::newRow("anchors") << "face-detector-rfb320/version-RFB-320_simplified.onnx"
                                 << "object detection"
                                 << QStringList { "probabilities of classes",
                                        "differences of boxes from anchors, class 0 of their scores meaning nothing" };
        QTest::newRow("state") << "silero-vad/silero_vad_16k_op15.onnx"
                               << "binary classification"
                               << QStringList { "chances, each of something of its own",
                                      "the state that goes into state at the next step" };
    }

    void guessesOfRealNetworks()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(QString, task);
        QFETCH(QStringList, outputs);
        const fs::path source = data / "models" / file.toStdString();
        fs::copy_file(source, at("network.onnx"), fs::copy_options::overwrite_existing);
        write(R"({"sizes": {"sequence": 576}})", file.startsWith("silero"));
        const Model model = openModel(at("network.onnx")).value();
        for (qsizetype i = 0; i < outputs.size(); ++i)
            QCOMPARE(QString::fromStdString(meaningText(model.network->info().outputs[static_cast<std::size_t>(i)])),
                outputs[i]);
        QCOMPARE(QString::fromStdString(taskOf(*model.network).value()->name()), task);
        // What is not plain is told.
        const auto told = std::ranges::count(model.notes, NoteKind::Outputs, &Note::kind);
        QCOMPARE(told, file.startsWith("digits") ? 0 : 1);
    }

    /// Probabilities are the classes of the last axis behind a move, of their own axis where nothing moves them.
    void classesLieAlongTheirAxis()
    {
        softmaxOf({ 1, 3, 2 }, 1).output("p").save(at("network.onnx"));
        write("", false);
        const Model first = openModel(at("network.onnx")).value();
        QCOMPARE(first.network->info().outputs[0].kind, OutputMeaning::Kind::Probabilities);
        QCOMPARE(first.network->info().outputs[0].axis, std::int64_t { -2 });
        QCOMPARE(taskOf(*first.network).value()->name(), std::string("dense classification"));
        softmaxOf({ 1, 3, 2 }, 1)
            .node("Transpose", { "p" }, { "turned" }, { { "perm", std::vector<std::int64_t> { 0, 2, 1 } } })
            .output("turned")
            .save(at("network.onnx"));
        const Model second = openModel(at("network.onnx")).value();
        QCOMPARE(second.network->info().outputs[0].kind, OutputMeaning::Kind::Probabilities);
        QCOMPARE(second.network->info().outputs[0].axis, std::int64_t { -1 });
    }

    void whatTheFileSaysGoes()
    {
        twoOutputs();
        write("", false);
        QCOMPARE(taskOf(*openModel(at("network.onnx"))->network).value()->name(), std::string("several outputs"));
        write(R"({"outputs": {"a": "probabilities", "b": "ignored"}})");
        const Model model = openModel(at("network.onnx")).value();
        QCOMPARE(taskOf(*model.network).value()->name(), std::string("classification"));
        QCOMPARE(std::ranges::count(model.notes, NoteKind::Outputs, &Note::kind), 0);
        write(R"({"outputs": {"a": "ignored", "b": "ignored"}})");
        QVERIFY(taskOf(*openModel(at("network.onnx"))->network).error().message.find("None of the network's outputs")
            != std::string::npos);
    }

    void badSettingsAreRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("error");
        const char* whole = "with the keys \"sizes\" and \"outputs\" is expected";
        QTest::newRow("other key") << R"({"output": {}})" << whole;
        QTest::newRow("no object") << R"({"outputs": "a"})" << whole;
        QTest::newRow("list") << "[]" << whole;
        QTest::newRow("unknown output") << R"({"outputs": {"c": "logits"}})"
                                        << "has no output c.";
        QTest::newRow("unknown word") << R"({"outputs": {"a": "classes"}})"
                                      << "output a: what it is has to be one of";
        QTest::newRow("no word") << R"({"outputs": {"a": 3}})"
                                 << "output a: what it is has to be one of";
        QTest::newRow("axis") << R"({"outputs": {"a": {"is": "logits", "axis": 2}}})"
                              << "output a: axis 2 is none of its 2.";
        QTest::newRow("axis of numbers") << R"({"outputs": {"a": {"is": "values", "axis": 1}}})"
                                         << "output a: \"axis\" says nothing of values.";
        QTest::newRow("boxes") << R"({"outputs": {"a": "boxes"}})"
                               << "output a: it has the shape [1, 3]; boxes are";
        QTest::newRow("form") << R"({"outputs": {"b": {"is": "boxes", "form": "round"}}})"
                              << "output b: \"form\" cannot be \"round\".";
        QTest::newRow("score") << R"({"outputs": {"b": {"is": "boxes", "least_score": 1.5}}})"
                               << "output b: \"least_score\" cannot be 1.5.";
        QTest::newRow("state") << R"({"outputs": {"a": {"is": "state", "input": "y"}}})"
                               << "output a: it cannot go on as the input \"y\"";
    }

    void badSettingsAreRefused()
    {
        QFETCH(QString, text);
        QFETCH(QString, error);
        twoOutputs();
        write(text.toStdString());
        const auto model = openModel(at("network.onnx"));
        QVERIFY(!model.has_value());
        const QString message = QString::fromStdString(model.error().message);
        QVERIFY2(message.contains(error) && message.contains("network.onnx.kerf.json"), qPrintable(message));
    }

    /// Boxes without anything that tells their classes.
    void boxesNeedScores()
    {
        twoOutputs();
        write(R"({"outputs": {"a": "values", "b": "boxes"}})");
        const auto task = taskOf(*openModel(at("network.onnx"))->network);
        QVERIFY(!task.has_value());
        QVERIFY2(QString::fromStdString(task.error().message).contains("Output b tells 1 boxes, but no output tells"),
            task.error().message.c_str());
    }

    void distributions()
    {
        const std::vector<double> p { .7, .2, .1 }, q { .5, .25, .25 };
        OutputMeaning meaning { OutputMeaning::Kind::Probabilities };
        const OutputPartPtr probabilities = distributionPart({ 0, { 1, 3 } }, meaning);
        const Matrix right = probabilities->results({ rowOf({ .7f, .2f, .1f }) });
        const Matrix found = probabilities->results({ rowOf({ .5f, .25f, .25f }) });
        QCOMPARE_LE(std::abs(probabilities->divergence(right, found)[0] - klOf(p, q)), 1e-7);
        meaning.kind = OutputMeaning::Kind::Logits;
        const OutputPartPtr logits = distributionPart({ 0, { 1, 3 } }, meaning);
        const auto shifted = [&](const std::vector<double>& of, double by) {
            std::vector<float> values;
            for (const double each : of)
                values.push_back(static_cast<float>(std::log(each) + by));
            return logits->results({ rowOf(values) });
        };
        QCOMPARE_LE(std::abs(logits->divergence(shifted(p, 5), shifted(q, -2))[0] - klOf(p, q)), 1e-6);
        // A probability that became 0 is far away, not infinitely far.
        const Matrix none = probabilities->results({ rowOf({ .5f, .5f, 0 }) });
        const double far = probabilities->divergence(right, none)[0];
        QVERIFY(std::isfinite(far) && far > 5);
    }

    /// Classes along the middle one of three axes: a row for each place, in the order of the others.
    void rowsOfAnotherAxis()
    {
        const OutputPartPtr part = distributionPart({ 1, { 1, 2, 3 } }, { OutputMeaning::Kind::Logits, -2 });
        const Matrix rows = part->results({ Matrix(), rowOf({ 1, 2, 3, 4, 5, 6 }) });
        QCOMPARE(rows.rows(), 3);
        QCOMPARE(part->rows(), std::int64_t { 3 });
        QVERIFY(rows.row(0) == rowOf({ 1, 4 }) && rows.row(2) == rowOf({ 3, 6 }));
    }

    void chancesAreCoins()
    {
        const OutputPartPtr part = distributionPart({ 0, { 1, 2 } }, { OutputMeaning::Kind::Chances });
        const Matrix right = part->results({ rowOf({ .9f, .5f }) }), found = part->results({ rowOf({ .6f, .5f }) });
        const std::vector<double> divergence = part->divergence(right, found);
        QCOMPARE(divergence.size(), std::size_t { 2 });
        QCOMPARE_LE(std::abs(divergence[0] - klOf({ .9, .1 }, { .6, .4 })), 1e-7);
        QCOMPARE_LE(divergence[1], 1e-12);
        QVERIFY(right(0, 1) > right(0, 0)); // yes at more than a half
        const Matrix sure = part->results({ rowOf({ 1, 0 }) });
        QVERIFY(sure.allFinite());
        QVERIFY(std::isfinite(sumOf(part->divergence(sure, found))));
    }

    void numbersAndVectors()
    {
        const Matrix a = rowOf({ 3, 4, 0 }), b = rowOf({ 3, 4, 5 });
        QCOMPARE(valuesPart({ 0, { 1, 3 } }, false)->divergence(a, b)[0], 25.0 / 3);
        QCOMPARE(valuesPart({ 0, { 1, 3 } }, true)->divergence(a, b)[0], 1.0);
        QCOMPARE(valuesPart({ 0, { 1, 3 } }, true)->divergence(rowOf({ 0, 0, 0 }), rowOf({ 0, 0, 0 }))[0], 0.0);
        const OutputPartPtr vectors = vectorsPart({ 0, { 1, 3 } }, { OutputMeaning::Kind::Vectors });
        QCOMPARE_LE(std::abs(vectors->divergence(a, b)[0] - (1 - 5 / std::sqrt(50.0))), 1e-7);
    }

    /// Two candidates of a face detector: the first surely a face, the second surely none, whose box costs nothing.
    void detectorsByHand()
    {
        BoxDecoding decoding;
        decoding.background = 0;
        const OutputPartPtr part
            = detectionPart({ 0, { 1, 2, 2 } }, { OutputMeaning::Kind::Probabilities }, { 1, { 1, 2, 4 } }, decoding);
        const Matrix boxes = rowOf({ .1f, .2f, .3f, .6f, 0, 0, .5f, .5f });
        const Matrix moved = rowOf({ .12f, .2f, .34f, .6f, 0, 0, 1, 1 }); // middle .2 -> .23, width .2 -> .22
        const Matrix right = part->results({ rowOf({ .2f, .8f, 1, 0 }), boxes });
        const Matrix found = part->results({ rowOf({ .4f, .6f, 1, 0 }), moved });
        const double offset = std::pow(.03 / .2 / .1, 2) + std::pow(std::log(.22 / .2) / .2, 2);
        QCOMPARE_LE(
            std::abs(part->divergence(right, found)[0] - (klOf({ .2, .8 }, { .4, .6 }) + .8 * offset / 2)), 1e-5);
        QCOMPARE(part->divergence(right, right)[0], 0.0);
        const BoxResults* results = part->boxResults();
        QVERIFY(results);
        QVERIFY(results->boxes(right) == boxes.reshaped<Eigen::RowMajor>(2, 4));
        QCOMPARE_LE(std::abs(results->scores(right)(0, 1) - .8f), 1e-6f);
    }

    /// The same boxes in two other forms are as far apart.
    void formsOfBoxesAgree()
    {
        const auto distance = [](BoxDecoding::Form form, const Matrix& from, const Matrix& to) {
            BoxDecoding decoding;
            decoding.form = form;
            const OutputPartPtr part
                = detectionPart({ 0, { 1, 1, 1 } }, { OutputMeaning::Kind::Chances }, { 1, { 1, 1, 4 } }, decoding);
            const Matrix sure = rowOf({ 1 });
            return part->divergence(part->results({ sure, from }), part->results({ sure, to }))[0];
        };
        using Form = BoxDecoding::Form;
        const double corners = distance(Form::Corners, rowOf({ 10, 20, 30, 60 }), rowOf({ 12, 21, 34, 66 }));
        QVERIFY(corners > 0);
        QCOMPARE_LE(
            std::abs(distance(Form::Centered, rowOf({ 20, 40, 20, 40 }), rowOf({ 23, 43.5, 22, 45 })) - corners), 1e-5);
        QCOMPARE_LE(
            std::abs(distance(Form::CornerAndSize, rowOf({ 10, 20, 20, 40 }), rowOf({ 12, 21, 22, 45 })) - corners),
            1e-5);
        QCOMPARE_LE(std::abs(distance(Form::Offsets, rowOf({ 0, 0, 0, 0 }), rowOf({ 1, 2, 0, 2 })) - 4.5), 1e-5);
        // What has no size is no box; what shrinks to nothing is far away, not infinitely far.
        QCOMPARE(distance(Form::Corners, rowOf({ 5, 5, 5, 5 }), rowOf({ 1, 2, 3, 4 })), 0.0);
        QVERIFY(std::isfinite(distance(Form::Corners, rowOf({ 1, 1, 3, 3 }), rowOf({ 3, 3, 1, 1 }))));
    }

private:
    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    void write(const std::string& settings, bool is = true) const
    {
        fs::remove(at("network.onnx.kerf.json"));
        if (is)
            QVERIFY(writeFileAtomically(at("network.onnx.kerf.json"), std::string_view(settings)).has_value());
    }
    static OnnxBuild softmaxOf(const OnnxBuild::Dims& dims, std::int64_t axis)
    {
        OnnxBuild build;
        build.input("x", dims).random("w", { dims.back(), dims.back() });
        build.node("MatMul", { "x", "w" }, { "y" }).node("Softmax", { "y" }, { "p" }, { { "axis", axis } });
        return build;
    }
    /// a [1, 3] and b [1, 4], both linear.
    void twoOutputs() const
    {
        OnnxBuild build;
        build.input("x", { 1, 5 }).random("w", { 5, 3 }).random("v", { 5, 4 });
        build.node("MatMul", { "x", "w" }, { "a" }).node("MatMul", { "x", "v" }, { "b" }).output("a").output("b");
        build.save(at("network.onnx"));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestOutputTask)
#include "tst_output_task.moc"
