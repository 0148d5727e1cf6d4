// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/low_precision.h"

#include <fmt/format.h>

namespace kerf::core {

Json lowPrecisionSettings(const Checkpoint& checkpoint, std::string_view method)
{
    const Json config = Json::parse(checkpoint.configText(), nullptr, false); // parsed strictly when it was opened
    const auto settings = config.find("quantization_config");
    const bool isObject = settings != config.end() && settings->is_object();
    return isObject && settings->value("quant_method", Json()) == method ? *settings : Json();
}

Note lowPrecisionNote(const LowPrecision& found)
{
    std::string text
        = fmt::format("{} weights are stored as {}. They are read as the floats that codes and scales stand for, as if "
                      "the model had been published so; exports carry nothing of the codes.",
            found.tensors.size(), found.name);
    if (!found.inputSteps.empty())
        text += fmt::format(" Servers of the folder round the inputs of {} layers with fixed steps ({}); these are not "
                            "applied here.",
            found.inputSteps.size(), listed(found.inputSteps, 2));
    Note note { NoteKind::LowPrecision, std::move(text) };
    for (const auto& [name, tensor] : found.tensors)
        note.items.push_back(name);
    return note;
}

Status checkDecodedScales(const Checkpoint& checkpoint, const JobContext& job)
{
    for (const auto& [name, tensor] : checkpoint.tensors()) {
        if (!tensor.decoded)
            continue;
        KERF_CHECK(job.checkStop());
        KERF_CHECK(tensor.decoded->checkScales());
    }
    return {};
}

} // namespace kerf::core
