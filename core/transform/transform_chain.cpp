// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/transform_chain.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/calibrate/block_pass.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/model/weight_source.h"
#include "core/transform/scale_site.h"

namespace kerf::core {
namespace {

constexpr double kLargestChange = 1e-5; // float32 noise of a few hundred layers stays below
constexpr std::int64_t kCheckTokens = 256, kCheckSamples = 2;
constexpr const char* kMetadataKey = "kerf_transforms";

Json toJson(const TransformFactors& factors)
{
    Json notes = Json::array();
    for (const TransformNote& note : factors.notes)
        notes.push_back({ { "site", note.site }, { "text", note.text } });
    return { { "name", factors.name }, { "settings", factors.settings }, { "notes", std::move(notes) } };
}

/// Samples to verify folds on.
class CheckSamples {
public:
    /// The first of a data set, cut short; without one random ones, for transforms that need none.
    CheckSamples(const Network& network, const Dataset* data)
    {
        if (data && data->reader)
            m_samples = Samples(*data).first(kCheckSamples);
        else if (network.vocabularySize() > 0)
            m_samples = Samples(m_text = textOf(network, data));
        else
            m_samples = Samples(m_batch = batchOf(network.graph()), network.graph());
    }
    CheckSamples(const CheckSamples&) = delete; // samples refer to what they are made of
    CheckSamples& operator=(const CheckSamples&) = delete;
    const Samples& samples() const { return m_samples; }

private:
    static Dataset textOf(const Network& network, const Dataset* data)
    {
        Dataset text;
        std::vector<TokenId>& window = text.windows.emplace_back();
        const std::int64_t count = std::min(kCheckTokens, network.maxPositions());
        if (data && !data->windows.empty())
            window.assign(data->windows[0].begin(),
                data->windows[0].begin()
                    + std::min<std::ptrdiff_t>(count, static_cast<std::ptrdiff_t>(data->windows[0].size())));
        CounterRng rng(0);
        while (window.empty() || (!data && static_cast<std::int64_t>(window.size()) < count))
            window.push_back(static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(network.vocabularySize()))));
        return text;
    }
    /// Normal numbers; the whole numbers of an index are 1, which every table has.
    static Batch batchOf(const Graph& graph)
    {
        Batch batch;
        batch.lengths.assign(static_cast<std::size_t>(kCheckSamples), 1);
        CounterRng rng(0);
        for (const ValueId id : graph.inputs()) {
            const ValueType& type = graph.value(id).type;
            Batch::Input& input = batch.inputs.emplace_back();
            const std::int64_t rows = kCheckSamples * type.rows.count;
            if (type.element == ElementType::Index) {
                input.indices.assign(static_cast<std::size_t>(rows), 1);
                continue;
            }
            input.rows.resize(rows, type.width());
            for (float& number : input.rows.reshaped())
                number = static_cast<float>(rng.normal());
        }
        return batch;
    }

    Dataset m_text;
    Batch m_batch;
    Samples m_samples;
};

Result<std::vector<Matrix>> resultsOf(const Network& network, const Samples& samples, const JobContext& job)
{
    KERF_TRY(Hidden hidden, samples.enter(network, 0, samples.count()));
    KERF_CHECK(runBlocks(network, hidden, {}, job));
    return network.leave(hidden);
}

Status verify(const TransformFactors& factors, double change, const JobContext& job)
{
    job.log(LogLevel::Info,
        fmt::format("{}: verified on the model before rounding, its outputs change by {:.2g} of their size.",
            factors.name, change));
    if (change <= kLargestChange)
        return {};
    return fail(ErrorCode::Numerical,
        fmt::format("The transform {} changes the model before anything is rounded: its outputs move by {:.2g} of "
                    "their size, more than {:.0e}. Leave the transform out.",
            factors.name, change, kLargestChange));
}

Status readNotes(const Json& json, TransformFactors& factors)
{
    for (const Json& note : json.value("notes", Json::array()))
        factors.notes.push_back({ note.value("site", ""), note.value("text", "") });
    return {};
}

} // namespace

