// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/dialog_size.h"

#include <algorithm>

#include <QDialog>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace kerf::ui {
namespace {

constexpr int kLeastBody = 160; ///< pixels of a body that scrolls
constexpr double kOfScreen = 0.92; ///< the frame and the desktop's bars take the rest

/// Wants the size of its content, and needs no more than its width and a few lines of it.
class Body : public QScrollArea {
public:
    using QScrollArea::QScrollArea;
    QSize sizeHint() const override { return widget()->sizeHint() + QSize(bar(), 2); }
    QSize minimumSizeHint() const override
    {
        return { std::min(widget()->minimumSizeHint().width() + bar(), kWidestDialog - 40),
            std::min(widget()->minimumSizeHint().height() + 2, kLeastBody) };
    }

private:
    int bar() const { return verticalScrollBar()->sizeHint().width(); }
};

} // namespace

int charactersWide(const QWidget* widget, int characters)
{
    return std::min(characters * widget->fontMetrics().averageCharWidth(), kWidestDialog);
}

QVBoxLayout* scrollingBody(QDialog* dialog, QVBoxLayout* outer)
{
    auto* area = new Body(dialog);
    auto* content = new QWidget(area);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidgetResizable(true);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    outer->addWidget(area, 1);
    return layout;
}

void fitToScreen(QDialog* dialog, int characters)
{
    const QSize room = dialog->screen()->availableSize() * kOfScreen;
    const int width = std::max(charactersWide(dialog, characters), dialog->minimumSizeHint().width());
    int height = dialog->sizeHint().height();
    if (dialog->layout() && dialog->layout()->hasHeightForWidth())
        height = std::max(height, dialog->layout()->totalHeightForWidth(width));
    dialog->resize(std::min(width, room.width()), std::min(height, room.height()));
}

} // namespace kerf::ui
