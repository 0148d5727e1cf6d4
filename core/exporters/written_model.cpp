// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/written_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/architecture.h"
#include "core/model/gguf_view.h"

namespace kerf::core {
namespace {

/// A target may hold the zero points of symmetric layers too: then they all are the middle code.
bool haveOneGrid(const QuantizedTensor& a, const QuantizedTensor& b)
{
    if (a.format->name() == b.format->name())
        return true;
    const bool areIntegers = a.format->family() == FormatFamily::Integer && b.format->family() == FormatFamily::Integer;
    return areIntegers && a.format->codeBits() == b.format->codeBits()
        && a.format->granularity() == b.format->granularity() && a.groups() == b.groups();
}

bool haveSameZeros(const QuantizedTensor& a, const QuantizedTensor& b)
{
    return a.format->name() == b.format->name() ? a.zeros == b.zeros : zeroCodes(a) == zeroCodes(b);
}

} // namespace

std::string differenceOf(const QuantizedTensor& expected, const QuantizedTensor& found)
{
    const bool isOneShape = expected.shape.rows == found.shape.rows && expected.shape.cols == found.shape.cols;
    const bool isOneGrid = haveOneGrid(expected, found);
    // A target may hold a format as another that has the same weights: then these are compared, bit by bit.
    if (isOneShape && !isOneGrid && dequantize(expected) == dequantize(found))
        return {};
    if (!isOneShape || !isOneGrid)
        return "format or shape";
    if (expected.codes != found.codes)
        return "codes";
    if (expected.scales != found.scales)
        return "scales";
    if (!haveSameZeros(expected, found))
        return "zero points";
    return expected.groupIndex != found.groupIndex ? "groups" : "";
}

namespace {

/// Half a step of a type at a number, which is how far rounding to it may move the number.
float halfStep(DType type, float value)
{
    if (type == DType::F32)
        return 0;
    return type == DType::F16 ? std::max(std::abs(value) * 0x1p-11F, 0x1p-25F) : std::abs(value) * 0x1p-8F;
}

/// What was carried over stands under its own name.
class WrittenCheckpoint : public WrittenModel {
public:
    explicit WrittenCheckpoint(Checkpoint checkpoint, std::string prefix = {})
        : m_checkpoint(std::move(checkpoint))
        , m_prefix(std::move(prefix))
    {
    }
    std::optional<TensorSpec> carried(const std::string& name) const override
    {
        const TensorInfo* info = m_checkpoint.find(own(name));
        if (!info)
            return std::nullopt;
        return TensorSpec { name, info->dtype, info->shape };
    }
    Status lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const override
    {
        return m_checkpoint.lend(own(name), read);
    }
    float shift(const std::string& name) const override { return m_checkpoint.find(own(name))->form.shift; }
    void release(const std::string& name) const override { m_checkpoint.release(own(name)); }

protected:
    const Checkpoint& checkpoint() const { return m_checkpoint; }
    /// The name here of a tensor or layer of the source.
    std::string own(const std::string& name) const
    {
        const bool isKnown = m_prefix.empty() || m_checkpoint.find(name) || m_checkpoint.find(name + ".weight");
        return isKnown ? name : m_prefix + name;
    }

private:
    Checkpoint m_checkpoint;
    std::string m_prefix; ///< that the names of the source may lack
};

class WrittenFolder final : public WrittenCheckpoint {
public:
    WrittenFolder(Checkpoint checkpoint, QuantizedFolder quantized, std::string prefix = {})
        : WrittenCheckpoint(std::move(checkpoint), std::move(prefix))
        , m_quantized(std::move(quantized))
    {
    }