Result<double> relativeChange(
    const Network& before, const Network& after, const Samples& samples, const JobContext& job)
{
    KERF_TRY(const std::vector<Matrix> expected, resultsOf(before, samples, job));
    KERF_TRY(const std::vector<Matrix> found, resultsOf(after, samples, job));
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double size = expected[i].cast<double>().squaredNorm();
        const double change = (found[i].cast<double>() - expected[i].cast<double>()).squaredNorm();
        const double moved = std::sqrt(size > 0 ? change / size : change);
        if (!std::isfinite(moved))
            return moved;
        largest = std::max(largest, moved);
    }
    return largest;
}

std::string TransformChain::keyOf(const ChainInputs& inputs)
{
    if (inputs.transforms.empty())
        return {};
    Hasher hasher;
    hasher.add("transforms").add(inputs.modelHash).add(inputs.datasetHash).add(inputs.engineVersion);
    hasher.add(core::toJson(inputs.transforms).dump());
    if (useFormats(inputs.transforms))
        for (const auto& [layer, format] : inputs.formats)
            hasher.add(layer).add(format);
    return hasher.hex();
}

Result<TransformChain> TransformChain::start(const ChainInputs& inputs)
{
    TransformChain chain;
    chain.m_network = inputs.network;
    if (inputs.transforms.empty())
        return chain;
    chain.m_key = keyOf(inputs);
    chain.m_exactFolds = std::make_shared<const TensorFolds>();
    chain.m_exact = inputs.network;
    if (chain.m_exact->weights().isQuantized())
        return fail(ErrorCode::InvalidArgument,
            "This model is quantized already; transforms rewrite float weights. Use the original model.");
    return chain;
}

Status TransformChain::append(const Transform& transform, TransformFactors factors)
{
    KERF_TRY(const TensorFolds own, transform.folds(*m_exact, factors));
    auto folds = std::make_shared<TensorFolds>(*m_exactFolds);
    folds->append(own);
    m_steps.push_back({ &transform, m_exact });
    m_factors.push_back(std::move(factors));
    m_exact = m_exact->rewritten(folds);
    m_exactFolds = std::move(folds);
    return {};
}

/// What nothing quantizes is rounded to the type in which an export writes it.
void TransformChain::finish(const ChainInputs& inputs)
{
    if (m_steps.empty())
        return;
    auto folds = std::make_shared<TensorFolds>(*m_exactFolds);
    const Graph& graph = m_exact->graph();
    std::set<std::string> quantized;
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        if (inputs.formats.contains(graph.layers()[i].name))
            quantized.insert(graph.parameter(graph.nodeOfLayer(static_cast<int>(i)).parameters[0]).key);
    for (const auto& [key, edits] : m_exactFolds->edits())
        if (!quantized.contains(key))
            folds->storeAs(key, rewrittenType(*m_exact, key));
    m_network = m_exact->rewritten(folds);
    m_folds = std::move(folds);
}

Result<TransformChain> TransformChain::fit(const ChainInputs& inputs, const Dataset* data, const Statistics& statistics,
    const Measured& measured, const JobContext& job)
{
    KERF_TRY(TransformChain chain, start(inputs));
    const Dataset none;
    for (const TransformChoice& choice : inputs.transforms) {
        KERF_TRY(const Transform* transform, findTransform(choice.name));
        if (!data && transform->needsStatistics(choice.settings))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The transform {} needs a calibration text: give one.", choice.name));
        job.progress({ "Fitting " + choice.name, 0, 0, "" });
        const auto moved = [&](const std::string& site) -> Result<SiteStatistics> {
            KERF_TRY(SiteStatistics found, statistics(site));
            KERF_CHECK(chain.moveStatistics(site, found, measured));
            return found;
        };
        const TransformProblem problem { *chain.m_exact, moved, inputs.formats, data ? *data : none, choice.settings };
        KERF_TRY(TransformFactors factors, transform->fit(problem, job));
        factors.name = choice.name;
        factors.settings = choice.settings;
        KERF_CHECK(chain.append(*transform, std::move(factors)));
        const CheckSamples check(*inputs.network, data);
        KERF_TRY(const double change, relativeChange(*inputs.network, *chain.m_exact, check.samples(), job));
        KERF_CHECK(verify(chain.m_factors.back(), change, job));
    }
    chain.finish(inputs);
    return chain;
}

