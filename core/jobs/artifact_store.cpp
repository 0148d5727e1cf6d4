// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/artifact_store.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/base/json.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t { 1 } << 36;

std::string packCodes(const QuantizedTensor& tensor)
{
    const auto bits = static_cast<std::size_t>(tensor.format->codeBits());
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const std::size_t rowBytes = (cols * bits + 7) / 8;
    std::string packed(rows * rowBytes, '\0');
    for (std::size_t row = 0; row < rows; ++row) {
        auto* out = reinterpret_cast<unsigned char*>(packed.data() + row * rowBytes);
        for (std::size_t col = 0; col < cols; ++col) {
            const unsigned shifted = static_cast<unsigned>(tensor.codes[row * cols + col]) << (col * bits % 8);
            out[col * bits / 8] |= static_cast<unsigned char>(shifted);
            if (shifted > 0xff)
                out[col * bits / 8 + 1] |= static_cast<unsigned char>(shifted >> 8);
        }
    }
    return packed;
}

void unpackCodes(std::string_view packed, QuantizedTensor& tensor)
{
    const auto bits = static_cast<std::size_t>(tensor.format->codeBits());
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const std::size_t rowBytes = (cols * bits + 7) / 8;
    tensor.codes.resize(rows * cols);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto* in = reinterpret_cast<const unsigned char*>(packed.data() + row * rowBytes);
        for (std::size_t col = 0; col < cols; ++col) {
            const std::size_t byte = col * bits / 8;
            const unsigned high = byte + 1 < rowBytes ? in[byte + 1] : 0u;
            const unsigned value = (in[byte] | high << 8) >> (col * bits % 8);
            tensor.codes[row * cols + col] = static_cast<std::uint8_t>(value & ((1u << bits) - 1));
        }
    }
}

Json reportJson(const LayerReport& report)
{
    Json fallbacks = Json::array();
    for (const Fallback& fallback : report.fallbacks)
        fallbacks.push_back({ { "kind", fallback.kind }, { "detail", fallback.detail } });
    return { { "layer", report.layer }, { "format", report.format }, { "method", report.method },
        { "bits_per_weight", report.bitsPerWeight }, { "relative_error", report.relativeError },
        { "rtn_relative_error", report.rtnRelativeError }, { "weight_mse", report.weightMse },
        { "damping", report.damping }, { "fallbacks", fallbacks } };
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
    for (const Json& fallback : json.at("fallbacks"))
        report.fallbacks.push_back(
            { fallback.at("kind").get<std::string>(), fallback.at("detail").get<std::string>() });
    return report;
}

/// Header and data of a safetensors file under construction.
struct FileBuilder {
    Json header = Json::object();
    std::string data;

    void add(const char* name, DType type, std::vector<std::int64_t> shape, std::string_view bytes)
    {
        header[name] = { { "dtype", dtypeName(type) }, { "shape", std::move(shape) },
            { "data_offsets", { data.size(), data.size() + bytes.size() } } };
        data += bytes;
    }
    std::string text() const
    {
        std::string json = header.dump();
        json.resize((json.size() + 7) / 8 * 8, ' ');
        const std::uint64_t size = json.size();
        std::string bytes(sizeof size, '\0');
        std::memcpy(bytes.data(), &size, sizeof size);
        return bytes + json + data;
    }
};

template <class T> std::string_view bytesOf(const std::vector<T>& values)
{
    return { reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T) };
}

std::string fileText(const LayerResult& result)
{
    const QuantizedTensor& tensor = result.tensor;
    FileBuilder file;
    file.header["__metadata__"] = { { "format", tensor.format->name() }, { "rows", std::to_string(tensor.shape.rows) },
        { "cols", std::to_string(tensor.shape.cols) }, { "hash", contentHash(tensor) },
        { "report", reportJson(result.report).dump() } };
    const std::string packed = packCodes(tensor);
    file.add("codes", DType::U8, { tensor.shape.rows, static_cast<std::int64_t>(packed.size()) / tensor.shape.rows },
        packed);
    std::vector<std::uint16_t> scales(tensor.scales.size());
    std::transform(tensor.scales.begin(), tensor.scales.end(), scales.begin(), floatToHalf);
    // Even sizes first, so that every tensor starts at a multiple of its element.
    if (file.data.size() % 4 != 0)
        file.add("padding", DType::U8, { static_cast<std::int64_t>(4 - file.data.size() % 4) },
            std::string(4 - file.data.size() % 4, '\0'));
    if (!tensor.groupIndex.empty())
        file.add("group_index", DType::I32, { tensor.shape.cols }, bytesOf(tensor.groupIndex));
    file.add("scales", DType::F16, { tensor.shape.rows, tensor.groups() }, bytesOf(scales));
    if (!tensor.format->isSymmetric())
        file.add("zeros", DType::U8, { tensor.shape.rows, tensor.groups() }, bytesOf(tensor.zeros));
    return file.text();
}

