# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later

# kerf_embed_presets(<source to write>): resources/presets/*.json as string literals, so that both programs have them
# wherever they are installed.
function(kerf_embed_presets output)
    file(GLOB presets CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/resources/presets/*.json")
    list(SORT presets)
    set(texts "")
    foreach(preset IN LISTS presets)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${preset}")
        file(READ "${preset}" text)
        string(APPEND texts "    R\"preset(${text})preset\",\n")
    endforeach()
    file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT "// Written by CMake from resources/presets.

#include \"core/solve/preset_data.h\"

namespace kerf::core {

std::span<const std::string_view> presetTexts()
{
    static constexpr std::string_view texts[] {
@texts@    };
    return texts;
}

} // namespace kerf::core
")
endfunction()
