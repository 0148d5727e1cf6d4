// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// The hash of windows: of their token ids and of the length that they were cut to.
std::string windowsHash(const Dataset& data, std::int64_t window);

struct DrawnWindow {
    std::vector<TokenId> ids;
    std::int32_t document = 0;
};

/// Draws `count` windows (0: all) by a seed: every window has a random place in an order of all of them, and the first
/// so many are kept. Of one seed, fewer are the first of more. Holds no more windows than it keeps.
class WindowDraw {
public:
    WindowDraw(std::uint64_t seed, std::int64_t count)
        : m_order(seed)
        , m_count(count)
    {
    }
    /// `number`: of the window in the text, from 0.
    void add(std::uint64_t number, DrawnWindow window);
    void take(Dataset& data); ///< as its windows, in their random order

private:
    CounterRng m_order;
    std::int64_t m_count;
    std::multimap<std::uint64_t, DrawnWindow> m_drawn; ///< by place
};

/// Keeps the windows that WindowDraw draws. @pre documents are told apart
void drawWindows(Dataset& data, std::uint64_t seed, std::int64_t count);

/// The first windows of a text that is cut already, at most all: as loadDataset gives them when it is asked for so
/// many.
Dataset firstWindows(const Dataset& data, std::int64_t count);

/// Numbers of windows to look at as they grow: so many halvings of all, no fewer than one, each once, ascending.
std::vector<std::int64_t> halvesOf(std::int64_t windows, int halvings);

} // namespace kerf::core
