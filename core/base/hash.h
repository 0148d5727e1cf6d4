// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

/// SHA-256 of a sequence of fields. Every field is preceded by its length, so ("ab","c") and ("a","bc") differ.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    Hasher& add(std::string_view text);
    Hasher& add(std::span<const std::byte> bytes);
    Hasher& add(std::int64_t number);
    Hasher& add(double number);
    /// 64 lower-case hexadecimal digits. The hasher cannot be used afterwards.
    std::string hex();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// SHA-256 of plain bytes (no length prefix): what sha256sum prints.
std::string sha256(std::span<const std::byte> bytes);
/// SHA-256 of a file's bytes. Errors: Io, naming the file; Cancelled.
Result<std::string> sha256OfFile(const std::filesystem::path& path, const JobContext& job);

} // namespace kerf::core
