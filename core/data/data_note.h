// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

namespace kerf::core {

/// Something about data that a person should know although it is read: what was guessed, left out or odd.
struct DataNote {
    std::string text; ///< a whole sentence that makes sense alone, with how many
    std::vector<std::string> items {}; ///< all that it is about; the text names a few
};
using DataNotes = std::vector<DataNote>;

} // namespace kerf::core
