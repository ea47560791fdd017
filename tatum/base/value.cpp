// Value: making one, looking into it, its items.

#include <tatum/base/value.h>

#include <tatum/base/impl/value_reps.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace tatum {

using impl::DictRep;
using impl::ListRep;
using impl::RangeRep;
using impl::TextRep;

void impl::Rep::release() const {
    if (references_.drop()) delete this;
}

Value::Value(unsigned long value) : Value(static_cast<unsigned long long>(value)) {}

Value::Value(unsigned long long value) {
    if (value <= static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max())) {
        *this = Value(static_cast<long long>(value));
    } else {
        *this = big_int(std::to_string(value));
    }
}

Value::Value(const Decimal& value) : kind_(Kind::Decimal) {
    flags_ = static_cast<std::uint8_t>((value.negative_ ? kNegative : 0) |
                                       static_cast<int>(value.special_) << kSpecialShift);
    exponent_ = value.exponent_;
    first_.bits = static_cast<std::uint64_t>(value.coefficient_);
    second_.bits = static_cast<std::uint64_t>(value.coefficient_ >> 64);
}

Value::Value(std::string_view text) : kind_(Kind::String) {
    if (text.empty()) {
        second_.text = "";
        return;
    }
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("a string in a Value holds at most 4 GiB");
    }
    const TextRep* rep = TextRep::make(text);
    first_.rep = rep;
    second_.text = rep->text();
    size_ = static_cast<std::uint32_t>(text.size());
    flags_ = kOwns;
}

Value::Value(const DateTime& value) : kind_(Kind::DateTime) {
    first_.integer = value.local_;
    second_.zone = value.zone_;
    size_ = static_cast<std::uint32_t>(value.offset_);
}

Value::Value(const Uuid& value) : kind_(Kind::Uuid) {
    std::memcpy(&first_, value.bytes.data(), 8);
    std::memcpy(&second_, value.bytes.data() + 8, 8);
}

Value::Value(List items) : kind_(Kind::List), flags_(kOwns) {
    first_.rep = new ListRep(std::move(items));
}

Value::Value(Dict entries) : kind_(Kind::Dict), flags_(kOwns) {
    const auto* rep = new DictRep(std::move(entries));
    first_.rep = rep;
    second_.dict = &rep->entries;
}

Value Value::shared(const impl::Rep* owner, std::string_view text) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("a string in a Value holds at most 4 GiB");
    }
    Value value;
    value.kind_ = Kind::String;
    value.second_.text = text.empty() ? "" : text.data();
    value.size_ = static_cast<std::uint32_t>(text.size());
    if (owner != nullptr) {
        owner->retain();
        value.first_.rep = owner;
        value.flags_ = kOwns;
    }
    return value;
}

Value Value::bytes(std::string_view bytes) {
    Value value(bytes);
    value.kind_ = Kind::Bytes;
    return value;
}

Value Value::big_int(std::string_view digits) {
    std::int64_t small = 0;
    const auto end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, small);
    if (fault == std::errc{} && stop == end) return small;
    const bool negative = digits.starts_with('-');
    digits.remove_prefix(negative ? 1 : 0);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    Value value(negative ? "-" + std::string(digits) : std::string(digits));
    value.kind_ = Kind::BigInt;
    return value;
}

Value Value::tuple(List items) {
    Value value(std::move(items));
    value.kind_ = Kind::Tuple;
    return value;
}

Value Value::tuple(const NamedTuple& type, List items) {
    TATUM_INVARIANT(items.size() == type.fields.size(), "a named tuple has an item for each field");
    Value value = tuple(std::move(items));
    value.second_.named = &type;
    return value;
}

Value Value::set(List items) {
    // A Dict knows which items are equal to an earlier one.
    Dict seen;
    List distinct;
    distinct.reserve(items.size());
    for (Value& item : items) {
        if (seen.find(item) != nullptr) continue;
        seen.set(item, Value());
        distinct.push_back(std::move(item));
    }
    Value value(std::move(distinct));
    value.kind_ = Kind::Set;
    return value;
}

Value Value::range(std::int64_t start, std::int64_t stop, std::int64_t step) {
    TATUM_INVARIANT(step != 0, "the step of a range is not zero");
    Value value;
    value.kind_ = Kind::Range;
    value.flags_ = kOwns;
    value.first_.rep = new RangeRep({start, stop, step});
    return value;
}

Value Value::adopt(const Object* object, const void* self) {
    Value value;
    value.kind_ = Kind::Object;
    value.flags_ = kOwns;
    value.first_.rep = object;
    value.second_.self = self;
    return value;
}

Value Value::object(const Object* object, const void* self) {
    object->retain();
    return adopt(object, self);
}

Value Value::mark_safe() const& {
    Value copy = *this;
    return std::move(copy).mark_safe();
}

Value Value::mark_safe() && {
    if (kind_ == Kind::String) flags_ |= kSafe;
    return std::move(*this);
}

Decimal Value::as_decimal() const {
    Decimal d;
    d.coefficient_ = (Decimal::Coefficient{second_.bits} << 64) | first_.bits;
    d.exponent_ = exponent_;
    d.negative_ = (flags_ & kNegative) != 0;
    d.special_ = static_cast<Decimal::Special>(flags_ >> kSpecialShift);
    return d;
}

