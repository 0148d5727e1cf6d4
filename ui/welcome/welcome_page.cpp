// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/welcome/welcome_page.h"

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace kerf::ui {
namespace {

QPushButton* actionButton(QAction* action, bool primary, QWidget* parent)
{
    auto* button = new QPushButton(QString(action->text()).remove(u'&'), parent);
    button->setToolTip(action->toolTip());
    button->setProperty("primary", primary);
    button->setEnabled(action->isEnabled());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    return button;
}

} // namespace

std::optional<std::filesystem::path> findSampleModel()
{
    const QString program = QCoreApplication::applicationDirPath();
    const QStringList places { program, program + QStringLiteral("/.."), program + QStringLiteral("/../.."),
        program + QStringLiteral("/../../.."), program + QStringLiteral("/../share/kerf"),
        QStringLiteral("/usr/share/kerf"), QStringLiteral("/usr/local/share/kerf") };
    for (const QString& place : places) {
        for (const char* inside : { "/resources/sample/model", "/sample/model" }) {
            const QFileInfo folder(QDir::cleanPath(place + QLatin1String(inside)));
            if (QFileInfo::exists(folder.filePath() + QStringLiteral("/config.json")))
                return std::filesystem::path(folder.canonicalFilePath().toStdString());
        }
    }
    return {};
}

WelcomePage::WelcomePage(QAction* openSample, QAction* openFolder, QWidget* parent)
    : QWidget(parent)
    , m_error(new QLabel(this))
    , m_busy(new QLabel(this))
    , m_recentTitle(new QLabel(tr("Recent"), this))
    , m_recent(new QListWidget(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* title = new QLabel(tr("Kerf"), this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 2.4);
    large.setBold(true);
    title->setFont(large);
    auto* summary = new QLabel(
        tr("Quantize a neural network and measure what was lost.\nOpen a Hugging Face checkpoint, see which layers "
           "are sensitive, choose a format for each, and export what the runtimes load."),
        this);
    summary->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    QPushButton* sample = actionButton(openSample, true, this);
    sample->setObjectName(QStringLiteral("openSampleButton"));
    buttons->addWidget(sample);
    buttons->addWidget(actionButton(openFolder, false, this));
    buttons->addStretch();
    auto* drop = new QLabel(tr("Or drop a model folder or a GGUF file anywhere on this window."), this);
    drop->setForegroundRole(QPalette::PlaceholderText);
    drop->setWordWrap(true);
    m_error->setObjectName(QStringLiteral("welcomeError"));
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_error->hide();
    m_busy->hide();
    QFont bold = font();
    bold.setBold(true);
    m_recentTitle->setFont(bold);
    m_recent->setObjectName(QStringLiteral("recentList"));
    m_recent->setAccessibleName(tr("Recent models"));
    m_recent->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_recent->setTextElideMode(Qt::ElideMiddle);

    auto* column = new QWidget(this);
    column->setMaximumWidth(76 * fontMetrics().averageCharWidth());
    auto* layout = new QVBoxLayout(column);
    layout->setSpacing(14);
    layout->addStretch(2);
    for (QWidget* widget : { static_cast<QWidget*>(title), static_cast<QWidget*>(summary) })
        layout->addWidget(widget);
    layout->addLayout(buttons);
    for (QWidget* widget : { drop, m_busy, m_error, m_recentTitle })
        layout->addWidget(widget);
    layout->addWidget(m_recent, 2);
    layout->addStretch(2);
    auto* outer = new QHBoxLayout(this);
    outer->addStretch(1);
    outer->addWidget(column, 4);
    outer->addStretch(1);
    connect(m_recent, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem* item) { emit openRequested(item->data(Qt::UserRole).toString()); });
    connect(m_recent, &QListWidget::itemClicked, this,
        [this](const QListWidgetItem* item) { emit openRequested(item->data(Qt::UserRole).toString()); });
    setRecent({});
}

void WelcomePage::setRecent(const QStringList& folders)
{
    m_recent->clear();
    for (const QString& folder : folders) {
        auto* item = new QListWidgetItem(QDir::toNativeSeparators(folder), m_recent);
        item->setData(Qt::UserRole, folder);
        item->setToolTip(folder);
    }
    m_recent->setVisible(!folders.isEmpty());
    m_recentTitle->setVisible(!folders.isEmpty());
}

void WelcomePage::setError(const QString& message)
{
    m_error->setText(message);
    m_error->setVisible(!message.isEmpty());
}

void WelcomePage::setBusy(const QString& text)
{
    m_busy->setText(text);
    m_busy->setVisible(!text.isEmpty());
}

} // namespace kerf::ui
