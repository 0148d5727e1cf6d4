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
# With BUILD_SHARED_LIBS the rooms are libraries that two hundred test programs share instead of each holding its own copy
# (linked statically they were 9.6 GB). The compiler may still inline what a file of a library defines, as in a static one.
if(BUILD_SHARED_LIBS)
    target_compile_options(kerf_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-semantic-interposition>)
    if(NOT KERF_SANITIZE) # a sanitizer's own functions come with the program
        target_link_options(kerf_options INTERFACE -Wl,--no-undefined)
    endif()
endif()
# Each test is a program of its own: a linker that takes seconds less pays two hundred times.
find_program(KERF_LLD ld.lld)
if(KERF_LLD AND NOT CMAKE_CUDA_COMPILER)
    target_link_options(kerf_options INTERFACE -fuse-ld=lld)
endif()
find_program(KERF_CCACHE ccache)
if(KERF_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # What ccache needs to see through precompiled headers (ccache's manual, "Precompiled headers").
    set(launcher "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${KERF_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${KERF_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${KERF_CCACHE}")
endif()

# kerf_precompile(<target> <header>...): the libraries' headers that nearly every file of the target reads, parsed once.
# Parsing them took three quarters of the time of a build.
function(kerf_precompile target)
    if(KERF_PCH)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()
set(KERF_STD_HEADERS <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <cstring> <filesystem> <functional> <limits>
    <map> <memory> <numeric> <optional> <set> <span> <string> <string_view> <utility> <vector>)
set(KERF_CORE_HEADERS ${KERF_STD_HEADERS} <Eigen/Core> <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)
