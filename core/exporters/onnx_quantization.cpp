// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_quantization.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/version.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/exporters/carried_tensors.h"
#include "core/exporters/onnx_bias.h"
#include "core/graph/ops/rearrange.h"
#include "core/model/weight_source.h"
#include "core/onnx/onnx_names.h"
#include "core/onnx/opset_raise.h"

namespace kerf::core {
namespace {

constexpr const char* kRuntimeDomain = "com.microsoft"; ///< of onnxruntime's own operators
constexpr std::int64_t kPlainIr = 4; ///< first IR version whose tensors need not be inputs too

/// Its bias can be whole numbers of input step * weight scale: then runtimes multiply in integers.
bool takesWholeBias(const OnnxLayer& layer)
{
    const Format& format = *layer.row->format;
    return addsBias(layer) && layer.rounding && format.family() == FormatFamily::Integer && format.isSymmetric()
        && format.codeBits() > 4 && format.granularity() != Granularity::Group;
}

} // namespace

Result<std::unique_ptr<OnnxQuantization>> OnnxQuantization::make(const ExportSource& source, OnnxBlocks blocks)
{
    std::unique_ptr<OnnxQuantization> made(new OnnxQuantization(source, blocks));
    KERF_CHECK(made->run());
    return made;
}

Status OnnxQuantization::run()
{
    KERF_TRY(m_rows, quantizedRows(m_source.plan, m_source.network));
    KERF_TRY(m_layers, findOnnxLayers(m_source, m_rows, m_draft));
    KERF_CHECK(raise());
    KERF_CHECK(rewriteTensors());
    KERF_CHECK(roundValues());
    for (const OnnxLayer& layer : m_layers) {
        KERF_CHECK(quantize(layer));
    }
    shiftCells();
    describe();
    return m_draft.finish();
}

Status OnnxQuantization::raise()
{
    std::int64_t needed = kChannelOperatorSet;
    for (const OnnxLayer& layer : m_layers)
        if (!isNBits(layer))
            needed = std::max(needed, operatorSetFor(*layer.row->format));
    const RankOf rankOf = [&](const std::string& name) -> std::optional<std::size_t> {
        for (const Value& value : m_source.network.graph().values())
            if (value.name == name && value.type.element == ElementType::Float)
                return value.type.shape.size();
        return std::nullopt;
    };
    return raiseOperatorSet(m_draft, needed, rankOf);
}

/// What transforms have rewritten and no codes replace.
Status OnnxQuantization::rewriteTensors()
{
    for (const CarriedTensor& carried : carriedTensors(m_source)) {
        onnx::TensorProto* tensor = carried.isRewritten ? m_draft.tensorOf(carried.source) : nullptr;
        if (!tensor)
            continue;
        const TensorInfo& info = *m_source.checkpoint.find(carried.source);
        if (carried.spec.dtype != info.dtype)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: a transform has rewritten it, and it is not float32. Quantize without the transform.",
                    carried.source));
        const auto make = [&source = m_source, carried]() -> Result<std::vector<std::byte>> {
            std::vector<std::byte> bytes;
            KERF_CHECK(lendCarried(source, carried, [&](std::span<const std::byte> lent) -> Status {
                bytes.assign(lent.begin(), lent.end());
                return {};
            }));
            return bytes;
        };
        m_draft.replaceElements(*tensor, { info.bytes, make });
    }
    return {};
}

Status OnnxQuantization::roundValues()
{
    for (const auto& [id, quantizer] : m_source.values) {
        const Value& value = m_source.network.graph().value(id);
        if (value.name.empty() || value.type.element != ElementType::Float)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: a value that is rounded has no name in the file: it lies in a branch or a function.",
                    m_source.checkpoint.folder().string()));
        m_tensors.roundForAll(value.name, quantizer);
    }
    return {};
}

Status OnnxQuantization::quantize(const OnnxLayer& layer)
{
    if (layer.rounding)
        layer.node->set_input(0, m_tensors.rounded(layer.node->input(0), *layer.rounding));
    if (layer.isRecurrent())
        return quantizeRecurrent(layer);
    return isNBits(layer) ? useNBits(layer) : quantizeMap(layer);
}

