// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/opened_network.h"

namespace kerf::core {

/// Whether a model_type, or a class name where there is no type, is a family of encoders that buildEncoder knows.
bool isEncoder(std::string_view type, std::string_view className);
/// "bert, …": for error messages.
std::string encoderNames();

/// An encoder (Devlin et al., BERT, arXiv 1810.04805): every token sees every other. Inputs: input_ids, attention_mask
/// (1 where a token counts, 0 where it pads), token_type_ids where there is more than one type. Output: logits,
/// [samples, labels] of a classifier of texts, [samples, tokens, labels] of one of tokens; last_hidden_state [samples,
/// tokens, hidden] of a base model. Padding stands behind the tokens. Of an outline a classifier of texts with two
/// labels. Reads headers only. Errors: BadFile (tensor missing, or of another shape or type; setting that is not
/// supported).
Result<OpenedNetwork> buildEncoder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized);

} // namespace kerf::core
