// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/recorded_samples.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/jobs/sample_order.h"
#include "core/task/recordings.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordingFile = "recording.json";
constexpr std::size_t kMaxSettings = 1 << 20;
constexpr std::int64_t kPiece = 32; ///< steps in a row

/// A whole number that is asked for by such a name is the recordings' rate.
bool isRate(const Value& input)
{
    static constexpr std::array kNames { "sr", "rate", "sample_rate", "sampling_rate" };
    return input.type.element == ElementType::Index && input.type.rows.count == 1
        && std::ranges::any_of(kNames, [&](const char* name) { return input.name == name; });
}

/// Which of a network's inputs a recording goes to.
Result<std::size_t> heardInput(const Network& network)
{
    const Graph& graph = network.graph();
    const std::vector<StateLink> links = statesOf(network);
    std::optional<std::size_t> heard;
    for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
        const Value& input = graph.value(graph.inputs()[i]);
        if (input.readers.empty() || isRate(input) || std::ranges::find(links, i, &StateLink::input) != links.end())
            continue;
        if (heard || input.type.element != ElementType::Float)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "The network's input {} is neither the recording nor a state. Say which outputs are states in "
                    "its .kerf.json ({{\"outputs\": {{\"NAME\": {{\"is\": \"state\", \"input\": \"{}\"}}}}}}), or "
                    "give a .safetensors file with all inputs.",
                    input.name, input.name));
        heard = i;
    }
    if (!heard)
        return fail(ErrorCode::InvalidArgument, "The network has no input that a recording could go to.");
    return *heard;
}

/// All inputs of some steps: the recording, its rate and the states where they go, zeros for what nobody reads.
class StepInputs {
public:
    StepInputs(const Network& network, std::size_t heard, std::int64_t rate)
        : m_graph(network.graph())
        , m_links(statesOf(network))
        , m_heard(heard)
        , m_rate(rate)
    {
    }
    /// `states`: of each link [steps, numbers].
    std::vector<Matrix> of(Matrix heard, const std::vector<Matrix>& states) const
    {
        const Eigen::Index count = heard.rows();
        std::vector<Matrix> inputs;
        for (const ValueId id : m_graph.inputs()) {
            const ValueType& type = m_graph.value(id).type;
            const auto each = isRate(m_graph.value(id)) ? static_cast<float>(m_rate) : 0.0f;
            inputs.emplace_back(Matrix::Constant(count, type.rows.count * type.width(), each));
        }
        inputs[m_heard] = std::move(heard);
        for (std::size_t i = 0; i < m_links.size(); ++i)
            inputs[m_links[i].input] = states[i];
        return inputs;
    }
    const std::vector<StateLink>& links() const { return m_links; }
    std::vector<Matrix> zeroStates(Eigen::Index count) const
    {
        std::vector<Matrix> states;
        for (const StateLink& link : m_links)
            states.emplace_back(Matrix::Zero(count, m_graph.value(m_graph.inputs()[link.input]).type.width()));
        return states;
    }

private:
    const Graph& m_graph;
    std::vector<StateLink> m_links;
    std::size_t m_heard;
    std::int64_t m_rate;
};

/// Steps of each recording.
std::vector<std::vector<std::int64_t>> recordingsOf(const SampleSource& source)
{
    std::vector<std::vector<std::int64_t>> recordings;
    for (std::int64_t sample = 0; sample < source.count(); ++sample) {
        if (recordings.empty() || source.startsSequence(sample))
            recordings.emplace_back();
        recordings.back().push_back(sample);
    }
    std::ranges::stable_sort(recordings, std::ranges::greater {}, [](const auto& each) { return each.size(); });
    return recordings;
}

