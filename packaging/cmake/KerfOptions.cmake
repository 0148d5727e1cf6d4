# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Warnings, sanitizers and ccache, as one interface target that every target of ours links.
add_library(kerf_options INTERFACE)
target_compile_options(kerf_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-ffp-contract=off>)
if(KERF_WERROR)
    target_compile_options(kerf_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(KERF_ASSERTS)
    string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
endif()
if(KERF_SANITIZE)
    target_compile_options(kerf_options INTERFACE -fsanitize=${KERF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(kerf_options INTERFACE -fsanitize=${KERF_SANITIZE})
    target_compile_definitions(kerf_options INTERFACE KERF_SANITIZED=1)
endif()
# Each test is a program of its own: a linker that takes seconds less pays seventy times.
find_program(KERF_LLD ld.lld)
if(KERF_LLD AND NOT CMAKE_CUDA_COMPILER)
    target_link_options(kerf_options INTERFACE -fuse-ld=lld)
endif()
find_program(KERF_CCACHE ccache)
if(KERF_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${KERF_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${KERF_CCACHE}")
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${KERF_CCACHE}")
endif()
