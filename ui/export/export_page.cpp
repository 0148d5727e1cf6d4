// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/export/export_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTime>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/jobs/engine_text.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QLabel* selectable(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QWidget* recipe(const QString& runtime, const QString& code, QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* text = new QPlainTextEdit(code, box);
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFixedHeight(static_cast<int>((code.count(u'\n') + 3.5) * QFontMetrics(text->font()).lineSpacing()));
    text->setAccessibleName(QObject::tr("How to load with %1").arg(runtime));
    auto* copy = new QPushButton(QObject::tr("Copy"), box);
    QObject::connect(copy, &QPushButton::clicked, box, [code] { QApplication::clipboard()->setText(code); });
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text, 1);
    row->addWidget(copy, 0, Qt::AlignTop);
    return box;
}

} // namespace

QList<std::pair<QString, QString>> loadingRecipes(
    const QString& target, const QString& folder, const std::vector<std::string>& loadedBy)
{
    const auto isLoadedBy = [&](const char* loader) { return std::ranges::find(loadedBy, loader) != loadedBy.end(); };
    QList<std::pair<QString, QString>> recipes;
    if (isLoadedBy("llama.cpp"))
        recipes.append({ QStringLiteral("llama.cpp"), QStringLiteral("llama-cli -m \"%1/model.gguf\"").arg(folder) });
    if (isLoadedBy("vllm"))
        recipes.append({ QStringLiteral("vLLM"), QStringLiteral("vllm serve \"%1\"").arg(folder) });
    if (isLoadedBy("tensorrt-llm"))
        recipes.append({ QStringLiteral("TensorRT-LLM"), QStringLiteral("trtllm-serve \"%1\"").arg(folder) });
    if (!isLoadedBy("transformers"))
        return recipes;
    QString transformers = QStringLiteral("from transformers import AutoModelForCausalLM, AutoTokenizer\n"
                                          "model = AutoModelForCausalLM.from_pretrained(\"%1\", device_map=\"auto\")\n"
                                          "tokenizer = AutoTokenizer.from_pretrained(\"%1\")")
                               .arg(folder);
    if (target.startsWith(u"gptq") || target == u"awq")
        transformers.prepend(QStringLiteral("# needs: pip install gptqmodel\n"));
    else if (target == u"compressed-tensors")
        transformers.prepend(QStringLiteral("# needs: pip install compressed-tensors\n"));
    else if (target == u"bnb")
        transformers.prepend(QStringLiteral("# needs: pip install bitsandbytes\n"));
    recipes.append({ QStringLiteral("transformers"), transformers });
    return recipes;
}

ExportPage::ExportPage(const core::ExportReport& report, const QString& target, const QString& run, QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    const QString folder = toQt(report.folder.string());
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("panel"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(12);
    auto* title = new QLabel(tr("%1 was exported").arg(run), content);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setBold(true);
    title->setFont(large);
    layout->addWidget(title);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->addRow(tr("Folder"), selectable(folder, content));
    form->addRow(tr("Format"), selectable(target, content));
    form->addRow(tr("Size"),
        selectable(tr("%1; %2 bytes of weights").arg(bytesText(report.bytes), QLocale().toString(report.weightBytes)),
            content));
    form->addRow(tr("Written"), selectable(tr("%n tensor(s)", nullptr, report.tensorsWritten), content));
    auto* verified = selectable(
        tr("%n layer(s) read back; every code, scale and zero point equals the run's", nullptr, report.layersVerified),
        content);
    verified->setObjectName(QStringLiteral("exportVerified"));
    form->addRow(tr("Verified"), verified);
    QStringList notes;
    for (const std::string& note : report.notes)
        notes << QStringLiteral("• ") + toQt(note);
    if (!notes.isEmpty())
        form->addRow(tr("Notes"), selectable(notes.join(u'\n'), content));
    for (const auto& [runtime, code] : loadingRecipes(target, folder, report.loadedBy))
        form->addRow(runtime, recipe(runtime, code, content));
    layout->addLayout(form);
    auto* open = new QPushButton(tr("&Open Folder"), content);
    connect(open, &QPushButton::clicked, this, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    m_verify = new QPushButton(tr("&Verify Again"), content);
    m_verify->setObjectName(QStringLiteral("verifyAgain"));
    m_verify->setToolTip(tr("Reads every file and every layer back, as after copying the folder to another machine"));
    connect(m_verify, &QPushButton::clicked, this, [this, path = report.folder] { verify(path); });
    m_verdict = selectable({}, content);
    m_verdict->setObjectName(QStringLiteral("verifyVerdict"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addWidget(m_verify);
    buttons->addStretch();
    layout->addLayout(buttons);
    layout->addWidget(m_verdict);
    connect(&m_runner, &JobRunner::progressChanged, this, [this](const core::Progress& progress) {
        m_verdict->setText(tr("%1: %2…").arg(engineText(progress.stage), amountText(progress)));
    });
    connect(&m_runner, &JobRunner::finished, this, &ExportPage::showVerdict);
    layout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

void ExportPage::verify(const std::filesystem::path& folder)
{
    if (m_runner.isRunning()) {
        m_runner.stop();
        return;
    }
    m_verify->setText(tr("&Stop"));
    m_report = std::make_shared<core::VerifyReport>();
    m_runner.start([folder, report = m_report](const core::JobContext& job) -> core::Status {
        KERF_TRY(*report, core::verifyFolder(folder, job));
        return {};
    });
}

void ExportPage::showVerdict(const JobOutcome& outcome)
{
    m_verify->setText(tr("&Verify Again"));
    const QString time = QLocale().toString(QTime::currentTime(), QLocale::ShortFormat);
    const QString layers = tr("%n layer(s) read back", nullptr, m_report->layersRead);
    m_verdict->setText(outcome.done
            ? tr("%1: %n file(s) have the SHA-256 that they were written with; %2.", nullptr, m_report->filesChecked)
                  .arg(time, layers)
            : outcome.stopped() ? tr("Stopped.")
                                : outcome.message);
    QPalette shown = palette();
    const ThemeColors& colors = themeColors(palette());
    shown.setColor(QPalette::WindowText, outcome.done || outcome.stopped() ? colors.text : colors.error);
    m_verdict->setPalette(shown);
}

} // namespace kerf::ui
