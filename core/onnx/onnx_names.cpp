// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_names.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"

namespace kerf::core {

void collectReads(const onnx::NodeProto& node, std::set<std::string>& reads)
{
    for (const std::string& name : node.input())
        if (!name.empty())
            reads.insert(name);
    for (const onnx::AttributeProto& attribute : node.attribute()) {
        if (!attribute.has_g())
            continue;
        std::set<std::string> inner, made;
        for (const onnx::TensorProto& tensor : attribute.g().initializer())
            made.insert(tensor.name());
        for (const onnx::NodeProto& child : attribute.g().node()) {
            collectReads(child, inner);
            made.insert(child.output().begin(), child.output().end());
        }
        for (const onnx::ValueInfoProto& output : attribute.g().output())
            inner.insert(output.name());
        std::ranges::set_difference(inner, made, std::inserter(reads, reads.end()));
    }
}

std::string labelOf(const onnx::NodeProto& node)
{
    const std::string& name = !node.name().empty() ? node.name()
        : node.output_size() > 0                   ? node.output(0)
                                                   : node.name();
    return fmt::format("node {} ({})", name, node.op_type().empty() ? "without an operator" : node.op_type());
}

} // namespace kerf::core
