// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/text_file.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/json.h"
#include "core/base/unicode.h"
#include "core/text/csv_parser.h"
#include "core/text/json_record_text.h"
#include "core/text/record_fields.h"
#include "core/text/utf8_file.h"

namespace kerf::core {
namespace {

constexpr std::size_t kHead = 64 * 1024; ///< bytes that a file is recognized by
constexpr std::size_t kMaxRecord = 64u * 1024 * 1024;
constexpr std::string_view kSpace = " \t\r\n";

} // namespace

/// A file and what of it is decoded, but not used yet.
class TextFile::Records {
public:
    Records(Utf8File file, std::string head, bool ended, TextReading reading)
        : m_reading(std::move(reading))
        , m_file(std::move(file))
        , m_buffer(std::move(head))
        , m_ended(ended)
    {
    }
    virtual ~Records() = default;
    virtual Result<bool> read(std::string& out) = 0;

    const TextReading& reading()
    {
        const Utf8File::Facts& facts = m_file.facts();
        m_reading.encoding = facts.encoding;
        m_reading.byteOrderMark = facts.byteOrderMark;
        m_reading.carriageReturns = facts.carriageReturns;
        m_reading.bytes = facts.bytes;
        m_reading.bytesRead = facts.bytesRead - static_cast<std::int64_t>(left().size());
        return m_reading;
    }

protected:
    /// What is decoded and not used.
    std::string_view left() const { return std::string_view(m_buffer).substr(m_at); }
    void use(std::size_t bytes) { m_at += bytes; }
    bool ended() const { return m_ended; }
    /// Decodes more of the file, unless it has ended.
    Status refill()
    {
        m_buffer.erase(0, std::exchange(m_at, 0));
        KERF_TRY(const bool more, m_file.read(m_buffer));
        m_ended = !more;
        return {};
    }
    std::string path() const { return m_file.path().string(); }
    std::string placeOf(std::int64_t line) const { return fmt::format("{}, line {}", path(), line); }

    void append(std::string_view text, std::string_view between, std::string& out)
    {
        ++m_reading.records;
        if (std::exchange(m_some, m_some || !text.empty()))
            out += between;
        out += text;
    }

    TextReading m_reading;

private:
    Utf8File m_file;
    std::string m_buffer;
    std::size_t m_at = 0; ///< what of the buffer is used
    bool m_ended;
    bool m_some = false; ///< a record gave some text
};

class TextFile::PlainText final : public Records {
public:
    using Records::Records;
    Result<bool> read(std::string& out) override
    {
        if (left().empty() && !ended())
            KERF_CHECK(refill());
        if (left().empty() && ended())
            return false;
        out += left();
        use(left().size());
        return true;
    }
};

class TextFile::JsonRecords : public Records {
public:
    JsonRecords(
        Utf8File file, std::string head, bool ended, TextReading reading, const std::string& wanted, ChatRenderer* chat)
        : Records(std::move(file), std::move(head), ended, std::move(reading))
        , m_text(wanted, *chat)
    {
    }

protected:
    /// Appends the text of a record. `what`: its place, for errors.
    Status take(std::string_view json, const std::string& what, std::string& out)
    {
        KERF_TRY(const std::optional<std::string> text, m_text.take(json, what));
        m_reading.field = fmt::format("{}", fmt::join(m_text.fields(), ", "));
        m_reading.fieldFound = m_text.areFound();
        if (!text) {
            ++m_reading.emptyRecords;
            return {};
        }
        m_reading.chatTemplate = m_text.chatTemplate();
        append(*text, m_text.chatTemplate().empty() ? kBetweenRecords : std::string_view(), out);
        return {};
    }

private:
    JsonRecordText m_text;
};

class TextFile::JsonLines final : public JsonRecords {
public:
    using JsonRecords::JsonRecords;
    Result<bool> read(std::string& out) override
    {
        std::size_t end = left().find('\n');
        while (end == std::string::npos && !ended()) {
            const std::size_t searched = left().size();
            if (searched > kMaxRecord)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: has more than {} bytes in one line.", placeOf(m_line), kMaxRecord));
            KERF_CHECK(refill());
            end = left().find('\n', searched);
        }
        if (left().empty())
            return false;
        const std::string line(left().substr(0, end));
        use(std::min(line.size() + 1, left().size()));
        const std::int64_t number = m_line++;
        if (line.find_first_not_of(kSpace) != std::string::npos)
            KERF_CHECK(take(line, placeOf(number), out));
        return true;
    }

private:
    std::int64_t m_line = 1;
};

class TextFile::JsonArray final : public JsonRecords {
public:
    using JsonRecords::JsonRecords;
    Result<bool> read(std::string& out) override
    {
        KERF_TRY(const char first, next());
        if (m_closed)
            return first == '\0' ? Result<bool>(false) : broken("something follows the array");
        if (first == ']' && m_opened) {
            skip(1);
            m_closed = true;
            return true;
        }
        if (first == '\0')
            return broken("the array is not closed with ]");
        if (first != (m_opened ? ',' : '['))
            return broken("there is no comma before the next record");
        skip(1);
        KERF_TRY(const char begin, next());
        if (!std::exchange(m_opened, true) && begin == ']')
            return true; // an empty array: closed at the next call
        if (begin == '\0')
            return broken("the array is not closed with ]");
        const std::string where = placeOf(m_line);
        KERF_TRY(const std::string record, element());
        KERF_CHECK(take(record, where, out));
        return true;
    }

private:
    /// The next character that is not white space, which stays in the buffer; NUL at the end.
    Result<char> next()
    {
        for (;;) {
            skip(std::min(left().find_first_not_of(kSpace), left().size()));
            if (!left().empty())
                return left().front();
            if (ended())
                return '\0';
            KERF_CHECK(refill());
        }
    }

