// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/data/annotation.h"
#include "core/data/data_note.h"
#include "core/data/preprocess.h"

namespace kerf::core {

/// An input of a model, and what one sample gives it.
struct SampleInput {
    std::string name;
    std::vector<std::int64_t> shape; ///< without the batch

    std::int64_t values() const; ///< their product
};

enum class LabelKind {
    None, ///< a model can only be compared with its original
    Classes,
    Boxes,
    Targets, ///< numbers
};

/// Samples side by side.
struct SampleBatch {
    std::vector<Matrix> inputs; ///< as SourceInfo::inputs: [samples, values of one]
    std::vector<std::int64_t> classes; ///< LabelKind::Classes
    std::vector<std::vector<TruthBox>> boxes; ///< LabelKind::Boxes
    Matrix targets; ///< LabelKind::Targets: [samples, values of one]
    std::vector<PicturePlacement> placements; ///< of pictures: from places in the input to those in the picture
};

/// What is known before anything is read.
struct SourceInfo {
    std::string name; ///< of the file or folder
    std::vector<SampleInput> inputs;
    std::int64_t count = 0;
    LabelKind labels = LabelKind::None;
    std::vector<std::string> classes; ///< names in the order of their numbers; may be empty
    std::vector<std::int64_t> targetShape; ///< LabelKind::Targets, of one sample
    DataNotes notes;
    /// Samples that are at most so far apart may share numbers: windows that overlap.
    std::int64_t reach = 0;
};

/// Samples of a data set, decoded when they are asked for. Thread-safe; cheap to hold.
class SampleSource {
public:
    virtual ~SampleSource() = default;

    const SourceInfo& info() const { return m_info; }
    std::int64_t count() const { return m_info.count; }
    /// Samples [first, first + count), the same bits however they are asked for and with any number of threads. Memory:
    /// theirs, and what one sample a thread takes. Errors: InvalidArgument (not inside), as readThese().
    Result<SampleBatch> read(std::int64_t first, std::int64_t count, const JobContext& job = {}) const;
    /// Some samples, in that order. Errors: BadFile, naming the file; Cancelled. @pre all are there
    virtual Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job = {}) const = 0;
    /// What a person calls a sample.
    virtual std::string nameOf(std::int64_t sample) const = 0;
    /// The file that a sample is all of; empty: none.
    virtual std::filesystem::path fileOf(std::int64_t /*sample*/) const { return {}; }
    /// SHA-256 of what a sample is made of: equal for equal samples wherever they stand. Errors: BadFile, Io,
    /// Cancelled.
    virtual Result<std::string> hashOf(std::int64_t sample, const JobContext& job = {}) const = 0;
    /// The class that the data say of a sample; nothing of it is read. @pre LabelKind::Classes
    virtual std::int64_t classOf(std::int64_t /*sample*/) const { return -1; }
    /// Whether a model with states begins anew here: the first of a recording. True of samples that stand alone.
    virtual bool startsSequence(std::int64_t /*sample*/) const { return true; }

protected:
    explicit SampleSource(SourceInfo info)
        : m_info(std::move(info))
    {
    }
    SampleSource(const SampleSource&) = default;

    /// An empty batch of so many samples, with room for what info() says.
    SampleBatch room(std::int64_t count) const;
    SourceInfo m_info;
};
using SampleSourcePtr = std::shared_ptr<const SampleSource>;

/// Samples by `fill(sample, row)` on all threads; rows count from 0. Errors: the first in their order; Cancelled.
Status fillSamples(std::span<const std::int64_t> samples, const JobContext& job,
    const std::function<Status(std::int64_t sample, std::int64_t row)>& fill);

/// A data set in two: what is learned from, and what is kept aside to judge by.
struct HeldOutSplit {
    SampleSourcePtr learned, heldOut;
    std::int64_t dropped = 0; ///< held out, but sharing numbers with what is learned from
};
/// Samples go to one side by the hash of what they are made of and the seed, never by where they stand: more samples or
/// another order move none, and equal ones stay together. Of windows that overlap, neighbours go together, and those at
/// the borders are dropped. Errors: InvalidArgument (share not inside (0, 1); a side without samples), as hashOf().
Result<HeldOutSplit> splitHeldOut(
    const SampleSourcePtr& source, double share, std::uint64_t seed, const JobContext& job = {});

} // namespace kerf::core
