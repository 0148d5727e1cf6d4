// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>
#include <utility>

#include "core/onnx/onnx_node.h"

namespace kerf::core {

const OnnxOperator* findOnnxOperator(std::string_view domain, std::string_view name)
{
    static const std::map<std::pair<std::string_view, std::string_view>, const OnnxOperator*> table = [] {
        std::map<std::pair<std::string_view, std::string_view>, const OnnxOperator*> rows;
        for (const auto part : { onnxLayers(), onnxRecurrent(), onnxMovements(), onnxGathers(), onnxResizes(),
                 onnxArithmetic(), onnxReductions(), onnxShapes(), onnxQuantized(), onnxBits() })
            for (const OnnxOperator& row : part)
                rows.emplace(std::pair(row.domain, row.name), &row);
        return rows;
    }();
    const auto found = table.find({ domain == "ai.onnx" ? std::string_view() : domain, name });
    return found == table.end() ? nullptr : found->second;
}

} // namespace kerf::core
