// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/settings/preferences_dialog.h"

#include <filesystem>
#include <thread>

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QStorageInfo>
#include <QUrl>
#include <QVBoxLayout>

#include "core/base/user_cache.h"
#include "ui/dialog_size.h"
#include "ui/settings/language.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

namespace fs = std::filesystem;

QLabel* dimLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

/// Bytes of all files in a folder. Errors: Cancelled.
core::Result<std::int64_t> bytesIn(const fs::path& folder, const core::JobContext& job)
{
    std::int64_t bytes = 0;
    std::error_code problem;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, problem), end;
         !problem && at != end; at.increment(problem)) {
        KERF_CHECK(job.checkStop());
        std::error_code gone; // a job may be tidying up
        if (at->is_regular_file(gone))
            if (const auto size = at->file_size(gone); !gone)
                bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

} // namespace

PreferencesDialog::PreferencesDialog(bool isBusy, QWidget* parent)
    : QDialog(parent)
    , m_isBusy(isBusy)
    , m_threads(new QSpinBox(this))
    , m_reopen(new QCheckBox(tr("&Open the last model"), this))
    , m_language(new QComboBox(this))
    , m_theme(new QComboBox(this))
    , m_numbers(new QComboBox(this))
    , m_folder(new QLineEdit(workspaceFolder(), this))
    , m_storage(dimLabel(this))
    , m_cache(dimLabel(this))
{
    setObjectName(QStringLiteral("preferencesDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Preferences"));
    auto* outer = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, outer);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    body->addLayout(form);
    addWork(form, isBusy);
    addLanguage(form);
    addLook(form);
    addStorage(form);
    body->addStretch();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &PreferencesDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    outer->addWidget(buttons);
    measure();
    m_cache->setText(m_storage->text() + u'\n');
    fitToScreen(this, 96);
}

void PreferencesDialog::addWork(QFormLayout* form, bool isBusy)
{
    const Preferences now = Preferences::load();
    const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    m_threads->setObjectName(QStringLiteral("threads"));
    m_threads->setRange(0, cores);
    m_threads->setSpecialValueText(tr("one a core (%1)").arg(QLocale().toString(cores)));
    m_threads->setValue(std::min(now.threads, cores));
    m_threads->setToolTip(tr("Results do not depend on it"));
    m_threads->setEnabled(!isBusy);
    form->addRow(tr("&Threads"), m_threads);
    if (isBusy) {
        QLabel* why = dimLabel(this);
        why->setText(tr("A job is running: its threads stay until it is done."));
        form->addRow(QString(), why);
    }
    m_reopen->setObjectName(QStringLiteral("reopenLast"));
    m_reopen->setChecked(now.reopenLast);
    form->addRow(tr("At the start"), m_reopen);
}

void PreferencesDialog::addLanguage(QFormLayout* form)
{
    m_language->addItem(tr("as the desktop"), QString());
    for (const Language& language : languages())
        m_language->addItem(language.name, language.code);
    m_language->setCurrentIndex(std::max(0, m_language->findData(Preferences::load().language)));
    m_language->setObjectName(QStringLiteral("language"));
    auto* caption = new QLabel(tr("&Language"), this);
    caption->setBuddy(m_language);
    auto* when = new QLabel(tr("from the next start on"), this);
    when->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->addWidget(m_language, 1);
    row->addWidget(when);
    form->addRow(caption, row);
}

void PreferencesDialog::addLook(QFormLayout* form)
{
    m_theme->addItems({ tr("as the desktop"), tr("light"), tr("dark") });
    m_theme->setCurrentIndex(static_cast<int>(savedThemeMode()));
    m_theme->setObjectName(QStringLiteral("themeChoice"));
    form->addRow(tr("T&heme"), m_theme);
    m_numbers->addItems({ tr("as the language"), QStringLiteral("1,234.5"), QStringLiteral("1.234,5") });
    m_numbers->setCurrentIndex(static_cast<int>(Preferences::load().numbers));
    m_numbers->setObjectName(QStringLiteral("numberStyle"));
    form->addRow(tr("&Numbers"), m_numbers);
}

