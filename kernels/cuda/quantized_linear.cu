// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/cuda/quantized_linear.h"

#include <vector>

#include "kernels/cuda/device_buffer.h"
#include "kernels/quantized_linear_kernels.h"

namespace kerf::kernels {
namespace {

constexpr int kRows = static_cast<int>(kRowBlock);
constexpr int kWordLanes = 16; ///< threads that share the words of one row

/// Everything on the device. Scales and zero points are [blocks, groups, 16] as in PackedMatrix.
struct DeviceWeight {
    const std::uint32_t* codes;
    const float* scales;
    const float* zeros;
    const int* groupOfWord;
    int words, groups, bits, rows;
};

/// One row block and one token a thread block. Threads (row, lane): the 16 rows of a word are adjacent threads, so a
/// warp reads two words of 64 bytes in one transaction of 128; each thread sums every 16th word, then the lanes are
/// added.
__global__ void multiplyBlock(DeviceWeight weight, const float* x, int paddedColumns, float* y, int yStride)
{
    const int row = threadIdx.x % kRows;
    const int lane = threadIdx.x / kRows;
    const int block = blockIdx.x;
    const int token = blockIdx.y;
    const int wordColumns = 32 / weight.bits;
    const std::uint32_t mask = (1u << weight.bits) - 1;
    const float* values = x + static_cast<std::size_t>(token) * paddedColumns;
    const std::uint32_t* codes = weight.codes + static_cast<std::size_t>(block) * weight.words * kRows + row;
    float sum = 0;
    for (int word = lane; word < weight.words; word += kWordLanes) {
        const std::uint32_t bits = codes[static_cast<std::size_t>(word) * kRows];
        const int parameter = (block * weight.groups + weight.groupOfWord[word]) * kRows + row;
        const float zero = weight.zeros[parameter];
        float part = 0;
        for (int column = 0; column < wordColumns; ++column) {
            const int shift = 8 * (column % 4) + weight.bits * (column / 4);
            part = fmaf(static_cast<float>((bits >> shift) & mask) - zero, values[word * wordColumns + column], part);
        }
        sum = fmaf(weight.scales[parameter], part, sum);
    }
    __shared__ float sums[kWordLanes][kRows];
    sums[lane][row] = sum;
    __syncthreads();
    if (lane != 0 || block * kRows + row >= weight.rows)
        return;
    for (int other = 1; other < kWordLanes; ++other)
        sum += sums[other][row];
    y[static_cast<std::size_t>(token) * yStride + block * kRows + row] = sum;
}

/// What the device needs beside the codes, in its own types.
struct HostParameters {
    std::vector<float> scales, zeros;
    std::vector<int> groupOfWord;

    explicit HostParameters(const PackedMatrix& weight)
    {
        for (std::int64_t block = 0; block < weight.rowBlocks(); ++block) {
            for (std::int64_t group = 0; group < weight.groups(); ++group) {
                for (std::int64_t row = 0; row < kRowBlock; ++row) {
                    scales.push_back(scaleOf(weight, block, group, row));
                    zeros.push_back(static_cast<float>(
                        weight.zeros(block) ? weight.zeros(block)[group * kRowBlock + row] : weight.uniformZero()));
                }
            }
        }
        for (const PackedMatrix::Chunk& chunk : weight.chunks())
            groupOfWord.insert(groupOfWord.end(), static_cast<std::size_t>(chunk.words), static_cast<int>(chunk.group));
    }
};

} // namespace

std::string cudaQuantizedLinear(
    int device, const PackedMatrix& weight, const ActivationView& x, float* y, std::int64_t yStride)
{
    const HostParameters parameters(weight);
    PreparedActivations prepared;
    allocatePackedOrder(weight, x.tokens, prepared);
    preparePackedOrder(weight, x, 0, x.tokens, prepared);

    KERF_CUDA_CHECK(cudaSetDevice(device));
    DeviceBuffer<std::uint32_t> codes;
    DeviceBuffer<float> scales, zeros, values, result;
    DeviceBuffer<int> groupOfWord;
    const auto words = static_cast<std::size_t>(weight.rowBlocks() * weight.words() * kRowBlock);
    KERF_CUDA_CHECK(codes.upload(weight.codes(0), words));
    KERF_CUDA_CHECK(scales.upload(parameters.scales.data(), parameters.scales.size()));
    KERF_CUDA_CHECK(zeros.upload(parameters.zeros.data(), parameters.zeros.size()));
    KERF_CUDA_CHECK(groupOfWord.upload(parameters.groupOfWord.data(), parameters.groupOfWord.size()));
    KERF_CUDA_CHECK(values.upload(prepared.values.data(), prepared.values.size()));
    KERF_CUDA_CHECK(result.allocate(static_cast<std::size_t>(x.tokens * weight.rows())));

    const DeviceWeight onDevice { codes.data(), scales.data(), zeros.data(), groupOfWord.data(),
        static_cast<int>(weight.words()), static_cast<int>(weight.groups()), weight.storedBits(),
        static_cast<int>(weight.rows()) };
    const dim3 grid(static_cast<unsigned>(weight.rowBlocks()), static_cast<unsigned>(x.tokens));
    multiplyBlock<<<grid, kRows * kWordLanes>>>(onDevice, values.data(), static_cast<int>(weight.paddedColumns()),
        result.data(), static_cast<int>(weight.rows()));
    KERF_CUDA_CHECK(cudaGetLastError());
    KERF_CUDA_CHECK(cudaMemcpy2D(y, static_cast<std::size_t>(yStride) * sizeof(float), result.data(),
        static_cast<std::size_t>(weight.rows()) * sizeof(float),
        static_cast<std::size_t>(weight.rows()) * sizeof(float), static_cast<std::size_t>(x.tokens),
        cudaMemcpyDeviceToHost));
    return {};
}

} // namespace kerf::kernels
