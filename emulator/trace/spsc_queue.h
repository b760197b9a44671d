// SPDX-License-Identifier: GPL-3.0-or-later
// A bounded queue from one thread to one other, without locks: a ring of a power of two of slots,
// the producer owns the head, the consumer the tail. Each side keeps a copy of the other's index
// and looks at the shared one only when the copy says that the ring is full or empty.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>

namespace bootglass {

template<typename T>
class SpscQueue {
  public:
    explicit SpscQueue(size_t slots)
        : size_(std::bit_ceil(slots < 2 ? size_t{2} : slots)), slots_(new T[size_]) {}

    size_t size() const { return size_; }

    // --- producer
    /// The slot to fill before publish(), with what was in it before; null if the ring is full.
    T *next() {
        const size_t head = head_.load(std::memory_order_relaxed);
        if (head - tailSeen_ == size_) {
            tailSeen_ = tail_.load(std::memory_order_acquire);
            if (head - tailSeen_ == size_) return nullptr;
        }
        return &slots_[head & (size_ - 1)];
    }
    void publish() {
        const size_t head = head_.load(std::memory_order_relaxed);
        // The other core has read these slots; fetching one for writing takes longer than filling
        // it.
        __builtin_prefetch(&slots_[(head + ahead) & (size_ - 1)], 1);
        head_.store(head + 1, std::memory_order_release);
    }
    bool push(const T &value) {
        T *const slot = next();
        if (!slot) return false;
        *slot = value;
        publish();
        return true;
    }
    /// Pushed so far.
    size_t pushed() const { return head_.load(std::memory_order_relaxed); }

    // --- consumer
    /// Slots that can be read now; read them by front(0), front(1), … and then pop() them.
    size_t available() {
        const size_t tail = tail_.load(std::memory_order_relaxed);
        if (headSeen_ == tail) headSeen_ = head_.load(std::memory_order_acquire);
        return headSeen_ - tail;
    }
    const T &front(size_t index) const {
        const size_t slot = tail_.load(std::memory_order_relaxed) + index;
        __builtin_prefetch(&slots_[(slot + ahead) & (size_ - 1)]);
        return slots_[slot & (size_ - 1)];
    }
    void pop(size_t count) {
        tail_.store(tail_.load(std::memory_order_relaxed) + count, std::memory_order_release);
    }

  private:
    static constexpr size_t ahead = 8;
    static constexpr size_t line = 64; // of the cache: the two sides do not share one
    const size_t size_;
    const std::unique_ptr<T[]> slots_;
    alignas(line) std::atomic<size_t> head_ = 0;
    size_t tailSeen_ = 0;
    alignas(line) std::atomic<size_t> tail_ = 0;
    size_t headSeen_ = 0;
};

} // namespace bootglass
