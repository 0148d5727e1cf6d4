// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command_line.h"
#include "core/calibrate/block_pass.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/graph/ops/rearrange.h"
#include "core/model/model.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    fs::path inputs;
    fs::path out;
};

/// Whole numbers as they may be stored.
Result<std::vector<std::int64_t>> readWhole(const SafetensorsFile& file, const TensorInfo& tensor)
{
    if (tensor.dtype == DType::I64)
        return file.values<std::int64_t>(tensor.name);
    KERF_TRY(const auto narrow, file.values<std::int32_t>(tensor.name));
    return std::vector<std::int64_t>(narrow.begin(), narrow.end());
}

/// Rows of samples as one tensor of `shape`, whose axis `axis` counts them, or the other way (`isBack`).
std::vector<float> withAxis(const float* values, const Shape& shape, std::size_t axis, bool isBack)
{
    Shape rest = shape;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(axis));
    Shape inFront { shape[axis] };
    inFront.insert(inFront.end(), rest.begin(), rest.end());
    Shape strides = denseStrides(shape);
    std::rotate(strides.begin(), strides.begin() + static_cast<std::ptrdiff_t>(axis),
        strides.begin() + static_cast<std::ptrdiff_t>(axis) + 1); // as in front
    StridedCopy copy { 0, 0, 0, inFront, denseStrides(inFront), strides };
    if (isBack)
        std::swap(copy.fromStrides, copy.toStrides);
    std::vector<float> moved(static_cast<std::size_t>(elementCount(shape)));
    rearrange<float>({ shape, false, 0, { copy } }, std::span(&values, 1), moved);
    return moved;
}

/// One input of the graph from the tensor of its name, [samples, tokens] or [samples, …].
class InputReader {
public:
    InputReader(const SafetensorsFile& file, const NetworkInfo& info)
        : m_file(file)
        , m_info(info)
    {
    }

    Result<Batch> read(const Graph& graph)
    {
        Batch batch;
        for (const ValueId id : graph.inputs())
            if (const auto axis = m_info.sampleAxes.find(graph.value(id).name); axis != m_info.sampleAxes.end())
                KERF_CHECK(countSamples(graph.value(id), axis->second, batch));
        for (const ValueId id : graph.inputs()) {
            KERF_TRY(Batch::Input input,
                !m_info.sampleAxes.empty() ? readTensor(graph.value(id), batch) : readInput(graph.value(id), batch));
            batch.inputs.push_back(std::move(input));
        }
        return batch;
    }

private:
    tl::unexpected<Error> wrong(const std::string& name, const std::string& needed) const
    {
        return fail(
            ErrorCode::BadFile, fmt::format("{}: needs a tensor \"{}\" {}.", m_file.path().string(), name, needed));
    }

    Status setLengths(const TensorInfo& tensor, const ValueType& type, Batch& batch) const
    {
        const bool isTokens = type.rows.kind == RowSpace::Kind::Tokens;
        const std::vector<std::int64_t> lengths(
            static_cast<std::size_t>(tensor.shape[0]), isTokens ? tensor.shape[1] : 1);
        const bool isFirst = batch.lengths.empty();
        if (!isFirst && (batch.lengths.size() != lengths.size() || (isTokens && batch.lengths != lengths)))
            return wrong(tensor.name, "of as many samples and tokens as the other inputs");
        if (isFirst || isTokens)
            batch.lengths = lengths;
        return {};
    }

    Status countSamples(const Value& value, std::size_t axis, Batch& batch) const
    {
        const TensorInfo* tensor = m_file.find(value.name);
        if (!tensor || tensor->shape.size() <= axis || tensor->shape[axis] < 1)
            return wrong(value.name, fmt::format("with samples along axis {}", axis));
        const auto samples = static_cast<std::size_t>(tensor->shape[axis]);
        if (!batch.lengths.empty() && batch.lengths.size() != samples)
            return wrong(value.name, "of as many samples as the other inputs");
        batch.lengths.assign(samples, 1);
        return {};
    }

