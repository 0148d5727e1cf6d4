// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/graph/graph.h"

namespace onnx {
class GraphProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace kerf::core {

/// Elements of a tensor that no file has yet.
struct OnnxElements {
    std::uint64_t bytes = 0;
    std::function<Result<std::vector<std::byte>>()> make; ///< called when they are written; gives so many
};
/// Those that are known.
OnnxElements elementsOf(std::vector<std::byte> bytes);

/// An ONNX file in the making: a copy of one that was opened, without its elements, and what is changed in it. Nodes
/// and tensors that nobody touches stay as they are, unknown fields too. New nodes are appended; finish() sorts. In
/// place of elements the tensors have, as raw_data, the name under which the source or made() holds them.
class OnnxDraft {
public:
    /// @pre source.onnx(), which outlives the draft
    explicit OnnxDraft(const Checkpoint& source);
    ~OnnxDraft();
    OnnxDraft(const OnnxDraft&) = delete;
    OnnxDraft& operator=(const OnnxDraft&) = delete;

    const Checkpoint& source() const { return m_source; }
    onnx::ModelProto& model() { return *m_model; }
    const onnx::ModelProto& model() const { return *m_model; }
    onnx::GraphProto& graph();

    /// The draft's copy of a node of the source; null: it lies in a subgraph.
    onnx::NodeProto* copyOf(const onnx::NodeProto& original) const;
    void setCopy(const onnx::NodeProto& original, onnx::NodeProto& copy) { m_copies[&original] = &copy; }
    /// A tensor of the main graph. Null: none of that name.
    onnx::TensorProto* initializer(std::string_view name);
    /// Nodes of the main graph that read a value, those whose subgraphs do among them.
    std::vector<onnx::NodeProto*> readersOf(const std::string& name);
    bool isOutput(std::string_view name) const; ///< of the whole
    /// What nodes of the main graph read as `name` they read as `by`, in their subgraphs too; all but those of `but`.
    void replaceReads(const std::string& name, const std::string& by, const std::set<const onnx::NodeProto*>& but);

    void removeNode(const onnx::NodeProto& node); ///< of the main graph
    /// Of the main graph and its nodes, by the key of its elements. Null: none.
    onnx::TensorProto* tensorOf(const std::string& key);

    /// `wanted`, or with a number when it is taken by a value, tensor or node anywhere in the file; taken from now on.
    std::string freeName(const std::string& wanted);
    /// A new tensor of the main graph, by a free name, which is returned.
    std::string addTensor(const std::string& wanted, int type, const Shape& dims, OnnxElements elements);
    std::string addNumbers(const std::string& wanted, const Shape& dims, std::vector<float> values);
    std::string addWholes(const std::string& wanted, const std::vector<std::int64_t>& values); ///< a list of int64
    /// Other elements of the same type and dimensions for a tensor that stays.
    void replaceElements(onnx::TensorProto& tensor, OnnxElements elements);
    /// A new node with one output, by a free name like `made`, which is returned. `graph`: where it stands.
    std::string addNode(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
        const std::string& made, const std::function<void(onnx::NodeProto&)>& set = {});

    /// Null: the source holds them.
    const OnnxElements* made(const std::string& key) const;

    /// Operator set of a domain; 0: it is not imported.
    std::int64_t operatorSet(std::string_view domain) const;
    void setOperatorSet(const std::string& domain, std::int64_t version);

    /// Sorts the nodes, takes out those and the tensors that nothing reads any more, and tensors from among the inputs:
    /// they are constants. Errors: Internal: a cycle.
    Status finish();
    /// Keys of tensors of the source that are not written, and names under which others are, where these differ.
    struct Fate {
        std::set<std::string> gone;
        std::map<std::string, std::string> renamed;
    };
    Fate fate() const; ///< @pre finished

private:
    void dropUnread();

    const Checkpoint& m_source;
    std::unique_ptr<onnx::ModelProto> m_model;
    std::set<std::string> m_names;
    std::set<std::string> m_unread; ///< names that nothing read in the source: they stay
    std::map<const onnx::NodeProto*, onnx::NodeProto*> m_copies;
    std::map<std::string, OnnxElements> m_made;
    std::map<std::string, std::string> m_rewritten; ///< keys of the source, by those of other elements in their place
};

/// Sets or adds an attribute.
void setAttribute(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void setAttribute(onnx::NodeProto& node, const std::string& name, const std::string& value);
void setAttribute(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);
void dropAttribute(onnx::NodeProto& node, std::string_view name);

/// Operator set 13 has what one scale a channel needs (DequantizeLinear with an axis).
constexpr std::int64_t kChannelOperatorSet = 13;
/// Operator set 21 has what four bits and blocks need.
constexpr std::int64_t kBlockOperatorSet = 21;

} // namespace kerf::core
