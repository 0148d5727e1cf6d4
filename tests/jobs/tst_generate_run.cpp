// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <map>

#include <QJsonArray>
#include <QTest>

#include "core/base/random.h"
#include "core/jobs/generate_run.h"
#include "tests/jobs/quantized_sample.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/run_network.h"

using namespace kerf::core;
using kerf::test::kerfCli;

namespace {

Vector logitsOf(std::initializer_list<float> values)
{
    Vector logits(static_cast<Eigen::Index>(values.size()));
    std::ranges::copy(values, logits.data());
    return logits;
}

} // namespace

/// The sampler by hand, and original and run side by side on the bundled sample.
class TestGenerateRun : public QObject {
    Q_OBJECT

    kerf::test::QuantizedSample m_sample;
    SideBySideSettings m_settings { { 0.8, 0.95, 7 }, 40 };

    Result<SideBySide> generate(const std::string& prompt, const SideBySideSettings& settings,
        const JobContext& job = {}, const SideBySideSink& sink = {})
    {
        const Workspace workspace = Workspace::open(m_sample.workspace).value();
        return generateRun(*m_sample.project, workspace, m_sample.row(), prompt, settings, sink, job);
    }

private slots:
    void initTestCase() { QVERIFY(m_sample.make()); }
    void theNucleusByHand()
    {
        // Weights 8, 4, 2, 2: shares 0.5, 0.25, 0.125, 0.125.
        const float two = std::log(2.0F);
        const Vector logits = logitsOf({ two, 3 * two, 2 * two, two });
        const TokenDistribution all(logits, { 1, 1, 0 });
        QCOMPARE(all.entries().size(), std::size_t { 4 });
        QCOMPARE(all.entries()[0].id, TokenId { 1 });
        QCOMPARE(all.entries()[2].id, TokenId { 0 }); // before its equal 3
        QVERIFY(std::abs(all.probability(2) - 0.25) < 1e-7);
        QCOMPARE(all.pick(0.49).id, TokenId { 1 });
        QCOMPARE(all.pick(0.51).id, TokenId { 2 });
        QCOMPARE(all.pick(0.999).id, TokenId { 3 });
        const TokenDistribution nucleus(logits, { 1, 0.7, 0 }); // 0.5 is not enough, 0.75 is
        QCOMPARE(nucleus.entries().size(), std::size_t { 2 });
        QVERIFY(std::abs(nucleus.probability(1) - 2.0 / 3) < 1e-7);
        QCOMPARE(nucleus.probability(3), 0.0);
        const TokenDistribution hot(logits, { 2, 1, 0 }); // weights are the roots: 8^½, 2, 2^½, 2^½
        QVERIFY(std::abs(hot.probability(2) - 2 / (std::sqrt(8.0) + 2 + 2 * std::sqrt(2.0))) < 1e-7);
        QCOMPARE(TokenDistribution(logits, { 0, 1, 0 }).pick(0.99).id, TokenId { 1 });
    }
    void senselessSettingsAreRefused()
    {
        QVERIFY(!checkSampler({ -1, 1, 0 }) && !checkSampler({ NAN, 1, 0 }));
        QVERIFY(!checkSampler({ 1, 0, 0 }) && !checkSampler({ 1, 1.1, 0 }));
        QVERIFY(!generate("", m_settings) || !m_sample.project->tokenizer->encode("", true)->empty());
        SideBySideSettings many = m_settings;
        many.tokens = 300; // the sample takes 256 positions
        const auto result = generate("The", many);
        QVERIFY(!result && result.error().message.find("256 positions") != std::string::npos);
    }
    /// Every token of the original, drawn again from the full distributions of the network, run whole.
    void equalsDrawingByHand()
    {
        const SideBySide found = generate("The captain took", m_settings).value();
        QCOMPARE(found.written[0].size(), std::size_t { 40 });
        std::vector<TokenId> ids = m_sample.project->tokenizer->encode("The captain took", true).value();
        CounterRng random(7);
        for (std::size_t step = 0; step < 12; ++step) {
            const Matrix logits = kerf::test::runNetwork(*m_sample.project->model.network, { ids })->logits;
            std::vector<std::pair<double, TokenId>> shares;
            double sum = 0;
            for (Eigen::Index id = 0; id < logits.cols(); ++id) {
                shares.emplace_back(std::exp(logits(logits.rows() - 1, id) / 0.8), static_cast<TokenId>(id));
                sum += shares.back().first;
            }
            std::ranges::sort(shares, std::greater());
            double kept = 0;
            std::size_t count = 0;
            while (kept < 0.95 * sum)
                kept += shares[count++].first;
            double place = random.uniform() * kept;
            std::size_t at = 0;
            while (place >= shares[at].first)
                place -= shares[at++].first;
            QCOMPARE(found.written[0][step].id, shares[at].second);
            QVERIFY(std::abs(found.written[0][step].probability - shares[at].first / kept) < 1e-3);
            ids.push_back(shares[at].second);
        }
    }
    void theyPartWhereTheirDistributionsDo()
    {
        const SideBySide found = generate("The captain took", m_settings).value();
        QVERIFY(found.parting.has_value());
        const Parting& parting = *found.parting;
        for (std::size_t step = 0; step < parting.step; ++step)
            QCOMPARE(found.written[0][step].id, found.written[1][step].id);
        QVERIFY(found.written[0][parting.step].id != found.written[1][parting.step].id);
        QCOMPARE(parting.random,
            CounterRng(7).at(parting.step) >> 11 == 0
                ? 0.0
                : static_cast<double>(CounterRng(7).at(parting.step) >> 11) * 0x1.0p-53);
        for (std::size_t side = 0; side < 2; ++side) {
            QCOMPARE(parting.picked[side], found.written[side][parting.step].id);
            QCOMPARE(parting.probability[side][side], found.written[side][parting.step].probability);
        }
        std::vector<TokenId> ids;
        for (const WrittenToken& token : found.written[0])
            ids.push_back(token.id);
        QCOMPARE(found.text(0), m_sample.project->tokenizer->decode(ids));
        const SideBySide again = generate("The captain took", m_settings).value();
        QCOMPARE(again.text(0), found.text(0));
        QCOMPARE(again.text(1), found.text(1));
        SideBySideSettings other = m_settings;
        other.sampler.seed = 8;
        QVERIFY(generate("The captain took", other)->text(0) != found.text(0));
    }
    void stopsAndStreams()
    {
        std::stop_source stop;
        std::size_t last = 0;
        const auto result
            = generate("The captain took", m_settings, JobContext(stop.get_token()), [&](const SideBySide& soFar) {
                  QCOMPARE(soFar.written[0].size(), last + 1);
                  last = soFar.written[0].size();
                  if (last == 5)
                      stop.request_stop();
              });
        QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
        QCOMPARE(last, std::size_t { 5 });
    }
    void theCommandLineTellsTheSame()
    {
        const SideBySide found = generate("The captain took", m_settings).value();
        const QStringList arguments { "generate", QString::number(m_sample.run), "--prompt", "The captain took",
            "--seed", "7", "--tokens", "40", "-w", QString::fromStdString(m_sample.workspace.string()) };
        const auto json = kerfCli(arguments + QStringList { "--json" });
        VERIFY_EXIT(json, 0);
        const QJsonObject told = json.json();
        QCOMPARE(told["original"]["text"].toString().toStdString(), found.text(0));
        QCOMPARE(told["run"]["text"].toString().toStdString(), found.text(1));
        QCOMPARE(told["parting"]["step"].toInt(), static_cast<int>(found.parting->step) + 1);
        QCOMPARE(told["parting"]["random_number"].toDouble(), found.parting->random);
        QVERIFY(kerfCli(arguments).out.contains("They part at token"));
        VERIFY_EXIT(kerfCli(arguments + QStringList { "--top-p", "0" }), 2);
    }
};

QTEST_GUILESS_MAIN(TestGenerateRun)
#include "tst_generate_run.moc"