Status OnnxQuantization::quantizeMap(const OnnxLayer& layer)
{
    KERF_TRY(const OnnxBias bias, onnxBias(m_source, m_draft, layer));
    const bool isWhole = takesWholeBias(layer) && !bias.values.empty();
    onnx::NodeProto& node = *layer.node;
    node.set_input(1, dequantized(layer, onnxWeightForm(*layer.row, layer.place, isWhole)));
    dropAttribute(node, "alpha"); // the run's weight has it
    if (bias.norm)
        absorb(*bias.norm, node);
    addBehind(node, bias.behind, layer.name());
    if (!isWhole && !bias.norm && !bias.isShifted)
        return {};
    while (node.input_size() < 3)
        node.add_input();
    dropAttribute(node, "beta"); // the bias has it
    if (isWhole)
        setWholeBias(layer, bias.values);
    else
        node.set_input(2,
            m_tensors.numbers(layer.name() + ".bias_shifted", { static_cast<std::int64_t>(bias.values.size()) },
                { bias.values.begin(), bias.values.end() }));
    return {};
}

/// A norm goes, and the node before it makes what it made.
void OnnxQuantization::absorb(const onnx::NodeProto& norm, onnx::NodeProto& node)
{
    const std::string made = norm.output(0);
    m_draft.removeNode(norm);
    node.set_output(0, made);
}