Result<TransformChain> TransformChain::load(const ChainInputs& inputs, const std::filesystem::path& path)
{
    KERF_TRY(TransformChain chain, start(inputs));
    if (inputs.transforms.empty())
        return chain;
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    const auto text = file.metadata().find(kMetadataKey);
    if (text == file.metadata().end())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: does not hold transforms. Delete it and quantize again.", path.string()));
    KERF_TRY(const Json steps, parseJson(text->second, path.string()));
    if (!steps.is_array() || steps.size() != inputs.transforms.size())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds other transforms. Delete it and quantize again.", path.string()));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        KERF_TRY(const Transform* transform, findTransform(inputs.transforms[i].name));
        TransformFactors factors { inputs.transforms[i].name, inputs.transforms[i].settings, {}, {} };
        KERF_CHECK(readNotes(steps[i], factors));
        const std::string prefix = fmt::format("{}/", i);
        for (const auto& [name, info] : file.tensors()) {
            if (!name.starts_with(prefix))
                continue;
            KERF_TRY(const std::vector<double> values, file.values<double>(name));
            factors.scales[name.substr(prefix.size())]
                = Eigen::Map<const VectorD>(values.data(), static_cast<Eigen::Index>(values.size()));
        }
        KERF_CHECK(chain.append(*transform, std::move(factors)));
    }
    chain.finish(inputs);
    return chain;
}

Result<std::string> TransformChain::store(const std::filesystem::path& file) const
{
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    Json steps = Json::array();
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < m_factors.size(); ++i) {
        steps.push_back(toJson(m_factors[i]));
        for (const auto& [site, scales] : m_factors[i].scales)
            tensors.push_back({ { fmt::format("{}/{}", i, site), DType::F64, { scales.size() } },
                std::as_bytes(std::span(scales.data(), static_cast<std::size_t>(scales.size()))) });
    }
    SafetensorsMetadata metadata = SafetensorsWriter::defaultMetadata();
    metadata[kMetadataKey] = steps.dump();
    return writeSafetensors(file, tensors, metadata);
}

std::int64_t TransformChain::addedBytes() const
{
    std::int64_t bytes = 0;
    if (m_exact)
        for (const Parameter* parameter : untiedParameters(m_exact->graph(), *m_exactFolds))
            bytes += parameter->shape[0] * parameter->shape[1]
                * static_cast<std::int64_t>(elementSize(rewrittenType(*m_exact, parameter->key)));
    return bytes;
}

std::string TransformChain::siteKey(const std::string& site) const
{
    Hasher hasher;
    bool moved = false;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const auto scales = m_factors[i].scales.find(site);
        if (m_steps[i].transform->movesMagnitudes() && scales == m_factors[i].scales.end())
            continue;
        moved = true;
        hasher.add(m_factors[i].name).add(m_factors[i].settings.dump());
        if (scales != m_factors[i].scales.end())
            hasher.add(
                std::as_bytes(std::span(scales->second.data(), static_cast<std::size_t>(scales->second.size()))));
    }
    return moved ? hasher.hex() : std::string();
}

Status TransformChain::moveStatistics(
    const std::string& site, SiteStatistics& statistics, const Measured& measured) const
{
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const Status moved = m_steps[i].transform->moveStatistics(*m_steps[i].before, m_factors[i], site, statistics);
        if (m_steps[i].transform->movesMagnitudes()) {
            KERF_CHECK(moved);
            continue;
        }
        const bool isLast = i + 1 == m_steps.size();
        const Network& after = isLast ? *m_exact : *m_steps[i + 1].before;
        const std::string key = Hasher().add(m_key).add(static_cast<std::int64_t>(i)).hex();
        KERF_TRY(SiteStatistics found, measured(after, key, site));
        if (moved)
            found.hessian = std::move(statistics.hessian);
        statistics = std::move(found);
    }
    return {};
}

} // namespace kerf::core
