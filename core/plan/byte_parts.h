// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// What bytes of a checkpoint are for.
enum class BytesFor {
    Layer, ///< a quantizable weight, with its scales, zero points and groups where it is stored as codes
    Embedding, ///< a table of rows that are read by number; also the head where both are one tensor
    Head, ///< a linear map behind the last block
    Norm,
    Other, ///< biases, routers and what else the network reads
    Unused, ///< tensors that the network does not read
    Header, ///< of the files: what they hold besides tensors
};
/// "layer", "embedding", ...: keys of JSON.
std::string_view bytesForName(BytesFor kind);

/// One layer, one other tensor, or the headers of all files.
struct BytePart {
    std::string name;
    BytesFor kind = BytesFor::Other;
    int layer = -1; ///< position in the network's order
    int block = -1; ///< that it is in; -1: before or behind the blocks
    std::int64_t before = 0; ///< as it is stored: together the files' sizes, to the byte
    std::int64_t after = 0; ///< as the plan has it: together PlanSize::sizeBytes; headers are written anew and count 0
};

/// From headers alone. Layers first, in the network's order, then the other tensors by name. A tensor that several
/// layers are slices of is shared out among them.
std::vector<BytePart> byteParts(const Model& model, const Plan& plan);
/// Sets `after` of the layers for another plan of the same model.
void setPlanBytes(std::vector<BytePart>& parts, const Network& network, const Plan& plan);
/// Bytes of the tensors that are no part of a quantizable layer.
std::int64_t bytesBesideLayers(const Model& model);

enum class ByteGrouping { Role, Block, Format };

/// Parts that are shown as one.
struct ByteGroup {
    std::string name; ///< a role, a format, a block's number; of what is no layer bytesForName
    BytesFor kind = BytesFor::Layer; ///< Layer when a layer is among them
    std::vector<std::size_t> parts; ///< positions in the list
    std::int64_t before = 0, after = 0;
};
/// Layers by their role, block or format in the plan; what is no layer by its kind (by block: what lies in a block goes
/// with its layers). Those with most bytes after the plan first; of equal ones the first in the list.
std::vector<ByteGroup> groupBytes(
    const std::vector<BytePart>& parts, const Network& network, const Plan& plan, ByteGrouping by);

} // namespace kerf::core
