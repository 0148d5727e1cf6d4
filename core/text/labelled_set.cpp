// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/labelled_set.h"

#include <algorithm>
#include <deque>
#include <set>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/parse_number.h"
#include "core/base/unicode.h"
#include "core/text/csv_parser.h"
#include "core/text/record_fields.h"
#include "core/text/text_kind.h"
#include "core/text/utf8_file.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 256 } << 20;

Result<std::string> readWhole(const std::filesystem::path& path)
{
    KERF_TRY(Utf8File file, Utf8File::open(path));
    std::string text;
    for (bool more = true; more;) {
        KERF_TRY(more, file.read(text));
        if (text.size() > kMostBytes)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: has more than {} MiB: labelled texts are read whole.", path.string(), kMostBytes >> 20));
    }
    return text;
}

/// A label as it is compared: its text, or a whole number in digits.
std::optional<std::string> labelText(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_integer())
        return std::to_string(value.get<std::int64_t>());
    return value.is_number() || value.is_boolean() ? std::optional(value.dump()) : std::nullopt;
}

/// One record after the other.
class LabelledReader {
public:
    explicit LabelledReader(std::string name) { m_set.name = std::move(name); }

    Status add(const Json& record, std::int64_t line)
    {
        m_line = line;
        if (!record.is_object())
            return wrong("a record with named fields is expected");
        LabelledText made;
        made.line = line;
        KERF_CHECK(readTexts(record, made));
        const Json* label = firstMember(record, { "label", "class", "category", "intent" });
        const Json* score = firstMember(record, { "score", "similarity", "similarity_score" });
        if (label) {
            const auto text = made.words.empty() ? labelText(*label) : std::nullopt;
            if (!text && made.words.empty())
                return wrong("its label is neither a text nor a number");
            made.label = text.value_or("");
        }
        if (const Json* value = score ? score : made.pair ? label : nullptr)
            made.score = value->is_number() ? std::optional(value->get<double>())
                : value->is_string()        ? parseNumber(value->get<std::string>())
                                            : std::nullopt;
        if (score && !made.score)
            return wrong("its score is no number");
        if (made.label.empty() && made.tags.empty() && !made.score)
            return wrong("it has no label, score or tags");
        m_set.texts.push_back(std::move(made));
        return {};
    }

    Result<LabelledSet> take()
    {
        std::vector<LabelledText>& texts = m_set.texts;
        if (texts.empty())
            return fail(ErrorCode::BadFile, fmt::format("{} has no labelled text.", m_set.name));
        const auto all = [&](const auto& has) { return std::ranges::all_of(texts, has); };
        m_set.hasLabels = all([](const LabelledText& each) { return !each.label.empty(); });
        m_set.hasTags = all([](const LabelledText& each) { return !each.words.empty(); });
        m_set.hasScores = all([](const LabelledText& each) { return each.score && each.pair; });
        if (!m_set.hasLabels && !m_set.hasTags && !m_set.hasScores)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: its texts are of several kinds: all need a label, or all words with tags, or all two "
                            "texts with a score.",
                    m_set.name));
        m_set.hash = hashOf(texts);
        return std::move(m_set);
    }

