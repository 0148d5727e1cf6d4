// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/checkpoint/decoded_tensor.h"
#include "core/checkpoint/stack_form.h"

namespace kerf::core {

/// A tensor as its source has it, of the stored ones that share its rows (Checkpoint::withDecoded): in their type, or
/// in float32 where they differ or one of them is codes. @pre checkStack
std::shared_ptr<const DecodedTensor> joinedTensor(const Checkpoint& stored, StackForm form);

} // namespace kerf::core
