// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/config_reader.h"

namespace kerf::core {

/// What config.json says a model is: model_type, or the first of its architectures where it has no type.
struct ModelType {
    std::string type, className; ///< one of them is empty
};
/// Errors: BadFile: it says neither.
Result<ModelType> readModelType(const ConfigReader& config);

} // namespace kerf::core
