// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

#include "core/base/atomic_file.h"
#include "core/exporters/convert.h"
#include "core/exporters/loader_verdict.h"
#include "core/format/float8.h"
#include "core/jobs/project.h"
#include "core/plan/byte_parts.h"
#include "tests/support/edit_model.h"
#include "tests/support/random_model.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

namespace {

constexpr std::int64_t kBlock = 128;

bool isLayer(const std::string& name)
{
    return name.find("_proj.weight") != std::string::npos;
}

/// A layer in FP8 with a scale for each block, or one for all, and the floats that these stand for.
struct Rounded {
    OwnedTensor codes, scales, floats;
};

Rounded rounded(const OwnedTensor& tensor, bool inBlocks)
{
    const std::int64_t rows = tensor.spec.shape[0], cols = tensor.spec.shape[1];
    std::vector<float> values(static_cast<std::size_t>(rows * cols));
    toFloat32(tensor.spec.dtype, tensor.bytes, values);
    const std::int64_t high = inBlocks ? kBlock : rows, wide = inBlocks ? kBlock : cols;
    const std::vector<std::int64_t> grid { (rows + high - 1) / high, (cols + wide - 1) / wide };
    std::vector<float> scales(static_cast<std::size_t>(grid[0] * grid[1]), 0);
    const auto scaleOf = [&](std::size_t i) -> float& {
        const auto at = static_cast<std::int64_t>(i);
        return scales[static_cast<std::size_t>(at / cols / high * grid[1] + at % cols / wide)];
    };
    for (std::size_t i = 0; i < values.size(); ++i)
        scaleOf(i) = std::max(scaleOf(i), std::abs(values[i]) / 448);
    std::vector<std::byte> codes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint8_t code = floatToFloat8(Float8::E4M3, values[i] / scaleOf(i));
        codes.push_back(std::byte { code });
        values[i] = float8ToFloat(Float8::E4M3, code) * scaleOf(i);
    }
    const std::string& name = tensor.spec.name;
    return { { { name, DType::F8E4M3, tensor.spec.shape }, std::move(codes) },
        inBlocks ? floatTensor(name + "_scale_inv", grid, scales) : floatTensor(name + "_scale", { 1 }, scales),
        floatTensor(name, tensor.spec.shape, values) };
}

} // namespace

/// Folders of FP8 weights are the originals that they stand for: the same network, runs and exports as of the folder
/// that holds the floats.
class TestLowPrecisionModel : public QObject {
    Q_OBJECT

    QTemporaryDir m_files;
    fs::path m_root;

