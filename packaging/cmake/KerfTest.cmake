# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later

# kerf_add_test(<source> LABELS <unit|gui|integration> [slow] [LINK <target>...])
# One executable a test, named like its source. GUI tests run offscreen. Data that is not ours is found through
# KERF_SHARED_DATA; tests that need it skip loudly without it, and a program that skips everything is skipped for ctest.
function(kerf_add_test source)
    cmake_parse_arguments(ARG "" "" "LABELS;LINK" ${ARGN})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} "${source}")
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE kerf_options kerf_test_support kerf_core Qt6::Test ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE KERF_SOURCE_DIR="${CMAKE_SOURCE_DIR}" KERF_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND "${CMAKE_SOURCE_DIR}/tests/support/run_test.sh" $<TARGET_FILE:${name}>)
    set(environment "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;UBSAN_OPTIONS=print_stacktrace=1"
        "XDG_CACHE_HOME=${CMAKE_BINARY_DIR}/test-cache"
        "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
    set(timeout 900)
    if(KERF_SANITIZE) # ten times slower: QTest's limit of 5 minutes a function would end what only takes long
        set(timeout 3600)
        list(APPEND environment "QTEST_FUNCTION_TIMEOUT=3000000")
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77
        ENVIRONMENT "${environment}")
endfunction()
