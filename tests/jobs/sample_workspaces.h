// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <QTemporaryDir>

#include "core/jobs/project.h"
#include "tests/support/test_data.h"

namespace kerf::test {

/// Files in a folder that goes with it.
class FreshFiles {
public:
    std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    /// A workspace that is not there yet.
    std::filesystem::path next() { return path("w" + std::to_string(++m_number) + ".kerf"); }

private:
    QTemporaryDir m_folder;
    int m_number = 0;
};

/// The bundled sample; null, with the reason printed, when it does not open.
inline core::ProjectPtr sampleProject()
{
    auto project = core::openProject(sample() / "model", {});
    if (!project)
        qWarning("%s", project.error().message.c_str());
    return project ? *project : nullptr;
}

/// The first short windows of one of the sample's texts.
inline core::DataChoice sampleText(const char* file, std::int64_t samples)
{
    core::DataChoice choice;
    choice.files = { sample() / file };
    choice.window = 64;
    choice.samples = samples;
    return choice;
}

} // namespace kerf::test
