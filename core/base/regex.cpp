// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/regex.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace kerf::core {
namespace {

constexpr std::size_t kMaxPattern = 64 * 1024;
constexpr std::uint32_t kMatchLimit = 10'000'000; ///< steps from one starting place
constexpr std::uint32_t kDepthLimit = 100'000;
constexpr std::uint32_t kHeapLimitKiB = 64 * 1024;
constexpr std::size_t kJitStack = 8 * 1024 * 1024;

template <auto Free> struct Deleter {
    template <class T> void operator()(T* pointer) const { Free(pointer); }
};
using Code = std::unique_ptr<pcre2_code, Deleter<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Deleter<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Deleter<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Deleter<pcre2_match_data_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Deleter<pcre2_jit_stack_free>>;

PCRE2_SPTR units(std::string_view text)
{
    static constexpr char empty[] = "";
    return reinterpret_cast<PCRE2_SPTR>(text.data() ? text.data() : empty);
}

std::string reason(int code)
{
    PCRE2_UCHAR buffer[256];
    const int length = pcre2_get_error_message(code, buffer, std::size(buffer));
    return length < 0 ? fmt::format("error {}", code) : std::string(reinterpret_cast<const char*>(buffer));
}

/// PCRE2's \s also takes U+180E, which has not been white space since Unicode 6.3.
std::string withUnicodeSpace(std::string_view pattern)
{
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        out += pattern[i];
        if (pattern[i] != '\\' || ++i == pattern.size())
            continue;
        if (pattern[i] == 's')
            out += "p{White_Space}";
        else if (pattern[i] == 'S')
            out += "P{White_Space}";
        else
            out += pattern[i];
    }
    return out;
}

std::size_t nextCharacter(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
        ++at;
    return at;
}

/// What one thread needs to run a compiled pattern.
class Matcher {
public:
    explicit Matcher(const pcre2_code* code)
        : m_code(code)
        , m_context(pcre2_match_context_create(nullptr))
        , m_data(pcre2_match_data_create_from_pattern(code, nullptr))
        , m_stack(pcre2_jit_stack_create(32 * 1024, kJitStack, nullptr))
    {
        if (!m_context)
            return;
        pcre2_set_match_limit(m_context.get(), kMatchLimit);
        pcre2_set_depth_limit(m_context.get(), kDepthLimit);
        pcre2_set_heap_limit(m_context.get(), kHeapLimitKiB);
        if (m_stack)
            pcre2_jit_stack_assign(m_context.get(), nullptr, m_stack.get());
    }

    Result<std::optional<Regex::Match>> search(std::string_view subject, std::size_t from)
    {
        if (!m_context || !m_data)
            return fail(ErrorCode::OutOfMemory, "There is not enough memory to match a pattern");
        // The caller promises UTF-8; checking it at every match would make a long text quadratic.
        const int found = pcre2_match(
            m_code, units(subject), subject.size(), from, PCRE2_NO_UTF_CHECK, m_data.get(), m_context.get());
        if (found == PCRE2_ERROR_NOMATCH)
            return std::optional<Regex::Match>();
        if (found < 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("the pattern is too expensive: {}", reason(found)));
        const std::size_t* ends = pcre2_get_ovector_pointer(m_data.get());
        // \K in a look-ahead can start a match behind its end.
        return std::optional(Regex::Match { std::min(ends[0], ends[1]), ends[1] });
    }

private:
    const pcre2_code* m_code;
    MatchContext m_context;
    MatchData m_data;
    JitStack m_stack;
};

} // namespace

struct Regex::Impl {
    Code code;
};

Result<Regex> Regex::compile(std::string_view pattern)
{
    if (pattern.size() > kMaxPattern)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("the pattern has {} bytes; at most {} are allowed", pattern.size(), kMaxPattern));
    const CompileContext context(pcre2_compile_context_create(nullptr));
    if (!context)
        return fail(ErrorCode::OutOfMemory, "There is not enough memory to compile a pattern");
    const std::string translated = withUnicodeSpace(pattern);
    int error = 0;
    std::size_t place = 0;
    Code code(pcre2_compile(units(translated), translated.size(),
        PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &place, context.get()));
    if (!code)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} at byte {} of \"{}\"", reason(error), place, translated.substr(0, 200)));
    // Without the just-in-time compiler (an architecture that lacks it) the interpreter matches the same, slower.
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
    Regex regex;
    regex.m_impl = std::make_shared<const Impl>(Impl { std::move(code) });
    return regex;
}

Result<std::vector<Regex::Match>> Regex::findAll(std::string_view subject) const
{
    std::vector<Match> matches;
    Matcher matcher(m_impl->code.get());
    for (std::size_t from = 0; from <= subject.size();) {
        KERF_TRY(const std::optional<Match> match, matcher.search(subject, from));
        if (!match)
            break;
        matches.push_back(*match);
        from = match->end > match->begin ? match->end : nextCharacter(subject, match->end);
    }
    return matches;
}

Result<bool> Regex::contains(std::string_view subject) const
{
    KERF_TRY(const std::optional<Match> match, Matcher(m_impl->code.get()).search(subject, 0));
    return match.has_value();
}

Result<std::string> Regex::replaceAll(std::string_view subject, std::string_view replacement) const
{
    KERF_TRY(const std::vector<Match> matches, findAll(subject));
    std::string out;
    std::size_t done = 0;
    for (const Match& match : matches) {
        out.append(subject.substr(done, match.begin - done)).append(replacement);
        done = match.end;
    }
    return out.append(subject.substr(done));
}

std::string escapePattern(std::string_view literal)
{
    std::string out;
    for (const char c : literal) {
        if (std::string_view("\\^$.|?*+()[]{}#- ").find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

} // namespace kerf::core
