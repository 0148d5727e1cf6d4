// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/mat_mul.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/to_picture.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_linear.h"
#include "core/onnx/onnx_node.h"
#include "core/onnx/windows.h"

namespace kerf::core {
namespace {

Result<const OnnxValue*> constantInput(const OnnxNode& node, std::size_t input, const char* what)
{
    if (!node.has(input) || !node.input(input).isConstant())
        return fail(ErrorCode::BadFile,
            fmt::format("has {} that is computed while the network runs; Kerf reads "
                        "only constant ones.",
                what));
    return &node.input(input);
}

/// A bias of so many numbers, or none.
Result<ParameterId> biasOf(OnnxNode& node, std::size_t input, std::int64_t count)
{
    if (!node.has(input))
        return -1;
    KERF_TRY(const OnnxValue* bias, constantInput(node, input, "a bias"));
    if (bias->dims != Shape { count })
        return fail(ErrorCode::BadFile,
            fmt::format("has a bias of [{}]; {} numbers are needed.", fmt::join(bias->dims, ", "), count));
    return node.parts().numbers(*bias);
}

/// Rows of the graph as a tensor of these dimensions.
Status setTensor(OnnxNode& node, ValueId rows, const Shape& dims)
{
    GraphBuilder& builder = node.parts().builder();
    const ValueId made = builder.add(reRowOp(), ReRow { 1, dims }, { rows });
    KERF_CHECK(builder.status());
    node.set(0, { node.input(0).type, dims, {}, made });
    return {};
}

const char* convolutionRole(std::int64_t groups, std::int64_t channels, const Windows& windows)
{
    return groups > 1 && groups == channels ? "dw" : windows.height * windows.width == 1 ? "pw" : "conv";
}

/// What a convolution and a transposed one have in common.
struct Convolution {
    Shape dims; ///< of the input, as planesOf() has it
    bool isFlat = false;
    std::int64_t groups = 1;
    const OnnxValue* weight = nullptr;
    Windows windows;
};

Result<Convolution> convolutionOf(OnnxNode& node, bool isTransposed)
{
    KERF_CHECK(node.requireInputs(2, 3));
    Convolution made;
    const Shape& given = node.input(0).dims;
    KERF_TRY(made.dims, planesOf(given));
    KERF_TRY(made.weight, constantInput(node, 1, "a weight"));
    KERF_TRY(made.groups, node.integer("group", 1));
    made.isFlat = given.size() == 3;
    const Shape& weight = made.weight->dims;
    const std::int64_t channels = made.dims[1], groups = made.groups;
    const bool isPossible = weight.size() == given.size() && groups >= 1 && channels % groups == 0
        && elementCount(weight) > 0
        && (isTransposed ? weight[0] == channels : weight[0] % groups == 0 && weight[1] == channels / groups);
    if (!isPossible)
        return fail(ErrorCode::BadFile,
            fmt::format("has a weight of [{}] and {} groups for an input of [{}], which do not fit.",
                fmt::join(weight, ", "), groups, fmt::join(given, ", ")));
    KERF_TRY(made.windows, windowsOf(node, made.dims, made.isFlat, { weight.begin() + 2, weight.end() }));
    return made;
}

/// Patches of a picture, a linear map, and a picture again (core/graph/convolution.h).
Status readConv(OnnxNode& node)
{
    KERF_TRY(const Convolution convolution, convolutionOf(node, false));
    const auto& [dims, isFlat, groups, weight, windows] = convolution;
    const Patches patches { windows.height, windows.width, windows.strideY, windows.strideX, windows.top, windows.left,
        windows.bottom, windows.right, windows.dilationY, windows.dilationX };

    OnnxParts& parts = node.parts();
    GraphBuilder& builder = parts.builder();
    KERF_TRY(const ValueId input, parts.valueOf(node.input(0)));
    const ValueId pictures = parts.rowsOf(input, dims[0], { dims[1], dims[2], dims[3] });
    // Layers of as many groups that see the same share a site: statistics are by group.
    const ValueId seen
        = parts.shared(fmt::format("patches {} {} {} {} {} {} {} {} {} {} {} {}", pictures, groups, windows.height,
                           windows.width, windows.strideY, windows.strideX, windows.top, windows.left, windows.bottom,
                           windows.right, windows.dilationY, windows.dilationX),
            [&] { return builder.add(patchesOp(), patches, { pictures }); });
    KERF_CHECK(builder.status());
    const std::int64_t outputs = weight->dims[0];
    const Shape shape { outputs, weight->dims[1] * windows.height * windows.width };
    KERF_TRY(const ParameterId parameter, parts.weight(*weight, shape, WeightLayout::OutInKernel));
    KERF_TRY(const ParameterId bias, biasOf(node, 2, outputs));
    LayerInfo info = parts.layerInfo(node.proto(), *weight, convolutionRole(groups, dims[1], windows));
    info.groups = static_cast<int>(groups);
    const ValueId made = builder.addLayer(std::move(info), seen, parameter, bias);
    const Shape places = placesOf(patches, dims[2], dims[3]);
    const ValueId picture = builder.add(toPictureOp(), ToPicture { places[0], places[1] }, { made });
    KERF_CHECK(builder.status());
    return setTensor(node, picture,
        isFlat ? Shape { dims[0], outputs, places[1] } : Shape { dims[0], outputs, places[0], places[1] });
}

/// A weight [in, out / groups, kernel] as that of the linear map before overlapAddOp(): [out * kernel, in / groups],
/// group after group. Errors: BadFile.
Result<ParameterId> transposedWeight(OnnxNode& node, const OnnxValue& weight, std::int64_t groups)
{
    OnnxParts& parts = node.parts();
    const std::int64_t in = weight.dims[0] / groups, out = elementCount(weight.dims) / weight.dims[0];
    if (groups == 1)
        return parts.weight(weight, { out, in }, WeightLayout::InOut);
    if (weight.constant->codes()) {
        KERF_TRY(const Rearrange moves, transposed({ groups, in, out }, { 0, 2, 1 }));
        KERF_TRY(const OnnxValue turned, node.move(moves, { &weight }));
        return parts.weight(turned, { groups * out, in }, WeightLayout::OutIn);
    }
    KERF_TRY(const OnnxArray* array, weight.constant->array());
    std::vector<float> values(array->values.size());
    for (std::int64_t g = 0; g < groups; ++g)
        for (std::int64_t i = 0; i < in; ++i)
            for (std::int64_t o = 0; o < out; ++o)
                values[static_cast<std::size_t>((g * out + o) * in + i)]
                    = static_cast<float>(array->values[static_cast<std::size_t>((g * in + i) * out + o)]);
    return parts.heldWeight(weight.constant->tensor(), { groups * out, in }, std::move(values));
}

/// Pads and output_padding of a transposed convolution: given, or what output_shape or auto_pad come to.
Status setCuts(OnnxNode& node, const Shape& dims, bool isFlat, OverlapAdd& add)
{
    const std::size_t rank = isFlat ? 1 : 2;
    KERF_TRY(std::vector<std::int64_t> added, node.integers("output_padding", std::vector<std::int64_t>(rank, 0)));
    KERF_TRY(std::vector<std::int64_t> wanted, node.integers("output_shape"));
    KERF_TRY(const std::string pad, node.text("auto_pad", "NOTSET"));
    if (wanted.size() == rank + 2)
        wanted.erase(wanted.begin(), wanted.begin() + 2);
    if (added.size() != rank || (!wanted.empty() && wanted.size() != rank)
        || std::ranges::any_of(added, [](std::int64_t n) { return n < 0 || n > 1 << 20; }))
        return fail(ErrorCode::BadFile, "has an output_padding or output_shape that is not possible.");
    if (isFlat) {
        added.insert(added.begin(), 0);
        if (!wanted.empty())
            wanted.insert(wanted.begin(), 1);
    }
    add.addedY = added[0];
    add.addedX = added[1];
    if (wanted.empty() && (pad == "NOTSET" || pad == "VALID"))
        return {};
    if (wanted.empty())
        wanted = { dims[2] * add.strideY, dims[3] * add.strideX };
    const auto cut
        = [&](std::int64_t places, std::int64_t stride, std::int64_t kernel, std::int64_t dilation, std::int64_t extra,
              std::int64_t size) { return stride * (places - 1) + extra + (kernel - 1) * dilation + 1 - size; };
    const std::int64_t rows = cut(dims[2], add.strideY, add.kernelHeight, add.dilationY, add.addedY, wanted[0]);
    const std::int64_t cols = cut(dims[3], add.strideX, add.kernelWidth, add.dilationX, add.addedX, wanted[1]);
    // The odd cell is cut at the end for SAME_UPPER, else at the start.
    const bool isUpper = pad == "SAME_UPPER";
    add.top = isUpper ? rows / 2 : rows - rows / 2;
    add.bottom = rows - add.top;
    add.left = isUpper ? cols / 2 : cols - cols / 2;
    add.right = cols - add.left;
    return {};
}

/// A linear map of every place, whose patches are put down and added up.
Status readConvTranspose(OnnxNode& node)
{
    KERF_TRY(const Convolution convolution, convolutionOf(node, true));
    const auto& [dims, isFlat, groups, weight, windows] = convolution;
    OverlapAdd add { dims[2], dims[3], windows.height, windows.width, windows.strideY, windows.strideX, windows.top,
        windows.left, windows.bottom, windows.right, windows.dilationY, windows.dilationX };
    KERF_CHECK(setCuts(node, dims, isFlat, add));

    OnnxParts& parts = node.parts();
    GraphBuilder& builder = parts.builder();
    KERF_TRY(const ValueId input, parts.valueOf(node.input(0)));
    const ValueId pictures = parts.rowsOf(input, dims[0], { dims[1], dims[2], dims[3] });
    // Patches of one cell are the channels of every place.
    const ValueId places = parts.shared(fmt::format("places {} {}", pictures, groups),
        [&] { return builder.add(patchesOp(), Patches {}, { pictures }); });
    KERF_TRY(const ParameterId parameter, transposedWeight(node, *weight, groups));
    LayerInfo info = parts.layerInfo(node.proto(), *weight, "deconv");
    info.groups = static_cast<int>(groups);
    const ValueId made = builder.addLayer(std::move(info), places, parameter, -1);
    const ValueId picture = builder.add(overlapAddOp(), add, { made });
    KERF_CHECK(builder.status());
    const Shape& made3 = builder.typeOf(picture).shape;
    const Shape shape
        = isFlat ? Shape { dims[0], made3[0], made3[2] } : Shape { dims[0], made3[0], made3[1], made3[2] };
    KERF_CHECK(setTensor(node, picture, shape));
    if (!node.has(2))
        return {};
    KERF_TRY(const OnnxValue* bias, constantInput(node, 2, "a bias"));
    if (bias->dims != Shape { made3[0] })
        return fail(ErrorCode::BadFile,
            fmt::format("has a bias of [{}] for {} channels.", fmt::join(bias->dims, ", "), made3[0]));
    Shape ones(shape.size() - 1, 1);
    ones[0] = made3[0];
    const OnnxValue sum = *node.outputs().front();
    KERF_TRY(OnnxValue biased, node.apply(binaryOp(), Binary { Binary::Kind::Add, false, ones }, { &sum }, { bias }));
    biased.type = node.input(0).type;
    node.set(0, std::move(biased));
    return {};
}

Status readBatchNorm(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(5, 5));
    node.ignore({ "momentum" });
    KERF_TRY(const float epsilon, node.real("epsilon", 1e-5f));
    KERF_TRY(const std::int64_t training, node.integer("training_mode", 0));
    KERF_TRY(const std::int64_t spatial, node.integer("spatial", 1));
    const Shape dims = node.input(0).dims;
    if (training != 0 || spatial != 1 || dims.size() < 2)
        return fail(
            ErrorCode::BadFile, "is a BatchNormalization of training or of single places. Export for inference.");
    OnnxParts& parts = node.parts();
    KERF_TRY(const ValueId input, parts.valueOf(node.input(0)));
    const ValueId rows = parts.rowsOf(input, dims[0], { dims.begin() + 1, dims.end() });
    std::vector<ParameterId> parameters;
    for (std::size_t i = 1; i < 5; ++i) {
        KERF_TRY(const OnnxValue* numbers, constantInput(node, i, "a parameter"));
        if (numbers->dims != Shape { dims[1] })
            return fail(ErrorCode::BadFile,
                fmt::format("has [{}] numbers for {} channels.", fmt::join(numbers->dims, ", "), dims[1]));
        KERF_TRY(const ParameterId parameter, parts.numbers(*numbers));
        parameters.push_back(parameter);
    }
    GraphBuilder& builder = parts.builder();
    const ValueId made
        = builder.add(batchNormOp(), BatchNorm { static_cast<double>(epsilon) }, { rows }, std::move(parameters));
    KERF_CHECK(builder.status());
    return setTensor(node, made, dims);
}

/// x W with a constant W [in, out]: a linear map of the rows of x.
Status readMatMul(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    const OnnxValue &x = node.input(0), &weight = node.input(1);
    if (!weight.isConstant() || weight.dims.size() != 2 || x.isConstant() || x.dims.empty()) {
        KERF_TRY(OnnxValue made, node.apply(matMulOp(), {}, { &x, &weight }));
        made.type = x.type;
        node.set(0, std::move(made));
        return {};
    }
    return readLinear(node, weight, WeightLayout::InOut);
}

struct GemmSettings {
    float alpha = 1, beta = 1;
    bool turnsA = false, turnsB = false;
};

Result<GemmSettings> gemmSettings(OnnxNode& node)
{
    node.ignore({ "broadcast" }); // before operator set 7
    GemmSettings settings;
    KERF_TRY(settings.alpha, node.real("alpha", 1));
    KERF_TRY(settings.beta, node.real("beta", 1));
    KERF_TRY(const std::int64_t turnsA, node.integer("transA", 0));
    KERF_TRY(const std::int64_t turnsB, node.integer("transB", 0));
    settings.turnsA = turnsA != 0;
    settings.turnsB = turnsB != 0;
    return settings;
}

/// A constant times a factor.
Result<OnnxValue> scaled(const OnnxValue& value, float factor)
{
    if (factor == 1)
        return value;
    KERF_TRY(const OnnxArray* array, value.constant->array());
    OnnxArray made = *array;
    for (double& number : made.values)
        number = asType(made.type, number * static_cast<double>(factor));
    return constantValue(std::move(made));
}

/// alpha A B + beta C: a linear map with a bias.
Status readGemm(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 3));
    KERF_TRY(const GemmSettings settings, gemmSettings(node));
    KERF_TRY(const OnnxValue* stored, constantInput(node, 1, "a second factor"));
    OnnxValue x = node.input(0);
    if (x.dims.size() != 2 || stored->dims.size() != 2)
        return fail(ErrorCode::BadFile, "multiplies what are no matrices.");
    if (settings.turnsA) {
        KERF_TRY(const Rearrange moves, transposed(x.dims, { 1, 0 }));
        KERF_TRY(x, node.move(moves, { &x }));
    }
    const Shape shape = settings.turnsB ? stored->dims : Shape { stored->dims[1], stored->dims[0] };
    if (x.dims[1] != shape[1])
        return fail(ErrorCode::BadFile,
            fmt::format(
                "multiplies [{}] by [{}], which do not fit.", fmt::join(x.dims, ", "), fmt::join(stored->dims, ", ")));
    KERF_TRY(const OnnxValue weight, scaled(*stored, settings.alpha));
    OnnxParts& parts = node.parts();
    KERF_TRY(const ValueId input, parts.valueOf(x));
    const ValueId rows = parts.rowsOf(input, x.dims[0], { shape[1] });
    KERF_TRY(const ParameterId parameter,
        parts.weight(weight, shape, settings.turnsB ? WeightLayout::OutIn : WeightLayout::InOut));
    ParameterId bias = -1;
    const bool isBias = node.has(2) && node.input(2).isConstant() && elementCount(node.input(2).dims) == shape[0]
        && (node.input(2).dims.size() == 1 || node.input(2).dims.back() == shape[0]);
    if (isBias) {
        KERF_TRY(const OnnxValue constant, scaled(node.input(2), settings.beta));
        KERF_TRY(bias, parts.numbers(constant));
    }
    const ValueId product
        = parts.builder().addLayer(parts.layerInfo(node.proto(), *stored, "fc"), rows, parameter, bias);
    KERF_CHECK(parts.builder().status());
    KERF_CHECK(setTensor(node, product, { x.dims[0], shape[0] }));
    if (!node.has(2) || isBias)
        return {};
    if (settings.beta != 1)
        return fail(ErrorCode::BadFile, "adds a computed matrix times beta, which Kerf does not.");
    const OnnxValue made = *node.outputs().front();
    const OnnxValue& other = node.input(2);
    Binary add { Binary::Kind::Add };
    if (other.isConstant())
        add.constant = other.dims;
    KERF_TRY(OnnxValue sum,
        other.isConstant() ? node.apply(binaryOp(), add, { &made }, { &other })
                           : node.apply(binaryOp(), add, { &made, &other }));
    node.set(0, std::move(sum));
    return {};
}

} // namespace

