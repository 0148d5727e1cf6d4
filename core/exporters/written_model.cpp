// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/written_model.h"

#include <utility>

#include <fmt/format.h>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/gguf_view.h"

namespace kerf::core {
namespace {

class WrittenFolder final : public WrittenModel {
public:
    WrittenFolder(Checkpoint checkpoint, QuantizedFolder quantized)
        : m_checkpoint(std::move(checkpoint))
        , m_quantized(std::move(quantized))
    {
    }

    const std::string& kind() const override { return m_quantized.quantMethod(); }
    std::vector<std::string> layers() const override
    {
        std::vector<std::string> names;
        for (const auto& [name, format] : m_quantized.layers())
            names.push_back(name);
        return names;
    }
    Result<QuantizedTensor> layer(const std::string& name) const override { return m_quantized.read(name); }
    std::optional<TensorSpec> carried(const std::string& name) const override
    {
        const TensorInfo* info = m_checkpoint.find(name);
        if (!info)
            return std::nullopt;
        return TensorSpec { name, info->dtype, info->shape };
    }
    Status lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const override
    {
        return m_checkpoint.lend(name, read);
    }
    void release(const std::string& name) const override { m_checkpoint.release(name); }

private:
    Checkpoint m_checkpoint;
    QuantizedFolder m_quantized;
};

Result<WrittenModelPtr> openWritten(Checkpoint checkpoint)
{
    KERF_TRY(std::optional<QuantizedFolder> quantized, QuantizedFolder::open(checkpoint));
    if (!quantized)
        return fail(ErrorCode::BadFile, fmt::format("{}: says nothing of quantized layers", checkpoint.configPlace()));
    return std::make_unique<const WrittenFolder>(std::move(checkpoint), std::move(*quantized));
}

} // namespace

Result<WrittenModelPtr> openWrittenFolder(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    return openWritten(std::move(checkpoint));
}

Result<WrittenModelPtr> openWrittenGguf(const std::filesystem::path& file)
{
    KERF_TRY(const Checkpoint checkpoint, Checkpoint::open(file));
    Notes notes;
    KERF_TRY(Checkpoint named, viewGguf(checkpoint, notes));
    return openWritten(std::move(named));
}

} // namespace kerf::core
