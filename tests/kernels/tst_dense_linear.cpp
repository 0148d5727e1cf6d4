// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/evaluate/linear_check.h"

using namespace kerf::core;
using namespace kerf::kernels;

class TestDenseLinear : public QObject {
    Q_OBJECT
private slots:
    void everyKernelIsWithinItsBound()
    {
        for (const DenseLinearKernel* kernel : denseLinearKernels()) {
            for (const DenseType type : { DenseType::Float32, DenseType::BFloat16, DenseType::Float16 }) {
                for (const std::int64_t rows : { 1, 3, 4, 37 }) {
                    for (const std::int64_t cols : { 1, 15, 16, 33, 300, 768 }) {
                        const LinearDeviation worst = checkDenseLinear(type, rows, cols, 3, *kernel);
                        QVERIFY2(worst.withinBound(),
                            qPrintable(QString("%1, type %2, %3 x %4: error %5, bound %6")
                                           .arg(kernel->name)
                                           .arg(int(type))
                                           .arg(rows)
                                           .arg(cols)
                                           .arg(worst.error)
                                           .arg(worst.bound)));
                    }
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDenseLinear)
#include "tst_dense_linear.moc"
