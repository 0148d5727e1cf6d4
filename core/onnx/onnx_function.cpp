// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_function.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"

namespace kerf::core {

void fillInCall(const onnx::NodeProto& call, onnx::NodeProto& inside)
{
    if (!call.name().empty())
        inside.set_name(fmt::format("{}/{}", call.name(), inside.name().empty() ? inside.op_type() : inside.name()));
    for (int i = inside.attribute_size(); i-- > 0;) {
        onnx::AttributeProto& attribute = *inside.mutable_attribute(i);
        if (attribute.ref_attr_name().empty())
            continue;
        const auto given = std::ranges::find_if(
            call.attribute(), [&](const auto& other) { return other.name() == attribute.ref_attr_name(); });
        if (given == call.attribute().end()) {
            inside.mutable_attribute()->DeleteSubrange(i, 1);
            continue;
        }
        const std::string name = attribute.name();
        attribute = *given;
        attribute.set_name(name);
    }
}

} // namespace kerf::core
