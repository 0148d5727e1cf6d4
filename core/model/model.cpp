// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model.h"

#include <fmt/format.h>

#include "core/model/decoder_graph.h"

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
    KERF_TRY(DecoderModel decoder, buildDecoder(checkpoint, stored));
    notes.insert(notes.end(), decoder.notes.begin(), decoder.notes.end());
    return Model { std::move(checkpoint), std::move(decoder.network), std::move(stored), std::move(notes) };
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
