// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/exporters/exporter.h"
#include "core/format/layer_format.h"

namespace kerf::core {

/// JSON that keeps its keys in order: config.json is carried over as it was written.
using OrderedConfig = nlohmann::ordered_json;

/// A layer of the plan that gets codes, in the network's order.
struct QuantizedRow {
    const LayerInfo* layer = nullptr;
    FormatPtr format; ///< of the weight
    ActivationFormat activation = ActivationFormat::None;
    DType scaleType = DType::F16; ///< of targets that store scales in the model's type
};

/// Bytes of tensors, in the order of LayerCodec::specs.
using PackedBytes = std::vector<std::vector<std::byte>>;
template <class T> std::vector<std::byte> bytesOf(const std::vector<T>& values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return { bytes.begin(), bytes.end() };
}

/// How one target stores a quantized layer.
class LayerCodec {
public:
    LayerCodec() = default;
    LayerCodec(const LayerCodec&) = delete;
    LayerCodec& operator=(const LayerCodec&) = delete;
    virtual ~LayerCodec() = default;
    /// The tensors that stand in place of `<layer>.weight`.
    virtual std::vector<TensorSpec> specs(const QuantizedRow& row) const = 0;
    /// Their bytes. Errors: InvalidArgument, Internal: the target has no place for a part of it.
    virtual Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const = 0;
};

/// Errors: InvalidArgument (format unknown, layer missing in the plan).
Result<std::vector<QuantizedRow>> quantizedRows(const Plan& plan, const Network& network);

/// Group size as settings of such folders have it: -1 for one scale a row.
std::int64_t storedGroupSize(const QuantizedRow& row);
/// Layers of the network that are not among the rows, in its order: what is written as it is.
std::vector<std::string> denseLayers(const Network& network, const std::vector<QuantizedRow>& rows);

/// For targets of Linear modules alone: a problem when the model's layers are Conv1D (GPT-2).
std::vector<PlanProblem> transposedProblems(const Network& network, std::string_view target);

/// What becomes of layers whose inputs are rounded too ("int8-channel+a8-token").
enum class Inputs { Refused, CheckedElsewhere };
/// What a target cannot hold: nothing quantized, online rotations, rounded inputs where it has no place for them. When
/// this is empty, quantizedRows has rows.
std::vector<PlanProblem> generalProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs = Inputs::Refused);

/// Those of the problems that concern a layer.
std::vector<PlanProblem> concerning(std::vector<PlanProblem> problems);

/// Data of one file before the next is begun: small enough that hashing one takes about a second.
constexpr std::int64_t kShardBytes = 2'000'000'000;

/// Writes all tensors: quantized layers through the codec, every other one byte for byte; as model.safetensors, or as
/// shards of at most shardBytes (one tensor at least) with their index; `added` behind them. Memory: one layer. Returns
/// the number of tensors. Errors: Io, DiskFull, Cancelled, BadFile (source changed), those of the codec.
Result<WriteReport> writeTensors(const ExportSource& source, const std::filesystem::path& folder,
    const LayerCodec& codec, const JobContext& job, std::vector<AddedTensor> added = {},
    std::int64_t shardBytes = kShardBytes);

/// Writes config.json: the source's, with this quantization_config (null: none) and the dtype of loaderDtype().
Status writeConfig(const ExportSource& source, const std::filesystem::path& folder, const OrderedConfig& quantization);

/// The dtype that config.json names: the one in which loaders run the model, and to which they cast every tensor.
struct LoaderDtype {
    std::string name; ///< "float16", "bfloat16", "float32"
    std::string note; ///< why this one and what it costs, for a person
};
/// float32 for float32 sources, where widening is exact. For 16-bit ones float16, which holds the float16 scales
/// exactly where bfloat16 has 8 significant bits, unless the model does not run in it: a bfloat16 source whose
/// activations came within a factor of 2 of float16's end, or of a family known for it (Gemma). That one is written as
/// bfloat16.
LoaderDtype loaderDtype(const ExportSource& source);

/// Which runtimes load this plan from a target, by the rules of checkLoader: a sentence for each of loadersOf() that
/// says yes, or no and why; `needs` says what transformers needs for it ("with gptqmodel installed"). Of a family whose
/// exports no runtime has loaded yet (triedInLoaders) that instead.
std::vector<std::string> loaderNotes(
    const Plan& plan, const Network& network, const std::string& target, const std::string& needs);

/// A tensor that is not quantized, as an export holds it.
struct CarriedTensor {
    std::string source; ///< its name in the checkpoint; of codes the one that a float weight would have
    std::string key; ///< its key in folds
    std::string codes {}; ///< a quantized source's layer whose numbers it gets; empty: stored as floats
    bool isRewritten = false; ///< by a transform; otherwise copied byte for byte
    TensorSpec spec; ///< name, type and shape in the export
};
/// Every tensor of the source as it is carried over, in the source's order of names, quantized layers among them (their
/// spec is then not written). A transform that unties the head adds the head behind the embedding.
std::vector<CarriedTensor> carriedTensors(const ExportSource& source);
/// Numbers in a type's bytes (F32, F16, BF16), rounded to nearest even.
std::vector<std::byte> storedAs(DType type, std::span<const float> values);
/// The type that loaderDtype() names.
DType loaderType(const ExportSource& source);
/// Lends its bytes to `read`, of the mapped checkpoint or as they were rewritten. Errors: BadFile, InvalidArgument (a
/// rewritten value that the type cannot hold), those of `read`.
Status lendCarried(const ExportSource& source, const CarriedTensor& tensor,
    const std::function<Status(std::span<const std::byte>)>& read);

/// The name under which a tensor of the source is carried over; empty when it is left out. Where the head is the
/// embedding only the embedding is written: a copy of it stored as the head is left out, and a head that is stored
/// alone gets the embedding's name, which is the one every loader asks for.
std::string carriedName(const ExportSource& source, const std::string& name);

/// For codecs that store scales as float16: their bits. Errors: Internal: one is no float16 number.
Result<std::vector<std::uint16_t>> halfScales(const std::string& layer, const QuantizedTensor& tensor);
/// [groups, rows] from the tensor's [rows, groups].
std::vector<std::uint16_t> scalesByGroup(const std::vector<std::uint16_t>& byRow, const QuantizedTensor& tensor);
/// For codecs that store no permutation of columns. Errors: InvalidArgument: the layer has one.
Status requirePlainGroups(const std::string& layer, const QuantizedTensor& tensor);

} // namespace kerf::core
