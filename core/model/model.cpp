// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model.h"

#include "core/checkpoint/quantized_folder.h"
#include "core/model/decoder.h"

namespace kerf::core {

Result<Model> openModel(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    KERF_TRY(const std::optional<QuantizedFolder> stored, QuantizedFolder::open(checkpoint));
    QuantizedLayers quantized;
    if (stored)
        for (const auto& [name, format] : stored->layers()) {
            KERF_TRY(QuantizedTensor tensor, stored->read(name));
            quantized.emplace(name, std::make_shared<const QuantizedTensor>(std::move(tensor)));
        }
    KERF_TRY(std::shared_ptr<const Network> network, Decoder::create(checkpoint, quantized));
    return Model { std::move(checkpoint), std::move(network), std::move(quantized) };
}

} // namespace kerf::core
