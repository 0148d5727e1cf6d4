// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/dataset.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/dataset_ending.h"
#include "core/text/dataset_part.h"
#include "core/text/document_places.h"
#include "core/text/text_folder.h"
#include "core/text/text_samples.h"
#include "core/text/token_stream.h"

namespace kerf::core {
namespace {

constexpr std::size_t kPreviewCharacters = 400;
static_assert(kPreviewBytes == 4 * kPreviewCharacters);

std::string previewOf(std::string_view text)
{
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < kPreviewCharacters && bytes < text.size(); ++i)
        bytes += characterLength(text[bytes]);
    return std::string(text.substr(0, bytes));
}

/// Of a file or a folder, which may be written with a slash at its end.
std::string nameOf(const std::filesystem::path& path)
{
    return replaceInvalidUtf8((path.has_filename() ? path : path.parent_path()).filename().string());
}

/// What is worth saying of how a file was read.
void noteReading(const TextReading& reading, std::vector<std::string>& notes)
{
    if (!reading.chatTemplate.empty())
        notes.push_back(
            fmt::format("{} was read as {}: {} conversations of the field \"{}\"{}, written by the chat template in {} "
                        "(which is told the date {}).",
                reading.file, textKindName(reading.kind), reading.records, reading.field,
                reading.fieldFound ? " (found)" : "", reading.chatTemplate, ChatRenderer::kDate));
    else if (reading.kind != TextKind::Plain)
        notes.push_back(fmt::format("{} was read as {}: the field \"{}\"{} of {} records{}.", reading.file,
            textKindName(reading.kind), reading.field, reading.fieldFound ? " (found)" : "", reading.records,
            reading.bytesRead < reading.bytes ? " so far as needed" : ""));
    if (reading.encoding != "UTF-8")
        notes.push_back(fmt::format("{} was converted from {} to UTF-8.", reading.file, reading.encoding));
    else if (reading.byteOrderMark)
        notes.push_back(fmt::format("{}: the byte-order mark at its start was left out.", reading.file));
    if (reading.carriageReturns > 0)
        notes.push_back(fmt::format("{}: {} line ends with a carriage return (CR LF) were read as plain line feeds.",
            reading.file, reading.carriageReturns));
}

/// Reads files, tokenizes them as one text and cuts windows until there are enough.
class WindowReader {
public:
    WindowReader(const Tokenizer& tokenizer, const WindowOptions& options, const JobContext& job)
        : m_options(options)
        , m_job(job)
        , m_stream(tokenizer, options.addBos)
        , m_places(tokenizer)
        , m_chat(tokenizer.chatTemplate(), job)
    {
        if (options.addBos)
            m_prefix = TokenStream::postProcessorOf(tokenizer).prefix().size();
        if (options.sampleSeed)
            m_draw.emplace(*options.sampleSeed, options.maxWindows);
    }

    Result<Dataset> read(std::span<const std::filesystem::path> files)
    {
        for (const std::filesystem::path& file : files) {
            if (!isEnough())
                KERF_CHECK(readFile(file));
        }
        m_data.wholeText = !isEnough();
        if (m_data.wholeText) {
            KERF_CHECK(finishText());
            cutWindows();
        }
        m_data.totalTokens
            = m_data.windowsRead * m_options.window + (m_data.wholeText ? static_cast<std::int64_t>(m_ids.size()) : 0);
        if (m_draw)
            m_draw->take(m_data);
        return std::move(m_data);
    }

private:
    bool isEnough() const
    {
        return m_options.maxWindows > 0 && !m_options.sampleSeed && m_data.windowsRead >= m_options.maxWindows;
    }

    Status readFile(const std::filesystem::path& path)
    {
        KERF_TRY(TextFile file, TextFile::open(path, m_options.field, m_chat));
        const bool isPlain = file.reading().kind == TextKind::Plain;
        if (isPlain)
            m_places.begin();
        std::string part;
        for (bool more = true; more && !isEnough();) {
            KERF_CHECK(m_job.checkStop());
            part.clear();
            KERF_TRY(more, file.read(part));
            if (!isPlain && !part.empty())
                m_places.begin();
            if (m_data.preview.size() < kPreviewBytes)
                m_data.preview += part.substr(0, kPreviewBytes);
            m_job.progress(
                { "Reading " + path.filename().string(), file.reading().bytesRead, file.reading().bytes, "bytes" });
            KERF_CHECK(file.reading().chatTemplate.empty() ? take(part) : takeConversation(part));
        }
        m_data.files.push_back(file.reading());
        return {};
    }

