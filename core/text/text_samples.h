// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/text/dataset.h"

namespace kerf::core {

/// What an encoder reads, as a data set: every record, and every paragraph of a plain text, is a window by itself, as
/// long as it is, between the tokenizer's special tokens; one that is longer than options.window goes into several.
/// None is padded. The first options.maxWindows, or all. Errors: as loadDataset.
Result<Dataset> loadTexts(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const WindowOptions& options, const JobContext& job = {});

/// Whether windows are of their own lengths, as texts are.
bool hasOwnLengths(const Dataset& data);

} // namespace kerf::core
