// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

/// Name, type and shape of a tensor that is to be written.
struct TensorSpec {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
};

using SafetensorsMetadata = std::map<std::string, std::string>;

/// Writes one .safetensors file (huggingface/safetensors README): tensors by falling alignment of their dtype, then by
/// name; the header padded with spaces so that the data starts at a multiple of 64. The same tensors give the same
/// bytes whatever the order of writing. Data goes straight to the file: memory stays at the header.
///
/// Atomic: the file grows under a temporary name beside `path` and is synced and renamed by finish(); a writer that is
/// dropped before leaves nothing.
class SafetensorsWriter {
public:
    /// Loaders of the transformers library refuse files without this entry.
    static SafetensorsMetadata defaultMetadata() { return { { "format", "pt" } }; }

    /// `job` is asked while data is written, synced and hashed, so that files of gigabytes stop within a second.
    /// Errors: InvalidArgument (a name twice, a shape whose size overflows), Io, DiskFull.
    static Result<SafetensorsWriter> create(const std::filesystem::path& path, std::vector<TensorSpec> tensors,
        const SafetensorsMetadata& metadata = defaultMetadata(), const JobContext& job = {});
    /// Size of the file that create() and write() make of these tensors. Errors: InvalidArgument, as create().
    static Result<std::uint64_t> fileBytes(
        std::vector<TensorSpec> tensors, const SafetensorsMetadata& metadata = defaultMetadata());
    ~SafetensorsWriter();
    SafetensorsWriter(SafetensorsWriter&& other) noexcept;
    SafetensorsWriter& operator=(SafetensorsWriter&& other) noexcept;

    /// All bytes of one tensor, little-endian, row-major; tensors in any order. Errors: InvalidArgument (unknown name,
    /// other size, written before), Io, DiskFull, Cancelled.
    Status write(const std::string& name, std::span<const std::byte> bytes);
    /// Syncs and renames into place; returns the SHA-256 of the file. Errors: InvalidArgument (a tensor was never
    /// written: named), Io, DiskFull, Cancelled; the target is then untouched.
    Result<std::string> finish();

private:
    struct Impl;
    explicit SafetensorsWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// A tensor in memory, for writing; the bytes are not copied.
struct TensorView {
    TensorSpec spec;
    std::span<const std::byte> bytes;

    template <class T>
    static TensorView of(std::string name, DType dtype, std::vector<std::int64_t> shape, const std::vector<T>& values)
    {
        return { { std::move(name), dtype, std::move(shape) }, std::as_bytes(std::span(values)) };
    }
};

/// Writes a few tensors in one call, atomically. Returns the SHA-256 of the file. Errors as SafetensorsWriter.
Result<std::string> writeSafetensors(const std::filesystem::path& path, const std::vector<TensorView>& tensors,
    const SafetensorsMetadata& metadata = SafetensorsWriter::defaultMetadata());

} // namespace kerf::core