    /// Both folders: of codes and of floats.
    void make(const std::string& name, bool inBlocks)
    {
        for (const char* kind : { "-codes", "-floats" }) {
            const fs::path folder = m_root / (name + kind);
            // 192 and 320 are no multiples of 128; 1024 tokens for RoundedRun.
            const RandomModelShape shape { 192, 320, 2, 6, 2, 1024, 256, 3, 1 };
            QVERIFY(writeRandomModel(folder, shape));
            const bool asCodes = kind == std::string("-codes");
            QVERIFY(editTensors(folder, [&](std::map<std::string, OwnedTensor>& tensors) {
                const auto all = tensors;
                for (const auto& [tensor, owned] : all) {
                    if (!isLayer(tensor))
                        continue;
                    const Rounded made = rounded(owned, inBlocks);
                    tensors[tensor] = asCodes ? made.codes : made.floats;
                    if (asCodes)
                        tensors[made.scales.spec.name] = made.scales;
                }
            }));
        }
        Json settings { { "quant_method", "fp8" }, { "fmt", "e4m3" }, { "activation_scheme", "dynamic" } };
        if (inBlocks)
            settings["weight_block_size"] = { kBlock, kBlock };
        QVERIFY(editConfig(m_root / (name + "-codes"), { { "quantization_config", settings } }));
    }

private slots:
    void initTestCase()
    {
        m_root = fs::path(m_files.path().toStdString());
        make("block", true);
        make("tensor", false);
    }
    void theOriginalIsOpened_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("storedAs");
        QTest::newRow("block") << "block"
                               << "FP8 in blocks of 128 × 128";
        QTest::newRow("tensor") << "tensor"
                                << "FP8 with one scale a tensor";
    }
    void theOriginalIsOpened()
    {
        QFETCH(QString, name);
        QFETCH(QString, storedAs);
        const auto codes = openProject(m_root / (name.toStdString() + "-codes"), {});
        VERIFY_OK(codes);
        const auto floats = openModel(m_root / (name.toStdString() + "-floats"));
        VERIFY_OK(floats);
        const Model& model = (*codes)->model;
        QVERIFY(!model.quantized);
        QCOMPARE(QString::fromStdString(model.storedAs), storedAs);
        QVERIFY(std::ranges::any_of(model.notes,
            [](const Note& note) { return note.kind == NoteKind::LowPrecision && note.items.size() == 14; }));
        QVERIFY(
            std::ranges::none_of(model.notes, [](const Note& note) { return note.kind == NoteKind::UnusedTensors; }));
        for (const LayerInfo& layer : floats->network->layers())
            QCOMPARE(model.network->layerWeight(layer.name).value(), floats->network->layerWeight(layer.name).value());
        const std::vector<std::vector<TokenId>> windows { { 1, 5, 9, 100, 200, 300 } };
        QCOMPARE(runNetwork(*model.network, windows)->logits, runNetwork(*floats->network, windows)->logits);

        std::int64_t before = 0;
        for (const BytePart& part : byteParts(model, storedPlan(model)))
            before += part.before;
        QCOMPARE(before, static_cast<std::int64_t>(fs::file_size(model.checkpoint.files().front())));
    }
    /// Rounded anew and written: the same bytes as from the floats, and no word of FP8.
    void exportsAreThoseOfTheFloats()
    {
        const auto codes = openModel(m_root / "block-codes", Opening::AsOriginal);
        const auto floats = openModel(m_root / "block-floats");
        const RoundedRun run(*codes, { "int4-g64", "int8-channel", "bf16" }),
            other(*floats, { "int4-g64", "int8-channel", "bf16" });
        VERIFY_OK(run.write("compressed-tensors", m_root / "from-codes"));
        VERIFY_OK(other.write("compressed-tensors", m_root / "from-floats"));
        const auto bytes = [&](const char* folder, const char* file) {
            return readTextFile(m_root / folder / file, 1 << 28).value();
        };
        QVERIFY(bytes("from-codes", "model.safetensors") == bytes("from-floats", "model.safetensors"));
        // One of them was written by another program: its keys stand otherwise.
        QVERIFY(Json::parse(bytes("from-codes", "config.json")) == Json::parse(bytes("from-floats", "config.json")));
        const auto written = openModel(m_root / "from-codes");
        VERIFY_OK(written);
        QCOMPARE(run.difference(*written), std::string());
        VERIFY_OK(run.write("hf", m_root / "hf"));
        const Json config = Json::parse(readTextFile(m_root / "hf" / "config.json", 1 << 20).value());
        QVERIFY(!config.contains("quantization_config"));
        QVERIFY(!openModel(m_root / "hf")->quantized);
    }
    /// A result is still looked at by its codes.
    void codesAreStillReadWhereTheyAreAskedFor()
    {
        const auto stored = openModel(m_root / "tensor-codes");
        VERIFY_OK(stored);
        QVERIFY(stored->quantized && stored->storedAs.empty());
        const auto original = openModel(m_root / "tensor-codes", Opening::AsOriginal);
        QVERIFY(hasCodes(*original) && !hasCodes(*openModel(m_root / "tensor-floats")));
    }
    void aScaleThatIsNoNumberIsNamedWhenItOpens()
    {
        const fs::path folder = m_root / "nan";
        fs::copy(m_root / "block-codes", folder);
        const std::string scales = "model.layers.1.mlp.up_proj.weight_scale_inv";
        QVERIFY(editTensors(folder, [&](std::map<std::string, OwnedTensor>& tensors) {
            tensors[scales] = floatTensor(scales, { 3, 2 }, { 1, 1, 1, std::nanf(""), 1, 1 });
        }));
        const auto opened = openProject(folder, {});
        QVERIFY(!opened && opened.error().message.find(scales) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestLowPrecisionModel)
#include "tst_low_precision_model.moc"
