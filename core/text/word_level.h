// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"
#include "core/text/token_model.h"

namespace kerf::core {

/// WordLevel: a word is one piece, or unknown. Errors: BadFile, naming the setting or piece that is wrong.
Result<TokenModelPtr> loadWordLevelModel(const TokenizerPart& part);

} // namespace kerf::core
