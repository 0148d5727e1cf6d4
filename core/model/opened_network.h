// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/checkpoint/note.h"
#include "core/model/network.h"

namespace kerf::core {

/// What a builder makes of a checkpoint.
struct OpenedNetwork {
    std::shared_ptr<const Network> network;
    Notes notes; ///< what of configuration and tensors contradicts itself or is not used
};

} // namespace kerf::core
