// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "core/graph/executor.h"

namespace kerf::core {
namespace {

constexpr int kNever = std::numeric_limits<int>::max();

class Compiler {
public:
    Compiler(const Graph& graph, const SectionExtent& extent)
        : m_graph(graph)
        , m_extent(extent)
        , m_section(sectionOf(graph, extent.section))
        , m_isBlock(extent.section >= 0 && extent.section < graph.blockCount())
    {
        for (std::size_t i = 0; i < graph.sites().size(); ++i)
            if (isInExtent(graph.sites()[i]))
                m_sites.push_back(static_cast<int>(i));
    }

    Program compile()
    {
        const auto part = static_cast<std::size_t>(std::max(m_extent.part, 0));
        const bool isFirst = m_extent.part <= 0, isLast = m_extent.part < 0 || m_extent.part + 1 == m_section.partCount;
        m_program.inputs = isFirst ? m_section.inputs : m_section.cuts[part - 1];
        if (advances())
            m_program.outputs = isLast ? m_section.outputs : m_section.cuts[part];
        for (std::size_t i = 0; i < m_program.inputs.size(); ++i)
            place(m_program.inputs[i], { Program::Place::Kind::Input, static_cast<int>(i), 0 });
        const std::vector<NodeId> nodes = neededNodes();
        findLastUses(nodes);
        m_program.firstSites = sitesOf(m_program.inputs);
        for (std::size_t i = 0; i < nodes.size(); ++i)
            addStep(m_graph.node(nodes[i]), static_cast<int>(i));
        finishOutputs();
        return std::move(m_program);
    }

private:
    static const Section& sectionOf(const Graph& graph, int section)
    {
        if (section < 0)
            return graph.entry();
        return section < graph.blockCount() ? graph.block(section) : graph.exit();
    }

    bool advances() const { return m_extent.lastStep < 0; }
    bool isInExtent(const Site& site) const
    {
        return m_isBlock && site.block == m_extent.section && (m_extent.part < 0 || site.part == m_extent.part)
            && (advances() || site.step <= m_extent.lastStep);
    }

    std::vector<int> sitesOf(const std::vector<ValueId>& values) const
    {
        std::vector<int> sites;
        for (const int site : m_sites)
            if (std::ranges::count(values, m_graph.sites()[static_cast<std::size_t>(site)].value) > 0)
                sites.push_back(site);
        return sites;
    }

    /// Those on which outputs, or the sites that are to be seen, depend.
    std::vector<NodeId> neededNodes() const
    {
        std::set<ValueId> wanted(m_program.outputs.begin(), m_program.outputs.end());
        if (!advances())
            for (const int site : m_sites)
                wanted.insert(m_graph.sites()[static_cast<std::size_t>(site)].value);
        for (const ValueId input : m_program.inputs)
            wanted.erase(input);
        std::vector<NodeId> nodes;
        for (std::size_t i = m_section.nodes.size(); i-- > 0;) {
            if (m_extent.part >= 0 && m_section.parts[i] != m_extent.part)
                continue;
            const Node& node = m_graph.node(m_section.nodes[i]);
            if (std::ranges::none_of(node.outputs, [&](ValueId value) { return wanted.contains(value); }))
                continue;
            nodes.push_back(m_section.nodes[i]);
            for (const ValueId input : node.inputs)
                if (std::ranges::count(m_program.inputs, input) == 0)
                    wanted.insert(input);
        }
        std::ranges::reverse(nodes);
        return nodes;
    }

    void findLastUses(const std::vector<NodeId>& nodes)
    {
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (const ValueId input : m_graph.node(nodes[i]).inputs)
                m_lastUse[input] = static_cast<int>(i);
        for (const ValueId output : m_program.outputs)
            m_lastUse[output] = kNever;
    }

    int place(ValueId value, Program::Place where)
    {
        m_program.values.push_back(value);
        const ValueType& type = m_graph.value(value).type;
        m_program.types.push_back(&type);
        if (type.rows.kind == RowSpace::Kind::PerSample)
            m_program.largestOfSample = std::max(m_program.largestOfSample, type.rows.count * type.width());
        m_program.places.push_back(where);
        m_placeOf[value] = static_cast<int>(m_program.places.size()) - 1;
        return m_placeOf[value];
    }

    std::int64_t widthOf(int place) const
    {
        return m_graph.value(m_program.values[static_cast<std::size_t>(place)]).type.width();
    }

    /// The place that holds the memory, and the column at which a place starts in it.
    std::pair<int, std::int64_t> rootOf(int place) const
    {
        std::int64_t column = 0;
        while (m_program.places[static_cast<std::size_t>(place)].kind == Program::Place::Kind::Alias) {
            column += m_program.places[static_cast<std::size_t>(place)].column;
            place = m_program.places[static_cast<std::size_t>(place)].index;
        }
        return { place, column };
    }

