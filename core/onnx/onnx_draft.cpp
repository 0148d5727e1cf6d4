// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_draft.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/node_order.h"
#include "core/onnx/onnx_names.h"

namespace kerf::core {
namespace {

using Reads = std::map<std::string, int>; ///< how often each name is read

void forEachGraph(onnx::GraphProto& graph, const std::function<void(onnx::GraphProto&)>& visit)
{
    visit(graph);
    for (onnx::NodeProto& node : *graph.mutable_node())
        for (onnx::AttributeProto& attribute : *node.mutable_attribute())
            if (attribute.has_g())
                forEachGraph(*attribute.mutable_g(), visit);
}

Reads readsOf(const onnx::GraphProto& graph)
{
    Reads reads;
    for (const onnx::NodeProto& node : graph.node()) {
        std::set<std::string> names;
        collectReads(node, names);
        for (const std::string& name : names)
            ++reads[name];
    }
    for (const onnx::ValueInfoProto& output : graph.output())
        ++reads[output.name()];
    return reads;
}

void renameReads(onnx::NodeProto& node, const std::string& name, const std::string& by)
{
    for (std::string& input : *node.mutable_input())
        if (input == name)
            input = by;
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
        if (!attribute.has_g())
            continue;
        for (onnx::NodeProto& inner : *attribute.mutable_g()->mutable_node())
            renameReads(inner, name, by);
        for (onnx::ValueInfoProto& output : *attribute.mutable_g()->mutable_output())
            if (output.name() == name)
                output.set_name(by);
    }
}

onnx::AttributeProto& attributeOf(
    onnx::NodeProto& node, const std::string& name, onnx::AttributeProto::AttributeType type)
{
    dropAttribute(node, name);
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

template <class T> std::vector<std::byte> bytesOfValues(const std::vector<T>& values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return { bytes.begin(), bytes.end() };
}

} // namespace

OnnxElements elementsOf(std::vector<std::byte> bytes)
{
    const std::uint64_t size = bytes.size();
    return { size, [bytes = std::move(bytes)]() -> Result<std::vector<std::byte>> { return bytes; } };
}

OnnxDraft::OnnxDraft(const Checkpoint& source)
    : m_source(source)
    , m_model(std::make_unique<onnx::ModelProto>(*source.onnx()))
{
    const Reads reads = readsOf(graph());
    for (const onnx::TensorProto& tensor : graph().initializer())
        if (!reads.contains(tensor.name()))
            m_unread.insert(tensor.name());
    for (int i = 0; i < graph().node_size(); ++i) {
        m_copies.emplace(&source.onnx()->graph().node(i), graph().mutable_node(i));
        for (const std::string& made : graph().node(i).output())
            if (!reads.contains(made))
                m_unread.insert(made);
    }
    for (const auto& [key, tensor] : source.tensors())
        m_names.insert(key);
    forEachGraph(graph(), [&](const onnx::GraphProto& inner) {
        for (const onnx::ValueInfoProto& input : inner.input())
            m_names.insert(input.name());
        for (const onnx::TensorProto& tensor : inner.initializer())
            m_names.insert(tensor.name());
        for (const onnx::NodeProto& node : inner.node()) {
            m_names.insert(node.name());
            m_names.insert(node.output().begin(), node.output().end());
        }
    });
}

OnnxDraft::~OnnxDraft() = default;

onnx::GraphProto& OnnxDraft::graph()
{
    return *m_model->mutable_graph();
}

onnx::NodeProto* OnnxDraft::copyOf(const onnx::NodeProto& original) const
{
    const auto found = m_copies.find(&original);
    return found == m_copies.end() ? nullptr : found->second;
}

onnx::TensorProto* OnnxDraft::initializer(std::string_view name)
{
    for (onnx::TensorProto& tensor : *graph().mutable_initializer())
        if (tensor.name() == name)
            return &tensor;
    return nullptr;
}

std::vector<onnx::NodeProto*> OnnxDraft::readersOf(const std::string& name)
{
    std::vector<onnx::NodeProto*> readers;
    for (onnx::NodeProto& node : *graph().mutable_node()) {
        std::set<std::string> reads;
        collectReads(node, reads);
        if (reads.contains(name))
            readers.push_back(&node);
    }
    return readers;
}

bool OnnxDraft::isOutput(std::string_view name) const
{
    return std::ranges::any_of(m_model->graph().output(), [&](const auto& output) { return output.name() == name; });
}

void OnnxDraft::replaceReads(
    const std::string& name, const std::string& by, const std::set<const onnx::NodeProto*>& but)
{
    for (onnx::NodeProto& node : *graph().mutable_node())
        if (!but.contains(&node))
            renameReads(node, name, by);
}

void OnnxDraft::removeNode(const onnx::NodeProto& node)
{
    auto& nodes = *graph().mutable_node();
    for (int i = 0; i < nodes.size(); ++i)
        if (&nodes[i] == &node)
            return nodes.DeleteSubrange(i, 1);
}

onnx::TensorProto* OnnxDraft::tensorOf(const std::string& key)
{
    for (onnx::TensorProto& tensor : *graph().mutable_initializer())
        if (tensor.raw_data() == key)
            return &tensor;
    for (onnx::NodeProto& node : *graph().mutable_node())
        for (onnx::AttributeProto& attribute : *node.mutable_attribute())
            if (attribute.has_t() && attribute.t().raw_data() == key)
                return attribute.mutable_t();
    return nullptr;
}

std::string OnnxDraft::freeName(const std::string& wanted)
{
    std::string free = wanted;
    for (int i = 2; !m_names.insert(free).second; ++i)
        free = fmt::format("{}_{}", wanted, i);
    return free;
}

std::string OnnxDraft::addTensor(const std::string& wanted, int type, const Shape& dims, OnnxElements elements)
{
    const std::string name = freeName(wanted);
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    tensor.mutable_dims()->Add(dims.begin(), dims.end());
    tensor.set_raw_data(name);
    m_made.emplace(name, std::move(elements));
    return name;
}

std::string OnnxDraft::addNumbers(const std::string& wanted, const Shape& dims, std::vector<float> values)
{
    return addTensor(wanted, onnx::TensorProto::FLOAT, dims, elementsOf(bytesOfValues(values)));
}

std::string OnnxDraft::addWholes(const std::string& wanted, const std::vector<std::int64_t>& values)
{
    return addTensor(wanted, onnx::TensorProto::INT64, { static_cast<std::int64_t>(values.size()) },
        elementsOf(bytesOfValues(values)));
}

void OnnxDraft::replaceElements(onnx::TensorProto& tensor, OnnxElements elements)
{
    const std::string key = freeName(tensor.raw_data() + "_rewritten");
    m_rewritten.emplace(key, tensor.raw_data());
    tensor.set_raw_data(key);
    m_made.emplace(key, std::move(elements));
}

std::string OnnxDraft::addNode(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
    const std::string& made, const std::function<void(onnx::NodeProto&)>& set)
{
    const std::string name = freeName(made);
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    node.set_name(freeName(fmt::format("{}/{}", name, op)));
    for (const std::string& input : inputs)
        node.add_input(input);
    node.add_output(name);
    if (set)
        set(node);
    return name;
}

const OnnxElements* OnnxDraft::made(const std::string& key) const
{
    const auto found = m_made.find(key);
    return found == m_made.end() ? nullptr : &found->second;
}

std::int64_t OnnxDraft::operatorSet(std::string_view domain) const
{
    for (const onnx::OperatorSetIdProto& import : m_model->opset_import())
        if (standardDomain(import.domain()) == domain)
            return import.version();
    return 0;
}

void OnnxDraft::setOperatorSet(const std::string& domain, std::int64_t version)
{
    for (onnx::OperatorSetIdProto& import : *m_model->mutable_opset_import())
        if (standardDomain(import.domain()) == domain)
            return import.set_version(version);
    onnx::OperatorSetIdProto& import = *m_model->add_opset_import();
    import.set_domain(domain);
    import.set_version(version);
}

Status OnnxDraft::finish()
{
    Status status;
    forEachGraph(graph(), [&](onnx::GraphProto& inner) {
        if (status)
            status = sortNodes(inner);
    });
    KERF_CHECK(status);
    dropUnread();
    std::set<std::string> tensors, values;
    for (const onnx::TensorProto& tensor : m_source.onnx()->graph().initializer())
        tensors.insert(tensor.name());
    for (const onnx::NodeProto& node : graph().node())
        values.insert(node.output().begin(), node.output().end());
    auto& inputs = *graph().mutable_input();
    inputs.erase(std::remove_if(inputs.begin(), inputs.end(),
                     [&](const onnx::ValueInfoProto& input) { return tensors.contains(input.name()); }),
        inputs.end());
    auto& known = *graph().mutable_value_info();
    known.erase(std::remove_if(known.begin(), known.end(),
                    [&](const onnx::ValueInfoProto& value) { return !values.contains(value.name()); }),
        known.end());
    return {};
}

/// From back to front: what only an unread node reads is unread too.
void OnnxDraft::dropUnread()
{
    Reads reads = readsOf(graph());
    const auto isUnread = [&](const std::string& name) {
        const auto found = reads.find(name);
        return name.empty() || ((found == reads.end() || found->second == 0) && !m_unread.contains(name));
    };
    auto& nodes = *graph().mutable_node();
    for (int i = nodes.size(); i-- > 0;) {
        if (!std::ranges::all_of(nodes[i].output(), isUnread))
            continue;
        std::set<std::string> names;
        collectReads(nodes[i], names);
        for (const std::string& name : names)
            --reads[name];
        std::erase_if(m_copies, [&](const auto& pair) { return pair.second == &nodes[i]; });
        nodes.DeleteSubrange(i, 1);
    }
    auto& tensors = *graph().mutable_initializer();
    tensors.erase(std::remove_if(tensors.begin(), tensors.end(),
                      [&](const onnx::TensorProto& tensor) { return isUnread(tensor.name()); }),
        tensors.end());
}

namespace {

/// Keys of tensors, by the names under which they will be read: as core/checkpoint/onnx_file.h says, but that names
/// which are taken get no numbers.
class Keys {
public:
    void collect(const onnx::GraphProto& graph)
    {
        for (const onnx::TensorProto& tensor : graph.initializer())
            add(tensor, tensor.name());
        collect(graph.node());
    }
    void collect(const google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes)
    {
        for (const onnx::NodeProto& node : nodes) {
            const std::string first = node.output_size() > 0 ? node.output(0) : node.name();
            for (const onnx::AttributeProto& attribute : node.attribute()) {
                const bool isConstant = node.op_type() == "Constant" && attribute.name() == "value";
                add(attribute.t(), isConstant ? first : fmt::format("{}.{}", first, attribute.name()));
                if (attribute.has_g())
                    collect(attribute.g());
            }
        }
    }
    std::map<std::string, std::string> names;

private:
    void add(const onnx::TensorProto& tensor, const std::string& name)
    {
        if (tensor.has_raw_data())
            names.emplace(tensor.raw_data(), name);
    }
};

} // namespace

OnnxDraft::Fate OnnxDraft::fate() const
{
    Keys keys;
    keys.collect(m_model->graph());
    for (const onnx::FunctionProto& function : m_model->functions())
        keys.collect(function.node());
    std::map<std::string, std::string>& names = keys.names;
    for (const auto& [key, source] : m_rewritten)
        if (const auto found = names.find(key); found != names.end())
            names.emplace(source, found->second);
    Fate fate;
    for (const auto& [key, tensor] : m_source.tensors()) {
        const auto found = names.find(key);
        if (found == names.end())
            fate.gone.insert(key);
        else if (found->second != key && !key.starts_with(found->second + " ("))
            fate.renamed.emplace(key, found->second);
    }
    return fate;
}

void setAttribute(onnx::NodeProto& node, const std::string& name, std::int64_t value)
{
    attributeOf(node, name, onnx::AttributeProto::INT).set_i(value);
}

void setAttribute(onnx::NodeProto& node, const std::string& name, const std::string& value)
{
    attributeOf(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void setAttribute(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values)
{
    attributeOf(node, name, onnx::AttributeProto::INTS).mutable_ints()->Add(values.begin(), values.end());
}

void dropAttribute(onnx::NodeProto& node, std::string_view name)
{
    auto& attributes = *node.mutable_attribute();
    attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                         [&](const onnx::AttributeProto& attribute) { return attribute.name() == name; }),
        attributes.end());
}

} // namespace kerf::core
