# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later

# The git revision, for --version, the About box and every run's provenance. "unknown" in a source archive.
execute_process(COMMAND git -C "${CMAKE_SOURCE_DIR}" rev-parse --short=12 HEAD
    OUTPUT_VARIABLE KERF_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE kerf_git_status)
if(NOT kerf_git_status EQUAL 0)
    set(KERF_REVISION "unknown")
endif()
# Its log changes with every commit and checkout, HEAD itself only with a checkout; in a worktree both lie elsewhere.
execute_process(COMMAND git -C "${CMAKE_SOURCE_DIR}" rev-parse --git-path logs/HEAD
    OUTPUT_VARIABLE kerf_git_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(kerf_git_log)
    cmake_path(ABSOLUTE_PATH kerf_git_log BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
    if(EXISTS "${kerf_git_log}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${kerf_git_log}")
    endif()
endif()
