// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/token_id.h"
#include "core/text/vocabulary.h"

namespace kerf::core {

/// The pieces <0x00> … <0xFF> of a vocabulary, which spell what it has no piece for ("byte fallback").
class BytePieces {
public:
    BytePieces() = default; ///< none: nothing is spelled
    explicit BytePieces(const Vocabulary& vocabulary);

    /// Appends the pieces of a text's bytes when there is one for each of them; gives whether there was.
    bool append(std::string_view text, std::vector<TokenId>& out) const;

private:
    std::vector<std::optional<TokenId>> m_ids;
};

} // namespace kerf::core
