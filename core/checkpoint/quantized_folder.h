// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/format/layer_format.h"

namespace kerf::core {

/// A layer that was unpacked when its model was read.
struct UnpackedLayer {
    std::shared_ptr<const QuantizedTensor> codes;
    std::vector<std::string> tensors; ///< of the checkpoint that it is made of
    ActivationFormat activation = ActivationFormat::None; ///< how its inputs are rounded where the model runs
    float step = 0; ///< of formats with a fixed one
    int zeroPoint = 0; ///< of u8-tensor
};

/// The quantized layers of a folder, as its settings describe them: quantization_config or compression_config of
/// config.json, or OldSettings. Opening reads headers only; a layer is unpacked when it is
/// asked for. Each kind that is read is a row of quantizedKinds(); docs/formats.md lists their layouts and what of them
/// is refused. Independent of the exporters' code: this is what reads their work back. Cheap to copy,
/// thread-safe.
class QuantizedFolder {
public:
    /// Nothing when no tensor is quantized; settings that are there all the same are told in `notes` (may be null), as
    /// is what else a person should know. Errors: BadFile (unsupported quant_method or format: named, with what is
    /// supported; codes without settings; tensors missing, of the wrong shape or type).
    static Result<std::optional<QuantizedFolder>> open(const Checkpoint& checkpoint, Notes* notes = nullptr);

    /// Layers by name that are unpacked already. @pre some are
    static QuantizedFolder unpacked(
        const Checkpoint& checkpoint, std::string method, const std::map<std::string, UnpackedLayer>& layers);

    const std::string& quantMethod() const; ///< "gptq", "awq", …
    /// Layer names -> format, from headers only.
    const std::map<std::string, std::string>& layers() const;
    bool contains(const std::string& layer) const { return layers().count(layer) > 0; }
    /// The layer that a tensor of the checkpoint holds codes, scales, zero points or groups of; empty: none.
    std::string layerOf(const TensorInfo& tensor) const;
    /// Precondition: contains(layer).
    LayerShape shape(const std::string& layer) const;
    /// Unpacks one layer. Errors: BadFile (scales that are NaN or Inf, codes or g_idx out of range).
    Result<QuantizedTensor> read(const std::string& layer) const;
    /// How servers round the inputs of a layer while the model runs, from headers only. Precondition: contains(layer).
    ActivationFormat activation(const std::string& layer) const;
    /// The fixed step of such inputs, 0 where their format has none. Precondition: contains(layer). Errors: BadFile (a
    /// step that is no positive number).
    Result<float> inputStep(const std::string& layer) const;
    /// The byte that stands for 0 in such inputs, 0 where their format has none. Precondition: contains(layer).
    int inputZero(const std::string& layer) const;
    /// "int8-channel+a8-token". Precondition: contains(layer).
    std::string wholeFormat(const std::string& layer) const;
    /// How servers round inputs in ways that activation() does not tell: a sentence; empty: not at all.
    std::string otherInputs() const;
    /// "gptq, 14 layers in int4-g64".
    std::string summary() const;
    /// Reads every scale (a few percent of the bytes): a note when groups have the scale 0, which means that all their
    /// weights are 0. Errors: BadFile (a scale that is NaN or Inf), Cancelled.
    Result<Notes> checkScales(const JobContext& job) const;

private:
    struct Impl;
    explicit QuantizedFolder(std::shared_ptr<const Impl> impl);
    std::shared_ptr<const Impl> m_impl;
};

} // namespace kerf::core
