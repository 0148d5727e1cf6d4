// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kerf::core {

/// A published perplexity of a quantized model beside that of its original: on WikiText-2, where
/// the source names no other text.
struct PublishedFigure {
    std::string model;
    std::string how; ///< "GPTQ g128"
    double original = 0, quantized = 0;
    std::string source;

    double percent() const; ///< of the original's
};

/// What a format is said to cost: a range of the guide whose decision matrix is R1 … R10 (docs/manual/advise.md), and
/// figures that were published by those who measured them.
struct PublishedRange {
    std::string format;
    double bits = 0; ///< of a weight, in round numbers
    std::int64_t fewest = 0, most = 0; ///< parameters that it speaks of; 0: any size
    double low = 0;
    std::optional<double> high; ///< nothing: or more
    std::vector<PublishedFigure> figures;

    std::string rangeText() const; ///< "4 to 8", "10 or more"
};

/// By falling bits. The guide's differences between methods (naive rounding 2 to 4 above good int4; AWQ 0.5 to 1.5
/// ahead of GPTQ) are no levels and are left out.
const std::vector<PublishedRange>& publishedRanges();

/// Whose the ranges are, and how they are to be read: shown wherever they are.
inline constexpr const char* kPublishedSource
    = "Ranges: the guide of the rules R1 to R10 (kerf-cli advise), which calls them perplexity points.";
inline constexpr const char* kPublishedReading
    = "The text's numbers match published ones when read as per cent of perplexity; read as points they are mostly ten "
      "to thirty times too large.";

} // namespace kerf::core
