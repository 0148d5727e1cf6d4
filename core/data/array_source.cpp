// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/array_source.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/hash.h"
#include "core/checkpoint/note.h"
#include "core/checkpoint/safetensors_file.h"

namespace kerf::core {
namespace {

constexpr std::array kUsualNames { "images", "inputs", "input", "x" };
constexpr const char* kLabels = "labels";

/// Bytes of whole numbers as floats.
template <class T> void widen(std::span<const std::byte> bytes, float* out)
{
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
        T value;
        std::memcpy(&value, bytes.data() + at, sizeof(T));
        *out++ = static_cast<float>(value);
    }
}

bool isWhole(DType type)
{
    return type == DType::U8 || type == DType::I8 || type == DType::I32 || type == DType::I64;
}

void toFloats(DType type, std::span<const std::byte> bytes, std::span<float> out)
{
    if (type == DType::U8)
        widen<std::uint8_t>(bytes, out.data());
    else if (type == DType::I8)
        widen<std::int8_t>(bytes, out.data());
    else if (type == DType::I32)
        widen<std::int32_t>(bytes, out.data());
    else if (type == DType::I64)
        widen<std::int64_t>(bytes, out.data());
    else
        toFloat32(type, bytes, out);
}

struct ArrayInput {
    const TensorInfo* tensor;
    std::uint64_t sampleBytes;
};

class ArraySource : public SampleSource {
public:
    ArraySource(SourceInfo info, SafetensorsFile file, std::vector<ArrayInput> arrays, ArrayScale scale,
        std::vector<std::int64_t> classes, Matrix targets)
        : SampleSource(std::move(info))
        , m_file(std::move(file))
        , m_arrays(std::move(arrays))
        , m_scale(scale)
        , m_classes(std::move(classes))
        , m_targets(std::move(targets))
    {
    }
    std::string nameOf(std::int64_t sample) const override { return fmt::format("{} [{}]", m_info.name, sample); }
    std::int64_t classOf(std::int64_t sample) const override { return m_classes[static_cast<std::size_t>(sample)]; }
    Result<std::string> hashOf(std::int64_t sample, const JobContext& /*job*/) const override
    {
        Hasher hasher;
        for (const ArrayInput& array : m_arrays) {
            KERF_TRY(const std::vector<std::byte> bytes, bytesOf(array, sample));
            hasher.add(std::span<const std::byte>(bytes));
        }
        return hasher.hex();
    }
    Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job) const override
    {
        SampleBatch batch = room(static_cast<std::int64_t>(samples.size()));
        KERF_CHECK(fillSamples(samples, job, [&](std::int64_t sample, std::int64_t row) -> Status {
            for (std::size_t i = 0; i < m_arrays.size(); ++i) {
                KERF_TRY(const std::vector<std::byte> bytes, bytesOf(m_arrays[i], sample));
                auto values = batch.inputs[i].row(row);
                toFloats(m_arrays[i].tensor->dtype, bytes, { values.data(), static_cast<std::size_t>(values.size()) });
                for (float& value : values)
                    value = static_cast<float>((value * m_scale.scale - m_scale.mean) / m_scale.std);
            }
            if (!m_classes.empty())
                batch.classes[static_cast<std::size_t>(row)] = classOf(sample);
            if (m_targets.rows() > 0)
                batch.targets.row(row) = m_targets.row(sample);
            return {};
        }));
        return batch;
    }

private:
    Result<std::vector<std::byte>> bytesOf(const ArrayInput& array, std::int64_t sample) const
    {
        return m_file.bytes(
            array.tensor->name, static_cast<std::uint64_t>(sample) * array.sampleBytes, array.sampleBytes);
    }

    SafetensorsFile m_file;
    std::vector<ArrayInput> m_arrays;
    ArrayScale m_scale;
    std::vector<std::int64_t> m_classes;
    Matrix m_targets;
};

/// Looks for what the inputs need in one file.
class ArrayFinder {
public:
    ArrayFinder(const SafetensorsFile& file, const std::vector<SampleInput>& inputs, SourceInfo& info)
        : m_file(file)
        , m_inputs(inputs)
        , m_info(info)
    {
    }

    Result<std::vector<ArrayInput>> find(bool isScaled)
    {
        std::vector<ArrayInput> arrays;
        for (const SampleInput& input : m_inputs) {
            KERF_TRY(const TensorInfo* tensor, tensorOf(input));
            KERF_CHECK(checkType(*tensor, isScaled));
            KERF_CHECK(checkCount(*tensor));
            KERF_TRY(SampleInput taken, shapeOf(input, *tensor));
            m_info.inputs.push_back(std::move(taken));
            arrays.push_back({ tensor, tensor->bytes / static_cast<std::uint64_t>(m_info.count) });
        }
        return arrays;
    }
    Status checkCount(const TensorInfo& tensor)
    {
        const std::int64_t count = tensor.shape.empty() ? 0 : tensor.shape.front();
        if (count < 1)
            return wrong(tensor.name, "has no samples");
        if (m_info.count != 0 && m_info.count != count)
            return wrong(tensor.name, fmt::format("has {} samples, but another tensor {}", count, m_info.count));
        m_info.count = count;
        return {};
    }
    tl::unexpected<Error> wrong(const std::string& tensor, const std::string& why) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: tensor {}: {}.", m_file.path().string(), tensor, why));
    }
    /// Tensors that nothing asked for.
    void noteOthers()
    {
        std::vector<std::string> others;
        for (const auto& [name, tensor] : m_file.tensors())
            if (!m_used.contains(name) && name != kLabels)
                others.push_back(name);
        if (!others.empty())
            m_info.notes.push_back({ fmt::format("{} tensors are none of the model's inputs and were not read: {}.",
                                         others.size(), listed(others)),
                std::move(others) });
    }

