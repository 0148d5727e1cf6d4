// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <QAction>
#include <QTemporaryDir>

#include "ui/jobs/data_settings.h"
#include "ui/main_window.h"

class QDialog;

namespace kerf::pictures {

/// The real window on the bundled sample, and the real jobs whose results the pictures show.
class Studio {
public:
    /// A workspace that has a profile and runs already keeps them: they are not made again. `quick` uses few windows,
    /// to look at the layout.
    Studio(QString workspace, bool quick, QSize size);
    ~Studio();

    ui::MainWindow& window() { return *m_window; }
    ui::Workbench& workbench() { return *m_window->workbench(); }
    ui::Actions& actions() { return *m_window->actions(); }
    QSize size() const { return m_size; }
    void resize(QSize size); ///< the window, and those to come
    QString scratch(const QString& name) const { return m_scratch.filePath(name); }

    static std::filesystem::path sample();
    bool newWindow(); ///< without a model
    bool openFresh(); ///< in a workspace that has nothing yet
    bool openPrepared(); ///< in the workspace, with its profile and runs, which are made where they are missing
    void startProfile();
    bool idle(); ///< waits until no job runs
    static bool waitFor(const std::function<bool()>& happened);

    /// Brings a tab to the front, and the panel that it is in.
    void showTab(const QString& title);
    /// What an action opens; null: nothing came.
    QDialog* dialog(QAction* action, const char* name);
    static void close(QDialog* dialog);
    template <class T> T* find(const char* name = nullptr)
    {
        return m_window->findChild<T*>(QString::fromLatin1(name));
    }
    /// The newest finished run whose name has this in it; 0 = none.
    core::RowId run(const QString& name);
    void chooseLoader(const QString& name);
    void select(std::vector<int> layers) { workbench().selection()->setLayers(layers, layers.back()); }

private:
    bool open(const QString& workspace);
    bool prepare();
    bool hasSwapIns();
    ui::DataSettings texts() const;
    bool makeRun(const QString& name, const std::function<void()>& plan);

    QTemporaryDir m_scratch;
    QString m_workspace;
    bool m_quick;
    QSize m_size;
    std::unique_ptr<ui::MainWindow> m_window;
};

/// Layers of the sample: a block and a role's place in it.
enum Role { Q, K, V, O, Gate, Up, Down };
constexpr int layer(int block, Role role)
{
    return 7 * block + role;
}

} // namespace kerf::pictures