    bool isLiveAfter(int place, int step) const
    {
        const auto found = m_lastUse.find(m_program.values[static_cast<std::size_t>(place)]);
        return found != m_lastUse.end() && found->second > step;
    }

    /// Nobody reads what lies there once this step has.
    bool isFreeAfter(int place, int step) const
    {
        const auto [root, first] = rootOf(place);
        const Program::Place& memory = m_program.places[static_cast<std::size_t>(root)];
        if (memory.kind == Program::Place::Kind::Input && !(m_isBlock && advances()))
            return false; // the caller keeps it
        for (int other = 0; other < static_cast<int>(m_program.places.size()); ++other) {
            const auto [otherRoot, otherFirst] = rootOf(other);
            const bool overlaps
                = otherRoot == root && otherFirst < first + widthOf(place) && first < otherFirst + widthOf(other);
            if (overlaps && isLiveAfter(other, step))
                return false;
        }
        return true;
    }

    /// Another input of the node shows some of a place's memory at other columns: it would change while it is read.
    bool isSeenShifted(const Node& node, int place) const
    {
        const auto [root, first] = rootOf(place);
        return std::ranges::any_of(node.inputs, [&, root = root, first = first](ValueId input) {
            const int other = m_placeOf.at(input);
            const auto [otherRoot, otherFirst] = rootOf(other);
            const bool isSame = otherFirst == first && widthOf(other) == widthOf(place);
            return otherRoot == root && !isSame && otherFirst < first + widthOf(place)
                && first < otherFirst + widthOf(other);
        });
    }

    std::optional<Program::Place> inPlace(const Node& node, ValueId output, int step) const
    {
        const OpInfo& info = node.op->info();
        if (info.isView)
            return Program::Place { Program::Place::Kind::Alias, m_placeOf.at(node.inputs[0]),
                node.op->viewColumn(node) };
        const ValueType& type = m_graph.value(output).type;
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const ValueType& input = m_graph.value(node.inputs[i]).type;
            if ((info.inPlace >> i & 1u) == 0 || input.width() != type.width() || !(input.rows == type.rows))
                continue;
            const int where = m_placeOf.at(node.inputs[i]);
            if (isFreeAfter(where, step) && !isSeenShifted(node, where))
                return Program::Place { Program::Place::Kind::Alias, where, 0 };
        }
        return {};
    }

    int freeSlot(int step)
    {
        for (int slot = 0; slot < m_program.slotCount; ++slot) {
            bool isFree = true;
            for (int place = 0; place < static_cast<int>(m_program.places.size()); ++place) {
                const Program::Place& root = m_program.places[static_cast<std::size_t>(rootOf(place).first)];
                if (root.kind == Program::Place::Kind::Slot && root.index == slot && isLiveAfter(place, step - 1))
                    isFree = false;
            }
            if (isFree)
                return slot;
        }
        return m_program.slotCount++;
    }

    Program::Place placeFor(const Node& node, ValueId output, int step)
    {
        if (m_graph.value(output).type.element == ElementType::Routing)
            return { Program::Place::Kind::Routing, 0, 0 };
        if (const auto shared = inPlace(node, output, step))
            return *shared;
        const auto found = std::ranges::find(m_program.outputs, output);
        if (found != m_program.outputs.end())
            return { Program::Place::Kind::Output, static_cast<int>(found - m_program.outputs.begin()), 0 };
        return { Program::Place::Kind::Slot, freeSlot(step), 0 };
    }

    void addStep(const Node& node, int index)
    {
        Program::Step step;
        step.node = &node;
        for (const ValueId input : node.inputs)
            step.inputs.push_back(m_placeOf.at(input));
        for (const ValueId output : node.outputs)
            m_lastUse.try_emplace(output, index); // one that nobody reads is written all the same
        for (const ValueId output : node.outputs)
            step.outputs.push_back(place(output, placeFor(node, output, index)));
        step.sites = sitesOf(node.outputs);
        m_program.steps.push_back(std::move(step));
    }

    void finishOutputs()
    {
        for (const ValueId output : m_program.outputs) {
            const int where = m_placeOf.at(output);
            const auto [root, column] = rootOf(where);
            const Program::Place& memory = m_program.places[static_cast<std::size_t>(root)];
            const bool isWhole = column == 0 && widthOf(root) == widthOf(where);
            m_program.outputPlaces.push_back(where);
            m_program.landed.push_back(memory.kind == Program::Place::Kind::Input && isWhole ? memory.index : -1);
        }
    }

    const Graph& m_graph;
    const SectionExtent& m_extent;
    const Section& m_section;
    bool m_isBlock;
    std::vector<int> m_sites; ///< that are in the extent
    std::map<ValueId, int> m_lastUse, m_placeOf;
    Program m_program;
};

} // namespace

int Program::placeOf(ValueId value) const
{
    return static_cast<int>(std::ranges::find(values, value) - values.begin());
}

Program compile(const Graph& graph, const SectionExtent& extent)
{
    return Compiler(graph, extent).compile();
}

} // namespace kerf::core
