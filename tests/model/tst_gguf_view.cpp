// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/checkpoint/ggml_types.h"
#include "core/exporters/carried_tensors.h"
#include "core/exporters/gguf_writer.h"
#include "core/model/model.h"
#include "tests/support/gguf_copies.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

void addPair(GgufPairs& pairs, const std::string& key, const Json& value)
{
    if (value.is_boolean())
        pairs.add(key, value.get<bool>());
    else if (value.is_number_float())
        pairs.add(key, value.get<float>());
    else if (value.is_number())
        pairs.add(key, value.get<std::uint32_t>());
    else if (value.is_string())
        pairs.add(key, std::string_view(value.get_ref<const std::string&>()));
}

/// A file again with other keys (a null value takes the key away), a tensor stored with half of its bytes, and one left
/// out.
void rewrite(const fs::path& from, const fs::path& to, const Json& changes, const std::string& halved = {},
    const std::string& left = {})
{
    const Checkpoint file = Checkpoint::open(from).value();
    Json metadata = *file.metadata();
    metadata.update(changes);
    GgufPairs pairs;
    for (const auto& [key, value] : metadata.items())
        addPair(pairs, key, value);
    std::vector<GgufTensor> tensors;
    for (const auto& [name, info] : file.tensors()) {
        if (name == left)
            continue;
        const bool isHalf = name == halved;
        tensors.push_back({ name, info.shape, findGgmlType(isHalf ? "F16" : dtypeName(info.dtype))->id,
            isHalf ? info.bytes / 2 : info.bytes });
    }
    auto writer = GgufWriter::create(to, pairs, tensors, {});
    for (const GgufTensor& tensor : tensors) {
        const std::vector<std::byte> bytes = file.bytes(tensor.name).value();
        if (!writer->write(std::span(bytes).first(tensor.bytes)))
            qFatal("%s cannot be written", tensor.name.c_str());
    }
    if (!writer->finish())
        qFatal("%s cannot be written", to.string().c_str());
}

/// A file of deepseek_v3 with the layer that keys and values are made with in one tensor, of `model` as it was opened.
void joinLatent(const fs::path& from, const fs::path& to, const Checkpoint& model)
{
    const Checkpoint file = Checkpoint::open(from).value();
    Json metadata = *file.metadata();
    metadata.update({ { "deepseek2.attention.key_length_mla", nullptr },
        { "deepseek2.attention.value_length_mla", nullptr }, { "deepseek2.attention.head_count_kv", 4U },
        { "deepseek2.attention.key_length", 24U }, { "deepseek2.attention.value_length", 20U } });
    GgufPairs pairs;
    for (const auto& [key, value] : metadata.items())
        addPair(pairs, key, value);
    std::vector<GgufTensor> tensors;
    std::vector<std::vector<std::byte>> bytes;
    for (const auto& [name, info] : file.tensors()) {
        const bool isKeys = name.ends_with("attn_k_b.weight");
        if (name.ends_with("attn_v_b.weight"))
            continue;
        const std::string whole = fmt::format("model.layers.{}.self_attn.kv_b_proj.weight", name[4]);
        bytes.push_back(isKeys ? model.bytes(whole).value() : file.bytes(name).value());
        tensors.push_back({ isKeys ? fmt::format("blk.{}.attn_kv_b.weight", name[4]) : name,
            isKeys ? model.find(whole)->shape : info.shape, findGgmlType(dtypeName(info.dtype))->id,
            bytes.back().size() });
    }
    auto writer = GgufWriter::create(to, pairs, tensors, {});
    for (const std::vector<std::byte>& each : bytes)
        if (!writer->write(each))
            qFatal("%s cannot be written", to.string().c_str());
    if (!writer->finish())
        qFatal("%s cannot be written", to.string().c_str());
}

} // namespace

