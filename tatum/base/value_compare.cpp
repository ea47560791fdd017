// Python's ==, < and hash() for Values.

#include <tatum/base/impl/value_reps.h>
#include <tatum/base/value.h>

#include <algorithm>

namespace tatum {
namespace {

std::size_t combine(std::size_t seed, std::size_t hash) {
    return seed ^ (hash + 0x9E3779B97F4A7C15u + (seed << 6) + (seed >> 2));
}

bool ranges_equal(const Value::RangeBounds& a, const Value::RangeBounds& b) {
    const std::uint64_t length = impl::range_length(a);
    if (length != impl::range_length(b)) return false;
    if (length == 0) return true;
    return a.start == b.start && (length == 1 || a.step == b.step);
}

bool contains(const List& items, const Value& wanted) {
    return std::find(items.begin(), items.end(), wanted) != items.end();
}

bool is_subset(const List& part, const List& whole) {
    return part.size() <= whole.size() &&
           std::all_of(part.begin(), part.end(),
                       [&](const Value& item) { return contains(whole, item); });
}

/// Sets are ordered by inclusion.
std::partial_ordering compare_sets(const List& a, const List& b) {
    const bool below = is_subset(a, b), above = is_subset(b, a);
    if (below && above) return std::partial_ordering::equivalent;
    if (below) return std::partial_ordering::less;
    return above ? std::partial_ordering::greater : std::partial_ordering::unordered;
}

/// By the first items that differ, then by length.
std::optional<std::partial_ordering> compare_lists(const List& a, const List& b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (x == a.end() || y == b.end()) return a.size() <=> b.size();
    return Value::compare(*x, *y);
}

std::optional<std::partial_ordering> compare_datetimes(const DateTime& a, const DateTime& b) {
    if (a.is_aware() != b.is_aware()) return std::nullopt;
    return a <=> b;
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) return impl::numbers_equal(a, b);
    if (a.kind_ != b.kind_) {
        if (a.is_object()) return a.as_object().equals(a.self(), b);
        if (b.is_object()) return b.as_object().equals(b.self(), a);
        return false;
    }
    switch (a.kind_) {
        case Kind::String:
        case Kind::Bytes:
            return a.as_string() == b.as_string();
        case Kind::Date:
        case Kind::Time:
        case Kind::Duration:
            return a.first_.integer == b.first_.integer;
        case Kind::DateTime:
            return a.as_datetime() == b.as_datetime();
        case Kind::Uuid:
            return a.first_.bits == b.first_.bits && a.second_.bits == b.second_.bits;
        case Kind::List:
        case Kind::Tuple:
            return a.as_list() == b.as_list();
        case Kind::Set:
            return compare_sets(a.as_list(), b.as_list()) == 0;
        case Kind::Dict:
            return a.as_dict() == b.as_dict();
        case Kind::Range:
            return ranges_equal(a.as_range(), b.as_range());
        case Kind::Object:
            return a.as_object().equals(a.self(), b);
        default:
            return true;  // None
    }
}

std::optional<std::partial_ordering> Value::compare(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) return impl::compare_numbers(a, b);
    if (a.is_object()) return a.as_object().compare(a.self(), b);
    if (b.is_object()) {
        const auto order = b.as_object().compare(b.self(), a);
        return order ? std::optional(0 <=> *order) : std::nullopt;
    }
    if (a.kind_ != b.kind_) return std::nullopt;
    switch (a.kind_) {
        case Kind::String:
        case Kind::Bytes:
            return a.as_string() <=> b.as_string();
        case Kind::Date:
        case Kind::Time:
        case Kind::Duration:
            return a.first_.integer <=> b.first_.integer;
        case Kind::DateTime:
            return compare_datetimes(a.as_datetime(), b.as_datetime());
        case Kind::Uuid:
            return a.as_uuid() <=> b.as_uuid();
        case Kind::List:
        case Kind::Tuple:
            return compare_lists(a.as_list(), b.as_list());
        case Kind::Set:
            return compare_sets(a.as_list(), b.as_list());
        default:
            return std::nullopt;
    }
}

std::size_t Value::hash() const {
    switch (kind_) {
        case Kind::None:
            return 0x6e6f6e65;
        case Kind::Bool:
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Decimal:
            return impl::hash_number(*this);
        case Kind::String:
        case Kind::Bytes:
            return Name::hash_of(as_string());
        case Kind::Date:
        case Kind::Time:
        case Kind::Duration:
            return impl::hash_number(Value(first_.integer));
        case Kind::DateTime:
            return impl::hash_number(Value(as_datetime().utc_microseconds()));
        case Kind::Uuid:
            return combine(first_.bits, second_.bits);
        case Kind::List:
        case Kind::Tuple: {
            std::size_t hash = as_list().size();
            for (const Value& item : as_list()) hash = combine(hash, item.hash());
            return hash;
        }
        case Kind::Set: {
            std::size_t hash = as_list().size();
            for (const Value& item : as_list()) hash ^= combine(0, item.hash());
            return hash;
        }
        case Kind::Dict:
            return as_dict().size();
        case Kind::Range:
            return impl::range_length(as_range());
        case Kind::Object:
            return as_object().hash(self());
    }
    return 0;
}

}  // namespace tatum