    /// A whole tensor for each sample; one without an axis of samples is the same for all.
    Result<Batch::Input> readTensor(const Value& value, Batch& batch) const
    {
        const TensorInfo* tensor = m_file.find(value.name);
        const auto axis = m_info.sampleAxes.find(value.name);
        const bool isShared = axis == m_info.sampleAxes.end();
        if (batch.lengths.empty())
            batch.lengths = { 1 };
        const auto samples = static_cast<std::int64_t>(batch.lengths.size());
        const std::int64_t width = value.type.rows.count * value.type.width();
        if (!tensor || elementCount(tensor->shape) != width * (isShared ? 1 : samples))
            return wrong(value.name, fmt::format("with {} numbers for each sample", width));
        KERF_TRY(std::vector<float> numbers, readNumbers(*tensor));
        if (!isShared && axis->second > 0)
            numbers = withAxis(numbers.data(), tensor->shape, axis->second, true);
        Batch::Input input;
        for (std::int64_t sample = 1; isShared && sample < samples; ++sample)
            numbers.insert(numbers.end(), numbers.begin(), numbers.begin() + width);
        if (value.type.element == ElementType::Index)
            input.indices.assign(numbers.begin(), numbers.end());
        else
            input.rows = Eigen::Map<const Matrix>(numbers.data(), samples, width);
        return input;
    }

    /// As float32. Errors: of whole numbers those that it does not hold.
    Result<std::vector<float>> readNumbers(const TensorInfo& tensor) const
    {
        if (tensor.dtype != DType::I64 && tensor.dtype != DType::I32) {
            KERF_TRY(const Matrix values, m_file.read(tensor.name));
            return std::vector<float>(values.data(), values.data() + values.size());
        }
        KERF_TRY(const auto whole, readWhole(m_file, tensor));
        for (const std::int64_t number : whole)
            if (std::abs(number) > 1 << 24)
                return wrong(tensor.name, fmt::format("of numbers up to 2^24; it has {}", number));
        return std::vector<float>(whole.begin(), whole.end());
    }

    Result<Batch::Input> readInput(const Value& value, Batch& batch) const
    {
        const TensorInfo* tensor = m_file.find(value.name);
        const bool isIndex = value.type.element == ElementType::Index;
        const bool isTokens = value.type.rows.kind == RowSpace::Kind::Tokens;
        const char* needed = isIndex ? "[samples, tokens] of type I64 or I32" : "of numbers, samples first";
        if (!tensor || tensor->shape.size() < (isTokens ? 2u : 1u)
            || std::ranges::any_of(tensor->shape, [](std::int64_t size) { return size < 1; }))
            return wrong(value.name, needed);
        KERF_CHECK(setLengths(*tensor, value.type, batch));
        std::int64_t elements = 1;
        for (const std::int64_t size : tensor->shape)
            elements *= size;
        const std::int64_t rows = isTokens ? tensor->shape[0] * tensor->shape[1] : tensor->shape[0];
        if (elements != rows * value.type.width())
            return wrong(value.name,
                fmt::format("with {} numbers for each {}", value.type.width(), isTokens ? "token" : "sample"));
        return isIndex || tensor->dtype == DType::I64 || tensor->dtype == DType::I32 ? readNumbers(*tensor, isIndex)
                                                                                     : readRows(*tensor, value, rows);
    }

    Result<Batch::Input> readNumbers(const TensorInfo& tensor, bool isIndex) const
    {
        if (tensor.dtype != DType::I64 && tensor.dtype != DType::I32)
            return wrong(tensor.name, "[samples, tokens] of type I64 or I32");
        KERF_TRY(const auto numbers, readWhole(m_file, tensor));
        Batch::Input input;
        if (!isIndex) {
            input.rows.resize(static_cast<Eigen::Index>(numbers.size()), 1);
            std::ranges::transform(numbers, input.rows.data(), [](std::int64_t n) { return static_cast<float>(n); });
            return input;
        }
        for (const std::int64_t number : numbers) {
            if (number < 0 || number > std::numeric_limits<std::int32_t>::max())
                return wrong(tensor.name, fmt::format("of row numbers; it has {}", number));
            input.indices.push_back(static_cast<std::int32_t>(number));
        }
        return input;
    }

