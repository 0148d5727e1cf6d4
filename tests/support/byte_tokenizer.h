// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/json.h"
#include "core/base/unicode.h"

namespace kerf::test {

/// Every byte is a token, as byte-level BPE writes it: enough for a model of 512 tokens, whose folder has no tokenizer.
inline void writeByteTokenizer(const std::filesystem::path& folder)
{
    core::Json vocabulary = core::Json::object();
    std::uint32_t next = 256;
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        const bool isShown = (byte > 32 && byte < 127) || (byte > 160 && byte != 173);
        std::string token;
        core::appendUtf8(token, isShown ? byte : next++);
        vocabulary[token] = vocabulary.size();
    }
    vocabulary["th"] = vocabulary.size();
    const core::Json json { { "version", "1.0" }, { "added_tokens", core::Json::array() }, { "normalizer", nullptr },
        { "pre_tokenizer", { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "use_regex", true } } },
        { "decoder", { { "type", "ByteLevel" } } },
        { "model", { { "type", "BPE" }, { "vocab", vocabulary }, { "merges", { "t h" } } } } };
    std::ofstream(folder / "tokenizer.json") << json.dump();
}

} // namespace kerf::test
