// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/data_settings.h"

#include <algorithm>

#include <QSettings>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::int64_t kLongestDefaultWindow = 2048;

void findBeside(const std::filesystem::path& model, const char* name, core::DataChoice& choice)
{
    for (const std::filesystem::path& folder : { model, model.parent_path() }) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(folder / name, ignored)) {
            choice.files = { folder / name };
            return;
        }
    }
}

QString groupOf(const core::Project& project)
{
    return QStringLiteral("data/") + toQt(project.modelHash.substr(0, 16));
}

void readChoice(const QSettings& settings, const QString& name, core::DataChoice& choice)
{
    const QStringList files = settings.value(name + QStringLiteral("/files")).toStringList();
    if (files.isEmpty())
        return;
    choice.files.clear();
    for (const QString& file : files)
        choice.files.emplace_back(file.toStdString());
    choice.window = settings.value(name + QStringLiteral("/window"), qlonglong(choice.window)).toLongLong();
    choice.samples = settings.value(name + QStringLiteral("/samples"), qlonglong(choice.samples)).toLongLong();
    choice.field = settings.value(name + QStringLiteral("/field")).toString().toStdString();
    choice.allExperts = settings.value(name + QStringLiteral("/allExperts"), false).toBool();
    if (const QVariant seed = settings.value(name + QStringLiteral("/sampleSeed")); seed.isValid())
        choice.sampleSeed = seed.toULongLong();
}

void writeChoice(QSettings& settings, const QString& name, const core::DataChoice& choice)
{
    QStringList files;
    for (const std::filesystem::path& file : choice.files)
        files << toQt(file.string());
    settings.setValue(name + QStringLiteral("/files"), files);
    settings.setValue(name + QStringLiteral("/window"), qlonglong(choice.window));
    settings.setValue(name + QStringLiteral("/samples"), qlonglong(choice.samples));
    settings.setValue(name + QStringLiteral("/field"), toQt(choice.field));
    settings.setValue(name + QStringLiteral("/allExperts"), choice.allExperts);
    if (choice.sampleSeed)
        settings.setValue(name + QStringLiteral("/sampleSeed"), qulonglong(*choice.sampleSeed));
    else
        settings.remove(name + QStringLiteral("/sampleSeed"));
}

} // namespace

DataSettings dataSettingsOf(const core::Project& project)
{
    DataSettings found;
    const std::int64_t longest = project.model.network->maxPositions();
    found.calibration.window = found.evaluation.window = std::min(longest, kLongestDefaultWindow);
    found.calibration.samples = found.evaluation.samples = 64;
    found.bench.prompt = std::min<std::int64_t>(128, longest / 2);
    found.bench.generate = std::min<std::int64_t>(32, longest / 4);
    findBeside(project.modelFolder, "calibration.txt", found.calibration);
    findBeside(project.modelFolder, "evaluation.txt", found.evaluation);
    QSettings settings;
    settings.beginGroup(groupOf(project));
    readChoice(settings, QStringLiteral("calibration"), found.calibration);
    readChoice(settings, QStringLiteral("evaluation"), found.evaluation);
    found.profile.method
        = settings.value(QStringLiteral("method"), toQt(found.profile.method)).toString().toStdString();
    found.profile.probeWindows
        = settings.value(QStringLiteral("probeWindows"), qlonglong(found.profile.probeWindows)).toLongLong();
    for (const QString& format : settings.value(QStringLiteral("formats")).toStringList())
        found.profile.formats.push_back(format.toStdString());
    for (const QString& format : settings.value(QStringLiteral("caches")).toStringList())
        found.profile.cacheFormats.push_back(format.toStdString());
    return found;
}

bool hasSavedDataSettings(const core::Project& project)
{
    return QSettings().contains(groupOf(project) + QStringLiteral("/calibration/window"));
}

void saveDataSettings(const core::Project& project, const DataSettings& choice)
{
    QSettings settings;
    settings.beginGroup(groupOf(project));
    writeChoice(settings, QStringLiteral("calibration"), choice.calibration);
    writeChoice(settings, QStringLiteral("evaluation"), choice.evaluation);
    settings.setValue(QStringLiteral("method"), toQt(choice.profile.method));
    settings.setValue(QStringLiteral("probeWindows"), qlonglong(choice.profile.probeWindows));
    const auto list = [](const std::vector<std::string>& names) {
        QStringList texts;
        for (const std::string& name : names)
            texts << toQt(name);
        return texts;
    };
    settings.setValue(QStringLiteral("formats"), list(choice.profile.formats));
    settings.setValue(QStringLiteral("caches"), list(choice.profile.cacheFormats));
}

} // namespace kerf::ui
