// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/format/kv_format.h"
#include "core/graph/layer_info.h"
#include "core/graph/linear.h"

namespace kerf::core {

class Network;

/// Makes the operator that a generation keeps for a layer, from the layer's float32 weight. Also called for the head,
/// with a LayerInfo of role "head" (block -1).
using LinearFactory = std::function<Result<LinearPtr>(const LayerInfo& layer, const Matrix& weight)>;

/// Text generation with resident weights and float32 key/value caches: one sequence of tokens, which grows, or several
/// that grow together. Not thread-safe; it uses all threads itself.
class Generation {
public:
    Generation() = default;
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;
    virtual ~Generation() = default;

    /// Appends equally many tokens to each sequence, all at once: tokens [sequences, n], one sequence after the other.
    /// Logits [sequences, vocabulary] of the last of each.
    /// Errors: InvalidArgument (no token, not equally many, token out of range, no room), Numerical.
    virtual Result<Matrix> extend(std::span<const TokenId> tokens) = 0;
    /// The same of a single sequence: logits [vocabulary].
    Result<Vector> prefill(std::span<const TokenId> tokens);
    /// Appends one token. Logits [vocabulary] of what follows it.
    Result<Vector> decode(TokenId token) { return prefill({ &token, 1 }); }
    /// Forgets all but the first `length` tokens of each sequence. @pre length <= this->length()
    virtual void truncate(std::int64_t length) = 0;
    /// Goes on with the first `sequences` as if each had `length` tokens: what was never appended is keys and values of
    /// 0. For taking times, which do not depend on what is in a cache.
    /// @pre both are at most what the generation was started with
    virtual void assume(std::int64_t sequences, std::int64_t length) = 0;
    virtual std::int64_t length() const = 0; ///< of each sequence
};

/// A network that can generate text.
class Generator {
public:
    Generator() = default;
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;
    virtual ~Generator() = default;

    /// Loads all weights; the factory (may be empty: float32 weights through BLAS) says in which form.
    /// caches: how each block keeps keys and values (docs/methods.md, "Key/value cache"); empty: as they are. The
    /// rounded values are held in float32, so the memory is the same. This network must outlive the generation.
    /// Errors: InvalidArgument (more positions than the model has, no sequence), BadFile, what the factory returns.
    virtual Result<std::unique_ptr<Generation>> start(const LinearFactory& factory, std::int64_t maxPositions,
        const CacheSettings& caches, std::int64_t sequences) const = 0;
};

/// Starts a generation of a network. Errors: InvalidArgument: it does not generate text; as Generator::start.
Result<std::unique_ptr<Generation>> startGeneration(const Network& network, const LinearFactory& factory,
    std::int64_t maxPositions, const CacheSettings& caches = {}, std::int64_t sequences = 1);

} // namespace kerf::core
