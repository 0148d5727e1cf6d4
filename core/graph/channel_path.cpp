// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/channel_path.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/graph/channel_passing.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/to_picture.h"

namespace kerf::core {
namespace {

using Channels = std::vector<std::int32_t>;

tl::unexpected<Error> none(std::string why)
{
    return fail(ErrorCode::InvalidArgument, std::move(why));
}

bool isLayer(const Node& node)
{
    return node.layer >= 0 && (node.op == &linearOp() || node.op == &groupedLinearOp());
}

/// Which channel every element of a value is of: each label stands for a run of so many. Rows that are all alike are
/// there once. Pictures are planes, and their labels few.
class Labels {
public:
    Labels(Channels channels, std::int64_t run, bool repeats)
        : m_of(std::move(channels))
        , m_run(run)
        , m_repeats(repeats)
    {
    }
    /// The rows of a sample as one, which is what stands in other rows then.
    Labels joined(const ValueType& type) const
    {
        if (!m_repeats || type.rows.count == 1)
            return { m_of, m_run, false };
        Channels whole;
        for (std::int64_t row = 0; row < type.rows.count; ++row)
            whole.insert(whole.end(), m_of.begin(), m_of.end());
        return { std::move(whole), m_run, false };
    }
    /// Of each element, and of all rows unless they repeat.
    Channels elements() const
    {
        Channels expanded;
        for (const std::int32_t channel : m_of)
            expanded.insert(expanded.end(), static_cast<std::size_t>(m_run), channel);
        return expanded;
    }
    /// Of a row, where all are alike.
    Result<Channels> row(const ValueType& type) const
    {
        Channels row = elements();
        const auto width = static_cast<std::size_t>(type.width());
        for (std::size_t i = width; i < row.size(); ++i)
            if (row[i] != row[i - width])
                return none("its columns are of several channels");
        row.resize(width);
        return row;
    }
    /// Of each of so many planes of a row.
    Result<Channels> planes(const ValueType& type, std::int64_t count) const
    {
        if (std::ssize(m_of) == count && count * m_run == type.width())
            return m_of;
        KERF_TRY(const Channels whole, row(type));
        if (auto channels = channelsOfPlanes(whole, count))
            return std::move(*channels);
        return none("what one of its channels reads is of several");
    }
    bool isOneRow() const { return m_repeats && m_run == 1; }

private:
    Channels m_of;
    std::int64_t m_run;
    bool m_repeats;
};

/// Takes the channels of a layer's rows through the nodes behind it.
class Walk {
public:
    Walk(const Graph& graph, NodeId layer)
        : m_graph(graph)
        , m_labels({}, 1, false)
    {
        const Node& node = graph.node(layer);
        m_path.layer = layer;
        m_path.channels = graph.parameter(node.parameters[0]).shape[0];
        m_path.channelOfRow.resize(static_cast<std::size_t>(m_path.channels));
        std::iota(m_path.channelOfRow.begin(), m_path.channelOfRow.end(), 0);
        m_labels = Labels(m_path.channelOfRow, 1, true);
        if (node.parameters.size() > 1 && node.parameters[1] >= 0)
            m_path.addends.push_back({ node.parameters[1], m_path.channelOfRow });
    }

    Status through(const Node& node)
    {
        const ValueType& type = m_graph.value(node.inputs[0]).type;
        if (node.op == &reRowOp())
            m_labels = m_labels.joined(type);
        else if (node.op == &toPictureOp())
            return throughPicture(attributesOf<ToPicture>(node), type);
        else if (node.op == &overlapAddOp())
            return throughSums(attributesOf<OverlapAdd>(node), type, m_graph.value(node.outputs[0]).type);
        else if (node.op == &patchesOp())
            return throughPatches(attributesOf<Patches>(node), type);
        else if (node.op == &rearrangeOp())
            return throughMoves(attributesOf<Rearrange>(node), type);
        else if (node.op == &batchNormOp())
            return throughBatchNorm(node, type);
        else if (node.op == &binaryOp())
            return throughConstant(node, type);
        else if (const std::int64_t size = planeSize(node, type.shape); size > 0)
            return throughPlanes(size, type, m_graph.value(node.outputs[0]).type);
        return {};
    }