    /// Its special tokens are those that the template wrote.
    Status takeConversation(std::string_view text)
    {
        if (m_open)
            KERF_CHECK(finishText()); // the text before
        restart();
        KERF_CHECK(take(text));
        KERF_CHECK(finishText());
        restart();
        m_open = false;
        cutWindows();
        return {};
    }

    /// A record may hold a whole book: it is tokenized in parts, and no further than the windows need.
    Status take(std::string_view text)
    {
        constexpr std::size_t part = 64 * 1024;
        for (std::size_t at = 0; at < text.size() && !isEnough(); at += part) {
            KERF_CHECK(m_job.checkStop());
            m_open = true;
            const std::string_view piece = text.substr(at, part);
            m_places.addBytes(static_cast<std::int64_t>(piece.size()));
            KERF_CHECK(m_stream.push(piece, m_ids));
            placeTokens();
            cutWindows();
        }
        return {};
    }

    Status finishText()
    {
        KERF_CHECK(m_stream.finish(m_ids));
        placeTokens();
        return {};
    }

    void restart()
    {
        m_stream.restart();
        m_prefix = 0;
        m_textBegin = m_places.bytes();
    }

    /// Says of the tokens that have come which document they begin in.
    void placeTokens()
    {
        m_places.addSpecial(std::exchange(m_prefix, 0), m_documents);
        const auto come = std::span(m_ids).subspan(m_documents.size());
        m_places.addTokens(come, m_textBegin + m_stream.finalBytes(), m_documents);
    }

    void cutWindows()
    {
        const auto length = static_cast<std::size_t>(m_options.window);
        std::size_t at = 0;
        for (; m_ids.size() - at >= length && !isEnough(); at += length) {
            const auto begin = m_ids.begin() + static_cast<std::ptrdiff_t>(at);
            std::vector<TokenId> window(begin, begin + m_options.window);
            const auto number = static_cast<std::uint64_t>(m_data.windowsRead++);
            if (m_draw) {
                m_draw->add(number, { std::move(window), m_documents[at] });
            } else {
                m_data.windows.push_back(std::move(window));
                m_data.documents.push_back(m_documents[at]);
            }
        }
        m_ids.erase(m_ids.begin(), m_ids.begin() + static_cast<std::ptrdiff_t>(at));
        m_documents.erase(m_documents.begin(), m_documents.begin() + static_cast<std::ptrdiff_t>(at));
    }

    const WindowOptions& m_options;
    const JobContext& m_job;
    TokenStream m_stream;
    DocumentPlaces m_places;
    ChatRenderer m_chat;
    std::optional<WindowDraw> m_draw; ///< where windows are sampled
    std::size_t m_prefix = 0; ///< special tokens that come before the text
    std::int64_t m_textBegin = 0; ///< bytes before the text that the stream was started with
    bool m_open = false; ///< the stream has text since it was started anew
    std::vector<TokenId> m_ids; ///< not cut into windows yet
    std::vector<std::int32_t> m_documents; ///< of each of them
    Dataset m_data;
};

/// Every token has a row of the embedding.
Status checkRows(const Dataset& data, const Tokenizer& tokenizer, std::int64_t vocabulary)
{
    for (const std::vector<TokenId>& ids : data.windows) {
        const auto above = std::ranges::find_if(ids, [&](TokenId id) { return vocabulary > 0 && id >= vocabulary; });
        if (above != ids.end())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the token \"{}\" has the id {}, which the model's embedding has no row for (it has {} "
                            "rows), and {} contains it. Leave it out of the text, or use the tokenizer that belongs to "
                            "the model.",
                    tokenizer.file(), tokenizer.piece(*above), *above, vocabulary, data.name));
    }
    return {};
}

} // namespace

Status checkWindowOptions(std::span<const std::filesystem::path> files, const WindowOptions& options)
{
    if (files.empty())
        return fail(ErrorCode::InvalidArgument, "No text file is given");
    if (options.window < 2 || options.maxWindows < 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A window of {} tokens is too short; it takes at least 2", options.window));
    return {};
}

Result<Dataset> finishDataset(Dataset data, std::span<const std::filesystem::path> files, const WindowOptions& options,
    const Tokenizer& tokenizer)
{
    for (const std::filesystem::path& file : files)
        data.name += (data.name.empty() ? "" : " + ") + nameOf(file);
    if (data.windows.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has {} tokens; at least {} are needed for one window", data.name, data.totalTokens,
                options.window));
    KERF_CHECK(checkRows(data, tokenizer, options.vocabulary));
    data.windowsAsked = options.maxWindows;
    data.sampleSeed = options.sampleSeed;
    data.hash = windowsHash(data, options.window);
    data.preview = previewOf(data.preview);
    for (const TextReading& file : data.files)
        noteReading(file, data.notes);
    const bool talks = std::ranges::any_of(data.files, [](const auto& file) { return !file.chatTemplate.empty(); });
    if (talks && options.addBos)
        data.notes.emplace_back("Special tokens were not put before conversations: theirs are those of the template.");
    return data;
}

