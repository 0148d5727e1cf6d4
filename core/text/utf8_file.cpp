// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/utf8_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kBlock = 64 * 1024;

struct Binary {
    std::string_view start;
    const char* kind;
    const char* advice;
};
constexpr const char* kAsLines = "write its text column as JSON lines, one {\"text\": …} a line (pandas: "
                                 "read_parquet or read_feather, then to_json(…, orient=\"records\", lines=True))";
constexpr const char* kUnpack = "unpack it and give the text inside";
constexpr Binary kBinaries[] = {
    { "PAR1"sv, "a Parquet file", kAsLines },
    { "ARROW1"sv, "an Arrow file", kAsLines },
    { "\xff\xff\xff\xff"sv, "an Arrow stream", kAsLines },
    { "PK\x03\x04"sv, "a ZIP archive (or a file made of one: .npz, .docx, .xlsx, .pt)", kUnpack },
    { "\x1f\x8b"sv, "gzip-compressed", kUnpack },
    { "\x28\xb5\x2f\xfd"sv, "Zstandard-compressed", kUnpack },
    { "BZh"sv, "bzip2-compressed", kUnpack },
    { "\xfd"
      "7zXZ\0"sv,
        "xz-compressed", kUnpack },
    { "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive", kUnpack },
    { "%PDF-"sv, "a PDF", "save its text as a .txt file" },
    { "\xd0\xcf\x11\xe0"sv, "an old Office document", "save its text as a .txt file" },
    { "SQLite format 3\0"sv, "an SQLite database", "write its text column as JSON lines" },
    { "\x89HDF"sv, "an HDF5 file", "write its text as JSON lines" },
    { "\x93NUMPY"sv, "a NumPy array", "give the text that its numbers come from" },
    { "GGUF"sv, "a GGUF model", "give a text" },
    { "\x89PNG"sv, "a picture", "give a text" },
    { "\xff\xd8\xff"sv, "a picture", "give a text" },
    { "\xff\xfe\0\0"sv, "UTF-32 text", "convert it: iconv -f UTF-32LE -t UTF-8" },
    { "\0\0\xfe\xff"sv, "UTF-32 text", "convert it: iconv -f UTF-32BE -t UTF-8" },
};

/// A safetensors file starts with the length of its JSON header.
bool isSafetensors(std::string_view head)
{
    return head.size() > 9 && head.substr(5, 3) == "\0\0\0"sv && head[8] == '{'
        && head.substr(0, 8) != "\0\0\0\0\0\0\0\0"sv;
}

/// The kind of UTF-16 that bytes without a byte-order mark seem to be: every second byte of Latin text is 0.
std::optional<std::string> seemsUtf16(std::string_view head)
{
    std::size_t zeros[2] = { 0, 0 };
    for (std::size_t i = 0; i < head.size(); ++i)
        zeros[i % 2] += head[i] == '\0';
    const std::size_t many = head.size() / 4;
    if (head.size() >= 4 && zeros[1] > many && zeros[0] <= head.size() / 20)
        return "UTF-16LE";
    if (head.size() >= 4 && zeros[0] > many && zeros[1] <= head.size() / 20)
        return "UTF-16BE";
    return std::nullopt;
}

Status refuseBinary(const std::filesystem::path& path, std::string_view head)
{
    for (const Binary& binary : kBinaries)
        if (head.starts_with(binary.start))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: is {}, not a text; {}.", path.string(), binary.kind, binary.advice));
    if (isSafetensors(head))
        return fail(ErrorCode::BadFile, fmt::format("{}: is a safetensors file, not a text.", path.string()));
    if (const auto kind = seemsUtf16(head); kind && !head.starts_with("\xff\xfe"sv) && !head.starts_with("\xfe\xff"sv))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: seems to be {} without a byte-order mark; convert it: iconv -f {} -t UTF-8.",
                path.string(), *kind, *kind));
    return {};
}

} // namespace

Result<Utf8File> Utf8File::open(const std::filesystem::path& path)
{
    Utf8File file;
    file.m_path = path;
    file.m_descriptor = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.m_descriptor.isOpen())
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
    struct stat info { };
    if (::fstat(file.m_descriptor.get(), &info) != 0 || !S_ISREG(info.st_mode))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a regular file", path.string()));
    file.m_facts.bytes = info.st_size;
    KERF_CHECK(file.fill());
    KERF_CHECK(refuseBinary(path, file.m_raw));
    std::size_t mark = 0;
    if (file.m_raw.starts_with("\xef\xbb\xbf"sv))
        mark = 3;
    else if (file.m_raw.starts_with("\xff\xfe"sv) || file.m_raw.starts_with("\xfe\xff"sv))
        mark = 2;
    if (mark == 2)
        file.m_facts.encoding = file.m_raw.front() == '\xff' ? "UTF-16LE" : "UTF-16BE";
    file.m_facts.byteOrderMark = mark > 0;
    file.m_raw.erase(0, mark);
    return file;
}

