// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/mapping_guard.h"

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
    std::optional<MappingGuard> guard;

    std::uint64_t size() const { return static_cast<std::uint64_t>(opened.st_size); }
    ~Impl()
    {
        guard.reset();
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
        impl->guard.emplace(address, impl->size());
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
    if (m_impl->guard && m_impl->guard->isDamaged())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: became shorter or could not be read while it was being read. Check the disk and the file, "
                        "then open the folder again.",
                m_impl->path.string()));
    struct stat now { };
    if (::fstat(m_impl->file.get(), &now) != 0 || !sameFile(now, m_impl->opened))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: was changed or truncated after it was opened. Open the folder again.", m_impl->path.string()));
    return {};
}

Status MappedFile::lend(std::uint64_t offset, std::uint64_t count, const Reader& read) const
{
    KERF_CHECK(checkUnchanged());
    Status status
        = read(std::span(static_cast<const std::byte*>(m_impl->address), m_impl->size()).subspan(offset, count));
    KERF_CHECK(checkUnchanged()); // first: what the reader says of wrong bytes would mislead
    return status;
}

FileStamp MappedFile::stamp() const
{
    const auto nanoseconds = [](const timespec& time) {
        return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::int64_t>(time.tv_nsec);
    };
    const struct stat& info = m_impl->opened;
    return { nanoseconds(info.st_mtim), nanoseconds(info.st_ctim), static_cast<std::uint64_t>(info.st_ino),
        static_cast<std::uint64_t>(info.st_dev) };
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