/// The states that go into every step of the original: [steps, numbers] of each link. All recordings go side by side.
Result<std::vector<Matrix>> originalStates(
    const Network& network, const SampleSource& source, const StepInputs& inputs, const JobContext& job)
{
    std::vector<Matrix> before = inputs.zeroStates(source.count());
    if (before.empty())
        return before;
    const Replacements none;
    KERF_TRY(const StepNetwork steps, StepNetwork::load(network, none));
    const std::vector<std::vector<std::int64_t>> recordings = recordingsOf(source);
    std::vector<Matrix> states = inputs.zeroStates(static_cast<Eigen::Index>(recordings.size()));
    std::int64_t done = 0;
    for (std::size_t step = 0; step < recordings.front().size(); ++step) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Running the original over the recordings", done, source.count(), "samples" });
        std::vector<std::int64_t> samples;
        for (const std::vector<std::int64_t>& recording : recordings)
            if (step < recording.size())
                samples.push_back(recording[step]);
        const auto count = static_cast<Eigen::Index>(samples.size());
        for (std::size_t i = 0; i < states.size(); ++i) {
            states[i].conservativeResize(count, Eigen::NoChange);
            for (Eigen::Index row = 0; row < count; ++row)
                before[i].row(samples[static_cast<std::size_t>(row)]) = states[i].row(row);
        }
        KERF_TRY(SampleBatch batch, source.readThese(samples, job));
        KERF_TRY(const Hidden hidden, steps.run(inputs.of(std::move(batch.inputs.front()), states)));
        KERF_TRY(std::vector<Matrix> outputs, network.leave(hidden));
        for (std::size_t i = 0; i < states.size(); ++i)
            states[i] = std::move(outputs[inputs.links()[i].output]);
        done += count;
    }
    return before;
}

class RecordedReader final : public SampleReader, private RecordingReader {
public:
    RecordedReader(SampleSourcePtr source, StepInputs inputs, std::vector<Matrix> states)
        : m_source(std::move(source))
        , m_inputs(std::move(inputs))
        , m_states(std::move(states))
    {
    }
    void add(const std::vector<TokenId>& window, std::int64_t sample) { m_samples.emplace(window, sample); }

    Result<std::vector<Matrix>> read(std::span<const std::vector<TokenId>> windows) const override
    {
        std::vector<std::int64_t> samples;
        for (const std::vector<TokenId>& window : windows)
            samples.push_back(m_samples.at(window));
        KERF_TRY(SampleBatch batch, m_source->readThese(samples));
        std::vector<Matrix> states;
        for (const Matrix& all : m_states) {
            Matrix& some = states.emplace_back(static_cast<Eigen::Index>(samples.size()), all.cols());
            for (std::size_t row = 0; row < samples.size(); ++row)
                some.row(static_cast<Eigen::Index>(row)) = all.row(samples[row]);
        }
        return m_inputs.of(std::move(batch.inputs.front()), states);
    }
    std::vector<std::int64_t> classes(std::span<const std::vector<TokenId>> /*windows*/) const override { return {}; }
    std::string nameOf(const std::vector<TokenId>& window) const override
    {
        return m_source->nameOf(m_samples.at(window));
    }
    const RecordingReader* recordingReader() const override { return m_states.empty() ? nullptr : this; }

private:
    std::int64_t placeOf(const std::vector<TokenId>& window) const override { return m_samples.at(window); }
    bool startsRecording(std::int64_t place) const override { return m_source->startsSequence(place); }

    SampleSourcePtr m_source;
    StepInputs m_inputs;
    std::vector<Matrix> m_states; ///< of each link [steps, numbers]: what goes in
    std::map<std::vector<TokenId>, std::int64_t> m_samples;
};

/// Steps in the order in which they are taken: pieces, in an order that is drawn.
std::vector<std::int64_t> drawnSteps(std::int64_t count, std::int64_t limit, std::uint64_t seed)
{
    std::vector<std::int64_t> order;
    if (limit == 0 || limit >= count) {
        order.resize(static_cast<std::size_t>(count));
        std::iota(order.begin(), order.end(), 0);
        return order;
    }
    for (const std::int64_t piece : drawnOrder((count + kPiece - 1) / kPiece, seed))
        for (std::int64_t step = piece * kPiece; step < std::min(count, (piece + 1) * kPiece); ++step)
            order.push_back(step);
    order.resize(static_cast<std::size_t>(limit));
    return order;
}

