// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdio>
#include <filesystem>

#include <QCoreApplication>
#include <QProcess>

#include "core/workspace/workspace.h"

namespace kerf::test {

/// Another program that has a workspace open for writing: this program again, whose main() gives way to
/// holdWorkspace().
class HeldWorkspace {
public:
    static constexpr const char* kFlag = "--hold";

    explicit HeldWorkspace(const std::filesystem::path& file)
    {
        m_program.start(QCoreApplication::applicationFilePath(), { kFlag, QString::fromStdString(file.string()) });
        m_isHeld = m_program.waitForReadyRead(30'000) && m_program.readAllStandardOutput().trimmed() == "held";
    }
    ~HeldWorkspace()
    {
        m_program.closeWriteChannel();
        m_program.waitForFinished(30'000);
    }
    HeldWorkspace(const HeldWorkspace&) = delete;
    HeldWorkspace& operator=(const HeldWorkspace&) = delete;
    bool isHeld() const { return m_isHeld; }

    /// Whether main() was started to hold a workspace.
    static bool isWanted(int argc, char** argv) { return argc == 3 && QByteArray(argv[1]) == kFlag; }
    /// Holds it until the input ends. Returns the exit code.
    static int hold(const char* file)
    {
        auto workspace = core::Workspace::open(file);
        if (!workspace || workspace->isReadOnly())
            return 1;
        std::puts("held");
        std::fflush(stdout);
        while (std::getchar() != EOF) { }
        return 0;
    }

private:
    QProcess m_program;
    bool m_isHeld = false;
};

} // namespace kerf::test
