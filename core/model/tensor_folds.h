// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/matrix.h"
#include "core/graph/graph.h"
#include "core/graph/orthogonal.h"

namespace kerf::core {

/// One exact rewriting of a stored tensor [rows, columns] (of rank 1: one row).
struct TensorEdit {
    enum class Kind {
        Scale, ///< slices first, first + 1, … of the axis times factors; with an offset: (v + offset) f - offset
        Fill, ///< every value becomes `value`
        Rotate, ///< the axis is cut into blocks of the rotation's size from `first` on; each block v becomes v Q
    };
    Kind kind = Kind::Scale;
    int axis = 1; ///< 0 rows, 1 columns
    std::int64_t first = 0;
    VectorD factors;
    double offset = 0; ///< of norms that are stored minus 1
    double value = 0;
    std::shared_ptr<const Orthogonal> rotation;
    std::int64_t blocks = 1;
    bool transposed = false; ///< v Qᵀ
};

/// What a network turns while it runs, because nothing before it can be rewritten to (Ashkboos et al., QuaRot, arXiv
/// 2404.00456, section 4; SpinQuant's R3 and R4): every stretch of a value's columns. Sizes with a Hadamard form only.
struct OnlineTurn {
    ValueId value = -1; ///< of the graph as it was built
    std::shared_ptr<const Orthogonal> rotation;
};

/// Rewritings of a checkpoint's tensors that leave the function of the model as it is: what transforms fold into norms,
/// layers, biases, embedding and head. Applied to a copy, in double, when a tensor is read, and cast once; the
/// checkpoint is never modified, so dropping the folds undoes them. Keys are tensor names; the head of a model whose
/// head is the embedding has a key of its own (Parameter::key).
class TensorFolds {
public:
    void add(const std::string& tensor, TensorEdit edit);
    /// All of `later`, behind what is here.
    void append(const TensorFolds& later);
    /// The value that is read is rounded to what will be written (F16, F32) when nothing quantizes the tensor.
    void storeAs(const std::string& tensor, DType type) { m_stored[tensor] = type; }

    /// What the network turns while it runs, as edits of the weights expect it.
    void addTurn(OnlineTurn turn) { m_turns.push_back(std::move(turn)); }
    const std::vector<OnlineTurn>& turns() const { return m_turns; }

    bool isEmpty() const { return m_edits.empty() && m_turns.empty(); }
    bool touches(const std::string& tensor) const { return m_edits.contains(tensor); }
    const std::map<std::string, std::vector<TensorEdit>>& edits() const { return m_edits; }
    DType storedType(const std::string& tensor) const;

    /// All edits of a tensor, in double.
    void apply(const std::string& tensor, MatrixD& values) const;
    /// The same on float32 values, through double, cast (and rounded, see storeAs) once.
    void apply(const std::string& tensor, MutableMatrixRef values) const;
    /// The edits that take these back, in reverse order. @pre no Fill, no factor of 0, nothing online
    TensorFolds inverse() const;

private:
    std::map<std::string, std::vector<TensorEdit>> m_edits;
    std::map<std::string, DType> m_stored;
    std::vector<OnlineTurn> m_turns;
};

/// Parameters that share a tensor with another, and are rewritten as the other is not: exports write them as tensors of
/// their own.
std::vector<const Parameter*> untiedParameters(const Graph& graph, const TensorFolds& folds);

/// value as a float16, bfloat16 or float32 number.
float roundToStored(double value, DType type);

} // namespace kerf::core
