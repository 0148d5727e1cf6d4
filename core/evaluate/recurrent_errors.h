// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/evaluate/evaluate.h"
#include "core/model/network.h"

namespace kerf::core {

/// Compares the h that recurrent layers have before each step, in batches of samples: the original's first, then the
/// candidate's. Memory: those of one batch.
class RecurrentErrors {
public:
    explicit RecurrentErrors(const Network& network);
    bool isEmpty() const { return m_layers.empty(); } ///< there is no recurrent layer

    /// Sees what the layers' second matrices multiply (Recurrent, output 2). Empty without a recurrent layer.
    Tap original() { return tap(m_original); }
    Tap candidate() { return tap(m_candidate); }
    /// Behind both passes over the same samples.
    void endBatch();
    /// One for each layer with more than one step, in the order of the graph; the h behind the last step is not seen.
    std::vector<StateErrors> finish() const;

private:
    struct Seen {
        Matrix rows;
        std::vector<std::int64_t> lengths;
    };
    struct Sums {
        std::vector<double> distance, length; ///< of each step
    };
    Tap tap(std::map<std::string, Seen>& seen);

    std::vector<std::pair<std::string, std::string>> m_layers; ///< name and site
    std::map<std::string, Seen> m_original, m_candidate; ///< by site
    std::map<std::string, Sums> m_sums;
};

} // namespace kerf::core
