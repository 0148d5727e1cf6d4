// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/plan_transforms.h"

#include <algorithm>

#include "core/transform/transform.h"

namespace kerf::core {

void addStartingTransforms(const Network& network, std::vector<TransformChoice>& transforms)
{
    const Transform& fold = batchNormFoldTransform();
    const bool isThere = std::ranges::find(transforms, fold.name(), &TransformChoice::name) != transforms.end();
    if (!isThere && fold.check(network, Json::object()))
        transforms.insert(transforms.begin(), { fold.name(), Json::object() });
}

std::vector<TransformChoice> changingTransforms(const std::vector<TransformChoice>& transforms)
{
    std::vector<TransformChoice> changing = transforms;
    std::erase_if(changing, [](const TransformChoice& choice) {
        const auto transform = findTransform(choice.name);
        return transform && (*transform)->scalesRowsAlone();
    });
    return changing;
}

} // namespace kerf::core
