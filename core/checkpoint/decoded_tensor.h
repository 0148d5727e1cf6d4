// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// A tensor of floats that a checkpoint holds as codes with scales (Checkpoint::withDecoded). Holds the mapping, no
/// numbers: they are decoded whenever they are asked for. Thread-safe.
class DecodedTensor {
public:
    /// `parts`: the stored tensors in whose place it stands, the codes first. `type`: one that holds every number
    /// exactly as it is decoded.
    DecodedTensor(Checkpoint stored, std::vector<std::string> parts, DType type, std::vector<std::int64_t> shape);
    DecodedTensor(const DecodedTensor&) = delete;
    DecodedTensor& operator=(const DecodedTensor&) = delete;
    virtual ~DecodedTensor() = default;

    const std::vector<std::string>& parts() const { return m_parts; }
    /// What its codes are called: "F8_E4M3", "MXFP4".
    virtual std::string_view codesName() const = 0;
    DType type() const { return m_type; }
    const std::vector<std::int64_t>& shape() const { return m_shape; }
    std::int64_t elements() const; ///< of all of it
    std::uint64_t storedBytes() const; ///< of its parts
    /// Elements [first, first + count) of the first dimension. @pre out has room for them. Errors: BadFile, naming the
    /// stored tensor (a code or a scale that is no number).
    virtual Status decode(std::int64_t first, std::int64_t count, std::span<float> out) const = 0;
    /// All of it in type(). Errors: as decode().
    Result<std::vector<std::byte>> bytes() const;
    /// Decodes all of it, a piece at a time. Errors: as decode(); BadFile, when a number is infinite.
    Status check() const;
    /// Errors: BadFile, naming the first scale that is no number.
    virtual Status checkScales() const = 0;
    void release() const; ///< see Checkpoint::release

protected:
    const Checkpoint& stored() const { return m_stored; }

private:
    /// Calls `use` with the elements of every piece, in order.
    Status forPieces(const std::function<void(std::span<const float>)>& use) const;

    Checkpoint m_stored;
    std::vector<std::string> m_parts;
    DType m_type;
    std::vector<std::int64_t> m_shape;
};

} // namespace kerf::core
