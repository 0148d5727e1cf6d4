// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/checkpoint/onnx_proto.h"

namespace kerf::test {

/// A small ONNX file, node by node.
class OnnxBuild {
public:
    using Setting = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
    using Settings = std::map<std::string, Setting>;
    using Dims = std::vector<std::int64_t>;

    explicit OnnxBuild(std::int64_t operatorSet = 17, std::int64_t ir = 8);
    OnnxBuild& input(const std::string& name, const Dims& dims);
    OnnxBuild& output(const std::string& name);
    OnnxBuild& tensor(const std::string& name, const Dims& dims, const std::vector<float>& values);
    /// Numbers between -1 and 1 that the name decides.
    OnnxBuild& random(const std::string& name, const Dims& dims);
    OnnxBuild& wholes(const std::string& name, const std::vector<std::int64_t>& values);
    OnnxBuild& node(const std::string& op, const std::vector<std::string>& inputs,
        const std::vector<std::string>& outputs, const Settings& settings = {});
    onnx::ModelProto& model() { return m_model; }
    void save(const std::filesystem::path& path) const;

private:
    onnx::ModelProto m_model;
};

onnx::ModelProto loadOnnx(const std::filesystem::path& path);
const onnx::TensorProto* findTensor(const onnx::ModelProto& model, const std::string& name);
/// The node that makes a value. Null: none.
const onnx::NodeProto* findMaker(const onnx::ModelProto& model, const std::string& value);
/// What of the rules of the standard a graph breaks: nodes out of order, values made twice, names of nodes that stand
/// twice. Empty: nothing.
std::string brokenRule(const onnx::GraphProto& graph);
/// The same network with float weights: every DequantizeLinear of tensors of the file is carried out as the standard
/// says, and MatMulNBits as onnxruntime does.
onnx::ModelProto withFloatWeights(onnx::ModelProto model);

} // namespace kerf::test
