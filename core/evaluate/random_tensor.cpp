// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/random_tensor.h"

#include <cstdint>

#include "core/base/random.h"

namespace kerf::core {

std::shared_ptr<const QuantizedTensor> randomTensor(const FormatPtr& format, const LayerShape& shape)
{
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = format;
    tensor->shape = shape;
    tensor->codes.resize(static_cast<std::size_t>(shape.rows * shape.cols));
    const auto mask = static_cast<std::uint64_t>((1u << static_cast<unsigned>(format->codeBits())) - 1);
    CounterRng random(1);
    for (std::size_t i = 0; i < tensor->codes.size(); i += 8) {
        const std::uint64_t bits = random.next();
        for (std::size_t k = 0; k < 8 && i + k < tensor->codes.size(); ++k)
            tensor->codes[i + k] = static_cast<std::uint8_t>((bits >> (8 * k)) & mask);
    }
    const auto middle = static_cast<float>(1u << static_cast<unsigned>(format->codeBits() - 1));
    tensor->scales.assign(static_cast<std::size_t>(shape.rows * tensor->groups()), 0x1p-10f);
    if (!format->isSymmetric())
        tensor->zeros.assign(tensor->scales.size(), middle);
    return tensor;
}

} // namespace kerf::core
