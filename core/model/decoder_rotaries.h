// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/model/config_reader.h"
#include "core/model/decoder_config.h"

namespace kerf::core {

/// Fills in what turns in which block, and by which angles. @pre sizes and windows are read. Errors: BadFile.
Status readRotaries(const ConfigReader& config, DecoderConfig& result);

} // namespace kerf::core
