// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/held_tensor.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/constant.h"
#include "core/graph/ops/numbers_of.h"
#include "core/graph/ops/re_row.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

/// "layer1.0.conv1" of "layer1.0.conv1.weight"; nothing of a name that an exporter made up ("onnx::MatMul_12").
std::optional<std::string> moduleOf(const std::string& tensor)
{
    constexpr std::string_view ending = ".weight";
    if (!tensor.ends_with(ending) || tensor.size() == ending.size() || tensor.find("::") != std::string::npos)
        return {};
    return tensor.substr(0, tensor.size() - ending.size());
}

} // namespace

Result<ValueId> OnnxParts::valueOf(const OnnxValue& value)
{
    if (isIndex(value))
        return shared(fmt::format("numbers {}", value.value),
            [&] { return m_builder.add(numbersOfOp(), NumbersOf { value.dims }, { value.value }); });
    if (!value.isConstant())
        return value.value;
    KERF_TRY(const ParameterId parameter, numbers(value)); // one for each reader: nothing lives longer than it must
    const ValueId made = m_builder.add(constantOp(), Constant { value.dims }, {}, { parameter });
    KERF_CHECK(m_builder.status());
    return made;
}

bool OnnxParts::isIndex(const OnnxValue& value) const
{
    return !value.isConstant() && m_builder.typeOf(value.value).element == ElementType::Index;
}

Result<ParameterId> OnnxParts::numbers(const OnnxValue& constant)
{
    const std::int64_t count = elementCount(constant.dims);
    const std::string& tensor = constant.constant->tensor();
    if (!tensor.empty() && isWeightFloat(constant.type))
        return m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, { count }, freeName(tensor, m_keys), 0 });
    KERF_TRY(const OnnxArray* array, constant.constant->array());
    const std::string name = constant.constant->name();
    return heldNumbers(name.empty() ? "constant" : name, { array->values.begin(), array->values.end() });
}

ParameterId OnnxParts::heldNumbers(const std::string& name, std::vector<float> values)
{
    const auto count = static_cast<std::int64_t>(values.size());
    return held(name, { count }, { count }, std::move(values));
}

Result<ParameterId> OnnxParts::weight(
    const OnnxValue& constant, const Shape& shape, WeightLayout layout, std::int64_t slice)
{
    const std::string& tensor = constant.constant->tensor();
    if (!tensor.empty() && isWeightFloat(constant.type)) {
        const std::string key = slice < 0 ? tensor : fmt::format("{}[{}]", tensor, slice);
        return m_builder.parameter({ { tensor, slice, layout }, shape, freeName(key, m_keys), 0 });
    }
    if (const auto stored = storedWeight(*constant.constant, shape, layout, slice))
        return *stored;
    KERF_TRY(const OnnxArray* array, constant.constant->array());
    const std::size_t size = static_cast<std::size_t>(elementCount(shape));
    const auto first = array->values.begin()
        + static_cast<std::ptrdiff_t>(std::max<std::int64_t>(slice, 0)) * static_cast<std::ptrdiff_t>(size);
    std::vector<float> values(first, first + static_cast<std::ptrdiff_t>(size));
    if (layout == WeightLayout::InOut) {
        const Eigen::Map<const Matrix> stored(values.data(), shape[1], shape[0]);
        const Matrix turned = stored.transpose();
        values.assign(turned.data(), turned.data() + turned.size());
    }
    const std::string name = constant.constant->name();
    return heldWeight(name.empty() ? "weight" : name, shape, std::move(values));
}

Result<ParameterId> OnnxParts::table(const OnnxValue& constant)
{
    if (!constant.constant->codes())
        return weight(constant, constant.dims, WeightLayout::OutIn);
    KERF_TRY(const OnnxArray array, constant.constant->copy()); // no layer: the floats that its codes stand for
    return heldWeight(constant.constant->name(), constant.dims, { array.values.begin(), array.values.end() });
}

std::optional<ParameterId> OnnxParts::storedWeight(
    const OnnxConstant& constant, const Shape& shape, WeightLayout layout, std::int64_t slice)
{
    if (!constant.codes())
        return {};
    const std::int64_t first = std::max<std::int64_t>(slice, 0) * elementCount(shape);
    std::optional<QuantizedTensor> weight
        = weightOf(*constant.codes(), { shape[0], shape[1] }, layout, static_cast<std::size_t>(first));
    if (!weight)
        return {};
    const std::string tensor = freeTensor(constant.name().empty() ? "weight" : constant.name());
    m_stored.emplace(tensor,
        OnnxStoredWeight { std::make_shared<const QuantizedTensor>(std::move(*weight)), constant.codes()->tensors });
    return m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, shape, freeName(tensor, m_keys), 0 });
}

ParameterId OnnxParts::heldWeight(const std::string& name, const Shape& shape, std::vector<float> values)
{
    return held(name, shape, shape, std::move(values));
}

ParameterId OnnxParts::held(
    const std::string& name, const Shape& shape, const std::vector<std::int64_t>& stored, std::vector<float> values)
{
    const std::string tensor = freeTensor(name);
    m_held.emplace(tensor, heldTensor(stored, std::move(values)));
    return m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, shape, freeName(tensor, m_keys), 0 });
}

std::string OnnxParts::freeTensor(const std::string& name) const
{
    std::string tensor = fmt::format("computed/{}", name);
    for (int i = 2; m_held.contains(tensor) || m_stored.contains(tensor) || m_checkpoint.find(tensor); ++i)
        tensor = fmt::format("computed/{} ({})", name, i);
    return tensor;
}

void OnnxParts::note(Note note)
{
    const auto found = std::ranges::find(m_notes, note.text, &Note::text);
    if (found == m_notes.end())
        m_notes.push_back(std::move(note));
    else
        found->items.insert(found->items.end(), note.items.begin(), note.items.end());
}

LayerInfo OnnxParts::layerInfo(
    const onnx::NodeProto& node, const OnnxValue& weight, const std::string& role, const std::string& part)
{
    const std::optional<std::string> module = part.empty() ? moduleOf(weight.constant->name()) : std::nullopt;
    std::string name = module.value_or(node.name().empty() ? node.output(0) : node.name()) + part;
    std::ranges::replace(name, '/', '.'); // files of statistics and results are called by layers
    name.erase(0, std::min(name.find_first_not_of('.'), name.size() - 1));
    LayerInfo info;
    info.name = freeName(name, m_layerNames);
    m_origins.emplace(info.name, m_isInFunction ? nullptr : &node);
    info.role = role;
    info.tie = info.name; // no runtime that reads ONNX fuses layers
    return info;
}

std::string OnnxParts::freeName(const std::string& name, std::set<std::string>& taken) const
{
    std::string free = name;
    for (int i = 2; !taken.insert(free).second; ++i)
        free = fmt::format("{} ({})", name, i);
    return free;
}

ValueId OnnxParts::shared(const std::string& key, const std::function<ValueId()>& make)
{
    const auto [found, isNew] = m_shared.try_emplace(key, -1);
    if (isNew)
        found->second = make();
    return found->second;
}

ValueId OnnxParts::rowsOf(ValueId value, std::int64_t count, const Shape& shape)
{
    return shared(fmt::format("rows {} {} {}", value, count, fmt::join(shape, ",")), [&] {
        return m_builder.add(reRowOp(), ReRow { count, shape }, { value });
    });
}

} // namespace kerf::core
