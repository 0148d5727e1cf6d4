// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/artifact_store.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

std::size_t rowBytes(const QuantizedTensor& tensor)
{
    return (static_cast<std::size_t>(tensor.shape.cols) * static_cast<std::size_t>(tensor.format->codeBits()) + 7) / 8;
}

/// Runs work(row) for every row, tiles of rows at once.
template <class Work> void forRows(const QuantizedTensor& tensor, const Work& work)
{
    constexpr std::int64_t kTile = 64;
    parallelFor((tensor.shape.rows + kTile - 1) / kTile, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kTile; row < std::min(tensor.shape.rows, (tile + 1) * kTile); ++row)
            work(static_cast<std::size_t>(row));
    });
}

/// Each row a dense low-first stream of fields, padded to whole bytes.
std::vector<std::uint8_t> packCodes(const QuantizedTensor& tensor)
{
    const int bits = tensor.format->codeBits();
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const std::size_t stride = rowBytes(tensor);
    std::vector<std::uint8_t> packed(static_cast<std::size_t>(tensor.shape.rows) * stride);
    forRows(tensor, [&](std::size_t row) {
        std::uint8_t* out = packed.data() + row * stride;
        const std::uint8_t* in = tensor.codes.data() + row * cols;
        unsigned buffer = 0;
        int filled = 0;
        for (std::size_t col = 0; col < cols; ++col) {
            buffer |= static_cast<unsigned>(in[col]) << filled;
            for (filled += bits; filled >= 8; filled -= 8, buffer >>= 8)
                *out++ = static_cast<std::uint8_t>(buffer);
        }
        if (filled > 0)
            *out = static_cast<std::uint8_t>(buffer);
    });
    return packed;
}

void unpackCodes(const std::vector<std::uint8_t>& packed, QuantizedTensor& tensor)
{
    const int bits = tensor.format->codeBits();
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const std::size_t stride = rowBytes(tensor);
    const unsigned mask = (1U << bits) - 1;
    tensor.codes.resize(static_cast<std::size_t>(tensor.shape.rows) * cols);
    forRows(tensor, [&](std::size_t row) {
        const std::uint8_t* in = packed.data() + row * stride;
        std::uint8_t* out = tensor.codes.data() + row * cols;
        if (bits == 4) { // most runs; the compiler makes vectors of it
            for (std::size_t pair = 0; pair < cols / 2; ++pair) {
                out[2 * pair] = in[pair] & 15U;
                out[2 * pair + 1] = in[pair] >> 4U;
            }
            if (cols % 2 != 0)
                out[cols - 1] = in[cols / 2] & 15U;
            return;
        }
        unsigned buffer = 0;
        int filled = 0;
        for (std::size_t col = 0; col < cols; ++col) {
            if (filled < bits) {
                buffer |= static_cast<unsigned>(*in++) << filled;
                filled += 8;
            }
            out[col] = static_cast<std::uint8_t>(buffer & mask);
            buffer >>= bits;
            filled -= bits;
        }
    });
}

Json reportJson(const LayerReport& report)
{
    Json fallbacks = Json::array();
    for (const Fallback& fallback : report.fallbacks)
        fallbacks.push_back({ { "kind", fallback.kind }, { "detail", fallback.detail } });
    return { { "layer", report.layer }, { "format", report.format }, { "method", report.method },
        { "bits_per_weight", report.bitsPerWeight }, { "relative_error", report.relativeError },
        { "rtn_relative_error", report.rtnRelativeError }, { "weight_mse", report.weightMse },
        { "damping", report.damping }, { "drift_share", report.driftShare }, { "fallbacks", fallbacks } };
}

