// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/base/json.h"

namespace kerf::core {

/// The value, or null where there is none.
inline Json orNull(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

} // namespace kerf::core
