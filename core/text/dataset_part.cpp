// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/dataset_part.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "core/base/hash.h"
#include "core/text/text_samples.h"

namespace kerf::core {

std::string windowsHash(const Dataset& data, std::int64_t window)
{
    Hasher hasher;
    hasher.add("kerf token windows").add(window);
    const bool ownLengths = hasOwnLengths(data);
    for (const std::vector<TokenId>& ids : data.windows) {
        if (ownLengths) // where one ends does not follow from its number
            hasher.add(static_cast<std::int64_t>(ids.size()));
        hasher.add(std::as_bytes(std::span(ids)));
    }
    return hasher.hex();
}

void WindowDraw::add(std::uint64_t number, DrawnWindow window)
{
    m_drawn.emplace(m_order.at(number), std::move(window));
    if (m_count > 0 && static_cast<std::int64_t>(m_drawn.size()) > m_count)
        m_drawn.erase(std::prev(m_drawn.end()));
}

void WindowDraw::take(Dataset& data)
{
    data.windows.clear();
    data.documents.clear();
    for (auto& [place, window] : m_drawn) {
        data.windows.push_back(std::move(window.ids));
        data.documents.push_back(window.document);
    }
    m_drawn.clear();
}

void drawWindows(Dataset& data, std::uint64_t seed, std::int64_t count)
{
    WindowDraw draw(seed, count);
    for (std::size_t i = 0; i < data.windows.size(); ++i)
        draw.add(i, { std::move(data.windows[i]), data.documents[i] });
    draw.take(data);
}

Dataset firstWindows(const Dataset& data, std::int64_t count)
{
    Dataset part = data;
    part.windows.resize(std::min(part.windows.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, count))));
    part.documents.resize(std::min(part.documents.size(), part.windows.size()));
    part.windowsAsked = count;
    part.hash = windowsHash(part, data.windowLength());
    return part;
}

std::vector<std::int64_t> halvesOf(std::int64_t windows, int halvings)
{
    std::vector<std::int64_t> steps;
    for (int i = halvings; i >= 0; --i)
        if (const std::int64_t part = windows >> i; part > 0 && (steps.empty() || steps.back() != part))
            steps.push_back(part);
    return steps;
}

} // namespace kerf::core
