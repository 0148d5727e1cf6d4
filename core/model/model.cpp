// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/model.h"

#include "core/model/decoder.h"

namespace kerf::core {

Result<Model> openModel(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    KERF_TRY(std::shared_ptr<const Network> network, Decoder::create(checkpoint, {}));
    return Model { std::move(checkpoint), std::move(network), {} };
}

} // namespace kerf::core
