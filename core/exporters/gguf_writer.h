// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/partial_file.h"
#include "core/base/result.h"

namespace kerf::core {

/// The key-value pairs of a GGUF file as bytes (ggml-org/ggml, docs/gguf.md).
class GgufPairs {
public:
    void add(std::string_view key, std::uint32_t value);
    void add(std::string_view key, float value);
    void add(std::string_view key, bool value);
    void add(std::string_view key, std::string_view value);
    void add(std::string_view key, const std::vector<std::string>& values);
    void add(std::string_view key, const std::vector<std::int32_t>& values);
    void add(std::string_view key, const std::vector<float>& values);

    std::uint64_t count() const { return m_count; }
    const std::string& bytes() const { return m_bytes; }

private:
    void begin(std::string_view key, std::uint32_t type);
    void beginArray(std::string_view key, std::uint32_t type, std::size_t count);

    std::uint64_t m_count = 0;
    std::string m_bytes;
};

/// A tensor that is to be written.
struct GgufTensor {
    std::string name;
    std::vector<std::int64_t> shape; ///< [out, in], as in safetensors
    std::uint32_t type = 0; ///< of ggml
    std::uint64_t bytes = 0;
};

/// Writes one GGUF file of version 3, tensors in the order in which they were announced, each at a multiple of 32.
/// Memory stays at the header. There whole or not at all (PartialFile).
class GgufWriter {
public:
    /// Size of the file that create() and write() make of these tensors.
    static std::uint64_t fileBytes(const GgufPairs& pairs, const std::vector<GgufTensor>& tensors);
    /// Errors: Io, DiskFull, Cancelled.
    static Result<GgufWriter> create(const std::filesystem::path& path, const GgufPairs& pairs,
        std::vector<GgufTensor> tensors, const JobContext& job);
    /// The next bytes of the tensor at hand, or all of them. Errors: Internal (more than it has), Io, DiskFull,
    /// Cancelled.
    Status write(std::span<const std::byte> bytes);
    /// Returns the file's SHA-256. Errors: Internal (a tensor is missing), those of PartialFile::finish.
    Result<std::string> finish();

private:
    GgufWriter(PartialFile file, std::vector<GgufTensor> tensors, std::uint64_t at)
        : m_file(std::move(file))
        , m_tensors(std::move(tensors))
        , m_at(at)
    {
    }

    PartialFile m_file;
    std::vector<GgufTensor> m_tensors;
    std::size_t m_next = 0;
    std::uint64_t m_at; ///< of the next bytes in the file
    std::uint64_t m_written = 0; ///< bytes of the tensor at hand
};

} // namespace kerf::core
