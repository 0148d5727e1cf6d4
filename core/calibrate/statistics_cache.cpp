// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstddef>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/calibrate/statistics.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::core {
namespace {

std::filesystem::path fileOf(const std::filesystem::path& folder, const std::string& site)
{
    return folder / (site + ".safetensors");
}

template <class Dense> std::span<const std::byte> bytesOf(const Dense& values)
{
    return std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size())));
}

constexpr const char *kRangeExtremes = "range", *kRangeAbout = "range_about", *kRangeCounts = "range_counts";

/// Files of networks of tokens, and of before there were ranges, have none. Errors: BadFile.
Result<ValueRange> readRange(const SafetensorsFile& file, const std::filesystem::path& path)
{
    ValueRange range;
    if (!file.find(kRangeExtremes))
        return range;
    KERF_TRY(const std::vector<double> extremes, file.values<double>(kRangeExtremes));
    KERF_TRY(const std::vector<std::int64_t> about, file.values<std::int64_t>(kRangeAbout));
    KERF_TRY(range.counts, file.values<std::int64_t>(kRangeCounts));
    const bool isWhole = extremes.size() == 4 && about.size() == 3 && about[0] > 0
        && about[2] >= ValueRange::kFirstExponent && about[2] < 1024
        && (about[1] == 0 || range.counts.size() == 2 * ValueRange::kHalf)
        && std::ranges::all_of(range.counts, [](std::int64_t count) { return count >= 0; });
    if (!isWhole)
        return fail(ErrorCode::BadFile,
            fmt::format("{} is not a file of calibration statistics. Delete it and calibrate again.", path.string()));
    range.least = extremes[0], range.largest = extremes[1];
    range.sumLeast = extremes[2], range.sumLargest = extremes[3];
    range.samples = about[0];
    range.isFinite = about[1] != 0;
    range.exponent = static_cast<int>(about[2]);
    return range;
}

Result<Vector> readVector(const SafetensorsFile& file, const std::string& name)
{
    KERF_TRY(const Matrix row, file.read(name));
    return Vector(row.reshaped());
}

} // namespace

Result<StatisticsCache> StatisticsCache::open(
    const std::filesystem::path& root, const std::string& modelHash, const std::string& datasetHash)
{
    StatisticsCache cache;
    cache.m_key = Hasher()
                      .add("statistics")
                      .add(modelHash)
                      .add(datasetHash)
                      .add(static_cast<std::int64_t>(kEngineVersion))
                      .hex();
    cache.m_folder = root / cache.m_key;
    std::error_code error;
    std::filesystem::create_directories(cache.m_folder, error);
    if (error)
        return fail(ErrorCode::Io,
            fmt::format("The folder {} for calibration statistics cannot be created: {}.", cache.m_folder.string(),
                error.message()));
    return cache;
}

bool StatisticsCache::has(const std::string& site) const
{
    std::error_code error;
    return std::filesystem::is_regular_file(fileOf(m_folder, site), error);
}

Status StatisticsCache::store(const std::string& site, const SiteStatistics& statistics) const
{
    const std::int64_t cols = statistics.hessian.rows(), ofGroup = statistics.hessian.cols();
    const std::span<const std::int64_t> tokens(&statistics.tokens, 1), passed(&statistics.passed, 1);
    const ValueRange& range = statistics.range;
    const std::vector<double> extremes { range.least, range.largest, range.sumLeast, range.sumLargest };
    const std::vector<std::int64_t> about { range.samples, range.isFinite ? 1 : 0, range.exponent };
    std::vector<TensorView> tensors {
        { { "hessian", DType::F32, { cols, ofGroup } }, bytesOf(statistics.hessian) },
        { { "abs_max", DType::F32, { cols } }, bytesOf(statistics.absMax) },
        { { "mean_abs", DType::F32, { cols } }, bytesOf(statistics.meanAbs) },
        { { "tokens", DType::I64, { 1 } }, std::as_bytes(tokens) },
        { { "passed", DType::I64, { 1 } }, std::as_bytes(passed) },
    };
    if (!range.isEmpty()) {
        tensors.push_back({ { kRangeExtremes, DType::F64, { 4 } }, std::as_bytes(std::span(extremes)) });
        tensors.push_back({ { kRangeAbout, DType::I64, { 3 } }, std::as_bytes(std::span(about)) });
        tensors.push_back(
            { { kRangeCounts, DType::I64, { std::ssize(range.counts) } }, std::as_bytes(std::span(range.counts)) });
    }
    if (statistics.mean.size() > 0)
        tensors.push_back({ { "mean", DType::F32, { cols } }, bytesOf(statistics.mean) });
    KERF_CHECK(writeSafetensors(fileOf(m_folder, site), tensors));
    return {};
}

Result<SiteStatistics> StatisticsCache::load(const std::string& site) const
{
    const std::filesystem::path path = fileOf(m_folder, site);
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    SiteStatistics statistics;
    KERF_TRY(const std::vector<std::int64_t> tokens, file.values<std::int64_t>("tokens"));
    KERF_TRY(statistics.hessian, file.read("hessian"));
    KERF_TRY(statistics.absMax, readVector(file, "abs_max"));
    KERF_TRY(statistics.meanAbs, readVector(file, "mean_abs"));
    if (file.find("mean")) { // files of before it was kept have none
        KERF_TRY(statistics.mean, readVector(file, "mean"));
    }
    const std::int64_t cols = statistics.hessian.rows(), ofGroup = statistics.hessian.cols();
    if (tokens.size() != 1 || tokens[0] < 0 || ofGroup == 0 || cols % ofGroup != 0 || statistics.absMax.size() != cols
        || statistics.meanAbs.size() != cols || (statistics.mean.size() > 0 && statistics.mean.size() != cols))
        return fail(ErrorCode::BadFile,
            fmt::format("{} is not a file of calibration statistics. Delete it and calibrate again.", path.string()));
    statistics.tokens = tokens[0];
    if (file.find("passed")) { // files of before there were experts have none
        KERF_TRY(const std::vector<std::int64_t> passed, file.values<std::int64_t>("passed"));
        statistics.passed = passed.empty() ? 0 : passed[0];
    }
    KERF_TRY(statistics.range, readRange(file, path));
    return statistics;
}

} // namespace kerf::core
