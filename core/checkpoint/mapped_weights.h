// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/note.h"
#include "core/checkpoint/source_folder.h"

namespace onnx {
class ModelProto;
}

namespace kerf::core {

/// Of settings for an ONNX file: "model.onnx.kerf.json" beside "model.onnx".
inline constexpr const char* kOnnxSettings = ".kerf.json";

/// Whether a file is named as GGUF files are.
bool isNamedGguf(const std::filesystem::path& path);

/// The weight files of a checkpoint, mapped, and the tensors that their headers name. No data is read.
struct MappedWeights {
    std::vector<std::filesystem::path> paths;
    MappedFiles files; ///< of `paths`
    std::map<std::string, TensorInfo> tensors;
    std::shared_ptr<const Json> metadata; ///< of a GGUF file
    std::shared_ptr<const onnx::ModelProto> onnx; ///< of an ONNX file (core/checkpoint/onnx_file.h)
    Notes notes;

    /// Adds a file that stands alone. `prefix`: stands before the names of its tensors. Errors: BadFile, naming file
    /// and tensor (what its reader refuses; a tensor that another file holds too).
    Status addFile(const SourceFolder& source, const std::string& name, const std::string& prefix = {});
    /// Adds the weights of a folder (findWeightFiles). Errors: as addFile(); what an index promises and a file does not
    /// hold, and the other way around.
    Status addFolder(const SourceFolder& source);
    /// Adds a GGUF file, and the others when it is one of a split model. Errors: as addFile(); parts that do not fit.
    Status addGguf(const std::filesystem::path& path);
    /// Adds an ONNX file and those of its external data; the text of its settings, empty when there are none. Errors:
    /// as readOnnxFile(); data that are not there.
    Result<std::string> addOnnx(const std::filesystem::path& path);

private:
    /// Maps a file of the folder and nothing else.
    Result<std::shared_ptr<const MappedFile>> map(const SourceFolder& source, const std::string& name);
};

} // namespace kerf::core
