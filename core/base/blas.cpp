// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/blas.h"

#include <cstdlib>
#include <mutex>
#include <string_view>

extern "C" {
void openblas_set_num_threads(int threads);
char* openblas_get_corename();
// Exported by builds for many processors only (as Debian's), hence weak.
__attribute__((weak)) void gotoblas_dynamic_init();
__attribute__((weak)) void gotoblas_dynamic_quit();
}

namespace kerf::core {
namespace {

constexpr const char* kCoreVariable = "OPENBLAS_CORETYPE";

/// OpenBLAS's name of the best kernels that this processor runs; nullptr when it has nothing beyond SSE.
const char* bestCore()
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return nullptr;
}

/// OpenBLAS reads the variable only while it picks its kernels, so it is set for that moment only.
void chooseKernels()
{
    const std::string_view current = openblas_get_corename();
    const bool fellBack = current == "Prescott" || current == "Core2" || current == "Generic";
    const char* best = bestCore();
    if (!fellBack || !best || std::getenv(kCoreVariable) || !gotoblas_dynamic_init || !gotoblas_dynamic_quit)
        return;
    setenv(kCoreVariable, best, 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv(kCoreVariable);
}

} // namespace

void prepareBlas()
{
    static std::once_flag once;
    std::call_once(once, [] {
        chooseKernels();
        openblas_set_num_threads(1);
    });
}

std::string blasKernels()
{
    prepareBlas();
    return std::string("OpenBLAS ") + openblas_get_corename();
}

} // namespace kerf::core
