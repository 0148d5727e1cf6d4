// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/token_scores_file.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// Most probable tokens as two arrays, as they are stored.
struct TopArrays {
    std::vector<std::int32_t> ids;
    std::vector<float> probabilities;
};

TopArrays arraysOf(const std::vector<TopTokens>& tops)
{
    TopArrays arrays;
    for (const TopTokens& top : tops) {
        for (const TokenProbability& one : top) {
            arrays.ids.push_back(one.id);
            arrays.probabilities.push_back(one.probability);
        }
    }
    return arrays;
}

std::vector<TopTokens> topsOf(const TopArrays& arrays)
{
    std::vector<TopTokens> tops(arrays.ids.size() / kTopTokens);
    for (std::size_t i = 0; i < arrays.ids.size(); ++i)
        tops[i / kTopTokens][i % kTopTokens] = { arrays.ids[i], arrays.probabilities[i] };
    return tops;
}

std::string hashOf(const TokenScores& scores)
{
    const TopArrays reference = arraysOf(scores.referenceTop), own = arraysOf(scores.top);
    Hasher hasher;
    hasher.add("token scores").add(scores.dataset).add(scores.datasetHash).add(scores.windowLength);
    const auto add = [&](const auto& values) { hasher.add(std::as_bytes(std::span(values))); };
    add(scores.tokens);
    add(scores.kld);
    add(scores.nll);
    add(scores.referenceNll);
    add(scores.sameTop1);
    add(reference.ids);
    add(reference.probabilities);
    add(own.ids);
    add(own.probabilities);
    return hasher.hex();
}

tl::unexpected<Error> damaged(const fs::path& file, const std::string& what)
{
    return fail(ErrorCode::BadFile,
        fmt::format(
            "{}: the results of this text's tokens are damaged ({}). Delete the file and evaluate the run again.",
            file.string(), what));
}

/// Whether every array has as many values as the text asks for.
bool agree(const TokenScores& scores, const TopArrays& reference, const TopArrays& own)
{
    if (scores.windowLength < 2 || scores.tokens.empty()
        || scores.tokens.size() % static_cast<std::size_t>(scores.windowLength) != 0)
        return false;
    const std::size_t windows = scores.tokens.size() / static_cast<std::size_t>(scores.windowLength);
    const std::size_t scored = windows * scores.scoredPerWindow();
    const auto has = [](const auto& values, std::size_t count) { return values.size() == count; };
    return has(scores.kld, scored) && has(scores.nll, scored) && has(scores.referenceNll, scored)
        && has(scores.sameTop1, scored) && has(reference.ids, kTopTokens * scored)
        && has(reference.probabilities, kTopTokens * scored) && has(own.ids, kTopTokens * scored)
        && has(own.probabilities, kTopTokens * scored);
}

Result<TopArrays> readTop(const SafetensorsFile& file, const std::string& prefix)
{
    TopArrays arrays;
    KERF_TRY(arrays.ids, file.values<std::int32_t>(prefix + "top_ids"));
    KERF_TRY(arrays.probabilities, file.values<float>(prefix + "top_probabilities"));
    return arrays;
}

/// The error says only what is wrong.
Result<TokenScores> read(const SafetensorsFile& file)
{
    const TensorInfo* text = file.find("tokens");
    const auto& metadata = file.metadata();
    if (!text || text->shape.size() != 2 || !metadata.contains("hash"))
        return fail(ErrorCode::BadFile, "it holds something else");
    TokenScores scores;
    scores.windowLength = text->shape[1];
    scores.dataset = metadata.contains("dataset") ? metadata.at("dataset") : "";
    scores.datasetHash = metadata.contains("dataset_hash") ? metadata.at("dataset_hash") : "";
    KERF_TRY(scores.tokens, file.values<std::int32_t>("tokens"));
    KERF_TRY(scores.kld, file.values<double>("kld"));
    KERF_TRY(scores.nll, file.values<double>("nll"));
    KERF_TRY(scores.referenceNll, file.values<double>("reference_nll"));
    KERF_TRY(scores.sameTop1, file.values<std::uint8_t>("same_top1"));
    KERF_TRY(const TopArrays reference, readTop(file, "reference_"));
    KERF_TRY(const TopArrays own, readTop(file, ""));
    if (!agree(scores, reference, own))
        return fail(ErrorCode::BadFile, "sizes do not agree");
    scores.referenceTop = topsOf(reference);
    scores.top = topsOf(own);
    if (hashOf(scores) != metadata.at("hash"))
        return fail(ErrorCode::BadFile, "its hash does not agree");
    return scores;
}

} // namespace

Status saveTokenScores(const TokenScores& scores, const fs::path& file)
{
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error)
        return fail(error == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
            fmt::format("{}: the folder cannot be made: {}", file.parent_path().string(), error.message()));
    const auto windows = static_cast<std::int64_t>(scores.windows()), length = scores.windowLength;
    const TopArrays reference = arraysOf(scores.referenceTop), own = arraysOf(scores.top);
    const std::vector<std::int64_t> each { windows, length - 1 }, top { windows, length - 1, kTopTokens };
    const std::vector<TensorView> views { TensorView::of("tokens", DType::I32, { windows, length }, scores.tokens),
        TensorView::of("kld", DType::F64, each, scores.kld), TensorView::of("nll", DType::F64, each, scores.nll),
        TensorView::of("reference_nll", DType::F64, each, scores.referenceNll),
        TensorView::of("same_top1", DType::U8, each, scores.sameTop1),
        TensorView::of("reference_top_ids", DType::I32, top, reference.ids),
        TensorView::of("reference_top_probabilities", DType::F32, top, reference.probabilities),
        TensorView::of("top_ids", DType::I32, top, own.ids),
        TensorView::of("top_probabilities", DType::F32, top, own.probabilities) };
    const SafetensorsMetadata metadata { { "dataset", scores.dataset }, { "dataset_hash", scores.datasetHash },
        { "hash", hashOf(scores) } };
    KERF_CHECK(writeSafetensors(file, views, metadata));
    return {};
}

Result<TokenScores> loadTokenScores(const fs::path& file)
{
    const Result<SafetensorsFile> opened = SafetensorsFile::open(file);
    if (!opened)
        return damaged(file, opened.error().message);
    Result<TokenScores> scores = read(*opened);
    if (!scores)
        return damaged(file, scores.error().message);
    return scores;
}

} // namespace kerf::core
