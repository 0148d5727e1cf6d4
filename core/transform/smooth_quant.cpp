// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/transform/scale_transform.h"
#include "core/transform/site_search.h"
#include "core/transform/smooth_quant.h"

namespace kerf::core {
namespace {

constexpr const char* kSearch = "search";
constexpr double kSmallest = 1e-5; // of maxima and of factors, as in the authors' code
constexpr int kAlphaSteps = 20;
constexpr auto kPlace = ScaleProducer::Kind::Norm; // as the authors do; behind values there are few outliers

class SmoothQuant final : public ScaleTransform {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    Result<Json> complete(const Json& settings) const override
    {
        Json result { { "alpha", 0.5 } };
        for (const auto& [key, value] : settings.items()) {
            if (key != "alpha")
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("There is no setting \"{}\" of smoothquant. It has alpha.", key.substr(0, 100)));
            const bool isNumber = value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1;
            if (!isNumber && value != kSearch)
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("alpha is {}; it must be a number from 0 to 1, or \"search\".",
                        value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100)));
            result[key] = isNumber ? Json(value.get<double>()) : value;
        }
        return result;
    }

    bool reaches(const Site& site) const override { return site.producer && site.producer->kind == kPlace; }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext& job) const override
    {
        TransformFactors factors;
        const Json alpha = problem.settings.at("alpha");
        SiteSearch search(problem, job);
        KERF_CHECK(search.forEachSite(kPlace, [&](SearchedSite& site) -> Status {
            KERF_TRY(const Vector weights, site.columnMaxima());
            const Vector inputs = site.statistics().absMax;
            if (alpha.is_number()) {
                return keep(problem, site, smoothFactors(inputs, weights, alpha.get<double>()),
                    fmt::format("alpha {}", alpha.get<double>()), factors);
            }
            return searchAlpha(problem, site, inputs, weights, factors);
        }));
        return factors;
    }

private:
    static Status keep(const TransformProblem& problem, const SearchedSite& site, const VectorD& wanted,
        std::string note, TransformFactors& factors)
    {
        factors.scales[site.site().id] = storableFactors(problem.network, site.site(), wanted);
        factors.notes.push_back({ site.site().id, std::move(note) });
        return {};
    }

    /// The α with the least error of the layers' outputs, weights and activations both rounded as the plan says; no
    /// scaling is among the candidates and stays on ties.
    static Status searchAlpha(const TransformProblem& problem, SearchedSite& site, const Vector& inputs,
        const Vector& weights, TransformFactors& factors)
    {
        KERF_TRY(const double plain, site.roundedOutputError(VectorD::Ones(inputs.size())));
        double best = plain, bestAlpha = -1;
        for (int step = 0; step <= kAlphaSteps; ++step) {
            const double alpha = static_cast<double>(step) / kAlphaSteps;
            KERF_TRY(const double error, site.roundedOutputError(smoothFactors(inputs, weights, alpha)));
            if (!(error < best))
                continue;
            best = error;
            bestAlpha = alpha;
        }
        if (bestAlpha < 0) {
            factors.notes.push_back({ site.site().id, fmt::format("no scaling: error {:.4g}", plain) });
            return {};
        }
        return keep(problem, site, smoothFactors(inputs, weights, bestAlpha),
            fmt::format("alpha {:.2f}: error {:.4g} instead of {:.4g}", bestAlpha, best, plain), factors);
    }

    std::string m_name = "smoothquant";
    std::string m_summary
        = "SmoothQuant: moves outliers of the activations into the weights, exactly, so that both fit 8 bits (Xiao et "
          "al. 2023).";
};

} // namespace

VectorD smoothFactors(const Vector& inputs, const Vector& weights, double alpha)
{
    VectorD factors = VectorD::Ones(inputs.size());
    for (std::int64_t j = 0; j < inputs.size(); ++j)
        if (inputs[j] > 0 && weights[j] > 0)
            factors[j] = std::max(std::pow(static_cast<double>(inputs[j]), alpha)
                    / std::pow(std::max(static_cast<double>(weights[j]), kSmallest), 1 - alpha),
                kSmallest);
    return factors;
}

const Transform& smoothQuantTransform()
{
    static const SmoothQuant transform;
    return transform;
}

} // namespace kerf::core