Status readLinear(OnnxNode& node, const OnnxValue& weight, WeightLayout layout, std::optional<std::size_t> bias)
{
    const OnnxValue& x = node.input(0);
    const bool isTurned = layout == WeightLayout::InOut;
    const Shape shape { weight.dims[isTurned ? 1 : 0], weight.dims[isTurned ? 0 : 1] };
    if (x.dims.empty() || x.dims.back() != shape[1])
        return fail(ErrorCode::BadFile,
            fmt::format(
                "multiplies [{}] by [{}], which do not fit.", fmt::join(x.dims, ", "), fmt::join(weight.dims, ", ")));
    OnnxParts& parts = node.parts();
    KERF_TRY(const ValueId input, parts.valueOf(x));
    Shape made = x.dims;
    made.back() = shape[0];
    const ValueId rows = parts.rowsOf(input, elementCount(x.dims) / shape[1], { shape[1] });
    KERF_TRY(const ParameterId parameter, parts.weight(weight, shape, layout));
    ParameterId added = -1;
    if (bias) {
        KERF_TRY(added, biasOf(node, *bias, shape[0]));
    }
    const ValueId product
        = parts.builder().addLayer(parts.layerInfo(node.proto(), weight, "fc"), rows, parameter, added);
    KERF_CHECK(parts.builder().status());
    return setTensor(node, product, made);
}

std::span<const OnnxOperator> onnxLayers()
{
    static const OnnxOperator rows[] = {
        { "Conv", readConv },
        { "ConvTranspose", readConvTranspose },
        { "BatchNormalization", readBatchNorm, 7 },
        { "MatMul", readMatMul },
        { "Gemm", readGemm, 7 },
    };
    return rows;
}

} // namespace kerf::core
