// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/checkpoint/ggml_types.h"
#include "core/exporters/carried_tensors.h"
#include "core/exporters/gguf_writer.h"
#include "core/model/model.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/edit_model.h"
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

/// A file again with other keys (a null value takes the key away), and with tensors left out or stored otherwise.
void rewrite(const fs::path& from, const fs::path& to, const Json& changes, const std::string& halved = {})
{
    const Checkpoint file = Checkpoint::open(from).value();
    Json metadata = *file.metadata();
    metadata.update(changes);
    GgufPairs pairs;
    for (const auto& [key, value] : metadata.items())
        addPair(pairs, key, value);
    std::vector<GgufTensor> tensors;
    for (const auto& [name, info] : file.tensors()) {
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

} // namespace

/// GGUF files as other programs write them: with fewer keys, with more, or damaged.
class TestGgufView : public QObject {
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
        const fs::path place = fs::path(m_folder.path().toStdString())
            / fmt::format(
                "{} {}", QTest::currentTestFunction(), QTest::currentDataTag() ? QTest::currentDataTag() : "");
        fs::create_directories(place);
        fs::copy(sharedData() / "conformance" / "decoders" / folder.toStdString(), place / "source");
        writeByteTokenizer(place / "source");
        if (folder == "gemma3" && !editConfig(place / "source", { { "query_pre_attn_scalar", 32 } }))
            qFatal("config.json cannot be changed");
        const auto model = openModel(place / "source");
        if (const auto report = RoundedRun(model.value(), { format }).write("gguf", place / "out"); !report)
            qFatal("%s", report.error().message.c_str());
        return place / "out" / "model.gguf";
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestGgufView)
#include "tst_gguf_view.moc"
