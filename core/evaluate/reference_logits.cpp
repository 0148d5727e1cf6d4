// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <bit>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/window_pass.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kChecksums = "checksums"; ///< XXH3 of each window's bytes

std::string tensorName(std::int64_t window)
{
    return fmt::format("window.{:06}", window);
}

std::int64_t checksum(std::span<const std::byte> bytes)
{
    return std::bit_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

struct Extent {
    std::int64_t windows;
    std::int64_t rows; ///< scored positions a window
    std::int64_t cols;
};

/// The file as an earlier run left it; nullopt when it is missing or not what is asked for.
std::optional<SafetensorsFile> openCached(const fs::path& path, const Extent& extent)
{
    std::error_code missing;
    if (!fs::exists(path, missing))
        return std::nullopt;
    Result<SafetensorsFile> file = SafetensorsFile::open(path);
    if (!file)
        return std::nullopt;
    for (std::int64_t i = 0; i < extent.windows; ++i) {
        const TensorInfo* tensor = file->find(tensorName(i));
        if (!tensor || tensor->dtype != DType::F32
            || tensor->shape != std::vector<std::int64_t> { extent.rows, extent.cols })
            return std::nullopt;
    }
    const TensorInfo* sums = file->find(kChecksums);
    const bool fits = sums && sums->dtype == DType::I64 && sums->shape == std::vector<std::int64_t> { extent.windows };
    return fits ? std::optional(std::move(*file)) : std::nullopt;
}

Status writeHidden(
    const Network& network, const Dataset& data, const fs::path& path, const Extent& extent, const JobContext& job)
{
    std::vector<TensorSpec> specs;
    for (std::int64_t i = 0; i < extent.windows; ++i)
        specs.push_back({ tensorName(i), DType::F32, { extent.rows, extent.cols } });
    specs.push_back({ kChecksums, DType::I64, { extent.windows } });
    KERF_TRY(SafetensorsWriter writer, SafetensorsWriter::create(path, std::move(specs)));
    std::vector<std::int64_t> sums;
    KERF_CHECK(forEachWindow(network, {}, data, "Running the original model", job,
        [&](std::int64_t window, const Hidden& hidden, std::int64_t first) -> Status {
            // Rows lie one after the other: the scored ones are one range of bytes.
            const std::span<const float> rows(
                hidden.stream().data() + first * extent.cols, static_cast<std::size_t>(extent.rows * extent.cols));
            sums.push_back(checksum(std::as_bytes(rows)));
            return writer.write(tensorName(window), std::as_bytes(rows));
        }));
    KERF_CHECK(writer.write(kChecksums, std::as_bytes(std::span(sums))));
    KERF_TRY([[maybe_unused]] const std::string hash, writer.finish());
    return {};
}

} // namespace

struct ReferenceLogits::Impl {
    /// The stored hidden states of one window's scored positions.
    Result<Hidden> hidden(std::int64_t window) const;

    const Network& network;
    SafetensorsFile file;
    Extent extent;
    std::vector<std::int64_t> checksums;
};

Result<ReferenceLogits> ReferenceLogits::compute(const Network& network, const std::string& modelHash,
    const Dataset& data, const fs::path& root, const JobContext& job)
{
    if (data.windows.empty() || data.windows.front().size() < 2)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} has no window to evaluate", data.name));
    const Extent extent { static_cast<std::int64_t>(data.windows.size()),
        static_cast<std::int64_t>(data.windows.front().size()) - 1, network.hiddenSize() };
    const std::string key = Hasher()
                                .add("reference hidden states")
                                .add(modelHash)
                                .add(data.hash)
                                .add(std::int64_t { kEngineVersion })
                                .hex();
    const fs::path path = root / (key + ".safetensors");
    std::error_code error;
    fs::create_directories(root, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be created: {}", root.string(), error.message()));
    std::optional<SafetensorsFile> file = openCached(path, extent);
    if (!file) {
        KERF_CHECK(writeHidden(network, data, path, extent, job));
        KERF_TRY(file, SafetensorsFile::open(path));
    }
    KERF_TRY(std::vector<std::int64_t> sums, file->values<std::int64_t>(kChecksums));
    ReferenceLogits reference;
    reference.m_impl = std::make_shared<const Impl>(Impl { network, std::move(*file), extent, std::move(sums) });
    return reference;
}

std::int64_t ReferenceLogits::windows() const
{
    return m_impl->extent.windows;
}

std::int64_t ReferenceLogits::vocabularySize() const
{
    return m_impl->network.vocabularySize();
}

Result<Hidden> ReferenceLogits::Impl::hidden(std::int64_t window) const
{
    Result<Matrix> rows = file.read(tensorName(window));
    const bool whole = rows
        && checksum(std::as_bytes(std::span(rows->data(), static_cast<std::size_t>(rows->size()))))
            == checksums[static_cast<std::size_t>(window)];
    if (!whole)
        return fail(ErrorCode::Io,
            fmt::format(
                "{}: the stored reference is damaged; delete this file, it is computed again", file.path().string()));
    Hidden result;
    result.values.push_back({ std::move(*rows), 0 });
    result.lengths = { extent.rows };
    return result;
}

Status ReferenceLogits::forEachTile(std::int64_t window, std::int64_t tile,
    const std::function<Status(std::int64_t first, const Matrix& logits)>& visit) const
{
    if (window < 0 || window >= windows())
        return fail(ErrorCode::InvalidArgument, fmt::format("The reference has no window {}", window));
    KERF_TRY(const Hidden states, m_impl->hidden(window));
    for (std::int64_t first = 0; first < m_impl->extent.rows; first += tile) {
        const std::int64_t count = std::min(tile, m_impl->extent.rows - first);
        KERF_TRY(const Matrix logits, m_impl->network.logits(states, first, count));
        KERF_CHECK(visit(first, logits));
    }
    return {};
}

} // namespace kerf::core
