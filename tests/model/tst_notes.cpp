// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/model/model.h"
#include "tests/support/edit_model.h"
#include "tests/support/run_network.h"
#include "tests/support/small_decoder.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::vector<TokenId>> kWindows { { 1, 5, 9, 2, 30, 7 } };

const Note* find(const Notes& notes, NoteKind kind)
{
    const auto found = std::find_if(notes.begin(), notes.end(), [&](const Note& note) { return note.kind == kind; });
    return found == notes.end() ? nullptr : &*found;
}

bool says(const Note* note, const std::string& text)
{
    return note && note->text.find(text) != std::string::npos;
}

Matrix logitsOf(const fs::path& folder)
{
    const auto model = openModel(folder);
    if (!model) {
        qWarning("%s", model.error().message.c_str());
        return {};
    }
    return runNetwork(*model->network, kWindows).value().logits;
}

} // namespace

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

/// What contradicts itself or is not used must not pass in silence.
class TestNotes : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    int m_folders = 0;

    fs::path makeModel(const SmallDecoderShape& shape = {})
    {
        const fs::path folder = fs::path(m_directory.path().toStdString()) / std::to_string(m_folders++);
        const auto written = smallDecoder(folder, shape);
        if (!written)
            qWarning("%s", written.error().message.c_str());
        return folder;
    }

