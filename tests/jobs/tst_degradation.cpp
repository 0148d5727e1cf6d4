// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>
#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/decide/published_loss.h"
#include "core/jobs/degradation_svg.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

Metric perplexityOf(const std::string& name, const std::vector<double>& nll, const std::string& text)
{
    Metric made;
    made.name = name;
    made.value = std::exp(sampleMean(nll).value);
    made.dataset = text + ".txt";
    made.datasetHash = text;
    made.draws = nll;
    return made;
}

/// A workspace whose runs are written by hand.
class Made {
public:
    explicit Made(const fs::path& file)
        : m_workspace(Workspace::open(file).value())
    {
    }
    RowId addModel(const std::string& name, std::int64_t parameters)
    {
        ModelRow row;
        row.name = row.hash = row.path = name;
        row.parameters = parameters;
        m_model = m_workspace.addModel(row).value();
        return m_model;
    }
    RowId addRun(const std::string& name, const std::string& format, double bits, const std::vector<Metric>& metrics,
        const std::string& calibration = "calibration")
    {
        Plan plan;
        plan.name = name;
        plan.layers.push_back({ "layer", format, "rtn" });
        Provenance provenance;
        provenance.planHash = planHash(plan);
        provenance.datasetHash = calibration;
        const RowId run = m_workspace.beginRun(m_model, plan, provenance).value();
        if (bits > 0)
            (void)m_workspace.addMetric(run, { "bits_per_weight", bits, {}, "bits", "", "", {}, {} });
        for (const Metric& metric : metrics)
            (void)m_workspace.addMetric(run, metric);
        if (bits > 0)
            (void)m_workspace.setRunState(run, RunState::Done, "", provenance);
        return run;
    }

private:
    Workspace m_workspace;
    RowId m_model = 0;
};

const std::vector<double> kOriginal { 2.0, 3.0, 4.0 }, kWorse { 2.1, 3.1, 4.4 };

} // namespace

/// What runs lost beside how few bits they keep.
class TestDegradation : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_files = 0;

    fs::path next() { return fs::path(m_folder.path().toStdString()) / fmt::format("w{}.kerf", ++m_files); }

