// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/checkpoint/note.h"
#include "core/checkpoint/stored_form.h"

namespace onnx {
class ModelProto;
}

namespace kerf::core {

class DecodedTensor;

/// One tensor of a checkpoint, known from a header; its data is not read.
struct TensorInfo {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::size_t file = 0; ///< index into Checkpoint::files()
    std::uint64_t offset = 0; ///< of the first byte, from the start of that file
    std::uint64_t bytes = 0;
    /// Of a GGUF file: the ggml type of its blocks of codes ("Q4_K"); dtype is then U8. Empty: elements of dtype.
    std::string blocks {};
    /// Of a GGUF file: how it holds the tensor, which is undone whenever it is read. `shape` is the source's.
    StoredForm form {};
    /// Of a tensor that stands for codes (withDecoded()): what decodes it. `offset` is the codes', `bytes` the
    /// numbers'.
    std::shared_ptr<const DecodedTensor> decoded {};
};

/// Under which name, and how, a file of another kind holds a tensor.
struct StoredTensor {
    std::string name;
    StoredForm form {};
    std::int64_t slice = -1; ///< of the stored tensor's first dimension, the tensor being one of a stack; -1: all of it
};

/// Settings of a quantization that an older tool put beside a config.json that has none.
struct OldSettings {
    std::string file; ///< "quantize_config.json"; empty: none
    std::string text;
};

/// A source checkpoint, opened read-only: a Hugging Face folder (model.safetensors, or shards, with or without
/// model.safetensors.index.json; where there is none, what PyTorch saved), a GGUF file, split or not, or an ONNX file
/// with the files of its external data. Opening reads headers only and validates every size before using it
/// (huggingface/safetensors README; 100,000,000 bytes of header at most; offsets contiguous, without holes or overlap;
/// core/checkpoint/gguf_file.h). Tensors are mapped; nothing is decoded until read() asks. Cheap to copy; all copies
/// share the mapping. Thread-safe.
class Checkpoint {
public:
    /// Errors: BadFile, naming file and tensor.
    static Result<Checkpoint> open(const std::filesystem::path& path);
    /// A configuration without weights: what it asks for counts as stored, and nothing of it can be read
    /// (TensorClaims). `place`: the file that messages name.
    static Checkpoint outline(std::string configText, const std::filesystem::path& place);
    bool isOutline() const;
    /// Whether a path names a model that is one file, not a folder: *.gguf, *.onnx.
    static bool isModelFile(const std::filesystem::path& path);
    /// The checks that open() makes of the weight files and their index, for a folder that has no config.json.
    static Status checkWeightFiles(const std::filesystem::path& folder);

    /// What a person should know about the files.
    const Notes& notes() const;
    const std::filesystem::path& folder() const; ///< as it was opened: of a GGUF file the file itself
    const std::vector<std::filesystem::path>& files() const;
    /// In name order.
    const std::map<std::string, TensorInfo>& tensors() const;
    const TensorInfo* find(const std::string& name) const;
    /// The text of config.json; of a GGUF file none, but see named(); of an ONNX file that of model.onnx.kerf.json,
    /// which may be missing.
    const std::string& configText() const;
    /// Where that text stands, as messages start.
    std::string configPlace() const;
    /// The key-value pairs of a GGUF file; nullptr for a folder.
    const Json* metadata() const;
    /// An ONNX file without its elements (core/checkpoint/onnx_file.h); nullptr for others.
    const onnx::ModelProto* onnx() const;
    /// A GGUF file as a folder of its family would hold it: with that config.json, and tensors under the names of
    /// `stored`. Those that it does not name keep theirs. @pre metadata(); every stored name is there, a transposed
    /// one is a matrix, one of slices has three dimensions and that many.
    Checkpoint named(std::string configText, const std::map<std::string, StoredTensor>& stored) const;
    /// A folder of codes as one that holds the numbers which they stand for, under their names: read, lent and checked
    /// as if they were stored, decoded each time. What they are made of is hidden. `tensors`: by name; those without
    /// stored parts (core/checkpoint/held_tensor.h) are new ones.
    Checkpoint withDecoded(const std::map<std::string, std::shared_ptr<const DecodedTensor>>& tensors) const;
    const OldSettings& oldSettings() const;

    /// The bytes of a tensor, copied. Errors: BadFile (unknown name; file changed or truncated since it was opened).
    Result<std::vector<std::byte>> bytes(const std::string& name) const;
    /// Lends the mapped bytes of a tensor, without copying them. What `read` made of them counts only when lend()
    /// succeeds. Errors: as bytes(), also when the file changed while `read` ran; those of `read`.
    Status lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const;
    /// Decodes a weight (F64, F32, F16, BF16) to float32. Rank 1 becomes one row; higher ranks keep the first
    /// dimension as rows. Errors: BadFile.
    Result<Matrix> read(const std::string& name) const;
    /// One of a tensor's first dimension and nothing else of it: of three dimensions a matrix, of two a row.
    /// Errors: BadFile. @pre two dimensions or three, 0 <= index < the first
    Result<Matrix> readSlice(const std::string& name, std::int64_t index) const;
    /// Tells the system that the pages of this tensor are not needed for now: keeps memory at a few blocks.
    void release(const std::string& name) const;
    /// SHA-256 over config.json and all tensor files (core/checkpoint/content_hash.h): reads every byte, once for a
    /// folder. Errors: BadFile, Cancelled.
    Result<std::string> contentHash(const JobContext& job) const;
    /// Errors: BadFile, naming the first NaN or Inf: tensor, index.
    Status checkFinite(const std::string& name) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> m_impl;
};

} // namespace kerf::core
