// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/model/network.h"

namespace kerf::test {

/// The network of the bundled sample; null, with the reason printed, when it does not open.
std::shared_ptr<const core::Network> sampleNetwork();

} // namespace kerf::test
