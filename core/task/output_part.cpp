// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/output_part.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/task/divergence.h"

namespace kerf::core {
namespace {

std::int64_t product(std::span<const std::int64_t> sizes)
{
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t { 1 }, std::multiplies {});
}

/// Elements along one axis as rows, the places of the axes before and behind it one below the other.
class AxisRows {
public:
    AxisRows(const Shape& shape, std::int64_t axisFromEnd)
    {
        const std::size_t axis = shape.size() - static_cast<std::size_t>(-axisFromEnd);
        m_before = product(std::span(shape).first(axis));
        m_size = shape[axis];
        m_behind = product(std::span(shape).subspan(axis + 1));
    }
    std::int64_t rows() const { return m_before * m_behind; }
    std::int64_t size() const { return m_size; }
    Matrix of(const Matrix& values) const
    {
        Matrix rows(m_before * m_behind, m_size);
        const float* from = values.data();
        for (std::int64_t before = 0; before < m_before; ++before)
            for (std::int64_t at = 0; at < m_size; ++at)
                for (std::int64_t behind = 0; behind < m_behind; ++behind)
                    rows(before * m_behind + behind, at) = *from++;
        return rows;
    }

private:
    std::int64_t m_before = 1, m_size = 1, m_behind = 1;
};

/// The logarithm of a probability that float32 may have rounded to 0.
float logOf(float probability)
{
    return std::log(std::max(probability, std::numeric_limits<float>::min()));
}

class DistributionPart final : public OutputPart {
public:
    DistributionPart(OutputPlace place, const OutputMeaning& meaning)
        : m_place(std::move(place))
        , m_kind(meaning.kind)
        , m_axis(m_place.shape, m_kind == OutputMeaning::Kind::Chances ? -1 : meaning.axis)
    {
    }
    std::int64_t rows() const override { return isOfChances() ? m_axis.rows() * m_axis.size() : m_axis.rows(); }
    std::int64_t columns() const override { return isOfChances() ? 2 : m_axis.size(); }
    Matrix results(const std::vector<Matrix>& outputs) const override
    {
        const Matrix& values = outputs[m_place.index];
        if (isOfChances())
            return coins(values);
        Matrix rows = m_axis.of(values);
        if (m_kind == OutputMeaning::Kind::Probabilities)
            for (float& value : rows.reshaped())
                value = logOf(value);
        return rows;
    }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return klDivergences(original, candidate);
    }

private:
    bool isOfChances() const { return m_kind == OutputMeaning::Kind::Chances; }
    static Matrix coins(const Matrix& chances)
    {
        Matrix rows(chances.size(), 2);
        for (Eigen::Index i = 0; i < chances.size(); ++i) {
            rows(i, 0) = logOf(1 - chances.data()[i]);
            rows(i, 1) = logOf(chances.data()[i]);
        }
        return rows;
    }

    OutputPlace m_place;
    OutputMeaning::Kind m_kind;
    AxisRows m_axis;
};

class ValuesPart final : public OutputPart {
public:
    ValuesPart(OutputPlace place, bool isRelative)
        : m_place(std::move(place))
        , m_isRelative(isRelative)
    {
    }
    std::int64_t rows() const override { return 1; }
    std::int64_t columns() const override { return product(m_place.shape); }
    Matrix results(const std::vector<Matrix>& outputs) const override { return outputs[m_place.index]; }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        const double distance = (original - candidate).cast<double>().squaredNorm();
        const double length = original.cast<double>().squaredNorm();
        if (!m_isRelative)
            return { distance / static_cast<double>(original.size()) };
        return { distance == 0 ? 0 : distance / std::max(length, std::numeric_limits<double>::min()) };
    }

private:
    OutputPlace m_place;
    bool m_isRelative;
};

class VectorsPart final : public OutputPart {
public:
    VectorsPart(OutputPlace place, const OutputMeaning& meaning)
        : m_place(std::move(place))
        , m_axis(m_place.shape, meaning.axis)
    {
    }
    std::int64_t rows() const override { return m_axis.rows(); }
    std::int64_t columns() const override { return m_axis.size(); }
    Matrix results(const std::vector<Matrix>& outputs) const override { return m_axis.of(outputs[m_place.index]); }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        return cosineDistances(original, candidate);
    }

private:
    OutputPlace m_place;
    AxisRows m_axis;
};

/// Middle and size of a box in whatever unit it came.
struct Middle {
    double x, y, width, height;
};

Middle middleOf(std::span<const float> box, BoxDecoding::Form form)
{
    const double a = box[0], b = box[1], c = box[2], d = box[3];
    if (form == BoxDecoding::Form::Corners)
        return { (a + c) / 2, (b + d) / 2, c - a, d - b };
    if (form == BoxDecoding::Form::CornerAndSize)
        return { a + c / 2, b + d / 2, c, d };
    return { a, b, c, d };
}

