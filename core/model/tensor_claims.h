// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// Which tensors of a checkpoint a network is made of. A builder claims each under its name and with the shape that the
/// configuration asks for; what nobody claims is told.
class TensorClaims {
public:
    /// `what`: "a llama model with 4 blocks", for messages. The arguments must outlive the claims.
    TensorClaims(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized, std::string what)
        : m_checkpoint(checkpoint)
        , m_quantized(quantized)
        , m_what(std::move(what))
    {
    }

    bool has(const std::string& tensor) const { return m_checkpoint.find(tensor) != nullptr; }
    /// A weight that is stored as floats or as codes.
    bool hasWeight(const std::string& tensor) const { return has(tensor) || isStoredAsCodes(moduleOf(tensor)); }
    /// A tensor of floats of that shape. Errors: BadFile, naming it.
    Status claim(const std::string& tensor, const Shape& shape);
    /// The same as a parameter; `offset` is added to what is stored.
    Result<Parameter> claimParameter(const std::string& tensor, const Shape& shape, double offset = 0);
    /// An embedding or a head: floats or codes. Errors: BadFile.
    Status claimTable(const std::string& tensor, const Shape& shape);
    /// The weight of a linear layer, which may be stored as codes. Errors: BadFile.
    Result<Parameter> claimLayer(const std::string& layer, const Shape& shape, WeightLayout layout);
    /// One of several weights that lie in one tensor, [count, in, out], or of several vectors in [count, size]. Where
    /// `layer`, whose weight it is, is stored as codes, there is no such tensor. Errors: BadFile.
    Result<Parameter> claimSlice(const std::string& tensor, std::int64_t slice, std::int64_t count, const Shape& shape,
        const std::string& layer = {});
    bool isStoredAsCodes(const std::string& layer) const { return m_quantized && m_quantized->contains(layer); }
    /// "x" of "x.weight".
    static std::string moduleOf(const std::string& tensor) { return tensor.substr(0, tensor.rfind('.')); }
    /// A bias that the configuration does not name: told when it is not 0. `key`: of config.json that would name it.
    void leaveBias(const std::string& tensor, std::string_view key);
    /// By tensor name, or by key of a slice, the layers that are stored as codes.
    const std::map<std::string, std::string>& codes() const { return m_codes; }

    /// What a person should know of the tensors that were left. Errors: BadFile.
    Result<Notes> notes();

private:
    Status checkCodes(const std::string& layer, const Shape& shape) const;
    bool isPartOfCodes(const std::string& tensor) const;
    Status addBiasNote(Notes& notes);
    void addUnusedNote(Notes& notes) const;

    const Checkpoint& m_checkpoint;
    const std::optional<QuantizedFolder>& m_quantized;
    std::string m_what;
    std::set<std::string> m_used; ///< tensors that have their place
    std::set<std::string> m_layers;
    std::map<std::string, std::string> m_codes;
    std::vector<std::string> m_unnamedBiases;
    std::set<std::string_view> m_biasKeys;
};

} // namespace kerf::core
