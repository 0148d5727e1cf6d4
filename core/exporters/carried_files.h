// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// Copies what lies beside the weights of a model into its export: tokenizer, licence, notice, model card, generation
/// settings, code. Left out are weights of any library, archives, hidden files, what the export writes itself, and
/// settings of an earlier quantization. Folders of the modules that sentence-transformers put behind the network
/// (1_Pooling) are copied whole. Links are followed as SourceFolder does.
/// Gives a sentence for every file that could not be copied. Errors: BadFile, Io, DiskFull.
Result<std::vector<std::string>> carryFiles(const std::filesystem::path& source, const std::filesystem::path& target);

/// What a GGUF file says of its tokenizer, as the files that a folder has instead: tokenizer.json,
/// tokenizer_config.json with the chat template, generation_config.json. `file` names it in messages. Gives a sentence
/// for what could not be written. Errors: Io, DiskFull.
Result<std::vector<std::string>> writeGgufCompanions(
    const Json& metadata, const std::string& file, const std::filesystem::path& target);

/// Beside model.onnx of an export what belongs to an ONNX file: what is said of its sizes and outputs (its .kerf.json),
/// and how pictures and recordings become its input (preprocess.json, preprocessor_config.json, recording.json).
/// Nothing else of its folder, which may be anyone's. Gives a sentence for every file that could not be copied. Errors:
/// BadFile, Io, DiskFull.
Result<std::vector<std::string>> writeOnnxCompanions(const Checkpoint& checkpoint, const std::filesystem::path& target);

} // namespace kerf::core
