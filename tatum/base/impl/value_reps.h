#pragma once

#include <tatum/base/value.h>

#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

namespace tatum::impl {

/// Text and its count in one block of memory: the characters follow the object.
class TextRep final : public Rep {
public:
    /// The reference is the caller's.
    static const TextRep* make(std::string_view text) {
        void* place = ::operator new(sizeof(TextRep) + text.size());
        auto* rep = ::new (place) TextRep;
        std::memcpy(rep->characters(), text.data(), text.size());
        return rep;
    }
    /// The size that the compiler would pass is not that of the block.
    static void operator delete(void* place) { ::operator delete(place); }

    const char* text() const { return reinterpret_cast<const char*>(this + 1); }

private:
    TextRep() = default;
    char* characters() { return reinterpret_cast<char*>(this + 1); }
};

class ListRep final : public Rep {
public:
    explicit ListRep(List list) : items(std::move(list)) {}
    List items;
};

class DictRep final : public Rep {
public:
    explicit DictRep(Dict dict) : entries(std::move(dict)) {}
    Dict entries;
};

class RangeRep final : public Rep {
public:
    explicit RangeRep(Value::RangeBounds range) : bounds(range) {}
    Value::RangeBounds bounds;
};

/// How many numbers a range has; `step` is not zero.
std::uint64_t range_length(const Value::RangeBounds& range);
inline std::int64_t range_item(const Value::RangeBounds& range, std::uint64_t index) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(range.start) +
                                     index * static_cast<std::uint64_t>(range.step));
}

/// Python's repr(float): "5.0", "1e+16", "nan".
void append_float(std::string& out, double value);
void append_int(std::string& out, std::int64_t value);

/// Python's == and < for the kinds for which is_number() holds.
bool numbers_equal(const Value& a, const Value& b);
std::partial_ordering compare_numbers(const Value& a, const Value& b);
/// Equal numbers hash alike, whatever their kinds.
std::size_t hash_number(const Value& number);

}  // namespace tatum::impl
