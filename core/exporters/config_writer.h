// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/exporters/exporter.h"
#include "core/exporters/target_checks.h"

namespace kerf::core {

/// JSON that keeps its keys in order: config.json is carried over as it was written.
using OrderedConfig = nlohmann::ordered_json;

/// The modules without codes, as settings list them. Of a network that generates text: the head, and the layers that
/// are not among the rows. Of others every weight matrix of the checkpoint that is no table: loaders take codes to be
/// in all linear maps that are not named, the pooler and the classifier among them, whether the network reads them or
/// not.
OrderedConfig denseModules(const ExportSource& source, const std::vector<QuantizedRow>& rows);

/// Writes config.json: the source's, with this quantization_config (null: none) and the dtype of loaderDtype().
Status writeConfig(const ExportSource& source, const std::filesystem::path& folder, const OrderedConfig& quantization);

/// The dtype that config.json names: the one in which loaders run the model, and to which they cast every tensor.
struct LoaderDtype {
    std::string name; ///< "float16", "bfloat16", "float32"
    std::string note; ///< why this one and what it costs, for a person
};
/// float32 for float32 sources, where widening is exact. For 16-bit ones float16, which holds the float16 scales
/// exactly where bfloat16 has 8 significant bits, unless the model does not run in it: a bfloat16 source whose
/// activations came within a factor of 2 of float16's end, or of a family known for it (Gemma). That one is written as
/// bfloat16.
LoaderDtype loaderDtype(const ExportSource& source);
/// The type that loaderDtype() names.
DType loaderType(const ExportSource& source);

} // namespace kerf::core
