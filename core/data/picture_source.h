// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/sample_source.h"

namespace kerf::core {

/// How pictures become samples.
struct PictureOptions {
    std::string input = "input"; ///< the model's input that they go to
    Preprocess preprocess; ///< its outputSize() must be known
    std::vector<std::string> classes {}; ///< the model's order; empty: that of the data
    bool decodesAll = false; ///< look at every pixel when opening, not only at headers
};

/// A folder of pictures, one of
/// - `labels.csv` with the columns `file` and `class` (file names from the folder, not out of it). Classes that are all
///   whole numbers are the classes' numbers; others are names, sorted bytewise;
/// - a folder for each class with its pictures, at any depth; classes sorted bytewise, as torchvision's ImageFolder;
/// - pictures without labels.
/// Pictures are those named .jpg, .jpeg, .png, in bytewise order of their names. What is odd is left out, counted and
/// named in info().notes: files that cannot be read as pictures, a class without pictures (it keeps its number), labels
/// without a file and files without a label, other files. Corrupt pixels are found when they are read, an error that
/// names the file, or with decodesAll at once.
/// Errors: BadFile (no picture at all; labels.csv: line), InvalidArgument (a class that `classes` has not; the size of
/// what is prepared is not known), Cancelled.
Result<SampleSourcePtr> openPictureFolder(
    const std::filesystem::path& folder, const PictureOptions& options, const JobContext& job = {});

/// Pictures with boxes: `set.pictures` in the folder, by their names. Those that are not there or cannot be read are
/// left out, counted and named, and so is a picture of another size than its annotation says. Errors: as above.
Result<SampleSourcePtr> openAnnotatedPictures(const std::filesystem::path& folder, const AnnotationSet& set,
    const PictureOptions& options, const JobContext& job = {});

} // namespace kerf::core
