// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/task.h"

#include <numeric>

#include <fmt/format.h>

#include "core/task/divergence.h"

namespace kerf::core {
namespace {

/// What tasks have in common whose results are logits.
class DistributionTask : public Task {
public:
    DistributionTask(std::string name, std::string unit)
        : m_name(std::move(name))
        , m_unit(std::move(unit))
    {
    }
    const std::string& name() const final { return m_name; }
    const std::string& unit() const final { return m_unit; }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const final
    {
        std::vector<double> result;
        for (const TokenDivergence& row : rowDivergence(original, candidate))
            result.push_back(row.kld);
        return result;
    }

private:
    std::string m_name, m_unit;
};

class LanguageTask final : public DistributionTask {
public:
    LanguageTask()
        : DistributionTask("language model", "nats/token")
    {
    }
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
};

class ClassificationTask final : public DistributionTask {
public:
    ClassificationTask()
        : DistributionTask("classification", "nats/sample")
    {
    }
    std::int64_t scored(const Hidden&, std::int64_t) const override { return 1; }
    Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const override
    {
        KERF_TRY(std::vector<Matrix> outputs, network.leave(hidden.part(sample, 1)));
        return std::move(outputs.front());
    }
};

} // namespace

const Task& languageTask()
{
    static const LanguageTask task;
    return task;
}

const Task& classificationTask()
{
    static const ClassificationTask task;
    return task;
}

Result<const Task*> taskOf(const Network& network)
{
    const Graph& graph = network.graph();
    if (graph.outputs().size() == 1) {
        const ValueType& type = graph.value(graph.outputs().front()).type;
        if (type.rows.kind == RowSpace::Kind::Tokens && type.width() == network.vocabularySize())
            return &languageTask();
        if (type.rows == RowSpace { RowSpace::Kind::PerSample, 1, -1, -1 })
            return &classificationTask();
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("What the outputs of a {} network mean is not known: they are neither the logits of tokens nor of "
                    "classes.",
            network.architecture()));
}

} // namespace kerf::core