private slots:
    void runsArePairedWithTheirOriginal()
    {
        const fs::path file = next();
        Made made(file);
        made.addModel("small", 3'000'000);
        made.addRun("original", "bf16", 16, { perplexityOf("perplexity", kOriginal, "text") });
        Metric kld { "kld_mean", 0.03, 0.004, "nats/token", "text.txt", "text", {}, {} };
        made.addRun("three", "int3-g64", 3.25, { perplexityOf("perplexity", kWorse, "text"), kld });
        made.addRun("four", "int4-g64", 4.25, { perplexityOf("perplexity", kOriginal, "text") });
        const Degradation found = loadDegradation({ file }).value();
        QCOMPARE(found.points.size(), std::size_t { 2 });
        QVERIFY(found.leftOut.empty()); // the original is no point, and is not left out
        QCOMPARE(found.points[0].run.name, "four"); // by falling bits
        QCOMPARE(found.points[0].perplexity.value, 0.0);
        QCOMPARE(*found.points[0].perplexity.standardError, 0.0);
        const DegradationPoint& three = found.points[1];
        QVERIFY(three.parameters == 3'000'000 && three.windows == 3 && three.bitsPerWeight == 3.25);
        // differences .1, .1, .4: mean .2, standard deviation sqrt(.03), by three windows an error of .1
        QVERIFY(std::abs(three.perplexity.value - 100 * (std::exp(0.2) - 1)) < 1e-9);
        QVERIFY(std::abs(*three.perplexity.standardError - 100 * std::exp(0.2) * 0.1) < 1e-9);
        QVERIFY(three.kld->value == 0.03 && three.kld->standardError == 0.004);
    }

    /// What evaluating a run found of its original does as well; without its windows there is no error.
    void referenceBesideTheRun()
    {
        const fs::path file = next();
        Made made(file);
        made.addModel("small", 3'000'000);
        made.addRun("with windows", "int4-g64", 4.25,
            { perplexityOf("perplexity", kWorse, "text"), perplexityOf("reference_perplexity", kOriginal, "text") });
        Metric bare = perplexityOf("reference_perplexity", kOriginal, "text");
        bare.draws.clear();
        made.addRun("without", "int4-g64", 4.25, { perplexityOf("perplexity", kWorse, "text"), bare });
        const Degradation found = loadDegradation({ file }).value();
        QCOMPARE(found.points.size(), std::size_t { 2 });
        QVERIFY(found.points[0].perplexity.standardError.has_value());
        QVERIFY(!found.points[1].perplexity.standardError.has_value());
        QVERIFY(std::abs(found.points[1].perplexity.value - found.points[0].perplexity.value) < 1e-9);
    }

    void newestTextThatBothHave()
    {
        const fs::path file = next();
        Made made(file);
        made.addModel("small", 3'000'000);
        made.addRun("original", "bf16", 16, { perplexityOf("perplexity", kOriginal, "old") });
        made.addRun("four", "int4-g64", 4.25,
            { perplexityOf("perplexity", kWorse, "old"), perplexityOf("perplexity", kWorse, "new") });
        const Degradation found = loadDegradation({ file }).value();
        QCOMPARE(found.points.size(), std::size_t { 1 });
        QCOMPARE(found.points[0].dataset, "old.txt");
    }

    void whatIsLeftOutSaysWhy()
    {
        const fs::path file = next();
        Made made(file);
        made.addModel("small", 3'000'000);
        made.addRun("original", "bf16", 16, { perplexityOf("perplexity", kOriginal, "text") });
        made.addRun("other text", "int4-g64", 4.25, { perplexityOf("perplexity", kWorse, "elsewhere") });
        made.addRun("calibration", "int4-g64", 4.25, { perplexityOf("perplexity", kWorse, "text") }, "text");
        made.addRun("unmeasured", "int4-g64", 4.25, {});
        made.addRun("unfinished", "int4-g64", 0, {});
        made.addRun("encoder", "int4-g64", 4.25, { { "cosine_distance", 0.1, {}, "", "text.txt", "text", {}, {} } });
        const Degradation found = loadDegradation({ file }).value();
        QVERIFY(found.points.empty());
        const std::vector<std::string> reasons { "The original was not measured on the same text",
            "It was measured on its own calibration text alone", "It was measured on no text yet", "It is running",
            "Its network predicts no text" };
        QCOMPARE(found.leftOut.size(), reasons.size());
        for (std::size_t i = 0; i < reasons.size(); ++i)
            QVERIFY2(found.leftOut[i].reason.starts_with(reasons[i]), found.leftOut[i].reason.c_str());
        QVERIFY(found.leftOut[0].reason.find("-w " + file.string()) != std::string::npos);
    }

    void severalWorkspacesAndModels()
    {
        const fs::path first = next(), second = next();
        for (const fs::path& file : { first, second }) {
            Made made(file);
            made.addModel("small", 3'000'000);
            made.addRun("four", "int4-g64", 4.25,
                { perplexityOf("perplexity", kWorse, "text"),
                    perplexityOf("reference_perplexity", kOriginal, "text") });
            made.addModel("a <large> one", 7'000'000'000);
            made.addRun("eight", "int8-g64", 8.25,
                { perplexityOf("perplexity", kOriginal, "text"),
                    perplexityOf("reference_perplexity", kOriginal, "text") });
        }
        const Degradation found = loadDegradation({ first, second }).value();
        QCOMPARE(found.points.size(), std::size_t { 4 });
        QVERIFY(found.points[0].run.workspace == "w" + std::to_string(m_files - 1) + ".kerf");
        QVERIFY(found.points[1].run.model == "a <large> one" && found.points[1].parameters == 7'000'000'000);
        const Json json = toJson(found);
        QVERIFY(json["points"].size() == 4 && json["points"][1]["perplexity_percent"] == 0.0);
        QVERIFY(json["points"][0]["kld_mean"].is_null());
        const std::string svg = degradationSvg(found);
        QVERIFY(svg.find("per cent") != std::string::npos && svg.find("a &lt;large&gt; one") != std::string::npos);
        QVERIFY(svg.find("<large>") == std::string::npos);
        QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos);
        QVERIFY(svg.find("g int4, 1B: 10 or more %") != std::string::npos);
        QVERIFY(!loadDegradation({ first, next() }));
    }

    void lineJoinsTheLowest()
    {
        const fs::path file = next();
        Made made(file);
        made.addModel("small", 3'000'000);
        const Metric reference = perplexityOf("reference_perplexity", kOriginal, "text");
        const std::vector<double> better { 2.05, 3.05, 4.05 };
        made.addRun("three", "int3-g64", 3.25, { perplexityOf("perplexity", { 3, 4, 5 }, "text"), reference });
        made.addRun("four", "int4-g64", 4.25, { perplexityOf("perplexity", better, "text"), reference });
        made.addRun("four, worse", "int4-g64", 4.25, { perplexityOf("perplexity", kWorse, "text"), reference });
        made.addRun("eight, worse", "int8-g64", 8.25, { perplexityOf("perplexity", kWorse, "text"), reference });
        const std::string svg = degradationSvg(loadDegradation({ file }).value());
        const std::size_t end = svg.find("fill=\"none\" opacity=\"0.5\"");
        QVERIFY(end != std::string::npos);
        const std::string path = svg.substr(svg.rfind("d=\"", end), end - svg.rfind("d=\"", end));
        QVERIFY2(std::count(path.begin(), path.end(), 'L') == 1, path.c_str()); // from three to four
    }

    /// The figures that the reading as per cent rests on (decisions of the project, section 1.2).
    void publishedFiguresInPerCent()
    {
        const auto& ranges = publishedRanges();
        const auto percent
            = [&](std::size_t range, std::size_t figure) { return ranges[range].figures[figure].percent(); };
        QVERIFY(std::abs(percent(1, 0) - 0.8) < 0.05); // FP8
        QVERIFY(std::abs(percent(2, 0) - 0.02) < 0.005); // int8
        QVERIFY(std::abs(percent(3, 0) - 0.7) < 0.05 && std::abs(percent(3, 1) - 4.4) < 0.05);
        QVERIFY(std::abs(percent(4, 0) - 1.2) < 0.05 && std::abs(percent(4, 3) - 6.2) < 0.06);
        QVERIFY(std::abs(percent(5, 0) - 2.6) < 0.05 && std::abs(percent(5, 2) - 6.7) < 0.05);
        QVERIFY(std::abs(percent(6, 0) - 17) < 0.5 && std::abs(percent(6, 1) - 101) < 0.5);
        QVERIFY(ranges[0].rangeText() == "below 0.1" && ranges[4].rangeText() == "2 to 3");
        for (const PublishedRange& range : ranges)
            for (const PublishedFigure& figure : range.figures)
                QVERIFY2(!figure.source.empty(), figure.model.c_str());
    }
};

QTEST_APPLESS_MAIN(TestDegradation)
#include "tst_degradation.moc"
