// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"
#include "core/text/token_model.h"

namespace kerf::core {

/// WordPiece (Wu et al. 2016, as BERT has it): the longest piece that a word starts with, then again and again the
/// longest that goes on, written with a prefix ("##"). A word that cannot be cut so, or that is too long, is unknown as
/// a whole. Errors: BadFile, naming the setting or piece that is wrong.
Result<TokenModelPtr> loadWordPieceModel(const TokenizerPart& part);

} // namespace kerf::core
