// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/text/normalizer.h"

namespace kerf::core {

/// BertNormalizer: drops control characters, writes white space as a space, puts spaces around ideographs, drops
/// accents and writes lower case, each where the file asks for it. Errors: BadFile, naming the setting that is wrong.
Result<Normalizer::Step> bertNormalizer(const TokenizerPart& part);

} // namespace kerf::core
