// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/plan/loaders.h"
#include "core/plan/plan.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;
using kerf::test::llamaLayers;

namespace {

/// A plan that breaks a rule: formats of the layers in turn, and the sizes of the network.
struct Broken {
    std::vector<std::string> formats;
    std::int64_t hidden = 256, keys = 128, inner = 768;
    bool rotates = false, hasExperts = false;
};

const std::map<std::string, Broken>& brokenPlans()
{
    static const std::map<std::string, Broken> plans { { "vllm-inputs", { { "int4-g64+a4-token" } } },
        { "vllm-input-shapes", { { "int8-channel+a8-token" }, 200, 40, 96 } }, { "vllm-formats", { { "int3-g128" } } },
        { "vllm-columns", { { "int4-g32" }, 192, 64, 256 } },
        { "vllm-fused-formats", { { "int4-g128", "int8-channel" } } },
        { "vllm-fused-rows", { { "int4-g128" }, 256, 40, 768 } },
        { "vllm-gptq-rules", { { "int4-g128", "int4-g64-asym" } } },
        { "vllm-rotation", { { "int4-g128" }, 256, 128, 768, true } }, { "transformers-formats", { { "q4_k" } } },
        { "transformers-inputs", { { "int4-g64+a4-token" } } },
        { "transformers-gptq-shapes", { { "int4-channel" }, 256, 40, 768 } },
        { "transformers-awq-shapes", { { "int4-channel" }, 256, 40, 768 } },
        { "transformers-gptq-rules", { { "int4-g128", "bf16" } } },
        { "transformers-fp8-tensor", { { "fp8-e4m3-tensor" } } },
        { "transformers-tensors-experts", { { "int4-g32" }, 64, 32, 96, false, true } },
        { "transformers-gptq-experts", { { "int4-g32" }, 64, 32, 96, false, true } },
        { "transformers-awq-experts", { { "int4-g32" }, 64, 32, 96, false, true } },
        { "transformers-bnb-experts", { { "nf4-b64" }, 64, 32, 128, false, true } },
        { "transformers-rotation", { { "int4-g128" }, 256, 128, 768, true } },
        { "transformers-tensors-blocks", { { "fp8-e4m3-block128" } } },
        { "transformers-tensors-odd-bits", { { "int5-g64" } } },
        { "transformers-tensors-asymmetric", { { "int4-g64-asym" } } },
        { "transformers-tensors-mixed", { { "int4-g64", "int8-channel" } } },
        { "transformers-tensors-float32", { { "nvfp4" } } },
        { "transformers-tensors-nvfp4-inputs", { { "nvfp4+anvfp4" } } },
        { "llama-cpp-formats", { { "int4-g128-asym" } } }, { "vllm-modelopt-algorithms", { { "int4-g64" } } },
        { "tensorrt-llm-formats", { { "int8-channel" } } },
        { "tensorrt-llm-fused-formats", { { "nvfp4", "nvfp4+anvfp4" } } },
        { "tensorrt-llm-rotation", { { "nvfp4" }, 256, 128, 768, true } },
        { "llama-cpp-inputs", { { "int8-g32+a8-token" } } },
        { "llama-cpp-rotation", { { "int4-g128" }, 256, 128, 768, true } } };
    return plans;
}

FakeNetwork networkOf(const Broken& broken)
{
    std::vector<LayerInfo> layers = llamaLayers(1, broken.hidden, broken.keys, broken.inner);
    if (broken.hasExperts)
        for (LayerInfo& layer : layers)
            if (const std::size_t at = layer.name.find(".mlp."); at != std::string::npos) {
                layer.name.replace(at, 5, ".block_sparse_moe.experts.0.");
                layer.expert = 0;
            }
    return FakeNetwork(std::move(layers));
}

Plan planOf(const FakeNetwork& network, const Broken& broken)
{
    Plan plan;
    for (std::size_t i = 0; i < network.layers().size(); ++i)
        plan.layers.push_back({ network.layers()[i].name, broken.formats[i % broken.formats.size()], "rtn" });
    if (broken.rotates)
        plan.transforms.push_back({ "rotation", { { "online", true } } });
    return plan;
}

/// What the rule alone says.
std::size_t problemsOf(const LoaderRule& rule, const FakeNetwork& network, const Plan& plan)
{
    std::vector<PlacedLayer> layers;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LayerFormat format = parseLayerFormat(plan.layers[i].format).value();
        layers.push_back({ &network.layers()[i], format.weight, format });
    }
    return rule.find(layers, plan).size();
}

} // namespace

