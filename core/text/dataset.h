// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// How a text is cut into windows for calibration or evaluation.
struct WindowOptions {
    std::int64_t window = 2048; ///< tokens a window; clipped to what the model takes by the caller
    std::int64_t maxWindows = 0; ///< the first so many; 0 = all
    bool addBos = false; ///< prepend the tokenizer's special tokens once, at the very start of the text
    std::string field {}; ///< of records (JSON, CSV, TSV) that holds the text, or several with commas; empty: found
    /// Windows are drawn at random from the whole text by this seed, in the order of drawing: of one seed, fewer
    /// windows are the first of more. Without it they are the first of the text.
    std::optional<std::uint64_t> sampleSeed {};
    std::int64_t vocabulary = 0; ///< rows of the model's embedding, which every token must have; 0: not checked
};

class PictureReader;
class RecordingReader;

/// What a network that reads no tokens is given: samples, for each of which a window of numbers stands, which are
/// made from what it holds. Thread-safe.
class SampleReader {
public:
    SampleReader() = default;
    SampleReader(const SampleReader&) = delete;
    SampleReader& operator=(const SampleReader&) = delete;
    virtual ~SampleReader() = default;
    /// For each input of the network [samples, numbers of one]. Errors: BadFile, naming the file.
    virtual Result<std::vector<Matrix>> read(std::span<const std::vector<TokenId>> windows) const = 0;
    /// The class of each; empty: not known.
    virtual std::vector<std::int64_t> classes(std::span<const std::vector<TokenId>> windows) const = 0;
    virtual std::string nameOf(const std::vector<TokenId>& window) const = 0; ///< what a person calls the sample
    virtual std::vector<std::string> classNames() const { return {}; } ///< by their numbers; empty: not known
    /// Null: its samples are no pictures (core/evaluate/picture_reader.h).
    virtual const PictureReader* pictureReader() const { return nullptr; }
    /// What goes on from sample to sample; null: each stands alone (core/task/recordings.h).
    virtual const RecordingReader* recordingReader() const { return nullptr; }
};

/// Token windows cut from files: all files joined, tokenized as one text, cut into windows without overlap, the
/// remainder dropped (docs/methods.md section 6). Conversations are tokenized one by one, by their template's special
/// tokens and no others, as transformers does, and their tokens joined. No more is read than the windows need.
struct Dataset {
    std::string name; ///< file names, joined with " + "
    std::vector<std::vector<TokenId>> windows;
    /// Of each window, the number of the document that its first token is of, from 0 in the order of reading; empty:
    /// not told apart. A file of plain text is a document, and each record of any other (DocumentPlaces). A window that
    /// goes on into the next document belongs to the one it begins in: windows that are longer than records would all
    /// hang together otherwise, each by the record at its end, though two neighbours share that one alone.
    std::vector<std::int32_t> documents {};
    std::int64_t totalTokens = 0; ///< of the text that was read: of all its windows and of the remainder
    std::string hash; ///< of the token ids used and the window length
    std::string preview; ///< the first 400 characters of the text
    bool allExperts = false; ///< every expert of a mixture sees every token when its inputs are observed

    std::shared_ptr<const SampleReader> reader; ///< windows stand for samples; null: they are tokens

    std::int64_t windowsAsked = 0; ///< 0 = all
    std::optional<std::uint64_t> sampleSeed; ///< by which they were drawn from all windows of the text
    std::int64_t windowsRead = 0; ///< that the text which was read is cut into
    bool wholeText = false; ///< read to its end: there is no further window in it
    std::vector<TextReading> files; ///< those that were read, in order
    std::vector<std::string> notes; ///< how records were found, what was converted: one sentence each

    std::int64_t windowLength() const;
    std::int64_t usedTokens() const; ///< windows times their length
    std::int64_t leftOverTokens() const; ///< at the end of a whole text, too few for a window
    std::int64_t documentCount() const; ///< that windows begin in; 0: not told apart
    /// What may not be what was wanted: windows asked for and not there, records without a text. One sentence each.
    std::vector<std::string> warnings() const;
};

/// Reads files as TextFile does, and those of folders (core/text/text_folder.h). Stops within a block of text when the
/// job is stopped; memory: the windows, and some hundred kB. Errors: BadFile (as TextFile; a token that the embedding
/// has no row for: token, text and tokenizer named), InvalidArgument (fewer tokens than one window: says how many there
/// are and how many are needed), Cancelled.
Result<Dataset> loadDataset(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const WindowOptions& options, const JobContext& job = {});

/// "64 windows of 256 tokens = 16384 tokens of a.txt", and what of the text is left.
std::string usageText(const Dataset& data);
/// Keys: name, hash, window, windows, windows_asked (null: all), windows_read, sample_seed (null: the first windows),
/// documents (null: not told apart), tokens, tokens_left_over (null: more text follows), files (file, kind, field,
/// field_found, chat_template (null: no conversations), encoding, records, empty_records, carriage_returns, bytes,
/// bytes_read), notes, warnings.
Json toJson(const Dataset& data);

} // namespace kerf::core
