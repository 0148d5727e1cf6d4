// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace kerf::core {

/// Words [begin, end) that are one entity.
struct Entity {
    std::size_t begin = 0, end = 0;
    std::string type; ///< "PER"

    auto operator<=>(const Entity&) const = default;
};

/// The entities of a sentence in IOB2: "B-X" begins one of type X, "I-X" right behind goes on with it. An I of another
/// type, or behind no entity, begins none: as seqeval counts with mode="strict", scheme=IOB2 (Tjong Kim Sang and De
/// Meulder, CoNLL-2003, section 2.4).
std::vector<Entity> entitiesOf(std::span<const std::string> tags);

/// Of one sentence, or of several together.
struct EntityCounts {
    double right = 0; ///< found with their borders and their type
    double found = 0, there = 0;

    EntityCounts& operator+=(const EntityCounts& other);
    EntityCounts& operator-=(const EntityCounts& other);
    double precision() const { return found > 0 ? right / found : 0; }
    double recall() const { return there > 0 ? right / there : 0; }
    double f1() const { return found + there > 0 ? 2 * right / (found + there) : 0; }
};
EntityCounts compareEntities(std::span<const std::string> found, std::span<const std::string> gold);

} // namespace kerf::core
