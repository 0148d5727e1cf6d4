// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/onnx_compound.h"
#include "core/onnx/onnx_function.h"
#include "core/onnx/onnx_graph.h"
#include "core/onnx/onnx_names.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

constexpr int kFirstOperatorSet = 7, kLastOperatorSet = 25;
constexpr int kMaxNesting = 8; ///< of subgraphs and functions

/// Names that a graph sees: its own, and those of the graphs around it.
struct Scope {
    const Scope* outer = nullptr;
    std::map<std::string, OnnxValue> values {};

    const OnnxValue* find(const std::string& name) const
    {
        const auto found = values.find(name);
        return found != values.end() ? &found->second : outer ? outer->find(name) : nullptr;
    }
};

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

/// Nodes so that each comes behind those that make what it reads; in the order of the file where that is one.
/// Errors: BadFile: a name that nothing makes, or that two make; nodes that need each other.
Result<std::vector<const onnx::NodeProto*>> ordered(const Nodes& nodes, const Scope& scope)
{
    std::map<std::string, int> makerOf;
    for (int i = 0; i < nodes.size(); ++i)
        for (const std::string& name : nodes[i].output())
            if (!name.empty() && (!makerOf.emplace(name, i).second || scope.values.contains(name)))
                return fail(ErrorCode::BadFile,
                    fmt::format("{} is made twice, the second time by {}.", name, labelOf(nodes[i])));
    std::vector<std::set<int>> readers(static_cast<std::size_t>(nodes.size()));
    std::vector<std::size_t> waitsFor(static_cast<std::size_t>(nodes.size()));
    for (int i = 0; i < nodes.size(); ++i) {
        std::set<std::string> reads;
        collectReads(nodes[i], reads);
        for (const std::string& name : reads) {
            const auto maker = makerOf.find(name);
            if (maker != makerOf.end())
                waitsFor[static_cast<std::size_t>(i)]
                    += readers[static_cast<std::size_t>(maker->second)].insert(i).second ? 1 : 0;
            else if (!scope.find(name))
                return fail(ErrorCode::BadFile,
                    fmt::format("{} reads {}, which is no input, no initializer and made by no node.",
                        labelOf(nodes[i]), name));
        }
    }
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < nodes.size(); ++i)
        if (waitsFor[static_cast<std::size_t>(i)] == 0)
            ready.push(i);
    std::vector<const onnx::NodeProto*> order;
    while (!ready.empty()) {
        const int next = ready.top();
        ready.pop();
        order.push_back(&nodes[next]);
        for (const int reader : readers[static_cast<std::size_t>(next)])
            if (--waitsFor[static_cast<std::size_t>(reader)] == 0)
                ready.push(reader);
    }
    for (int i = 0; i < nodes.size(); ++i)
        if (waitsFor[static_cast<std::size_t>(i)] > 0)
            return fail(
                ErrorCode::BadFile, fmt::format("{} needs its own result: there is a cycle.", labelOf(nodes[i])));
    return order;
}

/// The operator sets that a model or a function is written in.
std::map<std::string, int> versionsOf(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>& imports)
{
    std::map<std::string, int> versions;
    for (const onnx::OperatorSetIdProto& import : imports)
        versions[standardDomain(import.domain())]
            = static_cast<int>(std::clamp<std::int64_t>(import.version(), 0, 1 << 20));
    return versions;
}

class Reader {
public:
    Reader(const Checkpoint& checkpoint, const OnnxSizes& sizes)
        : m_checkpoint(checkpoint)
        , m_model(*checkpoint.onnx())
        , m_sizes(sizes)
        , m_parts(checkpoint)
    {
    }

