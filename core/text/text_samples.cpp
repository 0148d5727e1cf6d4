// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/text_samples.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/text/dataset_ending.h"
#include "core/text/dataset_part.h"
#include "core/text/text_folder.h"
#include "core/text/token_sample.h"

namespace kerf::core {
namespace {

constexpr std::string_view kBetween = "\n\n"; ///< of paragraphs, and what TextFile puts between records
constexpr std::size_t kLongestParagraph = 1 << 20; ///< bytes: a text without paragraphs is taken in parts

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

class TextReader {
public:
    TextReader(const Tokenizer& tokenizer, const WindowOptions& options, const JobContext& job)
        : m_tokenizer(tokenizer)
        , m_options(options)
        , m_job(job)
        , m_chat(tokenizer.chatTemplate(), job)
    {
    }

    Result<Dataset> read(std::span<const std::filesystem::path> files)
    {
        KERF_TRY(const std::vector<TokenId> special, m_tokenizer.encode("", true));
        m_room = std::max<std::int64_t>(m_options.window - static_cast<std::int64_t>(special.size()), 1);
        for (const std::filesystem::path& file : files)
            if (!isEnough())
                KERF_CHECK(readFile(file));
        m_data.wholeText = !isEnough();
        m_data.windowsRead = static_cast<std::int64_t>(m_data.windows.size());
        if (m_options.sampleSeed)
            drawWindows(m_data, *m_options.sampleSeed, m_options.maxWindows);
        m_data.totalTokens = m_data.usedTokens();
        return std::move(m_data);
    }

private:
    bool isEnough() const
    {
        return m_options.maxWindows > 0 && !m_options.sampleSeed
            && static_cast<std::int64_t>(m_data.windows.size()) >= m_options.maxWindows;
    }

    Status readFile(const std::filesystem::path& path)
    {
        KERF_TRY(TextFile file, TextFile::open(path, m_options.field, m_chat));
        const bool isPlain = file.reading().kind == TextKind::Plain;
        m_document += isPlain;
        std::string part;
        for (bool more = true; more && !isEnough();) {
            KERF_CHECK(m_job.checkStop());
            KERF_TRY(more, file.read(part));
            m_job.progress(
                { "Reading " + path.filename().string(), file.reading().bytesRead, file.reading().bytes, "bytes" });
            if (isPlain && more) {
                KERF_CHECK(takeParagraphs(part));
                continue;
            }
            m_document += !isPlain && !part.empty();
            KERF_CHECK(take(part)); // a record, or the end of a plain text
            part.clear();
        }
        m_data.files.push_back(file.reading());
        return {};
    }

    /// Takes the paragraphs that are there whole, and leaves the rest.
    Status takeParagraphs(std::string& text)
    {
        std::size_t begin = 0;
        while (!isEnough()) {
            std::size_t end = text.find(kBetween, begin);
            if (end == std::string::npos) {
                end = text.size() - begin > kLongestParagraph ? text.rfind('\n') : std::string::npos;
                if (end == std::string::npos || end <= begin)
                    break;
            }
            KERF_CHECK(take(std::string_view(text).substr(begin, end - begin)));
            begin = std::min(end + 1, text.size());
        }
        text.erase(0, begin);
        return {};
    }

    Status take(std::string_view text)
    {
        text = trimmed(text);
        if (text.empty())
            return {};
        KERF_CHECK(m_job.checkStop());
        if (m_data.preview.size() < kPreviewBytes)
            m_data.preview.append(m_data.preview.empty() ? "" : kBetween).append(text);
        KERF_TRY(const std::vector<TokenId> ids, m_tokenizer.encode(text, false));
        for (std::size_t at = 0; at < ids.size() && !isEnough(); at += static_cast<std::size_t>(m_room)) {
            const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min<std::ptrdiff_t>(m_room, ids.end() - begin);
            KERF_TRY(TokenSample sample,
                withSpecialTokens(m_tokenizer, { begin, begin + count }, nullptr, m_options.window));
            m_data.windows.push_back(std::move(sample.ids));
            m_data.documents.push_back(m_document);
        }
        return {};
    }

    const Tokenizer& m_tokenizer;
    const WindowOptions& m_options;
    const JobContext& m_job;
    ChatRenderer m_chat;
    std::int64_t m_room = 0; ///< for a text's own tokens
    std::int32_t m_document = -1; ///< that is read
    Dataset m_data;
};

} // namespace

Result<Dataset> loadTexts(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const WindowOptions& options, const JobContext& job)
{
    KERF_CHECK(checkWindowOptions(files, options));
    KERF_TRY(const std::vector<std::filesystem::path> all, textFilesOf(files));
    KERF_TRY(Dataset data, TextReader(tokenizer, options, job).read(all));
    return finishDataset(std::move(data), files, options, tokenizer);
}

bool hasOwnLengths(const Dataset& data)
{
    return std::ranges::any_of(
        data.windows, [&](const std::vector<TokenId>& window) { return window.size() != data.windows.front().size(); });
}

} // namespace kerf::core
