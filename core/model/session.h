// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/model/network.h"

namespace kerf::core {

/// Makes the operator that a session keeps for a layer, from the layer's float32 weight. Also called for the head,
/// with a LayerInfo of role "head" (block -1).
using LinearFactory = std::function<Result<LinearPtr>(const LayerInfo& layer, const Matrix& weight)>;

/// Text generation with resident weights and a float32 key/value cache: one sequence of tokens, which grows.
/// Not thread-safe; it uses all threads itself.
class Session {
public:
    /// Loads every block. maxPositions: longest sequence, prompt included; the cache takes
    /// blocks * maxPositions * 2 * kv width * 4 bytes. An empty factory keeps float32 weights (makeDenseLinear).
    /// The network must outlive the session. Errors: InvalidArgument (more positions than the model has; a network that
    /// is not a decoder), BadFile, what the factory returns.
    /// caches: how each block keeps keys and values (docs/methods.md, "Key/value cache"); empty: as they are. The
    /// rounded values are held in float32, so the memory is the same.
    static Result<Session> create(const Network& network, const LinearFactory& factory, std::int64_t maxPositions,
        const CacheSettings& caches = {});
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// Appends tokens, all at once. Logits [vocabulary] of the last of them.
    /// Errors: InvalidArgument (no token, token out of range, no room), Numerical.
    Result<Vector> prefill(std::span<const TokenId> tokens);
    /// Appends one token. Logits [vocabulary] of what follows it.
    Result<Vector> decode(TokenId token);
    /// Forgets all but the first `length` tokens. @pre length <= this->length()
    void truncate(std::int64_t length);
    std::int64_t length() const;

private:
    struct Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace kerf::core
