// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <filesystem>

#include "core/exporters/exporter.h"
#include "core/model/gguf_family.h"
#include "core/model/model.h"
#include "core/plan/plan.h"
#include "tests/support/gguf_copies.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

/// What llama.cpp has no place for is refused in words, before anything is written.
class TestGgufRefused : public QObject, private GgufCopies {
    Q_OBJECT
private slots:
    /// A family without a row is refused before anything is written.
    void otherFamiliesAreRefused()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        int refused = 0;
        for (const auto& entry : std::filesystem::directory_iterator(data / "conformance" / "decoders")) {
            const auto model = openModel(entry.path());
            if (!model || ggufFamilyOf(model->network->architecture()))
                continue;
            const std::string type = model->network->architecture();
            const Plan plan = uniformPlan(*model->network, "bf16", "bf16", "rtn").value();
            const auto problems = (*findExporter("gguf"))->check(plan, *model->network);
            QVERIFY2(!problems.empty(), type.c_str());
            QVERIFY2(problems.front().message.find(type) != std::string::npos, problems.front().message.c_str());
            ++refused;
        }
        QVERIFY(refused > 0);
    }

    /// Before anything is written.
    void whatLlamaCppComputesOtherwiseIsRefused_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("edit");
        QTest::addColumn<QString>("says");
        QTest::newRow("scale of the scores") << "gemma2"
                                             << "{}"
                                             << "query_pre_attn_scalar";
        QTest::newRow("scale, Gemma 3") << "gemma3"
                                        << "{}"
                                        << "query_pre_attn_scalar";
        QTest::newRow("a cap") << "gemma3"
                               << R"({"query_pre_attn_scalar": 32, "final_logit_softcapping": 30.0})"
                               << "final_logit_softcapping";
        QTest::newRow("order of windows")
            << "gemma3"
            << R"({"query_pre_attn_scalar": 32, "layer_types": ["full_attention", "sliding_attention", "full_attention"]})"
            << "an order of their own";
        QTest::newRow("no windows")
            << "gemma2"
            << R"({"query_pre_attn_scalar": 16, "layer_types": ["full_attention", "full_attention", "full_attention"]})"
            << "No block";
        QTest::newRow("windows") << "starcoder2"
                                 << "{}"
                                 << "the last 24 of its 128";
        QTest::newRow("no biases") << "gpt_neox-serial"
                                   << "{}"
                                   << "no biases";
        QTest::newRow("another activation") << "gemma"
                                            << R"({"hidden_act": "silu"})"
                                            << "hidden_act";
        QTest::newRow("numbers of an activation") << "gpt_oss"
                                                  << "{}"
                                                  << "swiglu_limit";
        QTest::newRow("ends of a ramp")
            << "gpt_oss"
            << R"({"swiglu_limit": 7.0, "rope_parameters": {"rope_type": "yarn", "factor": 4.0, "rope_theta": 150000.0, "original_max_position_embeddings": 128, "truncate": true}})"
            << "truncate";
        QTest::newRow("turns of a ramp")
            << "qwen3-yarn"
            << R"({"rope_parameters": null, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32, "beta_fast": 16.0}})"
            << "beta_fast";
        QTest::newRow("norms inside attention") << "deepseek_v2"
                                                << "{}"
                                                << "rms_norm_eps";
        QTest::newRow("halves") << "deepseek_v3-halves"
                                << "{}"
                                << "rope_interleave";
        QTest::newRow("groups") << "deepseek_v2-groups"
                                << "{}"
                                << "topk_method";
        QTest::newRow("no shared MLP") << "deepseek_v2-wide"
                                       << R"({"n_shared_experts": 0})"
                                       << "n_shared_experts";
        QTest::newRow("order of a block") << "falcon-serial"
                                          << "{}"
                                          << "parallel_attn";
        QTest::newRow("biases") << "ernie4_5-biases"
                                << "{}"
                                << "have biases";
        QTest::newRow("scaled positions")
            << "qwen2"
            << R"({"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}})"
            << "rope scaling";
    }
    void whatLlamaCppComputesOtherwiseIsRefused()
    {
        QFETCH(QString, folder);
        QFETCH(QString, edit);
        QFETCH(QString, says);
        const fs::path source = copyOf(folder, edit);
        const auto model = openModel(source);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const fs::path out = at("refused");
        const auto report = RoundedRun(*model, { "bf16" }).write("gguf", out);
        QVERIFY(!report);
        QVERIFY2(QString::fromStdString(report.error().message).contains(says), report.error().message.c_str());
        QVERIFY(!fs::exists(out));
    }
};

QTEST_GUILESS_MAIN(TestGgufRefused)
#include "tst_gguf_refused.moc"
