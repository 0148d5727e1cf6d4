// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/plan/plan.h"

namespace kerf::ui {

class PlanDocument;

/// A plan in one line: "int4-g128 · inputs a8-token · hcd · rotation, SmoothQuant 0.5 · cache kv-int8". Of several
/// formats the most used come first, with their number of layers.
QString planText(const core::Plan& plan);
/// "4.31 GB, 4.25 bits per weight".
QString sizeText(const core::PlanSize& size);
/// What a plan for the document's model gives: its size, and its predicted KLD where the profile covers it.
QString outlookText(const core::Plan& plan, const PlanDocument& document);
/// A loader as its makers write it: "vLLM".
QString loaderName(const std::string& loader);
/// "4 of 42 layers (10 %)".
QString shareText(std::size_t count, std::size_t all);

} // namespace kerf::ui
