// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/calibrate/activation_range.h"
#include "tests/support/fake_network.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;

class TestActivationRange : public QObject {
    Q_OBJECT
private slots:
    void findsTheLargestAndSaysWhere()
    {
        FakeNetwork network(20, 8, 3);
        Dataset data;
        data.windows = { { 1, 2, 3 }, { 4, 5, 6 } };
        const ActivationRange before = measureActivationRange(network, data, {}).value();
        network.embedding.row(5) *= 1e6f;
        const ActivationRange after = measureActivationRange(network, data, {}).value();
        QVERIFY(after.largest > 1e5 * before.largest / 10);
        // The same by hand: the residual stream behind each block.
        Matrix x = network.embedding.row(5);
        double largest = static_cast<double>(x.cwiseAbs().maxCoeff());
        std::string place = "behind the embedding";
        for (int block = 0; block < 3; ++block) {
            x += x * network.layerWeight(network.layers()[static_cast<std::size_t>(block)].name)->transpose();
            if (static_cast<double>(x.cwiseAbs().maxCoeff()) > largest) {
                largest = static_cast<double>(x.cwiseAbs().maxCoeff());
                place = "behind block " + std::to_string(block);
            }
        }
        QVERIFY(std::abs(after.largest - largest) <= 1e-5 * largest); // sums of 8 products in another order
        QCOMPARE(after.place, place);
    }
    void needsWindows()
    {
        QCOMPARE(measureActivationRange(FakeNetwork(20, 8, 1), {}, {}).error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestActivationRange)
#include "tst_activation_range.moc"