void PreferencesDialog::addStorage(QFormLayout* form)
{
    m_folder->setObjectName(QStringLiteral("workspaceFolder"));
    auto* choose = new QPushButton(tr("&Choose…"), this);
    auto* show = new QPushButton(tr("Show"), this);
    show->setToolTip(tr("Open the folder in the file manager"));
    connect(choose, &QPushButton::clicked, this, &PreferencesDialog::chooseFolder);
    connect(show, &QPushButton::clicked, this,
        [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder->text())); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(choose);
    row->addWidget(show);
    auto* caption = new QLabel(tr("New &workspaces in"), this);
    caption->setBuddy(m_folder);
    form->addRow(caption, row);
    form->addRow(QString(), m_storage);
    form->addRow(tr("Hashes of files"), m_cache);
    connect(m_folder, &QLineEdit::textChanged, this, &PreferencesDialog::measure);
}

void PreferencesDialog::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder for Workspaces"), m_folder->text());
    if (!folder.isEmpty())
        m_folder->setText(folder);
}

void PreferencesDialog::measure()
{
    m_storage->setText(QStringList { tr("Measuring…"), {} }.join(u'\n')); // as high as what comes
    if (m_runner.isRunning()) {
        m_runner.stop();
        connect(&m_runner, &JobRunner::finished, this, &PreferencesDialog::measure,
            static_cast<Qt::ConnectionType>(Qt::SingleShotConnection | Qt::QueuedConnection));
        return;
    }
    m_runner.start([this, folder = fs::path(m_folder->text().toStdString())](const core::JobContext& job) {
        return bytesIn(folder, job).and_then([&](std::int64_t workspaces) -> core::Status {
            KERF_TRY(const std::int64_t cache, bytesIn(core::userCacheFolder(), job));
            QMetaObject::invokeMethod(
                this, [this, workspaces, cache] { showStorage(workspaces, cache); }, Qt::QueuedConnection);
            return {};
        });
    });
}

void PreferencesDialog::showStorage(std::int64_t workspaces, std::int64_t cache)
{
    QString existing
        = m_folder->text(); // a folder that is made later lies on the disk of the nearest one that is there
    while (!existing.isEmpty() && !QDir(existing).exists() && existing.contains(u'/'))
        existing = existing.section(u'/', 0, -2);
    const QStorageInfo disk(existing.isEmpty() ? QStringLiteral("/") : existing);
    m_storage->setText(tr("%1 used, %2 free. Workspaces that exist stay where they are.")
                           .arg(bytesText(workspaces), bytesText(disk.bytesAvailable())));
    m_cache->setText(tr("%1 in %2. May be deleted: models are then hashed again when they are opened.")
                         .arg(bytesText(cache), toQt(core::userCacheFolder().string())));
}

Preferences PreferencesDialog::chosen() const
{
    Preferences chosen = Preferences::load();
    chosen.threads = m_threads->value();
    chosen.reopenLast = m_reopen->isChecked();
    chosen.language = m_language->currentData().toString();
    chosen.numbers = static_cast<NumberStyle>(m_numbers->currentIndex());
    if (const QString folder = m_folder->text().trimmed(); folder != workspaceFolder())
        chosen.workspaceFolder = folder;
    return chosen;
}

void PreferencesDialog::accept()
{
    const Preferences preferences = chosen();
    if (!preferences.workspaceFolder.isEmpty() && !QDir::isAbsolutePath(preferences.workspaceFolder)) {
        m_storage->setText(tr("Give the whole path of the folder, from / on."));
        m_folder->setFocus();
        return;
    }
    preferences.save();
    applyPreferences(preferences, m_isBusy);
    const auto mode = static_cast<ThemeMode>(m_theme->currentIndex());
    if (mode != savedThemeMode()) {
        saveThemeMode(mode);
        applyTheme(mode);
    }
    QDialog::accept();
}

} // namespace kerf::ui
