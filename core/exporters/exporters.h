// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/exporters/exporter.h"

namespace kerf::core {

/// The registry's rows; each lives as long as the program.
const Exporter& gptqExporter();
const Exporter& gptq1Exporter();
const Exporter& gptq2Exporter();
const Exporter& awqExporter();
const Exporter& compressedTensorsExporter();
const Exporter& fp8Exporter();
const Exporter& bitsAndBytesExporter();
const Exporter& modelOptExporter();
const Exporter& ggufExporter();
const Exporter& hfExporter();
const Exporter& onnxExporter(); ///< "onnx-qdq"
const Exporter& onnxNBitsExporter(); ///< "onnx-nbits"

} // namespace kerf::core
