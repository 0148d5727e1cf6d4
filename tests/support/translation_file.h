// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFile>
#include <QList>
#include <QString>
#include <QStringList>
#include <QXmlStreamReader>

namespace kerf::test {

/// One text of a Qt Linguist file.
struct Translation {
    QString context, source, comment;
    QString type; ///< empty: finished; else "unfinished", "vanished", "obsolete"
    QStringList forms; ///< one; more where a number stands in it

    QString key() const { return context + u'\n' + source + u'\n' + comment; }
};

/// All texts of a .ts file; none where it cannot be read.
inline QList<Translation> readTranslations(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Translation> all;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"name") {
            context = xml.readElementText();
        } else if (xml.name() == u"message") {
            all.append({ context, {}, {}, {}, {} });
        } else if (xml.name() == u"source") {
            all.back().source = xml.readElementText();
        } else if (xml.name() == u"comment") {
            all.back().comment = xml.readElementText();
        } else if (xml.name() == u"numerusform") {
            all.back().forms.append(xml.readElementText());
        } else if (xml.name() == u"translation") {
            all.back().type = xml.attributes().value(QLatin1String("type")).toString();
            if (xml.readNext() == QXmlStreamReader::Characters && !xml.isWhitespace())
                all.back().forms.append(xml.text().toString());
        }
    }
    return xml.hasError() ? QList<Translation>() : all;
}

} // namespace kerf::test
