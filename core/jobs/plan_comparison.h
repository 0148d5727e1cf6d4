// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/model/network.h"
#include "core/profile/profile.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What became of a layer from the first plan to the second.
enum class Change { MoreBits, FewerBits, OtherFormat, OtherMethod, None };

/// One layer of two plans.
struct ComparedLayer {
    std::string layer;
    int block = -1;
    std::string role;
    std::array<std::string, 2> formats, methods; ///< methods: empty where the layer is kept, or others quantized it
    std::array<double, 2> bits {}; ///< per weight, scales and zero points counted
    std::array<int, 2> codeBits {}; ///< of one code; 16 or 32 for floats
    std::int64_t bytes = 0; ///< the second's less the first's
    std::optional<Prediction> kld {}; ///< likewise, by the profile, nats; nothing where it does not know one of the two
    Change change = Change::None;
};

/// Sum over the layers that changed in one way.
struct ChangeSum {
    Change change = Change::None;
    int layers = 0;
    std::int64_t bytes = 0;
    std::optional<Prediction> kld {}; ///< nothing where one of its layers is not predicted
};

/// From one run's plan to another's.
struct PlanComparison {
    std::vector<ComparedLayer> layers; ///< all, in the network's order
    std::vector<ChangeSum> sums; ///< of each change that there is, in the order of Change
    ChangeSum together; ///< of all of them
    bool cachesDiffer = false, transformsDiffer = false, settingsDiffer = false;
};

/// What changes from the plan of the first run to the second's, layer by layer. More or fewer bits: of a code; other
/// format: as many bits with other groups, zero points or rounded inputs. @param profile may be null
/// Errors: InvalidArgument (a plan has not the network's layers).
Result<PlanComparison> comparePlans(
    const Network& network, const RunRow& first, const RunRow& second, const Profile* profile);

const char* changeName(Change change); ///< "more bits", "fewer bits", "other format", "other method", "the same"

} // namespace kerf::core