DateTime Value::as_datetime() const {
    DateTime value;
    value.local_ = first_.integer;
    value.zone_ = second_.zone;
    value.offset_ = static_cast<std::int32_t>(size_);
    return value;
}

Uuid Value::as_uuid() const {
    Uuid uuid;
    std::memcpy(uuid.bytes.data(), &first_, 8);
    std::memcpy(uuid.bytes.data() + 8, &second_, 8);
    return uuid;
}

const List& Value::as_list() const {
    TATUM_INVARIANT(is_list(), "as_list() is for a List, Tuple or Set");
    return static_cast<const ListRep*>(first_.rep)->items;
}

const NamedTuple* Value::named_tuple() const {
    return kind_ == Kind::Tuple ? second_.named : nullptr;
}

const Value::RangeBounds& Value::as_range() const {
    TATUM_INVARIANT(kind_ == Kind::Range, "as_range() is for a Range");
    return static_cast<const RangeRep*>(first_.rep)->bounds;
}

const Object& Value::as_object() const {
    TATUM_INVARIANT(is_object(), "as_object() is for an Object");
    return static_cast<const Object&>(*first_.rep);
}

bool Value::other_truth() const {
    switch (kind_) {
        case Kind::None:
            return false;
        case Kind::Bool:
        case Kind::Int:
        case Kind::Duration:
            return first_.integer != 0;
        case Kind::Float:
            return first_.real != 0;
        case Kind::Decimal:
            return !as_decimal().is_zero();
        case Kind::String:
        case Kind::Bytes:
            return size_ != 0;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            return !as_list().empty();
        case Kind::Dict:
            return !as_dict().empty();
        case Kind::Range:
            return impl::range_length(as_range()) != 0;
        case Kind::Object:
            return as_object().truth(self());
        case Kind::BigInt:
        case Kind::Date:
        case Kind::Time:
        case Kind::DateTime:
        case Kind::Uuid:
            return true;
    }
    return true;
}

std::optional<std::size_t> Value::size() const {
    switch (kind_) {
        case Kind::String:
            return strings::length(as_string());
        case Kind::Bytes:
            return size_;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            return as_list().size();
        case Kind::Dict:
            return as_dict().size();
        case Kind::Range:
            return impl::range_length(as_range());
        case Kind::Object:
            return as_object().size(self());
        default:
            return std::nullopt;
    }
}

std::optional<List> Value::items() const {
    List items;
    switch (kind_) {
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            return as_list();
        case Kind::Dict:
            items.reserve(as_dict().size());
            for (const auto& entry : as_dict()) items.push_back(entry.key);
            return items;
        case Kind::String: {
            const std::string_view text = as_string();
            for (std::size_t i = 0; i < text.size();) {
                const std::size_t start = i;
                strings::next_code_point(text, i);
                items.push_back(shared(owner(), text.substr(start, i - start)));
            }
            return items;
        }
        case Kind::Bytes:
            for (const char byte : as_string())
                items.emplace_back(static_cast<int>(static_cast<unsigned char>(byte)));
            return items;
        case Kind::Range: {
            const std::uint64_t length = impl::range_length(as_range());
            items.reserve(length);
            for (std::uint64_t i = 0; i < length; ++i) {
                items.emplace_back(impl::range_item(as_range(), i));
            }
            return items;
        }
        case Kind::Object: {
            const auto length = as_object().size(self());
            if (!length) return std::nullopt;
            items.reserve(*length);
            for (std::size_t i = 0; i < *length; ++i) {
                items.push_back(as_object().item(self(), i));
            }
            return items;
        }
        default:
            return std::nullopt;
    }
}

std::optional<Value> Value::at(std::int64_t index) const {
    if (kind_ == Kind::Dict || kind_ == Kind::Set) return std::nullopt;
    const std::optional<std::size_t> length = size();
    if (!length) return std::nullopt;
    std::size_t place = static_cast<std::size_t>(index);
    if (index < 0) {
        const std::size_t back = std::size_t{0} - place;
        if (back > *length) return std::nullopt;
        place = *length - back;
    }
    if (place >= *length) return std::nullopt;
    switch (kind_) {
        case Kind::String:
            return shared(owner(), strings::slice(as_string(), place, place + 1));
        case Kind::Bytes:
            return static_cast<int>(static_cast<unsigned char>(as_string()[place]));
        case Kind::Range:
            return impl::range_item(as_range(), place);
        case Kind::Object:
            return as_object().item(self(), place);
        default:
            return as_list()[place];
    }
}

std::uint64_t impl::range_length(const Value::RangeBounds& range) {
    const auto start = static_cast<std::uint64_t>(range.start);
    const auto stop = static_cast<std::uint64_t>(range.stop);
    const auto step = static_cast<std::uint64_t>(range.step);
    if (range.step > 0) return range.start < range.stop ? (stop - start - 1) / step + 1 : 0;
    return range.start > range.stop ? (start - stop - 1) / (std::uint64_t{0} - step) + 1 : 0;
}

}  // namespace tatum
