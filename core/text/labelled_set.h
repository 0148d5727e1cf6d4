// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// A text, or two that belong together, or the words of one, with what is known of it.
struct LabelledText {
    std::string text; ///< empty where there are words
    std::optional<std::string> pair; ///< the second text
    std::vector<std::string> words;
    std::string label; ///< of the whole: a class by its name or number
    std::vector<std::string> tags; ///< of each word: by name or number
    std::optional<double> score; ///< how alike the two are, in whatever unit
    std::int64_t line = 0; ///< of the file, from 1
};

/// Labelled texts of one file, all of one kind.
struct LabelledSet {
    std::string name; ///< of the file
    std::string hash; ///< of texts and labels
    std::vector<LabelledText> texts;
    bool hasLabels = false; ///< all have a class
    bool hasTags = false; ///< all are words with tags
    bool hasScores = false; ///< all are pairs with a score
};

/// A file of JSON lines, a JSON array of objects, CSV or TSV with a line of column names. Fields, of each the first
/// that is there:
/// text, sentence1, sentence, premise, question1, question, content: the text;
/// text_pair, sentence2, hypothesis, question2: the second text;
/// label, class, category, intent: the class;
/// score, similarity, similarity_score, or a label that is a number: how alike the two texts are;
/// tokens, words: the words (a list; JSON only), with tags, ner_tags, labels: their tags.
/// Errors: BadFile (line named: not JSON, a field that is missing or of another kind, tags of another number than
/// words, texts of several kinds in one file; no text at all), Io.
Result<LabelledSet> readLabelled(const std::filesystem::path& file);

} // namespace kerf::core
