// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/data_note.h"
#include "core/data/image.h"

namespace kerf::core {

/// In pixels of the picture as it is stored; x and y of the upper left corner, from 0.
struct Box {
    double x = 0, y = 0, width = 0, height = 0;

    double area() const { return width * height; }
    bool operator==(const Box&) const = default;
};

/// A thing that is in a picture.
struct TruthBox {
    Box box;
    std::int64_t category = 0; ///< index into the categories
    double area = 0; ///< COCO: of the outline, which is less than the box's
    bool isCrowd = false; ///< COCO: many things in one box
    bool isDifficult = false; ///< VOC: finding it earns nothing, missing it costs nothing
};

struct AnnotatedPicture {
    std::string file; ///< as the annotation names it
    ImageSize size {}; ///< as the annotation says; 0 x 0 where it does not
    std::vector<TruthBox> boxes;
};

/// Pictures and what is in them.
struct AnnotationSet {
    std::vector<std::string> categories;
    std::vector<std::int64_t> categoryIds; ///< COCO's numbers, which have holes; of VOC the indices
    std::vector<AnnotatedPicture> pictures;
    DataNotes notes;
};

/// A COCO file of boxes (cocodataset.org, "Data format"): pictures by rising id, categories by rising id, boxes in the
/// file's order. An area that is missing is the box's. Errors: BadFile, naming the part and what is wrong with it: no
/// JSON, a key missing or of another kind, an id twice or unknown, a box that is not four numbers.
Result<AnnotationSet> readCocoAnnotations(const std::filesystem::path& file);

/// A folder of PASCAL VOC's XML files, by name; categories by name, bytewise. VOC counts pixels from 1 and includes the
/// last one: x = xmin - 1, width = xmax - xmin, so that vocAp() adds the pixel again. `classes`: the model's order of
/// categories; empty: sorted. Errors: BadFile, naming file and line: no XML, a document type (entities are not read),
/// an element missing or no number, a category that `classes` has not; a folder without XML files.
Result<AnnotationSet> readVocAnnotations(
    const std::filesystem::path& folder, const std::vector<std::string>& classes = {});

} // namespace kerf::core
