// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/sample_data.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/data/array_source.h"
#include "core/data/picture_source.h"
#include "core/text/overlap.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSettings = 1 << 20;
constexpr const char* kPreprocessFile = "preprocess.json";
constexpr const char* kTransformersFile = "preprocessor_config.json";

/// Inputs of a network whose tensors have the dimension of samples in front.
std::vector<SampleInput> inputsOf(const Network& network)
{
    std::vector<SampleInput> inputs;
    for (const ValueId id : network.graph().inputs()) {
        const Value& value = network.graph().value(id);
        SampleInput input { value.name, value.type.shape };
        if (value.type.element == ElementType::Index)
            input.shape = { value.type.rows.count };
        else if (!input.shape.empty())
            input.shape.erase(input.shape.begin());
        inputs.push_back(std::move(input));
    }
    return inputs;
}

/// What a person chose: the data, and how it becomes numbers.
struct Chosen {
    fs::path data;
    fs::path settings; ///< empty: none was given
};

Result<Chosen> chosenOf(const DataChoice& choice)
{
    Chosen chosen;
    for (const fs::path& file : choice.files) {
        fs::path& target = file.extension() == ".json" ? chosen.settings : chosen.data;
        if (!target.empty())
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "{} and {} were given. One .safetensors file or one folder of pictures is needed, and at most "
                    "one preprocess.json.",
                    target.string(), file.string()));
        target = file;
    }
    std::error_code ignored;
    if (chosen.data.empty() || (chosen.data.extension() != ".safetensors" && !fs::is_directory(chosen.data, ignored)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}this network reads no texts: give a .safetensors file of its inputs, or a folder of pictures.",
                chosen.data.empty() ? "" : chosen.data.string() + ": "));
    return chosen;
}

/// The file that says how data become numbers; empty: there is none.
fs::path settingsOf(const Project& project, const Chosen& chosen)
{
    if (!chosen.settings.empty())
        return chosen.settings;
    std::error_code ignored;
    const fs::path beside = project.modelFolder.parent_path();
    const fs::path inside = fs::is_directory(chosen.data, ignored) ? chosen.data : chosen.data.parent_path();
    for (const fs::path& path : { inside / kPreprocessFile, beside / kPreprocessFile, beside / kTransformersFile })
        if (fs::is_regular_file(path, ignored))
            return path;
    return {};
}

void addNotes(const DataNotes& notes, std::vector<std::string>& to)
{
    for (const DataNote& note : notes)
        to.push_back(note.text);
}

/// Errors: BadFile.
Result<std::optional<Preprocess>> readSettings(const fs::path& path, std::vector<std::string>& notes)
{
    if (path.empty())
        return std::optional<Preprocess>();
    KERF_TRY(const std::string text, readTextFile(path, kMaxSettings));
    if (path.filename() != kTransformersFile) {
        KERF_TRY(const Preprocess settings, parsePreprocess(text, path.string()));
        return std::optional(settings);
    }
    KERF_TRY(const PreprocessGuess guess, readPreprocessorConfig(text, path.string()));
    addNotes(guess.notes, notes);
    return std::optional(guess.preprocess);
}

Result<SampleSourcePtr> openPictures(const Network& network, const fs::path& folder,
    const std::optional<Preprocess>& settings, std::vector<std::string>& notes, const JobContext& job)
{
    const Graph& graph = network.graph();
    if (graph.inputs().size() != 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: the network has {} inputs; pictures can be given to one. Give a .safetensors file with all.",
                folder.string(), graph.inputs().size()));
    const Value& input = graph.value(graph.inputs().front());
    PictureOptions options;
    options.input = input.name;
    if (settings) {
        options.preprocess = *settings;
    } else {
        KERF_TRY(const PreprocessGuess guess, guessPreprocess(input.type.shape));
        options.preprocess = guess.preprocess;
        addNotes(guess.notes, notes);
    }
    KERF_CHECK(checkFits(options.preprocess, input.type.shape));
    return openPictureFolder(folder, options, job);
}