std::int64_t Dataset::windowLength() const
{
    std::size_t longest = 0; // all have one length, but for texts
    for (const std::vector<TokenId>& window : windows)
        longest = std::max(longest, window.size());
    return static_cast<std::int64_t>(longest);
}

std::int64_t Dataset::usedTokens() const
{
    std::size_t tokens = 0;
    for (const std::vector<TokenId>& window : windows)
        tokens += window.size();
    return static_cast<std::int64_t>(tokens);
}

std::int64_t Dataset::leftOverTokens() const
{
    if (reader)
        return 0; // samples are whole
    return totalTokens - (hasOwnLengths(*this) ? usedTokens() : windowsRead * windowLength());
}

std::int64_t Dataset::documentCount() const
{
    return static_cast<std::int64_t>(std::set(documents.begin(), documents.end()).size());
}

std::vector<std::string> Dataset::warnings() const
{
    std::vector<std::string> sentences;
    const auto have = static_cast<std::int64_t>(windows.size());
    if (windowsAsked > have)
        sentences.push_back(hasOwnLengths(*this) || reader
                ? fmt::format(
                    "{} {} were asked for; {} holds {}.", windowsAsked, reader ? "samples" : "texts", name, have)
                : fmt::format(
                    "{} windows were asked for; {} holds {} of {} tokens.", windowsAsked, name, have, windowLength()));
    for (const TextReading& file : files)
        if (file.emptyRecords > 0)
            sentences.push_back(
                fmt::format("{}: {} records have no text and were left out.", file.file, file.emptyRecords));
    return sentences;
}

Result<Dataset> loadDataset(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const WindowOptions& options, const JobContext& job)
{
    KERF_CHECK(checkWindowOptions(files, options));
    KERF_TRY(const std::vector<std::filesystem::path> all, textFilesOf(files));
    KERF_TRY(Dataset data, WindowReader(tokenizer, options, job).read(all));
    return finishDataset(std::move(data), files, options, tokenizer);
}

std::string usageText(const Dataset& data)
{
    if (data.reader)
        return fmt::format("{} samples of {}, drawn from its {} by the seed {}", data.windows.size(), data.name,
            data.windowsRead, data.sampleSeed.value_or(0));
    if (hasOwnLengths(data))
        return fmt::format("{} texts of at most {} tokens = {} tokens of {}", data.windows.size(), data.windowLength(),
            data.usedTokens(), data.name);
    std::string text = fmt::format("{} windows of {} tokens = {} tokens of {}", data.windows.size(),
        data.windowLength(), data.usedTokens(), data.name);
    if (data.sampleSeed)
        return text + fmt::format(", drawn from its {} by the seed {}", data.windowsRead, *data.sampleSeed);
    if (data.wholeText)
        return text + fmt::format("; the last {} tokens are too few for a window", data.leftOverTokens());
    std::int64_t read = 0;
    for (const TextReading& file : data.files)
        read += file.bytesRead;
    return text + fmt::format(", from its first {} kB", (read + 999) / 1000);
}

Json toJson(const Dataset& data)
{
    Json files = Json::array();
    for (const TextReading& file : data.files)
        files.push_back({ { "file", file.file }, { "kind", textKindName(file.kind) },
            { "field", file.field.empty() ? Json() : Json(file.field) }, { "field_found", file.fieldFound },
            { "chat_template", file.chatTemplate.empty() ? Json() : Json(file.chatTemplate) },
            { "encoding", file.encoding }, { "records", file.records }, { "empty_records", file.emptyRecords },
            { "carriage_returns", file.carriageReturns }, { "bytes", file.bytes }, { "bytes_read", file.bytesRead } });
    return { { "name", data.name }, { "hash", data.hash }, { "window", data.windowLength() },
        { "windows", data.windows.size() },
        { "windows_asked", data.windowsAsked > 0 ? Json(data.windowsAsked) : Json() },
        { "windows_read", data.windowsRead },
        { "documents", data.documents.empty() ? Json() : Json(data.documentCount()) },
        { "sample_seed", data.sampleSeed ? Json(*data.sampleSeed) : Json() }, { "tokens", data.usedTokens() },
        { "tokens_left_over", data.wholeText ? Json(data.leftOverTokens()) : Json() }, { "files", files },
        { "notes", data.notes }, { "warnings", data.warnings() } };
}

} // namespace kerf::core
