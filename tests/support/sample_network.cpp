// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/sample_network.h"

#include <cstdio>

#include "core/model/model.h"
#include "tests/support/test_data.h"

namespace kerf::test {

std::shared_ptr<const core::Network> sampleNetwork()
{
    auto model = core::openModel(sample() / "model");
    if (model)
        return model->network;
    std::fprintf(stderr, "%s\n", model.error().message.c_str());
    return nullptr;
}

} // namespace kerf::test
