// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"
#include "core/exporters/onnx_layer.h"
#include "core/exporters/onnx_tensors.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {

/// What groups along the columns of MatMul and Gemm become.
enum class OnnxBlocks {
    Dequantized, ///< DequantizeLinear with blocks, of the standard
    NBits, ///< MatMulNBits of onnxruntime
};

/// Entry of the file's metadata_props that names the tensor of each layer's codes: a JSON object.
inline constexpr const char* kOnnxLayersKey = "kerf.layers";

/// The file of a run in the making: the source's, with codes in place of weights, and quantizers of values.
class OnnxQuantization {
public:
    /// Everything but elements is settled, and no layer is unpacked. Errors: InvalidArgument, naming layers: what the
    /// file cannot hold; BadFile.
    static Result<std::unique_ptr<OnnxQuantization>> make(const ExportSource& source, OnnxBlocks blocks);

    const OnnxDraft& draft() const { return m_draft; }
    /// What became of the source's tensors, what is new. @pre the draft was written
    WriteReport report();

private:
    OnnxQuantization(const ExportSource& source, OnnxBlocks blocks)
        : m_source(source)
        , m_blocks(blocks)
        , m_draft(source.checkpoint)
        , m_tensors(source, m_draft)
    {
    }
    Status run();
    Status raise();
    Status rewriteTensors();
    Status roundValues();
    Status quantize(const OnnxLayer& layer);
    Status quantizeMap(const OnnxLayer& layer);
    Status quantizeRecurrent(const OnnxLayer& layer);
    Status useNBits(const OnnxLayer& layer);
    void setWholeBias(const OnnxLayer& layer, const std::vector<double>& bias);
    void absorb(const onnx::NodeProto& norm, onnx::NodeProto& node);
    void describe();
    std::vector<std::string> notes();

    bool isNBits(const OnnxLayer& layer) const;
    /// The layer's weight as its node takes it, from codes: name of what the last node makes.
    std::string dequantized(const OnnxLayer& layer, const OnnxWeightForm& form);
    std::string inPlace(std::string made, const std::string& layer, const OnnxWeightForm& form);
    std::vector<std::string> nBitsWeight(const OnnxLayer& layer);
    void addBehind(onnx::NodeProto& node, const std::string& sum, const std::string& layer);
    void addBehind(onnx::NodeProto& node, const std::vector<double>& numbers, const std::string& layer);
    Status keepCellShift(const OnnxLayer& layer);
    void shiftCells();
    std::string codes(
        const OnnxLayer& layer, int type, const Shape& dims, std::uint64_t bytes, const OnnxTensors::FromCodes& make);
    std::string floats(const LayerInfo& layer);

    const ExportSource& m_source;
    OnnxBlocks m_blocks;
    OnnxDraft m_draft;
    OnnxTensors m_tensors;
    std::vector<QuantizedRow> m_rows;
    std::vector<OnnxLayer> m_layers;
    std::map<std::string, std::string> m_codes; ///< name of the tensor, by layer
    std::map<const onnx::NodeProto*, std::vector<float>> m_cellShifts; ///< of recurrent nodes, what is added to B
    std::map<std::string, std::string> m_directions; ///< what makes the weight of one direction, by layer
};

} // namespace kerf::core
