// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/graph/layer_info.h"

namespace kerf::core {

class Op;

using ValueId = std::int32_t;
using NodeId = std::int32_t;
using ParameterId = std::int32_t;
using Shape = std::vector<std::int64_t>;

/// How a weight lies on disk.
enum class WeightLayout {
    OutIn, ///< rows are outputs: a linear layer of PyTorch
    InOut, ///< rows are inputs: Conv1D of GPT-2
    OutInKernel, ///< [out, in, height, width] of a convolution, which is read as [out, in * height * width]
};

/// Where a parameter lies in a checkpoint.
struct WeightRef {
    std::string tensor;
    std::int64_t slice = -1; ///< expert of a stacked [experts, …] tensor; -1: the whole
    WeightLayout layout = WeightLayout::OutIn;
};

/// A weight of a graph. Several may refer to one tensor (a head that is the embedding); rewritings are addressed by
/// `key`, so that one use can be rewritten without the other.
struct Parameter {
    WeightRef ref;
    Shape shape; ///< as operators see it: [out, in], or [size]
    std::string key; ///< in TensorFolds; the tensor's name for the first that refers to it
    double offset = 0; ///< what is added to the stored values: 1 for norms that are stored minus 1 (Gemma)
};

enum class ElementType {
    Float,
    Index, ///< int32 numbers of rows of a table: token ids, token types
    Routing, ///< which rows go to which expert, with which weight
};

/// How many rows a value has.
struct RowSpace {
    enum class Kind {
        Tokens, ///< as many as each sample has tokens
        PerSample, ///< `count` for each sample: 1, or the pixels of a picture
        Routed, ///< those that `router` sends to `expert`
    };
    Kind kind = Kind::Tokens;
    std::int64_t count = 1;
    ValueId router = -1;
    std::int64_t expert = -1;

    bool operator==(const RowSpace&) const = default;
};

/// What a value is: rows that stand one below the other, sample after sample, each of `shape`. The number of rows is
/// the symbolic dimension; a row of a picture is [channels, height, width], of a text [channels].
struct ValueType {
    Shape shape;
    RowSpace rows;
    ElementType element = ElementType::Float;

    std::int64_t width() const; ///< elements of a row
};

struct Value {
    std::string name; ///< of inputs, outputs and tensors of an ONNX file; empty: it has none
    ValueType type;
    NodeId producer = -1; ///< -1: an input of the graph
    std::vector<NodeId> readers;
};

/// One application of an operator.
struct Node {
    const Op* op = nullptr;
    std::any attributes; ///< of the type that the operator's header defines
    std::vector<ValueId> inputs, outputs;
    std::vector<ParameterId> parameters; ///< -1: left out
    int layer = -1; ///< index into Graph::layers() when its weight is quantizable
    int block = -1; ///< section, see Graph::section
};

/// The value whose rows the weight of a layer's node multiplies: its first input, or the output that shows them.
ValueId layerValue(const Node& node);

template <class T> const T& attributesOf(const Node& node)
{
    return *std::any_cast<T>(&node.attributes);
}

/// What makes a site's columns, where they can be divided and the readers multiplied without changing the function
/// (Xiao et al., SmoothQuant, arXiv 2211.10438, section 4; Lin et al., AWQ, arXiv 2306.00978, section 3.2).
struct ScaleProducer {
    enum class Kind {
        Norm, ///< weight (and bias) of the norm that makes the site
        Value, ///< rows of the linear map that makes the values of an attention, which mixes positions, not channels
        Up, ///< rows of a linear map whose output is multiplied by a gate, or goes through ReLU
    };
    Kind kind = Kind::Norm;
    NodeId node = -1; ///< the norm or the linear map
    std::vector<std::int32_t> rowOf; ///< of each factor: the row of the linear map, or the element of the norm
    /// Index of the factor of each column of the site. Heads that share values (grouped-query attention) share factors.
    std::vector<std::int32_t> factorOf;
};

/// A value that layers read: it is observed, scaled, rounded.
struct Site {
    std::string id; ///< name of the first layer that reads it
    ValueId value = -1;
    int block = 0, step = 0, part = 0;
    std::int64_t width = 0;
    std::int64_t groups = 1; ///< LayerInfo::groups of its readers
    std::vector<int> readers; ///< layers
    std::optional<ScaleProducer> producer; ///< found by walking the graph; nothing where there is none
    bool isRouted = false; ///< its rows depend on a router: two streams of the same samples may see different ones
};

/// Nodes that are loaded, run and freed at once. What is live at its ends is all that goes on from sample to sample.
struct Section {
    std::vector<NodeId> nodes; ///< in order
    std::vector<ValueId> inputs, outputs;
    std::vector<int> parts; ///< of each node
    int partCount = 1;
    int stepCount = 0; ///< highest step of its sites + 1
    std::vector<std::vector<ValueId>> cuts; ///< live values between part i and part i + 1
};

/// A network as operators on values. Immutable once built; knows shapes and where weights lie, not their values.
class Graph {
public:
    const std::vector<Value>& values() const { return m_values; }
    const std::vector<Node>& nodes() const { return m_nodes; }
    const std::vector<Parameter>& parameters() const { return m_parameters; }
    const std::vector<LayerInfo>& layers() const { return m_layers; } ///< in order of block, step, graph
    const std::vector<Site>& sites() const { return m_sites; } ///< in the same order
    const std::vector<ValueId>& inputs() const { return m_inputs; }
    const std::vector<ValueId>& outputs() const { return m_outputs; }

