// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/series_source.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/parse_number.h"
#include "core/text/csv_parser.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 1 } << 30;

/// The numbers of the columns that are used, one row a step.
struct Series {
    MatrixD inputs, targets;
};

class SeriesSource : public SampleSource {
public:
    SeriesSource(SourceInfo info, Matrix inputs, Matrix targets, const SeriesOptions& options)
        : SampleSource(std::move(info))
        , m_inputs(std::move(inputs))
        , m_targets(std::move(targets))
        , m_options(options)
    {
    }
    std::string nameOf(std::int64_t sample) const override
    {
        const std::int64_t first = sample * m_options.stride;
        return fmt::format("rows {} to {}", first + 1, first + m_options.window);
    }
    Result<std::string> hashOf(std::int64_t sample, const JobContext& /*job*/) const override
    {
        const auto rows = m_inputs.middleRows(sample * m_options.stride, m_options.window);
        return sha256(std::as_bytes(std::span(rows.data(), static_cast<std::size_t>(rows.size()))));
    }
    Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job) const override
    {
        SampleBatch batch = room(static_cast<std::int64_t>(samples.size()));
        KERF_CHECK(fillSamples(samples, job, [&](std::int64_t sample, std::int64_t row) -> Status {
            const std::int64_t first = sample * m_options.stride;
            copyRows(m_inputs, first, m_options.window, batch.inputs.front(), row);
            if (m_options.horizon > 0)
                copyRows(m_targets, first + m_options.window, m_options.horizon, batch.targets, row);
            return {};
        }));
        return batch;
    }

private:
    static void copyRows(const Matrix& from, std::int64_t first, std::int64_t count, Matrix& into, std::int64_t row)
    {
        std::copy_n(from.data() + first * from.cols(), count * from.cols(), into.row(row).data());
    }

    Matrix m_inputs, m_targets;
    SeriesOptions m_options;
};

/// One CSV file, read column by column.
class SeriesTable {
public:
    static Result<SeriesTable> read(const std::filesystem::path& file)
    {
        SeriesTable table;
        table.m_what = file.string();
        KERF_TRY(const std::string text, readTextFile(file, kMostBytes));
        CsvParser parser(',');
        KERF_CHECK(parser.push(text, table.m_records, table.m_what));
        KERF_CHECK(parser.finish(table.m_records, table.m_what));
        if (table.m_records.size() < 2)
            return fail(ErrorCode::BadFile, fmt::format("{}: has no rows below a line of column names.", table.m_what));
        std::vector<std::string> sorted = table.names();
        std::ranges::sort(sorted);
        if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: two columns are named \"{}\".", table.m_what, *twice));
        return table;
    }
    const std::vector<std::string>& names() const { return m_records.front().fields; }
    const std::string& what() const { return m_what; }
    std::int64_t rows() const { return static_cast<std::int64_t>(m_records.size()) - 1; }

    Result<MatrixD> numbers(const std::vector<std::string>& columns) const
    {
        MatrixD values(rows(), static_cast<std::int64_t>(columns.size()));
        for (std::size_t c = 0; c < columns.size(); ++c) {
            KERF_TRY(const std::size_t place, placeOf(columns[c]));
            for (std::int64_t row = 0; row < rows(); ++row) {
                KERF_TRY(const std::string* text, cell(row, place));
                const auto number = parseNumber(*text);
                if (!number)
                    return wrong(row, place,
                        fmt::format("\"{}\" is no number; fill or leave out such rows, or leave out the column (time "
                                    "columns are named as such)",
                            *text));
                values(row, static_cast<std::int64_t>(c)) = *number;
            }
        }
        return values;
    }
    /// Rises from row to row: as numbers where all are, else as text (ISO 8601 sorts so).
    Status checkTime(const std::string& column) const
    {
        KERF_TRY(const std::size_t place, placeOf(column));
        for (std::int64_t row = 1; row < rows(); ++row) {
            KERF_TRY(const std::string* before, cell(row - 1, place));
            KERF_TRY(const std::string* now, cell(row, place));
            const auto first = parseNumber(*before), second = parseNumber(*now);
            if (first && second ? *first >= *second : *before >= *now)
                return wrong(row, place,
                    fmt::format(
                        "\"{}\" does not come after \"{}\": sort the rows by time; of several series make several "
                        "files",
                        *now, *before));
        }
        return {};
    }

