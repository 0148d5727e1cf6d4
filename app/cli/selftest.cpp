// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/evaluate/selftest.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

const char* verdict(const SelftestResult& result)
{
    return result.skipped ? "skipped" : result.passed ? "ok" : "FAILED";
}

Result<Outcome> selftest(Invocation& invocation)
{
    const std::vector<SelftestResult> results = runSelftest(invocation.job());
    KERF_CHECK(invocation.job().checkStop());
    Outcome outcome;
    outcome.json = { { "kernels", Json::array() }, { "failed", 0 } };
    Table table({ "kernel", "device", "shapes", "error", "bound", "", "note" });
    std::string failed;
    int failures = 0;
    int skipped = 0;
    for (const SelftestResult& result : results) {
        outcome.json["kernels"].push_back(toJson(result));
        const auto number = [&](double value) { return result.skipped ? "-" : fmt::format("{:.2e}", value); };
        table.add({ result.kernel, result.device, std::to_string(result.shapes), number(result.maxError),
            number(result.bound), verdict(result), result.note });
        skipped += result.skipped ? 1 : 0;
        if (!result.passed) {
            failed += fmt::format("{}{} on {}", failed.empty() ? "" : ", ", result.kernel, result.device);
            ++failures;
        }
    }
    outcome.json["failed"] = failures;
    outcome.json["skipped"] = skipped;
    outcome.text = table.text();
    if (failures > 0)
        return fail(ErrorCode::Internal,
            fmt::format("{}\nThese kernels differ from the reference on this machine: {}.", outcome.text, failed));
    return outcome;
}

} // namespace

void addSelftest(CommandLine& line)
{
    CLI::App* verb = line.addVerb(
        "selftest", "Every kernel of every device against the reference, on this machine", "  kerf-cli selftest");
    line.onChosen(verb, [](Invocation& invocation) { return selftest(invocation); });
}

} // namespace kerf::cli
