// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/network.h"

#include <fmt/format.h>

#include "core/model/text_batch.h"

namespace kerf::core {

Result<Hidden> Network::embed(std::span<const std::vector<TokenId>> windows) const
{
    if (!info().cannotRun.empty())
        return fail(ErrorCode::InvalidArgument, info().cannotRun);
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto length = static_cast<std::int64_t>(windows[i].size());
        if (length == 0 || length > maxPositions())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Window {} has {} tokens; the model takes 1 to {}.", i, length, maxPositions()));
    }
    KERF_TRY(const Batch batch, textBatch(graph(), windows));
    return enter(batch);
}

const LayerInfo* findLayer(const Network& network, const std::string& name)
{
    return network.graph().findLayer(name);
}

} // namespace kerf::core
