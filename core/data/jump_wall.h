// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <csetjmp>

#include <fmt/format.h>

#include "core/base/result.h"

namespace kerf::core {

/// Where libraries of C land that leave a call by longjmp: their errors come back as values. What a step makes must not
/// need its destructor.
class JumpWall {
public:
    /// Runs a step; false where the library left it.
    template <class Step> bool enter(const Step& step)
    {
        if (setjmp(m_wayOut)) // NOLINT(cert-err52-cpp)
            return false;
        step();
        return true;
    }
    /// Leaves the step, with what message() says.
    [[noreturn]] void leave() { std::longjmp(m_wayOut, 1); } // NOLINT(cert-err52-cpp): the libraries know no other
    /// What was wrong, ended by 0.
    std::array<char, 256>& message() { return m_message; }
    tl::unexpected<Error> failure() const
    {
        return fail(ErrorCode::BadFile, fmt::format("cannot be read: {}", m_message.data()));
    }

private:
    std::jmp_buf m_wayOut {};
    std::array<char, 256> m_message {};
};

} // namespace kerf::core
