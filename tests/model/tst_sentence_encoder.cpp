// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/task/task.h"
#include "tests/support/encoder_batch.h"
#include "tests/support/random_matrix.h"
#include "tests/support/sentence_folder.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

const Json kMean { { "word_embedding_dimension", 16 }, { "pooling_mode_mean_tokens", true } };

/// What the reference implementation gives for each token of tests/data/encoders/bert-base, of those that count.
class Reference {
public:
    explicit Reference(const std::filesystem::path& folder)
        : file(SafetensorsFile::open(folder / "reference.safetensors").value())
        , m_mask(file.values<std::int64_t>("attention_mask").value())
        , m_values(file.values<float>("last_hidden_state").value())
    {
    }

    std::vector<Eigen::RowVectorXd> rows(int sample) const
    {
        std::vector<Eigen::RowVectorXd> found;
        for (int token = 0; token < 20; ++token)
            if (m_mask[static_cast<std::size_t>(sample * 20 + token)] != 0)
                found.emplace_back(
                    Eigen::Map<const Eigen::RowVectorXf>(m_values.data() + (sample * 20 + token) * 16, 16)
                        .cast<double>());
        return found;
    }
    Eigen::RowVectorXd mean(int sample) const
    {
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(16);
        for (const Eigen::RowVectorXd& row : rows(sample))
            sum += row / static_cast<double>(rows(sample).size());
        return sum;
    }

    SafetensorsFile file;

private:
    std::vector<std::int64_t> m_mask;
    std::vector<float> m_values;
};

Matrix embeddings(const Model& model, const Reference& reference)
{
    const Network& network = *model.network;
    Hidden hidden = network.enter(readBatch(network, reference.file)).value();
    for (int block = 0; block < network.blockCount(); ++block)
        if (!network.runBlock(block, *network.loadBlock(block).value(), {}, hidden))
            qFatal("a block does not run");
    return network.leave(hidden)->front();
}

bool isNear(const Eigen::RowVectorXf& found, const Eigen::RowVectorXd& expected)
{
    return found.size() == expected.size() && (found.cast<double>() - expected).cwiseAbs().maxCoeff() <= 1e-5;
}

} // namespace

/// Folders of sentence-transformers: what stands behind the encoder, from the reference's tokens by hand.
class TestSentenceEncoder : public QObject {
    Q_OBJECT

    QTemporaryDir m_root;
    int m_folders = 0;

    SentenceFolder folder() { return SentenceFolder(m_root.filePath(QString::number(++m_folders)).toStdString()); }

private slots:
    void meanAndNormalize()
    {
        SentenceFolder made = folder();
        made.add("1_Pooling", "models.Pooling", kMean);
        made.add("2_Normalize", "models.Normalize");
        const Model model = openModel(made.path()).value();
        const Reference reference(made.path());
        const Value& output = model.network->graph().value(model.network->graph().outputs().front());
        QCOMPARE(output.name, std::string("sentence_embedding"));
        QCOMPARE(taskOf(*model.network).value()->name(), std::string("embedding"));
        QCOMPARE(taskOf(*model.network).value()->unit(), std::string("1 - cosine"));
        const Matrix found = embeddings(model, reference);
        QCOMPARE(found.rows(), Eigen::Index(3));
        for (int sample = 0; sample < 3; ++sample)
            QVERIFY(isNear(found.row(sample), reference.mean(sample).normalized()));
    }

