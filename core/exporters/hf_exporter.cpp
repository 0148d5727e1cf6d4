// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/exporters/exporters.h"
#include "core/exporters/folder_writer.h"

namespace kerf::core {
namespace {

/// The numbers that codes stand for, in the type in which loaders run the model.
class DenseCodec final : public LayerCodec {
public:
    DenseCodec(const Network& network, DType type, std::map<std::string, double>& errors)
        : m_network(network)
        , m_type(type)
        , m_errors(errors)
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
        m_errors[row.layer->name] = all > 0 ? std::sqrt(moved / all) : 0;
        return PackedBytes { std::move(bytes) };
    }

private:
    const Network& m_network;
    DType m_type;
    std::map<std::string, double>& m_errors;
};

class HfExporter final : public Exporter {
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

    Result<WriteReport> write(
        const ExportSource& source, const std::filesystem::path& folder, const JobContext& job) const override
    {
        KERF_CHECK(writeConfig(source, folder, nullptr));
        std::map<std::string, double> errors;
        const DenseCodec codec(source.network, loaderType(source), errors);
        KERF_TRY(WriteReport report, writeTensors(source, folder, codec, job));
        const auto worst = std::ranges::max_element(errors, {}, [](const auto& entry) { return entry.second; });
        if (worst != errors.end() && worst->second > 0)
            report.notes.push_back(fmt::format("Rounding to {} moved the weights of a layer by at most {:.2g} of their "
                                               "size ({}): the export is not exactly the run.",
                loaderDtype(source).name, worst->second, worst->first));
        report.roundingErrors = std::move(errors);
        return report;
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
