// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/base/json.h"
#include "core/checkpoint/checkpoint.h"
#include "core/jobs/export_job.h"
#include "core/jobs/quantize_job.h"
#include "tests/support/sentence_folder.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;
using kerf::test::SentenceFolder;

/// Exports of classifiers: loaders must know which linear maps have no codes.
class TestEncoderExports : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_files;
    int m_made = 0;

    /// The settings of an export of a model in one format.
    Json settingsOf(const ProjectPtr& project, const char* format, const char* target)
    {
        const std::string name = std::to_string(++m_made);
        Workspace workspace
            = Workspace::open(m_files.path(QString::fromStdString(name + ".kerf")).toStdString()).value();
        const Plan plan = uniformPlan(*project->model.network, "p", format, "rtn").value();
        const RowId run = runQuantize(*project, workspace, { plan, {}, 0 }, {}).value();
        const auto out = m_files.path(QString::fromStdString(name)).toStdString();
        const auto made = runExport(*project, workspace, run, target, out, {});
        if (!made)
            qFatal("%s", made.error().message.c_str());
        const Checkpoint written = Checkpoint::open(made->folder).value();
        return parseJson(written.configText(), "config.json")->at("quantization_config");
    }

private slots:
    void whatHasNoCodesIsNamed_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("key");
        QTest::newRow("bnb") << "int8-channel+llmint8"
                             << "bnb"
                             << "llm_int8_skip_modules";
        QTest::newRow("fp8") << "fp8-e4m3-tensor"
                             << "fp8"
                             << "modules_to_not_convert";
    }
    void whatHasNoCodesIsNamed()
    {
        QFETCH(QString, format);
        QFETCH(QString, target);
        QFETCH(QString, key);
        SentenceFolder folder(m_files.path("m" + target).toStdString(), "xlm-roberta"); // with a head for texts
        folder.writeTokenizer();
        const ProjectPtr project = openProject(folder.path(), {}).value();
        const Json settings = settingsOf(project, format.toUtf8().constData(), target.toUtf8().constData());
        QCOMPARE(settings.at(key.toStdString()).dump(), std::string(R"(["classifier.dense","classifier.out_proj"])"));
    }
    /// The loader makes a pooler that the network here does not read.
    void unreadMapsAreNamedToo()
    {
        SentenceFolder folder(m_files.path("base").toStdString(), "bert-base");
        folder.writeTokenizer();
        const ProjectPtr project = openProject(folder.path(), {}).value();
        const Json settings = settingsOf(project, "int8-channel+llmint8", "bnb");
        QCOMPARE(settings.at("llm_int8_skip_modules").dump(), std::string(R"(["pooler.dense"])"));
    }
};

QTEST_GUILESS_MAIN(TestEncoderExports)
#include "tst_encoder_exports.moc"
