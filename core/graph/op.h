// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/format/kv_format.h"
#include "core/graph/graph.h"
#include "core/graph/linear.h"

namespace kerf::core {

/// How an operator is given a parameter.
enum class ParameterKind {
    Linear, ///< a linear map, in the form in which it runs
    Numbers, ///< a float32 vector: of a norm, a bias
    Table, ///< rows that are read by number: an embedding
};

/// Rows of a table that need not be in memory.
class RowTable {
public:
    RowTable() = default;
    RowTable(const RowTable&) = delete;
    RowTable& operator=(const RowTable&) = delete;
    virtual ~RowTable() = default;
    virtual std::int64_t rows() const = 0;
    /// out [ids.size(), width] = the rows of these numbers. @pre 0 <= id < rows(). Errors: BadFile.
    virtual Status read(std::span<const std::int32_t> ids, MutableMatrixRef out) const = 0;
};

/// A linear map that is read whenever it is applied, because it is too large to keep: the head of a language model, or
/// one of many experts.
class StreamedLinear {
public:
    StreamedLinear() = default;
    StreamedLinear(const StreamedLinear&) = delete;
    StreamedLinear& operator=(const StreamedLinear&) = delete;
    virtual ~StreamedLinear() = default;
    /// As LinearOperator::apply. Errors: BadFile.
    virtual Status apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const = 0;
    /// The map in memory, for operators that do more with it than apply it once. Errors: BadFile.
    virtual Result<LinearPtr> held() const = 0;
};

/// A parameter, loaded: the alternative that its kind says.
struct LoadedParameter {
    Vector vector;
    LinearPtr linear;
    std::shared_ptr<const StreamedLinear> streamed; ///< in place of linear
    std::shared_ptr<const RowTable> table;
};

/// What an operator is, apart from any node.
struct OpInfo {
    std::string_view name;
    std::string_view onnx; ///< operator of the ONNX standard that it is; empty: one of several, or none
    std::vector<ParameterKind> parameters {}; ///< the last may be left out by a node
    unsigned inPlace = 0; ///< bit i: the output may lie where input i was
    bool isView = false; ///< the output is columns of input 0: no copy is made
    /// The output that shows the rows which the first parameter multiplies, where they come about inside the operator;
    /// -1: they are input 0.
    int layerOutput = -1;
    bool isMove = false; ///< the output holds numbers of input 0 as they are, in other places, and zeros
};

/// Which rows go to which expert.
struct RoutingTable {
    struct Expert {
        std::vector<std::int64_t> rows; ///< ascending
        std::vector<float> weights; ///< of these rows
        std::vector<std::int64_t> lengths; ///< how many of them each sample has
    };
    std::vector<Expert> experts;
};

/// Keys and values of the positions that a block has seen: [max positions, kv width] each, rounded where the cache's
/// format rounds every token.
struct KeyValueCache {
    Matrix keys;
    Matrix values;
    Matrix roundedKeys, roundedValues; ///< of formats with a residual window; empty for the others
};

/// How keys and values are kept while a section runs.
struct CacheRun {
    /// One of each sample, which goes on at `position`: its keys and values are added. Empty: samples begin here.
    std::span<KeyValueCache> caches {};
    std::int64_t position = 0; ///< of the first row of each sample
    const CacheSetting* setting = nullptr; ///< null: keys and values stay as they are
    /// Sees keys (after the rotation) and values of this block, [tokens, kv width] each. Null: nobody.
    const std::function<void(const MatrixRef& keys, const MatrixRef& values)>* tap = nullptr;
};

/// Where a value lies while a section runs.
struct ValueView {
    float* data = nullptr;
    const std::int32_t* indices = nullptr;
    std::int64_t rows = 0, cols = 0, stride = 0;
    std::span<const std::int64_t> lengths; ///< rows of each sample
};

/// What an operator is run with. Outputs are uninitialized and do not overlap the inputs, unless the operator says that
/// it works in place: then the output may be the input.
class OpContext {
public:
    struct Sources {
        std::span<const ValueView> values; ///< of the section
        std::span<const ValueType* const> types; ///< of these
        std::span<const LoadedParameter* const> parameters; ///< of the node
        const LinearOperator* replacement = nullptr; ///< of the first parameter
        const CacheRun* cache = nullptr;
        std::vector<RoutingTable>* routings = nullptr; ///< by value of the section
        bool allExperts = false; ///< see SectionRun
    };

    OpContext(const Node& node, std::span<const int> inputs, std::span<const int> outputs, const Sources& sources)
        : m_node(node)
        , m_inputs(inputs)
        , m_outputs(outputs)
        , m_sources(sources)
    {
    }

    const Node& node() const { return m_node; }
    template <class T> const T& attributes() const { return attributesOf<T>(m_node); }
    std::size_t inputCount() const { return m_inputs.size(); }
    MatrixRef input(std::size_t index = 0) const;
    MutableMatrixRef output(std::size_t index = 0) const;
    /// Shape of a row of an input.
    const Shape& shape(std::size_t index) const
    {
        return m_sources.types[static_cast<std::size_t>(m_inputs[index])]->shape;
    }
    std::span<const std::int32_t> indices(std::size_t index = 0) const;
    /// Rows of each sample of an input.
    std::span<const std::int64_t> lengths(std::size_t index = 0) const { return view(m_inputs[index]).lengths; }
    const RoutingTable& routing(std::size_t index) const;
    RoutingTable& routingOutput() const;
    const CacheRun& cache() const { return *m_sources.cache; }
    bool allExperts() const { return m_sources.allExperts; }

    /// Empty when the node leaves it out.
    const Vector& vector(std::size_t index) const;
    /// y = x Wᵀ of the first parameter, or what replaces it.
    Status applyLinear(const MatrixRef& x, MutableMatrixRef y) const;
    /// The linear map itself, in memory. Valid as long as the run. Errors: BadFile.
    Result<LinearPtr> heldLinear() const;
    const RowTable& table() const { return *m_sources.parameters[0]->table; }

private:
    const ValueView& view(int slot) const { return m_sources.values[static_cast<std::size_t>(slot)]; }

    const Node& m_node;
    std::span<const int> m_inputs, m_outputs;
    const Sources& m_sources;
};

/// An operator: stateless, one file in core/graph/ops. Its results for a sample do not depend on the samples beside it
/// nor on the number of threads.
class Op {
public:
    Op() = default;
    Op(const Op&) = delete;
    Op& operator=(const Op&) = delete;
    virtual ~Op() = default;
    virtual const OpInfo& info() const = 0;
    /// Types of the outputs. Errors: InvalidArgument, in words: shapes or attributes that it does not take.
    virtual Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const = 0;
    virtual Status forward(OpContext& context) const = 0;
    /// Whether the first parameter of such a node can be a layer: that nothing but W x is made of it. Errors:
    /// InvalidArgument, in words.
    virtual Status checkLayer(const Node&) const { return {}; }
    /// Of a view: the first column of input 0 that it shows.
    virtual std::int64_t viewColumn(const Node&) const { return 0; }
};

/// All operators, by name.
std::span<const Op* const> allOps();

} // namespace kerf::core
