// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme.h"

#include <array>

#include <QApplication>
#include <QSettings>
#include <QStyleFactory>

namespace kerf::ui {
namespace {

const ThemeColors kLight { QColor(0xf4f5f7), QColor(0xffffff), QColor(0xd9dce1), QColor(0x1d2129), QColor(0x5f6673),
    QColor(0x2c6bd9), QColor(0xe0eafb), QColor(0xe8eaee), QColor(0x1f7634), QColor(0xa35200), QColor(0xc0341d),
    QColor(0xfbe9e6), false };
const ThemeColors kDark { QColor(0x1e2024), QColor(0x26292e), QColor(0x3a3e45), QColor(0xe6e8eb), QColor(0x9aa1ac),
    QColor(0x6ea0ff), QColor(0x293854), QColor(0x33373d), QColor(0x69c47b), QColor(0xe8a35a), QColor(0xff7b66),
    QColor(0x43282a), true };

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 128;
}

QPalette paletteOf(const ThemeColors& c)
{
    QPalette palette;
    const QColor faint = c.dark ? QColor(0x6c737e) : QColor(0x9aa0a9);
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.panel);
    palette.setColor(QPalette::AlternateBase, c.window);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.dim);
    palette.setColor(QPalette::Button, c.window);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.error);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.dark ? QColor(0x10151f) : QColor(0xffffff));
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.panel);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Light, c.dark ? QColor(0x3a3e45) : QColor(0xffffff));
    palette.setColor(QPalette::Midlight, c.grid);
    palette.setColor(QPalette::Mid, c.line);
    palette.setColor(QPalette::Dark, c.dark ? QColor(0x14161a) : QColor(0xb4b8bf));
    for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.line);
    return palette;
}

/// Flat panels with thin borders. Sizes of text are left to fonts, so that a larger system font enlarges everything.
QString styleSheetOf(const ThemeColors& c)
{
    QString sheet = QStringLiteral(
        "QMainWindow, QDialog { background: @window; }"
        "QMenuBar, QToolBar#planToolBar, QStatusBar { background: @panel; }"
        "QMenuBar { border-bottom: 1px solid @line; }"
        "QMenuBar::item { padding: 4px 9px; background: transparent; }"
        "QMenuBar::item:selected { background: @soft; }"
        "QToolBar#planToolBar { border: 0; border-bottom: 1px solid @line; padding: 5px 6px; }"
        "QStatusBar { border-top: 1px solid @line; } QStatusBar::item { border: 0; }"
        "QWidget#panel, QWidget#dockTitle { background: @panel; }"
        "QWidget#dockTitle { border-bottom: 1px solid @line; }"
        "QWidget#leverBox { background: @soft; border-left: 3px solid @accent; }"
        "QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }"
        "QPushButton, QToolButton#barButton { background: @window; border: 1px solid @line; border-radius: 5px; "
        "padding: 5px 12px; color: @text; }"
        "QPushButton:hover, QToolButton#barButton:hover { border-color: @accent; }"
        "QPushButton:pressed, QToolButton#barButton:pressed { background: @soft; }"
        "QPushButton:focus, QToolButton#barButton:focus { border-color: @accent; }"
        "QPushButton:disabled, QToolButton#barButton:disabled { color: @faint; }"
        "QPushButton[primary=true], QToolButton#barButton[primary=true] { background: @accent; color: @onaccent; "
        "border-color: @accent; font-weight: 600; }"
        "QPushButton[primary=true]:focus, QToolButton#barButton[primary=true]:focus { border-color: @text; }"
        "QPushButton[primary=true]:disabled, QToolButton#barButton[primary=true]:disabled { background: @grid; "
        "color: @faint; border-color: @line; }"
        "QToolButton#barButton::menu-indicator, QToolButton[chip=true]::menu-indicator { image: none; }"
        "QToolButton[chip=true] { background: @panel; border: 1px solid @line; border-radius: 5px; padding: 3px 9px; }"
        "QToolButton[chip=true]:hover, QToolButton[chip=true]:focus { border-color: @accent; }"
        "QToolButton[chip=true]:checked { background: @soft; border-color: @accent; }"
        "QToolButton[chip=true]:disabled { color: @faint; }"
        "QToolButton#loaderCheck { color: @good; } QToolButton#loaderCheck[wrong=true] { color: @error; }"
        "QLabel#welcomeError { color: @error; }"
        "QLineEdit { background: @panel; border: 1px solid @line; border-radius: 4px; padding: 4px "
        "6px; }"
        "QLineEdit:focus { border-color: @accent; }"
        // Spin boxes are the style's own: a border in a sheet takes their arrows away.
        "QAbstractSpinBox QLineEdit { border: 0; border-radius: 0; padding: 0; background: transparent; }"
        "QTreeView, QTableView, QListView, QPlainTextEdit { background: @panel; border: 0; outline: 0; "
        "selection-background-color: @soft; selection-color: @text; }"
        "QTreeView::item, QTableView::item { padding: 3px 4px; border: 0; }"
        "QListView#recentList::item, QListView#presetList::item { padding: 4px 6px; border: 0; }"
        "QListView#recentList::item:hover { background: @soft; }"
        "QTreeView::item:selected, QTableView::item:selected, QListView::item:selected "
        "{ background: @soft; color: @text; }"
        "QHeaderView { background: @panel; }"
        "QHeaderView::section { background: @panel; color: @dim; border: 0; border-bottom: 1px solid @line; "
        "padding: 7px 6px 4px 6px; }" // the arrow of the sorted column stands above its title, never on it
        "QHeaderView::section:vertical { padding: 0 6px; border-bottom: 0; }"
        "QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: padding; subcontrol-position: top center; "
        "width: 9px; height: 6px; }"
        "QTabWidget::pane { border: 0; background: @panel; }"
        "QTabWidget#panelTabs > QWidget { background: @panel; }"
        "QTabBar { background: @panel; }"
        "QTabBar::tab { background: @panel; color: @dim; border: 0; border-bottom: 2px solid transparent; "
        "padding: 6px 10px; }"
        "QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }"
        "QTabBar::tab:hover { color: @text; }"
        "QProgressBar { background: @grid; border: 0; border-radius: 4px; }"
        "QProgressBar::chunk { background: @accent; border-radius: 4px; }"
        "QToolTip { background: @panel; color: @text; border: 1px solid @line; padding: 4px; }"
        "QMainWindow::separator { background: @window; width: 6px; height: 6px; }"
        "QFrame#tourBubble { background: @panel; border: 2px solid @accent; border-radius: 8px; }"
        "QFrame#tourRing { background: transparent; border: 2px solid @accent; border-radius: 6px; }"
        "QFrame#whyCard { background: @soft; border-left: 3px solid @accent; }"
        "QFrame#whyCard[sensitive=true] { background: @warnsoft; border-left-color: @warning; }"
        "QFrame#messageBar { background: @soft; border-bottom: 1px solid @line; }"
        "QFrame#messageBar[error=true] { background: @wrong; border-left: 4px solid @error; }"
        "QFrame#messageBar[error=true] QLabel#messageSign { color: @error; font-weight: 600; }");
    const std::pair<const char*, QColor> names[] = { { "@window", c.window }, { "@panel", c.panel },
        { "@line", c.line }, { "@text", c.text }, { "@dim", c.dim }, { "@onaccent", c.dark ? "#10151f" : "#ffffff" },
        { "@accent", c.accent }, { "@soft", c.accentSoft }, { "@grid", c.grid }, { "@wrong", c.errorSoft },
        { "@error", c.error }, { "@warnsoft", c.dark ? "#3a3024" : "#fdefdf" }, { "@warning", c.warning },
        { "@good", c.good }, { "@faint", c.dark ? "#6c737e" : "#9aa0a9" } };
    for (const auto& [name, color] : names)
        sheet.replace(QLatin1String(name), color.name());
    return sheet;
}

} // namespace

