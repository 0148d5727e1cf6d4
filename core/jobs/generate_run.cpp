// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/generate_run.h"

#include <memory>

#include <fmt/format.h>

#include "core/evaluate/packed_linear.h"
#include "core/graph/activation_linear.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/run_student.h"
#include "core/model/generator.h"

namespace kerf::core {
namespace {

/// Layers as they run fastest, one token at a time.
LinearFactory fastLinears(const RunTensors& tensors, const LayerActivations& activations, const JobContext& job)
{
    return [&tensors, &activations, job](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        KERF_CHECK(job.checkStop());
        const auto tensor = tensors.find(layer.name);
        if (tensor == tensors.end())
            return packFloat(weight).linear;
        if (const auto input = activations.find(layer.name); input != activations.end())
            return makeActivationLinear(tensor->second, input->second);
        if (tensor->second->format->family() != FormatFamily::Integer)
            return makeQuantizedLinear(tensor->second); // no kernel runs it packed
        KERF_TRY(PackedLayer packed, packQuantized(tensor->second));
        return packed.linear;
    };
}

Status checkRoom(const Network& original, const Network& run, std::size_t prompt, std::int64_t tokens)
{
    const std::int64_t most = std::min(original.maxPositions(), run.maxPositions());
    if (static_cast<std::int64_t>(prompt) + tokens > most)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "A prompt of {} tokens and {} more do not fit into the {} positions of the model: ask for fewer.",
                prompt, tokens, most));
    if (original.vocabularySize() != run.vocabularySize())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The original has {} tokens and the run {}: they cannot be compared.",
                original.vocabularySize(), run.vocabularySize()));
    return {};
}

Result<SideBySide> generate(const Project& project, const Workspace& workspace, const RunRow& run,
    const std::string& prompt, const SideBySideSettings& settings, const SideBySideSink& sink, const JobContext& job)
{
    KERF_CHECK(checkSampler(settings.sampler));
    KERF_TRY(const Tokenizer tokenizer, project.tokenizer);
    KERF_TRY(const std::vector<TokenId> ids, tokenizer.encode(prompt, true));
    job.progress({ "Loading the run", 0, 0, "" });
    KERF_TRY(const RunStudent student, loadStudent(project, workspace, run, job));
    const Network& original = *project.model.network;
    KERF_CHECK(checkRoom(original, *student.network, ids.size(), settings.tokens));
    const auto positions = static_cast<std::int64_t>(ids.size()) + settings.tokens;
    const RunTensors none;
    const LayerActivations exact;
    KERF_TRY(
        const std::unique_ptr<Generation> first, startGeneration(original, fastLinears(none, exact, job), positions));
    KERF_TRY(const std::unique_ptr<Generation> second,
        startGeneration(
            *student.network, fastLinears(student.tensors, student.activations, job), positions, student.caches));
    return generateSideBySide({ first.get(), second.get() }, tokenizer, ids, settings, sink, job);
}

} // namespace

Result<SideBySide> generateRun(const Project& project, const Workspace& workspace, const RunRow& run,
    const std::string& prompt, const SideBySideSettings& settings, const SideBySideSink& sink, const JobContext& job)
{
    return atJobEdge([&] { return generate(project, workspace, run, prompt, settings, sink, job); });
}

} // namespace kerf::core
