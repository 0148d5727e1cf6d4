// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Does real jobs on the bundled sample in the real window and grabs every panel, dialog and state in light and dark,
// the chosen ones also in a window of 1024 x 640. Scaled by two (QT_SCALE_FACTOR=2) it takes only the chosen ones.
// Usage: kerf-screenshots FOLDER [--workspace FILE] [--only PATTERN] [--quick]
//   --workspace keeps profile and runs there, so that the next time they are not made again; --only takes the pictures
//   whose name matches; --quick uses few windows, to look at the layout

#include <cstdio>

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include "tests/screenshots/camera.h"
#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "tests/support/own_settings.h"
#include "ui/english_plurals.h"
#include "ui/theme.h"

using namespace kerf;
using namespace kerf::pictures;

namespace {

constexpr QSize kUsual(1440, 900), kSmall(1024, 640);

/// Takes the scenes of all subjects, one after the other.
class Session {
public:
    Session(Studio& studio, Camera& camera, QRegularExpression only)
        : m_studio(studio)
        , m_camera(camera)
        , m_only(std::move(only))
        , m_isLarge(qApp->devicePixelRatio() > 1)
    {
        m_clock.start();
    }

    void take(const Scenes& scenes)
    {
        for (const Scene& scene : scenes)
            if ((scene.isKey || !m_isLarge) && m_only.match(scene.name).hasMatch())
                take(scene);
    }
    int missing() const { return m_missing; }

private:
    void take(const Scene& scene)
    {
        const QString name = QString::fromLatin1(scene.name);
        grab(scene, m_isLarge ? name + "-200" : name);
        if (scene.isKey && !m_isLarge) {
            m_studio.resize(kSmall);
            grab(scene, name + "-small");
            m_studio.resize(kUsual);
        }
    }
    void grab(const Scene& scene, const QString& name)
    {
        const qint64 before = m_camera.bytes();
        QWidget* widget = scene.set(m_studio);
        const bool taken = widget && m_camera.take(*widget, name);
        m_missing += taken ? 0 : 1;
        std::printf("%4lld s  %-24s %s, %lld kB\n", static_cast<long long>(m_clock.elapsed() / 1000), qPrintable(name),
            taken ? "light and dark" : "missing", static_cast<long long>((m_camera.bytes() - before) / 1000));
        std::fflush(stdout);
        if (scene.strike)
            scene.strike(m_studio);
    }

    Studio& m_studio;
    Camera& m_camera;
    QRegularExpression m_only;
    bool m_isLarge;
    int m_missing = 0;
    QElapsedTimer m_clock;
};

int work(const QCommandLineParser& options)
{
    Studio studio(options.value("workspace"), options.isSet("quick"), kUsual);
    Camera camera(options.positionalArguments().constFirst());
    Session session(studio, camera, QRegularExpression(options.value("only")));
    session.take(startScenes());
    if (!studio.openFresh())
        return 1;
    session.take(openedScenes());
    if (!studio.openPrepared())
        return 1;
    for (const Scenes& scenes : { mapScenes(), layerScenes(), planScenes(), frontScenes(), runScenes(), textScenes(),
             formatScenes(), exportScenes(), jobScenes(), helpScenes() })
        session.take(scenes);
    std::printf("%lld kB, %d missing\n", static_cast<long long>(camera.bytes() / 1000), session.missing());
    return session.missing() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    test::useOwnSettings("kerf-screenshots");
    QCommandLineParser options;
    options.addPositionalArgument("folder", "where the pictures go");
    options.addOptions({ { "quick", "few windows" }, { "workspace", "is used again", "file" },
        { "only", "pictures whose name matches", "pattern" } });
    options.process(application);
    if (options.positionalArguments().size() != 1)
        options.showHelp(2);
    ui::EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    ui::applyTheme(ui::ThemeMode::Light);
    return work(options);
}
