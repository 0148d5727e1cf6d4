// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/exporters/folder_writer.h"

namespace kerf::core {

/// One of the layouts of compressed-tensors (compressed_tensors/config/base.py, CompressionFormat).
class TensorsStore : public LayerCodec {
public:
    virtual const char* name() const = 0; ///< "pack-quantized"
};

/// The layout for weights of that format, with inputs rounded so. Null: compressed-tensors has none.
const TensorsStore* tensorsStoreOf(const Format& format, ActivationFormat activation);

} // namespace kerf::core
