// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/gguf_parts.h"

#include <optional>

#include <fmt/format.h>

namespace kerf::core {

namespace fs = std::filesystem;

Result<std::vector<std::string>> otherGgufParts(const fs::path& path, const Json& metadata)
{
    const auto count = metadata.contains("split.count") ? asCount(metadata["split.count"]).value_or(0) : 0;
    if (count <= 1)
        return std::vector<std::string> {};
    constexpr const char* kEnding = ".gguf";
    constexpr std::int64_t kMostParts = 99999;
    const std::string name = path.filename().string(), end = fmt::format("-00001-of-{:05}{}", count, kEnding);
    if (count > kMostParts || !name.ends_with(end))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is one of the {} files of a model. Open the first, whose name ends in {}.", path.string(),
                count, end));
    std::vector<std::string> names;
    for (std::int64_t part = 2; part <= count; ++part)
        names.push_back(
            name.substr(0, name.size() - end.size()) + fmt::format("-{:05}-of-{:05}{}", part, count, kEnding));
    return names;
}

Status checkGgufParts(const fs::path& path, const Json& metadata, std::size_t tensors)
{
    const auto wanted
        = metadata.contains("split.tensors.count") ? asCount(metadata["split.tensors.count"]) : std::nullopt;
    if (wanted && static_cast<std::size_t>(*wanted) != tensors)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: says that the model has {} tensors, but its files hold {}", path.string(), *wanted, tensors));
    return {};
}

} // namespace kerf::core
