// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <utility>

#include "core/task/task.h"

namespace kerf::core {

/// What a task is called and measured in.
struct TaskWords {
    std::string name, unit, metric;
    std::string divergence = "KL divergence", quantity = "nats";
};

class NamedTask : public Task {
public:
    explicit NamedTask(TaskWords words)
        : m_words(std::move(words))
    {
    }
    const std::string& name() const final { return m_words.name; }
    const std::string& unit() const final { return m_words.unit; }
    const std::string& metric() const final { return m_words.metric; }
    const std::string& divergenceName() const final { return m_words.divergence; }
    const std::string& quantity() const final { return m_words.quantity; }

private:
    TaskWords m_words;
};

} // namespace kerf::core
