// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// The "normalizer" of a tokenizer.json: NFC, NFD, NFKC, NFKD, Prepend, Replace, Strip and Sequence.
class Normalizer {
public:
    /// json may be null: the text stays as it is. Errors: BadFile, naming the normalizer that is not supported.
    static Result<Normalizer> load(const Json& json, const std::string& place);
    /// `continued`: the text goes on where another ended, so nothing is put or taken away at its start.
    /// @pre text is valid UTF-8. Errors: InvalidArgument (a pattern is too expensive), OutOfMemory.
    Result<std::string> apply(std::string text, bool continued) const;

private:
    using Step = std::function<Result<std::string>(std::string, bool continued)>;
    Status add(const TokenizerPart& part);

    std::vector<Step> m_steps;
};

} // namespace kerf::core
