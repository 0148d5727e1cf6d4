// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Where a test finds data that is not part of the source tree: KERF_SHARED_DATA, or ../shared/data beside the tree.
namespace kerf::test {

/// The folder, or an empty path when it is not there: KERF_REQUIRE_SHARED_DATA then skips the test loudly.
std::filesystem::path sharedData();
/// The bundled sample: resources/sample in the source tree.
std::filesystem::path sample();
/// The folders of conformance/tokenizers, by name.
std::vector<std::string> tokenizerFolders(const std::filesystem::path& shared);

} // namespace kerf::test

#define KERF_REQUIRE_SHARED_DATA(folder)                                                                               \
    const std::filesystem::path folder = kerf::test::sharedData();                                                     \
    if (folder.empty())                                                                                                \
    QSKIP("The shared test data is not here: set KERF_SHARED_DATA to its folder. This test checked NOTHING.")
