// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/quiet_time.h"

#include <atomic>
#include <chrono>
#include <thread>

namespace kerf::core {
namespace {

constexpr std::chrono::milliseconds kBetweenTries { 20 };

std::shared_mutex g_mutex;
std::atomic<int> g_waiting = 0; ///< for quiet: jobs that follow each other would never leave any

struct Waiting {
    Waiting() { ++g_waiting; }
    ~Waiting() { --g_waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
};

} // namespace

Result<std::shared_lock<std::shared_mutex>> keepCompany(const JobContext& job)
{
    std::shared_lock lock(g_mutex, std::defer_lock);
    while (g_waiting > 0 || !lock.try_lock()) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Waiting until times are taken", 0, 0, "" });
        std::this_thread::sleep_for(kBetweenTries);
    }
    return lock;
}

Result<std::unique_lock<std::shared_mutex>> takeQuiet(const JobContext& job)
{
    const Waiting waiting;
    std::unique_lock lock(g_mutex, std::defer_lock);
    while (!lock.try_lock()) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Waiting for quiet: times are taken alone", 0, 0, "" });
        std::this_thread::sleep_for(kBetweenTries);
    }
    return lock;
}

} // namespace kerf::core