Result<SampleSourcePtr> openSource(const Project& project, const DataChoice& choice, std::vector<std::string>& notes,
    Hasher& hash, const JobContext& job)
{
    const Network& network = *project.model.network;
    KERF_TRY(const Chosen chosen, chosenOf(choice));
    KERF_TRY(const std::optional<Preprocess> settings, readSettings(settingsOf(project, chosen), notes));
    if (settings)
        hash.add(toJson(*settings).dump());
    if (chosen.data.extension() != ".safetensors")
        return openPictures(network, chosen.data, settings, notes, job);
    std::optional<ArrayScale> scale;
    if (settings) {
        if (settings->mean.size() > 1 || settings->std.size() > 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: arrays have one mean and one std, not one for each channel.", chosen.data.string()));
        scale = ArrayScale { settings->scale, settings->mean.empty() ? 0 : settings->mean.front(),
            settings->std.empty() ? 1 : settings->std.front() };
    }
    return openArrays(chosen.data, inputsOf(network), scale);
}

/// Numbers of samples in the order in which they are drawn (Fisher and Yates).
std::vector<std::int64_t> drawn(std::int64_t count, std::uint64_t seed)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    CounterRng random(seed);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        std::swap(order[i], order[i + static_cast<std::size_t>(random.below(order.size() - i))]);
    return order;
}

/// Numbers that stand for the content of a sample: as many as texts are compared by (core/text/overlap.h), so that a
/// sample which two sets of data share is a run of tokens which two texts share.
std::vector<TokenId> windowOf(const std::string& hash)
{
    CounterRng numbers(std::stoull(hash.substr(0, 16), nullptr, 16));
    std::vector<TokenId> window(kShingleTokens);
    for (TokenId& number : window)
        number = static_cast<TokenId>(numbers.below(std::uint64_t { 1 } << 31));
    return window;
}

class SourceReader final : public SampleReader {
public:
    explicit SourceReader(SampleSourcePtr source)
        : m_source(std::move(source))
    {
    }
    void add(const std::vector<TokenId>& window, std::int64_t sample) { m_samples.emplace(window, sample); }

    Result<std::vector<Matrix>> read(std::span<const std::vector<TokenId>> windows) const override
    {
        KERF_TRY(SampleBatch batch, m_source->readThese(samplesOf(windows)));
        return std::move(batch.inputs);
    }
    std::vector<std::int64_t> classes(std::span<const std::vector<TokenId>> windows) const override
    {
        if (m_source->info().labels != LabelKind::Classes)
            return {};
        std::vector<std::int64_t> classes;
        for (const std::int64_t sample : samplesOf(windows))
            classes.push_back(m_source->classOf(sample));
        return classes;
    }

private:
    std::vector<std::int64_t> samplesOf(std::span<const std::vector<TokenId>> windows) const
    {
        std::vector<std::int64_t> samples;
        for (const std::vector<TokenId>& window : windows)
            samples.push_back(m_samples.at(window));
        return samples;
    }

    SampleSourcePtr m_source;
    std::map<std::vector<TokenId>, std::int64_t> m_samples;
};

} // namespace

bool readsSamples(const Project& project)
{
    return project.model.checkpoint.onnx() != nullptr;
}

Result<Dataset> loadSamples(const Project& project, const DataChoice& choice, const JobContext& job)
{
    if (choice.samples < 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} samples cannot be taken.", choice.samples));
    Dataset data;
    Hasher hash;
    KERF_TRY(const SampleSourcePtr source, openSource(project, choice, data.notes, hash, job));
    addNotes(source->info().notes, data.notes);
    data.name = source->info().name;
    data.windowsAsked = choice.samples;
    data.windowsRead = source->count();
    data.sampleSeed = choice.sampleSeed.value_or(0);
    data.wholeText = true;
    std::vector<std::int64_t> order = drawn(source->count(), *data.sampleSeed);
    if (choice.samples > 0 && choice.samples < source->count())
        order.resize(static_cast<std::size_t>(choice.samples));
    auto reader = std::make_shared<SourceReader>(source);
    for (const std::int64_t sample : order) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const std::string content, source->hashOf(sample, job));
        data.windows.push_back(windowOf(content));
        reader->add(data.windows.back(), sample);
        hash.add(content);
    }
    data.totalTokens = data.usedTokens();
    data.hash = hash.hex();
    data.reader = std::move(reader);
    return data;
}

} // namespace kerf::core
