// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/task.h"

#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/sentence_modules.h"
#include "core/task/divergence.h"
#include "core/task/named_task.h"
#include "core/task/output_task.h"

namespace kerf::core {
namespace {

class LanguageTask final : public NamedTask {
public:
    LanguageTask()
        : NamedTask({ "language model", "nats/token", "kld_mean" })
    {
    }
    bool hasClasses() const override { return true; }
    std::int64_t scored(const Hidden& hidden, std::int64_t sample) const override
    {
        return hidden.lengths[static_cast<std::size_t>(sample)] - 1;
    }
    Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const override
    {
        const std::int64_t first
            = std::accumulate(hidden.lengths.begin(), hidden.lengths.begin() + sample, std::int64_t { 0 });
        return network.logits(hidden, first, scored(hidden, sample));
    }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return klDivergences(original, candidate);
    }
};

/// All rows of the first output that belong to a sample.
class OutputTask : public NamedTask {
public:
    OutputTask(TaskWords words, bool isOfTokens)
        : NamedTask(std::move(words))
        , m_isOfTokens(isOfTokens)
    {
    }
    std::int64_t scored(const Hidden& hidden, std::int64_t sample) const final
    {
        return m_isOfTokens ? hidden.lengths[static_cast<std::size_t>(sample)] : 1;
    }
    Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const final
    {
        KERF_TRY(std::vector<Matrix> outputs, network.leave(hidden.part(sample, 1)));
        return std::move(outputs.front());
    }

private:
    bool m_isOfTokens;
};

class DistributionTask final : public OutputTask {
public:
    using OutputTask::OutputTask;
    bool hasClasses() const override { return true; }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return klDivergences(original, candidate);
    }
};

class RegressionTask final : public OutputTask {
public:
    RegressionTask()
        : OutputTask({ "regression", "squared difference", "squared_difference", "squared difference", "" }, false)
    {
    }
    bool hasClasses() const override { return false; }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        std::vector<double> result;
        for (Eigen::Index row = 0; row < original.rows(); ++row)
            result.push_back((original.row(row) - candidate.row(row)).cast<double>().squaredNorm());
        return result;
    }
};

class EmbeddingTask final : public OutputTask {
public:
    EmbeddingTask(const char* name, const char* unit, bool isOfTokens)
        : OutputTask({ name, unit, "cosine_distance", "cosine distance", "" }, isOfTokens)
    {
    }
    bool hasClasses() const override { return false; }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return cosineDistances(original, candidate);
    }
};

const Task* taskOfOutput(const Network& network, const Value& output)
{
    const ValueType& type = output.type;
    const bool isLogits = output.name == "logits";
    if (type.rows == RowSpace { RowSpace::Kind::PerSample, 1, -1, -1 }) {
        if (output.name == kEmbeddingOutput)
            return &embeddingTask();
        return type.width() == 1 ? &regressionTask() : &classificationTask();
    }
    if (type.rows.kind != RowSpace::Kind::Tokens)
        return nullptr;
    if (network.generator() || (isLogits && type.width() == network.vocabularySize()))
        return &languageTask();
    return isLogits ? &tokenClassificationTask() : &tokenEmbeddingTask();
}

/// Of one that lives as long as the program.
TaskPtr shared(const Task& task)
{
    return { TaskPtr(), &task };
}

} // namespace

const Task& languageTask()
{
    static const LanguageTask task;
    return task;
}

const Task& classificationTask()
{
    static const DistributionTask task({ "classification", "nats/sample", "kld_mean" }, false);
    return task;
}

const Task& tokenClassificationTask()
{
    static const DistributionTask task({ "token classification", "nats/token", "kld_mean" }, true);
    return task;
}

const Task& regressionTask()
{
    static const RegressionTask task;
    return task;
}

const Task& embeddingTask()
{
    static const EmbeddingTask task("embedding", "1 - cosine", false);
    return task;
}

const Task& tokenEmbeddingTask()
{
    static const EmbeddingTask task("token embedding", "1 - cosine", true);
    return task;
}

Result<TaskPtr> taskOf(const Network& network)
{
    if (!network.info().outputs.empty())
        return taskOfOutputs(network);
    const Graph& graph = network.graph();
    if (graph.outputs().size() == 1)
        if (const Task* task = taskOfOutput(network, graph.value(graph.outputs().front())))
            return shared(*task);
    return fail(ErrorCode::InvalidArgument,
        fmt::format("What the outputs of a {} network mean is not known: they are neither the logits of tokens nor of "
                    "classes nor embeddings.",
            network.architecture()));
}

TaskPtr nearestTask(const Network& network)
{
    return taskOf(network).value_or(shared(languageTask()));
}

std::string divergenceTitle(const Task& task)
{
    return task.quantity().empty() ? task.divergenceName() : fmt::format("{}, {}", task.divergenceName(), task.unit());
}

std::string divergenceAmount(const Task& task, const std::string& number)
{
    return task.quantity().empty() ? number : fmt::format("{} {}", number, task.quantity());
}

Status requireSameOutputs(const Network& original, const Network& candidate)
{
    KERF_TRY(const TaskPtr first, taskOf(original));
    KERF_TRY(const TaskPtr second, taskOf(candidate));
    const auto widths = [](const Network& network) {
        std::vector<std::int64_t> all;
        for (const ValueId output : network.graph().outputs())
            all.push_back(network.graph().value(output).type.width());
        return all;
    };
    if (first->name() == second->name() && widths(original) == widths(candidate))
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("The results cannot be compared: one is a {} network of {} outputs, the other a {} network of {}.",
            first->name(), fmt::join(widths(original), " and "), second->name(),
            fmt::join(widths(candidate), " and ")));
}

} // namespace kerf::core
