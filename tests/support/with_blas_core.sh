#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with_blas_core.sh CORE PROGRAM...: runs the program with OpenBLAS's kernels for CORE; exit code 77 (ctest: skipped)
# where this processor cannot run them.

core=$1
shift
case "$core" in
SkylakeX) needs="avx512f avx512bw avx512dq avx512vl avx512cd" ;;
Haswell | Zen) needs="avx2 fma" ;;
Sandybridge) needs="avx" ;;
*) needs="" ;;
esac
for flag in $needs; do
    if ! grep -qw "$flag" /proc/cpuinfo; then
        echo "SKIP   : $(basename "$1")() This processor has no $flag, which the $core kernels need. This test checked NOTHING."
        exit 77
    fi
done
OPENBLAS_CORETYPE=$core exec "$@"
