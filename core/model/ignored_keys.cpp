// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/ignored_keys.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// The keys that transformers writes for every model, or for the families of the architecture table.
constexpr auto kKeys = std::to_array<std::string_view>({ // what it is called and who wrote it
    "_name_or_path", "architectures", "model_type", "transformers_version", "transformers.js_config", "_commit_hash",
    "unsloth_version", "unsloth_fixed", "finetuning_task", "license", "language",
    // types and ways to run it
    "torch_dtype", "dtype", "use_cache", "cache_implementation", "_attn_implementation", "attn_implementation",
    "_attn_implementation_autoset", "use_flash_attention_2", "use_flash_attn", "reorder_and_upcast_attn",
    "use_bfloat16", "torchscript", "attention_softmax_in_fp32", "masked_softmax_fusion", "skip_bias_add",
    "offset_alibi", "pretraining_tp", "chunk_size_feed_forward", "quantization_config", "compression_config",
    // training
    "initializer_range", "init_std", "gradient_checkpointing", "use_gradient_checkpointing", "layerdrop",
    "router_aux_loss_coef", "router_jitter_noise", "output_router_logits", "keys_to_ignore_at_inference",
    // other heads and the shape of results
    "id2label", "label2id", "num_labels", "problem_type", "output_attentions", "output_hidden_states", "return_dict",
    "summary_activation", "summary_proj_to_labels", "summary_type", "summary_use_proj", "task_specific_params", "n_ctx",
    "is_decoder", "is_encoder_decoder",
    // special tokens and generation
    "max_length", "min_length", "max_new_tokens", "do_sample", "temperature", "top_k", "top_p", "typical_p",
    "num_beams", "num_beam_groups", "num_return_sequences", "length_penalty", "repetition_penalty", "diversity_penalty",
    "encoder_no_repeat_ngram_size", "no_repeat_ngram_size", "early_stopping", "prefix", "is_llama_config",
    "suppress_tokens", "bad_words_ids" });

} // namespace

std::optional<Note> ignoredKeysNote(const ConfigReader& config, std::string_view type)
{
    std::vector<std::string> keys = config.unread();
    std::erase_if(keys, [&](const std::string& key) {
        const bool isFullAttention = key == "layer_types" && config.value(key).is_array()
            && std::ranges::all_of(config.value(key), [](const Json& kind) { return kind == "full_attention"; });
        return isFullAttention || isBesideTheNetwork(key);
    });
    if (keys.empty())
        return {};
    const std::string text
        = fmt::format("config.json has keys that a {} model is not read with: {}. They are ignored; if the model was "
                      "made with them, it is another one than Kerf runs.",
            type, listed(keys, 8));
    return Note { NoteKind::IgnoredKeys, text, std::move(keys) };
}

bool isBesideTheNetwork(std::string_view key)
{
    return key.find("dropout") != std::string_view::npos || key.ends_with("_pdrop") || key.ends_with("_token_id")
        || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

} // namespace kerf::core
