// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exporters/gguf_writer.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"
#include "core/model/network.h"
#include "core/plan/plan.h"
#include "core/text/gguf_vocabulary.h"

namespace kerf::core {

/// Whether llama.cpp's graph of the family computes what this model does. Errors: InvalidArgument, naming what it has
/// no place for.
Status checkGgufConfig(const GgufFamily& family, const DecoderConfig& config);
/// What it computes a little otherwise: whole sentences.
std::vector<std::string> ggufConfigNotes(const GgufFamily& family, const DecoderConfig& config);
/// The keys of the architecture. @pre checkGgufConfig
void addGgufSettings(GgufPairs& pairs, const GgufFamily& family, const DecoderConfig& config);
/// The keys of the tokenizer.
void addGgufVocabulary(GgufPairs& pairs, const GgufVocabulary& vocabulary);
/// One problem for each tensor that would stack layers of experts of different types. @pre every layer has a row
std::vector<PlanProblem> ggufExpertProblems(const Plan& plan, const Network& network);

} // namespace kerf::core