/// A read file: header and where the data starts.
struct OpenedFile {
    std::string bytes;
    Json header;
    std::size_t dataStart = 0;

    /// The bytes of a tensor when it has exactly the size that is expected; nothing otherwise.
    std::optional<std::string_view> tensor(const char* name, std::size_t expected) const
    {
        const auto entry = header.find(name);
        if (entry == header.end() || !entry->is_object() || !entry->contains("data_offsets"))
            return std::nullopt;
        const Json& offsets = entry->at("data_offsets");
        if (!offsets.is_array() || offsets.size() != 2)
            return std::nullopt;
        const auto begin = asCount(offsets[0]);
        const auto end = asCount(offsets[1]);
        const std::size_t size = bytes.size() - dataStart;
        if (!begin || !end || *begin > *end || static_cast<std::size_t>(*end) > size
            || static_cast<std::size_t>(*end - *begin) != expected)
            return std::nullopt;
        return std::string_view(bytes).substr(dataStart + static_cast<std::size_t>(*begin), expected);
    }
};

tl::unexpected<Error> damaged(const fs::path& path, std::string_view what)
{
    return fail(ErrorCode::BadFile,
        fmt::format(
            "{}: this quantized layer is damaged ({}). Delete the file and run the quantization again; only this "
            "layer is redone.",
            path.string(), what));
}

Result<OpenedFile> openFile(const fs::path& path)
{
    OpenedFile file;
    KERF_TRY(file.bytes, readTextFile(path, kMaxFileBytes));
    std::uint64_t size = 0;
    if (file.bytes.size() < sizeof size)
        return damaged(path, "too short");
    std::memcpy(&size, file.bytes.data(), sizeof size);
    if (size > file.bytes.size() - sizeof size)
        return damaged(path, "its header is longer than the file");
    const auto header = parseJson(std::string_view(file.bytes).substr(sizeof size, size), path.string());
    if (!header || !header->is_object())
        return damaged(path, "its header is not JSON");
    file.header = *header;
    file.dataStart = sizeof size + size;
    return file;
}

/// Fills the arrays of a tensor whose format and shape are known; false when a size does not agree.
bool readArrays(const OpenedFile& file, QuantizedTensor& tensor)
{
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const std::size_t groups = rows * static_cast<std::size_t>(tensor.groups());
    const auto codes
        = file.tensor("codes", rows * ((cols * static_cast<std::size_t>(tensor.format->codeBits()) + 7) / 8));
    const auto scales = file.tensor("scales", groups * 2);
    if (!codes || !scales)
        return false;
    unpackCodes(*codes, tensor);
    tensor.scales.resize(groups);
    toFloat32(DType::F16, std::as_bytes(std::span(scales->data(), scales->size())), tensor.scales);
    tensor.zeros.assign(groups, static_cast<std::uint8_t>(1 << (tensor.format->codeBits() - 1)));
    if (!tensor.format->isSymmetric()) {
        const auto zeros = file.tensor("zeros", groups);
        if (!zeros)
            return false;
        std::memcpy(tensor.zeros.data(), zeros->data(), groups);
    }
    if (const auto index = file.tensor("group_index", cols * sizeof(std::int32_t))) {
        tensor.groupIndex.resize(cols);
        std::memcpy(tensor.groupIndex.data(), index->data(), index->size());
    }
    return true;
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
    return writeFileAtomically(file, fileText(result));
}

Result<LayerResult> ArtifactStore::load(const std::string& key) const
{
    const fs::path file = path(key);
    KERF_TRY(const OpenedFile opened, openFile(file));
    try {
        const Json& metadata = opened.header.at("__metadata__");
        LayerResult result;
        const auto format = parseFormat(metadata.at("format").get<std::string>());
        if (!format)
            return damaged(file, format.error().message);
        result.tensor.format = *format;
        result.tensor.shape.rows = std::stoll(metadata.at("rows").get<std::string>());
        result.tensor.shape.cols = std::stoll(metadata.at("cols").get<std::string>());
        const LayerShape shape = result.tensor.shape;
        if (shape.rows < 1 || shape.cols < 1 || shape.rows > (std::int64_t { 1 } << 31)
            || shape.cols > (std::int64_t { 1 } << 31) || result.tensor.format->isUnquantized()
            || !result.tensor.format->checkShape(shape) || !readArrays(opened, result.tensor))
            return damaged(file, "sizes do not agree");
        if (contentHash(result.tensor) != metadata.at("hash").get<std::string>())
            return damaged(file, "its hash does not agree");
        KERF_TRY(const Json report, parseJson(metadata.at("report").get<std::string>(), file.string()));
        result.report = reportFromJson(report);
        return result;
    } catch (const std::exception& exception) {
        return damaged(file, exception.what());
    }
}

} // namespace kerf::core
