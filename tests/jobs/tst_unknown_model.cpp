// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <fstream>
#include <set>

#include <QTest>

#include "core/base/atomic_file.h"
#include "core/exporters/gguf_writer.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/inspect_layer.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/quantize_job.h"
#include "core/model/nearest_family.h"
#include "core/plan/byte_parts.h"
#include "tests/jobs/sample_workspaces.h"
#include "tests/support/edit_model.h"
#include "tests/support/small_decoder.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

namespace {

const Note* unknownNote(const Model& model)
{
    const auto found = std::ranges::find(model.notes, NoteKind::UnknownModel, &Note::kind);
    return found == model.notes.end() ? nullptr : &*found;
}

bool says(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

std::vector<std::string> layerNames(const Model& model)
{
    std::vector<std::string> names;
    for (const LayerInfo& layer : model.network->layers())
        names.push_back(layer.name);
    std::ranges::sort(names);
    return names;
}

QuantizeSettings rounding(const Project& project, const char* method)
{
    QuantizeSettings job;
    job.plan = uniformPlan(*project.model.network, "rounded", "int4-g32", method).value();
    return job;
}

} // namespace

/// A model that no family fits is opened as its weights: looked at, rounded without texts, exported.
class TestUnknownModel : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    int m_models = 0;

    /// A Llama, called otherwise.
    fs::path makeModel(const Json& config = { { "model_type", "newllama" } })
    {
        SmallDecoderShape shape;
        shape.inner = 64;
        shape.keyValueHeads = 4;
        const fs::path folder = m_files.path("model" + std::to_string(m_models++));
        const auto written = smallDecoder(folder, shape);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        const Status edited = editConfig(folder, config);
        if (!edited)
            qFatal("%s", edited.error().message.c_str());
        return folder;
    }
    /// A folder of float tensors with these names, [32, 64] each unless they say a norm.
    fs::path makeTensors(const std::vector<std::string>& names, const std::string& config)
    {
        const fs::path folder = m_files.path("model" + std::to_string(m_models++));
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << config;
        const std::vector<float> matrix(32 * 64, 0.5F), vector(64, 1);
        std::vector<TensorView> tensors;
        for (const std::string& name : names)
            tensors.push_back(says(name, "norm") || name.ends_with(".bias")
                    ? TensorView::of(name, DType::F32, { 64 }, vector)
                    : TensorView::of(name, DType::F32, { 32, 64 }, matrix));
        if (const auto written = writeSafetensors(folder / "model.safetensors", tensors); !written)
            qFatal("%s", written.error().message.c_str());
        return folder;
    }

private slots:
    void theNearestFamilyIsOffered()
    {
        const fs::path folder = makeModel();
        const auto model = openModel(folder);
        VERIFY_OK(model);
        QCOMPARE(model->network->architecture(), "newllama");
        QVERIFY(says(model->network->info().cannotRun, "newllama"));
        const Note* note = unknownNote(*model);
        QVERIFY(note && note->items.empty());
        QVERIFY2(says(note->text, "100 %") && says(note->text, "It opens as one where config.json has the model_type"),
            note->text.c_str());
        // The advice is true, and the same layers are found.
        const NearestFamily nearest = nearestFamily(model->checkpoint).value();
        QVERIFY(editConfig(folder, { { "model_type", nearest.type } }));
        const auto known = openModel(folder);
        VERIFY_OK(known);
        QVERIFY(known->network->info().cannotRun.empty());
        QCOMPARE(layerNames(*model), layerNames(*known));
        QCOMPARE(model->network->blockCount(), known->network->blockCount());
        QCOMPARE(model->network->parameterCount(), known->network->parameterCount());
        for (const LayerInfo& layer : known->network->layers()) {
            QCOMPARE(model->network->layerWeight(layer.name).value(), known->network->layerWeight(layer.name).value());
            QCOMPARE(findLayer(*model->network, layer.name)->block, layer.block);
        }
    }
    void whatDiffersIsNamed()
    {
        const fs::path folder = makeModel({ { "model_type", "newllama" }, { "memory_slots", 7 } });
        QVERIFY(editTensors(folder, [](std::map<std::string, OwnedTensor>& tensors) {
            tensors["model.layers.0.memory.weight"]
                = floatTensor("model.layers.0.memory.weight", { 4, 4 }, std::vector<float>(16, 1));
        }));
        const auto more = openModel(folder);
        VERIFY_OK(more);
        QCOMPARE(unknownNote(*more)->items, std::vector<std::string> { "model.layers.*.memory.weight" });
        QVERIFY(std::ranges::any_of(more->notes, [](const Note& note) {
            return note.kind == NoteKind::IgnoredKeys && note.items == std::vector<std::string> { "memory_slots" };
        }));
        QVERIFY(editTensors(folder, [](std::map<std::string, OwnedTensor>& tensors) {
            std::erase_if(tensors, [](const auto& entry) { return says(entry.first, "up_proj"); });
        }));
        const auto less = openModel(folder);
        VERIFY_OK(less);
        QVERIFY(says(unknownNote(*less)->text, "model.layers.*.mlp.up_proj.weight"));
        QVERIFY2(says(unknownNote(*less)->text, "As one it does not open"), unknownNote(*less)->text.c_str());
    }
    void namesSayWhereALayerStands()
    {
        const fs::path folder = makeTensors(
            { "encoder.layers.1.self.q.weight", "encoder.layers.0.self.q.weight", "decoder.layers.0.self.q.weight",
                "decoder.layers.0.cross.q.weight", "decoder.layers.0.ff.3.weight", "decoder.layers.0.norm.weight",
                "decoder.layers.0.ff.3.bias", "decoder.layers.10.up.weight", "decoder.layers.2.up.weight",
                "embed_tokens.weight", "bridge.weight", "lm_head.weight", "output.weight" },
            "{}");
        const auto model = openModel(folder);
        VERIFY_OK(model);
        QCOMPARE(model->network->architecture(), "unknown");
        QVERIFY(says(unknownNote(*model)->text, "No family is near"));
        std::vector<std::string> found;
        for (const LayerInfo& layer : model->network->layers())
            found.push_back(std::to_string(layer.block) + " " + layer.role + " " + layer.name);
        const std::vector<std::string> expected { "0 cross.q decoder.layers.0.cross.q", "0 ff.* decoder.layers.0.ff.3",
            "0 self.q decoder.layers.0.self.q", "1 up decoder.layers.2.up", "2 up decoder.layers.10.up",
            "3 self.q encoder.layers.0.self.q", "4 self.q encoder.layers.1.self.q", "5 bridge bridge" };
        QCOMPARE(found, expected);
        std::set<std::string> sites; // nothing says that two layers read one value
        for (const LayerInfo& layer : model->network->layers())
            sites.insert(layer.site);
        QCOMPARE(sites.size(), expected.size());
        for (const BytePart& part : byteParts(*model, uniformPlan(*model->network, "p", "int4-g32", "rtn").value()))
            QVERIFY(part.kind != BytesFor::Unused);
    }
    void withoutALayerItIsRefused()
    {
        const auto none = openModel(makeTensors({ "final_norm.weight" }, "{}"));
        QVERIFY(!none && says(none.error().message, "holds no matrix that looks like a layer"));
        const auto number = openModel(makeTensors({ "a.0.b.weight" }, R"({"model_type": 4})"));
        QVERIFY(!number && says(number.error().message, "model_type"));
    }
    void itIsRoundedWithoutTextsAndExported()
    {
        const fs::path folder = makeModel();
        const auto opened = openProject(folder, {});
        VERIFY_OK(opened);
        const Project& project = **opened;
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(project, workspace, rounding(project, "rtn"), {});
        VERIFY_OK(run);
        for (const char* target : { "compressed-tensors", "gptq", "fp8", "hf" }) {
            const auto report
                = runExport(project, workspace, *run, target, m_files.path(std::string("out-") + target), {});
            if (target == std::string("fp8")) {
                QVERIFY(!report); // int4
                continue;
            }
            VERIFY_OK(report);
            QVERIFY(report->loadedBy.empty());
        }
        const auto written = openModel(m_files.path("out-compressed-tensors"));
        VERIFY_OK(written);
        QCOMPARE(written->quantized->layers().size(), project.model.network->layers().size());
        QVERIFY(says(written->network->info().cannotRun, "newllama"));
        const auto gguf = runExport(project, workspace, *run, "gguf", m_files.path("out.gguf"), {});
        QVERIFY(!gguf && says(gguf.error().message, "newllama"));
        // What the same layers of the known family give.
        QVERIFY(editConfig(folder, { { "model_type", "llama" } }));
        const ProjectPtr known = openProject(folder, {}).value();
        auto other = Workspace::open(m_files.next()).value();
        const RowId again = runQuantize(*known, other, rounding(*known, "rtn"), {}).value();
        VERIFY_OK(runExport(*known, other, again, "compressed-tensors", m_files.path("known"), {}));
        QCOMPARE(readTextFile(m_files.path("known") / "model.safetensors", 1 << 28).value(),
            readTextFile(m_files.path("out-compressed-tensors") / "model.safetensors", 1 << 28).value());
    }
    void whatRunsItIsRefused()
    {
        const ProjectPtr project = openProject(makeModel(), {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const auto why = [](const auto& result) {
            return !result && result.error().code == ErrorCode::InvalidArgument
                && says(result.error().message, "No family fits this model (newllama)");
        };
        DataChoice text;
        text.files = { sample() / "calibration.txt" };
        QVERIFY(why(loadData(*project, text, {})));
        QVERIFY(why(project->model.network->embed(std::vector<std::vector<TokenId>> { { 1, 2 } })));
        QuantizeSettings job = rounding(*project, "gptq");
        QVERIFY(why(runQuantize(*project, workspace, job, {})));
        job = rounding(*project, "rtn");
        job.calibration = text;
        QVERIFY(why(runQuantize(*project, workspace, job, {})));
        job.calibration = {};
        job.plan.transforms = { { "smoothquant", {} } };
        QVERIFY(why(runQuantize(*project, workspace, job, {})));
        ProfileJob profile;
        profile.calibration = text;
        QVERIFY(why(runProfile(*project, workspace, profile, {})));
        QVERIFY(workspace.runs()->empty());
        QVERIFY(!project->model.network->generator());
    }
    void aGgufFileOfAnotherArchitectureIsOpenedToo()
    {
        GgufPairs pairs;
        pairs.add("general.architecture", std::string_view("newarch"));
        const std::vector<float> values(32 * 64, 0.25F);
        const fs::path file = m_files.path("new.gguf");
        auto writer = GgufWriter::create(
            file, pairs, { { "blk.0.attn_q.weight", { 32, 64 }, 0, values.size() * sizeof(float) } }, {});
        VERIFY_OK(writer);
        QVERIFY(writer->write(std::as_bytes(std::span(values))));
        QVERIFY(writer->finish().has_value());
        const auto model = openModel(file);
        VERIFY_OK(model);
        QCOMPARE(layerNames(*model), std::vector<std::string> { "blk.0.attn_q" });
        QVERIFY(unknownNote(*model));
        QCOMPARE(model->network->layerWeight("blk.0.attn_q").value()(31, 63), 0.25F);
    }
};

QTEST_GUILESS_MAIN(TestUnknownModel)
#include "tst_unknown_model.moc"
