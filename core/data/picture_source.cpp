// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/picture_source.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/parse_number.h"
#include "core/checkpoint/note.h"
#include "core/text/csv_parser.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLabelBytes = 256 << 20;
constexpr const char* kLabelFile = "labels.csv";

struct PictureItem {
    std::string name; ///< from the folder
    std::int64_t label = 0;
    std::vector<TruthBox> boxes {};
    ImageSize size {}; ///< as an annotation says; 0 x 0: it says nothing
};

class PictureSource : public SampleSource {
public:
    PictureSource(SourceInfo info, fs::path folder, std::vector<PictureItem> items, Preprocess preprocess)
        : SampleSource(std::move(info))
        , m_folder(std::move(folder))
        , m_items(std::move(items))
        , m_preprocess(std::move(preprocess))
    {
    }
    std::string nameOf(std::int64_t sample) const override { return item(sample).name; }
    fs::path fileOf(std::int64_t sample) const override { return m_folder / item(sample).name; }
    std::int64_t classOf(std::int64_t sample) const override { return item(sample).label; }
    Result<std::string> hashOf(std::int64_t sample, const JobContext& job) const override
    {
        return sha256OfFile(m_folder / item(sample).name, job);
    }
    Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job) const override
    {
        SampleBatch batch = room(static_cast<std::int64_t>(samples.size()));
        batch.placements.resize(samples.size());
        KERF_CHECK(fillSamples(samples, job, [&](std::int64_t sample, std::int64_t row) -> Status {
            const PictureItem& item = this->item(sample);
            KERF_TRY(Image image, readImage(m_folder / item.name));
            KERF_TRY(const PreparedImage prepared, prepareImage(std::move(image), m_preprocess));
            std::ranges::copy(prepared.values, batch.inputs.front().row(row).data());
            const auto at = static_cast<std::size_t>(row);
            batch.placements[at] = prepared.placement;
            if (!batch.classes.empty())
                batch.classes[at] = item.label;
            if (!batch.boxes.empty())
                batch.boxes[at] = item.boxes;
            return {};
        }));
        return batch;
    }

private:
    const PictureItem& item(std::int64_t sample) const { return m_items[static_cast<std::size_t>(sample)]; }

    fs::path m_folder;
    std::vector<PictureItem> m_items;
    Preprocess m_preprocess;
};

/// What is put together while a folder is looked through.
struct Collected {
    std::vector<PictureItem> items;
    std::vector<std::string> classes;
    LabelKind labels = LabelKind::None;
    DataNotes notes;

    void note(const std::string& text, std::vector<std::string> names)
    {
        if (!names.empty())
            notes.push_back({ fmt::format("{} {}: {}.", names.size(), text, listed(names)), std::move(names) });
    }
};

/// Names of files below a folder, from it, in bytewise order.
Result<std::vector<std::string>> filesBelow(const fs::path& folder)
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (!entry->is_directory(error) && !error)
            names.push_back(entry->path().lexically_relative(folder).generic_string());
    if (error)
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
    std::erase(names, "preprocess.json"); // says how the pictures become samples
    std::ranges::sort(names);
    return names;
}

/// Leaves out what is no picture. Errors: Cancelled.
Status checkPictures(const fs::path& folder, const PictureOptions& options, const JobContext& job, Collected& collected)
{
    std::vector<std::string> problems(collected.items.size());
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < problems.size(); ++i)
        all.push_back(static_cast<std::int64_t>(i));
    KERF_CHECK(fillSamples(all, job, [&](std::int64_t, std::int64_t row) -> Status {
        const PictureItem& item = collected.items[static_cast<std::size_t>(row)];
        std::string& problem = problems[static_cast<std::size_t>(row)];
        const auto size = options.decodesAll
            ? readImage(folder / item.name).map([](const Image& image) { return image.size; })
            : readImageSize(folder / item.name);
        if (!size)
            problem = size.error().message;
        else if (item.size.width > 0 && item.size != *size)
            problem = fmt::format("{}: is {} x {}, but its annotation says {} x {}", item.name, size->width,
                size->height, item.size.width, item.size.height);
        return {};
    }));
    std::vector<PictureItem> good;
    std::vector<std::string> bad;
    for (std::size_t i = 0; i < problems.size(); ++i)
        if (problems[i].empty())
            good.push_back(std::move(collected.items[i]));
        else
            bad.push_back(problems[i]);
    collected.items = std::move(good);
    collected.note("pictures cannot be used and were left out", std::move(bad));
    return {};
}

