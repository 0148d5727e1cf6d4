// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/layered_layout.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace kerf::ui {
namespace {

constexpr int kSweeps = 24; ///< of the order, forth and back
constexpr int kExchanges = 8; ///< times that neighbours are tried after each, at most
constexpr int kSettlings = 24; ///< of the heights
constexpr double kStraight = 16; ///< how much more than a node a bend pulls towards a straight line

/// A node, or where an edge crosses a column.
struct Item {
    int node = -1; ///< -1: a bend
    int column = 0;
    double height = 0;
    double middle = 0; ///< where it is, vertically
    std::vector<int> before, behind; ///< items of the neighbouring columns
};

class Layout {
public:
    explicit Layout(const LayoutInput& input)
        : m_input(input)
    {
        findColumns();
        makeItems();
        makeChains();
    }

    LayoutResult find()
    {
        order();
        settle();
        return result();
    }

private:
    /// Longest paths from the left; what nothing comes before stands right before what reads it.
    void findColumns()
    {
        const std::size_t count = m_input.sizes.size();
        m_columns.assign(count, 0);
        std::vector<bool> isRead(count, false);
        std::vector<int> nearest(count, std::numeric_limits<int>::max());
        for (std::size_t node = 0; node < count; ++node) // in topological order
            for (const auto& [from, to] : m_input.edges)
                if (static_cast<std::size_t>(to) == node) {
                    m_columns[node] = std::max(m_columns[node], m_columns[static_cast<std::size_t>(from)] + 1);
                    isRead[node] = true;
                }
        for (const auto& [from, to] : m_input.edges) {
            int& least = nearest[static_cast<std::size_t>(from)];
            least = std::min(least, m_columns[static_cast<std::size_t>(to)]);
        }
        for (std::size_t node = 0; node < count; ++node)
            if (!isRead[node] && nearest[node] != std::numeric_limits<int>::max())
                m_columns[node] = nearest[node] - 1;
    }

    void makeItems()
    {
        for (std::size_t node = 0; node < m_columns.size(); ++node)
            addItem(static_cast<int>(node), m_columns[node], m_input.sizes[node].height());
    }

    int addItem(int node, int column, double height)
    {
        const int at = static_cast<int>(m_items.size());
        if (column >= static_cast<int>(m_order.size()))
            m_order.resize(static_cast<std::size_t>(column) + 1);
        m_order[static_cast<std::size_t>(column)].push_back(at);
        Item& added = m_items.emplace_back();
        added.node = node;
        added.column = column;
        added.height = height;
        return at;
    }

    void makeChains()
    {
        for (const auto& [from, to] : m_input.edges) {
            std::vector<int>& chain = m_chains.emplace_back();
            int last = from;
            for (int column = m_columns[static_cast<std::size_t>(from)] + 1;
                 column < m_columns[static_cast<std::size_t>(to)]; ++column) {
                chain.push_back(addItem(-1, column, 0));
                link(last, chain.back());
                last = chain.back();
            }
            link(last, to);
        }
    }

    void link(int from, int to)
    {
        item(from).behind.push_back(to);
        item(to).before.push_back(from);
    }

    Item& item(int at) { return m_items[static_cast<std::size_t>(at)]; }

    // ---- the order within columns

    std::vector<int> places() const
    {
        std::vector<int> places(m_items.size());
        for (const std::vector<int>& column : m_order)
            for (std::size_t i = 0; i < column.size(); ++i)
                places[static_cast<std::size_t>(column[i])] = static_cast<int>(i);
        return places;
    }

    int crossings() const
    {
        const std::vector<int> at = places();
        int count = 0;
        for (const std::vector<int>& column : m_order)
            for (std::size_t i = 0; i < column.size(); ++i)
                for (std::size_t j = i + 1; j < column.size(); ++j)
                    for (const int a : m_items[static_cast<std::size_t>(column[i])].behind)
                        for (const int b : m_items[static_cast<std::size_t>(column[j])].behind)
                            count += at[static_cast<std::size_t>(a)] > at[static_cast<std::size_t>(b)] ? 1 : 0;
        return count;
    }

    void order()
    {
        std::vector<std::vector<int>> best = m_order;
        m_crossings = crossings();
        for (int sweep = 0; sweep < kSweeps && m_crossings > 0; ++sweep) {
            const bool isForth = sweep % 2 == 0;
            for (std::size_t i = 0; i < m_order.size(); ++i)
                sortByBarycentre(m_order[isForth ? i : m_order.size() - 1 - i], isForth);
            for (int round = 0; round < kExchanges && exchange(); ++round) { }
            if (const int now = crossings(); now < m_crossings) {
                m_crossings = now;
                best = m_order;
            }
        }
        m_order = std::move(best);
    }

    /// Those without neighbours on that side keep their place.
    void sortByBarycentre(std::vector<int>& column, bool isForth)
    {
        const std::vector<int> at = places();
        std::vector<std::pair<double, int>> keys;
        for (const int id : column) {
            const std::vector<int>& near = isForth ? item(id).before : item(id).behind;
            double sum = 0;
            for (const int other : near)
                sum += at[static_cast<std::size_t>(other)];
            keys.emplace_back(
                near.empty() ? at[static_cast<std::size_t>(id)] : sum / static_cast<double>(near.size()), id);
        }
        std::ranges::stable_sort(keys, {}, &std::pair<double, int>::first);
        for (std::size_t i = 0; i < column.size(); ++i)
            column[i] = keys[i].second;
    }

