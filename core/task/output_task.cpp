// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/output_task.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "core/graph/ops/rearrange.h"
#include "core/task/named_task.h"
#include "core/task/output_part.h"

namespace kerf::core {
namespace {

using Kind = OutputMeaning::Kind;

bool isOfClasses(Kind kind)
{
    return kind == Kind::Logits || kind == Kind::Probabilities || kind == Kind::Chances;
}

/// One thing that a network says, a result each row.
class PartTask final : public NamedTask {
public:
    PartTask(TaskWords words, OutputPartPtr part, Kind kind)
        : NamedTask(std::move(words))
        , m_part(std::move(part))
        , m_kind(kind)
    {
    }
    bool hasClasses() const override { return isOfClasses(m_kind); }
    bool hasChances() const override { return m_kind == Kind::Chances; }
    std::int64_t scored(const Hidden& /*hidden*/, std::int64_t /*sample*/) const override { return m_part->rows(); }
    Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const override
    {
        KERF_TRY(const std::vector<Matrix> outputs, network.leave(hidden.part(sample, 1)));
        return m_part->results(outputs);
    }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return m_part->divergence(original, candidate);
    }
    const BoxResults* boxResults() const override { return m_part->boxResults(); }

private:
    OutputPartPtr m_part;
    Kind m_kind;
};

/// Several things, all in one row.
class JointTask final : public NamedTask {
public:
    explicit JointTask(std::vector<OutputPartPtr> parts)
        : NamedTask({ "several outputs", "sum over outputs", "output_divergence", "divergence", "" })
        , m_parts(std::move(parts))
    {
    }
    bool hasClasses() const override { return false; }
    std::int64_t scored(const Hidden& /*hidden*/, std::int64_t /*sample*/) const override { return 1; }
    Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const override
    {
        KERF_TRY(const std::vector<Matrix> outputs, network.leave(hidden.part(sample, 1)));
        std::vector<Matrix> found;
        for (const OutputPartPtr& part : m_parts)
            found.push_back(part->results(outputs));
        Matrix row(1,
            std::accumulate(found.begin(), found.end(), Eigen::Index { 0 },
                [](Eigen::Index sum, const Matrix& each) { return sum + each.size(); }));
        Eigen::Index at = 0;
        for (const Matrix& each : found) {
            std::copy_n(each.data(), each.size(), row.data() + at);
            at += each.size();
        }
        return row;
    }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        double sum = 0;
        Eigen::Index at = 0;
        for (const OutputPartPtr& part : m_parts) {
            const std::vector<double> each = part->divergence(cut(original, at, *part), cut(candidate, at, *part));
            sum += std::accumulate(each.begin(), each.end(), 0.0) / static_cast<double>(each.size());
            at += part->rows() * part->columns();
        }
        return { sum };
    }

private:
    static Matrix cut(const Matrix& row, Eigen::Index at, const OutputPart& part)
    {
        return row.middleCols(at, part.rows() * part.columns()).reshaped<Eigen::RowMajor>(part.rows(), part.columns());
    }

    std::vector<OutputPartPtr> m_parts;
};

/// Makes the task of a network's outputs.
class TaskMaker {
public:
    explicit TaskMaker(const Network& network)
        : m_network(network)
        , m_meanings(network.info().outputs)
    {
    }

    Result<TaskPtr> make() const
    {
        std::vector<std::size_t> scored;
        for (std::size_t i = 0; i < m_meanings.size(); ++i)
            if (m_meanings[i].kind != Kind::State && m_meanings[i].kind != Kind::Ignored)
                scored.push_back(i);
        if (scored.empty())
            return fail(ErrorCode::InvalidArgument,
                "None of the network's outputs is scored: all are states, or nobody reads them.");
        KERF_TRY(const std::optional<Detector> detector, detectorOf(scored));
        std::vector<OutputPartPtr> parts;
        if (detector)
            parts.push_back(detectionPart(
                place(detector->scores), m_meanings[detector->scores], place(detector->boxes), decoding(*detector)));
        for (const std::size_t index : scored)
            if (!detector || (index != detector->scores && index != detector->boxes))
                parts.push_back(part(index, detector.has_value() || scored.size() > 1));
        if (parts.size() > 1)
            return std::make_shared<const JointTask>(std::move(parts));
        const Kind kind = detector ? Kind::Boxes : m_meanings[scored.front()].kind;
        const bool isOne = parts.front()->rows() == 1;
        return std::make_shared<const PartTask>(words(kind, isOne), std::move(parts.front()), kind);
    }

private:
    struct Detector {
        std::size_t scores, boxes;
    };

    OutputPlace place(std::size_t index) const
    {
        return { index, m_network.graph().value(m_network.graph().outputs()[index]).type.shape };
    }
    const BoxDecoding& decoding(const Detector& detector) const { return m_meanings[detector.boxes].boxes; }

    OutputPartPtr part(std::size_t index, bool isOneOfSeveral) const
    {
        const OutputMeaning& meaning = m_meanings[index];
        if (isOfClasses(meaning.kind))
            return distributionPart(place(index), meaning);
        return meaning.kind == Kind::Vectors ? vectorsPart(place(index), meaning)
                                             : valuesPart(place(index), isOneOfSeveral);
    }

    /// The boxes and the first scores that fit them.
    Result<std::optional<Detector>> detectorOf(const std::vector<std::size_t>& scored) const
    {
        const auto elements = [&](std::size_t index) { return elementCount(place(index).shape); };
        const auto boxes
            = std::ranges::find_if(scored, [&](std::size_t index) { return m_meanings[index].kind == Kind::Boxes; });
        if (boxes == scored.end())
            return std::optional<Detector>();
        const std::int64_t candidates = elements(*boxes) / 4;
        for (const std::size_t index : scored)
            if (isOfClasses(m_meanings[index].kind) && m_meanings[index].axis == -1
                && elements(index) == candidates * place(index).shape.back())
                return std::optional(Detector { index, *boxes });
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Output {} tells {} boxes, but no output tells the classes of as many: [{}, classes].",
                m_network.graph().value(m_network.graph().outputs()[*boxes]).name, candidates, candidates));
    }

    /// `isOne`: one result a sample.
    static TaskWords words(Kind kind, bool isOne)
    {
        switch (kind) {
        case Kind::Boxes:
            return { "object detection", "nats/picture", "kld_mean" };
        case Kind::Chances:
            return isOne ? TaskWords { "binary classification", "nats/sample", "kld_mean" }
                         : TaskWords { "multi-label classification", "nats/label", "kld_mean" };
        case Kind::Vectors:
            return { isOne ? "embedding" : "dense embedding", "1 - cosine", "cosine_distance", "cosine distance", "" };
        case Kind::Logits:
        case Kind::Probabilities:
            return isOne ? TaskWords { "classification", "nats/sample", "kld_mean" }
                         : TaskWords { "dense classification", "nats/place", "kld_mean" };
        default:
            return { "regression", "squared difference", "squared_difference", "squared difference", "" };
        }
    }

    const Network& m_network;
    const std::vector<OutputMeaning>& m_meanings;
};

} // namespace

Result<TaskPtr> taskOfOutputs(const Network& network)
{
    return TaskMaker(network).make();
}

} // namespace kerf::core