    /// Blocks are the units of loading. Before them the entry (embeddings), behind them the exit (final norm, head).
    int blockCount() const { return static_cast<int>(m_sections.size()) - 2; }
    const Section& entry() const { return m_sections.front(); }
    const Section& exit() const { return m_sections.back(); }
    const Section& block(int index) const { return m_sections[static_cast<std::size_t>(index) + 1]; }

    const Node& node(NodeId id) const { return m_nodes[static_cast<std::size_t>(id)]; }
    const Value& value(ValueId id) const { return m_values[static_cast<std::size_t>(id)]; }
    const Parameter& parameter(ParameterId id) const { return m_parameters[static_cast<std::size_t>(id)]; }
    /// The node whose weight a layer is.
    const Node& nodeOfLayer(int layer) const { return node(m_layerNodes[static_cast<std::size_t>(layer)]); }
    /// The weight of one of layers().
    const Parameter& weightOf(const LayerInfo& layer) const
    {
        return parameter(nodeOfLayer(static_cast<int>(&layer - m_layers.data())).parameters[0]);
    }
    /// Whether several parameters refer to one tensor: a head that is the embedding.
    bool sharesTensors() const;
    /// Null: no layer, no site of that name.
    const LayerInfo* findLayer(std::string_view name) const;
    bool hasExperts() const; ///< some layers are an expert's
    const Site* findSite(std::string_view id) const;
    /// The value whose numbers a site's rows hold, moved to where a layer reads them: the picture of patches.
    ValueId sourceOf(const Site& site) const;
    /// The site of the first layer that the outputs of this site's readers reach inside the block: o for q, k and v,
    /// down for gate and up. Null: none.
    const Site* nextSite(const Site& site) const;
    /// Elements of all parameters; those that share a tensor counted once.
    std::int64_t parameterElements() const;

private:
    friend class GraphBuilder;
    friend class GraphFinisher;

    std::vector<Value> m_values;
    std::vector<Node> m_nodes;
    std::vector<Parameter> m_parameters;
    std::vector<LayerInfo> m_layers;
    std::vector<NodeId> m_layerNodes;
    std::vector<Site> m_sites;
    std::vector<ValueId> m_inputs, m_outputs;
    std::vector<Section> m_sections;
};

} // namespace kerf::core
