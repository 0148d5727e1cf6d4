// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <span>

#include "core/text/dataset.h"

namespace kerf::core {

// What the ways of cutting texts into windows have in common.

/// Bytes of text that a data set's preview is made of.
inline constexpr std::size_t kPreviewBytes = 1600;

/// Errors: InvalidArgument: no file, a window that is too short.
Status checkWindowOptions(std::span<const std::filesystem::path> files, const WindowOptions& options);
/// Name, hash, preview and notes, from the windows and from how the files were read. Errors: InvalidArgument (no
/// window), BadFile (a token that the embedding has no row for).
Result<Dataset> finishDataset(Dataset data, std::span<const std::filesystem::path> files, const WindowOptions& options,
    const Tokenizer& tokenizer);

} // namespace kerf::core
