// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

namespace kerf::core {

/// Messages of onnx.proto that hold tensors, directly or further inside.
enum class OnnxMessage { Model, Graph, Node, Attribute, Tensor, SparseTensor, Function };

/// Numbers of TensorProto's fields that hold elements, or say where they lie.
enum OnnxTensorField {
    kFloatDataField = 4,
    kRawDataField = 9,
    kDoubleDataField = 10,
    kExternalDataField = 13,
    kDataLocationField = 14
};

/// What a field holds, when that can hold tensors (numbers of onnx.proto).
constexpr std::optional<OnnxMessage> messageIn(OnnxMessage outer, int field)
{
    struct Row {
        OnnxMessage outer;
        int field;
        OnnxMessage inner;
    };
    constexpr Row kRows[] = {
        { OnnxMessage::Model, 7, OnnxMessage::Graph },
        { OnnxMessage::Model, 25, OnnxMessage::Function },
        { OnnxMessage::Function, 7, OnnxMessage::Node },
        { OnnxMessage::Graph, 1, OnnxMessage::Node },
        { OnnxMessage::Graph, 5, OnnxMessage::Tensor },
        { OnnxMessage::Graph, 15, OnnxMessage::SparseTensor },
        { OnnxMessage::SparseTensor, 1, OnnxMessage::Tensor },
        { OnnxMessage::SparseTensor, 2, OnnxMessage::Tensor },
        { OnnxMessage::Node, 5, OnnxMessage::Attribute },
        { OnnxMessage::Attribute, 5, OnnxMessage::Tensor },
        { OnnxMessage::Attribute, 6, OnnxMessage::Graph },
        { OnnxMessage::Attribute, 10, OnnxMessage::Tensor },
        { OnnxMessage::Attribute, 11, OnnxMessage::Graph },
        { OnnxMessage::Attribute, 22, OnnxMessage::SparseTensor },
        { OnnxMessage::Attribute, 23, OnnxMessage::SparseTensor },
    };
    for (const Row& row : kRows)
        if (row.outer == outer && row.field == field)
            return row.inner;
    return {};
}

} // namespace kerf::core
