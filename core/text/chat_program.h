// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string_view>

namespace kerf::core {

/// The text of resources/chat/render_chat.py, which Python runs. The source is written by CMake.
std::string_view chatProgramText();

} // namespace kerf::core
