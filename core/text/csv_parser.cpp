// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/csv_parser.h"

#include <algorithm>
#include <utility>

#include <csv.h>
#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::size_t kMaxRecord = 64u * 1024 * 1024; ///< bytes

} // namespace

struct CsvParser::Impl {
    csv_parser parser {};
    std::deque<Record>* records = nullptr; ///< where the call at hand puts them
    Record record;
    std::int64_t line = 1; ///< of the next byte
    std::int64_t recordLine = 1; ///< in which the record at hand starts
    std::size_t open = 0; ///< bytes since the last record ended

    static void takeField(void* text, std::size_t size, void* self)
    {
        static_cast<Impl*>(self)->record.fields.emplace_back(static_cast<const char*>(text), size);
    }
    static void takeRecord(int, void* self)
    {
        auto& impl = *static_cast<Impl*>(self);
        impl.record.line = impl.recordLine;
        impl.records->push_back(std::exchange(impl.record, {}));
        impl.open = 0;
    }
    Status parse(std::string_view text, std::string_view what);
};

CsvParser::CsvParser(char separator)
    : m_impl(std::make_unique<Impl>())
{
    csv_init(&m_impl->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&m_impl->parser, static_cast<unsigned char>(separator));
    csv_set_space_func(&m_impl->parser, [](unsigned char) { return 0; }); // spaces belong to the fields
}

CsvParser::~CsvParser()
{
    if (m_impl)
        csv_free(&m_impl->parser);
}

CsvParser::CsvParser(CsvParser&&) noexcept = default;

CsvParser& CsvParser::operator=(CsvParser&& other) noexcept
{
    std::swap(m_impl, other.m_impl);
    return *this;
}

Status CsvParser::Impl::parse(std::string_view text, std::string_view what)
{
    const std::size_t done = csv_parse(&parser, text.data(), text.size(), takeField, takeRecord, this);
    if (done == text.size())
        return {};
    if (csv_error(&parser) != CSV_EPARSE)
        return fail(ErrorCode::OutOfMemory, fmt::format("{}: a field is too large for the memory", what));
    return fail(ErrorCode::BadFile,
        fmt::format("{}, line {}: a quote stands inside a field; in CSV it must be doubled, and the field quoted.",
            what, line));
}

Status CsvParser::push(std::string_view text, std::deque<Record>& records, std::string_view what)
{
    Impl& impl = *m_impl;
    impl.records = &records;
    while (!text.empty()) { // line by line, to know where a record starts
        const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        if (impl.open == 0)
            impl.recordLine = impl.line;
        impl.open += line.size();
        KERF_CHECK(impl.parse(line, what));
        if (impl.record.fields.empty() && line == "\n" && impl.open == 1)
            impl.open = 0; // an empty line between records
        if (impl.open > kMaxRecord)
            return fail(ErrorCode::BadFile,
                fmt::format("{}, line {}: the record has more than {} bytes; a quote may not be closed.", what,
                    impl.recordLine, kMaxRecord));
        impl.line += line.ends_with('\n');
        text.remove_prefix(line.size());
    }
    return {};
}

Status CsvParser::finish(std::deque<Record>& records, std::string_view what)
{
    m_impl->records = &records;
    if (csv_fini(&m_impl->parser, Impl::takeField, Impl::takeRecord, m_impl.get()) != 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}, line {}: a quote is opened and never closed.", what, m_impl->recordLine));
    return {};
}

} // namespace kerf::core