    Result<OnnxGraph> read()
    {
        std::map<std::string, int> versions = versionsOf(m_model.opset_import());
        if (versions.contains("") && (versions[""] < kFirstOperatorSet || versions[""] > kLastOperatorSet))
            return fail(ErrorCode::BadFile,
                fmt::format("is written in operator set {}; Kerf reads {} to {}.", versions[""], kFirstOperatorSet,
                    kLastOperatorSet));
        m_versions = std::move(versions);
        Scope scope;
        KERF_CHECK(addInitializers(m_model.graph(), scope));
        KERF_CHECK(addInputs(scope));
        KERF_CHECK(readNodes(m_model.graph().node(), scope, 0));
        KERF_CHECK(addOutputs(scope));
        KERF_CHECK(checkSizesUsed());
        m_parts.builder().cutIntoBlocks();
        KERF_TRY(m_result.graph, m_parts.builder().build());
        m_result.held = m_parts.takeHeld();
        m_result.origins = m_parts.takeOrigins();
        m_result.stored = m_parts.takeStored();
        const Notes notes = m_parts.takeNotes();
        m_result.notes.insert(m_result.notes.end(), notes.begin(), notes.end());
        return std::move(m_result);
    }

private:
    Status addInitializers(const onnx::GraphProto& graph, Scope& scope)
    {
        for (const onnx::TensorProto& tensor : graph.initializer()) {
            if (!scope.values.emplace(tensor.name(), constantValue(m_checkpoint, tensor)).second)
                return fail(ErrorCode::BadFile, fmt::format("has two initializers of the name {}.", tensor.name()));
        }
        return {};
    }

    Status addInputs(Scope& scope)
    {
        for (const onnx::ValueInfoProto& input : m_model.graph().input()) {
            if (scope.values.contains(input.name()))
                continue; // an initializer that may be overridden: files of IR 3 list all
            KERF_TRY(OnnxPort port, portOf(input));
            const bool isIndex = isWholeNumber(port.type) && port.type != DType::Bool;
            ValueType type { port.dims, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float };
            if (isIndex)
                type = { { 1 }, { RowSpace::Kind::PerSample, elementCount(port.dims), -1, -1 }, ElementType::Index };
            OnnxValue value { port.type, port.dims, {}, m_parts.builder().input(port.name, type) };
            scope.values.emplace(port.name, std::move(value));
            m_result.inputs.push_back(std::move(port));
        }
        return m_result.inputs.empty() ? Status(fail(ErrorCode::BadFile, "has no inputs.")) : Status {};
    }

