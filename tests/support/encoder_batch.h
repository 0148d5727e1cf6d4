// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/checkpoint/safetensors_file.h"
#include "core/model/network.h"

namespace kerf::test {

using namespace kerf::core;

inline Batch::Input indicesOf(const SafetensorsFile& file, const std::string& name)
{
    const auto values = file.values<std::int64_t>(name).value();
    Batch::Input input;
    input.indices.assign(values.begin(), values.end());
    return input;
}

/// What the reference was computed from.
inline Batch readBatch(const Network& network, const SafetensorsFile& file)
{
    Batch batch;
    for (const ValueId id : network.graph().inputs()) {
        const Value& value = network.graph().value(id);
        Batch::Input input = indicesOf(file, value.name);
        if (value.type.element == ElementType::Float) {
            input.rows.resize(static_cast<Eigen::Index>(input.indices.size()), 1);
            for (std::size_t i = 0; i < input.indices.size(); ++i)
                input.rows(static_cast<Eigen::Index>(i), 0) = static_cast<float>(input.indices[i]);
            input.indices.clear();
        }
        batch.inputs.push_back(std::move(input));
    }
    const auto& shape = file.find("input_ids")->shape;
    batch.lengths.assign(static_cast<std::size_t>(shape[0]), shape[1]);
    return batch;
}

} // namespace kerf::test