    Result<ChannelPath> finish(const ValueType& type)
    {
        KERF_TRY(m_path.channelOfColumn, m_labels.row(type));
        return std::move(m_path);
    }

private:
    Status throughPicture(const ToPicture& picture, const ValueType& type)
    {
        const auto places = static_cast<std::size_t>(picture.height * picture.width);
        if (m_labels.isOneRow()) {
            m_labels = Labels(m_labels.elements(), picture.height * picture.width, true);
            return {};
        }
        const Channels before = m_labels.joined(type).elements();
        const auto width = static_cast<std::size_t>(type.width());
        Channels after(before.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            const std::size_t row = i / width, first = row / places * places * width;
            after[first + i % width * places + row % places] = before[i];
        }
        m_labels = Labels(std::move(after), 1, false);
        return {};
    }

    /// Rows that are summed up become one channel.
    Status throughSums(const OverlapAdd& add, const ValueType& before, const ValueType& after)
    {
        KERF_TRY(const Channels row, m_labels.row(before));
        Channels& ofRow = m_path.channelOfRow;
        if (row != ofRow || m_path.channels != std::ssize(ofRow))
            return none("what it makes is moved before it is summed up");
        const auto kernel = static_cast<std::int32_t>(add.kernelHeight * add.kernelWidth);
        for (std::int32_t& channel : ofRow)
            channel /= kernel;
        for (PathAddend& addend : m_path.addends)
            addend.channelOf = ofRow;
        m_path.channels /= kernel;
        Channels channels(static_cast<std::size_t>(m_path.channels));
        std::iota(channels.begin(), channels.end(), 0);
        m_labels = Labels(std::move(channels), after.width() / m_path.channels, true);
        return {};
    }

    Status throughPatches(const Patches& patches, const ValueType& type)
    {
        KERF_TRY(const Channels planes, m_labels.planes(type, type.shape[0]));
        const std::int64_t count = patches.channels > 0 ? patches.channels : type.shape[0];
        const auto first = planes.begin() + patches.firstChannel;
        m_labels = Labels(Channels(first, first + count), patches.kernelHeight * patches.kernelWidth, true);
        return {};
    }

    Status throughMoves(const Rearrange& moves, const ValueType& type)
    {
        KERF_TRY(const Channels before, m_labels.row(type));
        const std::vector<double> numbers(before.begin(), before.end());
        std::vector<double> moved(static_cast<std::size_t>(elementCount(moves.shape)), -1);
        Rearrange copies = moves;
        copies.fill = -1;
        const double* from = numbers.data();
        rearrange<double>(copies, std::span(&from, 1), moved);
        m_labels = Labels(Channels(moved.begin(), moved.end()), 1, true);
        return {};
    }

    Status throughBatchNorm(const Node& node, const ValueType& type)
    {
        KERF_TRY(const Channels planes, m_labels.planes(type, type.shape[0]));
        m_path.addends.push_back({ node.parameters[1], planes });
        m_path.addends.push_back({ node.parameters[2], planes });
        return {};
    }