private slots:
    void anOrdinaryModelHasNone()
    {
        for (const char* type : { "llama", "qwen2", "gemma" })
            for (const bool tied : { false, true }) {
                SmallDecoderShape shape;
                shape.type = type;
                shape.tied = tied;
                const auto model = openModel(makeModel(shape));
                VERIFY_OK(model);
                QVERIFY2(model->notes.empty(), model->notes.empty() ? "" : model->notes[0].text.c_str());
            }
    }

    void realFilesHaveNone_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("name");
        for (const char* name : { "gemma", "gemma2", "gemma3", "gpt2", "gpt2-bare", "granite", "llama", "llama-bf16",
                 "llama-linear-bias", "llama-rope3", "llama-sharded", "llama-tied", "mistral", "mistral-head-dim",
                 "olmo2", "qwen2", "qwen2-tied-bf16", "qwen3", "qwen3-yarn", "stablelm", "starcoder2" })
            QTest::newRow(name) << QString(name);
    }
    void realFilesHaveNone()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, name);
        const auto model = openModel(data / "conformance" / "decoders" / name.toStdString());
        VERIFY_OK(model);
        QVERIFY2(model->notes.empty(), model->notes.empty() ? "" : model->notes[0].text.c_str());
    }

    void aStoredHeadThatDiffersIsUsed()
    {
        const fs::path folder = makeModel();
        const Matrix own = logitsOf(folder);
        const std::int64_t parameters = openModel(folder)->network->parameterCount();
        QVERIFY(editConfig(folder, { { "tie_word_embeddings", true } }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        const Note* note = find(model->notes, NoteKind::StoredHead);
        QVERIFY(says(note, "differs from the embedding"));
        QCOMPARE(note->items, std::vector<std::string> { "lm_head.weight" });
        QVERIFY(logitsOf(folder) == own);
        QCOMPARE(model->network->parameterCount(), parameters);
    }

    void aStoredHeadThatEqualsTheEmbeddingIsTied()
    {
        SmallDecoderShape shape;
        shape.tied = true;
        const fs::path folder = makeModel(shape);
        const Matrix tied = logitsOf(folder);
        const std::int64_t parameters = openModel(folder)->network->parameterCount();
        QVERIFY(editTensors(folder, [](auto& tensors) {
            OwnedTensor head = tensors.at("model.embed_tokens.weight");
            head.spec.name = "lm_head.weight";
            tensors.emplace(head.spec.name, std::move(head));
        }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        QVERIFY(says(find(model->notes, NoteKind::StoredHead), "equals"));
        QVERIFY(!find(model->notes, NoteKind::UnusedTensors));
        QVERIFY(logitsOf(folder) == tied);
        QCOMPARE(model->network->parameterCount(), parameters);
        QVERIFY(model->network->graph().sharesTensors());
    }

    void biasesThatTheConfigurationDoesNotNameAreTold()
    {
        SmallDecoderShape shape;
        shape.type = "qwen2";
        const fs::path folder = makeModel(shape);
        const Matrix biased = logitsOf(folder);
        QVERIFY(editConfig(folder, { { "model_type", "llama" } }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        const Note* note = find(model->notes, NoteKind::UnusedTensors);
        QVERIFY(says(note, "attention_bias"));
        QCOMPARE(note->items.size(), std::size_t { 6 }); // q, k, v of two blocks
        const Matrix unbiased = logitsOf(folder);
        QVERIFY(unbiased != biased);
        // It is the model without them, and they are told only where they would change something.
        QVERIFY(editTensors(folder, [](auto& tensors) {
            for (auto& [name, tensor] : tensors)
                if (name.ends_with(".bias"))
                    std::fill(tensor.bytes.begin(), tensor.bytes.end(), std::byte { 0 });
        }));
        QVERIFY(openModel(folder)->notes.empty());
        QVERIFY(logitsOf(folder) == unbiased);
    }

    void tensorsWithoutAPlaceAreListed()
    {
        const fs::path folder = makeModel();
        QVERIFY(editConfig(folder, { { "num_hidden_layers", 1 } }));
        QVERIFY(editTensors(folder, [](auto& tensors) {
            for (const char* name : { "model.layers.0.self_attn.rotary_emb.inv_freq", "model.extra.weight" })
                tensors.emplace(name, floatTensor(name, { 4 }, { 1, 2, 3, 4 }));
        }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        const Note* note = find(model->notes, NoteKind::UnusedTensors);
        QVERIFY(note);
        QCOMPARE(note->items.size(), std::size_t { 10 }); // 9 of block 1 and the extra one; the buffer is known
        QCOMPARE(note->items.front(), std::string("model.extra.weight"));
    }

    void keysThatAreNotReadAreListed()
    {
        const fs::path folder = makeModel();
        QVERIFY(editConfig(folder,
            { { "sliding_window", 8 }, { "logit_scale", 0.5 }, { "use_qk_norm", false }, { "attention_dropout", 0.1 },
                { "torch_dtype", "float32" }, { "layer_types", { "full_attention", "full_attention" } } }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        const Note* note = find(model->notes, NoteKind::IgnoredKeys);
        QVERIFY(note);
        QCOMPARE(note->items, (std::vector<std::string> { "logit_scale", "sliding_window" }));
    }

    /// The same logits, to the bit, as with the numbers that its codes stand for.
    void aQuantizedHeadIsRead()
    {
        const fs::path coded = makeModel();
        const fs::path plain = fs::path(coded.string() + "-plain");
        fs::copy(coded, plain);
        QVERIFY(editConfig(coded,
            { { "quantization_config",
                { { "quant_method", "gptq" }, { "bits", 4 }, { "group_size", 32 }, { "sym", true } } } }));
        QVERIFY(editTensors(coded, [](auto& tensors) {
            tensors.erase("lm_head.weight");
            const auto add = [&](const char* end, DType type, std::vector<std::int64_t> shape,
                                 const std::vector<int>& pattern, std::size_t bytes) {
                OwnedTensor tensor { { std::string("lm_head") + end, type, std::move(shape) }, {} };
                for (std::size_t i = 0; i < bytes; ++i)
                    tensor.bytes.push_back(static_cast<std::byte>(pattern[i % pattern.size()]));
                tensors.emplace(tensor.spec.name, std::move(tensor));
            };
            add(".qweight", DType::I32, { 4, 32 }, { 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0x07, 0x31, 0x85 },
                4 * 32 * 4);
            add(".qzeros", DType::I32, { 1, 4 }, { 0x77 }, 16); // version 1: the middle code less one
            add(".scales", DType::F16, { 1, 32 }, { 0x00, 0x38, 0x00, 0x34 }, 64); // 0.5 and 0.25
        }));
        const auto model = openModel(coded);
        VERIFY_OK(model);
        QCOMPARE(model->quantized->layers().at("lm_head"), std::string("int4-g32"));
        const Matrix head = dequantize(model->quantized->read("lm_head").value());
        QVERIFY(head.maxCoeff() > 3 && head.minCoeff() < -3);
        QVERIFY(editTensors(plain, [&](auto& tensors) {
            const auto bytes = std::as_bytes(std::span(head.data(), static_cast<std::size_t>(head.size())));
            tensors.insert_or_assign("lm_head.weight",
                OwnedTensor {
                    { "lm_head.weight", DType::F32, { head.rows(), head.cols() } }, { bytes.begin(), bytes.end() } });
        }));
        QVERIFY(logitsOf(coded) == logitsOf(plain));
    }

    void shardsWithoutAnIndexAreOneModel()
    {
        const fs::path folder = makeModel();
        const Matrix whole = logitsOf(folder);
        QVERIFY(splitIntoShards(folder, 3));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        QVERIFY(says(find(model->notes, NoteKind::NoIndex), "3 shards"));
        QVERIFY(logitsOf(folder) == whole);
        fs::remove(folder / "model-00002-of-00003.safetensors");
        const auto cut = openModel(folder);
        QVERIFY(!cut && cut.error().message.find("model-00002-of-00003.safetensors: is missing") != std::string::npos);
    }

    void openingDecodesNoLayer()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path folder = fs::path(m_directory.path().toStdString()) / "codes";
        fs::create_directories(folder);
        for (const char* name : { "config.json", "model.safetensors" })
            fs::copy_file(data / "peers" / "gptqmodel-gptq-v1" / name, folder / name);
        QVERIFY(editTensors(folder, [](auto& tensors) { // a scale of NaN in the second block
            auto& bytes = tensors.at("model.layers.1.mlp.up_proj.scales").bytes;
            bytes[0] = std::byte { 0x00 };
            bytes[1] = std::byte { 0x7e };
        }));
        const auto model = openModel(folder);
        VERIFY_OK(model);
        QVERIFY(says(find(model->notes, NoteKind::Quantized), "gptq, 14 layers in int4-g64"));
        QVERIFY(model->network->loadBlock(0));
        QVERIFY(!model->network->loadBlock(1));
        QVERIFY(!model->quantized->checkScales({}));
    }
};

QTEST_GUILESS_MAIN(TestNotes)
#include "tst_notes.moc"
