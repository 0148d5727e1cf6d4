// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/quantized_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace kerf::core {

std::span<const QuantizedKind* const> quantizedKinds()
{
    static const std::array<const QuantizedKind*, 7> kinds { &gptqKind(), &awqKind(), &compressedTensorsKind(),
        &bitsAndBytesKind(), &fp8Kind(), &modelOptKind(), &ggufKind() };
    return kinds;
}

bool QuantizedReader::setInputs(const Checkpoint& checkpoint, StoredLayer& layer, ActivationFormat activation,
    const std::string& step, bool isDivisor)
{
    const TensorInfo* found = step.empty() ? nullptr : checkpoint.find(step);
    const bool isScalar = found && isWeightFloat(found->dtype)
        && (found->shape.empty() || found->shape == std::vector<std::int64_t> { 1 });
    if (!parseLayerFormat(LayerFormat { layer.format, activation }.name()) || hasFixedStep(activation) != isScalar)
        return false;
    layer.activation = activation;
    layer.step = step;
    layer.isStepDivisor = isDivisor;
    return true;
}

Result<FormatPtr> storedFormat(const std::string& name, const LayerShape& shape, const std::string& what)
{
    auto format = parseFormat(name);
    if (!format)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: Kerf cannot read how it is stored: {}", what, format.error().message));
    if (const Status fits = (*format)->checkShape(shape); !fits)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, fits.error().message));
    return *format;
}

Result<FormatPtr> formatOfScheme(const IntegerScheme& scheme, const LayerShape& shape, const std::string& what)
{
    const std::string group = scheme.group == 0 ? std::string("channel") : fmt::format("g{}", scheme.group);
    return storedFormat(fmt::format("int{}-{}{}", scheme.bits, group, scheme.symmetric ? "" : "-asym"), shape, what);
}

Result<const TensorInfo*> requireTensor(
    const Checkpoint& checkpoint, const std::string& name, DType dtype, const std::vector<std::int64_t>& shape)
{
    const TensorInfo* info = checkpoint.find(name);
    if (!info)
        return fail(ErrorCode::BadFile, fmt::format("{}: tensor {} is missing", checkpoint.folder().string(), name));
    if (info->dtype != dtype || info->shape != shape)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: is {} [{}], but by quantization_config it should be {} [{}]",
                checkpoint.files()[info->file].string(), name, dtypeName(info->dtype), fmt::join(info->shape, ", "),
                dtypeName(dtype), fmt::join(shape, ", ")));
    return info;
}

Status requireFloats(const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape)
{
    const TensorInfo* info = checkpoint.find(name);
    return requireTensor(checkpoint, name, info && isWeightFloat(info->dtype) ? info->dtype : DType::F16, shape)
        .map([](const TensorInfo*) {});
}

Result<Matrix> readScales(const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape)
{
    KERF_CHECK(requireFloats(checkpoint, name, shape));
    const TensorInfo* info = checkpoint.find(name);
    KERF_TRY(Matrix scales, checkpoint.read(name));
    for (Eigen::Index i = 0; i < scales.size(); ++i)
        if (!std::isfinite(scales.data()[i]))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {}: scale {} (counted from 0) is {}; scales must be finite",
                    checkpoint.files()[info->file].string(), name, i, scales.data()[i]));
    return scales;
}

Result<std::vector<float>> readScalesByGroup(
    const Checkpoint& checkpoint, const std::string& name, const QuantizedTensor& tensor)
{
    KERF_TRY(const Matrix scales, readScales(checkpoint, name, { tensor.groups(), tensor.shape.rows }));
    const Matrix byRow = scales.transpose();
    return std::vector<float>(byRow.data(), byRow.data() + byRow.size());
}

Result<QuantizedTensor> readFloat8(
    const Checkpoint& checkpoint, const std::string& weight, const std::string& scales, const StoredLayer& layer)
{
    QuantizedTensor tensor { layer.format, layer.shape, {}, {}, {}, {} };
    KERF_TRY(const auto bytes, checkpoint.bytes(weight));
    tensor.codes.resize(bytes.size());
    std::memcpy(tensor.codes.data(), bytes.data(), bytes.size());
    const std::span<const float> levels = layer.format->levels();
    if (std::ranges::any_of(tensor.codes, [&](std::uint8_t code) { return std::isnan(levels[code]); }))
        return fail(ErrorCode::BadFile, fmt::format("{}: tensor {} holds a NaN", checkpoint.folder().string(), weight));
    KERF_TRY(const Matrix values, readScales(checkpoint, scales, checkpoint.find(scales)->shape));
    std::vector<std::uint8_t> stored(static_cast<std::size_t>(values.size()) * sizeof(float));
    std::memcpy(stored.data(), values.data(), stored.size());
    KERF_TRY(GroupParams params, layer.format->readParams(layer.shape, stored));
    params.stored = std::move(stored);
    tensor.setParams(params);
    return tensor;
}

