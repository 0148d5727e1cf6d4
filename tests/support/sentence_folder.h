// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::test {

using namespace kerf::core;

/// A copy of one of the small encoders of tests/data/encoders; with modules a folder as sentence-transformers writes
/// it. Header only.
class SentenceFolder {
public:
    explicit SentenceFolder(std::filesystem::path path, const char* source = "bert-base")
        : m_path(std::move(path))
    {
        std::filesystem::copy(std::filesystem::path(KERF_SOURCE_DIR "/tests/data/encoders") / source, m_path);
    }

    const std::filesystem::path& path() const { return m_path; }

    /// A module behind those that are there; `config` of its config.json, null: it has no folder.
    void add(const std::string& folder, const std::string& type, const Json& config = {})
    {
        if (m_modules.empty())
            m_modules.push_back({ { "idx", 0 }, { "name", "0" }, { "path", "" },
                { "type", "sentence_transformers.models.Transformer" } });
        m_modules.push_back({ { "idx", m_modules.size() }, { "name", std::to_string(m_modules.size()) },
            { "path", folder }, { "type", "sentence_transformers." + type } });
        write("modules.json", m_modules.dump());
        if (config.is_null())
            return;
        std::filesystem::create_directory(m_path / folder);
        write(folder + "/config.json", config.dump());
    }

    void write(const std::string& name, const std::string& text) const
    {
        if (!writeFileAtomically(m_path / name, text))
            throw std::runtime_error(name);
    }

    /// The map of a Dense module.
    void writeDense(const std::string& folder, const Matrix& weight, const Vector& bias) const
    {
        const std::vector<TensorView> tensors {
            { "linear.weight", DType::F32, { weight.rows(), weight.cols() },
                std::as_bytes(std::span(weight.data(), static_cast<std::size_t>(weight.size()))) },
            { "linear.bias", DType::F32, { bias.size() },
                std::as_bytes(std::span(bias.data(), static_cast<std::size_t>(bias.size()))) },
        };
        if (!writeSafetensors(m_path / folder / "model.safetensors", tensors))
            throw std::runtime_error(folder);
    }

    /// A tokenizer of 60 words, w4 to w63, between [CLS] (2) and [SEP] (3).
    void writeTokenizer() const
    {
        Json vocabulary { { "[PAD]", 0 }, { "[UNK]", 1 }, { "[CLS]", 2 }, { "[SEP]", 3 } };
        for (int id = 4; id < 64; ++id)
            vocabulary[fmt::format("w{}", id)] = id;
        Json added = Json::array();
        for (const char* token : { "[PAD]", "[UNK]", "[CLS]", "[SEP]" })
            added.push_back({ { "id", vocabulary[token] }, { "content", token }, { "single_word", false },
                { "lstrip", false }, { "rstrip", false }, { "normalized", false }, { "special", true } });
        const Json json { { "version", "1.0" }, { "added_tokens", added }, { "normalizer", nullptr },
            { "pre_tokenizer", { { "type", "Whitespace" } } },
            { "post_processor",
                { { "type", "BertProcessing" }, { "sep", { "[SEP]", 3 } }, { "cls", { "[CLS]", 2 } } } },
            { "decoder", nullptr },
            { "model", { { "type", "WordLevel" }, { "vocab", vocabulary }, { "unk_token", "[UNK]" } } } };
        write("tokenizer.json", json.dump());
    }

private:
    std::filesystem::path m_path;
    Json m_modules = Json::array();
};

} // namespace kerf::test