private:
    Result<std::size_t> placeOf(const std::string& column) const
    {
        const auto found = std::ranges::find(names(), column);
        if (found == names().end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: has no column \"{}\"; it has {}.", m_what, column, fmt::join(names(), ", ")));
        return static_cast<std::size_t>(found - names().begin());
    }
    Result<const std::string*> cell(std::int64_t row, std::size_t place) const
    {
        const CsvParser::Record& record = m_records[static_cast<std::size_t>(row) + 1];
        if (record.fields.size() != names().size())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: line {}: has {} fields, but there are {} columns.", m_what, record.line,
                    record.fields.size(), names().size()));
        return &record.fields[place];
    }
    tl::unexpected<Error> wrong(std::int64_t row, std::size_t place, const std::string& why) const
    {
        return fail(ErrorCode::BadFile,
            fmt::format("{}: line {}: column {}: {}.", m_what, m_records[static_cast<std::size_t>(row) + 1].line,
                names()[place], why));
    }

    std::string m_what;
    std::deque<CsvParser::Record> m_records;
};

/// Mean and deviation of a column are taken off and said.
void standardize(MatrixD& values, const std::vector<std::string>& columns, DataNotes* notes)
{
    for (std::int64_t c = 0; c < values.cols(); ++c) {
        auto column = values.col(c).array();
        const double mean = column.mean();
        const double deviation = std::sqrt((column - mean).square().mean());
        column = (column - mean) / (deviation > 0 ? deviation : 1);
        if (notes)
            notes->push_back({ fmt::format("Column {} was standardized: mean {:.9g}, deviation {:.9g}.",
                columns[static_cast<std::size_t>(c)], mean, deviation) });
    }
}

Status checkOptions(const SeriesTable& table, const SeriesOptions& options)
{
    if (options.window < 1 || options.stride < 1 || options.horizon < 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: a window of {} rows, a stride of {} and a horizon of {} make no samples.", table.what(),
                options.window, options.stride, options.horizon));
    if (options.window > table.rows() || options.horizon > table.rows() - options.window)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has {} rows, fewer than one window of {} and its horizon of {}.", table.what(),
                table.rows(), options.window, options.horizon));
    return options.time ? table.checkTime(*options.time) : Status {};
}

} // namespace

Result<SampleSourcePtr> openSeries(const std::filesystem::path& file, const SeriesOptions& options)
{
    KERF_TRY(const SeriesTable table, SeriesTable::read(file));
    KERF_CHECK(checkOptions(table, options));
    std::vector<std::string> columns = options.columns;
    if (columns.empty())
        std::ranges::copy_if(table.names(), std::back_inserter(columns),
            [&](const std::string& name) { return !options.time || name != *options.time; });
    const std::vector<std::string>& targets = options.targets.empty() ? columns : options.targets;
    KERF_TRY(MatrixD inputs, table.numbers(columns));
    KERF_TRY(MatrixD expected, table.numbers(targets));
    SourceInfo info;
    info.name = file.filename().string();
    if (options.isStandardized) {
        standardize(inputs, columns, &info.notes);
        standardize(expected, targets, options.targets.empty() ? nullptr : &info.notes);
    }
    const std::int64_t span = options.window + options.horizon;
    info.inputs = { { options.input, { options.window, inputs.cols() } } };
    info.count = (table.rows() - span) / options.stride + 1;
    info.reach = (span - 1) / options.stride;
    if (options.horizon > 0) {
        info.labels = LabelKind::Targets;
        info.targetShape = { options.horizon, expected.cols() };
    }
    const std::int64_t left = table.rows() - span - (info.count - 1) * options.stride;
    if (left > 0)
        info.notes.push_back(
            { fmt::format("The last {} of {} rows fill no window and were left out.", left, table.rows()) });
    return std::make_shared<SeriesSource>(std::move(info), inputs.cast<float>(), expected.cast<float>(), options);
}

} // namespace kerf::core
