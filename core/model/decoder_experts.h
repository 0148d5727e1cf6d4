// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_config.h"

namespace kerf::core {

/// How many experts there are, in which blocks, and how they are chosen. @pre sizes are read. Errors: BadFile.
Status readExperts(const ConfigReader& config, DecoderConfig& result);

} // namespace kerf::core
