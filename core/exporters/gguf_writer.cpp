// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/gguf_writer.h"

#include <bit>
#include <concepts>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::uint64_t kAlignment = 32;
enum ValueType : std::uint32_t { kUint32 = 4, kInt32 = 5, kFloat32 = 6, kBool = 7, kString = 8, kArray = 9 };

template <std::integral T> void put(std::string& out, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i)
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 255);
}

void put(std::string& out, float value)
{
    put(out, std::bit_cast<std::uint32_t>(value));
}

void put(std::string& out, std::string_view text)
{
    put(out, std::uint64_t { text.size() });
    out += text;
}

std::uint64_t aligned(std::uint64_t at)
{
    return (at + kAlignment - 1) / kAlignment * kAlignment;
}

} // namespace

void GgufPairs::begin(std::string_view key, std::uint32_t type)
{
    ++m_count;
    put(m_bytes, key);
    put(m_bytes, type);
}

void GgufPairs::beginArray(std::string_view key, std::uint32_t type, std::size_t count)
{
    begin(key, kArray);
    put(m_bytes, type);
    put(m_bytes, std::uint64_t { count });
}

void GgufPairs::add(std::string_view key, std::uint32_t value)
{
    begin(key, kUint32);
    put(m_bytes, value);
}

void GgufPairs::add(std::string_view key, float value)
{
    begin(key, kFloat32);
    put(m_bytes, value);
}

void GgufPairs::add(std::string_view key, bool value)
{
    begin(key, kBool);
    m_bytes += static_cast<char>(value ? 1 : 0);
}

void GgufPairs::add(std::string_view key, std::string_view value)
{
    begin(key, kString);
    put(m_bytes, value);
}

void GgufPairs::add(std::string_view key, const std::vector<std::string>& values)
{
    beginArray(key, kString, values.size());
    for (const std::string& value : values)
        put(m_bytes, std::string_view(value));
}

void GgufPairs::add(std::string_view key, const std::vector<std::int32_t>& values)
{
    beginArray(key, kInt32, values.size());
    for (const std::int32_t value : values)
        put(m_bytes, value);
}

void GgufPairs::add(std::string_view key, const std::vector<float>& values)
{
    beginArray(key, kFloat32, values.size());
    for (const float value : values)
        put(m_bytes, value);
}

namespace {

std::string headerOf(const GgufPairs& pairs, const std::vector<GgufTensor>& tensors)
{
    std::string header = "GGUF";
    put(header, std::uint32_t { 3 });
    put(header, std::uint64_t { tensors.size() });
    put(header, pairs.count());
    header += pairs.bytes();
    std::uint64_t offset = 0;
    for (const GgufTensor& tensor : tensors) {
        put(header, std::string_view(tensor.name));
        put(header, static_cast<std::uint32_t>(tensor.shape.size()));
        for (std::size_t i = tensor.shape.size(); i-- > 0;) // the file's dimensions run the other way
            put(header, static_cast<std::uint64_t>(tensor.shape[i]));
        put(header, tensor.type);
        put(header, offset);
        offset = aligned(offset + tensor.bytes);
    }
    header.resize(aligned(header.size()), '\0');
    return header;
}

} // namespace

std::uint64_t GgufWriter::fileBytes(const GgufPairs& pairs, const std::vector<GgufTensor>& tensors)
{
    std::uint64_t bytes = headerOf(pairs, tensors).size();
    for (const GgufTensor& tensor : tensors)
        bytes += aligned(tensor.bytes);
    return bytes;
}

Result<GgufWriter> GgufWriter::create(
    const std::filesystem::path& path, const GgufPairs& pairs, std::vector<GgufTensor> tensors, const JobContext& job)
{
    const std::string header = headerOf(pairs, tensors);
    KERF_TRY(PartialFile file, PartialFile::create(path, job));
    KERF_CHECK(file.writeAt(0, std::as_bytes(std::span(header.data(), header.size()))));
    return GgufWriter(std::move(file), std::move(tensors), header.size());
}

Status GgufWriter::write(std::span<const std::byte> bytes)
{
    if (m_next == m_tensors.size() || m_tensors[m_next].bytes - m_written < bytes.size())
        return fail(ErrorCode::Internal,
            fmt::format("{}: {} bytes of a tensor were not announced", m_file.path().string(), bytes.size()));
    KERF_CHECK(m_file.writeAt(m_at, bytes));
    m_at += bytes.size();
    m_written += bytes.size();
    if (m_written < m_tensors[m_next].bytes)
        return {};
    const std::vector<std::byte> padding(aligned(m_written) - m_written);
    KERF_CHECK(m_file.writeAt(m_at, padding));
    m_at += padding.size();
    m_written = 0;
    ++m_next;
    return {};
}

Result<std::string> GgufWriter::finish()
{
    if (m_next != m_tensors.size())
        return fail(ErrorCode::Internal,
            fmt::format("{}: tensor {} was never written", m_file.path().string(), m_tensors[m_next].name));
    return m_file.finish();
}

} // namespace kerf::core
