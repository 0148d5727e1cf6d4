// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/format/layer_format.h"

namespace kerf::core {

/// JSON that keeps the order of its keys: rules of quantization configs are tried in the order they are written.
using OrderedJson = nlohmann::ordered_json;

/// A layer that a folder holds quantized, as its headers tell.
struct StoredLayer {
    FormatPtr format;
    LayerShape shape;
    ActivationFormat activation = ActivationFormat::None; ///< how servers round its inputs
    std::string step {}; ///< tensor of a fixed step; empty: the format has none
    bool isStepDivisor = false; ///< inputs are multiplied by it (compressed-tensors' input_global_scale)
    float knownStep = 0; ///< in place of a tensor
    int zeroPoint = 0; ///< of u8-tensor
};

/// Reads the layers of one quantization method. Inside this room only; QuantizedFolder chooses.
class QuantizedReader {
public:
    QuantizedReader() = default;
    QuantizedReader(const QuantizedReader&) = delete;
    QuantizedReader& operator=(const QuantizedReader&) = delete;
    virtual ~QuantizedReader() = default;

    const std::map<std::string, StoredLayer>& layers() const { return m_layers; }
    /// Precondition: layers() has it. Errors: BadFile.
    virtual Result<QuantizedTensor> read(const std::string& layer) const = 0;
    /// Name of the tensor that holds the layer's scales; empty when they lie among the codes, where read() checks them.
    virtual std::string scalesTensor(const std::string& layer) const = 0;
    /// How servers round inputs that no StoredLayer::activation stands for: a sentence; empty: not at all.
    virtual std::string otherInputs() const { return {}; }

protected:
    /// Sets how the inputs of a layer are rounded; false: its weight has no product with such inputs, or the step is
    /// missing.
    static bool setInputs(const Checkpoint& checkpoint, StoredLayer& layer, ActivationFormat activation,
        const std::string& step = {}, bool isDivisor = false);

    std::map<std::string, StoredLayer> m_layers;
};

using QuantizedReaderPtr = std::shared_ptr<const QuantizedReader>;

/// A kind of quantized folder that can be read: one file of this room and one row of quantizedKinds().
struct QuantizedKind {
    std::string method; ///< quant_method of its settings
    std::vector<std::string> tensorEnds; ///< how the names of its tensors end
    /// The key of config.json that settings of this kind without a quant_method stand under; empty: none.
    std::string ownKey;
    std::string_view oldFile {}; ///< OldSettings of that name without a quant_method are of this kind; empty: none
    /// `config` is quantization_config; `what` says where it stands and starts every message about it. Errors: BadFile.
    Result<QuantizedReaderPtr> (*open)(const Checkpoint& checkpoint, const OrderedJson& config, const std::string& what)
        = nullptr;
};
const QuantizedKind& gptqKind();
const QuantizedKind& awqKind();
const QuantizedKind& compressedTensorsKind();
const QuantizedKind& bitsAndBytesKind();
const QuantizedKind& fp8Kind();
const QuantizedKind& modelOptKind();
const QuantizedKind& ggufKind();
/// The registry.
std::span<const QuantizedKind* const> quantizedKinds();

/// Integers of `bits` with a scale for each `group` columns of a row; group 0 = one for the whole row.
struct IntegerScheme {
    int bits = 0;
    std::int64_t group = 0;
    bool symmetric = true;
};
/// Our format for a scheme, if it can hold the shape. `what` names file and layer. Errors: BadFile.
Result<FormatPtr> formatOfScheme(const IntegerScheme& scheme, const LayerShape& shape, const std::string& what);

/// Our format of that name, if it can hold the shape. Errors: BadFile.
Result<FormatPtr> storedFormat(const std::string& name, const LayerShape& shape, const std::string& what);

/// The tensor with this dtype and shape. Errors: BadFile, saying what was expected and what is there.
Result<const TensorInfo*> requireTensor(
    const Checkpoint& checkpoint, const std::string& name, DType dtype, const std::vector<std::int64_t>& shape);
/// The same with any type that weights may have.
Status requireFloats(const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape);
/// Scales of any float type: finite. Negative ones are legal: auto-round uses the sign to give the larger side of a
/// group the longer half of the range. 0 is what some tools write for a group of zeros: every code then means 0.
/// Errors: BadFile, naming the first that is not.
Result<Matrix> readScales(
    const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape);
/// The same stored as [groups, rows], in the order of QuantizedTensor::scales.
Result<std::vector<float>> readScalesByGroup(
    const Checkpoint& checkpoint, const std::string& name, const QuantizedTensor& tensor);
/// Weights of one byte each, which are the codes, and the scales that Format::readParams takes as they are stored.
/// Errors: BadFile (a NaN; scales that are not finite).
Result<QuantizedTensor> readFloat8(
    const Checkpoint& checkpoint, const std::string& weight, const std::string& scales, const StoredLayer& layer);
/// A column -> group map of int32. Empty when it is just column / group size. Errors: BadFile (group out of range).
Result<std::vector<std::int32_t>> readGroupIndex(
    const Checkpoint& checkpoint, const std::string& name, const StoredLayer& layer);
/// The first `count` fields of a dense low-first bit stream in little-endian 32-bit words, `stride` words apart; fields
/// may straddle two words, unless `wholeWords`: then each word holds 32 / bits fields and the rest of it is not used.
void bitFields(
    const std::byte* words, std::size_t stride, int bits, std::size_t count, bool wholeWords, std::uint8_t* fields);
/// Field `index` of a dense low-first bit stream in little-endian 32-bit words, `stride` words apart, to each of which
/// `addend` is added first. Fields may straddle two words.
std::uint32_t bitField(
    const std::byte* words, std::size_t stride, int bits, std::size_t index, std::uint32_t addend = 0);

} // namespace kerf::core
