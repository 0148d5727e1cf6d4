// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/checkpoint_weights.h"

#include <utility>

#include "core/base/dtype.h"

namespace kerf::core {
namespace {

/// Rows of a stored table, rewritten, decoded whenever they are read.
class StoredRows {
public:
    StoredRows(Checkpoint checkpoint, std::shared_ptr<const TensorFolds> folds, const Parameter& parameter)
        : m_checkpoint(std::move(checkpoint))
        , m_folds(std::move(folds))
        , m_tensor(parameter.ref.tensor)
        , m_key(parameter.key)
        , m_type(m_checkpoint.find(m_tensor)->dtype)
        , m_rows(parameter.shape[0])
        , m_width(parameter.shape[1])
    {
    }

    std::int64_t rows() const { return m_rows; }
    std::int64_t cols() const { return m_width; }

    Status lend(const std::function<Status(std::span<const std::byte>)>& read) const
    {
        return m_checkpoint.lend(m_tensor, read);
    }
    void decode(std::span<const std::byte> bytes, std::int64_t row, std::int64_t count, float* to) const
    {
        const std::size_t rowBytes = static_cast<std::size_t>(m_width) * elementSize(m_type);
        toFloat32(m_type,
            bytes.subspan(static_cast<std::size_t>(row) * rowBytes, static_cast<std::size_t>(count) * rowBytes),
            { to, static_cast<std::size_t>(count * m_width) });
    }
    void rewrite(const MutableMatrixRef& rows) const { m_folds->apply(m_key, rows); }

private:
    Checkpoint m_checkpoint;
    std::shared_ptr<const TensorFolds> m_folds;
    std::string m_tensor, m_key;
    DType m_type;
    std::int64_t m_rows, m_width;
};

/// The same of a table that is stored as codes, which are kept: nothing is lent.
class CodedRows {
public:
    CodedRows(std::shared_ptr<const QuantizedTensor> codes, std::shared_ptr<const TensorFolds> folds, std::string key)
        : m_codes(std::move(codes))
        , m_folds(std::move(folds))
        , m_key(std::move(key))
    {
    }
    std::int64_t rows() const { return m_codes->shape.rows; }
    std::int64_t cols() const { return m_codes->shape.cols; }
    Status lend(const std::function<Status(std::span<const std::byte>)>& read) const { return read({}); }
    void decode(std::span<const std::byte>, std::int64_t row, std::int64_t count, float* to) const
    {
        dequantizeRows(*m_codes, row, Eigen::Map<Matrix>(to, count, m_codes->shape.cols));
    }
    void rewrite(const MutableMatrixRef& rows) const { m_folds->apply(m_key, rows); }

private:
    std::shared_ptr<const QuantizedTensor> m_codes;
    std::shared_ptr<const TensorFolds> m_folds;
    std::string m_key;
};

/// `Rows`: StoredRows or CodedRows.
template <class Rows> class TableOf final : public RowTable {
public:
    explicit TableOf(Rows rows)
        : m_rows(std::move(rows))
    {
    }
    std::int64_t rows() const override { return m_rows.rows(); }
    Status read(std::span<const std::int32_t> ids, MutableMatrixRef out) const override
    {
        KERF_CHECK(m_rows.lend([&](std::span<const std::byte> bytes) -> Status {
            for (std::size_t i = 0; i < ids.size(); ++i)
                m_rows.decode(bytes, ids[i], 1, out.row(static_cast<Eigen::Index>(i)).data());
            return {};
        }));
        m_rows.rewrite(out);
        return {};
    }

private:
    Rows m_rows;
};

template <class Rows> class LinearOf final : public StreamedLinear {
public:
    explicit LinearOf(Rows rows)
        : m_rows(std::move(rows))
    {
    }
    Status apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        return m_rows.lend([&](std::span<const std::byte> bytes) -> Status {
            multiplyDecoded(
                x, lengths, m_rows.rows(),
                [&](std::int64_t row, MutableMatrixRef tile) {
                    m_rows.decode(bytes, row, tile.rows(), tile.data());
                    m_rows.rewrite(tile);
                },
                y);
            return {};
        });
    }
    Result<LinearPtr> held() const override
    {
        Matrix weight(m_rows.rows(), m_rows.cols());
        KERF_CHECK(m_rows.lend([&](std::span<const std::byte> bytes) -> Status {
            m_rows.decode(bytes, 0, weight.rows(), weight.data());
            m_rows.rewrite(weight);
            return {};
        }));
        return makeDenseLinear(std::move(weight));
    }

private:
    Rows m_rows;
};

} // namespace

