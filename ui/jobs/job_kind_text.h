// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QString>

namespace kerf::ui {

/// A kind of job (core/jobs/job.h: kKind) in one or two words: "Quantize" for "run". One that has none, as it is.
QString jobKindText(const std::string& kind);

} // namespace kerf::ui
