// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace kerf::core {

/// While it lives, parallelFor called from this thread runs on this thread alone, with the same results: for counting
/// what a piece of work takes.
class SerialScope {
public:
    SerialScope();
    ~SerialScope();
    SerialScope(const SerialScope&) = delete;
    SerialScope& operator=(const SerialScope&) = delete;

private:
    bool m_before;
};

} // namespace kerf::core