    /// Takes the object at the start of what is left, by its brackets outside strings.
    Result<std::string> element()
    {
        int depth = 0;
        bool inString = false;
        for (std::size_t at = 0;; ++at) {
            while (at + 1 >= left().size() && !ended()) // an escape takes two
                KERF_CHECK(refill());
            if (at >= left().size() || at > kMaxRecord)
                return broken("the record is not closed, or has more than 64 MiB");
            const char c = left()[at];
            if (inString) {
                at += c == '\\';
                inString = c != '"';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                --depth;
            }
            if (depth > 0 || inString)
                continue;
            if (c != '}')
                return broken("a record is not an object");
            std::string record(left().substr(0, at + 1));
            skip(at + 1);
            return record;
        }
    }

    void skip(std::size_t bytes)
    {
        const std::string_view text = left().substr(0, bytes);
        m_line += std::count(text.begin(), text.end(), '\n');
        use(bytes);
    }
    tl::unexpected<Error> broken(const std::string& problem) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}.", placeOf(m_line), problem));
    }

    std::int64_t m_line = 1;
    bool m_opened = false;
    bool m_closed = false;
};

class TextFile::Table final : public Records {
public:
    Table(Utf8File file, std::string head, bool ended, TextReading reading, std::string wanted)
        : Records(std::move(file), std::move(head), ended, std::move(reading))
        , m_wanted(std::move(wanted))
        , m_parser(m_reading.kind == TextKind::Tsv ? '\t' : ',')
    {
    }

    Result<bool> read(std::string& out) override
    {
        while (m_rows.empty() && !m_finished) {
            if (left().empty() && !ended())
                KERF_CHECK(refill());
            if (left().empty() && ended()) {
                KERF_CHECK(m_parser.finish(m_rows, path()));
                m_finished = true;
            } else {
                KERF_CHECK(m_parser.push(left(), m_rows, path()));
                use(left().size());
            }
        }
        if (m_rows.empty())
            return false;
        const CsvParser::Record row = std::move(m_rows.front());
        m_rows.pop_front();
        if (m_columns == 0)
            return choose(row).map([] { return true; });
        if (row.fields.size() != m_columns)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: has {} fields; the first line names {}.", placeOf(row.line), row.fields.size(), m_columns));
        std::string text;
        for (const std::size_t field : m_places)
            appendField(row.fields[field], text);
        if (text.empty())
            ++m_reading.emptyRecords;
        else
            append(text, kBetweenRecords, out);
        return true;
    }

private:
    Status choose(const CsvParser::Record& names)
    {
        KERF_TRY(const std::vector<std::string> fields, chooseFields(names.fields, m_wanted, placeOf(names.line)));
        for (const std::string& field : fields)
            m_places.push_back(static_cast<std::size_t>(std::ranges::find(names.fields, field) - names.fields.begin()));
        m_columns = names.fields.size();
        m_reading.field = fmt::format("{}", fmt::join(fields, ", "));
        m_reading.fieldFound = fieldNames(m_wanted).empty();
        return {};
    }

    std::string m_wanted;
    CsvParser m_parser;
    std::deque<CsvParser::Record> m_rows;
    bool m_finished = false;
    std::size_t m_columns = 0;
    std::vector<std::size_t> m_places; ///< of the columns that are the text
};

TextFile::TextFile() = default;
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;
TextFile::~TextFile() = default;

Result<TextFile> TextFile::open(const std::filesystem::path& path, const std::string& field, ChatRenderer& chat)
{
    KERF_TRY(Utf8File file, Utf8File::open(path));
    std::string head;
    bool more = true;
    while (more && head.size() < kHead) {
        KERF_TRY(more, file.read(head));
    }
    TextReading reading;
    reading.file = replaceInvalidUtf8(path.filename().string());
    KERF_TRY(reading.kind, recognizeText(path, head, !more, field));
    const TextKind kind = reading.kind;
    const auto make = [&]<class Kind>(auto... wanted) {
        return std::make_unique<Kind>(std::move(file), std::move(head), !more, std::move(reading), wanted...);
    };
    TextFile result;
    if (kind == TextKind::JsonLines)
        result.m_records = make.template operator()<JsonLines>(field, &chat);
    else if (kind == TextKind::JsonArray)
        result.m_records = make.template operator()<JsonArray>(field, &chat);
    else if (kind == TextKind::Plain)
        result.m_records = make.template operator()<PlainText>();
    else
        result.m_records = make.template operator()<Table>(field);
    return result;
}

Result<bool> TextFile::read(std::string& out)
{
    return m_records->read(out);
}

const TextReading& TextFile::reading() const
{
    return m_records->reading();
}

} // namespace kerf::core
