// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"

namespace kerf::core {

/// Heads of a key/value cache: a token has heads * headDim keys and heads * valueDim values in every block.
struct CacheShape {
    std::int64_t heads = 0;
    std::int64_t headDim = 0;
    std::int64_t valueDim = 0;
    /// Numbers of which serving engines make both anew and which they keep in their place (DeepSeek-V2, arXiv
    /// 2405.04434, section 2.1: multi-head latent attention); 0: they keep keys and values.
    std::int64_t latent = 0;

    bool isCache() const { return heads > 0; } ///< false: there is none
    /// Whether the formats other than 16 bit apply: they round keys and values.
    bool canBeRounded() const { return heads > 0 && latent == 0; }
};

/// How keys and values are kept in the cache of one block (docs/methods.md, "Key/value cache"). Immutable, shared,
/// compared by name.
class CacheFormat {
public:
    enum class Scheme {
        Float16, ///< kv-f16: not quantized
        Int8, ///< symmetric, a scale for each token and head
        Int4, ///< asymmetric, a scale and a minimum for each token and head
        Float8, ///< E4M3, a scale for each token and head
        Kivi, ///< asymmetric; keys in groups of tokens for each channel, values in groups of channels for each token
    };

    CacheFormat(std::string name, Scheme scheme, int bits, bool fixedStep, std::int64_t residual)
        : m_name(std::move(name))
        , m_scheme(scheme)
        , m_bits(bits)
        , m_fixedStep(fixedStep)
        , m_residual(residual)
    {
    }

    const std::string& name() const { return m_name; }
    /// One plain sentence for those who choose one, with the paper where there is one.
    std::string summary() const;
    Scheme scheme() const { return m_scheme; }
    bool isUnquantized() const { return m_scheme == Scheme::Float16; }
    /// One step for all keys of a block and one for all values, from calibration ("-tensor").
    bool hasFixedStep() const { return m_fixedStep; }
    /// KIVI's R: the newest tokens that stay in 16 bit; 0 for the others.
    std::int64_t residual() const { return m_residual; }

    /// Bytes of the keys and values of one sequence of `tokens` in one block, scales and minima counted; of a latent
    /// cache those of its numbers. Precondition: isUnquantized() or shape.canBeRounded()
    std::int64_t bytes(const CacheShape& shape, std::int64_t tokens) const;

    /// Rounds each row (one token: heads * headDim values) to what the cache gives back. fixedStep: of formats that
    /// have one. Precondition: residual() == 0 and not Float16.
    void roundTokens(std::int64_t headDim, float fixedStep, MutableMatrixRef rows) const;
    /// KIVI: rounds residual() tokens of keys, the block that leaves the window at once, channel by channel.
    void roundKeyBlock(MutableMatrixRef rows) const;
    /// KIVI: rounds each row of values in groups of channels.
    void roundValues(std::int64_t headDim, MutableMatrixRef rows) const;
    /// The step for values up to absMax: absMax / 127 or / 448. Precondition: hasFixedStep()
    float fixedStepFor(float absMax) const;

private:
    std::string m_name;
    Scheme m_scheme;
    int m_bits;
    bool m_fixedStep;
    std::int64_t m_residual;
};
using CacheFormatPtr = std::shared_ptr<const CacheFormat>;

/// kv-f16, kv-int8, kv-int4, kv-fp8, kv-int8-tensor, kv-fp8-tensor, kv-kivi2, kv-kivi4; KIVI's residual window is 32
/// tokens, or N of kv-kivi2-rN (a multiple of 32). Errors: InvalidArgument, listing these.
Result<CacheFormatPtr> parseCacheFormat(std::string_view name);
/// The names that help and palettes list, fewest bytes first.
const std::vector<std::string>& commonCacheFormats();

/// Tokens of a group of KIVI's keys, and channels of a group of its values (or all of a head, where 32 does not divide
/// it).
inline constexpr std::int64_t kKiviGroup = 32;

/// What one block's cache is given: the format, and the steps of formats that have fixed ones.
struct CacheSetting {
    CacheFormatPtr format; ///< null: 16 bit
    float keyStep = 0;
    float valueStep = 0;
};
/// One a block; empty: all in 16 bit.
using CacheSettings = std::vector<CacheSetting>;

} // namespace kerf::core
