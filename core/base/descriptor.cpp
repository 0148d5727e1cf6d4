// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/descriptor.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>

namespace kerf::core {

Descriptor::~Descriptor()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

int Descriptor::close()
{
    return ::close(std::exchange(m_descriptor, -1));
}

tl::unexpected<Error> systemError(const std::filesystem::path& path, std::string_view what)
{
    const int number = errno;
    if (number == ENOSPC || number == EDQUOT)
        return fail(ErrorCode::DiskFull,
            fmt::format(
                "{}: no space left on the disk. Free some space and start the job again; finished parts are kept.",
                path.string()));
    return fail(ErrorCode::Io, fmt::format("{}: {} failed: {}", path.string(), what, std::strerror(number)));
}

Status writeAll(int descriptor, const std::filesystem::path& path, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return systemError(path, "writing");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status readFully(int descriptor, const std::filesystem::path& path, std::uint64_t offset, std::span<std::byte> out)
{
    while (!out.empty()) {
        const ssize_t got = ::pread(descriptor, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(ErrorCode::BadFile, fmt::format("{}: could not be read to its end", path.string()));
        out = out.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return {};
}

} // namespace kerf::core
