// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/name_pattern.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {

/// How compressed-tensors stores the layers of a group (compressed_tensors/config/format.py).
enum class TensorsLayout {
    Packed, ///< pack-quantized: weight_packed, fields in words of 32 bits
    Integer, ///< int-quantized, or naive-quantized of integers: weight as int8
    Float, ///< float-quantized, or naive-quantized of floats: weight as float8 E4M3
    NvFloat4, ///< nvfp4-pack-quantized
    MxFloat4, ///< mxfp4-pack-quantized
    MxFloat8, ///< mxfp8-quantized
};

/// A group of quantization_config.config_groups.
struct TensorsGroup {
    std::string name;
    std::vector<NamePattern> targets;
    TensorsLayout layout = TensorsLayout::Packed;
    int bits = 0;
    bool symmetric = true;
    std::string granularity; ///< as the names of formats spell it: "g64", "channel", "tensor", "block128"
    std::string inputs; ///< how its kernels round the layers' inputs, in words; empty: not at all
    ActivationFormat activation = ActivationFormat::None; ///< the same; None where no format stands for it
};

/// The groups of a config and the layers that it leaves alone.
class TensorsGroups {
public:
    /// `what` says where the config stands. Errors: BadFile.
    static Result<TensorsGroups> parse(const OrderedJson& config, const std::string& what);
    /// The group of a layer that `tensor` is stored of: a target that names the layer goes before one that names its
    /// class. Errors: BadFile (ignored, or none targets it).
    Result<const TensorsGroup*> of(const std::string& layer, const std::string& tensor) const;
    const std::vector<TensorsGroup>& all() const { return m_groups; }

private:
    std::string m_what;
    std::vector<TensorsGroup> m_groups;
    std::vector<NamePattern> m_ignore;
};

} // namespace kerf::core
