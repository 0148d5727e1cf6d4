// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/exporter.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/exporters/exporters.h"

namespace kerf::core {

std::span<const Exporter* const> allExporters()
{
    static const std::array<const Exporter*, 9> exporters { &gptqExporter(), &gptq1Exporter(), &gptq2Exporter(),
        &awqExporter(), &compressedTensorsExporter(), &fp8Exporter(), &bitsAndBytesExporter(), &ggufExporter(),
        &hfExporter() };
    return exporters;
}

Result<const Exporter*> findExporter(std::string_view name)
{
    std::vector<std::string> names;
    for (const Exporter* exporter : allExporters()) {
        if (exporter->name() == name)
            return exporter;
        names.push_back(exporter->name());
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no export target \"{}\". Known: {}.", name, fmt::join(names, ", ")));
}

} // namespace kerf::core