Result<std::vector<std::int32_t>> readGroupIndex(
    const Checkpoint& checkpoint, const std::string& name, const StoredLayer& layer)
{
    const std::int64_t cols = layer.shape.cols;
    const std::int64_t group = layer.format->groupSize(cols);
    KERF_CHECK(requireTensor(checkpoint, name, DType::I32, { cols }));
    KERF_TRY(const auto bytes, checkpoint.bytes(name));
    std::vector<std::int32_t> index(static_cast<std::size_t>(cols));
    std::memcpy(index.data(), bytes.data(), bytes.size());
    bool isPlain = true;
    for (std::int64_t i = 0; i < cols; ++i) {
        const std::int32_t value = index[static_cast<std::size_t>(i)];
        if (value < 0 || value >= cols / group)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {}: column {} is in group {}, but there are only {} groups",
                    checkpoint.folder().string(), name, i, value, cols / group));
        isPlain = isPlain && value == i / group;
    }
    return isPlain ? std::vector<std::int32_t>() : index;
}

namespace {

/// Fields that no word cuts, of a width that the compiler knows.
template <int bits> void wordFields(const std::byte* words, std::size_t stride, std::size_t count, std::uint8_t* fields)
{
    constexpr std::size_t kFields = 32 / bits;
    constexpr std::uint32_t kMask = (1U << bits) - 1;
    for (std::size_t i = 0; i < count; i += kFields, words += stride * sizeof(std::uint32_t)) {
        std::uint32_t word = 0;
        std::memcpy(&word, words, sizeof word);
        const std::size_t here = std::min(kFields, count - i);
        for (std::size_t field = 0; field < here; ++field)
            fields[i + field] = static_cast<std::uint8_t>(word >> (static_cast<std::size_t>(bits) * field) & kMask);
    }
}

void straddlingFields(const std::byte* words, std::size_t stride, int bits, std::size_t count, std::uint8_t* fields)
{
    const std::uint64_t mask = (1U << bits) - 1;
    std::uint64_t buffer = 0;
    int filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (filled < bits) {
            std::uint32_t word = 0;
            std::memcpy(&word, words, sizeof word);
            words += stride * sizeof word;
            buffer |= std::uint64_t { word } << filled;
            filled += 32;
        }
        fields[i] = static_cast<std::uint8_t>(buffer & mask);
        buffer >>= bits;
        filled -= bits;
    }
}

} // namespace

void bitFields(
    const std::byte* words, std::size_t stride, int bits, std::size_t count, bool wholeWords, std::uint8_t* fields)
{
    switch (bits) {
    case 2:
        return wordFields<2>(words, stride, count, fields);
    case 4:
        return wordFields<4>(words, stride, count, fields);
    case 8:
        return wordFields<8>(words, stride, count, fields);
    default:
        break;
    }
    if (!wholeWords)
        return straddlingFields(words, stride, bits, count, fields);
    switch (bits) {
    case 3:
        return wordFields<3>(words, stride, count, fields);
    case 5:
        return wordFields<5>(words, stride, count, fields);
    case 6:
        return wordFields<6>(words, stride, count, fields);
    default:
        return wordFields<7>(words, stride, count, fields);
    }
}

std::uint32_t bitField(const std::byte* words, std::size_t stride, int bits, std::size_t index, std::uint32_t addend)
{
    const auto word = [&](std::size_t i) {
        std::uint32_t value = 0;
        std::memcpy(&value, words + i * stride * sizeof value, sizeof value);
        return value + addend;
    };
    const std::size_t bit = index * static_cast<std::size_t>(bits);
    const auto shift = static_cast<int>(bit % 32);
    std::uint32_t value = word(bit / 32) >> shift;
    if (shift + bits > 32)
        value |= word(bit / 32 + 1) << (32 - shift);
    return value & ((1U << bits) - 1);
}

} // namespace kerf::core
