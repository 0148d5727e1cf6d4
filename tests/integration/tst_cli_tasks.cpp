// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/jobs/project.h"
#include "tests/support/kerf_cli_words.h"
#include "tests/support/onnx_build.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

/// Networks whose results are no classes: a detector, and one that goes on from sample to sample.
class TestCliTasks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path faces = data / "models/face-detector-rfb320", voices = data / "models/silero-vad";
        fs::create_directory(at("photographs"));
        for (const char* name : { "img1.jpg", "img10.jpg", "img11.jpg", "img12.jpg" })
            fs::copy_file(faces / name, fs::path(at("photographs")) / name);
        fs::copy_file(faces / "version-RFB-320.onnx", at("faces.onnx"));
        fs::copy_file(voices / "silero_vad_16k_op15.onnx", at("voices.onnx"));
        write("photographs/preprocess.json",
            R"({"resize": {"mode": "exact", "size": [240, 320]}, "scale": 1, "mean": [127, 127, 127],
                "std": [128, 128, 128]})");
        write("faces.onnx.kerf.json",
            R"({"outputs": {"boxes": {"is": "boxes", "least_score": 0.7, "most_overlap": 0.3}}})");
        write("voices.onnx.kerf.json", R"({"sizes": {"sequence": 576}})");
        write("recording.json", R"({"rate": 16000, "chunk": 512, "context": 64})");
        fs::copy_file(voices / "test.wav", at("test.wav"));
    }

    void outputsAreTold()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json json = runKerf({ "inspect", at("faces.onnx") });
        QCOMPARE(json.at("task").get<std::string>(), std::string("object detection"));
        QCOMPARE(json.at("outputs").at(0).at("is").get<std::string>(), std::string("probabilities"));
        QCOMPARE(json.at("outputs").at(1).at("is").get<std::string>(), std::string("boxes"));
    }

    /// A network against itself agrees in everything, and finds what onnxruntime's outputs decode to (networks.md
    /// section 7: 44, 19, 25 and 5 faces).
    void facesAreFound()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json json = runKerf({ "evaluate", at("faces.onnx"), "--reference", at("faces.onnx"), "--text",
            at("photographs"), "--samples", "0" });
        QCOMPARE(json.at("kld_mean").get<double>(), 0.0);
        QCOMPARE(json.at("unit").get<std::string>(), std::string("nats/picture"));
        QCOMPARE(json.at("agreement_ap").get<double>(), 1.0);
        QCOMPARE(json.at("box_score_error").get<double>(), 0.0);
        QVERIFY(!json.contains("ap"));
        const std::string remark = json.at("remark").get<std::string>();
        int found = 0, original = 0;
        QCOMPARE(std::sscanf(remark.c_str(), "%d boxes found, the original %d", &found, &original), 2);
        QCOMPARE(found, original);
        QVERIFY2(std::abs(found - (44 + 19 + 25 + 5)) <= 4, remark.c_str());
    }

    /// Arrays have no picture around them: boxes lie in what the network sees.
    void arraysAreTheirOwnPictures()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto project = openProject(at("faces.onnx"), {});
        DataChoice choice;
        choice.files = { at("photographs") };
        choice.samples = 0;
        const Dataset pictures = loadData(**project, choice, {}).value();
        writeArray(
            "faces.safetensors", "input", { 4, 3, 240, 320 }, pictures.reader->read(pictures.windows).value()[0]);
        const Json json = runKerf({ "evaluate", at("faces.onnx"), "--reference", at("faces.onnx"), "--text",
            at("faces.safetensors"), "--samples", "0" });
        QCOMPARE(json.at("agreement_ap").get<double>(), 1.0);
        QCOMPARE(json.at("remark").get<std::string>(), std::string("93 boxes found, the original 93"));
    }

    /// The error of an LSTM's state over ten digits in a row, 80 steps, weights in bytes: onnxruntime's dynamic LSTM
    /// has .18 at step 80 by channel and .35 by tensor (networks.md section 7), and .20 is allowed.
    void recurrentLayersAreFollowed()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path digits = data / "models/digits-lstm";
        OnnxBuild build;
        build.model() = loadOnnx(digits / "model.onnx");
        build.model()
            .mutable_graph()
            ->mutable_input(0)
            ->mutable_type()
            ->mutable_tensor_type()
            ->mutable_shape()
            ->mutable_dim(1)
            ->set_dim_value(80);
        build.save(at("rows.onnx"));
        const SafetensorsFile test = SafetensorsFile::open(digits / "test.safetensors").value();
        const auto pixels = test.values<std::uint8_t>("images").value();
        Matrix rows(32, 640); // ten digits a sequence
        for (Eigen::Index i = 0; i < rows.size(); ++i)
            rows.data()[i] = static_cast<float>(pixels[static_cast<std::size_t>(i)]) / 16.0f;
        writeArray("rows.safetensors", "input", { 32, 80, 8 }, rows);
        const Json found = quantized("rows.onnx", "int8-channel", "rows.safetensors", "rows.safetensors");
        const Json& errors = found.at("state_errors").at(0);
        QCOMPARE(errors.at("steps").size(), std::size_t { 79 }); // the state behind the last step is seen by none
        const auto relative = errors.at("relative").get<std::vector<double>>();
        qInfo("error of h at step 8 %.4f, at 79 %.4f", relative[7], relative.back());
        QVERIFY(relative.back() > 0 && relative.back() < .20);
        QVERIFY(found.at("remark").get<std::string>().find("at step 79") != std::string::npos);
        const Json look = runKerf({ "look", std::to_string(found.at("run").get<int>()), "--text",
            at("rows.safetensors"), "-w", at("w.kerf") });
        QVERIFY(look.at("state_errors").at(0) == errors);
    }

    /// Bytes lose little, four bits more; what the profile foretells is the loss that is measured.
    void detectorsAreQuantized()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json profile = runKerf({ "profile", at("faces.onnx"), "--calibration", at("photographs"), "--samples",
            "2", "--formats", "int8-channel,int4-channel", "-w", at("w.kerf") });
        QVERIFY(profile.at("layers").size() > 40);
        const Json eight = quantized("faces.onnx", "int8-channel", "photographs", "photographs");
        const Json four = quantized("faces.onnx", "int4-channel", "photographs", "photographs");
        QVERIFY(eight.at("agreement_ap50").get<double>() > .95);
        QVERIFY(eight.at("kld_mean").get<double>() < four.at("kld_mean").get<double>() / 10);
        QVERIFY(eight.at("box_score_error").get<double>() < four.at("box_score_error").get<double>());
        QVERIFY(eight.at("agreement_ap").get<double>() > four.at("agreement_ap").get<double>());
    }

    /// Every box of the original is found again or lost, and the counts are those of evaluate.
    void whatChangedIsLookedAt()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json look = runKerf({ "look", "2", "--text", at("photographs"), "-w", at("w.kerf") });
        const Json told
            = runKerf({ "evaluate", "2", "--text", at("photographs"), "--samples", "0", "-w", at("w.kerf") });
        QCOMPARE(look.at("samples").size(), std::size_t { 4 });
        int original = 0, found = 0;
        double divergence = 0;
        for (const Json& sample : look.at("samples")) {
            QVERIFY(fs::exists(sample.at("file").get<std::string>()));
            divergence += sample.at("divergence").get<double>() / 4;
            bool isChanged = false;
            for (const Json& box : sample.at("boxes")) {
                isChanged = isChanged || box.at("original").is_null() || box.at("run").is_null();
                original += box.at("original").is_null() ? 0 : 1;
                found += box.at("run").is_null() ? 0 : 1;
            }
            QCOMPARE(sample.at("changed").get<bool>(), isChanged);
        }
        QCOMPARE(told.at("remark").get<std::string>(),
            std::to_string(found) + " boxes found, the original " + std::to_string(original));
        QVERIFY(std::abs(told.at("kld_mean").get<double>() - divergence) < 1e-9);
        VERIFY_REFUSED((Words { "look", "2", "--text", at("none"), "-w", at("w.kerf") }), "none");
    }

    /// With what people wrote into COCO's file the original's own score stands beside the run's.
    void annotatedPicturesHaveTheirOwnScore()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        fs::copy(at("photographs"), at("annotated"));
        write("annotated/annotations.json",
            R"({"images": [{"id": 1, "file_name": "img1.jpg", "width": 720, "height": 478}],
                "categories": [{"id": 1, "name": "face"}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [300, 100, 40, 50], "area": 2000,
                                 "iscrowd": 0}]})");
        const Json json = runKerf({ "evaluate", at("faces.onnx"), "--reference", at("faces.onnx"), "--text",
            at("annotated"), "--samples", "0" });
        QCOMPARE(json.at("windows").get<int>(), 1);
        QVERIFY(json.contains("ap") && json.contains("ap50"));
        QCOMPARE(json.at("ap_original").get<double>(), json.at("ap").get<double>());
    }

    /// Chances and states along a recording are those of onnxruntime (tests/data/onnx/recording.py).
    void recordingsGoOn()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json expected
            = Json::parse(readTextFile(KERF_SOURCE_DIR "/tests/data/onnx/recording.json", 1 << 20).value());
        const auto project = openProject(at("voices.onnx"), {});
        QVERIFY2(project.has_value(), project ? "" : project.error().message.c_str());
        DataChoice choice;
        choice.files = { at("test.wav") };
        choice.samples = 0;
        const Dataset all = loadData(**project, choice, {}).value();
        QCOMPARE(all.windows.size(), expected.at("count").get<std::size_t>());
        for (const Json& step : expected.at("steps")) {
            const auto at = step.at("step").get<std::size_t>();
            const std::vector<Matrix> inputs = all.reader->read(std::span(all.windows).subspan(at, 1)).value();
            const auto state = step.at("state").get<std::vector<float>>();
            for (std::size_t i = 0; i < state.size(); ++i)
                QVERIFY(std::abs(inputs[1](0, static_cast<Eigen::Index>(i) * 37) - state[i]) < 1e-4f);
        }
        choice.samples = 100;
        const Dataset some = loadData(**project, choice, {}).value();
        QCOMPARE(some.windows.size(), std::size_t { 100 });
        // A sample is the same one however many are taken.
        QVERIFY(std::ranges::all_of(some.windows,
            [&](const auto& window) { return std::ranges::find(all.windows, window) != all.windows.end(); }));
    }

    void voicesAreQuantized()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Json eight = quantized("voices.onnx", "int8-channel", "test.wav", "test.wav");
        qInfo("agreement %.4f, chance error %.5f", eight.at("same_top1").get<double>(),
            eight.at("chance_error").get<double>());
        QVERIFY(eight.at("same_top1").get<double>() > .995); // networks.md section 8, item 21
        QVERIFY(eight.at("chance_error").get<double>() < .003);
        const Json& states = eight.at("state_errors").at(0);
        QCOMPARE(states.at("steps").size(), std::size_t { 1875 });
        QCOMPARE(states.at("relative").back().get<double>(), eight.at("state_error").get<double>());
        QVERIFY(eight.at("remark").get<std::string>().starts_with("error of the states: "));
        QVERIFY(eight.at("protocol").get<std::string>().find("1875 in a row") != std::string::npos);
    }

    /// A network that is given its inputs in another way says which one it lacks.
    void whatCannotBeHeardIsSaid()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        VERIFY_REFUSED(
            (Words { "evaluate", at("faces.onnx"), "--reference", at("faces.onnx"), "--text", at("test.wav") }),
            "recording.json: a chunk of 512 behind 64 samples of context are 576, but the network's "
            "input input takes 230400");
        write("recording.json", R"({"chunk": 512, "contxt": 64})");
        VERIFY_REFUSED(
            (Words { "evaluate", at("voices.onnx"), "--reference", at("voices.onnx"), "--text", at("test.wav") }),
            "\"contxt\" cannot be 64");
        write("voices.onnx.kerf.json", R"({"sizes": {"sequence": 576}, "outputs": {"stateN": "ignored"}})");
        VERIFY_REFUSED(
            (Words { "evaluate", at("voices.onnx"), "--reference", at("voices.onnx"), "--text", at("test.wav") }),
            "is neither the recording nor a state");
    }

private:
    std::string at(const char* name) const { return (fs::path(m_folder.path().toStdString()) / name).string(); }
    void write(const char* name, const char* text) const
    {
        QVERIFY(writeFileAtomically(at(name), std::string_view(text)).has_value());
    }
    void writeArray(const char* file, const char* name, const Shape& shape, const Matrix& values) const
    {
        SafetensorsWriter writer = SafetensorsWriter::create(at(file), { { name, DType::F32, shape } }).value();
        QVERIFY(writer.write(name, std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size()))))
                    .has_value());
        QVERIFY(writer.finish().has_value());
    }
    Json quantized(const char* network, const char* format, const char* seen, const char* held) const
    {
        const Json made = runKerf({ "quantize", at(network), "--format", format, "--method", "gptq", "--calibration",
            at(seen), "--samples", "256", "-w", at("w.kerf") });
        if (made.at("calibration").at("tokens_left_over") != 0)
            qFatal("Samples leave nothing over.");
        return runKerf({ "evaluate", std::to_string(made.at("run").get<int>()), "--text", at(held), "--samples", "0",
            "-w", at("w.kerf") });
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliTasks)
#include "tst_cli_tasks.moc"
