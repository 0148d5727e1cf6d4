// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// Transform::complete of one that has no settings. Errors: InvalidArgument, naming the first that is given.
inline Result<Json> completeNoSettings(const std::string& transform, const Json& settings)
{
    for (const auto& [key, value] : settings.items())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no setting \"{}\" of {}: it has none.", key.substr(0, 100), transform));
    return Json::object();
}

} // namespace kerf::core