const ThemeColors& themeColors(const QPalette& palette)
{
    return isDark(palette) ? kDark : kLight;
}

void applyTheme(ThemeMode mode)
{
    static const bool systemIsDark = isDark(QApplication::palette());
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::System && systemIsDark);
    const ThemeColors& colors = dark ? kDark : kLight;
    static bool styleSet = false;
    if (!styleSet)
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    styleSet = true;
    QApplication::setPalette(paletteOf(colors));
    QPalette indicators = paletteOf(colors);
    indicators.setColor(QPalette::Window, indicatorColor(indicators));
    for (const char* name : { "QCheckBox", "QRadioButton" })
        QApplication::setPalette(indicators, name);
    qApp->setStyleSheet(styleSheetOf(colors));
}

QColor indicatorColor(const QPalette& palette)
{
    return themeColors(palette).dark ? QColor(0x8f98a6) : QColor(0xacb2bc);
}

QColor seriesColor(int place, const QPalette& palette)
{
    struct Pair {
        QRgb light, dark;
    };
    static constexpr std::array<Pair, 8> kSeries { { { 0xff5f6672, 0xffaab2c0 }, { 0xff9b5001, 0xffff9932 },
        { 0xff2f6fdf, 0xff6ea2ff }, { 0xff007449, 0xff23d79e }, { 0xff6f2a77, 0xffa965b0 }, { 0xff10a3ad, 0xffb7ffff },
        { 0xffba8c12, 0xfff9ff6f }, { 0xff890b14, 0xffebb96e } } };
    const Pair& pair = kSeries[static_cast<std::size_t>(place) % kSeries.size()];
    return QColor(themeColors(palette).dark ? pair.dark : pair.light);
}

ThemeMode savedThemeMode()
{
    const QString text = QSettings().value(QStringLiteral("theme")).toString();
    return text == u"light" ? ThemeMode::Light : text == u"dark" ? ThemeMode::Dark : ThemeMode::System;
}

void saveThemeMode(ThemeMode mode)
{
    QSettings().setValue(QStringLiteral("theme"),
        mode == ThemeMode::Light      ? QStringLiteral("light")
            : mode == ThemeMode::Dark ? QStringLiteral("dark")
                                      : QStringLiteral("system"));
}

} // namespace kerf::ui
