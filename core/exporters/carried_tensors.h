// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"

namespace kerf::core {

template <class T> std::vector<std::byte> bytesOf(const std::vector<T>& values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return { bytes.begin(), bytes.end() };
}

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
/// Lends its bytes to `read`, of the mapped checkpoint or as they were rewritten. Errors: BadFile, InvalidArgument (a
/// rewritten value that the type cannot hold), those of `read`.
Status lendCarried(const ExportSource& source, const CarriedTensor& tensor,
    const std::function<Status(std::span<const std::byte>)>& read);

/// The parameters that lie in one tensor of the source, in its order; of a tensor that is one parameter: none.
std::vector<const Parameter*> slicesOf(const Graph& graph, const std::string& tensor);

/// The name under which a tensor of the source is carried over; empty when it is left out. Where the head is the
/// embedding only the embedding is written: a copy of it stored as the head is left out, and a head that is stored
/// alone gets the embedding's name, which is the one every loader asks for.
std::string carriedName(const ExportSource& source, const std::string& name);
/// What a transform has made a tensor of its own, where it shared one: the head of a model whose head is the embedding.
std::vector<const Parameter*> untiedTensors(const ExportSource& source);

} // namespace kerf::core
