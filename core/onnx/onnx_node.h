// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/rearrange.h"
#include "core/onnx/onnx_graph.h"
#include "core/onnx/onnx_value.h"

namespace onnx {
class AttributeProto;
class NodeProto;
} // namespace onnx

namespace kerf::core {

class OnnxParts;

/// One node of a file while its graph is read: what it is given, and the parts of the graph that it becomes. All errors
/// are BadFile, a sentence without the node's name.
class OnnxNode {
public:
    /// `version`: of the node's operator set. Missing inputs are null. The arguments must outlive it.
    OnnxNode(const onnx::NodeProto& proto, int version, std::vector<const OnnxValue*> inputs, OnnxParts& parts);

    const onnx::NodeProto& proto() const { return m_proto; }
    const std::string& op() const;
    int version() const { return m_version; }
    std::size_t inputCount() const { return m_inputs.size(); }
    std::size_t outputCount() const;
    bool has(std::size_t input) const { return input < m_inputs.size() && m_inputs[input]; }
    /// @pre has(index)
    const OnnxValue& input(std::size_t index) const { return *m_inputs[index]; }
    /// Errors: fewer inputs than `least` or more than `most`, one of the first `least` left out.
    Status requireInputs(std::size_t least, std::size_t most) const;
    /// An input that must be known before the network runs.
    Result<OnnxArray> constant(std::size_t index) const;
    Result<std::vector<std::int64_t>> wholes(std::size_t index) const;

    // Attributes: the default where the node has none; errors: it is of another type.
    bool hasAttribute(std::string_view name) const { return find(name) != nullptr; }
    Result<std::int64_t> integer(std::string_view name, std::int64_t otherwise);
    Result<float> real(std::string_view name, float otherwise);
    Result<std::string> text(std::string_view name, std::string otherwise);
    Result<std::vector<std::int64_t>> integers(std::string_view name, std::vector<std::int64_t> otherwise = {});
    Result<std::vector<float>> reals(std::string_view name);
    Result<std::vector<std::string>> texts(std::string_view name);
    /// Attributes that say nothing of what is computed.
    void ignore(std::initializer_list<std::string_view> names);
    /// Errors: an attribute that was not asked for: what it means is not known.
    Status requireAllRead() const;
    const onnx::AttributeProto* find(std::string_view name) const;
    void markRead(std::string_view name) { m_read.emplace(name); }

    /// An operator of dense tensors, one a sample: computed now when all inputs are constants. `parameters`: vectors,
    /// or constants of any shape read as such; null: left out.
    Result<OnnxValue> apply(const Op& op, std::any attributes, const std::vector<const OnnxValue*>& inputs,
        const std::vector<const OnnxValue*>& parameters = {});
    /// Elements of constants are moved now, of the type that they have.
    Result<OnnxValue> move(const Rearrange& moves, const std::vector<const OnnxValue*>& inputs);
    /// The same elements in other dimensions. @pre as many
    Result<OnnxValue> reshape(const OnnxValue& input, const Shape& dims);

    void set(std::size_t output, OnnxValue value);
    /// Output 0, as values of a type: constants are rounded to it. Errors: those of `made`.
    Status setAs(DType type, Result<OnnxValue> made);
    const std::vector<std::optional<OnnxValue>>& outputs() const { return m_outputs; }
    OnnxParts& parts() const { return m_parts; }

private:
    const onnx::NodeProto& m_proto;
    int m_version;
    std::vector<const OnnxValue*> m_inputs;
    OnnxParts& m_parts;
    std::set<std::string, std::less<>> m_read;
    std::vector<std::optional<OnnxValue>> m_outputs;
};

/// What the nodes of a file add to: the graph, the parameters that were computed, layers with their names.
class OnnxParts {
public:
    explicit OnnxParts(const Checkpoint& checkpoint)
        : m_checkpoint(checkpoint)
    {
    }

