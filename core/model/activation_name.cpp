// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/activation_name.h"

namespace kerf::core {

std::optional<kernels::Activation> activationNamed(std::string_view name)
{
    if (name == "silu" || name == "swish")
        return kernels::Activation::Silu;
    if (name == "gelu")
        return kernels::Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast")
        return kernels::Activation::GeluTanh;
    if (name == "relu")
        return kernels::Activation::Relu;
    return {};
}

std::string activationNames()
{
    return "silu, gelu, gelu_new, gelu_pytorch_tanh, relu";
}

} // namespace kerf::core
