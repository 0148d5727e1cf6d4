// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <set>
#include <string>

namespace onnx {
class NodeProto;
} // namespace onnx

namespace kerf::core {

/// Names from outside that a node reads: its inputs, and what its subgraphs take from around them.
void collectReads(const onnx::NodeProto& node, std::set<std::string>& reads);

/// "node layer1/conv (Conv)", as messages call it: by its name, else by what it makes.
std::string labelOf(const onnx::NodeProto& node);

/// The same standard has two names: "ai.onnx" is "".
inline std::string standardDomain(const std::string& domain)
{
    return domain == "ai.onnx" ? std::string() : domain;
}

} // namespace kerf::core
