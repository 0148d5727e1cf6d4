// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/model_panel.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/plan/bytes_picker.h"
#include "ui/plan/cache_picker.h"
#include "ui/plan/transform_picker.h"

namespace kerf::ui {

ModelPanel::ModelPanel(PlanDocument* document, QWidget* parent)
    : QScrollArea(parent)
{
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("panel"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(6);
    const auto addSection = [&](const QString& title, QWidget* section) {
        auto* heading = new QLabel(title, content);
        QFont bold = heading->font();
        bold.setBold(true);
        heading->setFont(bold);
        layout->addWidget(heading);
        layout->addWidget(section);
        layout->addSpacing(fontMetrics().height() / 2);
    };
    addSection(tr("Transforms before the rounding"), new TransformPicker(document, content));
    addSection(tr("Unsigned bytes (u8-tensor)"), new BytesPicker(document, content));
    addSection(tr("Key/value cache of all blocks"), new CachePicker(document, content));
    layout->addStretch();
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Transforms"));
}

} // namespace kerf::ui
