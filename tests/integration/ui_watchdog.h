// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include <QApplication>
#include <QEvent>
#include <QMetaEnum>

namespace kerf::test {

#ifdef KERF_SANITIZED
inline constexpr double kLongestStretch = 0.400; ///< seconds: instrumented code is several times slower
#else
inline constexpr double kLongestStretch = 0.050; ///< seconds
#endif

/// An application that measures how long its thread works before it can take the next event: in CPU time of that
/// thread, which other processes do not lengthen. What a test does between events is the test's own and does not count.
class WatchedApplication : public QApplication {
public:
    using QApplication::QApplication;

    struct Stretch {
        double seconds;
        QString what; ///< event and receiver
    };
    /// Those above the limit since the last call, longest first.
    std::vector<Stretch> takeLong()
    {
        std::ranges::sort(m_long, [](const Stretch& a, const Stretch& b) { return a.seconds > b.seconds; });
        return std::exchange(m_long, {});
    }
    /// "": none was above the limit.
    QString complaint()
    {
        QStringList lines;
        for (const Stretch& each : takeLong())
            lines << QStringLiteral("%1 ms: %2").arg(1e3 * each.seconds, 0, 'f', 1).arg(each.what);
        return lines.join(u'\n');
    }

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_inside)
            return QApplication::notify(receiver, event);
        m_inside = true;
        const QEvent::Type type = event->type();
        const QString who = QStringLiteral("%1 %2").arg(receiver->metaObject()->className(), receiver->objectName());
        const double before = threadSeconds();
        const bool taken = QApplication::notify(receiver, event);
        const double spent = threadSeconds() - before;
        m_inside = false;
        if (spent > kLongestStretch)
            m_long.push_back({ spent,
                QStringLiteral("%1 to %2")
                    .arg(QLatin1String(QMetaEnum::fromType<QEvent::Type>().valueToKey(type)), who) });
        return taken;
    }

private:
    static double threadSeconds()
    {
        timespec now {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    }
    bool m_inside = false;
    std::vector<Stretch> m_long;
};

} // namespace kerf::test
