// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/format/format.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

using RunTensors = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;

/// The quantized layers of a finished run, by name, hashes checked.
/// Errors: InvalidArgument (not finished), BadFile (damaged: named), Io.
Result<RunTensors> loadRunTensors(const Workspace& workspace, RowId run);

} // namespace kerf::core
