// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/sample_mean.h"
#include "core/graph/linear.h"

namespace kerf::core {

/// The fastest kernels that this machine runs, by their instruction sets: "avx512, avx512-vnni".
std::string fastestKernels();

/// What this machine reaches, with all threads.
struct MachineFigures {
    SampleMean bandwidth; ///< bytes a second, reading memory in a row
    SampleMean float32; ///< operations a second: products of float32 matrices by BLAS
    SampleMean int8; ///< likewise: INT8 weights and activations
};

/// Measures figures sample by sample, so that they meet the machine in the moods in which other times are taken.
class MachineProbe {
public:
    /// @param bufferBytes that are read for the bandwidth: many times what the caches hold. Errors: Internal (no kernel
    ///   multiplies INT8 matrices).
    static Result<MachineProbe> make(std::size_t bufferBytes = std::size_t { 512 } << 20);

    void sample();
    /// Medians. @pre sample() was called
    MachineFigures figures() const;

private:
    double bandwidth();
    double float32();
    double int8() const;

    std::vector<float> m_buffer;
    std::vector<Matrix> m_left, m_right, m_products; ///< one a thread
    LinearPtr m_int8;
    Matrix m_tokens;
    std::vector<double> m_bandwidths, m_float32s, m_int8s;
};

} // namespace kerf::core
