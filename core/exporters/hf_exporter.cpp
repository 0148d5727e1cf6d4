// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <mutex>

#include <fmt/format.h>

#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"

namespace kerf::core {
namespace {

/// The numbers that codes stand for, in the type in which loaders run the model.
class DenseCodec final : public LayerCodec {
public:
    DenseCodec(const Network& network, DType type)
        : m_network(network)
        , m_type(type)
    {
    }

    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const WeightRef& ref = m_network.graph().weightOf(*row.layer).ref;
        const auto& [rows, cols] = row.layer->shape;
        const bool isTransposed = ref.layout == WeightLayout::InOut;
        return { { ref.tensor, m_type, { isTransposed ? cols : rows, isTransposed ? rows : cols } } };
    }

    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        Matrix weight = dequantize(tensor);
        if (m_network.graph().weightOf(*row.layer).ref.layout == WeightLayout::InOut)
            weight = Matrix(weight.transpose());
        const std::span<const float> values(weight.data(), static_cast<std::size_t>(weight.size()));
        std::vector<std::byte> bytes = storedAs(m_type, values);
        std::vector<float> written(values.size());
        toFloat32(m_type, bytes, written);
        double moved = 0, all = 0;
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (!std::isfinite(written[i]))
                return fail(ErrorCode::InvalidArgument,
                    fmt::format(
                        "{}: the weight {} is beyond the end of {}. Export it to a target that keeps the codes.",
                        row.layer->name, values[i], dtypeName(m_type)));
            moved += std::pow(static_cast<double>(written[i]) - static_cast<double>(values[i]), 2);
            all += std::pow(static_cast<double>(values[i]), 2);
        }
        const std::lock_guard lock(m_mutex);
        m_errors[row.layer->name] = all > 0 ? std::sqrt(moved / all) : 0;
        return PackedBytes { std::move(bytes) };
    }

    void report(WriteReport& report) const override
    {
        const auto worst = std::ranges::max_element(m_errors, {}, [](const auto& entry) { return entry.second; });
        if (worst != m_errors.end() && worst->second > 0)
            report.notes.push_back(fmt::format("Rounding to {} moved the weights of a layer by at most {:.2g} of their "
                                               "size ({}): the export is not exactly the run.",
                m_type == DType::F32        ? "float32"
                    : m_type == DType::BF16 ? "bfloat16"
                                            : "float16",
                worst->second, worst->first));
        report.roundingErrors = m_errors;
    }

private:
    const Network& m_network;
    DType m_type;
    mutable std::mutex m_mutex; ///< guards m_errors
    mutable std::map<std::string, double> m_errors; ///< of the layers that were packed
};

class HfExporter final : public FolderExporter {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    std::vector<PlanProblem> check(const Plan& plan, const Network& network) const override
    {
        const auto rows = quantizedRows(plan, network);
        if (rows && rows->empty()) // a float model is held as it is
            return {};
        return generalProblems(plan, network, m_name);
    }

    Result<WrittenModelPtr> openBack(const std::filesystem::path& folder) const override
    {
        return openWrittenFloats(folder);
    }

    bool holdsGroupOrder() const override { return true; }
    bool holdsFloat32Scales() const override { return true; }

    std::vector<std::string> notes(const Plan&, const Network&) const override
    {
        return {
            "Holds no codes: every weight has the number that its code stands for, so the folder is as large as the "
            "model it was made from. For tools that know no quantization."
        };
    }

protected:
    std::unique_ptr<const LayerCodec> codec(const ExportSource& source, const Rows&) const override
    {
        return std::make_unique<DenseCodec>(source.network, loaderType(source));
    }
    Status writeSettings(const ExportSource& source, const Rows&, const std::filesystem::path& folder) const override
    {
        return writeConfig(source, folder, nullptr);
    }

private:
    std::string m_name = "hf";
    std::string m_summary = "Plain folder of the dequantized weights: whatever loads the original model";
};

} // namespace

const Exporter& hfExporter()
{
    static const HfExporter exporter;
    return exporter;
}

} // namespace kerf::core
