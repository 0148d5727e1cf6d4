// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/settings/language.h"

#include <algorithm>
#include <memory>

#include <QCoreApplication>
#include <QTranslator>

#include "ui/english_plurals.h"

namespace kerf::ui {
namespace {

const QString kTranslator = QStringLiteral("kerfTranslator");
constexpr const char* kChosen = "kerfLanguage"; ///< property of the application

/// The one that is installed last is asked first.
void install(std::unique_ptr<QTranslator> translator)
{
    translator->setObjectName(kTranslator);
    QCoreApplication::installTranslator(translator.get());
    translator.release()->setParent(QCoreApplication::instance());
}

} // namespace

const QList<Language>& languages()
{
    static const QList<Language> all {
        { QStringLiteral("en"), QStringLiteral("English") },
        { QStringLiteral("de"), QStringLiteral("Deutsch") },
    };
    return all;
}

QString languageFor(const QString& chosen)
{
    const QStringList wanted = chosen.isEmpty() ? QLocale::system().uiLanguages() : QStringList(chosen);
    for (const QString& each : wanted) {
        const QString code = each.section(u'-', 0, 0);
        if (std::ranges::any_of(languages(), [&](const Language& known) { return known.code == code; }))
            return code;
    }
    return languages().front().code;
}

void installLanguage(const QString& chosen)
{
    auto* application = QCoreApplication::instance();
    qDeleteAll(application->findChildren<QTranslator*>(kTranslator, Qt::FindDirectChildrenOnly));
    application->setProperty(kChosen, chosen);
    install(std::make_unique<EnglishPlurals>());
    for (const char* of : { "qtbase", "kerf" }) {
        auto translator = std::make_unique<QTranslator>();
        if (translator->load(QStringLiteral(":/i18n/%1_%2.qm").arg(QLatin1String(of), languageFor(chosen))))
            install(std::move(translator));
    }
}

QLocale languageLocale()
{
    const QString chosen = QCoreApplication::instance()->property(kChosen).toString();
    return chosen.isEmpty() ? QLocale::system() : QLocale(languageFor(chosen));
}

} // namespace kerf::ui
