# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later

# kerf_embed_text(<source to write> HEADER <its header> FUNCTION <name> FILE <text>): a file's text as a string literal,
# which FUNCTION returns, so that programs have it wherever they are installed.
function(kerf_embed_text output)
    cmake_parse_arguments(ARG "" "HEADER;FUNCTION;FILE" "" ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${ARG_FILE}")
    file(READ "${ARG_FILE}" text)
    file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT "// Written by CMake from a file of resources.

#include \"@ARG_HEADER@\"

namespace kerf::core {

std::string_view @ARG_FUNCTION@()
{
    return R\"text(@text@)text\";
}

} // namespace kerf::core
")
endfunction()