    /// All kinds at once stand side by side, in the library's order.
    void everyPooling()
    {
        SentenceFolder made = folder();
        made.add("1_Pooling", "sentence_transformer.modules.pooling.Pooling",
            { { "embedding_dimension", 16 },
                { "pooling_mode", { "cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken" } } });
        const Reference reference(made.path());
        const Matrix found = embeddings(openModel(made.path()).value(), reference);
        QCOMPARE(found.cols(), Eigen::Index(96));
        for (int sample = 0; sample < 3; ++sample) {
            const auto rows = reference.rows(sample);
            const auto count = static_cast<double>(rows.size());
            Eigen::RowVectorXd most = rows.front(), weighted = Eigen::RowVectorXd::Zero(16);
            double weights = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                most = most.cwiseMax(rows[i]);
                weighted += static_cast<double>(i + 1) * rows[i];
                weights += static_cast<double>(i + 1);
            }
            QVERIFY(isNear(found.row(sample).segment(0, 16), rows.front()));
            QVERIFY(isNear(found.row(sample).segment(16, 16), most));
            QVERIFY(isNear(found.row(sample).segment(32, 16), reference.mean(sample)));
            QVERIFY(isNear(found.row(sample).segment(48, 16), reference.mean(sample) * std::sqrt(count)));
            QVERIFY(isNear(found.row(sample).segment(64, 16), weighted / weights));
            QVERIFY(isNear(found.row(sample).segment(80, 16), rows.back()));
        }
    }

    void dense()
    {
        SentenceFolder made = folder();
        CounterRng random(3);
        const Matrix weight = randomMatrix(random, 5, 16);
        const Vector bias = randomMatrix(random, 1, 5).row(0).transpose();
        made.add("1_Pooling", "models.Pooling", kMean);
        made.add("2_Dense", "models.Dense",
            { { "in_features", 16 }, { "out_features", 5 }, { "bias", true },
                { "activation_function", "torch.nn.modules.activation.Tanh" } });
        made.writeDense("2_Dense", weight, bias);
        const Model model = openModel(made.path()).value();
        QVERIFY(model.checkpoint.find("2_Dense.linear.weight"));
        const Reference reference(made.path());
        const Matrix found = embeddings(model, reference);
        for (int sample = 0; sample < 3; ++sample) {
            const Eigen::RowVectorXd sums
                = reference.mean(sample) * weight.transpose().cast<double>() + bias.transpose().cast<double>();
            QVERIFY(isNear(found.row(sample), sums.array().tanh().matrix()));
        }
    }

    void lengthThatTextsAreCutTo()
    {
        SentenceFolder made = folder();
        made.add("1_Pooling", "models.Pooling", kMean);
        QCOMPARE(openModel(made.path())->network->maxPositions(), std::int64_t(66));
        made.write("tokenizer_config.json", R"({"model_max_length": 40})");
        QCOMPARE(openModel(made.path())->network->maxPositions(), std::int64_t(40));
        made.write("sentence_bert_config.json", R"({"max_seq_length": 24})");
        QCOMPARE(openModel(made.path())->network->maxPositions(), std::int64_t(24));
        made.write("sentence_bert_config.json", R"({"max_seq_length": null})");
        made.write("tokenizer_config.json", R"({"model_max_length": 1000000000000000019884624838656})");
        QCOMPARE(openModel(made.path())->network->maxPositions(), std::int64_t(66));
    }

    /// What stands behind the encoder is a part of what the model is.
    void hashKnowsTheModules()
    {
        SentenceFolder made = folder();
        const std::string plain = openModel(made.path())->checkpoint.contentHash({}).value();
        made.add("1_Pooling", "models.Pooling", kMean);
        const std::string pooled = openModel(made.path())->checkpoint.contentHash({}).value();
        made.write("1_Pooling/config.json", R"({"pooling_mode_max_tokens": true})");
        const std::string other = openModel(made.path())->checkpoint.contentHash({}).value();
        QVERIFY(plain != pooled && pooled != other);
    }

    void whatIsNotKnown_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("said");
        QTest::newRow("module") << "models.WordWeights"
                                << "{}"
                                << "the kind WordWeights are not supported";
        QTest::newRow("pooling") << "models.Pooling"
                                 << R"({"pooling_mode": "median"})"
                                 << "pooling_mode";
        QTest::newRow("width") << "models.Pooling"
                               << R"({"word_embedding_dimension": 17})"
                               << "word_embedding_dimension";
        QTest::newRow("activation") << "models.Dense"
                                    << R"({"in_features": 16, "out_features": 4, "activation_function": "x.Sine"})"
                                    << "activation_function";
        QTest::newRow("no weights") << "models.Dense"
                                    << R"({"in_features": 16, "out_features": 4})"
                                    << "2_X.linear.weight";
        QTest::newRow("tokens") << "models.Normalize"
                                << R"({"module_input_name": "token_embeddings"})"
                                << "module_input_name";
        QTest::newRow("twice") << "models.Pooling"
                               << "{}"
                               << "a second time";
    }
    void whatIsNotKnown()
    {
        QFETCH(QString, type);
        QFETCH(QString, config);
        QFETCH(QString, said);
        SentenceFolder made = folder();
        if (type != "models.Pooling" || said == "a second time")
            made.add("1_Pooling", "models.Pooling", kMean);
        made.add("2_X", type.toStdString(), parseJson(config.toStdString(), "config").value());
        const auto model = openModel(made.path());
        QVERIFY(!model);
        QVERIFY2(QString::fromStdString(model.error().message).contains(said), model.error().message.c_str());
    }

    void brokenLists()
    {
        SentenceFolder made = folder();
        for (const char* text : { "{}", "[]", "[1]", "[", R"([{"path": "..", "type": "a.Transformer"}])",
                 R"([{"path": "", "type": "a.Pooling"}])", R"([{"path": "0_Transformer", "type": "a.Transformer"}])",
                 R"([{"path": "", "type": "a.Transformer"}, {"path": "a/../b", "type": "a.Pooling"}])" }) {
            made.write("modules.json", text);
            const auto model = openModel(made.path());
            QVERIFY2(!model && model.error().code == ErrorCode::BadFile, text);
        }
    }
};

QTEST_APPLESS_MAIN(TestSentenceEncoder)
#include "tst_sentence_encoder.moc"
