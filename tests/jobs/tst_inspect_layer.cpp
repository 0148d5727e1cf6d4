// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/fitted_profile.h"
#include "core/jobs/inspect_layer.h"
#include "core/jobs/job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_tensors.h"
#include "tests/support/edit_model.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

const char* const kQuery = "model.layers.2.self_attn.q_proj";
const char* const kOutput = "model.layers.2.self_attn.o_proj";
const char* const kDown = "model.layers.2.mlp.down_proj";

/// A model with a small profile of its own.
struct Profiled {
    QTemporaryDir folder;
    fs::path file = fs::path(folder.path().toStdString()) / "work.kerf";
    ProjectPtr project;
    DataChoice calibration { { kerf::test::sample() / "calibration.txt" }, 64, 8 };

    explicit Profiled(const fs::path& model)
        : project(openProject(model, {}).value())
    {
    }
    Workspace workspace() const { return Workspace::open(file).value(); }
    bool profile()
    {
        Workspace opened = workspace();
        ProfileJob job { calibration, {}, {} };
        job.options.formats = { "int3-g64", "int4-g128", "int8-channel" };
        job.options.swapIns = false;
        job.options.methods = {};
        return runJob(*project, opened, job, {}).has_value();
    }
    std::shared_ptr<const Profile> stored() const
    {
        const Workspace opened = workspace();
        auto found = fittedProfile(opened, opened.models().value().front().id).value();
        return found ? std::make_shared<const Profile>(std::move(*found)) : nullptr;
    }
    LayerInspector inspector() const { return { project, file, stored() }; }
    /// `kept` stays as it is.
    RowId run(const char* format, const char* kept = "")
    {
        Workspace opened = workspace();
        Plan plan = uniformPlan(*project->model.network, format, format, "rtn").value();
        for (PlanLayer& layer : plan.layers)
            if (layer.layer == kept)
                layer.format = "bf16";
        return runQuantize(*project, opened, { plan, calibration, 0 }, {}).value();
    }
};

LayerQuestion about(const char* layer)
{
    LayerQuestion question;
    question.layer = layer;
    question.format = "int4-g128";
    return question;
}

template <class Kind> const Kind* findingOf(const LayerInspection& found)
{
    for (const Finding& finding : found.findings)
        if (const auto* one = std::get_if<Kind>(&finding))
            return one;
    return nullptr;
}

} // namespace

class TestInspectLayer : public QObject {
    Q_OBJECT

    std::unique_ptr<Profiled> m_plain; ///< the bundled sample

private slots:
    void initTestCase()
    {
        m_plain = std::make_unique<Profiled>(kerf::test::sample() / "model");
        QVERIFY(m_plain->profile());
    }

    void aLayerThatIsFineSaysSo()
    {
        LayerInspector inspector = m_plain->inspector();
        const LayerInspection found = inspector.inspect(about(kOutput), {}).value();
        const auto* fine = findingOf<NothingStandsOut>(found);
        QVERIFY(fine);
        QVERIFY(fine->largestRatio > 1 && fine->largestRatio < kOutlierRatio);
        QCOMPARE(fine->largestRatio, found.inputs->largestRatio());
        QCOMPARE(fine->kurtosis, found.weight.kurtosis);
        QVERIFY(found.remedies.empty());
        QCOMPARE(found.inputs->tokens, 8 * 64);
        QVERIFY(found.inputs->dead.empty());
        QVERIFY(found.spectrum && found.spectrum->isWhole);
        // The trace is the sum of the eigenvalues by another road.
        QVERIFY(std::abs(found.spectrum->share(256) - 1) < 1e-5);
    }

