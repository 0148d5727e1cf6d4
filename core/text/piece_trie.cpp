// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/piece_trie.h"

#include <algorithm>
#include <utility>

namespace kerf::core {
namespace {

using Entry = std::pair<std::string_view, TokenId>;

/// Sorted pieces that share their first `depth` bytes, which lead to a node.
struct Range {
    std::int32_t node;
    std::size_t first;
    std::size_t last; ///< one past the last
    std::size_t depth;
};

/// Places that are tried for the children of a node before they go behind all others: bounds the time of a build.
constexpr int kMostTries = 512;

} // namespace

struct PieceTrie::Builder {
    std::vector<Cell>& cells;
    std::vector<Entry> entries;
    std::size_t firstFree = 1; ///< no cell before it is free
    std::size_t used = 1; ///< one past the last cell that is taken

    void grow(std::size_t size)
    {
        if (cells.size() < size)
            cells.resize(std::max(size, cells.size() + cells.size() / 2));
    }

    /// Where children with these bytes (ascending) fit; each needs a free cell.
    std::size_t placeFor(const std::vector<unsigned char>& bytes)
    {
        while (firstFree < cells.size() && cells[firstFree].parent != kNone)
            ++firstFree;
        std::size_t base = firstFree > bytes.front() ? firstFree - bytes.front() : 1;
        for (int tries = 0;; ++base, ++tries) {
            if (tries == kMostTries)
                base = std::max(base, used);
            grow(base + 257);
            const bool fits = std::ranges::all_of(
                bytes, [&](unsigned char byte) { return base + byte > 0 && cells[base + byte].parent == kNone; });
            if (fits)
                break;
        }
        used = std::max(used, base + bytes.back() + 1);
        return base;
    }

    /// Gives a node its piece and its children, and pushes those.
    void expand(Range range, std::vector<Range>& pending)
    {
        while (range.first < range.last && entries[range.first].first.size() == range.depth)
            cells[static_cast<std::size_t>(range.node)].id = entries[range.first++].second;
        std::vector<Range> children;
        std::vector<unsigned char> bytes;
        for (std::size_t i = range.first; i < range.last; ++i) {
            const auto byte = static_cast<unsigned char>(entries[i].first[range.depth]);
            if (bytes.empty() || bytes.back() != byte) {
                bytes.push_back(byte);
                children.push_back({ kNone, i, i, range.depth + 1 });
            }
            children.back().last = i + 1;
        }
        if (bytes.empty())
            return;
        const std::size_t base = placeFor(bytes);
        cells[static_cast<std::size_t>(range.node)].base = static_cast<std::int32_t>(base);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            children[i].node = static_cast<std::int32_t>(base + bytes[i]);
            cells[base + bytes[i]].parent = range.node;
        }
        pending.insert(pending.end(), children.begin(), children.end());
    }
};

PieceTrie::PieceTrie(const Vocabulary& vocabulary)
{
    Builder builder { m_cells, {} };
    builder.entries.reserve(vocabulary.size());
    for (const auto& [piece, id] : vocabulary)
        builder.entries.emplace_back(piece, id);
    // As std::string orders: by unsigned bytes.
    std::ranges::sort(builder.entries);
    std::vector<Range> pending { { kRoot, 0, builder.entries.size(), 0 } };
    while (!pending.empty()) {
        const Range range = pending.back();
        pending.pop_back();
        builder.expand(range, pending);
    }
    m_cells.resize(builder.used + 257);
    m_cells.shrink_to_fit();
}

std::int32_t PieceTrie::find(std::string_view text) const
{
    std::int32_t node = kRoot;
    for (const char byte : text) {
        node = step(node, byte);
        if (node == kNone)
            return kNone;
    }
    return node;
}

} // namespace kerf::core
