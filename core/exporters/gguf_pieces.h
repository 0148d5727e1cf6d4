// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/stack_form.h"
#include "core/checkpoint/stored_form.h"
#include "core/exporters/carried_tensors.h"
#include "core/exporters/exporter.h"
#include "core/exporters/gguf_writer.h"
#include "core/exporters/target_checks.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"

namespace kerf::core {

/// A tensor of the source in the export: a layer with codes, or one that is carried over.
struct GgufSourcePart {
    const QuantizedRow* row = nullptr;
    CarriedTensor carried {};
    StoredForm form {};
    const StackForm* stack = nullptr; ///< of a tensor that the file holds in shares
    const StackShare* share = nullptr; ///< the one that this is
};

/// A tensor of the export, made of one of the source, or of one of each expert.
struct GgufPiece {
    GgufTensor tensor;
    std::vector<GgufSourcePart> parts {};
};

struct GgufPieces {
    std::vector<QuantizedRow> rows; ///< layers with codes
    std::map<std::string, StackForm> stacks; ///< by the source's name
    std::vector<GgufPiece> pieces; ///< in the order of the file
    std::vector<std::string> left; ///< tensors of the source that llama.cpp has no place for
};

/// Errors: InvalidArgument (the file's tensors cannot be of the types that the plan has).
Result<GgufPieces> planGgufPieces(const ExportSource& source, const DecoderConfig& config, const GgufFamily& family);

} // namespace kerf::core
