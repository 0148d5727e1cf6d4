// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "tests/support/kerf_cli.h"

/// Checks that kerf-cli refuses such words, and what it says.
#define VERIFY_REFUSED(words, expected)                                                                                \
    do {                                                                                                               \
        const kerf::test::CliResult made = kerf::test::startKerf(words);                                               \
        QVERIFY2(made.exitCode == 2 || made.exitCode == 3, made.err.constData());                                      \
        QVERIFY2(made.err.contains(expected), made.err.constData());                                                   \
    } while (false)

namespace kerf::test {

using Words = std::vector<std::string>;

inline CliResult startKerf(const Words& words)
{
    QStringList arguments;
    for (const std::string& word : words)
        arguments << QString::fromStdString(word);
    return kerfCli(arguments);
}

/// What it prints with --json; the end of the test where it fails.
inline core::Json runKerf(Words words)
{
    words.emplace_back("--json");
    const CliResult made = startKerf(words);
    if (made.exitCode != 0)
        qFatal("%s: %s", words.front().c_str(), made.err.constData());
    return core::Json::parse(made.out.toStdString());
}

} // namespace kerf::test
