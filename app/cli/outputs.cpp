// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command_line.h"
#include "core/calibrate/block_pass.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
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

/// One input of the graph from the tensor of its name, [samples, tokens] or [samples, …].
class InputReader {
public:
    explicit InputReader(const SafetensorsFile& file)
        : m_file(file)
    {
    }

    Result<Batch> read(const Graph& graph)
    {
        Batch batch;
        for (const ValueId id : graph.inputs()) {
            KERF_TRY(Batch::Input input, readInput(graph.value(id), batch));
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
};

/// An output as it is stored: samples first, then tokens where it has them, then the shape of a row.
std::vector<std::int64_t> shapeOf(const ValueType& type, const Batch& batch)
{
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
    KERF_TRY(const Batch batch, InputReader(file).read(network.graph()));
    KERF_TRY(Hidden hidden, network.enter(batch));
    KERF_CHECK(runBlocks(network, hidden, "Running the model", invocation.job()));
    KERF_TRY(const std::vector<Matrix> found, network.leave(hidden));
    Outcome outcome;
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Value& value = network.graph().value(network.graph().outputs()[i]);
        const std::vector<std::int64_t> shape = shapeOf(value.type, batch);
        tensors.push_back({ { value.name, DType::F32, shape },
            std::as_bytes(std::span(found[i].data(), static_cast<std::size_t>(found[i].size()))) });
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
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--inputs", options->inputs, "Holds a tensor for each input of the network, by its name")
        ->type_name("FILE.safetensors")
        ->required();
    verb->add_option("--out", options->out, "Gets a tensor for each output of the network")
        ->type_name("FILE.safetensors")
        ->required();
    line.onChosen(verb, [options](Invocation& invocation) { return outputs(*options, invocation); });
}

} // namespace kerf::cli
