// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fstream>

#include <QTest>
#include <yaml-cpp/yaml.h>

#include "core/base/atomic_file.h"
#include "core/jobs/export_job.h"
#include "core/jobs/model_card.h"
#include "core/jobs/quantize_job.h"
#include "tests/jobs/sample_workspaces.h"
#include "tests/support/small_decoder.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

namespace {

constexpr const char* kBase = "---\nlicense: other\nlicense_name: small-licence\nlicense_link: LICENSE\n"
                              "language: [en, de]\npipeline_tag: text-generation\n---\n# The base\n";

/// The front matter of a card, by a library.
YAML::Node frontOf(const std::string& card)
{
    return YAML::Load(card.substr(4, card.find("\n---", 4) - 4));
}

} // namespace

/// The README.md of an export.
class TestModelCard : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    int m_models = 0;

    struct Made {
        ProjectPtr project;
        Workspace workspace;
        RowId run = 0;
    };
    /// A run of a small random model whose folder has `readme`.
    Made makeRun(const char* readme, const std::string& name)
    {
        SmallDecoderShape shape;
        shape.inner = 64;
        shape.keyValueHeads = 4;
        const fs::path folder = m_files.path("model" + std::to_string(m_models++));
        if (const auto written = smallDecoder(folder, shape); !written)
            qWarning("%s", written.error().message.c_str());
        if (readme)
            std::ofstream(folder / "README.md") << readme;
        const ProjectPtr project = openProject(folder, {}).value();
        Workspace workspace = Workspace::open(m_files.next()).value();
        QuantizeSettings job;
        job.plan = uniformPlan(*project->model.network, name, "int4-g32", "rtn").value();
        const int changed = setFormat(job.plan, *project->model.network, "down_proj", "int8-channel").value();
        if (changed == 0)
            qWarning("No layer was changed.");
        const RowId run = runQuantize(*project, workspace, job, {}).value();
        return { project, std::move(workspace), run };
    }
    std::string exported(Made& made, const std::string& base = {})
    {
        const fs::path out = m_files.path("out" + std::to_string(m_models++));
        const auto report = runExport(*made.project, made.workspace, made.run, "compressed-tensors", out, {}, base);
        if (!report)
            qWarning("%s", report.error().message.c_str());
        m_out = out;
        return readTextFile(out / "README.md", 1 << 20).value();
    }
    fs::path m_out; ///< of the last export

private slots:
    void whatTheBaseSaysIsTakenOver()
    {
        const BaseCard card = readBaseCard(kBase);
        QCOMPARE(card.license, std::string("other"));
        QCOMPARE(card.licenseLink, std::string("LICENSE"));
        QCOMPARE(card.languages.size(), 2U);
        QCOMPARE(readBaseCard("---\nlanguage: en\n---").languages.size(), 1U);
        for (const char* odd : { "", "# No front matter", "---\nlicense: mit", "---\n- a\n- b\n---\n",
                 "---\nlicense: [\n---\n", "---\nlicense: {a: b}\n---\n" })
            QVERIFY2(readBaseCard(odd).license.empty(), odd);
    }
    void namesOnTheHubAreFound()
    {
        QCOMPARE(hubNameOf("/x/hub/models--org--a-b.c/snapshots/12ab", "{}"), std::string("org/a-b.c"));
        QCOMPARE(hubNameOf("/x/y", R"({"_name_or_path": "org/name"})"), std::string("org/name"));
        for (const char* other :
            { "{}", "[]", "not json", R"({"_name_or_path": "/home/me/model"})", R"({"_name_or_path": "./a/b"})",
                R"({"_name_or_path": "name"})", R"({"_name_or_path": ".cache/model"})", R"({"_name_or_path": 3})" })
            QVERIFY2(hubNameOf("/x/y", other).empty(), other);
    }
    void anExportHasCardPlanAndTheBasesCard()
    {
        Made made = makeRun(kBase, "mixed");
        const std::string card = exported(made, "org/small");
        QCOMPARE(readTextFile(m_out / "README-base.md", 1000).value(), std::string(kBase));
        const Plan plan = readPlan(m_out / "kerf-plan.json", *made.project->model.network).value();
        QCOMPARE(planHash(plan), made.workspace.run(std::to_string(made.run))->provenance.planHash);
        const YAML::Node front = frontOf(card);
        QCOMPARE(front["license"].as<std::string>(), std::string("other"));
        QCOMPARE(front["base_model"].as<std::string>(), std::string("org/small"));
        QCOMPARE(front["base_model_relation"].as<std::string>(), std::string("quantized"));
        QCOMPARE(front["library_name"].as<std::string>(), std::string("transformers"));
        QCOMPARE(front["pipeline_tag"].as<std::string>(), std::string("text-generation"));
        QCOMPARE(front["language"].size(), 2U);
        QVERIFY(!front["model-index"] && !front["datasets"]); // nothing was measured
        QVERIFY(card.find("**Not evaluated**") != std::string::npos);
        QVERIFY(card.find("| int4-g32 | rtn |") != std::string::npos);
        QVERIFY(card.find("| int8-channel | rtn |") != std::string::npos);
        QVERIFY(card.find("small-licence") != std::string::npos);
        VERIFY_OK(verifyFolder(m_out, {})); // the manifest names them
    }
    void resultsAreTheWorkspaces()
    {
        Made made = makeRun(nullptr, "mixed");
        const auto add = [&](const Metric& metric) { VERIFY_OK(made.workspace.addMetric(made.run, metric)); };
        add({ "kld_mean", 0.0213, 0.0004, "nats/token", "b.txt", "hash", {} });
        add({ "perplexity", 7.42, 0.1, "", "b.txt", "hash", {} });
        add({ "kld_p99", 0.3, {}, "nats/token", "b.txt", "hash", {} }); // the Hub has no name for it
        const std::string card = exported(made);
        const YAML::Node front = frontOf(card);
        QVERIFY(!front["license"] && !front["base_model"] && !front["base_model_relation"]); // not known
        const YAML::Node results = front["model-index"][0]["results"];
        QCOMPARE(results.size(), 2U);
        std::map<std::string, double> values;
        for (const YAML::Node& result : results) {
            QVERIFY(result["task"]["type"] && result["dataset"]["type"] && result["dataset"]["name"]);
            const YAML::Node metric = result["metrics"][0];
            values[metric["type"].as<std::string>()] = metric["value"].as<double>();
        }
        QCOMPARE(values.at("kl_divergence"), 0.0213);
        QCOMPARE(values.at("perplexity"), 7.42);
        QVERIFY2(card.find("| 0 | 0.0213 ± 0.0004 | b.txt |") != std::string::npos, card.c_str());
        QVERIFY(card.find("Not evaluated") == std::string::npos);
    }
    /// Names are people's: they must not become markup or YAML.
    void namesDoNotBecomeMarkup()
    {
        Made made = makeRun("---\nlicense: \"a: b # c\"\n---\n", "x | <b> [y](z) `q` \"r\": # s");
        const auto added
            = made.workspace.addMetric(made.run, { "perplexity", 7, 0.1, "", "a: \"b\" | c.txt", "hash", {} });
        VERIFY_OK(added);
        const std::string card = exported(made);
        const YAML::Node front = frontOf(card);
        QCOMPARE(front["license"].as<std::string>(), std::string("a: b # c"));
        QCOMPARE(front["model-index"][0]["results"][0]["dataset"]["name"].as<std::string>(),
            std::string("a: \"b\" | c.txt"));
        QVERIFY2(card.find("x \\| \\<b\\> \\[y\\](z)") != std::string::npos, card.c_str());
    }
};

QTEST_GUILESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