    /// A constant that is repeated must meet one channel with each of its numbers when it is added.
    Status throughConstant(const Node& node, const ValueType& type)
    {
        const auto& binary = attributesOf<Binary>(node);
        if (m_graph.value(node.outputs[0]).type.width() != type.width())
            return none("a constant repeats what goes to it");
        if (!addsConstant(node))
            return {};
        KERF_TRY(const Channels row, m_labels.row(type));
        const Shape shapes[] = { type.shape, *binary.constant };
        KERF_TRY(const Broadcast broadcast, Broadcast::of(shapes));
        Channels of(static_cast<std::size_t>(elementCount(*binary.constant)), -1);
        bool isClear = true;
        broadcast.walk(0, type.width(), [&](std::int64_t, std::int64_t length, const auto& offsets) {
            for (std::int64_t i = 0; i < length; ++i) {
                std::int32_t& channel = of[static_cast<std::size_t>(offsets[1] + i * broadcast.step(1))];
                const std::int32_t met = row[static_cast<std::size_t>(offsets[0] + i * broadcast.step(0))];
                isClear = isClear && (channel < 0 || channel == met) && met >= 0;
                channel = met;
            }
        });
        if (!isClear)
            return none("a constant is added to several channels");
        m_path.addends.push_back({ node.parameters[0], std::move(of) });
        return {};
    }

    /// Planes of `size` elements become planes of another size.
    Status throughPlanes(std::int64_t size, const ValueType& before, const ValueType& after)
    {
        KERF_TRY(Channels planes, m_labels.planes(before, before.width() / size));
        const std::int64_t made = after.width() / std::ssize(planes);
        m_labels = Labels(std::move(planes), made, true);
        return {};
    }

    const Graph& m_graph;
    ChannelPath m_path;
    Labels m_labels;
};

/// The nodes between a layer and a value, the layer first. Errors: as channelPathTo.
Result<std::vector<NodeId>> nodesTo(const Graph& graph, ValueId value, Passing passing)
{
    std::vector<NodeId> nodes;
    for (ValueId at = value;; at = graph.node(nodes.back()).inputs[0]) {
        const bool isOutput = std::ranges::find(graph.outputs(), at) != graph.outputs().end();
        if (at != value && (graph.value(at).readers.size() != 1 || isOutput))
            return none("others read what goes to it");
        const NodeId id = graph.value(at).producer;
        if (id < 0)
            return none("no layer stands before it");
        const Node& node = graph.node(id);
        if (graph.value(at).type.rows.kind != RowSpace::Kind::PerSample)
            return none("what goes to it is not of one size for each sample");
        nodes.push_back(id);
        if (isLayer(node))
            break;
        if (!passesChannels(graph, node, passing))
            return none(obstacleName(node) + " stands before it, through which no factor of a channel passes");
    }
    std::ranges::reverse(nodes);
    return nodes;
}

} // namespace

std::optional<std::vector<std::int32_t>> channelsOfPlanes(const Channels& channelOfColumn, std::int64_t planes)
{
    const std::size_t size = channelOfColumn.size() / static_cast<std::size_t>(planes);
    Channels channels;
    for (std::size_t i = 0; i < channelOfColumn.size(); ++i) {
        if (i % size == 0)
            channels.push_back(channelOfColumn[i]);
        else if (channelOfColumn[i] != channels.back())
            return {};
    }
    return channels;
}

bool sharesItsTensor(const Graph& graph, ParameterId parameter)
{
    const WeightRef& ref = graph.parameter(parameter).ref;
    return std::ranges::count_if(graph.parameters(), [&](const Parameter& other) {
        return other.ref.slice == ref.slice && other.ref.tensor == ref.tensor;
    }) > 1;
}

Result<ChannelPath> channelPathTo(const Graph& graph, ValueId value, Passing passing)
{
    KERF_TRY(const std::vector<NodeId> nodes, nodesTo(graph, value, passing));
    if (sharesItsTensor(graph, graph.node(nodes.front()).parameters[0]))
        return none("its weight is that of another place too");
    Walk walk(graph, nodes.front());
    for (const NodeId id : std::span(nodes).subspan(1))
        KERF_CHECK(walk.through(graph.node(id)));
    KERF_TRY(ChannelPath path, walk.finish(graph.value(value).type));
    for (const PathAddend& addend : path.addends)
        if (sharesItsTensor(graph, addend.parameter))
            return none("numbers that are added to it are those of another place too");
    return path;
}

} // namespace kerf::core
