// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/model.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/edit_model.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

namespace kerf::test {

/// A folder of the conformance set, or of tests/data/variants, what of its settings llama.cpp does not have put aside.
struct GgufRow {
    const char* folder;
    const char* edit = "{}"; ///< of config.json
};
/// At least one of every family that is written as GGUF.
inline constexpr GgufRow kGgufRows[] { { "llama" }, { "llama-tied" }, { "llama-linear-bias" },
    { "mistral", R"({"sliding_window": null})" }, { "qwen2" }, { "qwen3" }, { "qwen3-yarn" }, { "gemma" },
    { "gemma2", R"({"query_pre_attn_scalar": 16})" }, { "gemma3", R"({"query_pre_attn_scalar": 32})" }, { "granite" },
    { "olmo2" }, { "stablelm" }, { "starcoder2", R"({"sliding_window": null})" }, { "gpt2" }, { "gpt2-bare" },
    { "gpt_neox" }, { "bloom" }, { "bloom-6-heads" }, { "mixtral" },
    { "smollm3", R"({"no_rope_layers": null, "no_rope_layer_interval": 4})" }, { "glm4" },
    { "phi3", R"({"sliding_window": null})" }, { "phi" }, { "cohere" }, { "olmoe-plain" }, { "qwen2_moe" },
    { "qwen3_moe-plain" }, { "gpt_oss", R"({"swiglu_limit": 7.0})" }, { "gpt_oss-wide" },
    { "deepseek_v2", R"({"rms_norm_eps": 1e-6})" }, { "deepseek_v2-wide" },
    { "deepseek_v3", R"({"rms_norm_eps": 1e-6})" }, { "deepseek_v3-wide" }, { "falcon-mq" }, { "falcon-new" },
    { "falcon-heads" }, { "falcon-groups" }, { "glm-wide" }, { "ernie4_5-wide" } };

/// Copies of folders, and what is made of them, in a place of their own for each test function and row of its data.
class GgufCopies {
public:
    std::filesystem::path at(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString())
            / (std::string(QTest::currentTestFunction()) + " "
                + (QTest::currentDataTag() ? QTest::currentDataTag() : "") + " " + name);
    }

    /// With a tokenizer, and the edit of its row or another.
    std::filesystem::path copyOf(const QString& folder, const QString& edit = {}) const
    {
        const std::filesystem::path copy = at(("source " + folder).toStdString());
        std::filesystem::copy(sourceOf(folder), copy);
        writeByteTokenizer(copy);
        QString changes = edit;
        for (const GgufRow& row : kGgufRows)
            if (changes.isEmpty() && folder == row.folder)
                changes = row.edit;
        if (!editConfig(copy, core::Json::parse(changes.toStdString())))
            qFatal("config.json cannot be changed");
        return copy;
    }

    /// A source, and its floats as a GGUF file that nobody has put into the source's form.
    std::pair<core::Checkpoint, core::Checkpoint> writtenAs(const char* folder) const
    {
        const auto model = core::openModel(copyOf(folder));
        const std::filesystem::path out = at(folder);
        if (const auto report = RoundedRun(model.value(), { "bf16" }).write("gguf", out); !report)
            qFatal("%s", report.error().message.c_str());
        return { model->checkpoint, core::Checkpoint::open(out / "model.gguf").value() };
    }

    static std::filesystem::path sourceOf(const QString& folder)
    {
        const std::filesystem::path shared = sharedData() / "conformance" / "decoders" / folder.toStdString();
        return std::filesystem::exists(shared)
            ? shared
            : std::filesystem::path(KERF_SOURCE_DIR "/tests/data/variants") / folder.toStdString();
    }

    static std::vector<std::vector<core::TokenId>> referenceWindows(const QString& folder)
    {
        return readTokenWindows(sourceOf(folder) / "reference.safetensors").value();
    }

private:
    QTemporaryDir m_folder;
};

} // namespace kerf::test