/// The numbers of classes: the model's, or the data's own, sorted bytewise.
Result<std::map<std::string, std::int64_t>> classNumbers(
    const std::set<std::string>& names, const PictureOptions& options, const fs::path& folder, Collected& collected)
{
    collected.classes
        = options.classes.empty() ? std::vector<std::string>(names.begin(), names.end()) : options.classes;
    std::map<std::string, std::int64_t> numbers;
    for (std::size_t i = 0; i < collected.classes.size(); ++i)
        numbers.emplace(collected.classes[i], static_cast<std::int64_t>(i));
    std::vector<std::string> unknown;
    for (const std::string& name : names)
        if (!numbers.contains(name))
            unknown.push_back(name);
    if (!unknown.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: the model has no class {}.", folder.string(), listed(unknown)));
    return numbers;
}

/// Whether a text is a whole number, and not too large for a class's.
std::optional<std::int64_t> classNumber(const std::string& text)
{
    if (text.empty() || text.size() > 6 || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return std::stoll(text);
}

void noteNumbersSortedAsText(const std::vector<std::string>& classes, Collected& collected)
{
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const auto number = classNumber(classes[i]);
        if (!number)
            return;
        if (*number != static_cast<std::int64_t>(i)) {
            collected.notes.push_back(
                { fmt::format("The class folders are numbers, and their order as text (bytewise, as torchvision's) is "
                              "another: folder "
                              "\"{}\" is class {}. Name the model's classes in their order if that is not meant.",
                    classes[i], i) });
            return;
        }
    }
}

Result<Collected> collectClassFolders(
    const fs::path& folder, const std::vector<std::string>& files, const PictureOptions& options)
{
    Collected collected;
    collected.labels = LabelKind::Classes;
    std::set<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error))
            names.insert(entry.path().filename().string());
    KERF_TRY(const auto numbers, classNumbers(names, options, folder, collected));
    std::vector<std::string> beside, others;
    std::set<std::string> empty = names;
    for (const std::string& file : files) {
        const auto slash = file.find('/');
        if (!isImageName(file))
            others.push_back(file);
        else if (slash == std::string::npos)
            beside.push_back(file);
        else {
            empty.erase(file.substr(0, slash));
            collected.items.push_back({ file, numbers.at(file.substr(0, slash)) });
        }
    }
    collected.note("class folders have no pictures", { empty.begin(), empty.end() });
    collected.note("pictures lie beside the class folders and were left out", std::move(beside));
    collected.note("files are no pictures", std::move(others));
    if (options.classes.empty())
        noteNumbersSortedAsText(collected.classes, collected);
    return collected;
}

/// The rows of labels.csv: the class of each file.
Result<std::map<std::string, std::string>> readLabelFile(const fs::path& path)
{
    const std::string what = path.string();
    KERF_TRY(const std::string text, readTextFile(path, kMostLabelBytes));
    CsvParser parser(',');
    std::deque<CsvParser::Record> records;
    KERF_CHECK(parser.push(text, records, what));
    KERF_CHECK(parser.finish(records, what));
    const auto columnOf = [&](const char* name) {
        const auto& header = records.front().fields;
        return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
    };
    const bool isEmpty = records.empty();
    const std::size_t file = isEmpty ? 0 : columnOf("file"), label = isEmpty ? 0 : columnOf("class");
    if (isEmpty || std::max(file, label) >= records.front().fields.size())
        return fail(
            ErrorCode::BadFile, fmt::format("{}: its first line does not name the columns file and class.", what));
    std::map<std::string, std::string> labels;
    for (std::size_t i = 1; i < records.size(); ++i) {
        const CsvParser::Record& record = records[i];
        const auto wrong = [&](const std::string& why) {
            return fail(ErrorCode::BadFile, fmt::format("{}: line {}: {}.", what, record.line, why));
        };
        if (record.fields.size() <= std::max(file, label))
            return wrong(fmt::format("has {} fields", record.fields.size()));
        const fs::path name = fs::path(record.fields[file]).lexically_normal();
        if (name.empty() || name.is_absolute() || *name.begin() == "..")
            return wrong(fmt::format("\"{}\" is no file in this folder", record.fields[file]));
        const auto [known, isNew] = labels.emplace(name.generic_string(), record.fields[label]);
        if (!isNew && known->second != record.fields[label])
            return wrong(fmt::format("{} is of class \"{}\", but an earlier line says \"{}\"", known->first,
                record.fields[label], known->second));
    }
    return labels;
}

/// Of classes that are all numbers: the numbers. Empty where one is not.
std::map<std::string, std::int64_t> numberedClasses(const std::set<std::string>& names)
{
    std::map<std::string, std::int64_t> numbers;
    for (const std::string& name : names) {
        const auto number = classNumber(name);
        if (!number)
            return {};
        numbers.emplace(name, *number);
    }
    return numbers;
}

