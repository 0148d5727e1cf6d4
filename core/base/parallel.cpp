// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/parallel.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "core/base/blas.h"
#include "core/base/serial_scope.h"

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define KERF_CLANG_THREAD_SANITIZER // which has no macro of its own
#endif
#endif

namespace kerf::core {
namespace {

std::mutex g_mutex;
int g_threads = 0;
thread_local bool t_serial = false;

/// An arena of so many threads; the limit lets it have more than the machine has cores.
struct Pool {
    explicit Pool(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads))
        , arena(threads)
    {
    }

    tbb::global_control limit;
    tbb::task_arena arena;
};

std::shared_ptr<Pool> g_pool;

#if defined(__SANITIZE_THREAD__) || defined(KERF_CLANG_THREAD_SANITIZER)
constexpr bool kSeesScheduler = false;
#else
constexpr bool kSeesScheduler = true;
#endif

/// For the thread sanitizer: Debian's TBB is not instrumented, so what it synchronizes would be reported as races, and
/// ours would drown among them. Threads of the standard library are seen through.
void runOnThreads(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body)
{
    std::atomic<std::int64_t> next = 0;
    const auto work = [&] {
        for (std::int64_t i = next++; i < count; i = next++)
            body(i);
    };
    std::vector<std::jthread> others;
    for (int thread = 1; thread < threads && thread < count; ++thread)
        others.emplace_back(work);
    work();
}

std::shared_ptr<Pool> pool()
{
    const std::lock_guard lock(g_mutex);
    if (!g_pool) {
        prepareBlas();
        g_pool = std::make_shared<Pool>(g_threads > 0 ? g_threads : tbb::info::default_concurrency());
    }
    return g_pool;
}

} // namespace

SerialScope::SerialScope()
    : m_before(t_serial)
{
    t_serial = true;
}

SerialScope::~SerialScope()
{
    t_serial = m_before;
}

void setThreadCount(int threads)
{
    const std::lock_guard lock(g_mutex);
    g_threads = threads;
    g_pool.reset();
}

int threadCount()
{
    return pool()->arena.max_concurrency();
}

void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& body)
{
    const std::shared_ptr<Pool> current = pool();
    if (count == 1 || t_serial || current->arena.max_concurrency() == 1) {
        for (std::int64_t i = 0; i < count; ++i)
            body(i);
        return;
    }
    if (!kSeesScheduler)
        return runOnThreads(count, current->arena.max_concurrency(), body);
    current->arena.execute([&] {
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
