// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/torch_pickle.h"

#include <fmt/format.h>

#include "core/checkpoint/pickle_machine.h"

namespace kerf::core {
namespace {

PickledTensor tensorOf(const PickleMachine& machine, const PickleValue& tensor)
{
    const PickleValue& storage = machine.value(tensor.items[0]);
    return { storage.text, storage.dtype, storage.number, tensor.number, tensor.shape };
}

} // namespace

Result<PickledTensors> parseTorchPickle(std::span<const std::byte> pickle, std::string_view what)
try {
    PickleMachine machine(pickle);
    const PickleValue& state = machine.run();
    if (state.kind != PickleValue::Kind::Dictionary)
        throw PickleRefusal { "holds no dictionary of tensors" };
    PickledTensors found;
    for (std::size_t i = 0; i < state.items.size(); i += 2) {
        const PickleValue& key = machine.value(state.items[i]);
        const PickleValue& item = machine.value(state.items[i + 1]);
        if (key.kind != PickleValue::Kind::Text || key.text.empty() || key.text.size() > 256)
            throw PickleRefusal { "has an entry whose name is no text of 1 to 256 bytes" };
        if (item.kind != PickleValue::Kind::Tensor)
            found.others.push_back(key.text);
        else
            found.tensors.insert_or_assign(key.text, tensorOf(machine, item)); // a later entry counts, as in Python
    }
    return found;
} catch (const PickleRefusal& refusal) {
    return fail(ErrorCode::BadFile, fmt::format("{}: {}. Nothing of it was run.", what, refusal.reason));
}

} // namespace kerf::core
