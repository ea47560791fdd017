#pragma once

#include <tatum/base/name.h>
#include <tatum/http/errors.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::http {

/// Keys with any number of values each, in the order in which the keys came: Django's
/// MultiValueDict. Where one value is asked for, it is the last. A value.
template <class T>
class MultiValueDict {
public:
    struct Entry {
        std::string key;
        std::vector<T> values;
        std::uint32_t hash = 0;
    };

    MultiValueDict() = default;

    /// How many keys.
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    bool contains(std::string_view key) const { return find_entry(key) != nullptr; }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

    /// The last value; nullptr when the key is missing or its list empty. Valid until a change.
    const T* find(std::string_view key) const {
        const Entry* entry = find_entry(key);
        return entry == nullptr || entry->values.empty() ? nullptr : &entry->values.back();
    }
    T* find(std::string_view key) {
        Entry* entry = find_entry(key);
        return entry == nullptr || entry->values.empty() ? nullptr : &entry->values.back();
    }
    /// The last value. Throws MultiValueDictKeyError.
    const T& operator[](std::string_view key) const {
        if (const T* value = find(key)) return *value;
        throw MultiValueDictKeyError("there is no '" + std::string(key) + "' in the dictionary");
    }
    /// All values; empty when the key is missing.
    const std::vector<T>& getlist(std::string_view key) const {
        static const std::vector<T> none;
        const Entry* entry = find_entry(key);
        return entry == nullptr ? none : entry->values;
    }

    /// Replaces all values by this one.
    void set(std::string_view key, T value) {
        std::vector<T> values;
        values.push_back(std::move(value));
        setlist(key, std::move(values));
    }
    void setlist(std::string_view key, std::vector<T> values) {
        ensure_entry(key).values = std::move(values);
    }
    /// Adds a value behind those there are.
    void appendlist(std::string_view key, T value) {
        ensure_entry(key).values.push_back(std::move(value));
    }
    /// The last value there is, else `value`, which is set.
    const T& setdefault(std::string_view key, T value) {
        if (!contains(key)) set(key, std::move(value));
        return (*this)[key];
    }
    const std::vector<T>& setlistdefault(std::string_view key, std::vector<T> values) {
        if (!contains(key)) setlist(key, std::move(values));
        return getlist(key);
    }
    /// Adds the values of `other` behind those of the same keys here.
    void update(const MultiValueDict& other) {
        for (const Entry& entry : other.entries_) {
            std::vector<T>& values = ensure_entry(entry.key).values;
            values.insert(values.end(), entry.values.begin(), entry.values.end());
        }
    }
    /// Removes a key and returns its values.
    std::vector<T> pop(std::string_view key) {
        Entry* entry = find_entry(key);
        if (entry == nullptr) return {};
        std::vector<T> values = std::move(entry->values);
        entries_.erase(entries_.begin() + (entry - entries_.data()));
        rebuild_index();
        return values;
    }
    void clear() {
        entries_.clear();
        index_.clear();
    }

    friend bool operator==(const MultiValueDict& a, const MultiValueDict& b) {
        if (a.size() != b.size()) return false;
        for (const Entry& entry : a) {
            const Entry* other = b.find_entry(entry.key);
            if (other == nullptr || other->values != entry.values) return false;
        }
        return true;
    }

protected:
    Entry* find_entry(std::string_view key) {
        const std::size_t at = position(key, Name::hash_of(key));
        return at == kNone ? nullptr : &entries_[at];
    }
    const Entry* find_entry(std::string_view key) const {
        const std::size_t at = position(key, Name::hash_of(key));
        return at == kNone ? nullptr : &entries_[at];
    }
    Entry& ensure_entry(std::string_view key) {
        const std::uint32_t hash = Name::hash_of(key);
        const std::size_t at = position(key, hash);
        if (at != kNone) return entries_[at];
        entries_.push_back({std::string(key), {}, hash});
        if (entries_.size() > kLinearMax) {
            if (entries_.size() * 2 > index_.size())
                rebuild_index();
            else
                index_add(entries_.size() - 1);
        }
        return entries_.back();
    }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    /// Up to here keys are searched in order, past it through index_.
    static constexpr std::size_t kLinearMax = 16;

    std::size_t position(std::string_view key, std::uint32_t hash) const {
        if (index_.empty()) {
            for (std::size_t i = 0; i < entries_.size(); ++i)
                if (entries_[i].hash == hash && entries_[i].key == key) return i;
            return kNone;
        }
        for (std::size_t at = hash & (index_.size() - 1); index_[at] != 0;
             at = (at + 1) & (index_.size() - 1)) {
            const Entry& entry = entries_[index_[at] - 1];
            if (entry.hash == hash && entry.key == key) return index_[at] - 1;
        }
        return kNone;
    }
    void index_add(std::size_t position) {
        std::size_t at = entries_[position].hash & (index_.size() - 1);
        while (index_[at] != 0) at = (at + 1) & (index_.size() - 1);
        index_[at] = static_cast<std::uint32_t>(position + 1);
    }
    void rebuild_index() {
        index_.clear();
        if (entries_.size() <= kLinearMax) return;
        std::size_t size = 64;
        while (size < entries_.size() * 4) size *= 2;
        index_.assign(size, 0);
        for (std::size_t i = 0; i < entries_.size(); ++i) index_add(i);
    }

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> index_;  ///< open addressing; 0 is free, else a position plus one
};

}  // namespace tatum::http
