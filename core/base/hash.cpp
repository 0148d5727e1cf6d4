// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/hash.h"

#include <array>
#include <bit>
#include <fstream>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace kerf::core {
namespace {

std::string toHex(std::span<const unsigned char> bytes)
{
    std::string text;
    for (const unsigned char byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

} // namespace

struct Hasher::Impl {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context { EVP_MD_CTX_new(), &EVP_MD_CTX_free };

    Impl() { EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr); }
    void raw(const void* data, std::size_t size) { EVP_DigestUpdate(context.get(), data, size); }
    std::string finish()
    {
        std::array<unsigned char, 32> digest {};
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
        return toHex(digest);
    }
};

Hasher::Hasher()
    : m_impl(std::make_unique<Impl>())
{
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::string_view text)
{
    return add(std::as_bytes(std::span(text.data(), text.size())));
}

Hasher& Hasher::add(std::span<const std::byte> bytes)
{
    const std::uint64_t size = bytes.size();
    m_impl->raw(&size, sizeof size);
    m_impl->raw(bytes.data(), bytes.size());
    return *this;
}

Hasher& Hasher::add(std::int64_t number)
{
    m_impl->raw(&number, sizeof number);
    return *this;
}

Hasher& Hasher::add(double number)
{
    return add(std::bit_cast<std::int64_t>(number));
}

std::string Hasher::hex()
{
    return m_impl->finish();
}

std::string sha256(std::span<const std::byte> bytes)
{
    std::array<unsigned char, 32> digest {};
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return toHex(digest);
}

Result<std::string> sha256OfFile(const std::filesystem::path& path, const JobContext& job)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be opened to compute its SHA-256", path.string()));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context { EVP_MD_CTX_new(), &EVP_MD_CTX_free };
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    std::string buffer(1 << 20, '\0');
    while (file) {
        KERF_CHECK(job.checkStop());
        file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad())
        return fail(ErrorCode::Io, fmt::format("{}: reading failed while computing its SHA-256", path.string()));
    std::array<unsigned char, 32> digest {};
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    return toHex(digest);
}

} // namespace kerf::core
