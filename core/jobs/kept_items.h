// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/text/labelled_set.h"
#include "core/text/questions.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What was asked, as it is shown beside the answers.
std::vector<ItemRow> itemsOf(const QuestionSet& set);
/// Two texts, or words, behind one another; tags likewise.
std::vector<ItemRow> itemsOf(const LabelledSet& set);

/// Keeps the items of a set in the workspace, for its answers to be read beside them. More than 64 MiB of text are left
/// out, which is logged. Errors: as Workspace::addItems.
Status keepItems(
    Workspace& workspace, const std::string& datasetHash, const std::vector<ItemRow>& items, const JobContext& job);

} // namespace kerf::core