    GraphBuilder& builder() { return m_builder; }
    const Checkpoint& checkpoint() const { return m_checkpoint; }
    /// A value that the graph has when it runs; constants become one. Errors: BadFile.
    Result<ValueId> valueOf(const OnnxValue& value);
    /// Whole numbers that are an input of the network: rows of a table can be read by them.
    bool isIndex(const OnnxValue& value) const;
    /// A constant as the numbers of a parameter, in the order of its elements.
    Result<ParameterId> numbers(const OnnxValue& constant);
    /// Numbers that were computed, as a parameter.
    ParameterId heldNumbers(const std::string& name, std::vector<float> values);
    /// A constant as the weight of a linear map. `shape`: [out, in].
    Result<ParameterId> weight(
        const OnnxValue& constant, const Shape& shape, WeightLayout layout, std::int64_t slice = -1);
    /// A constant [rows, width] that is read row by row.
    Result<ParameterId> table(const OnnxValue& constant);
    ParameterId heldWeight(const std::string& name, const Shape& shape, std::vector<float> values);
    /// Name and role of a layer: the module that its weight is named for, else the node, with dots in place of slashes.
    /// Unique. `part`: of a node with several layers, which of them (".w").
    LayerInfo layerInfo(
        const onnx::NodeProto& node, const OnnxValue& weight, const std::string& role, const std::string& part = {});
    /// Rows of [width] of a tensor of any dimensions, the last of which are `width`. One value for all that ask.
    ValueId rowsOf(ValueId value, std::int64_t count, const Shape& shape);
    /// One node for all with the same operator, input and text that says its attributes.
    ValueId shared(const std::string& key, const std::function<ValueId()>& make);
    std::map<std::string, std::shared_ptr<const DecodedTensor>> takeHeld() { return std::move(m_held); }
    /// Nodes are read that are copies: those of a function's call.
    void setInFunction(bool isInFunction) { m_isInFunction = isInFunction; }
    std::map<std::string, const onnx::NodeProto*> takeOrigins() { return std::move(m_origins); }
    /// Weights that are layers in a format, by the tensor that parameters refer to.
    OnnxStored takeStored() { return std::move(m_stored); }
    /// Something that a person should know of the file.
    void note(Note note);
    Notes takeNotes() { return std::move(m_notes); }

private:
    std::string freeName(const std::string& name, std::set<std::string>& taken) const;
    ParameterId held(const std::string& name, const Shape& shape, const std::vector<std::int64_t>& stored,
        std::vector<float> values);
    /// A weight that is stored in one of Kerf's formats. Nothing: it is not.
    std::optional<ParameterId> storedWeight(
        const OnnxConstant& constant, const Shape& shape, WeightLayout layout, std::int64_t slice);
    std::string freeTensor(const std::string& name) const;

    const Checkpoint& m_checkpoint;
    GraphBuilder m_builder;
    std::map<std::string, std::shared_ptr<const DecodedTensor>> m_held;
    OnnxStored m_stored;
    Notes m_notes;
    std::set<std::string> m_keys, m_layerNames;
    std::map<std::string, ValueId> m_shared;
    std::map<std::string, const onnx::NodeProto*> m_origins; ///< by layer
    bool m_isInFunction = false;
};

/// An operator that files may have.
struct OnnxOperator {
    std::string_view name;
    Status (*read)(OnnxNode& node);
    int since = 1; ///< first operator set of which it is read
    std::string_view domain = {};
};

std::span<const OnnxOperator> onnxLayers(); ///< convolutions and linear maps
std::span<const OnnxOperator> onnxRecurrent();
std::span<const OnnxOperator> onnxMovements(); ///< of elements
std::span<const OnnxOperator> onnxGathers(); ///< elements by their numbers; tables that are read by an input
std::span<const OnnxOperator> onnxResizes();
std::span<const OnnxOperator> onnxArithmetic();
std::span<const OnnxOperator> onnxReductions(); ///< pools, norms, softmax, sums
std::span<const OnnxOperator> onnxShapes(); ///< what is known of shapes: Shape, Size, Range, constants
std::span<const OnnxOperator> onnxQuantized(); ///< numbers as codes and back
std::span<const OnnxOperator> onnxBits(); ///< linear maps whose weights are codes
/// Null: it is not known.
const OnnxOperator* findOnnxOperator(std::string_view domain, std::string_view name);

} // namespace kerf::core