    Result<OnnxPort> portOf(const onnx::ValueInfoProto& input)
    {
        if (!input.type().has_tensor_type())
            return fail(ErrorCode::BadFile, fmt::format("has the input {}, which is no tensor.", input.name()));
        const onnx::TypeProto::Tensor& tensor = input.type().tensor_type();
        const std::optional<DType> type = onnxElementType(tensor.elem_type());
        if (!type || !tensor.has_shape())
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "has the input {} without a type or a number of dimensions that Kerf can use.", input.name()));
        OnnxPort port { input.name(), *type, {}, {} };
        if (tensor.shape().dim_size() > 0 && tensor.shape().dim(0).dim_value() == 1)
            port.sampleAxis = 0; // a file for one sample: others run one by one
        for (int axis = 0; axis < tensor.shape().dim_size(); ++axis) {
            KERF_TRY(const std::int64_t size, sizeOf(input.name(), axis, tensor.shape().dim(axis), port));
            port.dims.push_back(size);
        }
        return port;
    }

    Result<std::int64_t> sizeOf(
        const std::string& input, int axis, const onnx::TensorShapeProto::Dimension& dimension, OnnxPort& port)
    {
        const std::string place = fmt::format("{}:{}", input, axis);
        if (dimension.has_dim_value() && dimension.dim_value() > 0)
            return dimension.dim_value();
        for (const std::string& key : { place, dimension.dim_param() })
            if (const auto given = m_sizes.find(key); !key.empty() && given != m_sizes.end()) {
                m_used.insert(key);
                return given->second;
            }
        const bool isSamples
            = axis == 0 ? m_samples.empty() || m_samples == dimension.dim_param() : m_samples == dimension.dim_param();
        if (isSamples && !(axis != 0 && m_samples.empty())) {
            m_samples = dimension.dim_param();
            port.sampleAxis = static_cast<std::size_t>(axis);
            return 1;
        }
        return fail(ErrorCode::InvalidArgument,
            fmt::format("the size of its input {} is open along axis {}{}. Write it into {}.kerf.json beside the file: "
                        "{{\"sizes\": {{\"{}\": NUMBER}}}}.",
                input, axis, dimension.dim_param().empty() ? "" : fmt::format(" (\"{}\")", dimension.dim_param()),
                m_checkpoint.folder().filename().string(),
                dimension.dim_param().empty() ? place : dimension.dim_param()));
    }

    Status checkSizesUsed() const
    {
        for (const auto& [name, size] : m_sizes)
            if (!m_used.contains(name))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("has no open dimension \"{}\", for which the size {} was given.", name, size));
        return {};
    }

    Status readNodes(const Nodes& nodes, Scope& scope, int depth)
    {
        if (depth > kMaxNesting)
            return fail(ErrorCode::BadFile,
                fmt::format("has subgraphs or functions nested more than {} deep, or a function that calls itself.",
                    kMaxNesting));
        KERF_TRY(const std::vector<const onnx::NodeProto*> order, ordered(nodes, scope));
        for (const onnx::NodeProto* node : order) {
            const Status status = readNode(*node, scope, depth);
            if (!status)
                return fail(status.error().code,
                    depth > 0 && status.error().message.starts_with("node ")
                        ? status.error().message
                        : fmt::format("{} {}", labelOf(*node), status.error().message));
        }
        return {};
    }

    Status readNode(const onnx::NodeProto& node, Scope& scope, int depth)
    {
        if (node.op_type() == "If" && node.domain().empty())
            return readIf(node, scope, depth);
        for (const onnx::FunctionProto& function : m_model.functions())
            if (function.name() == node.op_type() && function.domain() == node.domain())
                return readFunction(function, node, scope, depth);
        std::vector<const OnnxValue*> inputs;
        for (const std::string& name : node.input())
            inputs.push_back(name.empty() ? nullptr : scope.find(name));
        KERF_TRY(const std::optional<onnx::FunctionProto> compound, onnxCompound(node, inputs));
        if (compound)
            return readCompound(*compound, node, scope, depth);
        const OnnxOperator* found = findOnnxOperator(node.domain(), node.op_type());
        const auto version = m_versions.find(standardDomain(node.domain()));
        if (!found || version == m_versions.end())
            return fail(ErrorCode::BadFile,
                fmt::format("is of an operator that Kerf does not know{}. Networks can be read whose operators are all "
                            "known: export it without this node, or end the graph before it.",
                    node.domain().empty() ? "" : fmt::format(" (of {})", node.domain())));
        if (version->second < found->since)
            return fail(ErrorCode::BadFile,
                fmt::format("is of operator set {}; Kerf reads this operator from {} on. Convert the file with "
                            "onnx.version_converter.",
                    version->second, found->since));
        while (!inputs.empty() && !inputs.back())
            inputs.pop_back();
        OnnxNode reading(node, version->second, std::move(inputs), m_parts);
        m_parts.setInFunction(m_isInFunction);
        KERF_CHECK(found->read(reading));
        KERF_CHECK(reading.requireAllRead());
        return keepOutputs(node, reading.outputs(), scope, depth);
    }

    Status keepOutputs(
        const onnx::NodeProto& node, const std::vector<std::optional<OnnxValue>>& outputs, Scope& scope, int depth)
    {
        for (int i = 0; i < node.output_size(); ++i) {
            const auto& made = outputs[static_cast<std::size_t>(i)];
            if (node.output(i).empty())
                continue;
            if (!made)
                return fail(
                    ErrorCode::BadFile, fmt::format("has the output {}, which Kerf does not make.", node.output(i)));
            scope.values.insert_or_assign(node.output(i), *made);
            if (depth == 0 && !made->isConstant()) // names inside branches and functions may stand there again
                m_parts.builder().name(made->value, node.output(i));
        }
        return {};
    }

    /// The branch that a condition chooses which is known.
    Status readIf(const onnx::NodeProto& node, Scope& scope, int depth)
    {
        OnnxNode reading(node, 1, { node.input_size() == 1 ? scope.find(node.input(0)) : nullptr }, m_parts);
        KERF_TRY(const OnnxArray condition, reading.constant(0));
        const bool isThen = !condition.values.empty() && condition.values.front() != 0;
        const onnx::AttributeProto* branch = reading.find(isThen ? "then_branch" : "else_branch");
        if (!branch || !branch->has_g() || branch->g().output_size() != node.output_size())
            return fail(ErrorCode::BadFile, "lacks a branch, or has one with another number of outputs.");
        if (!m_isInFunction)
            m_result.branches.emplace(&node, &branch->g());
        Scope inner { &scope };
        KERF_CHECK(addInitializers(branch->g(), inner));
        KERF_CHECK(readNodes(branch->g().node(), inner, depth + 1));
        for (int i = 0; i < node.output_size(); ++i) {
            const OnnxValue* made = inner.find(branch->g().output(i).name());
            if (!made)
                return fail(ErrorCode::BadFile,
                    fmt::format("has a branch that does not make {}.", branch->g().output(i).name()));
            scope.values.insert_or_assign(node.output(i), *made);
        }
        return {};
    }

    Status readFunction(const onnx::FunctionProto& function, const onnx::NodeProto& node, Scope& scope, int depth)
    {
        Scope inner;
        for (int i = 0; i < function.input_size(); ++i)
            if (i < node.input_size() && !node.input(i).empty())
                inner.values.emplace(function.input(i), *scope.find(node.input(i)));
        Nodes& body = m_bodies.emplace_back(function.node());
        for (onnx::NodeProto& inside : body)
            fillInCall(node, inside);
        return readBody(function, body, node, std::move(inner), scope, depth);
    }

    /// A node that does what others do one by one (core/onnx/onnx_compound.h).
    Status readCompound(const onnx::FunctionProto& compound, const onnx::NodeProto& node, Scope& scope, int depth)
    {
        Scope inner;
        for (int i = 0; i < compound.input_size(); ++i)
            if (!node.input(i).empty())
                inner.values.emplace(compound.input(i), *scope.find(node.input(i)));
        const Nodes& body = m_bodies.emplace_back(compound.node());
        return readBody(compound, body, node, std::move(inner), scope, depth);
    }

    Status readBody(const onnx::FunctionProto& function, const Nodes& body, const onnx::NodeProto& node, Scope inner,
        Scope& scope, int depth)
    {
        const std::map<std::string, int> outside = std::exchange(m_versions, versionsOf(function.opset_import()));
        const bool wasInFunction = std::exchange(m_isInFunction, true);
        const Status status = readNodes(body, inner, depth + 1);
        m_isInFunction = wasInFunction;
        m_versions = outside;
        KERF_CHECK(status);
        for (int i = 0; i < node.output_size() && i < function.output_size(); ++i)
            if (const OnnxValue* made = inner.find(function.output(i)); made && !node.output(i).empty())
                scope.values.insert_or_assign(node.output(i), *made);
        return {};
    }

    Status addOutputs(const Scope& scope)
    {
        if (m_model.graph().output_size() == 0)
            return fail(ErrorCode::BadFile, "has no outputs.");
        for (const onnx::ValueInfoProto& output : m_model.graph().output()) {
            const OnnxValue* made = scope.find(output.name());
            if (!made)
                return fail(ErrorCode::BadFile, fmt::format("has the output {}, which no node makes.", output.name()));
            KERF_TRY(const ValueId value, m_parts.valueOf(*made));
            m_parts.builder().output(output.name(), value);
            OnnxPort port { output.name(), made->type, made->dims, {} };
            const auto& shape = output.type().tensor_type().shape();
            for (int axis = 0; axis < shape.dim_size() && !m_samples.empty(); ++axis)
                if (shape.dim(axis).dim_param() == m_samples)
                    port.sampleAxis = static_cast<std::size_t>(axis);
            if (!port.sampleAxis && !port.dims.empty() && port.dims[0] == 1)
                port.sampleAxis = 0;
            m_result.outputs.push_back(std::move(port));
        }
        return m_parts.builder().status();
    }

    const Checkpoint& m_checkpoint;
    const onnx::ModelProto& m_model;
    const OnnxSizes& m_sizes;
    std::set<std::string> m_used;
    OnnxParts m_parts;
    std::map<std::string, int> m_versions;
    bool m_isInFunction = false;
    std::string m_samples; ///< symbol of the dimension of samples
    std::deque<Nodes> m_bodies; ///< of functions, as they are called
    OnnxGraph m_result;
};

} // namespace

Result<OnnxGraph> readOnnxGraph(const Checkpoint& checkpoint, const OnnxSizes& sizes)
{
    Result<OnnxGraph> graph = Reader(checkpoint, sizes).read();
    if (!graph)
        return fail(graph.error().code, fmt::format("{}: {}", checkpoint.folder().string(), graph.error().message));
    return graph;
}

} // namespace kerf::core
