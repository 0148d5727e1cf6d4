// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/selftest.h"

#include <chrono>
#include <functional>

#include <fmt/format.h>

#include "core/evaluate/linear_check.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/quantized_linear.h"

namespace kerf::core {
namespace {

/// Shapes of weights and groups that divide by nothing that a kernel would like, and one that a model has.
constexpr std::int64_t kQuantizedShapes[][3] = { { 1, 32, 32 }, { 17, 96, 32 }, { 50, 300, 300 }, { 33, 256, 64 },
    { 31, 40, 8 }, { 5, 7, 7 }, { 96, 768, 128 } };
constexpr std::int64_t kDenseShapes[][2] = { { 1, 1 }, { 5, 31 }, { 17, 300 }, { 96, 768 } };

/// Counts and compares the products of one line.
class Line {
public:
    Line(std::string kernel, std::string device)
        : m_start(std::chrono::steady_clock::now())
    {
        m_result.kernel = std::move(kernel);
        m_result.device = std::move(device);
        m_result.passed = true;
    }
    void add(const LinearDeviation& deviation)
    {
        ++m_result.shapes;
        m_result.passed = m_result.passed && deviation.withinBound();
        if (deviation.error * m_result.bound >= m_result.maxError * deviation.bound) {
            m_result.maxError = deviation.error;
            m_result.bound = deviation.bound;
        }
    }
    SelftestResult finish()
    {
        m_result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        if (!m_result.passed)
            m_result.note = "a result is farther from the reference than float32 arithmetic allows";
        return m_result;
    }

    SelftestResult fail(const std::string& why)
    {
        SelftestResult result = finish();
        result.passed = false;
        result.note = why;
        return result;
    }

private:
    std::chrono::steady_clock::time_point m_start;
    SelftestResult m_result;
};

std::vector<LinearProblem> quantizedProblems(int bits)
{
    std::vector<LinearProblem> problems;
    for (const auto& shape : kQuantizedShapes)
        for (const std::int64_t tokens : { 1, 3, 4, 9 })
            for (const bool symmetric : { true, false })
                problems.emplace_back(
                    LinearCase { shape[0], shape[1], shape[2], tokens, bits, symmetric, tokens % 2 == 0, !symmetric });
    return problems;
}

std::string quantizedName(int bits)
{
    return fmt::format("quantized linear, {}-bit codes", bits);
}

SelftestResult testQuantized(const kernels::QuantizedLinearKernel& kernel, int bits)
{
    Line line(quantizedName(bits), fmt::format("CPU {}", kernel.name));
    for (const LinearProblem& problem : quantizedProblems(bits))
        line.add(checkQuantizedLinear(problem, kernel));
    return line.finish();
}

SelftestResult testCuda(const kernels::CudaDevice& device, int bits)
{
    Line line(quantizedName(bits), fmt::format("CUDA {}: {}", device.index, device.name));
    for (const LinearProblem& problem : quantizedProblems(bits)) {
        const LinearCase& c = problem.shape;
        std::vector<float> y(static_cast<std::size_t>(c.tokens * c.rows));
        const std::string error = kernels::cudaQuantizedLinear(device.index, kernels::PackedMatrix(problem.matrix()),
            { problem.x.data(), c.tokens, c.cols }, y.data(), c.rows);
        if (!error.empty())
            return line.fail(error);
        line.add(compareQuantizedLinear(problem, y, 0));
    }
    return line.finish();
}

SelftestResult testDense(const kernels::DenseLinearKernel& kernel, kernels::DenseType type, const char* name)
{
    Line line(fmt::format("float linear, {}", name), fmt::format("CPU {}", kernel.name));
    for (const auto& shape : kDenseShapes)
        for (const std::int64_t tokens : { 1, 3 })
            line.add(checkDenseLinear(type, shape[0], shape[1], tokens, kernel));
    return line.finish();
}

std::vector<std::function<SelftestResult()>> allTests()
{
    std::vector<std::function<SelftestResult()>> tests;
    for (const kernels::QuantizedLinearKernel* kernel : kernels::quantizedLinearKernels())
        for (const int bits : { 2, 3, 4, 8 })
            tests.emplace_back([kernel, bits] { return testQuantized(*kernel, bits); });
    const std::pair<kernels::DenseType, const char*> types[] = { { kernels::DenseType::Float32, "f32" },
        { kernels::DenseType::BFloat16, "bf16" }, { kernels::DenseType::Float16, "f16" } };
    for (const kernels::DenseLinearKernel* kernel : kernels::denseLinearKernels())
        for (const auto& [type, name] : types)
            tests.emplace_back([kernel, type = type, name = name] { return testDense(*kernel, type, name); });
    const kernels::CudaDevices cuda = kernels::findCudaDevices();
    for (const kernels::CudaDevice& device : cuda.devices)
        for (const int bits : { 2, 3, 4, 8 })
            tests.emplace_back([device, bits] { return testCuda(device, bits); });
    if (cuda.devices.empty())
        tests.emplace_back([reason = cuda.reason] {
            SelftestResult none;
            none.kernel = "all CUDA kernels";
            none.device = "CUDA";
            none.passed = true;
            none.skipped = true;
            none.note = fmt::format("no device: {}", reason);
            return none;
        });
    return tests;
}

} // namespace

Json toJson(const SelftestResult& result)
{
    Json json { { "kernel", result.kernel }, { "device", result.device }, { "shapes", result.shapes },
        { "max_error", result.maxError }, { "bound", result.bound }, { "passed", result.passed },
        { "skipped", result.skipped }, { "seconds", result.seconds } };
    if (!result.note.empty())
        json["note"] = result.note;
    return json;
}

std::vector<SelftestResult> runSelftest(const JobContext& job)
{
    const auto tests = allTests();
    std::vector<SelftestResult> results;
    for (const auto& test : tests) {
        if (job.stopRequested())
            break;
        results.push_back(test());
        job.progress({ "Testing kernels", static_cast<std::int64_t>(results.size()),
            static_cast<std::int64_t>(tests.size()), "kernels" });
    }
    return results;
}

} // namespace kerf::core