    Result<Batch::Input> readRows(const TensorInfo& tensor, const Value& value, std::int64_t rows) const
    {
        KERF_TRY(const Matrix values, m_file.read(tensor.name));
        Batch::Input input;
        input.rows = Eigen::Map<const Matrix>(values.data(), rows, value.type.width());
        return input;
    }

    const SafetensorsFile& m_file;
    const NetworkInfo& m_info;
};

/// An output as it is stored: samples first, then tokens where it has them, then the shape of a row; of a whole tensor
/// its own dimensions with the samples along their axis.
std::vector<std::int64_t> shapeOf(const Value& value, const NetworkInfo& info, const Batch& batch)
{
    const ValueType& type = value.type;
    if (const auto axis = info.sampleAxes.find(value.name); axis != info.sampleAxes.end()) {
        Shape shape = type.shape;
        shape[axis->second] *= static_cast<std::int64_t>(batch.lengths.size());
        return shape;
    }
    std::vector<std::int64_t> shape { static_cast<std::int64_t>(batch.lengths.size()) };
    if (type.rows.kind == RowSpace::Kind::Tokens)
        shape.push_back(batch.lengths.front());
    else if (type.rows.count > 1)
        shape.push_back(type.rows.count);
    shape.insert(shape.end(), type.shape.begin(), type.shape.end());
    return shape;
}

Result<Outcome> outputs(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Model model, invocation.openModel(options.model));
    const Network& network = *model.network;
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(options.inputs));
    KERF_TRY(const Batch batch, InputReader(file, network.info()).read(network.graph()));
    KERF_TRY(Hidden hidden, network.enter(batch));
    KERF_CHECK(runBlocks(network, hidden, "Running the model", invocation.job()));
    KERF_TRY(const std::vector<Matrix> found, network.leave(hidden));
    Outcome outcome;
    std::vector<TensorView> tensors;
    std::deque<std::vector<float>> moved; // what `tensors` show
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Value& value = network.graph().value(network.graph().outputs()[i]);
        const std::vector<std::int64_t> shape = shapeOf(value, network.info(), batch);
        std::span<const float> numbers(found[i].data(), static_cast<std::size_t>(found[i].size()));
        if (const auto axis = network.info().sampleAxes.find(value.name);
            axis != network.info().sampleAxes.end() && axis->second > 0)
            numbers = moved.emplace_back(withAxis(found[i].data(), shape, axis->second, false));
        tensors.push_back({ { value.name, DType::F32, shape }, std::as_bytes(numbers) });
        outcome.json["outputs"][value.name] = shape;
        outcome.text += fmt::format("{}: {} [{}], float32\n", options.out.string(), value.name, fmt::join(shape, ", "));
    }
    outcome.json["out"] = options.out.string();
    KERF_CHECK(writeSafetensors(options.out, tensors));
    return outcome;
}

} // namespace

void addOutputs(CommandLine& line)
{
    CLI::App* verb = line.addVerb("outputs", "Outputs of any network for given inputs, float32",
        "  kerf-cli outputs MODEL --inputs inputs.safetensors --out outputs.safetensors");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder, .gguf or .onnx file")->required();
    verb->add_option("--inputs", options->inputs, "Holds a tensor for each input of the network, by its name")
        ->type_name("FILE.safetensors")
        ->required();
    verb->add_option("--out", options->out, "Gets a tensor for each output of the network")
        ->type_name("FILE.safetensors")
        ->required();
    line.onChosen(verb, [options](Invocation& invocation) { return outputs(*options, invocation); });
}

} // namespace kerf::cli
