// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/mapping_guard.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

namespace kerf::core {

/// The table is a list that only grows, so that the handler can walk it at any moment; slots are used again.
struct MappingGuard::Slot {
    std::atomic<std::uintptr_t> begin = 0; ///< 0: free
    std::atomic<std::uintptr_t> end = 0;
    std::atomic<bool> damaged = false;
    Slot* next = nullptr; ///< set before the slot can be seen, then constant
};

namespace {

using Slot = MappingGuard::Slot;

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free
    && std::atomic<Slot*>::is_always_lock_free);

std::mutex g_mutex; ///< of those who add and free slots; the handler takes none
std::atomic<Slot*> g_slots = nullptr;
std::uintptr_t g_pageSize = 4096;
struct sigaction g_before { };

/// Puts zeros in place of the page and all behind it: one fault for each lost page would be slow. Only what POSIX
/// allows in a handler, and mmap, which is a plain system call.
bool coverWithZeros(std::uintptr_t address)
{
    for (Slot* slot = g_slots.load(std::memory_order_acquire); slot; slot = slot->next) {
        const std::uintptr_t begin = slot->begin.load(std::memory_order_acquire);
        const std::uintptr_t end = slot->end.load(std::memory_order_acquire);
        if (begin == 0 || address < begin || address >= end)
            continue;
        slot->damaged.store(true, std::memory_order_release);
        const std::uintptr_t page = address / g_pageSize * g_pageSize;
        void* const from = reinterpret_cast<void*>(page); // NOLINT(performance-no-int-to-ptr): a fault has an address
        return ::mmap(from, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0)
            == from;
    }
    return false;
}

void passOn(int signal, siginfo_t* info, void* context)
{
    if ((g_before.sa_flags & SA_SIGINFO) != 0 && g_before.sa_sigaction)
        return g_before.sa_sigaction(signal, info, context);
    if (g_before.sa_handler != SIG_DFL && g_before.sa_handler != SIG_IGN)
        return g_before.sa_handler(signal);
    ::sigaction(signal, &g_before, nullptr); // the instruction runs again and ends the program as it would have
}

void onBusError(int signal, siginfo_t* info, void* context)
{
    const int kept = errno;
    if (!coverWithZeros(reinterpret_cast<std::uintptr_t>(info->si_addr)))
        passOn(signal, info, context);
    errno = kept;
}

void installHandler()
{
    g_pageSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action { };
    action.sa_sigaction = onBusError;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &g_before);
}

Slot* freeSlot()
{
    for (Slot* slot = g_slots.load(std::memory_order_acquire); slot; slot = slot->next)
        if (slot->begin.load(std::memory_order_relaxed) == 0)
            return slot;
    auto* const slot = new Slot; // stays in the list for good
    slot->next = g_slots.load(std::memory_order_relaxed);
    g_slots.store(slot, std::memory_order_release);
    return slot;
}

} // namespace

MappingGuard::MappingGuard(const void* address, std::size_t bytes)
{
    static std::once_flag once;
    std::call_once(once, installHandler);
    const std::lock_guard lock(g_mutex);
    m_slot = freeSlot();
    const auto begin = reinterpret_cast<std::uintptr_t>(address);
    m_slot->damaged.store(false, std::memory_order_relaxed);
    m_slot->end.store(begin + bytes, std::memory_order_release);
    m_slot->begin.store(begin, std::memory_order_release);
}

MappingGuard::~MappingGuard()
{
    const std::lock_guard lock(g_mutex);
    m_slot->begin.store(0, std::memory_order_release);
}

bool MappingGuard::isDamaged() const
{
    return m_slot->damaged.load(std::memory_order_acquire);
}

} // namespace kerf::core
