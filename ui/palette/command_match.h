// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QString>

namespace kerf::ui {

/// How well a text answers what somebody typed; the higher the better, nothing when it does not. The letters must stand
/// in the text in their order, spaces aside, whatever their case; letters that begin words or follow each other count
/// more, and of equal ones the shorter text is better. Time O(text · query).
std::optional<int> matchScore(const QString& text, const QString& query);

} // namespace kerf::ui
