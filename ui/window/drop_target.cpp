// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/drop_target.h"

#include <QFileInfo>
#include <QMimeData>
#include <QPainter>
#include <QUrl>

#include "core/checkpoint/checkpoint.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kMargin = 24;
constexpr int kRadius = 10;
constexpr double kComparePart = 0.75; ///< of the width, that the page under the mouse lies in

/// A file of a model's folder stands for the folder.
std::filesystem::path modelOf(const std::filesystem::path& path)
{
    const bool isWhole = std::filesystem::is_directory(path) || core::Checkpoint::isModelFile(path);
    return isWhole ? path : path.parent_path();
}

} // namespace

DropTarget::DropTarget(Workbench* workbench, QWidget* window)
    : QWidget(window)
    , m_workbench(workbench)
{
    setObjectName(QStringLiteral("dropTarget"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    hide();
}

bool DropTarget::offer(const QMimeData& dragged, bool isComparing)
{
    const QList<QUrl> urls = dragged.urls();
    if (urls.size() != 1 || !urls.front().isLocalFile())
        return false;
    m_path = urls.front().toLocalFile().toStdString();
    const QString name = QFileInfo(urls.front().toLocalFile()).fileName();
    addFields(name, isComparing);
    m_current = 0;
    setGeometry(parentWidget()->rect());
    raise();
    show();
    return true;
}

void DropTarget::addFields(const QString& name, bool isComparing)
{
    m_fields.clear();
    if (m_path.extension() == ".kerf") {
        m_fields.push_back({ Use::OpenWorkspace, tr("Open the model of workspace %1").arg(name) });
        return;
    }
    const bool canAdd = m_workbench->canWrite() && !m_workbench->session()->project()->model.quantized;
    if (canAdd && isComparing)
        m_fields.push_back({ Use::Compare, tr("Compare %1 with the runs").arg(name) });
    m_fields.push_back({ Use::Open, tr("Open %1").arg(name) });
    if (canAdd && !isComparing)
        m_fields.push_back({ Use::AddAsRun, tr("Set %1 beside the runs").arg(name) });
}

QStringList DropTarget::fieldTexts() const
{
    QStringList texts;
    for (const Field& field : m_fields)
        texts << field.text;
    return texts;
}

QRect DropTarget::rectOf(int field) const
{
    const auto count = static_cast<int>(m_fields.size());
    const int whole = width() - kMargin;
    const int first = m_fields.front().use == Use::Compare ? static_cast<int>(kComparePart * whole) : whole / count;
    const int wide = field == 0 ? first : whole - first;
    return { kMargin + (field == 0 ? 0 : first), kMargin, wide - kMargin, height() - 2 * kMargin };
}

int DropTarget::fieldAt(const QPoint& position) const
{
    for (int field = static_cast<int>(m_fields.size()) - 1; field > 0; --field)
        if (position.x() >= rectOf(field).left() - kMargin / 2)
            return field;
    return 0;
}

void DropTarget::hover(const QPoint& position)
{
    m_current = fieldAt(position);
    update();
}

void DropTarget::take(const QPoint& position)
{
    hide();
    if (m_fields.empty())
        return;
    switch (m_fields[static_cast<std::size_t>(fieldAt(position))].use) {
    case Use::Open:
        return m_workbench->openModel(modelOf(m_path));
    case Use::AddAsRun:
        return m_workbench->addCheckpoint(modelOf(m_path));
    case Use::Compare:
        return m_workbench->addCheckpoint(modelOf(m_path), true);
    case Use::OpenWorkspace:
        return openWorkspace(m_path);
    }
}

void DropTarget::openWorkspace(const std::filesystem::path& file)
{
    const auto workspace = core::Workspace::openReader(file);
    const auto models = workspace ? workspace->models() : tl::unexpected(workspace.error());
    if (!models)
        return emit m_workbench->openFailed(toQt(models.error().message));
    if (models->empty())
        return emit m_workbench->openFailed(
            tr("%1 has no model yet: open a model, then choose File > Use Another Workspace.")
                .arg(toQt(file.string())));
    m_workbench->openModel(models->back().path, file);
}

void DropTarget::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = themeColors(palette());
    QColor veil = colors.window;
    veil.setAlpha(215);
    painter.fillRect(rect(), veil);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    painter.setFont(large);
    for (int field = 0; field < static_cast<int>(m_fields.size()); ++field) {
        const bool isCurrent = field == m_current;
        painter.setPen(QPen(isCurrent ? colors.accent : colors.dim, isCurrent ? 3 : 1.5, Qt::DashLine));
        painter.setBrush(isCurrent ? QBrush(colors.accentSoft) : Qt::NoBrush);
        painter.drawRoundedRect(rectOf(field), kRadius, kRadius);
        painter.setPen(isCurrent ? colors.text : colors.dim);
        painter.drawText(rectOf(field).adjusted(kMargin, kMargin, -kMargin, -kMargin),
            Qt::AlignCenter | Qt::TextWordWrap, m_fields[static_cast<std::size_t>(field)].text);
    }
}

} // namespace kerf::ui
