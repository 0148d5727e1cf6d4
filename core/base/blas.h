// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace kerf::core {

/// Makes OpenBLAS single-threaded (our tiles are the only parallelism) and, on processors newer than the installed
/// OpenBLAS, gives it the kernels of the newest architecture that it knows and this processor can run: OpenBLAS 0.3.21
/// falls back to SSE3 code on processors it cannot name, which costs a factor of 4. OPENBLAS_CORETYPE, when the user
/// has set it, is respected. Called by parallelFor; call it before BLAS is used outside of it. Thread-safe, idempotent.
void prepareBlas();

/// The kernels in use, for provenance and benchmarks: "OpenBLAS SkylakeX".
std::string blasKernels();

} // namespace kerf::core
