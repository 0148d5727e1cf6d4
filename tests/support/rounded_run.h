// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"
#include "core/model/model.h"

namespace kerf::test {

/// A run of plain rounding: the formats in turn, layer by layer.
class RoundedRun {
public:
    RoundedRun(const core::Model& model, const std::vector<std::string>& formats);

    const core::Plan& plan() const { return m_plan; }
    /// Those that are quantized.
    const std::map<std::string, core::QuantizedTensor>& layers() const { return m_layers; }
    core::Result<core::ExportReport> write(const char* target, const std::filesystem::path& out) const;
    /// What is wrong with an export that was opened again: a layer whose weight is not the run's, logits that are
    /// further off than two orders of the same sums. Empty: nothing.
    std::string difference(const core::Model& written) const;

private:
    const core::Model& m_model;
    core::Plan m_plan;
    std::map<std::string, core::QuantizedTensor> m_layers;
};

} // namespace kerf::test
