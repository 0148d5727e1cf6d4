// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <span>
#include <string_view>

#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>

#include "core/base/version.h"
#include "ui/application.h"
#include "ui/help/tour.h"
#include "ui/main_window.h"
#include "ui/settings/language.h"
#include "ui/settings/preferences.h"
#include "ui/theme.h"

namespace {

/// Whether only text is asked for, which needs no display.
bool wantsText(int argc, char** argv)
{
    const std::span arguments(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
    return std::ranges::any_of(arguments, [](const char* argument) {
        const std::string_view text(argument);
        return text == "-h" || text == "--help" || text == "--help-all" || text == "-v" || text == "--version";
    });
}

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Kerf quantizes neural networks and measures what was lost."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("MODEL"),
        QCoreApplication::translate("main", "Folder of a Hugging Face checkpoint to open."), QStringLiteral("[MODEL]"));
    parser.addOption({ { QStringLiteral("w"), QStringLiteral("workspace") },
        QCoreApplication::translate("main", "Workspace file; created when missing."), QStringLiteral("FILE.kerf") });
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setOrganizationName(QStringLiteral("kerf"));
    QCoreApplication::setApplicationName(QStringLiteral("kerf"));
    QCoreApplication::setApplicationVersion(QStringLiteral("%1 (%2)").arg(
        QString::fromStdString(kerf::core::versionText()), QString::fromStdString(kerf::core::gitRevision())));
    const auto preferences = kerf::ui::Preferences::load();
    QCommandLineParser parser;
    if (wantsText(argc, argv)) {
        const QCoreApplication console(argc, argv);
        kerf::ui::installLanguage(preferences.language);
        describe(parser);
        parser.process(console); // writes and ends the program
    }
    kerf::ui::Application application(argc, argv);
    kerf::ui::installLanguage(preferences.language);
    describe(parser);
    QApplication::setApplicationDisplayName(QString());
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/kerf.svg")));
    parser.process(application);

    kerf::ui::applyPreferences(preferences, false);
    kerf::ui::applyTheme(kerf::ui::savedThemeMode());
    kerf::ui::MainWindow window;
    QObject::connect(&application, &kerf::ui::Application::exceptionCaught, &window,
        [&window](const QString& text) { emit window.workbench()->message(text, true); });
    window.show();
    if (const QStringList models = parser.positionalArguments(); !models.isEmpty())
        window.openModel(QFileInfo(models.front()).absoluteFilePath().toStdString(),
            parser.value(QStringLiteral("workspace")).toStdString());
    else if (preferences.reopenLast)
        window.openLast();
    else if (kerf::ui::Tour::isFirstTime())
        window.tour()->start();
    return QApplication::exec();
}
