// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/partial_file.h"

#include <algorithm>
#include <fcntl.h>
#include <random>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/descriptor.h"
#include "core/base/hash.h"

namespace kerf::core {
namespace {

/// Data is written and synced in such pieces: the sync of a whole file of gigabytes would answer no stop.
constexpr std::size_t kPiece = std::size_t { 32 } << 20;

} // namespace

struct PartialFile::Impl {
    std::filesystem::path path;
    std::filesystem::path temporary;
    Descriptor file;
    JobContext job;
    std::size_t unsynced = 0; ///< bytes that no sync was asked for yet

    ~Impl()
    {
        if (!temporary.empty())
            ::unlink(temporary.c_str());
    }
};

PartialFile::PartialFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
PartialFile::~PartialFile() = default;
PartialFile::PartialFile(PartialFile&& other) noexcept = default;
PartialFile& PartialFile::operator=(PartialFile&& other) noexcept = default;

Result<PartialFile> PartialFile::create(const std::filesystem::path& path, const JobContext& job)
{
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->job = job;
    const std::filesystem::path temporary
        = path.parent_path() / fmt::format(".{}.{:08x}.tmp", path.filename().string(), std::random_device {}());
    impl->file = Descriptor(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!impl->file.isOpen())
        return systemError(path, "creating");
    impl->temporary = temporary;
    return PartialFile(std::move(impl));
}

const std::filesystem::path& PartialFile::path() const
{
    return m_impl->path;
}

Status PartialFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (::lseek(m_impl->file.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
        return systemError(m_impl->path, "seeking");
    while (!bytes.empty()) {
        KERF_CHECK(m_impl->job.checkStop());
        const auto piece = bytes.first(std::min(bytes.size(), kPiece));
        KERF_CHECK(writeAll(m_impl->file.get(), m_impl->path, piece));
        bytes = bytes.subspan(piece.size());
        m_impl->unsynced += piece.size();
        if (m_impl->unsynced < kPiece)
            continue;
        if (::fdatasync(m_impl->file.get()) != 0)
            return systemError(m_impl->path, "syncing");
        m_impl->unsynced = 0;
    }
    return {};
}

Result<std::string> PartialFile::finish()
{
    if (::fsync(m_impl->file.get()) != 0)
        return systemError(m_impl->path, "syncing");
    if (m_impl->file.close() != 0)
        return systemError(m_impl->path, "closing");
    KERF_TRY(std::string hash, sha256OfFile(m_impl->temporary, m_impl->job));
    if (::rename(m_impl->temporary.c_str(), m_impl->path.c_str()) != 0)
        return systemError(m_impl->path, "renaming into place");
    m_impl->temporary.clear();
    KERF_CHECK(syncPath(m_impl->path.has_parent_path() ? m_impl->path.parent_path() : std::filesystem::path(".")));
    return hash;
}

} // namespace kerf::core