/// GGUF files as other programs write them: with fewer keys, with more, or damaged.
class TestGgufView : public QObject, private GgufCopies {
    Q_OBJECT
private slots:
    /// What a file need not say.
    void keysThatAreMissingAreTheFamilys_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("changes");
        QTest::newRow("gpt2") << "gpt2"
                              << R"({"gpt2.attention.head_count_kv": null, "gpt2.attention.key_length": null,
            "gpt2.attention.value_length": null, "gpt2.vocab_size": null})";
        QTest::newRow("bloom") << "bloom"
                               << R"({"bloom.attention.key_length": null, "bloom.attention.value_length": null,
            "bloom.vocab_size": null})";
        QTest::newRow("gemma3") << "gemma3"
                                << R"({"gemma3.rope.freq_base_swa": null, "gemma3.vocab_size": null,
            "gemma3.rope.dimension_count": null})";
        QTest::newRow("gpt_neox") << "gpt_neox"
                                  << R"({"gptneox.rope.freq_base": null,
            "gptneox.attention.head_count_kv": null, "gptneox.use_parallel_residual": null})";
        QTest::newRow("mixtral") << "mixtral"
                                 << R"({"llama.attention.key_length": null})";
    }
    void keysThatAreMissingAreTheFamilys()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, folder);
        QFETCH(QString, changes);
        const fs::path whole = written(folder), fewer = whole.parent_path() / "fewer.gguf";
        rewrite(whole, fewer, Json::parse(changes.toStdString()));
        const auto expected = openModel(whole), found = openModel(fewer);
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        const std::vector<std::vector<TokenId>> windows { { 1, 5, 9, 100, 200, 300, 17, 4, 500, 3, 7, 11, 2, 90 } };
        QVERIFY(runNetwork(*found->network, windows)->logits == runNetwork(*expected->network, windows)->logits);
    }

    void whatCannotBeReadIsNamed_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("halved");
        QTest::addColumn<QString>("says");
        QTest::newRow("experts") << "qwen2"
                                 << R"({"qwen2.expert_count": 4})"
                                 << ""
                                 << "is a mixture of experts";
        QTest::newRow("experts used") << "mixtral"
                                      << R"({"llama.expert_used_count": null})"
                                      << ""
                                      << "llama.expert_used_count is missing";
        QTest::newRow("stack") << "mixtral"
                               << R"({"llama.expert_count": 5})"
                               << ""
                               << "each of 5 experts";
        QTest::newRow("norms") << "gemma"
                               << "{}"
                               << "blk.1.ffn_norm.weight"
                               << "norms are F32";
        QTest::newRow("fused rows") << "bloom"
                                    << R"({"bloom.attention.head_count": 8, "bloom.attention.head_count_kv": 8})"
                                    << ""
                                    << "24 heads of 16 are 384 rows";
        QTest::newRow("grouped") << "gpt2"
                                 << R"({"gpt2.attention.head_count_kv": 2})"
                                 << ""
                                 << "4 heads and 2 of keys";
        QTest::newRow("parts that turn") << "gemma"
                                         << R"({"gemma.rope.dimension_count": 16})"
                                         << ""
                                         << "turns 16 of the 32";
    }
    void whatCannotBeReadIsNamed()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, folder);
        QFETCH(QString, changes);
        QFETCH(QString, halved);
        QFETCH(QString, says);
        const fs::path whole = written(folder), changed = whole.parent_path() / "changed.gguf";
        rewrite(whole, changed, Json::parse(changes.toStdString()), halved.toStdString());
        const auto opened = openModel(changed);
        QVERIFY(!opened);
        QVERIFY2(QString::fromStdString(opened.error().message).contains(says), opened.error().message.c_str());
    }

    void whatStacksLackIsNamed_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("left");
        QTest::addColumn<QString>("says");
        QTest::newRow("a half of a layer") << "gpt_oss"
                                           << "{}"
                                           << "blk.1.ffn_up_exps.weight"
                                           << "tensor blk.1.ffn_up_exps.weight is missing";
        QTest::newRow("biases") << "gpt_oss"
                                << "{}"
                                << "blk.0.ffn_gate_exps.bias"
                                << "tensor blk.0.ffn_gate_exps.bias is missing";
        QTest::newRow("inner size") << "gpt_oss"
                                    << R"({"gpt-oss.expert_feed_forward_length": 48})"
                                    << ""
                                    << "[4, 40, 64], but [4, 48, 64]";
        QTest::newRow("too many experts") << "gpt_oss"
                                          << R"({"gpt-oss.expert_count": 5000})"
                                          << ""
                                          << "4096 are possible";
        QTest::newRow("too many blocks") << "gpt_oss"
                                         << R"({"gpt-oss.block_count": 100000})"
                                         << ""
                                         << "100000 blocks";
        QTest::newRow("no size") << "gpt_oss"
                                 << R"({"gpt-oss.embedding_length": 4000000000})"
                                 << ""
                                 << "at most 1073741824";
        QTest::newRow("latent widths") << "deepseek_v3"
                                       << R"({"deepseek2.attention.key_length": 30})"
                                       << ""
                                       << "do not go together";
        QTest::newRow("latent heads") << "deepseek_v3"
                                      << R"({"deepseek2.attention.head_count": 8})"
                                      << ""
                                      << "attn_k_b.weight has the shape [4, 16, 16], but [8, 16, 16]";
        QTest::newRow("half of latent attention") << "deepseek_v3"
                                                  << "{}"
                                                  << "blk.0.attn_v_b.weight"
                                                  << "tensor blk.0.attn_v_b.weight is missing";
        QTest::newRow("scores of experts") << "deepseek_v3"
                                           << R"({"deepseek2.expert_gating_func": 4})"
                                           << ""
                                           << "(4) that Kerf does not run";
        QTest::newRow("rows of Falcon") << "falcon-new"
                                        << R"({"falcon.attention.head_count_kv": 4})"
                                        << ""
                                        << "12 heads of 16 are 192 rows";
    }
    void whatStacksLackIsNamed()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, folder);
        QFETCH(QString, changes);
        QFETCH(QString, left);
        QFETCH(QString, says);
        const fs::path whole = written(folder), changed = whole.parent_path() / "changed.gguf";
        rewrite(whole, changed, Json::parse(changes.toStdString()), {}, left.toStdString());
        const auto opened = openModel(changed);
        QVERIFY(!opened);
        QVERIFY2(QString::fromStdString(opened.error().message).contains(says), opened.error().message.c_str());
    }

    /// As it held latent attention before it was cut in two.
    void olderFilesOfLatentAttentionAreRead()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path whole = written("deepseek_v3"), older = whole.parent_path() / "older.gguf";
        const auto expected = openModel(whole);
        joinLatent(whole, older, expected->checkpoint);
        const auto found = openModel(older);
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        const std::vector<std::vector<TokenId>> windows { { 1, 5, 9, 100, 200, 300, 17, 4, 500, 3, 7, 11, 2, 90 } };
        QVERIFY(runNetwork(*found->network, windows)->logits == runNetwork(*expected->network, windows)->logits);
    }

    /// Codes stand by rows of outputs in GPT-2 too, whose float matrices are [in, out].
    void codesThatBecomeFloatsAreTransposed()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto model = openModel(written("gpt2", "q8_0"));
        QVERIFY(model && model->quantized);
        const Plan plan;
        ExportSource source { model->checkpoint, *model->network, plan, {} };
        source.stored = &*model->quantized;
        const std::string layer = "transformer.h.1.mlp.c_fc";
        const std::vector<CarriedTensor> all = carriedTensors(source);
        const auto carried = std::ranges::find(all, layer, &CarriedTensor::codes);
        QVERIFY(carried != all.end());
        QVERIFY(carried->spec.shape == (std::vector<std::int64_t> { 64, 256 }));
        const Matrix expected = dequantize(model->quantized->read(layer).value()).transpose();
        Matrix found(expected.rows(), expected.cols());
        QVERIFY(lendCarried(source, *carried, [&](std::span<const std::byte> bytes) -> Status {
            toFloat32(carried->spec.dtype, bytes, { found.data(), static_cast<std::size_t>(found.size()) });
            return {};
        }));
        QVERIFY((found - expected).cwiseAbs().maxCoeff() <= 1e-2F * expected.cwiseAbs().maxCoeff());
    }

    void keysThatAreNotReadAreTold()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path whole = written("gemma"), more = whole.parent_path() / "more.gguf";
        rewrite(whole, more, Json { { "gemma.attention.scale", 0.5 } });
        const auto opened = openModel(more);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QVERIFY(std::ranges::any_of(opened->notes, [](const Note& note) {
            return note.kind == NoteKind::IgnoredKeys && note.text.find("gemma.attention.scale") != note.text.npos;
        }));
    }

private:
    /// A folder of the conformance set as a GGUF file.
    fs::path written(const QString& folder, const char* format = "bf16") const
    {
        const auto model = openModel(copyOf(folder));
        const fs::path out = at("out");
        if (const auto report = RoundedRun(model.value(), { format }).write("gguf", out); !report)
            qFatal("%s", report.error().message.c_str());
        return out / "model.gguf";
    }
};

QTEST_GUILESS_MAIN(TestGgufView)
#include "tst_gguf_view.moc"
