// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/inspect/finding.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// Why a layer is sensitive, as a sentence with its numbers.
QString findingText(const core::Finding& finding);
/// What a remedy is predicted to do, as a sentence.
QString remedyText(const core::Remedy& remedy, const DivergenceText& divergence);
/// What the button that tries it says.
QString remedyTitle(const core::Remedy& remedy);

} // namespace kerf::ui
