// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/sample_data.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/data/array_source.h"
#include "core/data/picture_source.h"
#include "core/jobs/recorded_samples.h"
#include "core/jobs/sample_order.h"
#include "core/jobs/sample_reader.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSettings = 1 << 20;
constexpr const char* kPreprocessFile = "preprocess.json";
constexpr const char* kTransformersFile = "preprocessor_config.json";
constexpr const char* kCocoFile = "annotations.json";
constexpr const char* kVocFolder = "Annotations";

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
    if (chosen.data.empty()
        || (chosen.data.extension() != ".safetensors" && !fs::is_directory(chosen.data, ignored)
            && !areRecordings(chosen.data)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}this network reads no texts: give a .safetensors file of its inputs, a folder of pictures, a "
                ".wav file or a folder of them.",
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

/// Of a detector: a COCO file or VOC's folder beside the pictures.
Result<std::optional<AnnotationSet>> annotationsIn(const fs::path& folder)
{
    std::error_code ignored;
    if (fs::is_regular_file(folder / kCocoFile, ignored)) {
        KERF_TRY(AnnotationSet set, readCocoAnnotations(folder / kCocoFile));
        return std::optional(std::move(set));
    }
    if (!fs::is_directory(folder / kVocFolder, ignored))
        return std::optional<AnnotationSet>();
    KERF_TRY(AnnotationSet set, readVocAnnotations(folder / kVocFolder));
    return std::optional(std::move(set));
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
    KERF_TRY(const std::optional<AnnotationSet> annotations, annotationsIn(folder));
    return annotations ? openAnnotatedPictures(folder, *annotations, options, job)
                       : openPictureFolder(folder, options, job);
}

Result<Recordings> openRecordings(
    const Project& project, const Chosen& chosen, std::vector<std::string>& notes, Hasher& hash)
{
    KERF_TRY(const WaveOptions options, waveOptions(*project.model.network, chosen.data, project.modelFolder, notes));
    hash.add(fmt::format("{} {} {}", options.rate, options.chunk, options.context));
    std::error_code ignored;
    std::vector<fs::path> files;
    if (fs::is_directory(chosen.data, ignored)) {
        for (const fs::directory_entry& entry : fs::directory_iterator(chosen.data, ignored))
            if (entry.path().extension() == ".wav")
                files.push_back(entry.path());
        std::ranges::sort(files);
    } else {
        files.push_back(chosen.data);
    }
    KERF_TRY(SampleSourcePtr source, openWaves(files, options));
    return Recordings { std::move(source), options.rate };
}

Result<SampleSourcePtr> openSource(
    const Project& project, const Chosen& chosen, std::vector<std::string>& notes, Hasher& hash, const JobContext& job)
{
    const Network& network = *project.model.network;
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

/// What the source says of itself.
void describe(const SourceInfo& info, Dataset& data)
{
    addNotes(info.notes, data.notes);
    data.name = info.name;
    data.windowsRead = info.count;
}

/// Samples that stand alone, `limit` of them or all.
Status loadAlone(const SampleSourcePtr& source, std::int64_t limit, Dataset& data, Hasher& hash, const JobContext& job)
{
    std::vector<std::int64_t> order = drawnOrder(source->count(), *data.sampleSeed);
    if (limit > 0 && limit < source->count())
        order.resize(static_cast<std::size_t>(limit));
    auto reader = std::make_shared<SourceReader>(source);
    for (const std::int64_t sample : order) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const std::string content, source->hashOf(sample, job));
        data.windows.push_back(windowOfSample(content));
        reader->add(data.windows.back(), sample);
        hash.add(content);
    }
    data.reader = std::move(reader);
    return {};
}

} // namespace

bool readsSamples(const Project& project)
{
    return project.model.checkpoint.onnx() != nullptr;
}

Result<Dataset> loadSamples(const Project& project, const DataChoice& choice, const JobContext& job)
{
    if (choice.samples < 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} samples cannot be taken.", choice.samples));
    KERF_TRY(const Chosen chosen, chosenOf(choice));
    Dataset data;
    Hasher hash;
    data.windowsAsked = choice.samples;
    data.sampleSeed = choice.sampleSeed.value_or(0);
    data.wholeText = true;
    if (areRecordings(chosen.data)) {
        KERF_TRY(const Recordings recordings, openRecordings(project, chosen, data.notes, hash));
        describe(recordings.source->info(), data);
        KERF_CHECK(
            loadRecordings(*project.model.network, recordings, { choice.samples, *data.sampleSeed }, data, hash, job));
    } else {
        KERF_TRY(const SampleSourcePtr source, openSource(project, chosen, data.notes, hash, job));
        describe(source->info(), data);
        KERF_CHECK(loadAlone(source, choice.samples, data, hash, job));
    }
    data.totalTokens = data.usedTokens();
    data.hash = hash.hex();
    return data;
}

} // namespace kerf::core
