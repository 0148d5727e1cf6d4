// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/note.h"

namespace kerf::core {

/// A GGUF file as a folder of its family holds it: a config.json made from its metadata, tensors under the names of the
/// family's table, as their source has them. What the metadata says and this does not read is told in `notes`. Errors:
/// BadFile (an architecture or setting that Kerf does not run: named; a key or tensor missing or of the wrong kind).
Result<Checkpoint> viewGguf(const Checkpoint& file, Notes& notes);
/// Whether any family of GGUF files is called so.
bool isGgufArchitecture(const std::string& name);
/// A file of an architecture that no family is called by: its tensors under their own names, a config.json that says
/// little more than how its codes are read.
Checkpoint plainGguf(const Checkpoint& file);

} // namespace kerf::core
