// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>

#include <QTest>

#include "core/plan/mend.h"
#include "core/transform/transform.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;
using kerf::test::llamaLayers;

namespace {

const std::string kFirst = "model.layers.0.self_attn.";
const std::string kSecond = "model.layers.1.self_attn.";
const std::string kMlp = "model.layers.0.mlp.";

/// The layers whose rows differ; all else of the plans must be equal.
QStringList changed(const Plan& before, const Plan& after)
{
    Plan rest = after;
    rest.layers = before.layers;
    if (toJson(rest) != toJson(before))
        return { "something else than layers" };
    QStringList names;
    for (std::size_t i = 0; i < before.layers.size(); ++i) {
        if (before.layers[i].method != after.layers[i].method || before.layers[i].layer != after.layers[i].layer)
            return { "a method or a layer's place" };
        if (before.layers[i].format != after.layers[i].format)
            names << QString::fromStdString(after.layers[i].layer);
    }
    return names;
}

QString said(const Result<std::vector<PlanProblem>>& problems)
{
    if (!problems)
        return QString::fromStdString(problems.error().message);
    return problems->empty() ? QString() : QString::fromStdString(problems->front().message);
}

} // namespace

/// A plan that a loader cannot take becomes one that it takes, and no row changes that need not.
class TestMend : public QObject {
    Q_OBJECT

    FakeNetwork m_network { llamaLayers(2, 256, 128, 768) };

