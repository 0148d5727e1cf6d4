// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/rounded_run.h"

#include "core/graph/activation_linear.h"
#include "core/quantize/method.h"
#include "tests/support/run_network.h"

namespace kerf::test {

using namespace core;

RoundedRun::RoundedRun(const Model& model, const std::vector<std::string>& formats)
    : m_model(model)
{
    const auto& all = model.network->layers();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string& format = formats[i % formats.size()];
        m_plan.layers.push_back({ all[i].name, format, "rtn" });
        const Matrix weight = model.network->layerWeight(all[i].name).value();
        const FormatPtr parsed = parseFormat(format).value();
        if (!parsed->isUnquantized())
            m_layers.emplace(all[i].name,
                findMethod("rtn").value()->quantize({ all[i].name, weight, nullptr, parsed, {} }, {}).value().tensor);
    }
}

Result<ExportReport> RoundedRun::write(const char* target, const std::filesystem::path& out) const
{
    const ExportSource source { m_model.checkpoint, *m_model.network, m_plan,
        [this](const std::string& name) -> Result<QuantizedTensor> { return m_layers.at(name); } };
    return exportRun(*findExporter(target).value(), source, out, {});
}

std::string RoundedRun::difference(const Model& written) const
{
    Replacements replacements;
    for (const LayerInfo& layer : m_model.network->layers()) {
        const auto codes = m_layers.find(layer.name);
        Matrix expected
            = codes == m_layers.end() ? m_model.network->layerWeight(layer.name).value() : dequantize(codes->second);
        if (written.network->layerWeight(layer.name).value() != expected)
            return layer.name;
        const bool isStored = written.quantized && written.quantized->contains(layer.name);
        const LayerActivation inputs { isStored ? written.quantized->activation(layer.name) : ActivationFormat::None,
            isStored ? written.quantized->inputStep(layer.name).value() : 0 };
        replacements.emplace(layer.name, makeRoundedLinear(std::move(expected), inputs));
    }
    std::vector<std::vector<TokenId>> windows { { 1, 5, 9, 100, 200, 300, 17, 4, 1000, 3 } };
    for (TokenId& token : windows[0])
        token %= static_cast<TokenId>(m_model.network->vocabularySize());
    const auto expected = runNetwork(*m_model.network, windows, &replacements);
    const auto found = runNetwork(*written.network, windows);
    if (!expected || !found)
        return "cannot be run";
    const float range = expected->logits.maxCoeff() - expected->logits.minCoeff();
    const float error = (expected->logits - found->logits).cwiseAbs().maxCoeff();
    return error <= 1e-6F * range ? "" : "logits differ by " + std::to_string(error / range) + " of their range";
}

} // namespace kerf::test