    const std::string& kind() const override { return m_quantized.quantMethod(); }
    std::vector<std::string> layers() const override
    {
        std::vector<std::string> names;
        for (const auto& [name, format] : m_quantized.layers())
            names.push_back(name);
        return names;
    }
    bool hasCodes() const override { return true; }
    Status check(const std::string& layer) const override
    {
        return m_quantized.read(layer).map([](const QuantizedTensor&) {});
    }
    Result<std::optional<std::string>> hash(const std::string& layer) const override
    {
        if (!m_quantized.contains(own(layer)))
            return std::optional<std::string>();
        KERF_TRY(const QuantizedTensor tensor, m_quantized.read(own(layer)));
        return std::optional(contentHash(tensor));
    }
    Result<std::string> difference(
        const std::string& layer, const WeightRef&, const QuantizedTensor& expected) const override
    {
        if (!m_quantized.contains(own(layer)))
            return std::string("format");
        KERF_TRY(const QuantizedTensor found, m_quantized.read(own(layer)));
        return differenceOf(expected, found);
    }

private:
    QuantizedFolder m_quantized;
};

class WrittenFloats final : public WrittenCheckpoint {
public:
    using WrittenCheckpoint::WrittenCheckpoint;

    const std::string& kind() const override { return m_kind; }
    std::vector<std::string> layers() const override
    {
        std::vector<std::string> names;
        for (const auto& [name, info] : checkpoint().tensors())
            if (info.shape.size() == 2)
                names.push_back(name);
        return names;
    }
    bool hasCodes() const override { return false; }
    Status check(const std::string& layer) const override
    {
        KERF_TRY(const Matrix values, checkpoint().read(layer));
        if (values.allFinite())
            return {};
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {} has a value that is NaN or Inf", checkpoint().folder().string(), layer));
    }
    Result<std::optional<std::string>> hash(const std::string&) const override { return std::optional<std::string>(); }
    Result<std::string> difference(
        const std::string&, const WeightRef& weight, const QuantizedTensor& expected) const override
    {
        const std::string name = own(weight.tensor);
        KERF_TRY(Matrix found, weight.slice < 0 ? checkpoint().read(name) : checkpoint().readSlice(name, weight.slice));
        if (weight.layout == WeightLayout::InOut)
            found = Matrix(found.transpose());
        const Matrix values = dequantize(expected);
        if (found.rows() != values.rows() || found.cols() != values.cols())
            return std::string("shape");
        const DType type = checkpoint().find(name)->dtype;
        for (Eigen::Index i = 0; i < values.size(); ++i)
            if (!(std::abs(found.data()[i] - values.data()[i]) <= halfStep(type, values.data()[i])))
                return std::string("weights");
        return std::string();
    }

private:
    std::string m_kind = "floats";
};

/// Of the base model's names in such a file, which folders of some families leave out (GPT-2, BLOOM).
std::string ggufPrefix(const Checkpoint& named)
{
    const Json config = Json::parse(named.configText());
    const auto& prefixes = findArchitecture(config["model_type"].get<std::string>(), {})->prefixes;
    return prefixes.size() > 1 ? std::string(prefixes.front()) : std::string();
}

} // namespace

Result<WrittenModelPtr> openWrittenFolder(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    KERF_TRY(std::optional<QuantizedFolder> quantized, QuantizedFolder::open(checkpoint));
    if (!quantized)
        return fail(ErrorCode::BadFile, fmt::format("{}: says nothing of quantized layers", checkpoint.configPlace()));
    return std::make_unique<const WrittenFolder>(std::move(checkpoint), std::move(*quantized));
}

Result<WrittenModelPtr> openWrittenFloats(const std::filesystem::path& folder)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    return std::make_unique<const WrittenFloats>(std::move(checkpoint));
}

Result<WrittenModelPtr> openWrittenGguf(const std::filesystem::path& file)
{
    KERF_TRY(const Checkpoint checkpoint, Checkpoint::open(file));
    Notes notes;
    KERF_TRY(Checkpoint named, viewGguf(checkpoint, notes));
    std::string prefix = ggufPrefix(named);
    KERF_TRY(std::optional<QuantizedFolder> quantized, QuantizedFolder::open(named));
    if (!quantized)
        return std::make_unique<const WrittenFloats>(std::move(named), std::move(prefix));
    return std::make_unique<const WrittenFolder>(std::move(named), std::move(*quantized), std::move(prefix));
}

} // namespace kerf::core