/// int32 in steps of what one unit of the sum of products is worth.
void OnnxQuantization::setWholeBias(const OnnxLayer& layer, const std::vector<double>& bias)
{
    const float step = layer.rounding->scale;
    m_tensors.codes().holdBias(layer.name(), step, bias);
    const Shape dims { static_cast<std::int64_t>(bias.size()) };
    const std::uint64_t bytes = bias.size() * sizeof(float);
    const auto makeScales = [step](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> {
        std::vector<float> steps;
        for (const float scale : tensor.scales)
            steps.push_back(step * scale);
        return bytesOf(steps);
    };
    const auto makeCodes = [step, bias](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> {
        std::vector<std::int32_t> codes;
        for (std::size_t i = 0; i < bias.size(); ++i)
            codes.push_back(
                static_cast<std::int32_t>(std::nearbyint(bias[i] / static_cast<double>(step * tensor.scales[i]))));
        return bytesOf(codes);
    };
    const std::string codes = m_tensors.keptFromCodes(
        layer.name(), layer.name() + ".bias_quantized", onnx::TensorProto::INT32, DType::I32, dims, bytes, makeCodes);
    const std::string scale = m_tensors.keptFromCodes(
        layer.name(), layer.name() + ".bias_scale", onnx::TensorProto::FLOAT, DType::F32, dims, bytes, makeScales);
    layer.node->set_input(2,
        m_draft.addNode(m_draft.graph(), "DequantizeLinear", { codes, scale }, layer.name() + ".bias_dequantized",
            [](onnx::NodeProto& node) { setAttribute(node, "axis", 0); }));
}

std::string OnnxQuantization::codes(
    const OnnxLayer& layer, int type, const Shape& dims, std::uint64_t bytes, const OnnxTensors::FromCodes& make)
{
    const auto checked = [row = layer.row, make](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> {
        if (tensor.format->name() != row->format->name())
            return fail(
                ErrorCode::Internal, fmt::format("{}: the run holds another format than its plan", row->layer->name));
        return make(tensor);
    };
    return m_codes[layer.name()]
        = m_tensors.fromCodes(layer.name(), layer.name() + ".weight_quantized", type, dims, bytes, checked);
}

std::string OnnxQuantization::dequantized(const OnnxLayer& layer, const OnnxWeightForm& form)
{
    const std::string& name = layer.name();
    std::vector<std::string> inputs { codes(layer, form.type, form.dims, onnxCodeBytes(form),
        [name, form](const QuantizedTensor& tensor) { return onnxCodes(name, tensor, form); }) };
    const auto count = static_cast<std::uint64_t>(elementCount(form.scaleDims));
    inputs.push_back(m_tensors.fromCodes(name, name + ".weight_scale", onnx::TensorProto::FLOAT, form.scaleDims,
        count * sizeof(float),
        [form](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> { return onnxScales(tensor, form); }));
    OnnxWeightForm zeros = form;
    zeros.dims = form.scaleDims;
    if (!layer.row->format->isSymmetric() || layer.rounding) // kernels of integers ask for zero points
        inputs.push_back(m_tensors.fromCodes(name, name + ".weight_zero_point", form.type, form.scaleDims,
            onnxCodeBytes(zeros), [form](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> {
                return onnxZeros(tensor, form);
            }));
    const std::string made = m_draft.addNode(
        m_draft.graph(), "DequantizeLinear", inputs, name + ".weight_dequantized", [&](onnx::NodeProto& node) {
            setAttribute(node, "axis", form.axis);
            if (form.block > 0)
                setAttribute(node, "block_size", form.block);
        });
    return inPlace(made, name, form);
}

/// A decoded matrix as the weight that the node takes.
std::string OnnxQuantization::inPlace(std::string made, const std::string& layer, const OnnxWeightForm& form)
{
    onnx::GraphProto& graph = m_draft.graph();
    const auto reshape = [&](const Shape& dims) {
        const std::string shape = m_draft.addWholes(layer + ".weight_shape", dims);
        made = m_draft.addNode(graph, "Reshape", { made, shape }, layer + ".weight_reshaped");
    };
    if (!form.reshaped.empty())
        reshape(form.reshaped);
    if (form.turn.empty())
        return made;
    made = m_draft.addNode(graph, "Transpose", { made }, layer + ".weight_turned",
        [&](onnx::NodeProto& node) { setAttribute(node, "perm", form.turn); });
    reshape(form.reshapedAgain);
    return made;
}

bool OnnxQuantization::isNBits(const OnnxLayer& layer) const
{
    return m_blocks == OnnxBlocks::NBits && layer.place.dims.size() == 2
        && fitsNBits(*layer.row->format, layer.row->layer->shape.cols);
}

/// B, its scales and, of asymmetric formats, its zero points.
std::vector<std::string> OnnxQuantization::nBitsWeight(const OnnxLayer& layer)
{
    const auto [rows, cols] = layer.row->layer->shape;
    const Format& format = *layer.row->format;
    const std::int64_t block = format.groupSize(cols), groups = cols / block, bits = format.codeBits();
    const std::string& name = layer.name();
    std::vector<std::string> made { codes(layer, onnx::TensorProto::UINT8, { rows, groups, block * bits / 8 },
        static_cast<std::uint64_t>(rows * cols * bits / 8),
        [name](const QuantizedTensor& tensor) { return nBitsCodes(name, tensor); }) };
    made.push_back(m_tensors.fromCodes(name, name + ".weight_scale", onnx::TensorProto::FLOAT, { rows, groups },
        static_cast<std::uint64_t>(rows * groups) * sizeof(float),
        [](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> { return bytesOf(tensor.scales); }));
    if (const std::int64_t width = (groups * bits + 7) / 8; !format.isSymmetric())
        made.push_back(m_tensors.fromCodes(name, name + ".weight_zero_point", onnx::TensorProto::UINT8, { rows, width },
            static_cast<std::uint64_t>(rows * width),
            [](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> { return nBitsZeros(tensor); }));
    return made;
}

/// MatMulNBits in place of a MatMul or Gemm, whose sum it leaves to an Add.
Status OnnxQuantization::useNBits(const OnnxLayer& layer)
{
    onnx::NodeProto& node = *layer.node;
    const auto [rows, cols] = layer.row->layer->shape;
    const std::string& name = layer.name();
    std::vector<std::string> inputs = nBitsWeight(layer);
    const bool turnsInput = std::ranges::any_of(
        node.attribute(), [](const auto& attribute) { return attribute.name() == "transA" && attribute.i() != 0; });
    inputs.insert(inputs.begin(),
        turnsInput ? m_draft.addNode(m_draft.graph(), "Transpose", { node.input(0) }, name + ".input_turned")
                   : node.input(0));
    KERF_TRY(const OnnxBias bias, onnxBias(m_source, m_draft, layer));
    std::string sum = node.input_size() > 2 ? node.input(2) : std::string();
    const bool isOfRows = !sum.empty() && !bias.values.empty(); // else a matrix, which has no factor
    if (bias.norm)
        absorb(*bias.norm, node);
    if (bias.norm || bias.isShifted || isOfRows)
        sum = m_tensors.numbers(name + ".bias", { rows }, { bias.values.begin(), bias.values.end() });
    node.clear_attribute();
    node.clear_input();
    for (const std::string& input : inputs)
        node.add_input(input);
    node.set_op_type("MatMulNBits");
    node.set_domain(kRuntimeDomain);
    for (const auto& [key, value] :
        { std::pair("K", cols), { "N", rows }, { "bits", std::int64_t { layer.row->format->codeBits() } },
            { "block_size", layer.row->format->groupSize(cols) }, { "accuracy_level", std::int64_t { 0 } } })
        setAttribute(node, key, value);
    m_draft.setOperatorSet(kRuntimeDomain, std::max<std::int64_t>(m_draft.operatorSet(kRuntimeDomain), 1));
    if (!sum.empty())
        addBehind(node, sum, name);
    addBehind(node, bias.behind, name);
    return {};
}

void OnnxQuantization::addBehind(onnx::NodeProto& node, const std::vector<double>& numbers, const std::string& layer)
{
    if (!numbers.empty())
        addBehind(node,
            m_tensors.numbers(
                layer + ".shift", { static_cast<std::int64_t>(numbers.size()) }, { numbers.begin(), numbers.end() }),
            layer);
}

/// What a node makes plus another value, under the name that it had alone.
void OnnxQuantization::addBehind(onnx::NodeProto& node, const std::string& sum, const std::string& layer)
{
    const std::string made = node.output(0);
    const std::string product = m_draft.freeName(layer + ".product");
    node.set_output(0, product);
    m_draft.addNode(m_draft.graph(), "Add", { product, sum }, layer + ".sum",
        [&](onnx::NodeProto& add) { add.set_output(0, made); });
}

void OnnxQuantization::describe()
{
    onnx::ModelProto& model = m_draft.model();
    model.set_producer_name("kerf");
    model.set_producer_version(versionText());
    model.set_ir_version(std::max<std::int64_t>(model.ir_version(), kPlainIr));
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(kOnnxLayersKey);
    entry.set_value(Json(m_codes).dump());
}

std::vector<std::string> OnnxQuantization::notes()
{
    std::vector<std::string> notes;
    const onnx::ModelProto& source = *m_source.checkpoint.onnx();
    for (const onnx::OperatorSetIdProto& import : source.opset_import())
        if (standardDomain(import.domain()).empty() && import.version() != m_draft.operatorSet(""))
            notes.push_back(fmt::format(
                "Written in operator set {}; the source is in {}.", m_draft.operatorSet(""), import.version()));
    if (m_draft.model().graph().input_size() < source.graph().input_size())
        notes.emplace_back(
            "Weights that the source lists among its inputs are constants here, as runtimes need to fuse them.");
    const auto isIf = [](const onnx::NodeProto& node) { return node.op_type() == "If"; };
    if (std::ranges::any_of(source.graph().node(), isIf) && std::ranges::none_of(m_draft.model().graph().node(), isIf))
        notes.emplace_back("Branches were written in the place of their If: the file holds for the sizes of inputs "
                           "that the run was made for.");
    for (const auto& [layer, rows] : m_tensors.codes().raised())
        notes.push_back(fmt::format("{}: {} {} a larger scale than in the run, because its bias is too many steps of a "
                                    "smaller one for 32 bits.",
            layer, rows, rows == 1 ? "row has" : "rows have"));
    return notes;
}

WriteReport OnnxQuantization::report()
{
    WriteReport report;
    OnnxDraft::Fate fate = m_draft.fate();
    report.replaced = std::move(fate.gone);
    report.renamed = std::move(fate.renamed);
    report.added = m_tensors.kept();
    report.notes = notes();
    return report;
}

} // namespace kerf::core