Status Utf8File::fill()
{
    const std::size_t have = m_raw.size();
    m_raw.resize(have + kBlock);
    std::size_t got = 0;
    while (got < kBlock && !m_endOfFile) {
        const ssize_t count = ::read(m_descriptor.get(), m_raw.data() + have + got, kBlock - got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemError(m_path, "reading");
        m_endOfFile = count == 0;
        got += static_cast<std::size_t>(count);
    }
    m_raw.resize(have + got);
    m_facts.bytesRead += static_cast<std::int64_t>(got);
    return {};
}

Result<bool> Utf8File::read(std::string& out)
{
    if (m_raw.size() < kBlock && !m_endOfFile)
        KERF_CHECK(fill());
    if (m_raw.empty() && m_endOfFile) {
        if (std::exchange(m_pendingReturn, false))
            out += '\n';
        return false;
    }
    std::string text;
    KERF_CHECK(m_facts.encoding == "UTF-8" ? checkUtf8(m_endOfFile, text) : decodeUtf16(m_endOfFile, text));
    takeLineEnds(text, m_endOfFile && m_raw.empty(), out);
    return true;
}

tl::unexpected<Error> Utf8File::notText(std::size_t at, std::string_view problem) const
{
    const std::int64_t place = m_facts.bytesRead - static_cast<std::int64_t>(m_raw.size() - at);
    const auto line = m_lines + std::count(m_raw.begin(), m_raw.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return fail(ErrorCode::BadFile, fmt::format("{}: byte {} (line {}) {}", m_path.string(), place, line, problem));
}

Status Utf8File::checkUtf8(bool atEnd, std::string& out)
{
    const std::size_t nul = m_raw.find('\0');
    const std::optional<std::size_t> bad = findInvalidUtf8(m_raw);
    if (nul != std::string::npos && (!bad || nul < *bad))
        return notText(nul, "is a NUL byte: this is not a text.");
    const std::string_view rest = bad ? std::string_view(m_raw).substr(*bad) : std::string_view();
    if (bad && (atEnd || !isIncompleteUtf8(rest)))
        return notText(*bad, "is not valid UTF-8; convert the file, such as with iconv -f WINDOWS-1252 -t UTF-8.");
    out.assign(m_raw, 0, bad.value_or(m_raw.size()));
    m_raw.erase(0, out.size());
    m_lines += std::count(out.begin(), out.end(), '\n');
    return {};
}

Status Utf8File::decodeUtf16(bool atEnd, std::string& out)
{
    const std::size_t low = m_facts.encoding == "UTF-16LE" ? 0 : 1;
    const auto unit = [&](std::size_t at) {
        const auto byte = [&](std::size_t i) { return std::uint32_t { static_cast<unsigned char>(m_raw[i]) }; };
        return byte(at + low) | byte(at + 1 - low) << 8;
    };
    std::size_t at = 0;
    std::int64_t lines = 0;
    for (; at + 2 <= m_raw.size(); at += 2) {
        std::uint32_t point = unit(at);
        if (point >= 0xd800 && point < 0xdc00) {
            if (at + 4 > m_raw.size() && !atEnd)
                break;
            const std::uint32_t second = at + 4 <= m_raw.size() ? unit(at + 2) : 0;
            if (second < 0xdc00 || second > 0xdfff)
                return notText(at, fmt::format("is half of a character: this is not valid {}.", m_facts.encoding));
            point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
            at += 2;
        } else if (point == 0 || (point >= 0xdc00 && point <= 0xdfff)) {
            return notText(at, fmt::format("is no character: this is not valid {}.", m_facts.encoding));
        }
        lines += point == '\n';
        appendUtf8(out, point);
    }
    if (atEnd && at < m_raw.size())
        return notText(at, fmt::format("is half of a character: this is not valid {}.", m_facts.encoding));
    m_raw.erase(0, at);
    m_lines += lines;
    return {};
}

void Utf8File::takeLineEnds(std::string_view text, bool atEnd, std::string& out)
{
    out.reserve(out.size() + text.size());
    for (const char c : text) {
        if (std::exchange(m_pendingReturn, c == '\r')) {
            out += '\n';
            if (c == '\n')
                continue;
        }
        if (c == '\r')
            ++m_facts.carriageReturns;
        else
            out += c;
    }
    if (atEnd && std::exchange(m_pendingReturn, false))
        out += '\n';
}

} // namespace kerf::core
