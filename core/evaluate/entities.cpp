// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/entities.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace kerf::core {

std::vector<Entity> entitiesOf(std::span<const std::string> tags)
{
    std::vector<Entity> entities;
    bool isOpen = false;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const std::string_view tag = tags[i];
        const bool begins = tag.starts_with("B-");
        if (isOpen && tag.starts_with("I-") && tag.substr(2) == entities.back().type)
            entities.back().end = i + 1;
        else if (begins)
            entities.push_back({ i, i + 1, std::string(tag.substr(2)) });
        isOpen = begins || (isOpen && entities.back().end == i + 1);
    }
    return entities;
}

EntityCounts& EntityCounts::operator+=(const EntityCounts& other)
{
    right += other.right;
    found += other.found;
    there += other.there;
    return *this;
}

EntityCounts& EntityCounts::operator-=(const EntityCounts& other)
{
    right -= other.right;
    found -= other.found;
    there -= other.there;
    return *this;
}

EntityCounts compareEntities(std::span<const std::string> found, std::span<const std::string> gold)
{
    const std::vector<Entity> mine = entitiesOf(found), theirs = entitiesOf(gold); // both in order
    std::vector<Entity> common;
    std::ranges::set_intersection(mine, theirs, std::back_inserter(common));
    return { static_cast<double>(common.size()), static_cast<double>(mine.size()), static_cast<double>(theirs.size()) };
}

} // namespace kerf::core
