// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {

/// Number of dimensions of a value, where it is known.
using RankOf = std::function<std::optional<std::size_t>(const std::string& value)>;

/// Writes the nodes of a draft as a later operator set has them: attributes that became inputs, Upsample as Resize, a
/// Softmax of before 13 (which flattens) between Flatten and Reshape where it does not stand at the last axis. Does
/// nothing when the draft is in that set or a later one. The file's IR version grows with it (onnx/onnx,
/// docs/Versioning.md).
/// @pre the operators are those that Kerf reads; to <= 21
/// Errors: InvalidArgument: the file has local functions, which are in operator sets of their own.
Status raiseOperatorSet(OnnxDraft& draft, std::int64_t to, const RankOf& rankOf);

} // namespace kerf::core
