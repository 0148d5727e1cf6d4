// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model.h"

#include <fmt/format.h>

#include "core/model/decoder.h"

namespace kerf::core {

Result<Model> openModel(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    Notes notes = checkpoint.notes();
    KERF_TRY(std::optional<QuantizedFolder> stored, QuantizedFolder::open(checkpoint, &notes));
    if (stored)
        notes.push_back({ NoteKind::Quantized,
            fmt::format("The model is quantized already ({}). What is measured with it is measured against these "
                        "weights, not against the model that they were made from.",
                stored->summary()) });
    KERF_TRY(const std::shared_ptr<const Decoder> network, Decoder::create(checkpoint, stored));
    const Notes found = network->notes();
    notes.insert(notes.end(), found.begin(), found.end());
    return Model { std::move(checkpoint), network, std::move(stored), std::move(notes) };
}

Result<StoredLayers> readStoredLayers(const Model& model)
{
    StoredLayers layers;
    if (!model.quantized)
        return layers;
    for (const auto& [name, format] : model.quantized->layers()) {
        KERF_TRY(QuantizedTensor tensor, model.quantized->read(name));
        layers.emplace(name, std::make_shared<const QuantizedTensor>(std::move(tensor)));
    }
    return layers;
}

} // namespace kerf::core
