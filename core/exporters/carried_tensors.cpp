// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/carried_tensors.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/checkpoint/module_folders.h"
#include "core/exporters/config_writer.h"
#include "core/model/weight_source.h"

namespace kerf::core {
namespace {

constexpr const char* kHead = "lm_head.weight"; ///< as every loader of such folders asks for it

/// Whether a float weight of that name is [in, out], which codes never are.
bool isTransposed(const ExportSource& source, const std::string& tensor)
{
    return std::ranges::any_of(source.network.graph().parameters(), [&](const Parameter& parameter) {
        return parameter.ref.tensor == tensor && parameter.ref.layout == WeightLayout::InOut;
    });
}

/// The tensor that a layer's weight is a slice of, where it is one.
std::string stackOf(const Graph& graph, const std::string& layer)
{
    const LayerInfo* found = graph.findLayer(layer);
    const WeightRef ref = found ? graph.weightOf(*found).ref : WeightRef {};
    return ref.slice < 0 ? std::string() : ref.tensor;
}

/// Layers of a quantized source whose floats would lie in one tensor: once.
void addCodedStack(const ExportSource& source, const std::string& stack, const std::string& layer, DType type,
    std::vector<CarriedTensor>& tensors)
{
    if (std::ranges::find(tensors, stack, &CarriedTensor::source) != tensors.end())
        return;
    const std::vector<const Parameter*> slices = slicesOf(source.network.graph(), stack);
    const Shape& shape = slices.front()->shape;
    tensors.push_back({ stack, stack, layer, false,
        { stack, type, { static_cast<std::int64_t>(slices.size()), shape[1], shape[0] } } });
}

/// A layer of a quantized source, under the name that its weight has where it is a float.
void addCodes(const ExportSource& source, const QuantizedFolder& stored, const std::string& layer, DType type,
    std::vector<CarriedTensor>& tensors)
{
    if (const std::string stack = stackOf(source.network.graph(), layer); !stack.empty())
        return addCodedStack(source, stack, layer, type, tensors);
    const std::string carried = carriedName(source, layer + ".weight");
    if (carried.empty())
        return;
    const LayerShape shape = stored.shape(layer);
    const bool isTurned = isTransposed(source, layer + ".weight");
    tensors.push_back({ layer + ".weight", layer, layer, false,
        { carried, type, { isTurned ? shape.cols : shape.rows, isTurned ? shape.rows : shape.cols } } });
}

} // namespace

std::vector<const Parameter*> slicesOf(const Graph& graph, const std::string& tensor)
{
    std::vector<const Parameter*> slices;
    for (const Parameter& parameter : graph.parameters())
        if (parameter.ref.slice >= 0 && parameter.ref.tensor == tensor)
            slices.push_back(&parameter);
    std::ranges::sort(slices, {}, [](const Parameter* slice) { return slice->ref.slice; });
    return slices;
}

namespace {

/// By tensor of which a transform rewrote slices, the key of one of these.
std::map<std::string, std::string> rewrittenStacks(const ExportSource& source)
{
    std::map<std::string, std::string> stacks;
    for (const Parameter& parameter : source.network.graph().parameters())
        if (parameter.ref.slice >= 0 && source.folds && source.folds->touches(parameter.key))
            stacks.emplace(parameter.ref.tensor, parameter.key);
    return stacks;
}

/// Of all slices, one behind the other.
Result<Matrix> stackedValues(
    const ExportSource& source, const std::string& stack, const std::function<Result<Matrix>(const Parameter&)>& read)
{
    std::vector<Matrix> slices;
    for (const Parameter* slice : slicesOf(source.network.graph(), stack)) {
        KERF_TRY(slices.emplace_back(), read(*slice));
    }
    Matrix all(static_cast<Eigen::Index>(slices.size()) * slices.front().rows(), slices.front().cols());
    for (std::size_t i = 0; i < slices.size(); ++i)
        all.middleRows(static_cast<Eigen::Index>(i) * slices[i].rows(), slices[i].rows()) = slices[i];
    return all;
}

/// Codes of a stack as the floats that they stand for, [in, out] each.
Result<Matrix> decodedStack(const ExportSource& source, const std::string& stack)
{
    return stackedValues(source, stack, [&](const Parameter& slice) -> Result<Matrix> {
        KERF_TRY(const Matrix values, source.network.weights().values(slice));
        return Matrix(values.transpose());
    });
}

/// Rounded to the type already.
Result<Matrix> rewrittenValues(const ExportSource& source, const CarriedTensor& tensor)
{
    const auto& parameters = source.network.graph().parameters();
    const auto parameter = std::ranges::find(parameters, tensor.key, &Parameter::key);
    if (parameter == parameters.end())
        return fail(ErrorCode::Internal, fmt::format("{}: is rewritten, but no part of the network", tensor.source));
    if (parameter->ref.slice < 0)
        return source.network.weights().tensor(*parameter);
    return stackedValues(
        source, tensor.source, [&](const Parameter& slice) { return source.network.weights().tensor(slice); });
}

} // namespace

std::vector<const Parameter*> untiedTensors(const ExportSource& source)
{
    const bool canUntie = source.folds && !source.checkpoint.onnx();
    return canUntie ? untiedParameters(source.network.graph(), *source.folds) : std::vector<const Parameter*> {};
}

std::string carriedName(const ExportSource& source, const std::string& name)
{
    if (name != kHead || source.checkpoint.onnx() || !source.network.graph().sharesTensors())
        return name;
    const bool isStoredAlone = std::ranges::count(source.network.graph().parameters(), name,
                                   [](const Parameter& parameter) { return parameter.ref.tensor; })
        > 0;
    return isStoredAlone ? "model.embed_tokens.weight" : std::string();
}

std::vector<CarriedTensor> carriedTensors(const ExportSource& source)
{
    std::vector<CarriedTensor> tensors;
    const std::map<std::string, std::string> stacks = rewrittenStacks(source);
    const std::vector<const Parameter*> own = untiedTensors(source);
    std::set<std::string> codes;
    const DType type = source.stored ? loaderType(source) : DType::F32; // of codes that become floats
    for (const auto& [name, info] : source.checkpoint.tensors()) {
        if (const std::string layer = source.stored ? source.stored->layerOf(info) : std::string();
            source.stored && !layer.empty()) {
            if (codes.insert(layer).second)
                addCodes(source, *source.stored, layer, type, tensors);
            continue;
        }
        const bool isOfModule = !source.checkpoint.metadata() && !source.checkpoint.onnx()
            && isModuleFile(source.checkpoint.folder(), source.checkpoint.files()[info.file]); // carried as files
        const std::string carried = carriedName(source, name);
        if (carried.empty() || isOfModule)
            continue;
        const auto stack = stacks.find(name);
        const std::string& key = stack == stacks.end() ? name : stack->second;
        const bool isRewritten = source.folds && source.folds->touches(key);
        tensors.push_back({ name, key, {}, isRewritten,
            { carried, isRewritten ? source.folds->storedType(key) : info.dtype, info.shape } });
        for (const Parameter* parameter : own)
            if (parameter->ref.tensor == name)
                tensors.push_back({ name, parameter->key, {}, true,
                    { kHead, source.folds->storedType(parameter->key), info.shape } });
    }
    return tensors;
}

Status lendCarried(const ExportSource& source, const CarriedTensor& tensor,
    const std::function<Status(std::span<const std::byte>)>& read)
{
    const auto lendValues = [&](const Matrix& values) {
        return read(storedAs(tensor.spec.dtype, { values.data(), static_cast<std::size_t>(values.size()) }));
    };
    if (!tensor.codes.empty() && !slicesOf(source.network.graph(), tensor.source).empty()) {
        KERF_TRY(const Matrix values, decodedStack(source, tensor.source));
        return lendValues(values);
    }
    if (!tensor.codes.empty()) {
        KERF_TRY(const QuantizedTensor codes, source.stored->read(tensor.codes));
        const Matrix values = dequantize(codes);
        return isTransposed(source, tensor.source) ? lendValues(values.transpose()) : lendValues(values);
    }
    if (!tensor.isRewritten) {
        if (source.checkpoint.find(tensor.source)->form.isPlain())
            return source.checkpoint.lend(tensor.source, read);
        KERF_TRY(const Matrix values, source.checkpoint.read(tensor.source)); // as a folder has them
        return lendValues(values);
    }
    KERF_TRY(const Matrix values, rewrittenValues(source, tensor));
    if (!values.allFinite())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: a transform made a value that {} cannot hold. Quantize without it.", tensor.source,
                dtypeName(tensor.spec.dtype)));
    return lendValues(values);
}

} // namespace kerf::core