    Plan uniform(const std::string& format) { return *uniformPlan(m_network, "p", format, "gptq"); }
    /// The plan with each layer of the list in the format after it.
    Plan with(const std::string& format, const std::vector<std::pair<std::string, std::string>>& others)
    {
        Plan plan = uniform(format);
        for (const auto& [layer, other] : others)
            plan.find(layer)->format = other;
        return plan;
    }
    /// All problems mended; checked to load.
    Plan mended(const Plan& plan, const std::string& loader, const Network& network)
    {
        const Result<PlanMend> found = mendPlan(plan, network, loaderGoal(network, loader));
        if (!found) {
            QTest::qFail(found.error().message.c_str(), __FILE__, __LINE__);
            return plan;
        }
        const QString left = said(checkLoader(found->plan, network, loader));
        if (!left.isEmpty())
            QTest::qFail(qPrintable("not mended: " + left), __FILE__, __LINE__);
        return found->plan;
    }

private slots:
    /// Every format that the loader refuses, in all layers: each gets the nearest that it takes.
    void aRefusedFormatBecomesTheNearest_data()
    {
        QTest::addColumn<QString>("loader");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("becomes");
        const auto row = [](const char* what, const char* loader, const char* format, const char* becomes) {
            QTest::addRow("%s", what) << QString(loader) << QString(format) << QString(becomes);
        };
        row("3 bits", "vllm", "int3-g64", "int4-g128");
        row("6 bits", "vllm", "int6-g64", "int4-g32"); // 6.25: 4.5 is nearer than the 8.06 or 8.02 of whole rows
        row("floats of 8 bits with a wider exponent", "vllm", "fp8-e5m2-tensor", "fp8-e4m3-tensor");
        row("microscaled bytes", "vllm", "mxfp8", "int8-g128"); // 8.25 and 8.125
        row("a block of GGUF", "vllm", "q4_k", "int4-g32");
        row("4-bit inputs", "vllm", "int4-g128+a4-token", "int4-g128");
        row("inputs with outliers", "vllm", "int8-channel+llmint8", "int8-channel");
        row("asymmetric", "llama.cpp", "int4-g128-asym", "int4-g128");
        row("super-blocks", "transformers", "q4_k", "int4-g32"); // 4.5 both
    }
    void aRefusedFormatBecomesTheNearest()
    {
        QFETCH(QString, loader);
        QFETCH(QString, format);
        QFETCH(QString, becomes);
        const Plan plan = uniform(format.toStdString());
        QVERIFY(!said(checkLoader(plan, m_network, loader.toStdString())).isEmpty());
        const Plan found = mended(plan, loader.toStdString(), m_network);
        QCOMPARE(changed(plan, found).size(), static_cast<qsizetype>(plan.layers.size()));
        for (const PlanLayer& row : found.layers)
            QCOMPARE(QString::fromStdString(row.format), becomes);
    }
    void onlyTheLayersOfTheProblemChange()
    {
        const Plan plan = with("int4-g128", { { kFirst + "o_proj", "int3-g64" }, { kMlp + "down_proj", "int6-g64" } });
        const auto problems = checkLoader(plan, m_network, "vllm");
        QCOMPARE(problems->size(), std::size_t { 2 });
        for (const PlanProblem& problem : *problems) {
            const Result<PlanMend> mend = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), problem);
            QVERIFY2(mend.has_value(), mend ? "" : mend.error().message.c_str());
            QCOMPARE(changed(plan, mend->plan), QStringList { QString::fromStdString(problem.layers.front()) });
            QCOMPARE(mend->what,
                mend->plan.find(problem.layers.front())->format + " for " + problem.layers.front()); // in words
            QCOMPARE(checkLoader(mend->plan, m_network, "vllm")->size(), std::size_t { 1 });
        }
        QCOMPARE(changed(plan, mended(plan, "vllm", m_network)).size(), 2);
    }
    void fusedLayersGetTheWidestOfTheirs()
    {
        const Plan plan = with("int4-g128", { { kFirst + "k_proj", "int8-channel" } });
        const auto problems = checkLoader(plan, m_network, "vllm");
        QCOMPARE(problems->size(), std::size_t { 1 });
        const Result<PlanMend> mend = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), problems->front());
        QVERIFY(mend.has_value());
        const QString first = QString::fromStdString(kFirst);
        QCOMPARE(changed(plan, mend->plan), (QStringList { first + "q_proj", first + "v_proj" }));
        QCOMPARE(mend->what, "int8-channel for " + kFirst + "q_proj and 1 more");
        QCOMPARE(mend->plan.find(kFirst + "q_proj")->format, std::string("int8-channel"));
        QVERIFY(said(checkLoader(mend->plan, m_network, "vllm")).isEmpty());
    }
    /// A layer that a runtime fuses with others takes their format, even where one of its own bits is nearer.
    void aFusedLayerFollowsTheOthers()
    {
        const std::string q = kFirst + "q_proj", gate = kMlp + "gate_proj";
        const Plan plan = with("int4-g128", { { q, "int6-g64" }, { gate, "int3-g64" } });
        const Plan found = mended(plan, "vllm", m_network);
        QCOMPARE(changed(plan, found), (QStringList { QString::fromStdString(q), QString::fromStdString(gate) }));
        QCOMPARE(found.find(q)->format, std::string("int4-g128"));
        QCOMPARE(found.find(gate)->format, std::string("int4-g128"));
    }
    /// The same problem in two blocks, whose other fused layers have different formats.
    void eachBlockFollowsItsOwn()
    {
        const Plan plan = with("int4-g128",
            { { kFirst + "q_proj", "int6-g64" }, { kSecond + "q_proj", "int6-g64" },
                { kSecond + "k_proj", "int8-channel" }, { kSecond + "v_proj", "int8-channel" } });
        const auto problems = checkLoader(plan, m_network, "vllm");
        QCOMPARE(problems->front().layers.size(), std::size_t { 2 });
        const Result<PlanMend> mend = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), problems->front());
        QVERIFY2(mend.has_value(), mend ? "" : mend.error().message.c_str());
        QCOMPARE(mend->what, fmt::format("int4-g128 for {}q_proj, int8-channel for {}q_proj", kFirst, kSecond));
        QCOMPARE(changed(plan, mend->plan).size(), 2);
        QVERIFY(said(checkLoader(mend->plan, m_network, "vllm")).isEmpty());
    }
    /// No format of the layer alone agrees with fused ones that differ among themselves: these follow.
    void fusedLayersThatAllDifferAreMended()
    {
        const Plan plan = with("int4-g128", { { kFirst + "q_proj", "int5-g64" }, { kFirst + "k_proj", "int6-g64" } });
        const auto problems = checkLoader(plan, m_network, "vllm");
        QCOMPARE(problems->size(), std::size_t { 3 }); // each alone, and the three that are fused
        for (const PlanProblem& problem : *problems) {
            const Result<PlanMend> mend = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), problem);
            QVERIFY2(mend.has_value(), mend ? "" : mend.error().message.c_str());
            QVERIFY(said(checkLoader(mend->plan, m_network, "vllm")).isEmpty());
        }
        const Plan found = mended(plan, "vllm", m_network);
        for (const char* role : { "q_proj", "k_proj", "v_proj" })
            QCOMPARE(found.find(kFirst + role)->format, std::string("int4-g128"));
        QCOMPARE(changed(plan, found).size(), 2);
    }
    void groupsThatDoNotDivideBecomeSmaller()
    {
        const FakeNetwork odd(llamaLayers(1, 256, 128, 480));
        Plan plan = *uniformPlan(odd, "p", "int4-g32", "rtn");
        plan.find(kMlp + "down_proj")->format = "int4-g128";
        const Plan found = mended(plan, "any", odd);
        QCOMPARE(changed(plan, found), QStringList { QString::fromStdString(kMlp + "down_proj") });
        QVERIFY(found.find(kMlp + "down_proj")->format != "bf16");
    }
    void shapesWithoutAKernelStayIn16Bit()
    {
        const FakeNetwork odd(llamaLayers(1, 192, 40, 128));
        const Plan plan = *uniformPlan(odd, "p", "int4-g32", "rtn");
        const Plan found = mended(plan, "vllm", odd);
        for (const PlanLayer& row : found.layers)
            QVERIFY2(row.format == "bf16" || row.format == "int4-g32", row.format.c_str());
        // vLLM: 192 columns; down has 128, and 64 divides its 192 rows.
        QCOMPARE(mended(plan, "vllm", odd).find(kMlp + "down_proj")->format, std::string("int4-g32"));
    }
    void theRotationLosesItsOnlinePartOnly()
    {
        Plan plan = uniform("int4-g128");
        plan.transforms
            = { *transformChoice("rotation", { { "seed", 7 }, { kOnlineRotation, true } }), *transformChoice("awq") };
        QVERIFY(rotatesOnline(plan.transforms));
        const auto problems = checkLoader(plan, m_network, "vllm");
        QCOMPARE(problems->size(), std::size_t { 1 });
        QVERIFY(problems->front().layers.empty());
        const Result<PlanMend> mend = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), problems->front());
        QVERIFY2(mend.has_value(), mend ? "" : mend.error().message.c_str());
        QVERIFY(!rotatesOnline(mend->plan.transforms));
        QVERIFY(mend->plan.layers == plan.layers);
        QCOMPARE(mend->plan.transforms.size(), std::size_t { 2 });
        QCOMPARE(mend->plan.transforms[0].settings["seed"].get<int>(), 7);
        QVERIFY(mend->plan.transforms[1] == plan.transforms[1]);
        QVERIFY(said(checkLoader(mend->plan, m_network, "vllm")).isEmpty());
        QVERIFY(toJson(mended(plan, "any", m_network)) == toJson(plan)); // Kerf itself rotates
    }
    void whatLoadsStaysAsItIs()
    {
        const Plan plan = uniform("int4-g128");
        for (const char* loader : { "vllm", "transformers", "any" })
            QVERIFY(toJson(mended(plan, loader, m_network)) == toJson(plan));
    }
    void whatCannotBeMendedIsSaid()
    {
        const Plan plan = uniform("int3-g64");
        const Result<PlanMend> elsewhere
            = mendProblem(plan, m_network, loaderGoal(m_network, "vllm"), { { "nowhere" }, "nowhere: odd" });
        QVERIFY(!elsewhere.has_value());
        QVERIFY(elsewhere.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(elsewhere.error().message.find("none of the layers") != std::string::npos,
            elsewhere.error().message.c_str());
        const Result<PlanMend> unknown = mendPlan(plan, m_network, loaderGoal(m_network, "frob"));
        QVERIFY(!unknown.has_value());
        QVERIFY2(unknown.error().message.find("\"frob\"") != std::string::npos, unknown.error().message.c_str());
        QVERIFY(
            !mendProblem(plan, m_network, loaderGoal(m_network, "frob"), { { kFirst + "q_proj" }, "odd" }).has_value());
        Plan other = plan;
        other.layers.front().layer = "nowhere";
        const Result<PlanMend> foreign = mendPlan(other, m_network, loaderGoal(m_network, "vllm"));
        QVERIFY(!foreign.has_value());
        QVERIFY2(foreign.error().message.find("nowhere") != std::string::npos, foreign.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestMend)
#include "tst_mend.moc"
