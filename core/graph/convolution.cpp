// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/convolution.h"

#include "core/graph/ops/to_picture.h"

namespace kerf::core {

ValueId addConvolution(GraphBuilder& builder, LayerInfo info, const Patches& patches, ValueId picture,
    ParameterId weight, ParameterId bias)
{
    const ValueId rows = builder.add(patchesOp(), patches, { picture });
    if (rows < 0)
        return -1;
    const Shape& shape = builder.typeOf(picture).shape;
    const Shape places = placesOf(patches, shape[1], shape[2]);
    const ValueId made = builder.addLayer(std::move(info), rows, weight, bias);
    return builder.add(toPictureOp(), ToPicture { places[0], places[1] }, { made });
}

} // namespace kerf::core