std::int64_t heardWidth(const Network& network, std::size_t heard)
{
    return network.graph().value(network.graph().inputs()[heard]).type.width();
}

/// recording.json itself.
Status readOptions(const fs::path& path, WaveOptions& options)
{
    KERF_TRY(const std::string text, readTextFile(path, kMaxSettings));
    KERF_TRY(const Json json, parseJson(text, path.string()));
    const std::array<std::pair<const char*, std::int64_t*>, 3> keys { { { "rate", &options.rate },
        { "chunk", &options.chunk }, { "context", &options.context } } };
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: an object is expected.", path.string()));
    for (const auto& [key, value] : json.items()) {
        const auto found
            = std::ranges::find_if(keys, [&, &name = key](const auto& each) { return name == each.first; });
        if (found == keys.end() || !value.is_number_unsigned() || value.get<std::uint64_t>() > 1 << 24)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: \"{}\" cannot be {}: \"rate\", \"chunk\" and \"context\" are whole numbers.",
                    path.string(), key, value.dump()));
        *found->second = value.get<std::int64_t>();
    }
    return {};
}

} // namespace

bool areRecordings(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        return path.extension() == ".wav";
    return std::ranges::any_of(fs::directory_iterator(path, ignored),
        [](const fs::directory_entry& entry) { return entry.path().extension() == ".wav"; });
}

Result<WaveOptions> waveOptions(
    const Network& network, const fs::path& data, const fs::path& model, std::vector<std::string>& notes)
{
    KERF_TRY(const std::size_t heard, heardInput(network));
    const std::int64_t width = heardWidth(network, heard);
    WaveOptions options;
    options.input = network.graph().value(network.graph().inputs()[heard]).name;
    options.chunk = width;
    options.context = 0;
    std::error_code ignored;
    const fs::path folder = fs::is_directory(data, ignored) ? data : data.parent_path();
    const std::array places { folder / kRecordingFile, model.parent_path() / kRecordingFile };
    const auto place
        = std::ranges::find_if(places, [&](const fs::path& path) { return fs::is_regular_file(path, ignored); });
    if (place == places.end()) {
        notes.push_back(fmt::format("Steps of {} samples at {} a second without what came before: there is no {} that "
                                    "says otherwise ({{\"rate\": 16000, \"chunk\": 512, \"context\": 64}}).",
            options.chunk, options.rate, kRecordingFile));
        return options;
    }
    KERF_CHECK(readOptions(*place, options));
    if (options.chunk < 1 || options.chunk + options.context != width)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: a chunk of {} behind {} samples of context are {}, but the network's input {} takes {}.",
                place->string(), options.chunk, options.context, options.chunk + options.context, options.input,
                width));
    return options;
}

Status loadRecordings(const Network& network, const Recordings& recordings, const StepChoice& choice, Dataset& data,
    Hasher& hash, const JobContext& job)
{
    KERF_TRY(const std::size_t heard, heardInput(network));
    const SampleSourcePtr& source = recordings.source;
    StepInputs inputs(network, heard, recordings.rate);
    KERF_TRY(std::vector<Matrix> states, originalStates(network, *source, inputs, job));
    auto reader = std::make_shared<RecordedReader>(source, std::move(inputs), std::move(states));
    for (const std::int64_t step : drawnSteps(source->count(), choice.limit, choice.seed)) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const std::string content, source->hashOf(step, job));
        Hasher own; // two steps with the same sound are not the same step: what came before differs
        own.add(fmt::format("{} {}", step, content));
        data.windows.push_back(windowOfSample(own.hex()));
        reader->add(data.windows.back(), step);
        hash.add(content);
    }
    data.reader = std::move(reader);
    return {};
}

} // namespace kerf::core
