// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/vocabulary.h"

namespace kerf::core {

/// The pieces of a vocabulary by their bytes: a double array (Aoe 1989), so that each byte of a text costs one look at
/// two tables.
class PieceTrie {
public:
    static constexpr std::int32_t kRoot = 0;
    static constexpr std::int32_t kNone = -1; ///< no node, no piece

    PieceTrie() = default;
    explicit PieceTrie(const Vocabulary& vocabulary);

    /// The node behind another by one byte; kNone when no piece goes on so. @pre node is one
    std::int32_t step(std::int32_t node, char byte) const
    {
        const auto next
            = static_cast<std::size_t>(m_cells[static_cast<std::size_t>(node)].base) + static_cast<unsigned char>(byte);
        return m_cells[next].parent == node ? static_cast<std::int32_t>(next) : kNone;
    }
    /// The node at the end of a text; kNone when no piece starts with it.
    std::int32_t find(std::string_view text) const;
    /// The id of the piece that ends at a node, or kNone.
    TokenId id(std::int32_t node) const { return m_cells[static_cast<std::size_t>(node)].id; }

private:
    struct Cell {
        std::int32_t base = 0; ///< children stand from here on, by their byte
        std::int32_t parent = kNone;
        TokenId id = kNone;
    };
    struct Builder;

    std::vector<Cell> m_cells { 257 };
};

} // namespace kerf::core
