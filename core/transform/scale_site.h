// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/decoder.h"

namespace kerf::core {

/// A site whose inputs x may be divided by s column by column, because what produces them can be divided and the layers
/// that read them multiplied, without changing the function (Xiao et al., SmoothQuant, arXiv 2211.10438, section 4;
/// Lin et al., AWQ, arXiv 2306.00978, section 3.2).
struct ScaleSite {
    enum class Producer {
        Norm, ///< weight (and bias) of the norm before q k v, or before gate and up
        Value, ///< rows of v before o: attention mixes positions, not channels
        Up, ///< rows of up before down: activation(gate) * up is linear in up
    };
    Producer producer = Producer::Norm;
    std::string site;
    int block = 0;
    int stage = 0;
    std::vector<const LayerInfo*> consumers; ///< every layer that reads the site
    /// Index of the factor of each input column. Heads that share values (grouped-query attention) share factors.
    std::vector<std::int32_t> factorOf;
    std::int64_t factors = 0;
};

/// Every site that can be scaled, in the network's order. Sites without such a producer are left out: inputs without a
/// norm before them (OLMo 2), inputs behind an activation that is not linear (GPT-2's second layer; ReLU would be) or
/// behind an online rotation.
std::vector<ScaleSite> scaleSites(const Decoder& network);

/// Nudges the factors to such that the folded norm is exactly representable in the type in which it will be written, so
/// that what is exported is what ran. Factors that are not positive and finite, or that would lose the norm's value,
/// become 1.
VectorD storableFactors(const Decoder& network, const ScaleSite& site, const VectorD& factors);

/// Adds the folds of x -> x / s. One factor an index of factorOf.
/// Errors: InvalidArgument (another number of factors), Numerical (a factor that is not positive).
Status foldScale(const Decoder& network, const ScaleSite& site, const VectorD& factors, TensorFolds& folds);

/// One factor an input column.
VectorD columnFactors(const ScaleSite& site, const VectorD& factors);

/// The type in which a rewritten tensor is written: float16 for 16-bit sources (loaders cast every tensor to it, as the
/// scales are float16; Gemma's, whose activations overflow it, to float32), float32 otherwise.
DType rewrittenType(const Decoder& network, const std::string& tensor);

} // namespace kerf::core
