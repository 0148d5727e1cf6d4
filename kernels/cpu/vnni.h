// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the kernels of AVX-512 VNNI share. For x86-64 only, and only for the files that hold such kernels: the warnings
// that it turns off stay off to the end of the file that includes it.

#pragma once

#include <immintrin.h>

// GCC 12 takes the "undefined" vectors inside its own AVX-512 header for uninitialized variables of ours.
#ifndef __clang__ // which does not know the second of them
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define KERF_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))
#define KERF_VNNI_INLINE KERF_VNNI __attribute__((always_inline)) inline

namespace kerf::kernels {

/// Whether this machine has every instruction set of KERF_VNNI.
inline bool hasVnni()
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma");
}

} // namespace kerf::kernels
