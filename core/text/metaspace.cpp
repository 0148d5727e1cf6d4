// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/metaspace.h"

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {

Result<Metaspace> Metaspace::load(const TokenizerPart& part)
{
    Metaspace settings;
    KERF_TRY(settings.replacement, part.text("replacement"));
    if (characters(settings.replacement).size() != 1)
        return part.error(fmt::format("the replacement \"{}\" is not one character", settings.replacement));
    KERF_TRY(settings.split, part.flag("split", true));
    KERF_TRY(const bool prefixSpace, part.flag("add_prefix_space", true));
    std::string scheme = prefixSpace ? "always" : "never";
    if (part.find("prepend_scheme")) {
        KERF_TRY(scheme, part.text("prepend_scheme"));
    }
    if (scheme == "first")
        settings.prepend = Prepend::First;
    else if (scheme == "never")
        settings.prepend = Prepend::Never;
    else if (scheme != "always")
        return part.error(fmt::format("the prepend_scheme \"{}\" is unknown", scheme));
    return settings;
}

} // namespace kerf::core
