#include <tatum/base/same_text.h>
#include <tatum/base/value.h>

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tatum {
namespace {

std::uint32_t hash_of(const Value& key) {
    const std::size_t hash = key.hash();
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

Dict::Dict(std::initializer_list<std::pair<std::string_view, Value>> entries) {
    entries_.reserve(entries.size());
    hashes_.reserve(entries.size());
    for (const auto& [key, value] : entries) set(key, value);
}

Dict::Dict(const Dict&) = default;
Dict& Dict::operator=(const Dict&) = default;
Dict::~Dict() = default;

const Value* Dict::find(const Name& key) const {
    const auto matches = [&](std::size_t i) {
        const Value& candidate = entries_[i].key;
        return candidate.is_string() && same_text(candidate.as_string(), key.text);
    };
    if (index_.empty()) {
        std::size_t i = 0;
#ifdef __SSE2__
        const __m128i wanted = _mm_set1_epi32(static_cast<int>(key.hash));
        for (; i + 4 <= hashes_.size(); i += 4) {
            __m128i four;
            std::memcpy(&four, &hashes_[i], sizeof four);
            const __m128i same = _mm_cmpeq_epi32(four, wanted);
            auto found = static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(same)));
            for (; found != 0; found &= found - 1) {
                const std::size_t at = i + static_cast<std::size_t>(std::countr_zero(found));
                if (matches(at)) return &entries_[at].value;
            }
        }
#endif
        for (; i < hashes_.size(); ++i) {
            if (hashes_[i] == key.hash && matches(i)) return &entries_[i].value;
        }
        return nullptr;
    }
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = key.hash & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
        const std::size_t i = index_[slot] - 1;
        if (hashes_[i] == key.hash && matches(i)) return &entries_[i].value;
    }
    return nullptr;
}

const Value* Dict::find(const Value& key) const {
    if (key.is_string()) return find(Name(key.as_string()));
    const std::ptrdiff_t i = index_of(key, hash_of(key));
    return i < 0 ? nullptr : &entries_[static_cast<std::size_t>(i)].value;
}

Value Dict::get(const Name& key) const {
    const Value* value = find(key);
    return value != nullptr ? *value : Value();
}

void Dict::set(std::string_view key, Value value) { (*this)[key] = std::move(value); }

void Dict::set(Value key, Value value) {
    const std::uint32_t hash = hash_of(key);
    const std::ptrdiff_t i = index_of(key, hash);
    if (i >= 0) {
        entries_[static_cast<std::size_t>(i)].value = std::move(value);
    } else {
        add(std::move(key), std::move(value), hash);
    }
}

Value& Dict::operator[](std::string_view key) {
    const Name name(key);
    const std::ptrdiff_t i = index_of(Value::view(key), name.hash);
    if (i >= 0) return entries_[static_cast<std::size_t>(i)].value;
    add(Value(key), Value(), name.hash);
    return entries_.back().value;
}

bool Dict::erase(const Name& key) {
    const std::ptrdiff_t i = index_of(Value::view(key.text), key.hash);
    if (i < 0) return false;
    entries_.erase(entries_.begin() + i);
    hashes_.erase(hashes_.begin() + i);
    rebuild_index();
    return true;
}

bool operator==(const Dict& a, const Dict& b) {
    if (a.size() != b.size()) return false;
    return std::all_of(a.begin(), a.end(), [&](const Dict::Entry& entry) {
        const Value* other = b.find(entry.key);
        return other != nullptr && *other == entry.value;
    });
}

std::ptrdiff_t Dict::index_of(const Value& key, std::uint32_t hash) const {
    const auto matches = [&](std::size_t i) {
        return hashes_[i] == hash && entries_[i].key == key;
    };
    if (index_.empty()) {
        for (std::size_t i = 0; i < hashes_.size(); ++i) {
            if (matches(i)) return static_cast<std::ptrdiff_t>(i);
        }
        return -1;
    }
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = hash & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
        if (matches(index_[slot] - 1)) return static_cast<std::ptrdiff_t>(index_[slot] - 1);
    }
    return -1;
}

void Dict::add(Value key, Value value, std::uint32_t hash) {
    entries_.push_back({std::move(key), std::move(value)});
    hashes_.push_back(hash);
    if (entries_.size() * 2 > index_.size()) {
        rebuild_index();
        return;
    }
    const std::size_t mask = index_.size() - 1;
    std::size_t slot = hash & mask;
    while (index_[slot] != 0) slot = (slot + 1) & mask;
    index_[slot] = static_cast<std::uint32_t>(entries_.size());
}

void Dict::rebuild_index() {
    index_.clear();
    if (entries_.size() <= kLinearMax) return;
    index_.resize(std::bit_ceil(entries_.size() * 4));
    const std::size_t mask = index_.size() - 1;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        std::size_t slot = hashes_[i] & mask;
        while (index_[slot] != 0) slot = (slot + 1) & mask;
        index_[slot] = static_cast<std::uint32_t>(i + 1);
    }
}

}  // namespace tatum