constexpr double kMiddle = .1, kSize = .2; ///< SSD's variances
constexpr double kLeastRatio = 1e-3; ///< of sizes

/// ½ |t|² for t as SSD's boxes are learned, with its variances .1 and .2. What has no size is no box: it costs nothing.
double boxDistance(std::span<const float> original, std::span<const float> candidate, BoxDecoding::Form form)
{
    if (form == BoxDecoding::Form::Offsets) {
        double sum = 0;
        for (std::size_t i = 0; i < 4; ++i)
            sum += std::pow(static_cast<double>(candidate[i]) - static_cast<double>(original[i]), 2);
        return sum / 2;
    }
    const Middle right = middleOf(original, form), found = middleOf(candidate, form);
    if (!(right.width > 0 && right.height > 0))
        return 0;
    const auto size = [](double of, double by) { return std::log(std::max(of / by, kLeastRatio)) / kSize; };
    const double x = (found.x - right.x) / right.width / kMiddle, y = (found.y - right.y) / right.height / kMiddle;
    const double width = size(found.width, right.width), height = size(found.height, right.height);
    return (x * x + y * y + width * width + height * height) / 2;
}

class DetectionPart final : public OutputPart, private BoxResults {
public:
    DetectionPart(
        const OutputPlace& scores, const OutputMeaning& meaning, OutputPlace boxes, const BoxDecoding& decoding)
        : m_scores(scores, meaning)
        , m_isOfChances(meaning.kind == OutputMeaning::Kind::Chances)
        , m_boxes(std::move(boxes))
        , m_decoding(decoding)
        , m_candidates(product(m_boxes.shape) / 4)
    {
    }
    std::int64_t rows() const override { return 1; }
    std::int64_t columns() const override { return m_scores.rows() * m_scores.columns() + m_candidates * 4; }
    Matrix results(const std::vector<Matrix>& outputs) const override
    {
        const Matrix scores = m_scores.results(outputs);
        Matrix row(1, columns());
        row.leftCols(scores.size()) = scores.reshaped<Eigen::RowMajor>().transpose();
        row.rightCols(m_candidates * 4) = outputs[m_boxes.index];
        return row;
    }
    std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const override
    {
        const std::vector<double> classes = m_scores.divergence(logits(original), logits(candidate));
        double sum = std::accumulate(classes.begin(), classes.end(), 0.0);
        const Matrix right = boxes(original), found = boxes(candidate), probabilities = scores(original);
        for (Eigen::Index i = 0; i < m_candidates; ++i)
            sum += isSomething(probabilities.row(i))
                * boxDistance(rowSpan(right, i), rowSpan(found, i), m_decoding.form);
        return { sum };
    }
    const BoxResults* boxResults() const override { return this; }

private:
    const BoxDecoding& decoding() const override { return m_decoding; }
    Matrix boxes(const Matrix& results) const override
    {
        return results.rightCols(m_candidates * 4).reshaped<Eigen::RowMajor>(m_candidates, 4);
    }
    /// Of coins the side that says yes.
    Matrix scores(const Matrix& results) const override
    {
        Matrix rows = logits(results);
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
            rows.row(i) = (rows.row(i).array() - rows.row(i).maxCoeff()).exp();
            rows.row(i) /= rows.row(i).sum();
        }
        if (m_isOfChances)
            rows = Matrix(rows.rightCols(1)).reshaped<Eigen::RowMajor>(m_candidates, rows.rows() / m_candidates).eval();
        return rows;
    }
    Matrix logits(const Matrix& results) const
    {
        return results.leftCols(m_scores.rows() * m_scores.columns())
            .reshaped<Eigen::RowMajor>(m_scores.rows(), m_scores.columns());
    }
    template <class Row> double isSomething(const Row& probabilities) const
    {
        if (m_decoding.background && *m_decoding.background < probabilities.size())
            return 1 - static_cast<double>(probabilities[*m_decoding.background]);
        return static_cast<double>(probabilities.maxCoeff());
    }

    DistributionPart m_scores;
    bool m_isOfChances;
    OutputPlace m_boxes;
    BoxDecoding m_decoding;
    std::int64_t m_candidates;
};

} // namespace

OutputPartPtr distributionPart(const OutputPlace& place, const OutputMeaning& meaning)
{
    return std::make_unique<DistributionPart>(place, meaning);
}

OutputPartPtr valuesPart(const OutputPlace& place, bool isRelative)
{
    return std::make_unique<ValuesPart>(place, isRelative);
}

OutputPartPtr vectorsPart(const OutputPlace& place, const OutputMeaning& meaning)
{
    return std::make_unique<VectorsPart>(place, meaning);
}

OutputPartPtr detectionPart(const OutputPlace& scores, const OutputMeaning& scoresMeaning, const OutputPlace& boxes,
    const BoxDecoding& decoding)
{
    return std::make_unique<DetectionPart>(scores, scoresMeaning, boxes, decoding);
}

} // namespace kerf::core
