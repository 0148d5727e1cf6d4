// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {

/// The tensors of a layer in mxfp4, mxfp8 or nvfp4, as compressed-tensors stores them: codes of 4 bits two a byte, the
/// first in the low half, those of 8 bits as float8; a scale of one byte for every block; nvfp4 the factor by which all
/// scales are divided.
struct MicroscaledTensors {
    std::string codes, scales;
    std::string factor {}; ///< empty: none
    bool multiplies = false; ///< the scales are multiplied by the factor instead (ModelOpt)
};

/// From headers only. `format` is our name of it; `what` names file and layer. Errors: BadFile.
Result<StoredLayer> openMicroscaled(const Checkpoint& checkpoint, const MicroscaledTensors& tensors,
    const std::string& format, const std::string& what);
/// Errors: BadFile (a code or scale that is NaN, a factor that is no positive number).
Result<QuantizedTensor> readMicroscaled(
    const Checkpoint& checkpoint, const MicroscaledTensors& tensors, const StoredLayer& layer);

} // namespace kerf::core
