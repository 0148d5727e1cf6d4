// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <Eigen/Core>

namespace kerf::core {

/// Row-major as in checkpoints: a weight is [out_features, in_features], activations are [tokens, features].
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixD = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXf;
using VectorD = Eigen::VectorXd;
/// A view of a Matrix or of a block of its rows and columns; never copies when the inner stride is 1.
using MatrixRef = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;
using MutableMatrixRef = Eigen::Ref<Matrix, 0, Eigen::OuterStride<>>;

} // namespace kerf::core
