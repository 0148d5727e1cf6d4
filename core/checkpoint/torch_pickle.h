// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/result.h"

namespace kerf::core {

/// A tensor as torch.save pickles it: a stretch of a storage, row by row.
struct PickledTensor {
    std::string storage; ///< its name in the archive
    DType dtype = DType::F32;
    std::int64_t storageElements = 0;
    std::int64_t offset = 0; ///< of the first element
    std::vector<std::int64_t> shape;
};

struct PickledTensors {
    std::map<std::string, PickledTensor> tensors;
    std::vector<std::string> others; ///< names of entries that are no tensors
};

/// The state dict in the data.pkl of a file that torch.save wrote (Python's pickletools.py for the opcodes; torch
/// serialization.py and _utils.py for what is called). Nothing is imported or called: only what a dictionary of tensors
/// needs is understood, everything else is refused by name. `what` starts every message. Memory and time O(size): at
/// most 8 million values. Errors: BadFile.
Result<PickledTensors> parseTorchPickle(std::span<const std::byte> pickle, std::string_view what);

} // namespace kerf::core
