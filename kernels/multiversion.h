// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

/// Compiles a function once for each instruction set and picks at load time (GCC function multiversioning): for plain
/// loops that the compiler vectorizes. Sanitizers cannot resolve such functions at start-up, so they get the baseline.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(KERF_SANITIZED)
#define KERF_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KERF_MULTIVERSION
#endif
