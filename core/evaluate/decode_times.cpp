// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/decode_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/evaluate/packed_linear.h"
#include "core/model/activation_linear.h"
#include "core/quantize/method.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMostCold = std::int64_t { 64 } << 20;
constexpr int kRounds = 9;
constexpr int kMostTurns = 1 << 16; ///< of all copies in a round
constexpr double kRoundSeconds = 2e-3; ///< what a round takes at least, so that the clock's grain does not count

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The tensor of the weight in the format; which codes it has does not change the time.
Result<std::shared_ptr<const QuantizedTensor>> roundedTensor(
    const Matrix& stored, const FormatPtr& format, const JobContext& job)
{
    KERF_TRY(const Method* rtn, findMethod("rtn"));
    MethodSettings settings;
    settings.scaleSearch = false;
    KERF_TRY(LayerResult made, rtn->quantize({ "timed layer", stored, nullptr, format, settings }, job));
    return std::make_shared<const QuantizedTensor>(std::move(made.tensor));
}

/// Seconds of one product, from rounds in which every copy has its turns.
Result<double> timeOf(const std::vector<LinearPtr>& copies, const LayerShape& shape, const JobContext& job)
{
    Matrix x(1, shape.cols), y(1, shape.rows);
    constexpr std::array<std::int64_t, 1> oneToken { 1 };
    CounterRng random(0);
    for (Eigen::Index i = 0; i < x.cols(); ++i)
        x(0, i) = static_cast<float>(random.normal());
    const auto round = [&](int turns) {
        const auto start = Clock::now();
        for (int turn = 0; turn < turns; ++turn)
            for (const LinearPtr& copy : copies)
                copy->apply(x, oneToken, y);
        return secondsSince(start);
    };
    int turns = 1; // found while the caches and the clock warm up
    while (round(turns) < kRoundSeconds && turns < kMostTurns)
        turns *= 2;
    std::vector<double> seconds;
    for (int i = 0; i < kRounds; ++i) {
        KERF_CHECK(job.checkStop());
        seconds.push_back(round(turns) / (turns * static_cast<double>(copies.size())));
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
}

} // namespace

Result<std::optional<double>> measureDecodeSeconds(
    const Matrix& stored, const LayerFormat& format, std::int64_t coldBytes, const JobContext& job)
{
    std::shared_ptr<const QuantizedTensor> tensor;
    if (!format.weight->isUnquantized()) {
        KERF_TRY(tensor, roundedTensor(stored, format.weight, job));
    }
    const LayerShape shape { stored.rows(), stored.cols() };
    std::vector<LinearPtr> copies;
    std::int64_t bytes = 0;
    while (copies.empty() || bytes < std::min(coldBytes, kMostCold)) {
        Result<PackedLayer> packed = tensor ? packQuantized(tensor) : packFloat(stored);
        if (!packed)
            return std::nullopt; // no kernel runs it
        bytes += std::max<std::int64_t>(packed->bytes, 1);
        if (tensor && format.activation != ActivationFormat::None) {
            KERF_TRY(packed->linear, makeActivationLinear(tensor, format.activation, 1.0f));
        }
        copies.push_back(std::move(packed->linear));
    }
    KERF_TRY(const double seconds, timeOf(copies, shape, job));
    return seconds;
}

} // namespace kerf::core
