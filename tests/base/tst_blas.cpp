// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cblas.h>
#include <cmath>
#include <limits>
#include <vector>

#include <QTest>

#include "core/base/blas.h"
#include "core/base/parallel.h"

using namespace kerf::core;

class TestBlas : public QObject {
    Q_OBJECT
private slots:
    void usesTheVectorUnitsOfThisProcessor()
    {
        if (qEnvironmentVariableIsSet("OPENBLAS_CORETYPE"))
            QSKIP("OPENBLAS_CORETYPE is set: the user's choice is respected.");
#if defined(__x86_64__)
        const std::string kernels = blasKernels();
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            QVERIFY2(kernels.find("Prescott") == std::string::npos, kernels.c_str());
#endif
    }
    void multipliesCorrectlyFromSeveralThreads()
    {
        constexpr int kSize = 67;
        std::vector<float> a(kSize * kSize), b(kSize * kSize);
        for (std::size_t i = 0; i < a.size(); ++i) {
            a[i] = std::sin(0.1f * static_cast<float>(i));
            b[i] = std::cos(0.3f * static_cast<float>(i));
        }
        std::vector<std::vector<float>> results(8, std::vector<float>(a.size()));
        parallelFor(8, [&](std::int64_t i) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, kSize, kSize, kSize, 1, a.data(), kSize, b.data(),
                kSize, 0, results[static_cast<std::size_t>(i)].data(), kSize);
        });
        // Every term is at most 1: the sum of kSize rounded products is off by at most kSize^2 * epsilon / 2.
        constexpr double kBound = kSize * kSize * std::numeric_limits<float>::epsilon();
        for (std::size_t row = 0; row < kSize; ++row)
            for (std::size_t column = 0; column < kSize; ++column) {
                double truth = 0;
                for (std::size_t k = 0; k < kSize; ++k)
                    truth += static_cast<double>(a[row * kSize + k]) * b[column * kSize + k];
                for (const std::vector<float>& result : results)
                    QVERIFY(std::abs(static_cast<double>(result[row * kSize + column]) - truth) <= kBound);
            }
    }
};

QTEST_GUILESS_MAIN(TestBlas)
#include "tst_blas.moc"
