// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/decide/device.h"
#include "core/decide/served_model.h"
#include "core/model/outline.h"

namespace kerf::test {

/// A published model of tests/decide/shapes: its configuration, without weights.
struct PublishedShape {
    core::OpenedNetwork opened;
    core::ServedModel model;

    core::ServedWeights weights(const std::string& format) const
    {
        return core::servedWeights(*opened.network, model, core::parseFormat(format).value());
    }
};

inline PublishedShape publishedShape(const std::string& name)
{
    PublishedShape shape {
        core::openOutline(std::string(KERF_SOURCE_DIR "/tests/decide/shapes/") + name + ".json").value(), {}
    };
    shape.model = core::servedModel(*shape.opened.network).value();
    return shape;
}

inline core::Device shippedDevice(const std::string& name)
{
    return core::findDevice(core::shippedDevices(), name).value();
}

} // namespace kerf::test