LayerReport reportFromJson(const Json& json)
{
    LayerReport report;
    report.layer = json.at("layer").get<std::string>();
    report.format = json.at("format").get<std::string>();
    report.method = json.at("method").get<std::string>();
    report.bitsPerWeight = json.at("bits_per_weight").get<double>();
    report.relativeError = json.at("relative_error").get<double>();
    report.rtnRelativeError = json.at("rtn_relative_error").get<double>();
    report.weightMse = json.at("weight_mse").get<double>();
    report.damping = json.at("damping").get<double>();
    report.driftShare = json.value("drift_share", 0.0); // older artifacts lack it
    for (const Json& fallback : json.at("fallbacks"))
        report.fallbacks.push_back(
            { fallback.at("kind").get<std::string>(), fallback.at("detail").get<std::string>() });
    return report;
}

tl::unexpected<Error> damaged(const fs::path& path, std::string_view what)
{
    return fail(ErrorCode::BadFile,
        fmt::format(
            "{}: this quantized layer is damaged ({}). Delete the file and run the quantization again; only this "
            "layer is redone.",
            path.string(), what));
}

/// The scales and zero points of an integer format; false when an array is missing or of another size.
bool readIntegerParams(const SafetensorsFile& file, QuantizedTensor& tensor)
{
    const std::size_t groups = static_cast<std::size_t>(tensor.shape.rows * tensor.groups());
    const auto scales = file.values<std::uint16_t>("scales");
    if (!scales || scales->size() != groups)
        return false;
    tensor.scales.resize(groups);
    std::transform(scales->begin(), scales->end(), tensor.scales.begin(), halfToFloat);
    if (tensor.format->isSymmetric())
        return true;
    const auto zeros = file.values<std::uint8_t>("zeros");
    if (!zeros || zeros->size() != groups)
        return false;
    tensor.zeros.assign(zeros->begin(), zeros->end());
    return true;
}

/// The parameters of every other format, from what its specification stores.
bool readStoredParams(const SafetensorsFile& file, QuantizedTensor& tensor)
{
    const auto stored = file.values<std::uint8_t>("params");
    if (!stored)
        return false;
    const auto params = tensor.format->readParams(tensor.shape, *stored);
    if (params)
        tensor.setParams(*params);
    return params.has_value();
}

/// Fills the arrays of a tensor whose format and shape are known; false when one is missing or of another size.
bool readArrays(const SafetensorsFile& file, QuantizedTensor& tensor)
{
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const auto codes = file.values<std::uint8_t>("codes");
    if (!codes || codes->size() != rows * rowBytes(tensor))
        return false;
    unpackCodes(*codes, tensor);
    const bool isInteger = tensor.format->family() == FormatFamily::Integer;
    if (!(isInteger ? readIntegerParams(file, tensor) : readStoredParams(file, tensor)))
        return false;
    if (file.find("group_index")) {
        auto index = file.values<std::int32_t>("group_index");
        if (!index || index->size() != static_cast<std::size_t>(tensor.shape.cols))
            return false;
        tensor.groupIndex = std::move(*index);
    }
    return true;
}

/// What is added to the layer's outputs; empty: nothing. Errors: BadFile.
Result<Vector> readShift(const SafetensorsFile& file, std::int64_t rows)
{
    if (!file.find("shift"))
        return Vector();
    KERF_TRY(const std::vector<float> shift, file.values<float>("shift"));
    const Eigen::Map<const Vector> values(shift.data(), static_cast<Eigen::Index>(shift.size()));
    if (values.size() != rows || !values.allFinite())
        return damaged(file.path(), "its shift is not one finite number a row");
    return Vector(values);
}

/// Format and shape as the metadata say; nothing when they make no sense.
std::optional<QuantizedTensor> describe(const SafetensorsFile& file)
{
    const auto& metadata = file.metadata();
    const TensorInfo* codes = file.find("codes");
    const auto format = parseFormat(metadata.at("format"));
    if (!format || (*format)->isUnquantized() || !codes || codes->shape.size() != 2)
        return std::nullopt;
    QuantizedTensor tensor;
    tensor.format = *format;
    tensor.shape = { codes->shape[0], std::stoll(metadata.at("cols")) };
    // The width is bounded by what is stored, so that nothing larger than the file is ever allocated.
    if (tensor.shape.rows < 1 || tensor.shape.cols < 1 || tensor.shape.cols > codes->shape[1] * 8
        || !tensor.format->checkShape(tensor.shape))
        return std::nullopt;
    return tensor;
}

} // namespace

