// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include "core/base/result.h"

namespace kerf::core {

/// The edge of a job: no exception passes it. `work` returns a Result or a Status.
template <class Work> auto atJobEdge(Work&& work) -> std::invoke_result_t<Work>
{
    try {
        return std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory,
            "There is not enough memory for this job. Use fewer or shorter windows, or close other programs; finished "
            "layers are kept.");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, std::string("Unexpected failure inside Kerf: ") + exception.what());
    } catch (...) {
        return fail(ErrorCode::Internal, "Unexpected failure inside Kerf, of a kind that says no more.");
    }
}

} // namespace kerf::core
