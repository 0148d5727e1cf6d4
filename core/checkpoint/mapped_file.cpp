// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kerf::core {
namespace {

bool sameFile(const struct stat& a, const struct stat& b)
{
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size
        && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

} // namespace

struct MappedFile::Impl {
    Descriptor file;
    std::filesystem::path path;
    struct stat opened { };
    void* address = nullptr;

    std::uint64_t size() const { return static_cast<std::uint64_t>(opened.st_size); }
    ~Impl()
    {
        if (address)
            ::munmap(address, size());
    }
};

MappedFile::MappedFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
MappedFile::~MappedFile() = default;
MappedFile::MappedFile(MappedFile&& other) noexcept = default;
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept = default;

Result<MappedFile> MappedFile::map(Descriptor file, const std::filesystem::path& path)
{
    auto impl = std::make_unique<Impl>();
    impl->file = std::move(file);
    impl->path = path;
    if (::fstat(impl->file.get(), &impl->opened) != 0 || !S_ISREG(impl->opened.st_mode))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a regular file", path.string()));
    if (impl->size() > 0) {
        void* const address = ::mmap(nullptr, impl->size(), PROT_READ, MAP_PRIVATE, impl->file.get(), 0);
        if (address == MAP_FAILED)
            return fail(ErrorCode::Io, fmt::format("{}: cannot be mapped: {}", path.string(), std::strerror(errno)));
        impl->address = address;
    }
    return MappedFile(std::move(impl));
}

const std::filesystem::path& MappedFile::path() const
{
    return m_impl->path;
}

std::uint64_t MappedFile::size() const
{
    return m_impl->size();
}

Status MappedFile::checkUnchanged() const
{
    struct stat now { };
    if (::fstat(m_impl->file.get(), &now) != 0 || !sameFile(now, m_impl->opened))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: was changed or truncated after it was opened. Open the folder again.", m_impl->path.string()));
    return {};
}

Result<std::span<const std::byte>> MappedFile::bytes(std::uint64_t offset, std::uint64_t count) const
{
    KERF_CHECK(checkUnchanged());
    return std::span(static_cast<const std::byte*>(m_impl->address), m_impl->size()).subspan(offset, count);
}

Status MappedFile::readAt(std::uint64_t offset, std::span<std::byte> out) const
{
    KERF_CHECK(checkUnchanged());
    return readFully(m_impl->file.get(), m_impl->path, offset, out);
}

void MappedFile::release(std::uint64_t offset, std::uint64_t count) const
{
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t begin = (offset + page - 1) / page * page;
    const std::uint64_t end = (offset + count) / page * page;
    if (m_impl->address && begin < end)
        ::madvise(static_cast<std::byte*>(m_impl->address) + begin, end - begin, MADV_DONTNEED);
}

} // namespace kerf::core
