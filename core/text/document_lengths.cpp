// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/document_lengths.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/text/text_file.h"
#include "core/text/text_folder.h"
#include "core/text/token_stream.h"

namespace kerf::core {
namespace {

/// Counts the tokens of one document after the other.
class DocumentCounter {
public:
    DocumentCounter(const Tokenizer& tokenizer, const JobContext& job)
        : m_job(job)
        , m_stream(tokenizer, false)
    {
    }

    Status push(std::string_view text)
    {
        constexpr std::size_t part = 64 * 1024;
        for (std::size_t at = 0; at < text.size(); at += part) {
            KERF_CHECK(m_job.checkStop());
            KERF_CHECK(m_stream.push(text.substr(at, part), m_ids));
            m_tokens += static_cast<std::int64_t>(std::exchange(m_ids, {}).size());
        }
        return {};
    }

    Status finish(std::vector<std::int64_t>& lengths)
    {
        KERF_CHECK(m_stream.finish(m_ids));
        m_stream.restart();
        lengths.push_back(std::exchange(m_tokens, 0) + static_cast<std::int64_t>(std::exchange(m_ids, {}).size()));
        return {};
    }

private:
    const JobContext& m_job;
    TokenStream m_stream;
    std::vector<TokenId> m_ids;
    std::int64_t m_tokens = 0;
};

/// What stands between two records belongs to neither.
std::string_view recordOf(std::string_view part, bool behindAnother)
{
    return behindAnother && part.starts_with(TextFile::kBetweenRecords) ? part.substr(TextFile::kBetweenRecords.size())
                                                                        : part;
}

Status measureFile(
    TextFile& file, DocumentCounter& counter, std::int64_t mostBytes, DocumentLengths& found, const JobContext& job)
{
    const bool plain = file.reading().kind == TextKind::Plain;
    std::string part;
    std::int64_t records = 0;
    bool some = false; ///< a record before gave some text
    for (bool more = true; more;) {
        KERF_CHECK(job.checkStop());
        part.clear();
        KERF_TRY(more, file.read(part));
        const TextReading& reading = file.reading();
        job.progress({ "Counting " + reading.file, reading.bytesRead, reading.bytes, "bytes" });
        const bool ended = plain ? !more : std::exchange(records, reading.records) != reading.records;
        KERF_CHECK(counter.push(recordOf(part, some)));
        some = some || (!plain && reading.chatTemplate.empty() && !part.empty());
        const bool enough = mostBytes > 0 && reading.bytesRead > mostBytes && more;
        if (ended || (plain && enough))
            KERF_CHECK(counter.finish(found.lengths));
        if (enough) {
            found.whole = false;
            break;
        }
    }
    return {};
}

} // namespace

std::int64_t DocumentLengths::tokens() const
{
    return std::accumulate(lengths.begin(), lengths.end(), std::int64_t { 0 });
}

std::int64_t DocumentLengths::quantile(double q) const
{
    if (lengths.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(lengths.size())));
    return lengths[std::clamp<std::size_t>(rank, 1, lengths.size()) - 1];
}

std::int64_t DocumentLengths::shorterThan(std::int64_t length) const
{
    return std::ranges::lower_bound(lengths, length) - lengths.begin();
}

std::vector<DocumentLengths::Bin> DocumentLengths::histogram() const
{
    std::vector<Bin> bins;
    for (const std::int64_t length : lengths) {
        const auto floor = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(length)));
        while (bins.empty() || bins.back().to <= length) {
            const std::int64_t from = bins.empty() ? floor : bins.back().to;
            bins.push_back({ from, std::max<std::int64_t>(1, 2 * from) });
        }
        ++bins.back().documents;
        bins.back().tokens += length;
    }
    return bins;
}

Result<DocumentLengths> measureDocuments(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const std::string& field, std::int64_t mostBytes, const JobContext& job)
{
    DocumentLengths found;
    ChatRenderer chat(tokenizer.chatTemplate(), job);
    DocumentCounter counter(tokenizer, job);
    KERF_TRY(const std::vector<std::filesystem::path> all, textFilesOf(files));
    for (const std::filesystem::path& path : all) {
        KERF_TRY(TextFile file, TextFile::open(path, field, chat));
        KERF_CHECK(measureFile(file, counter, mostBytes, found, job));
    }
    std::ranges::sort(found.lengths);
    return found;
}

Json toJson(const DocumentLengths& lengths)
{
    Json bins = Json::array();
    for (const DocumentLengths::Bin& bin : lengths.histogram())
        bins.push_back(
            { { "from", bin.from }, { "to", bin.to }, { "documents", bin.documents }, { "tokens", bin.tokens } });
    return { { "documents", lengths.lengths.size() }, { "tokens", lengths.tokens() }, { "whole", lengths.whole },
        { "shortest", lengths.quantile(0) }, { "p5", lengths.quantile(0.05) }, { "median", lengths.quantile(0.5) },
        { "p95", lengths.quantile(0.95) }, { "longest", lengths.quantile(1) }, { "histogram", std::move(bins) } };
}

} // namespace kerf::core