class TestLoaders : public QObject {
    Q_OBJECT
private slots:
    void eachRuleFindsWhatBreaksIt_data()
    {
        QTest::addColumn<QString>("id");
        for (const LoaderRule& rule : loaderRules())
            QTest::newRow(std::string(rule.id).c_str()) << QString::fromStdString(std::string(rule.id));
    }
    void eachRuleFindsWhatBreaksIt()
    {
        QFETCH(QString, id);
        const auto rule = std::ranges::find(loaderRules(), id.toStdString(), &LoaderRule::id);
        const auto broken = brokenPlans().find(id.toStdString());
        QVERIFY2(broken != brokenPlans().end(), "no plan here breaks this rule");
        const FakeNetwork network = networkOf(broken->second);
        const Plan plan = planOf(network, broken->second);
        QVERIFY(problemsOf(*rule, network, plan) > 0);
        const std::string loader(rule->loader);
        const std::string target(rule->target);
        if (rule->isKnownFault) {
            const auto faults = knownFaults(plan, network, loader, target).value();
            const auto isThis = [&](const std::string& text) { return text.ends_with(rule->reason); };
            QVERIFY(std::ranges::any_of(faults, isThis));
        } else {
            QVERIFY(!checkLoader(plan, network, loader, target)->empty());
        }
        const FakeNetwork plain(llamaLayers(1, 256, 128, 768));
        const Plan good = *uniformPlan(plain, "p", target == "modelopt" ? "nvfp4" : "int4-g128", "rtn");
        QCOMPARE(problemsOf(*rule, plain, good), std::size_t { 0 });
    }
    /// A rule of another target does not count.
    void targetsHaveTheirOwnRules()
    {
        const FakeNetwork network(llamaLayers(1, 256, 128, 768));
        const Plan plan = planOf(network, { { "int4-g128", "bf16" } });
        QVERIFY(checkLoader(plan, network, "transformers")->empty());
        QVERIFY(checkLoader(plan, network, "transformers", "compressed-tensors")->empty());
        QCOMPARE(checkLoader(plan, network, "transformers", "gptq")->size(), std::size_t { 1 });
        QCOMPARE(checkLoader(plan, network, "transformers", "gptq-v2")->size(), std::size_t { 1 });
        QVERIFY(
            checkLoader(plan, network, "llama.cpp", "gptq")->front().message.starts_with("llama.cpp does not read"));
        QVERIFY(checkLoader(planOf(network, { { "q4_k" } }), network, "vllm", "hf")->empty()); // floats
    }
    /// docs/loaders.md shows each row of the table, and no other.
    void theDocumentIsTheTable()
    {
        const std::string page = readTextFile(std::string(KERF_SOURCE_DIR) + "/docs/loaders.md", 1 << 20).value();
        for (const LoaderRule& rule : loaderRules()) {
            const std::string row = fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", rule.id, rule.loader,
                rule.target.empty() ? "any" : rule.target, rule.versions, rule.reason, rule.source);
            QVERIFY2(page.find(row) != std::string::npos, row.c_str());
        }
        std::size_t rows = 0;
        for (std::size_t at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1))
            ++rows;
        QCOMPARE(rows, loaderRules().size());
    }
};

QTEST_GUILESS_MAIN(TestLoaders)
#include "tst_loaders.moc"