ArtifactStore::ArtifactStore(const fs::path& arraysFolder)
    : m_folder(arraysFolder / "layers")
{
}

fs::path ArtifactStore::path(const std::string& key) const
{
    // Two digits of the key as a folder: no folder grows to hundreds of thousands of files.
    return m_folder / key.substr(0, 2) / (key + ".safetensors");
}

bool ArtifactStore::has(const std::string& key) const
{
    std::error_code ignored;
    return fs::is_regular_file(path(key), ignored);
}

Status ArtifactStore::store(const std::string& key, const LayerResult& result) const
{
    const fs::path file = path(key);
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error)
        return fail(error == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
            fmt::format("{}: the folder cannot be made: {}", file.parent_path().string(), error.message()));
    const QuantizedTensor& tensor = result.tensor;
    const std::int64_t rows = tensor.shape.rows;
    const std::vector<std::uint8_t> packed = packCodes(tensor);
    std::vector<std::uint16_t> scales;
    std::vector<std::uint8_t> zeros;
    std::vector<TensorView> views;
    views.push_back(TensorView::of("codes", DType::U8, { rows, static_cast<std::int64_t>(rowBytes(tensor)) }, packed));
    if (tensor.format->family() == FormatFamily::Integer) {
        scales.resize(tensor.scales.size());
        std::transform(tensor.scales.begin(), tensor.scales.end(), scales.begin(), floatToHalf);
        views.push_back(TensorView::of("scales", DType::F16, { rows, tensor.groups() }, scales));
        zeros = zeroCodes(tensor);
        if (!tensor.format->isSymmetric())
            views.push_back(TensorView::of("zeros", DType::U8, { rows, tensor.groups() }, zeros));
    } else {
        views.push_back(
            TensorView::of("params", DType::U8, { static_cast<std::int64_t>(tensor.stored.size()) }, tensor.stored));
    }
    if (!tensor.groupIndex.empty())
        views.push_back(TensorView::of("group_index", DType::I32, { tensor.shape.cols }, tensor.groupIndex));
    if (result.shift.size() > 0)
        views.push_back({ { "shift", DType::F32, { result.shift.size() } },
            std::as_bytes(std::span(result.shift.data(), static_cast<std::size_t>(result.shift.size()))) });
    const SafetensorsMetadata metadata { { "format", tensor.format->name() },
        { "cols", std::to_string(tensor.shape.cols) }, { "hash", contentHash(tensor) },
        { "report", reportJson(result.report).dump() } };
    KERF_CHECK(writeSafetensors(file, views, metadata));
    return {};
}

Result<ArtifactStore::Stored> ArtifactStore::load(const std::string& key) const
{
    const fs::path file = path(key);
    const auto opened = SafetensorsFile::open(file);
    if (!opened)
        return damaged(file, opened.error().message);
    try {
        auto tensor = describe(*opened);
        if (!tensor || !readArrays(*opened, *tensor))
            return damaged(file, "sizes do not agree");
        std::string hash = contentHash(*tensor);
        if (hash != opened->metadata().at("hash"))
            return damaged(file, "its hash does not agree");
        KERF_TRY(const Json report, parseJson(opened->metadata().at("report"), file.string()));
        KERF_TRY(Vector shift, readShift(*opened, tensor->shape.rows));
        return Stored { { std::move(*tensor), reportFromJson(report), std::move(shift) }, std::move(hash) };
    } catch (const std::exception& exception) { // a missing or mistyped entry of the metadata
        return damaged(file, exception.what());
    }
}

} // namespace kerf::core
