// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include "core/base/xml_text.h"
#include "core/jobs/layer_error_svg.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/report.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;

namespace {

/// What a strict reader says of it; empty: well-formed.
QString xmlError(const std::string& text)
{
    QXmlStreamReader reader(QByteArray::fromStdString(text));
    while (!reader.atEnd())
        reader.readNext();
    return reader.hasError() ? reader.errorString() : QString();
}

constexpr const char* kHostile = "<script>alert('1')</script> & \"x\"";

} // namespace

/// The one-page report: complete, self-contained, and nothing from files or people gets into its markup.
class TestReport : public QObject {
    Q_OBJECT

    kerf::test::FreshFiles m_files;
    ProjectPtr m_project;
    std::optional<Workspace> m_workspace;
    RowId m_first = 0, m_second = 0;

    RowId quantize(const std::string& name, const std::string& format)
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*m_project->model.network, name, format, "rtn").value();
        const RowId run = runQuantize(*m_project, *m_workspace, job, {}).value();
        std::vector<RunLayerRow> layers = m_workspace->runLayers(run).value();
        for (RunLayerRow& layer : layers) {
            layer.report.relativeError = 0.003; // as with a calibration text
            (void)m_workspace->addRunLayer(run, layer);
        }
        return run;
    }
    void addKld(RowId run, double scale)
    {
        Metric metric { "kld_mean", scale, scale / 10, "nats/token", kHostile, "h1",
            { { "windows", 16 }, { "window", 64 } } };
        for (int window = 0; window < 16; ++window)
            metric.draws.push_back(scale * (1 + window % 4));
        QVERIFY(m_workspace->addMetric(run, metric));
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
        m_workspace = Workspace::open(m_files.next()).value();
        m_first = quantize(kHostile, "int4-g64");
        m_second = quantize("coarse", "int2-g64");
        addKld(m_first, 0.01);
        addKld(m_second, 0.2);
        QVERIFY(m_workspace->setRunNote(m_first, kHostile));
        QVERIFY(m_workspace->setRunTags(m_first, { "<img src=x onerror=alert(1)>" }));
    }

    void nothingGetsIntoTheMarkup()
    {
        const RunReport report = makeReport(*m_project, *m_workspace, { m_first, m_second }, m_first, {}).value();
        const std::string page = reportHtml(report);
        for (const char* forbidden : { "<script", "<img", "onerror=alert(1)>", "http://", "https://" }) {
            const QString text = QString::fromStdString(page).remove("http://www.w3.org/2000/svg");
            QVERIFY2(!text.contains(QLatin1String(forbidden)), forbidden);
        }
        QVERIFY(page.find(xmlText(kHostile)) != std::string::npos);
        std::string body;
        for (const std::string& part : report.parts)
            body += part;
        QVERIFY2(xmlError("<body>" + body + "</body>").isEmpty(), qPrintable(xmlError("<body>" + body + "</body>")));
    }
    void chartsAreWholePictures()
    {
        const RunReport report = makeReport(*m_project, *m_workspace, { m_first, m_second }, m_first, {}).value();
        QCOMPARE(report.charts.size(), 2u); // by size and loss; error by layer
        QCOMPARE(report.parts.size(), 3u);
        for (const std::string& chart : report.charts)
            QVERIFY2(xmlError(chart).isEmpty(), qPrintable(xmlError(chart)));
        // A marker for each layer of each run, with its name.
        const QString errors = QString::fromStdString(report.charts[1]);
        QCOMPARE(errors.count("mlp.down_proj"), 2 * 6);
        int places = 0;
        const std::string replaced
            = reportHtml(report, [&](std::size_t index) { return "[" + std::to_string(index + (++places, 0)) + "]"; });
        QCOMPARE(places, 2);
        QVERIFY(replaced.find("[1]") != std::string::npos && replaced.find("<svg") == std::string::npos);
    }
    void whatItTakesToRepeatARunIsThere()
    {
        const RunReport report = makeReport(*m_project, *m_workspace, { m_first, m_second }, m_second, {}).value();
        const std::string page = reportHtml(report);
        for (const RowId id : { m_first, m_second }) {
            const RunRow run = m_workspace->run(std::to_string(id)).value();
            for (const std::string& each :
                { run.provenance.planHash, run.provenance.modelHash, run.provenance.cpuFeatures,
                    run.provenance.gitRevision, xmlText(toJson(run.plan.settings).dump()) })
                QVERIFY2(page.find(each) != std::string::npos, each.c_str());
        }
        QVERIFY(page.find("int4-g64 rtn × 42") != std::string::npos);
        QVERIFY(page.find("more bits") != std::string::npos); // than the reference
        QVERIFY(page.find(">better<") != std::string::npos);
    }
    void oneRunIsEnough()
    {
        const RunReport report = makeReport(*m_project, *m_workspace, { m_second }, m_second, {}).value();
        QCOMPARE(report.title, std::string("Kerf: coarse of model"));
        QVERIFY(reportHtml(report).find("Paired") == std::string::npos);
        QCOMPARE(
            makeReport(*m_project, *m_workspace, { m_first }, m_second, {}).error().code, ErrorCode::InvalidArgument);
        QVERIFY(!makeReport(*m_project, *m_workspace, {}, 0, {}));
    }

    /// Positions against the scale read off the picture: a decade lies between two grid lines.
    void errorsStandAtTheirHeights()
    {
        LayerErrorFigure figure { { { "a", { 0.01, 0.001, std::nullopt, 0.0 } } }, { "l0", "l1", "l2", "l3" },
            { 0, 0, 1, 1 } };
        const QString svg = QString::fromStdString(layerErrorSvg(figure));
        QVERIFY(xmlError(svg.toStdString()).isEmpty());
        static const QRegularExpression point("translate\\(([0-9.]+) ([0-9.]+)\\)\" d=\"[^\"]*\"><title>a, (l[0-9])");
        QMap<QString, double> heights;
        for (auto match = point.globalMatch(svg); match.hasNext();) {
            const auto found = match.next();
            heights[found.captured(3)] = found.captured(2).toDouble();
        }
        QCOMPARE(heights.keys(), QStringList({ "l0", "l1" }));
        static const QRegularExpression line("<path d=\"M80 ([0-9.]+)H880\" stroke=\"#e4e4e4\"/>");
        QList<double> lines;
        for (auto match = line.globalMatch(svg); match.hasNext();)
            lines << match.next().captured(1).toDouble();
        QCOMPARE(lines.size(), 2); // .001 and .01
        QVERIFY(std::abs(heights["l1"] - lines[0]) < 0.2 && std::abs(heights["l0"] - lines[1]) < 0.2);
        QVERIFY(layerErrorSvg({ { { "a", { 0.0 } } }, { "l0" }, { 0 } }).empty());
    }
    void anyBytesAreText()
    {
        QCOMPARE(xmlText("a<b>&\"'\x01\n"), std::string("a&lt;b&gt;&amp;&quot;&#39;  "));
        QCOMPARE(xmlText("\xff\xc3\xa4"), std::string("\xef\xbf\xbd\xc3\xa4"));
    }
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
