// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/parallel.h"

#include <atomic>
#include <memory>
#include <mutex>

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "core/base/blas.h"

namespace kerf::core {
namespace {

std::mutex g_mutex;
int g_threads = 0;
std::shared_ptr<tbb::task_arena> g_arena;

std::shared_ptr<tbb::task_arena> arena()
{
    const std::lock_guard lock(g_mutex);
    if (!g_arena) {
        prepareBlas();
        g_arena = std::make_shared<tbb::task_arena>(g_threads > 0 ? g_threads : tbb::info::default_concurrency());
    }
    return g_arena;
}

} // namespace

void setThreadCount(int threads)
{
    const std::lock_guard lock(g_mutex);
    g_threads = threads;
    g_arena.reset();
}

int threadCount()
{
    return arena()->max_concurrency();
}

void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& body)
{
    const std::shared_ptr<tbb::task_arena> current = arena();
    if (count == 1 || current->max_concurrency() == 1) {
        for (std::int64_t i = 0; i < count; ++i)
            body(i);
        return;
    }
    current->execute([&] {
        tbb::parallel_for(
            tbb::blocked_range<std::int64_t>(0, count, 1),
            [&](const tbb::blocked_range<std::int64_t>& range) {
                for (std::int64_t i = range.begin(); i != range.end(); ++i)
                    body(i);
            },
            tbb::simple_partitioner());
    });
}

} // namespace kerf::core
