// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {

/// One message of protobuf holds 2 GiB; beyond this tensors lie in a file beside it.
constexpr std::uint64_t kMostOnnxBytes = 1'500'000'000;

/// Writes the file of a finished draft. Memory stays at the file without its elements, and one tensor.
class OnnxWriter {
public:
    /// Tensors of 1 KiB and more lie in <name>.data beside the file, each at a multiple of 4096 (onnx/onnx,
    /// docs/ExternalData.md), when all together are more than `mostInside` bytes. `name`: of the file. Errors: BadFile
    /// (a tensor is in no file), InvalidArgument (without its tensors it is too large still).
    static Result<OnnxWriter> plan(
        const OnnxDraft& draft, const std::string& name, std::uint64_t mostInside = kMostOnnxBytes);

    std::int64_t bytes() const { return static_cast<std::int64_t>(m_bytes + m_dataBytes); } ///< of both files
    std::int64_t tensors() const { return m_tensors; }
    /// SHA-256 of the files, by their names. Errors: Io, DiskFull, Cancelled, BadFile (the source changed), those of
    /// the elements.
    Result<std::map<std::string, std::string>> write(const std::filesystem::path& folder, const JobContext& job) const;

    /// A stretch of the file: bytes as they are, or the elements of a tensor.
    struct Piece {
        std::string bytes;
        std::string key {}; ///< of elements; empty: none
        std::uint64_t size = 0;
    };
    /// Elements in the file beside.
    struct Place {
        std::string key;
        std::uint64_t offset = 0, size = 0;
    };

private:
    explicit OnnxWriter(const OnnxDraft& draft)
        : m_draft(draft)
    {
    }
    Status lend(const std::string& key, const std::function<Status(std::span<const std::byte>)>& read) const;

    const OnnxDraft& m_draft;
    std::string m_name;
    std::vector<Piece> m_pieces;
    std::vector<Place> m_places;
    std::uint64_t m_bytes = 0, m_dataBytes = 0;
    std::int64_t m_tensors = 0;
};

} // namespace kerf::core
