// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kerf::core {

/// Counts the instructions that this thread retires in user mode (Linux perf_event). Many systems do not allow it
/// (kernel.perf_event_paranoid above 2, containers, virtual machines without counters): it then says why and counts
/// nothing.
class InstructionCounter {
public:
    InstructionCounter();
    ~InstructionCounter();
    InstructionCounter(const InstructionCounter&) = delete;
    InstructionCounter& operator=(const InstructionCounter&) = delete;

    bool isOpen() const { return m_file >= 0; }
    const std::string& problem() const { return m_problem; } ///< why it is not open

    void start();
    /// Since start(); nothing when it is not open or was not on the processor's counters all the time.
    std::optional<std::int64_t> stop();

private:
    int m_file = -1;
    std::string m_problem;
};

} // namespace kerf::core