    /// The twin of the sample has 4 channels of every norm made 64 times larger and is the same function, so the plain
    /// sample says which they are: a power of two changes no bit of the products.
    void theTwinsOutliersAreFound()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        Profiled twin(data / "sample-outliers" / "model");
        QVERIFY(twin.profile());
        LayerInspector twins = twin.inspector(), plains = m_plain->inspector();
        const LayerInspection found = twins.inspect(about(kQuery), {}).value();
        const LayerInspection plain = plains.inspect(about(kQuery), {}).value();
        std::vector<std::int64_t> enlarged;
        for (Eigen::Index j = 0; j < plain.inputs->absMax.size(); ++j)
            if (found.inputs->absMax[j] == 64 * plain.inputs->absMax[j])
                enlarged.push_back(j);
        QCOMPARE(enlarged.size(), std::size_t { 4 });
        const auto* outliers = findingOf<OutlierChannels>(found);
        QVERIFY(outliers);
        QCOMPARE(outliers->channels, enlarged);
        double onThem = 0;
        for (const std::int64_t channel : enlarged)
            onThem += 4096 * static_cast<double>(plain.inputs->diagonal[channel]);
        QVERIFY(std::abs(outliers->share - onThem / found.inputs->trace) < 1e-6);
        QVERIFY(!found.remedies.empty());
        const auto* smooth = std::get_if<SmoothInputs>(&found.remedies.front());
        QVERIFY(smooth);
        QCOMPARE(smooth->before, found.inputs->largestRatio());
        QVERIFY(smooth->after < 10);
    }

    void whatSmoothQuantLeavesIsWhatItLeaves()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        Profiled twin(data / "sample-outliers" / "model");
        QVERIFY(twin.profile());
        const LayerInspection found = twin.inspector().inspect(about(kQuery), {}).value();
        // sqrt(a w) is what an input of abs-max a becomes beside weights of abs-max w, by the definition for alpha 0.5.
        Vector weights = Vector::Zero(256);
        for (const char* role : { "q_proj", "k_proj", "v_proj" })
            weights = weights.cwiseMax(
                twin.project->model.network->layerWeight(std::string("model.layers.2.self_attn.") + role)
                    .value()
                    .cwiseAbs()
                    .colwise()
                    .maxCoeff()
                    .transpose());
        Vector after = (found.inputs->absMax.array() * weights.array()).sqrt();
        std::sort(after.begin(), after.end());
        const double middle = (static_cast<double>(after[127]) + static_cast<double>(after[128])) / 2;
        const double wanted = static_cast<double>(after[255]) / middle;
        QVERIFY(std::abs(std::get<SmoothInputs>(found.remedies.front()).after / wanted - 1) < 1e-5);
    }

    void deadChannelsAreFound()
    {
        QTemporaryDir folder;
        const fs::path model = fs::path(folder.path().toStdString()) / "dead";
        fs::copy(kerf::test::sample() / "model", model, fs::copy_options::recursive);
        QVERIFY(kerf::test::editTensors(model, [](std::map<std::string, kerf::test::OwnedTensor>& tensors) {
            kerf::test::OwnedTensor& norm = tensors.at("model.layers.2.input_layernorm.weight");
            const std::size_t size = norm.bytes.size() / 256;
            for (const std::size_t channel : { std::size_t { 5 }, std::size_t { 200 } })
                std::fill_n(norm.bytes.begin() + static_cast<std::ptrdiff_t>(channel * size), size, std::byte { 0 });
        }));
        Profiled dead(model);
        QVERIFY(dead.profile());
        const LayerInspection found = dead.inspector().inspect(about(kQuery), {}).value();
        const auto* channels = findingOf<DeadChannels>(found);
        QVERIFY(channels);
        QCOMPARE(channels->channels, (std::vector<std::int64_t> { 5, 200 }));
        QCOMPARE(channels->of, 256);
        QCOMPARE(channels->tokens, 8 * 64);
    }

    void aRunShowsItsErrors()
    {
        const RowId run = m_plain->run("int3-g64");
        LayerQuestion question = about(kDown);
        question.run = run;
        const LayerInspection found = m_plain->inspector().inspect(question, {}).value();
        QVERIFY2(found.run, found.noRun.c_str());
        QCOMPARE(found.run->format, std::string("int3-g64"));
        const Workspace workspace = m_plain->workspace();
        const QuantizedTensor codes = RunLayers::open(workspace, run).value().load(kDown).value();
        const Matrix rounded = dequantize(codes);
        const Matrix weight = m_plain->project->model.network->layerWeight(kDown).value();
        QCOMPARE(found.run->rowErrors.size(), std::size_t { 256 });
        QCOMPARE(found.run->columnErrors.size(), std::size_t { 768 });
        for (const Eigen::Index row : { 0, 100, 255 }) {
            const double wanted
                = (weight - rounded).row(row).cast<double>().norm() / weight.row(row).cast<double>().norm();
            QVERIFY(std::abs(found.run->rowErrors[static_cast<std::size_t>(row)] - wanted) < 1e-12);
        }
        const double wanted = (weight - rounded).col(700).cast<double>().norm() / weight.col(700).cast<double>().norm();
        QVERIFY(std::abs(found.run->columnErrors[700] - wanted) < 1e-12);
        QCOMPARE(found.run->codes, countCodes(codes));
        QVERIFY(found.run->report && found.run->report->method == "rtn");
        QVERIFY(found.grid && found.grid->values == gridOf(codes, 0)->values);
    }

    void curvesAreWhatTheProfileSays()
    {
        LayerQuestion question = about(kDown);
        question.methods = { "hcd", "rtn" };
        const LayerInspection found = m_plain->inspector().inspect(question, {}).value();
        QCOMPARE(found.curves.size(), std::size_t { 2 }); // the profile's is not computed again
        const auto stored = m_plain->stored();
        const auto& layers = stored->layers;
        const auto layer = std::ranges::find(layers, kDown, &LayerProfile::layer);
        for (const ErrorPoint& point : found.curves[0].points)
            QCOMPARE(point.error, layer->relativeError.at(point.format));
        QCOMPARE(found.curves[1].method, std::string("rtn"));
        QCOMPARE(found.curves[1].points.size(), std::size_t { 3 });
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(found.curves[1].points[i].error >= found.curves[0].points[i].error); // hcd starts from it
    }

    /// An outline holds what looking at that layer alone finds, also when it is asked for again with another run.
    void outlinesAreWhatTheLayersAloneShow()
    {
        const RowId run = m_plain->run("int4-g128"), other = m_plain->run("int3-g64", kDown);
        LayerInspector inspector = m_plain->inspector(), alone = m_plain->inspector();
        for (const RowId id : { run, run, other }) {
            LayerQuestion question = about(kQuery);
            question.run = id;
            question.beside = { kDown, kOutput };
            std::size_t most = 0;
            const auto stage = [&](const LayerInspection& found) { most = std::max(most, found.beside.size()); };
            const LayerInspection found = inspector.inspect(question, {}, stage).value();
            QCOMPARE(most, std::size_t { 2 }); // told before the end
            QCOMPARE(found.beside.size(), std::size_t { 2 });
            for (const LayerOutline& outline : found.beside) {
                LayerQuestion single = about(outline.layer.name.c_str());
                single.run = id;
                const LayerInspection direct = alone.inspect(single, {}).value();
                QCOMPARE(outline.weight.counts, direct.weight.counts);
                QCOMPARE(outline.inputs->absMax, direct.inputs->absMax);
                QCOMPARE(outline.spectrum->values, direct.spectrum->values);
                QCOMPARE(outline.run.has_value(), id == run || outline.layer.name != kDown);
                if (!outline.run)
                    continue;
                QCOMPARE(outline.run->rowErrors, direct.run->rowErrors);
                QCOMPARE(outline.run->codes, direct.run->codes);
            }
        }
        LayerQuestion nowhere = about(kQuery);
        nowhere.beside = { "model.layers.99.mlp" };
        QVERIFY(!inspector.inspect(nowhere, {}));
    }

    void withoutAProfileTheWeightsAreKnown()
    {
        LayerInspector inspector(m_plain->project, {}, nullptr);
        LayerQuestion question = about(kDown);
        question.methods = { "rtn", "gptq" };
        question.formats = { "int4-g128", "int2-g64" };
        const LayerInspection found = inspector.inspect(question, {}).value();
        QVERIFY(!found.inputs && !found.noInputs.empty());
        QVERIFY(found.grid);
        QCOMPARE(found.curves.size(), std::size_t { 1 }); // gptq needs statistics
        QVERIFY(!found.curves[0].isOfOutputs);
        QVERIFY(findingOf<NothingStandsOut>(found));
    }

    void whatIsMissingIsSaid()
    {
        LayerInspector inspector = m_plain->inspector();
        const auto nowhere = inspector.inspect(about("model.layers.99.mlp"), {});
        QVERIFY(!nowhere && nowhere.error().message.find("model.layers.99.mlp") != std::string::npos);
        LayerQuestion question = about(kQuery);
        question.format = "int4-g77";
        QVERIFY(!inspector.inspect(question, {})); // 77 is no group size
        question.format = "bf16";
        QVERIFY(!inspector.inspect(question, {})->noGrid.empty());
        question.run = 99;
        const LayerInspection found = inspector.inspect(question, {}).value();
        QVERIFY(!found.run && !found.noRun.empty());
        fs::remove_all(m_plain->file.string() + ".d/statistics");
        LayerInspector again = m_plain->inspector();
        const LayerInspection gone = again.inspect(about(kQuery), {}).value();
        QVERIFY(!gone.inputs && gone.noInputs.find("Profile again") != std::string::npos);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = again.inspect(about(kQuery), JobContext(stop.get_token()));
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestInspectLayer)
#include "tst_inspect_layer.moc"
