// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/edit_model.h"

#include <span>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/checkpoint/safetensors_file.h"

namespace kerf::test {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxConfig = 1 << 20;
using Tensors = std::map<std::string, OwnedTensor>;

Result<Tensors> readTensors(const fs::path& path)
{
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    Tensors tensors;
    for (const auto& [name, info] : file.tensors()) {
        KERF_TRY(std::vector<std::byte> bytes, file.bytes(name));
        tensors.emplace(name, OwnedTensor { { name, info.dtype, info.shape }, std::move(bytes) });
    }
    return tensors;
}

Status writeTensors(const fs::path& path, const std::vector<const OwnedTensor*>& tensors)
{
    std::vector<TensorView> views;
    for (const OwnedTensor* tensor : tensors)
        views.push_back({ tensor->spec, tensor->bytes });
    return writeSafetensors(path, views).map([](const std::string&) {});
}

} // namespace

OwnedTensor floatTensor(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return { { name, DType::F32, std::move(shape) }, { bytes.begin(), bytes.end() } };
}

Status editConfig(const fs::path& folder, const Json& changes)
{
    KERF_TRY(const std::string text, readTextFile(folder / "config.json", kMaxConfig));
    KERF_TRY(Json config, parseJson(text, "config.json"));
    config.merge_patch(changes);
    return writeFileAtomically(folder / "config.json", config.dump());
}

Status editTensors(const fs::path& folder, const std::function<void(Tensors&)>& edit)
{
    KERF_TRY(Tensors tensors, readTensors(folder / "model.safetensors"));
    edit(tensors);
    std::vector<const OwnedTensor*> all;
    for (const auto& [name, tensor] : tensors)
        all.push_back(&tensor);
    return writeTensors(folder / "model.safetensors", all);
}

Status splitIntoShards(const fs::path& folder, int count)
{
    KERF_TRY(const Tensors tensors, readTensors(folder / "model.safetensors"));
    std::vector<std::vector<const OwnedTensor*>> shards(static_cast<std::size_t>(count));
    std::size_t next = 0;
    for (const auto& [name, tensor] : tensors)
        shards[next++ % shards.size()].push_back(&tensor);
    for (std::size_t i = 0; i < shards.size(); ++i)
        KERF_CHECK(writeTensors(folder / fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, count), shards[i]));
    std::error_code ignored;
    fs::remove(folder / "model.safetensors", ignored);
    return {};
}

} // namespace kerf::test