private:
    Result<const TensorInfo*> tensorOf(const SampleInput& input)
    {
        std::vector<std::string> names { input.name };
        if (m_inputs.size() == 1)
            names.insert(names.end(), kUsualNames.begin(), kUsualNames.end());
        for (const std::string& name : names)
            if (const TensorInfo* tensor = m_file.find(name)) {
                m_used.insert(name);
                return tensor;
            }
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no tensor for the model's input {}; it may be named {}.", m_file.path().string(),
                input.name, fmt::join(names, ", ")));
    }
    Status checkType(const TensorInfo& tensor, bool isScaled) const
    {
        if (!isWhole(tensor.dtype) && !isWeightFloat(tensor.dtype))
            return wrong(
                tensor.name, fmt::format("has dtype {}, which is not read as numbers", dtypeName(tensor.dtype)));
        if (isWhole(tensor.dtype) && !isScaled)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "{}: tensor {}: holds whole numbers ({}): say what they are multiplied with (scale; 1 for as "
                    "they are).",
                    m_file.path().string(), tensor.name, dtypeName(tensor.dtype)));
        return {};
    }
    /// The shape of one sample: the model's, with what it leaves open taken from the file.
    Result<SampleInput> shapeOf(const SampleInput& input, const TensorInfo& tensor)
    {
        const std::vector<std::int64_t> stored(tensor.shape.begin() + 1, tensor.shape.end());
        SampleInput taken { input.name, stored };
        bool fits = stored.size() == input.shape.size();
        for (std::size_t i = 0; fits && i < stored.size(); ++i)
            fits = input.shape[i] < 0 || input.shape[i] == stored[i];
        if (fits)
            return taken;
        const bool isKnown = std::ranges::all_of(input.shape, [](std::int64_t size) { return size > 0; });
        if (!isKnown || input.values() != taken.values())
            return wrong(tensor.name,
                fmt::format("has samples of [{}], but the model's input {} takes [{}]", fmt::join(stored, ", "),
                    input.name, fmt::join(input.shape, ", ")));
        m_info.notes.push_back({ fmt::format("Samples of [{}] were taken as [{}] of input {}: as many numbers in the "
                                             "same order.",
            fmt::join(stored, ", "), fmt::join(input.shape, ", "), input.name) });
        return input;
    }

    const SafetensorsFile& m_file;
    const std::vector<SampleInput>& m_inputs;
    SourceInfo& m_info;
    std::set<std::string> m_used;
};

/// Classes, from whatever whole numbers there are.
Result<std::vector<std::int64_t>> classesOf(const SafetensorsFile& file, const TensorInfo& tensor)
{
    if (tensor.dtype == DType::I64)
        return file.values<std::int64_t>(kLabels);
    if (tensor.dtype == DType::I32) {
        KERF_TRY(const auto values, file.values<std::int32_t>(kLabels));
        return std::vector<std::int64_t>(values.begin(), values.end());
    }
    KERF_TRY(const auto values, file.values<std::uint8_t>(kLabels));
    return std::vector<std::int64_t>(values.begin(), values.end());
}

} // namespace

Result<SampleSourcePtr> openArrays(
    const std::filesystem::path& path, const std::vector<SampleInput>& inputs, const std::optional<ArrayScale>& scale)
{
    KERF_TRY(SafetensorsFile file, SafetensorsFile::open(path));
    SourceInfo info;
    info.name = path.filename().string();
    ArrayFinder finder(file, inputs, info);
    KERF_TRY(std::vector<ArrayInput> arrays, finder.find(scale.has_value()));
    std::vector<std::int64_t> classes;
    Matrix targets;
    if (const TensorInfo* labels = file.find(kLabels)) {
        KERF_CHECK(finder.checkCount(*labels));
        if (isWeightFloat(labels->dtype)) {
            KERF_TRY(targets, file.read(kLabels));
            targets.resize(info.count, targets.size() / info.count);
            info.labels = LabelKind::Targets;
            info.targetShape.assign(labels->shape.begin() + 1, labels->shape.end());
        } else if (labels->shape.size() != 1 || !isWhole(labels->dtype) || labels->dtype == DType::I8) {
            return finder.wrong(kLabels, "is neither one whole number a sample (U8, I32, I64) nor floats");
        } else {
            KERF_TRY(classes, classesOf(file, *labels));
            if (std::ranges::any_of(classes, [](std::int64_t each) { return each < 0; }))
                return finder.wrong(kLabels, "has a class below 0");
            info.labels = LabelKind::Classes;
        }
    }
    finder.noteOthers();
    return std::make_shared<ArraySource>(std::move(info), std::move(file), std::move(arrays),
        scale.value_or(ArrayScale {}), std::move(classes), std::move(targets));
}

} // namespace kerf::core
