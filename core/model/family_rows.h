// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/model/architecture.h"

namespace kerf::core {

/// The rows of the table, by kin. architectures() has them all.
std::vector<Architecture> gatedFamilies(); ///< as Llama: a gated MLP
std::vector<Architecture> plainFamilies(); ///< as GPT: an MLP of two layers
std::vector<Architecture> expertFamilies(); ///< experts in place of an MLP

inline constexpr BiasRule kNoBias { {}, false };
inline constexpr BiasRule kBias { {}, true };
inline constexpr std::string_view kFusedAttention = "qkv_proj", kFusedMlp = "gate_up_proj"; // as vLLM names them

/// self_attn.q_proj, .k_proj, .v_proj and an output layer.
std::vector<LayerTemplate> separateAttention(
    BiasRule queryKeyValue, BiasRule output, std::string_view outputName = "self_attn.o_proj");
/// As Llama names them: separateAttention() and a gated MLP.
std::vector<LayerTemplate> separateLayers(BiasRule queryKeyValue, BiasRule output, BiasRule mlp);
NormNames preNorms(); ///< as Llama names them
NormNames preNormsAndQueryKey();

} // namespace kerf::core
