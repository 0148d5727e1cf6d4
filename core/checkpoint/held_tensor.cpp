// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/held_tensor.h"

#include <algorithm>

namespace kerf::core {
namespace {

class HeldTensor final : public DecodedTensor {
public:
    HeldTensor(std::vector<std::int64_t> shape, std::vector<float> values)
        : DecodedTensor(Checkpoint(), {}, DType::F32, std::move(shape))
        , m_values(std::move(values))
    {
    }

    std::string_view codesName() const override { return "F32"; }
    Status checkScales() const override { return {}; }

    Status decode(std::int64_t first, std::int64_t count, std::span<float> out) const override
    {
        const auto width = static_cast<std::int64_t>(m_values.size()) / std::max<std::int64_t>(shape().front(), 1);
        std::copy_n(m_values.begin() + first * width, count * width, out.begin());
        return {};
    }

private:
    std::vector<float> m_values;
};

} // namespace

std::shared_ptr<const DecodedTensor> heldTensor(std::vector<std::int64_t> shape, std::vector<float> values)
{
    return std::make_shared<const HeldTensor>(std::move(shape), std::move(values));
}

} // namespace kerf::core
