// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

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
    const std::vector<TensorView> tensors {
        { { "hessian", DType::F32, { cols, ofGroup } }, bytesOf(statistics.hessian) },
        { { "abs_max", DType::F32, { cols } }, bytesOf(statistics.absMax) },
        { { "mean_abs", DType::F32, { cols } }, bytesOf(statistics.meanAbs) },
        { { "tokens", DType::I64, { 1 } }, std::as_bytes(tokens) },
        { { "passed", DType::I64, { 1 } }, std::as_bytes(passed) },
    };
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
    const std::int64_t cols = statistics.hessian.rows(), ofGroup = statistics.hessian.cols();
    if (tokens.size() != 1 || tokens[0] < 0 || ofGroup == 0 || cols % ofGroup != 0 || statistics.absMax.size() != cols
        || statistics.meanAbs.size() != cols)
        return fail(ErrorCode::BadFile,
            fmt::format("{} is not a file of calibration statistics. Delete it and calibrate again.", path.string()));
    statistics.tokens = tokens[0];
    if (file.find("passed")) { // files of before there were experts have none
        KERF_TRY(const std::vector<std::int64_t> passed, file.values<std::int64_t>("passed"));
        statistics.passed = passed.empty() ? 0 : passed[0];
    }
    return statistics;
}

} // namespace kerf::core
