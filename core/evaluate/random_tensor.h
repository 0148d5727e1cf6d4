// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/format/format.h"

namespace kerf::core {

/// A tensor of the format with random codes and parameters of a usual size: for taking times, which do not depend on
/// what the codes are. Deterministic.
std::shared_ptr<const QuantizedTensor> randomTensor(const FormatPtr& format, const LayerShape& shape);

} // namespace kerf::core
