// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// The rows of a tensor as ggml's blocks (ggml-common.h). Errors: InvalidArgument (groups that do not follow the
/// columns), Internal (a scale that is no float16 number). @pre ggmlFormatOf names one
Result<std::vector<std::byte>> packGgml(const std::string& layer, const QuantizedTensor& tensor);

} // namespace kerf::core
