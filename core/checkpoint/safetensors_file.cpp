// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/safetensors_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

#include <fmt/format.h>

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/checkpoint/tensor_decode.h"

namespace kerf::core {
namespace {

template <class T> bool holds(DType type);
template <> bool holds<float>(DType type)
{
    return type == DType::F32;
}
template <> bool holds<double>(DType type)
{
    return type == DType::F64;
}
template <> bool holds<std::uint16_t>(DType type)
{
    return type == DType::F16 || type == DType::BF16 || type == DType::U16;
}
template <> bool holds<std::int32_t>(DType type)
{
    return type == DType::I32;
}
template <> bool holds<std::int64_t>(DType type)
{
    return type == DType::I64;
}
template <> bool holds<std::uint8_t>(DType type)
{
    return type == DType::U8 || type == DType::Bool;
}

} // namespace

struct SafetensorsFile::Impl {
    MappedFile file;
    SafetensorsHeader header;

    Result<const TensorInfo*> require(const std::string& name) const
    {
        const auto found = header.tensors.find(name);
        if (found == header.tensors.end())
            return fail(ErrorCode::BadFile, fmt::format("{}: has no tensor {}", file.path().string(), name));
        return &found->second;
    }
};

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path)
{
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!descriptor.isOpen())
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
    KERF_TRY(MappedFile file, MappedFile::map(std::move(descriptor), path));
    KERF_TRY(SafetensorsHeader header, readSafetensorsHeader(file));
    SafetensorsFile result;
    result.m_impl = std::make_shared<const Impl>(Impl { std::move(file), std::move(header) });
    return result;
}

const std::filesystem::path& SafetensorsFile::path() const
{
    return m_impl->file.path();
}

const std::map<std::string, TensorInfo>& SafetensorsFile::tensors() const
{
    return m_impl->header.tensors;
}

const std::map<std::string, std::string>& SafetensorsFile::metadata() const
{
    return m_impl->header.metadata;
}

const TensorInfo* SafetensorsFile::find(const std::string& name) const
{
    const auto found = m_impl->header.tensors.find(name);
    return found == m_impl->header.tensors.end() ? nullptr : &found->second;
}

Result<std::vector<std::byte>> SafetensorsFile::bytes(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    return bytes(name, 0, info->bytes);
}

Result<std::vector<std::byte>> SafetensorsFile::bytes(
    const std::string& name, std::uint64_t first, std::uint64_t count) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    std::vector<std::byte> bytes(count);
    KERF_CHECK(m_impl->file.readAt(info->offset + first, bytes));
    return bytes;
}

Result<Matrix> SafetensorsFile::read(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    return readMatrix(m_impl->file, *info);
}

template <class T> Result<std::vector<T>> SafetensorsFile::values(const std::string& name) const
{
    KERF_TRY(const TensorInfo* info, m_impl->require(name));
    if (!holds<T>(info->dtype))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: has dtype {}, which is not the one expected here", path().string(), name,
                dtypeName(info->dtype)));
    std::vector<T> values(static_cast<std::size_t>(elementCount(*info)));
    KERF_CHECK(m_impl->file.readAt(info->offset, std::as_writable_bytes(std::span(values))));
    return values;
}

template Result<std::vector<float>> SafetensorsFile::values(const std::string&) const;
template Result<std::vector<double>> SafetensorsFile::values(const std::string&) const;
template Result<std::vector<std::uint16_t>> SafetensorsFile::values(const std::string&) const;
template Result<std::vector<std::int32_t>> SafetensorsFile::values(const std::string&) const;
template Result<std::vector<std::int64_t>> SafetensorsFile::values(const std::string&) const;
template Result<std::vector<std::uint8_t>> SafetensorsFile::values(const std::string&) const;

} // namespace kerf::core
