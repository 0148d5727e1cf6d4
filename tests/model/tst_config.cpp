// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <fstream>
#include <sstream>

#include <QTest>

#include "core/base/atomic_file.h"
#include "core/model/architecture.h"
#include "core/model/decoder_config.h"
#include "core/model/model.h"
#include "tests/support/test_data.h"

using namespace kerf::core;

namespace {

const char* const kLlama
    = "{\"model_type\":\"llama\",\"hidden_size\":8,\"num_hidden_layers\":4,\"num_attention_heads\":2,"
      "\"num_key_value_heads\":1,\"intermediate_size\":12,\"vocab_size\":16,"
      "\"max_position_embeddings\":64,\"rms_norm_eps\":1e-05,\"hidden_act\":\"silu\"";

Result<DecoderConfig> parse(const std::string& rest)
{
    return parseDecoderConfig(std::string(kLlama) + rest + "}", "config.json");
}

} // namespace

class TestConfig : public QObject {
    Q_OBJECT
private slots:
    void malformedConfigsGetTheirVerdicts()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        std::ifstream manifest(data / "malformed" / "manifest.tsv");
        int rejected = 0, accepted = 0, either = 0;
        for (std::string line; std::getline(manifest, line);) {
            std::istringstream fields(line);
            std::string file, kind, what, verdict;
            std::getline(std::getline(std::getline(std::getline(fields, file, '\t'), kind, '\t'), what, '\t'), verdict);
            if (kind != "config")
                continue;
            const auto model = openModel((data / "malformed" / file).parent_path());
            if (verdict == "accept") {
                QVERIFY2(model, (file + ": " + (model ? "" : model.error().message)).c_str());
                ++accepted;
            } else if (verdict == "reject"
                && (what.starts_with("unknown model_type") || what.starts_with("neither model_type"))) {
                // No network: what is left of it is its weights, and why it cannot run is said.
                QVERIFY2(model && !model->network->info().cannotRun.empty() && !model->notes.empty(), file.c_str());
                ++rejected;
            } else if (verdict == "reject") {
                QVERIFY2(!model, file.c_str());
                QCOMPARE(model.error().code, ErrorCode::BadFile);
                QVERIFY2(model.error().message.size() > 20, file.c_str());
                ++rejected;
            } else {
                ++either;
            }
        }
        qInfo("config files: %d rejected, %d accepted, %d where both are fine", rejected, accepted, either);
        QVERIFY(rejected > 50 && accepted >= 2);
    }
    void ropeIsReadFromOlderAndNewerKeys()
    {
        const auto older = parse(",\"rope_theta\":500.0,\"rope_scaling\":{\"type\":\"linear\",\"factor\":4.0}");
        const auto newer = parse(",\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":4.0,\"rope_theta\":500.0}");
        QVERIFY(older && newer);
        QCOMPARE(older->rotaries.at(0).frequencies, newer->rotaries.at(0).frequencies);
        QCOMPARE(older->rotaries.at(0).frequencies.at(0), 0.25);
        QVERIFY(parse(",\"rope_scaling\":null")->rotaries.at(0).frequencies.at(0) == 1.0);
    }
    void olderRopeSettingsBesideNewerOnesCount()
    {
        // transformers 5: rope_parameters = rope_scaling or rope_parameters; the base is then rope_theta's default.
        const std::string newer = ",\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":1000000.0}";
        const std::string older = ",\"rope_scaling\":{\"rope_type\":\"yarn\",\"factor\":4.0,"
                                  "\"original_max_position_embeddings\":32}";
        const auto both = parse(newer + older);
        const auto alone = parse(older);
        QVERIFY(both && alone && alone->notes.empty());
        QCOMPARE(both->rotaries.at(0).frequencies, alone->rotaries.at(0).frequencies);
        QCOMPARE(both->rotaries.at(0).magnitude, alone->rotaries.at(0).magnitude);
        QCOMPARE(both->notes.size(), std::size_t { 1 });
        QVERIFY(both->notes[0].kind == NoteKind::Rope);
        QVERIFY(both->notes[0].text.find("rope_theta is 10000") != std::string::npos);
        // The same twice contradicts nothing; settings for each kind of attention cannot be merged with others.
        QVERIFY(parse(older
            + ",\"rope_parameters\":{\"rope_type\":\"yarn\",\"factor\":4.0,"
              "\"original_max_position_embeddings\":32}")
                    ->notes.empty());
        QVERIFY(parse(newer + ",\"rope_scaling\":{}")->notes.empty());
        QVERIFY(!parse(older + ",\"rope_parameters\":{\"full_attention\":{}}"));
    }
    void ropeSettingsThatAreNotReadAreTold()
    {
        const auto typeless = parse(",\"rope_scaling\":{\"factor\":4.0}");
        QVERIFY(typeless);
        QCOMPARE(typeless->rotaries.at(0).frequencies, parse("")->rotaries.at(0).frequencies);
        QCOMPARE(typeless->notes.size(), std::size_t { 1 });
        QCOMPARE(typeless->notes[0].items, std::vector<std::string> { "rope_scaling.factor" });
        QVERIFY(typeless->notes[0].text.find("no \"rope_type\"") != std::string::npos);
        const auto twoBases = parse(",\"rope_theta\":500.0,\"rope_parameters\":{\"rope_theta\":700.0}");
        QCOMPARE(twoBases->rotaries.at(0).frequencies.at(1), std::pow(700.0, -0.5));
        QCOMPARE(twoBases->notes.size(), std::size_t { 1 });
        QVERIFY(
            parse(",\"rope_scaling\":{\"type\":\"linear\",\"rope_type\":\"linear\",\"factor\":2.0}")->notes.empty());
        QCOMPARE(parse(",\"rope_scaling\":{\"type\":\"yarn\",\"rope_type\":\"linear\",\"factor\":2.0}")->notes.size(),
            std::size_t { 1 });
    }
    void gemma3CapsItsLogitsWhenTold()
    {
        std::string text = std::string(kLlama) + ",\"final_logit_softcapping\":20.0}";
        text.replace(text.find("llama"), 5, "gemma3_text");
        QCOMPARE(parseDecoderConfig(text, "config.json")->finalCap, 20.0f);
        text.replace(text.find("20.0"), 4, "null");
        QCOMPARE(parseDecoderConfig(text, "config.json")->finalCap, 0.0f);
        text.replace(text.find("gemma3_text"), 11, "gemma2");
        QCOMPARE(parseDecoderConfig(text, "config.json")->finalCap, 0.0f);
        text.replace(text.find(",\"final_logit_softcapping\":null"), 31, "");
        QCOMPARE(parseDecoderConfig(text, "config.json")->finalCap, 30.0f);
    }
    /// Numbers that no integer holds are errors, or as good as no limit.
    void factorsOfAnySize()
    {
        const auto wide = parse(",\"head_dim\":8,\"partial_rotary_factor\":1e308");
        QVERIFY(!wide && wide.error().message.find("elements of a head rotate") != std::string::npos);
        const auto stretched = parse(",\"head_dim\":8,\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":1e300}");
        QVERIFY(!stretched || stretched->positions > 0);
    }
    /// By hand, for heads of 8: base 10000 * (3 * 128 / 64 - 2)^(8 / 6) in a sample twice as long as the 64 positions.
    void dynamicRopeStretchesLongSamples()
    {
        const auto config = parse(",\"head_dim\":8,\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":3.0}");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        const RotaryAngles& angles = config->rotaries.at(0);
        QCOMPARE(angles.frequenciesAt(64), parse(",\"head_dim\":8")->rotaries.at(0).frequencies);
        const std::vector<double> found = angles.frequenciesAt(128);
        const double base = 10000 * std::pow(4.0, 8.0 / 6.0);
        for (std::size_t pair = 0; pair < 4; ++pair)
            QVERIFY(std::abs(found[pair] / std::pow(base, -static_cast<double>(pair) / 4) - 1) < 1e-12);
        QVERIFY(!parse(",\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":0.5}"));
    }
    /// Ding et al., section 3.2, as Phi-3 has it: lists for short and long samples, scores scaled by the extension.
    void longRopeHasAListForLongSamples()
    {
        const std::string rope = ",\"head_dim\":8,\"original_max_position_embeddings\":16,\"rope_scaling\":{\"type\":"
                                 "\"longrope\",\"short_factor\":[1,1,1,2],\"long_factor\":[1,2,4,8]}";
        const auto config = parse(rope);
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QVERIFY(config->notes.empty());
        const RotaryAngles& angles = config->rotaries.at(0);
        QCOMPARE(angles.frequenciesAt(16)[3], 1e-3 / 2);
        QCOMPARE(angles.frequenciesAt(17)[3], 1e-3 / 8);
        QCOMPARE(angles.magnitude, std::sqrt(1 + std::log(4.0) / std::log(16.0)));
        std::string three = rope;
        three.replace(three.find("[1,2,4,8]"), 9, "[1,2,4]");
        QVERIFY(!parse(three));
    }
    void yarnKeepsFastPairsAndStretchesSlowOnes()
    {
        const auto config = parse(",\"head_dim\":64,\"rope_scaling\":{\"rope_type\":\"yarn\",\"factor\":4.0,\"original_"
                                  "max_position_embeddings\":64}");
        const auto plain = parse(",\"head_dim\":64");
        QVERIFY(config && plain);
        const std::vector<double>& ours = config->rotaries.at(0).frequencies;
        const std::vector<double>& original = plain->rotaries.at(0).frequencies;
        QCOMPARE(ours.front(), original.front());
        QCOMPARE(ours.back(), original.back() / 4);
        QCOMPARE(config->rotaries.at(0).magnitude, 0.1 * std::log(4.0) + 1.0); // Peng et al., section 3.4
    }
    void qwenWindowsStartAtTheirBlock()
    {
        std::string text
            = std::string(kLlama) + ",\"use_sliding_window\":true,\"sliding_window\":5,\"max_window_layers\":3}";
        text.replace(text.find("llama"), 5, "qwen2");
        const auto config = parseDecoderConfig(text, "config.json");
        QVERIFY(config);
        QCOMPARE(config->slidingWindow, 5);
        QCOMPARE(config->slides, (std::vector<bool> { false, false, false, true }));
        text.replace(text.find("_layers\":3"), 10, "_layers\":0");
        const auto every = parseDecoderConfig(text, "config.json");
        QVERIFY2(every, every ? "" : every.error().message.c_str());
        QCOMPARE(every->slides, std::vector<bool>(4, true));
    }
    void familyIsFoundByClassNameWhenTypeIsMissing()
    {
        std::string text = std::string(kLlama) + ",\"architectures\":[\"LlamaForCausalLM\"]}";
        text.erase(text.find("\"model_type\":\"llama\","), 21);
        const auto config = parseDecoderConfig(text, "config.json");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->architecture->type, std::string_view("llama"));
    }
    void unknownFamiliesAreToldWhatIsSupported()
    {
        std::string text = std::string(kLlama) + "}";
        text.replace(text.find("llama"), 5, "mamba");
        const auto config = parseDecoderConfig(text, "config.json");
        QVERIFY(!config);
        for (const Architecture& row : architectures())
            QVERIFY(config.error().message.find(row.type) != std::string::npos);
    }
    void theReadmeNamesEveryFamily()
    {
        const auto readme = readTextFile(KERF_SOURCE_DIR "/README.md", 1 << 20);
        QVERIFY2(readme, readme ? "" : readme.error().message.c_str());
        for (const Architecture& row : architectures())
            QVERIFY2(
                readme->find("`" + std::string(row.type) + "`") != std::string::npos, std::string(row.type).c_str());
    }
};

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