Result<Collected> collectLabelFile(
    const fs::path& folder, const std::vector<std::string>& files, const PictureOptions& options)
{
    KERF_TRY(const auto labels, readLabelFile(folder / kLabelFile));
    Collected collected;
    collected.labels = LabelKind::Classes;
    std::set<std::string> names;
    for (const auto& [file, name] : labels)
        names.insert(name);
    auto numbers = options.classes.empty() ? numberedClasses(names) : std::map<std::string, std::int64_t>();
    if (numbers.empty()) {
        KERF_TRY(numbers, classNumbers(names, options, folder, collected));
    }
    std::vector<std::string> missing, unlabelled, others;
    for (const auto& [file, name] : labels) {
        if (std::ranges::binary_search(files, file))
            collected.items.push_back({ file, numbers.at(name) });
        else
            missing.push_back(file);
    }
    for (const std::string& file : files)
        if (!labels.contains(file) && file != kLabelFile)
            (isImageName(file) ? unlabelled : others).push_back(file);
    collected.note("files of labels.csv are not there", std::move(missing));
    collected.note("pictures have no label in labels.csv and were left out", std::move(unlabelled));
    collected.note("files are no pictures", std::move(others));
    return collected;
}

Collected collectFlat(const std::vector<std::string>& files)
{
    Collected collected;
    std::vector<std::string> others;
    for (const std::string& file : files)
        if (isImageName(file))
            collected.items.push_back({ file });
        else
            others.push_back(file);
    collected.note("files are no pictures", std::move(others));
    return collected;
}

Result<SampleSourcePtr> sourceOf(const fs::path& folder, Collected collected, const PictureOptions& options)
{
    if (collected.items.empty()) {
        const std::string why = collected.notes.empty() ? "" : " " + collected.notes.front().text;
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no picture that can be used (.jpg, .jpeg, .png).{}", folder.string(), why));
    }
    const ImageSize size = *options.preprocess.outputSize();
    const std::int64_t channels = options.preprocess.channelCount();
    SourceInfo info;
    info.name = folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
    info.inputs = { { options.input,
        options.preprocess.layout == PixelLayout::Nchw
            ? std::vector<std::int64_t> { channels, size.height, size.width }
            : std::vector<std::int64_t> { size.height, size.width, channels } } };
    info.count = static_cast<std::int64_t>(collected.items.size());
    info.labels = collected.labels;
    info.classes = std::move(collected.classes);
    info.notes = std::move(collected.notes);
    return std::make_shared<PictureSource>(std::move(info), folder, std::move(collected.items), options.preprocess);
}

Status checkSizeIsKnown(const PictureOptions& options)
{
    if (options.preprocess.outputSize())
        return {};
    return fail(ErrorCode::InvalidArgument,
        "Pictures of several sizes do not fit into one input: say in preprocess.json which size they get (resize or "
        "crop).");
}

} // namespace

Result<SampleSourcePtr> openPictureFolder(const fs::path& folder, const PictureOptions& options, const JobContext& job)
{
    KERF_CHECK(checkSizeIsKnown(options));
    KERF_TRY(const std::vector<std::string> files, filesBelow(folder));
    const bool hasClassFolders = std::ranges::any_of(
        files, [](const std::string& file) { return file.find('/') != std::string::npos && isImageName(file); });
    Collected collected;
    if (std::ranges::binary_search(files, kLabelFile)) {
        KERF_TRY(collected, collectLabelFile(folder, files, options));
    } else if (hasClassFolders) {
        KERF_TRY(collected, collectClassFolders(folder, files, options));
    } else {
        collected = collectFlat(files);
    }
    KERF_CHECK(checkPictures(folder, options, job, collected));
    return sourceOf(folder, std::move(collected), options);
}

Result<SampleSourcePtr> openAnnotatedPictures(
    const fs::path& folder, const AnnotationSet& set, const PictureOptions& options, const JobContext& job)
{
    KERF_CHECK(checkSizeIsKnown(options));
    Collected collected;
    collected.labels = LabelKind::Boxes;
    collected.classes = set.categories;
    collected.notes = set.notes;
    for (const AnnotatedPicture& picture : set.pictures) {
        const fs::path name = fs::path(picture.file).lexically_normal();
        if (name.empty() || name.is_absolute() || *name.begin() == "..")
            return fail(ErrorCode::BadFile,
                fmt::format("An annotation names \"{}\", which is not in the folder.", picture.file));
        collected.items.push_back({ name.generic_string(), 0, picture.boxes, picture.size });
    }
    KERF_CHECK(checkPictures(folder, options, job, collected));
    return sourceOf(folder, std::move(collected), options);
}

} // namespace kerf::core
