// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/test_data.h"

#include <algorithm>
#include <cstdlib>

namespace kerf::test {
namespace {

std::filesystem::path sourceTree()
{
    return KERF_SOURCE_DIR;
}

} // namespace

std::filesystem::path sharedData()
{
    const char* variable = std::getenv("KERF_SHARED_DATA");
    const std::filesystem::path folder
        = variable ? std::filesystem::path(variable) : sourceTree() / ".." / "shared" / "data";
    return std::filesystem::exists(folder / "README.md") ? std::filesystem::canonical(folder) : std::filesystem::path();
}

std::filesystem::path sample()
{
    return sourceTree() / "resources" / "sample";
}

std::vector<std::string> tokenizerFolders(const std::filesystem::path& shared)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(shared / "conformance" / "tokenizers"))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

} // namespace kerf::test
