// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>

#include "core/base/parallel.h"
#include "core/base/version.h"
#include "ui/application.h"
#include "ui/english_plurals.h"
#include "ui/main_window.h"
#include "ui/theme.h"

int main(int argc, char** argv)
{
    kerf::ui::Application application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("kerf"));
    QApplication::setApplicationName(QStringLiteral("kerf"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral("%1 (%2)").arg(
        QString::fromStdString(kerf::core::versionText()), QString::fromStdString(kerf::core::gitRevision())));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/kerf.svg")));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Kerf quantizes neural networks and measures what was lost."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("MODEL"),
        QCoreApplication::translate("main", "Folder of a Hugging Face checkpoint to open."), QStringLiteral("[MODEL]"));
    const QCommandLineOption workspace({ QStringLiteral("w"), QStringLiteral("workspace") },
        QCoreApplication::translate("main", "Workspace file; created when missing."), QStringLiteral("FILE.kerf"));
    parser.addOption(workspace);
    parser.process(application);

    kerf::ui::EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    kerf::core::setThreadCount(0);
    kerf::ui::applyTheme(kerf::ui::savedThemeMode());
    kerf::ui::MainWindow window;
    QObject::connect(&application, &kerf::ui::Application::exceptionCaught, &window,
        [&window](const QString& text) { emit window.workbench()->message(text, true); });
    window.show();
    if (const QStringList models = parser.positionalArguments(); !models.isEmpty())
        window.openModel(
            QFileInfo(models.front()).absoluteFilePath().toStdString(), parser.value(workspace).toStdString());
    return QApplication::exec();
}
