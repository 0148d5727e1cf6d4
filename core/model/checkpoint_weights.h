// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/tensor_folds.h"
#include "core/model/weight_source.h"

namespace kerf::core {

/// Parameters that lie in a checkpoint, some of them maybe as codes. Holds the mapping, no weights.
class CheckpointWeights final : public WeightSource {
public:
    /// `layers`: by tensor name, or by key of a slice, the layer that is stored as codes under another name ("x" for
    /// "x.weight").
    CheckpointWeights(Checkpoint checkpoint, std::optional<QuantizedFolder> quantized,
        std::map<std::string, std::string> layers, std::shared_ptr<const TensorFolds> folds);

    Result<Matrix> values(const Parameter& parameter) const override;
    Result<std::shared_ptr<const StreamedLinear>> streamed(const Parameter& parameter) const override;
    Result<std::shared_ptr<const RowTable>> table(const Parameter& parameter) const override;
    Result<LayerActivation> inputs(const Parameter& parameter) const override;
    Result<Matrix> tensor(const Parameter& parameter) const override;
    std::optional<DType> storedType(const std::string& tensor) const override;
    bool isQuantized() const override { return m_quantized.has_value(); }
    std::shared_ptr<const WeightSource> rewritten(std::shared_ptr<const TensorFolds> folds) const override;

private:
    /// Of a table that is read and multiplied with: unpacked once for both.
    struct Kept {
        std::mutex mutex;
        std::map<std::string, std::weak_ptr<const QuantizedTensor>> codes;
    };
    /// Of a parameter that is stored as codes, the layer.
    std::map<std::string, std::string>::const_iterator codesOf(const Parameter& parameter) const;
    Result<std::shared_ptr<const QuantizedTensor>> codes(const std::string& layer) const;

    Checkpoint m_checkpoint;
    std::optional<QuantizedFolder> m_quantized;
    std::map<std::string, std::string> m_codes;
    std::shared_ptr<const TensorFolds> m_folds; ///< never null
    std::shared_ptr<Kept> m_kept = std::make_shared<Kept>();
};

} // namespace kerf::core