CheckpointWeights::CheckpointWeights(Checkpoint checkpoint, std::optional<QuantizedFolder> quantized,
    std::map<std::string, std::string> layers, std::shared_ptr<const TensorFolds> folds)
    : m_checkpoint(std::move(checkpoint))
    , m_quantized(std::move(quantized))
    , m_codes(std::move(layers))
    , m_folds(folds ? std::move(folds) : std::make_shared<const TensorFolds>())
{
}

std::map<std::string, std::string>::const_iterator CheckpointWeights::codesOf(const Parameter& parameter) const
{
    return m_codes.find(parameter.ref.slice < 0 ? parameter.ref.tensor : parameter.key);
}

Result<std::shared_ptr<const QuantizedTensor>> CheckpointWeights::codes(const std::string& layer) const
{
    const std::scoped_lock lock(m_kept->mutex);
    std::weak_ptr<const QuantizedTensor>& kept = m_kept->codes[layer];
    if (auto codes = kept.lock())
        return codes;
    KERF_TRY(QuantizedTensor read, m_quantized->read(layer));
    auto codes = std::make_shared<const QuantizedTensor>(std::move(read));
    kept = codes;
    return codes;
}

Result<Matrix> CheckpointWeights::tensor(const Parameter& parameter) const
{
    KERF_TRY(Matrix values,
        parameter.ref.slice < 0 ? m_checkpoint.read(parameter.ref.tensor)
                                : m_checkpoint.readSlice(parameter.ref.tensor, parameter.ref.slice));
    m_folds->apply(parameter.key, values);
    return values;
}

Result<Matrix> CheckpointWeights::values(const Parameter& parameter) const
{
    if (const auto stored = codesOf(parameter); stored != m_codes.end()) {
        KERF_TRY(const QuantizedTensor codes, m_quantized->read(stored->second));
        return dequantize(codes);
    }
    KERF_TRY(Matrix values, tensor(parameter));
    if (parameter.shape.size() < 2) {
        if (parameter.offset != 0)
            values.array() += static_cast<float>(parameter.offset);
        return values;
    }
    m_checkpoint.release(parameter.ref.tensor);
    if (parameter.ref.layout == WeightLayout::InOut)
        return Matrix(values.transpose());
    return values;
}

Result<LayerActivation> CheckpointWeights::inputs(const Parameter& parameter) const
{
    const auto stored = codesOf(parameter);
    if (stored == m_codes.end() || !m_folds->isEmpty())
        return LayerActivation {};
    KERF_TRY(const float step, m_quantized->inputStep(stored->second));
    return LayerActivation { m_quantized->activation(stored->second), step, m_quantized->inputZero(stored->second) };
}

Result<std::shared_ptr<const StreamedLinear>> CheckpointWeights::streamed(const Parameter& parameter) const
{
    if (const auto stored = codesOf(parameter); stored != m_codes.end()) {
        KERF_TRY(auto codes, this->codes(stored->second));
        return std::make_shared<LinearOf<CodedRows>>(CodedRows(std::move(codes), m_folds, parameter.key));
    }
    return std::make_shared<LinearOf<StoredRows>>(StoredRows(m_checkpoint, m_folds, parameter));
}

Result<std::shared_ptr<const RowTable>> CheckpointWeights::table(const Parameter& parameter) const
{
    if (const auto stored = codesOf(parameter); stored != m_codes.end()) {
        KERF_TRY(auto codes, this->codes(stored->second));
        return std::make_shared<TableOf<CodedRows>>(CodedRows(std::move(codes), m_folds, parameter.key));
    }
    return std::make_shared<TableOf<StoredRows>>(StoredRows(m_checkpoint, m_folds, parameter));
}

std::optional<DType> CheckpointWeights::storedType(const std::string& tensor) const
{
    const TensorInfo* info = m_checkpoint.find(tensor);
    return info ? std::optional(info->dtype) : std::nullopt;
}

std::shared_ptr<const WeightSource> CheckpointWeights::rewritten(std::shared_ptr<const TensorFolds> folds) const
{
    return std::make_shared<CheckpointWeights>(m_checkpoint, m_quantized, m_codes, std::move(folds));
}

} // namespace kerf::core
