#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run_test.sh PROGRAM...: runs a Qt test program for ctest. A program that skips everything it has checked nothing, yet
# exits with 0, which ctest takes for passed: the exit code is 77 then (ctest: skipped). What Qt warns of is a fault, but
# for what the offscreen platform cannot do.

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
"$@" -o "$log,txt" -o -,txt
status=$?
if [ $status -eq 0 ] && grep '^QWARN' "$log" | grep -v 'This plugin does not support' >&2; then
    echo "run_test.sh: it warned" >&2
    exit 1
fi
# Qt counts initTestCase and cleanupTestCase as passed, also where a class has none.
if [ $status -eq 0 ] && grep -q '^Totals: [0-2] passed, 0 failed, [1-9][0-9]* skipped' "$log"; then
    exit 77
fi
exit $status
