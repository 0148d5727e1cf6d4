// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// One .safetensors file, opened read-only under the same checks as a checkpoint's. For artifacts, statistics and token
/// ids. Cheap to copy; thread-safe.
class SafetensorsFile {
public:
    /// Reads the header only. Errors: BadFile, naming file and tensor.
    static Result<SafetensorsFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const;
    const std::map<std::string, TensorInfo>& tensors() const;
    const std::map<std::string, std::string>& metadata() const; ///< __metadata__
    const TensorInfo* find(const std::string& name) const;

    /// The raw little-endian bytes, copied. Errors: BadFile (unknown name, file changed).
    Result<std::vector<std::byte>> bytes(const std::string& name) const;
    /// `count` of them from `first` on. Errors: as bytes(). @pre inside the tensor
    Result<std::vector<std::byte>> bytes(const std::string& name, std::uint64_t first, std::uint64_t count) const;
    /// A weight (F64, F32, F16, BF16) as float32; shape as Checkpoint::read. Errors: BadFile.
    Result<Matrix> read(const std::string& name) const;
    /// The elements as stored, with no conversion: T is float (F32), double (F64), std::uint16_t (F16, BF16, U16),
    /// std::int32_t (I32), std::int64_t (I64) or std::uint8_t (U8, BOOL). Errors: BadFile (unknown name, other dtype).
    template <class T> Result<std::vector<T>> values(const std::string& name) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> m_impl;
};

extern template Result<std::vector<float>> SafetensorsFile::values(const std::string&) const;
extern template Result<std::vector<double>> SafetensorsFile::values(const std::string&) const;
extern template Result<std::vector<std::uint16_t>> SafetensorsFile::values(const std::string&) const;
extern template Result<std::vector<std::int32_t>> SafetensorsFile::values(const std::string&) const;
extern template Result<std::vector<std::int64_t>> SafetensorsFile::values(const std::string&) const;
extern template Result<std::vector<std::uint8_t>> SafetensorsFile::values(const std::string&) const;

} // namespace kerf::core
