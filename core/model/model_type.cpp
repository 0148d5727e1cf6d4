// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model_type.h"

#include <fmt/format.h>

namespace kerf::core {

Result<ModelType> readModelType(const ConfigReader& config)
{
    if (config.has("model_type")) {
        KERF_TRY(std::string type, config.text("model_type"));
        return ModelType { std::move(type), {} };
    }
    if (config.has("architectures")) {
        const Json& names = config.value("architectures");
        if (names.is_array() && !names.empty() && names[0].is_string())
            return ModelType { {}, names[0].get<std::string>() };
    }
    return fail(ErrorCode::BadFile,
        fmt::format(
            "{}: neither \"model_type\" nor \"architectures\" says what kind of model this is.", config.what()));
}

} // namespace kerf::core
