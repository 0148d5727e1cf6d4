// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

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
    fs::path ids;
    fs::path out;
};

Result<std::vector<std::int64_t>> readIds(const SafetensorsFile& file, const TensorInfo& tensor)
{
    if (tensor.dtype == DType::I64)
        return file.values<std::int64_t>("input_ids");
    KERF_TRY(const auto narrow, file.values<std::int32_t>("input_ids"));
    return std::vector<std::int64_t>(narrow.begin(), narrow.end());
}

Result<std::vector<std::vector<TokenId>>> readWindows(const fs::path& path, std::int64_t vocabulary)
{
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    const TensorInfo* tensor = file.find("input_ids");
    if (!tensor || tensor->shape.size() != 2 || (tensor->dtype != DType::I64 && tensor->dtype != DType::I32))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: needs a tensor \"input_ids\" [batch, tokens] of type I64 or I32.", path.string()));
    KERF_TRY(const auto ids, readIds(file, *tensor));
    const auto tokens = static_cast<std::size_t>(tensor->shape[1]);
    std::vector<std::vector<TokenId>> windows(static_cast<std::size_t>(tensor->shape[0]));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] < 0 || ids[i] >= vocabulary)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: input_ids[{}, {}] is {}; the model knows tokens 0 to {}.", path.string(), i / tokens,
                    i % tokens, ids[i], vocabulary - 1));
        windows[i / tokens].push_back(static_cast<TokenId>(ids[i]));
    }
    if (ids.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"input_ids\" is empty.", path.string()));
    return windows;
}

Result<Outcome> logits(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Model model, invocation.openModel(options.model));
    const Network& network = *model.network;
    KERF_TRY(const auto windows, readWindows(options.ids, network.vocabularySize()));
    KERF_TRY(Hidden hidden, network.embed(windows));
    KERF_CHECK(runBlocks(network, hidden, "Running the model", invocation.job()));
    KERF_TRY(const Matrix found, network.logits(hidden, 0, hidden.tokens()));
    const auto batch = static_cast<std::int64_t>(windows.size());
    const std::vector<std::int64_t> shape { batch, static_cast<std::int64_t>(windows.front().size()), found.cols() };
    const auto bytes = std::as_bytes(std::span(found.data(), static_cast<std::size_t>(found.size())));
    KERF_CHECK(writeSafetensors(options.out, { TensorView { { "logits", DType::F32, shape }, bytes } }));
    Outcome outcome;
    outcome.json = { { "out", options.out.string() }, { "shape", shape } };
    outcome.text = fmt::format("{}: logits [{}], float32\n", options.out.string(), fmt::join(shape, ", "));
    return outcome;
}

} // namespace

void addLogits(CommandLine& line)
{
    CLI::App* verb = line.addVerb("logits", "Logits of given token ids, float32",
        "  kerf-cli logits MODEL --ids ids.safetensors --out logits.safetensors");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--ids", options->ids, "Holds input_ids [batch, tokens]")
        ->type_name("FILE.safetensors")
        ->required();
    verb->add_option("--out", options->out, "Gets logits [batch, tokens, vocabulary]")
        ->type_name("FILE.safetensors")
        ->required();
    line.onChosen(verb, [options](Invocation& invocation) { return logits(*options, invocation); });
}

} // namespace kerf::cli
