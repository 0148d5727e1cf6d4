// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/exporters/carried_tensors.h"
#include "core/exporters/config_writer.h"
#include <memory>

#include "core/exporters/exporter.h"
#include "core/exporters/target_checks.h"

namespace kerf::core {

/// Bytes of tensors, in the order of LayerCodec::specs.
using PackedBytes = std::vector<std::vector<std::byte>>;

/// How one target stores a quantized layer.
class LayerCodec {
public:
    LayerCodec() = default;
    LayerCodec(const LayerCodec&) = delete;
    LayerCodec& operator=(const LayerCodec&) = delete;
    virtual ~LayerCodec() = default;
    /// The tensors that stand in place of `<layer>.weight`. Of a layer that lies in one tensor with others: that
    /// tensor's type alone counts (see stackedProblems).
    virtual std::vector<TensorSpec> specs(const QuantizedRow& row) const = 0;
    /// Their bytes; on any thread. Errors: InvalidArgument, Internal: the target has no place for a part of it.
    virtual Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const = 0;
    /// After all layers: what is to be told of them.
    virtual void report(WriteReport&) const { }
};

/// Data of one file before the next is begun: small enough that hashing one takes about a second.
constexpr std::int64_t kShardBytes = 2'000'000'000;

/// Writes all tensors: quantized layers through the codec, every other one byte for byte; as model.safetensors, or as
/// shards of at most shardBytes (one tensor at least) with their index; `added` behind them. Memory: a layer a
/// thread, of at most kMostAtOnce threads. Returns what was written. Errors: Io, DiskFull, Cancelled, BadFile (source
/// changed), those of the codec.
Result<WriteReport> writeTensors(const ExportSource& source, const std::filesystem::path& folder,
    const LayerCodec& codec, const JobContext& job, std::vector<AddedTensor> added = {},
    std::int64_t shardBytes = kShardBytes);

/// Size of the files that writeTensors would write, to the byte; nothing is unpacked. Errors: those of the plan.
Result<std::int64_t> tensorBytes(const ExportSource& source, const LayerCodec& codec,
    const std::vector<AddedTensor>& added = {}, std::int64_t shardBytes = kShardBytes);

/// A target that is a folder of safetensors: settings beside them, quantized layers through a codec.
class FolderExporter : public Exporter {
public:
    Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const final;
    Result<std::int64_t> weightBytes(const ExportSource& source) const final;

protected:
    using Rows = std::vector<QuantizedRow>;
    virtual std::unique_ptr<const LayerCodec> codec(const ExportSource& source, const Rows& rows) const = 0;
    /// Errors: InvalidArgument: the run lacks one.
    virtual Result<std::vector<AddedTensor>> added(const ExportSource&, const Rows&) const
    {
        return std::vector<AddedTensor> {};
    }
    /// config.json and what else describes the layers. Errors: Io, DiskFull.
    virtual Status writeSettings(
        const ExportSource& source, const Rows& rows, const std::filesystem::path& folder) const = 0;
};

/// For codecs that store scales as float16: their bits. Errors: Internal: one is no float16 number.
Result<std::vector<std::uint16_t>> halfScales(const std::string& layer, const QuantizedTensor& tensor);
/// [groups, rows] from the tensor's [rows, groups].
std::vector<std::uint16_t> scalesByGroup(const std::vector<std::uint16_t>& byRow, const QuantizedTensor& tensor);
/// For codecs that store no permutation of columns. Errors: InvalidArgument: the layer has one.
Status requirePlainGroups(const std::string& layer, const QuantizedTensor& tensor);

} // namespace kerf::core