    /// Exchanges items that stand one below the other where this leaves fewer crossings. False: nowhere.
    bool exchange()
    {
        std::vector<int> at = places();
        bool isBetter = false;
        for (std::vector<int>& column : m_order)
            for (std::size_t i = 1; i < column.size(); ++i) {
                if (crossingsOf(column[i], column[i - 1], at) >= crossingsOf(column[i - 1], column[i], at))
                    continue;
                std::swap(column[i - 1], column[i]);
                std::swap(at[static_cast<std::size_t>(column[i - 1])], at[static_cast<std::size_t>(column[i])]);
                isBetter = true;
            }
        return isBetter;
    }

    /// Of the edges of two items of a column, with the first above the second.
    int crossingsOf(int above, int below, const std::vector<int>& at) const
    {
        const Item& first = m_items[static_cast<std::size_t>(above)];
        const Item& second = m_items[static_cast<std::size_t>(below)];
        int count = 0;
        for (const bool isBefore : { true, false })
            for (const int a : isBefore ? first.before : first.behind)
                for (const int b : isBefore ? second.before : second.behind)
                    count += at[static_cast<std::size_t>(a)] > at[static_cast<std::size_t>(b)] ? 1 : 0;
        return count;
    }

    // ---- the heights

    void settle()
    {
        for (const std::vector<int>& column : m_order) {
            double top = 0;
            for (const int id : column) {
                item(id).middle = top + item(id).height / 2;
                top += item(id).height + m_input.rowGap;
            }
            for (const int id : column) // around 0
                item(id).middle -= (top - m_input.rowGap) / 2;
        }
        for (int round = 0; round < kSettlings; ++round)
            for (std::size_t i = 0; i < m_order.size(); ++i)
                settleColumn(m_order[round % 2 == 0 ? i : m_order.size() - 1 - i]);
    }

    double wanted(const Item& of) const
    {
        double sum = 0, weight = 0;
        for (const std::vector<int>* near : { &of.before, &of.behind })
            for (const int id : *near) {
                const Item& other = m_items[static_cast<std::size_t>(id)];
                const double pull = other.node < 0 && of.node < 0 ? kStraight : 1;
                sum += pull * other.middle;
                weight += pull;
            }
        return weight > 0 ? sum / weight : of.middle;
    }

    /// Nearest to where their neighbours want them, in their order and without touching: pools of items that touch.
    void settleColumn(const std::vector<int>& column)
    {
        struct Pool {
            double sum, count;
            double mean() const { return sum / count; }
        };
        std::vector<Pool> pools;
        std::vector<double> offsets;
        double offset = 0;
        for (std::size_t i = 0; i < column.size(); ++i) {
            if (i > 0)
                offset += (item(column[i - 1]).height + item(column[i]).height) / 2 + m_input.rowGap;
            offsets.push_back(offset);
            pools.push_back({ wanted(item(column[i])) - offset, 1 });
            while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
                const Pool last = pools.back();
                pools.pop_back();
                pools.back() = { pools.back().sum + last.sum, pools.back().count + last.count };
            }
        }
        std::size_t at = 0;
        for (const Pool& pool : pools)
            for (const std::size_t end = at + static_cast<std::size_t>(pool.count); at < end; ++at)
                item(column[at]).middle = pool.mean() + offsets[at];
    }

    // ---- what comes of it

    LayoutResult result()
    {
        LayoutResult result;
        result.columns = m_columns;
        result.crossings = m_crossings;
        const std::vector<std::pair<double, double>> sides = findSides();
        for (std::size_t node = 0; node < m_columns.size(); ++node) {
            const QSizeF& size = m_input.sizes[node];
            const double x = sides[static_cast<std::size_t>(m_columns[node])].first;
            result.places.emplace_back(QPointF(x, m_items[node].middle - size.height() / 2), size);
            result.bounds = result.bounds.united(result.places.back());
        }
        for (const std::vector<int>& chain : m_chains) {
            std::vector<QPointF>& bends = result.bends.emplace_back();
            for (const int id : chain) {
                const auto& [from, to] = sides[static_cast<std::size_t>(item(id).column)];
                bends.insert(bends.end(), { { from, item(id).middle }, { to, item(id).middle } });
                result.bounds.setTop(std::min(result.bounds.top(), item(id).middle));
                result.bounds.setBottom(std::max(result.bounds.bottom(), item(id).middle));
            }
        }
        return result;
    }

    /// Left and right of each column.
    std::vector<std::pair<double, double>> findSides()
    {
        std::vector<std::pair<double, double>> sides;
        double left = 0;
        for (const std::vector<int>& column : m_order) {
            double width = 0;
            for (const int id : column)
                if (item(id).node >= 0)
                    width = std::max(width, m_input.sizes[static_cast<std::size_t>(item(id).node)].width());
            sides.emplace_back(left, left + width);
            left += width + m_input.columnGap;
        }
        return sides;
    }

    const LayoutInput& m_input;
    std::vector<int> m_columns;
    std::vector<Item> m_items; ///< the nodes, then the bends
    std::vector<std::vector<int>> m_order; ///< by column
    std::vector<std::vector<int>> m_chains; ///< the bends of each edge
    int m_crossings = 0;
};

} // namespace

LayoutResult layeredLayout(const LayoutInput& input)
{
    return Layout(input).find();
}

} // namespace kerf::ui
