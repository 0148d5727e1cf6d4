// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/text_batch.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

Result<Batch::Input> inputOf(const std::string& name, std::span<const std::vector<TokenId>> texts,
    std::span<const std::vector<std::int32_t>> types)
{
    Batch::Input input;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (name == "input_ids")
            input.indices.insert(input.indices.end(), texts[i].begin(), texts[i].end());
        else if (name == "token_type_ids" && !types.empty())
            input.indices.insert(input.indices.end(), types[i].begin(), types[i].end());
        else
            input.indices.resize(input.indices.size() + texts[i].size(), 0);
    }
    if (name == "attention_mask")
        input = { {}, Matrix::Ones(static_cast<Eigen::Index>(input.indices.size()), 1) };
    else if (name != "input_ids" && name != "token_type_ids")
        return fail(
            ErrorCode::InvalidArgument, fmt::format("The network reads \"{}\", which a text does not give.", name));
    return input;
}

} // namespace

Result<Batch> textBatch(
    const Graph& graph, std::span<const std::vector<TokenId>> texts, std::span<const std::vector<std::int32_t>> types)
{
    Batch batch;
    for (const std::vector<TokenId>& text : texts)
        batch.lengths.push_back(static_cast<std::int64_t>(text.size()));
    for (const ValueId id : graph.inputs()) {
        KERF_TRY(Batch::Input input, inputOf(graph.value(id).name, texts, types));
        batch.inputs.push_back(std::move(input));
    }
    return batch;
}

} // namespace kerf::core
