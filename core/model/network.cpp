// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/network.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// What a text gives an input: its tokens; none of them is padding, all are of the first type.
Result<Batch::Input> inputOf(const std::string& name, std::span<const std::vector<TokenId>> windows)
{
    Batch::Input input;
    for (const std::vector<TokenId>& window : windows) {
        if (name == "input_ids")
            input.indices.insert(input.indices.end(), window.begin(), window.end());
        else
            input.indices.resize(input.indices.size() + window.size(), 0);
    }
    if (name == "attention_mask")
        input = { {}, Matrix::Ones(static_cast<Eigen::Index>(input.indices.size()), 1) };
    else if (name != "input_ids" && name != "token_type_ids")
        return fail(
            ErrorCode::InvalidArgument, fmt::format("The network reads \"{}\", which a text does not give.", name));
    return input;
}

} // namespace

Result<Hidden> Network::embed(std::span<const std::vector<TokenId>> windows) const
{
    Batch batch;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto length = static_cast<std::int64_t>(windows[i].size());
        if (length == 0 || length > maxPositions())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Window {} has {} tokens; the model takes 1 to {}.", i, length, maxPositions()));
        batch.lengths.push_back(length);
    }
    for (const ValueId id : graph().inputs()) {
        KERF_TRY(Batch::Input input, inputOf(graph().value(id).name, windows));
        batch.inputs.push_back(std::move(input));
    }
    return enter(batch);
}

const LayerInfo* findLayer(const Network& network, const std::string& name)
{
    return network.graph().findLayer(name);
}

} // namespace kerf::core