private:
    static std::string hashOf(const std::vector<LabelledText>& texts)
    {
        Hasher hasher;
        hasher.add("kerf labelled texts");
        for (const LabelledText& each : texts) {
            hasher.add(each.text).add(each.pair.value_or("")).add(each.label);
            hasher.add(each.score ? fmt::format("{}", *each.score) : std::string());
            for (const std::vector<std::string>* list : { &each.words, &each.tags }) {
                hasher.add(static_cast<std::int64_t>(list->size()));
                for (const std::string& item : *list)
                    hasher.add(item);
            }
        }
        return hasher.hex();
    }

    tl::unexpected<Error> wrong(std::string_view what) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{} line {}: {}.", m_set.name, m_line, what));
    }

    Status readTexts(const Json& record, LabelledText& made) const
    {
        if (const Json* words = firstMember(record, { "tokens", "words" }))
            return readWords(*words, firstMember(record, { "tags", "ner_tags", "labels", "label" }), made);
        const Json* text
            = firstMember(record, { "text", "sentence1", "sentence", "premise", "question1", "question", "content" });
        const Json* pair = firstMember(record, { "text_pair", "sentence2", "hypothesis", "question2" });
        if (!text || !text->is_string())
            return wrong("\"text\" (or sentence1, sentence, premise, question1, question, content) must be a text");
        if (pair && !pair->is_string())
            return wrong("its second text is no text");
        made.text = text->get<std::string>();
        if (pair)
            made.pair = pair->get<std::string>();
        return {};
    }

    Status readWords(const Json& words, const Json* tags, LabelledText& made) const
    {
        const auto isWord = [](const Json& each) { return each.is_string(); };
        if (!words.is_array() || words.empty() || !std::ranges::all_of(words, isWord))
            return wrong("\"tokens\" must be a list of words");
        if (!tags || !tags->is_array() || tags->size() != words.size())
            return wrong(fmt::format("\"tags\" must be a list of {} tags, one for each word", words.size()));
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto tag = labelText((*tags)[i]);
            if (!tag)
                return wrong(fmt::format("tag {} is neither a text nor a number", i + 1));
            made.words.push_back(words[i].get<std::string>());
            made.tags.push_back(*tag);
        }
        return {};
    }

    LabelledSet m_set;
    std::int64_t m_line = 0;
};

Status addJsonLines(LabelledReader& reader, std::string_view text, const std::string& place)
{
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view record = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (record.find_first_not_of(" \t") == std::string_view::npos)
            continue;
        KERF_TRY(const Json json, parseJson(record, fmt::format("{} line {}", place, line)));
        KERF_CHECK(reader.add(json, line));
    }
    return {};
}

Status addJsonArray(LabelledReader& reader, std::string_view text, const std::string& place)
{
    KERF_TRY(const Json json, parseJson(text, place));
    std::int64_t record = 0; // lines are not known any more
    for (const Json& each : json)
        KERF_CHECK(reader.add(each, ++record));
    return {};
}

Status addTable(LabelledReader& reader, std::string_view text, const std::string& place, char separator)
{
    CsvParser parser(separator);
    std::deque<CsvParser::Record> rows;
    KERF_CHECK(parser.push(text, rows, place));
    KERF_CHECK(parser.finish(rows, place));
    if (rows.empty())
        return {};
    const std::vector<std::string> names = std::move(rows.front().fields);
    rows.pop_front();
    for (const CsvParser::Record& row : rows) {
        if (row.fields.size() != names.size())
            return fail(ErrorCode::BadFile,
                fmt::format("{} line {}: has {} fields; the first line names {}.", place, row.line, row.fields.size(),
                    names.size()));
        Json record = Json::object();
        for (std::size_t i = 0; i < names.size(); ++i)
            record[names[i]] = row.fields[i];
        KERF_CHECK(reader.add(record, row.line));
    }
    return {};
}

} // namespace

Result<LabelledSet> readLabelled(const std::filesystem::path& file)
{
    KERF_TRY(const std::string text, readWhole(file));
    const std::string name = replaceInvalidUtf8(file.filename().string());
    KERF_TRY(const TextKind kind, recognizeText(file, text, true, {}));
    LabelledReader reader(name);
    if (kind == TextKind::Plain)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is plain text. Labelled texts are JSON lines, a JSON array, or CSV or TSV with column "
                        "names.",
                file.string()));
    if (kind == TextKind::JsonLines)
        KERF_CHECK(addJsonLines(reader, text, name));
    else if (kind == TextKind::JsonArray)
        KERF_CHECK(addJsonArray(reader, text, name));
    else
        KERF_CHECK(addTable(reader, text, name, kind == TextKind::Tsv ? '\t' : ','));
    return reader.take();
}

} // namespace kerf::core
