#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/decimal.h>
#include <tatum/base/error.h>
#include <tatum/base/name.h>
#include <tatum/base/ref_count.h>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum {

class Value;
class Dict;
class Object;

/// What a Value holds. The kinds and their printing are those of Python's built-in types.
enum class Kind : std::uint8_t {
    None,
    Bool,
    Int,     ///< 64 bits
    BigInt,  ///< an integer beyond 64 bits, kept as its decimal digits
    Float,
    Decimal,
    String,  ///< UTF-8; may be marked as safe HTML
    Bytes,
    Date,
    Time,
    DateTime,
    Duration,
    Uuid,
    List,
    Tuple,
    Set,  ///< keeps insertion order
    Dict,
    Range,
    Object,  ///< anything else: a model's row, a QuerySet, a page, a request, a function
};

using List = std::vector<Value>;

/// A UUID as its 16 bytes in network order.
struct Uuid {
    std::array<unsigned char, 16> bytes{};

    /// Any of the forms Python's uuid.UUID() reads. Error uuid.E001.
    static Result<Uuid> parse(std::string_view text);
    /// "12345678-1234-5678-1234-567812345678".
    std::string str() const;

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// A kind of tuple whose items have names, as Python's namedtuple makes it. Its texts live as long
/// as the program.
struct NamedTuple {
    std::string_view name;
    std::span<const std::string_view> fields;
};

namespace impl {

/// Shared, immutable once shared: the heap part of a Value. Counted atomically, since a Value may
/// be handed to another thread.
class Rep {
public:
    Rep() = default;
    virtual ~Rep() = default;
    Rep(const Rep&) = delete;
    Rep& operator=(const Rep&) = delete;

    void retain() const { references_.add(); }
    void release() const;

private:
    mutable RefCount references_;
};

}  // namespace impl

template <class T>
concept HasToValue = requires(const T& thing) { to_value(thing); };

/// Any value a template, a JSON text, a fixture or a run-time lookup can hold. 24 bytes; copying is
/// cheap (a count for shared kinds). Immutable as seen through copies: changing a List or Dict
/// inside a Value is done before sharing it.
///
/// Strings either own their text, share it with an owner (a row of a result), or view it; a view is
/// made only by view(), whose caller keeps the text alive.
///
/// A type of one's own becomes a Value through a free function `Value to_value(const T&)` beside
/// it.
class Value {
public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : kind_(Kind::Bool) { first_.integer = value ? 1 : 0; }
    Value(int value) : Value(static_cast<long long>(value)) {}
    Value(unsigned value) : Value(static_cast<long long>(value)) {}
    Value(long value) : Value(static_cast<long long>(value)) {}
    Value(long long value) : kind_(Kind::Int) { first_.integer = value; }
    Value(unsigned long value);       ///< a BigInt past 63 bits
    Value(unsigned long long value);  ///< a BigInt past 63 bits
    Value(double value) : kind_(Kind::Float) { first_.real = value; }
    Value(const Decimal& value);
    Value(const char* text) : Value(std::string_view(text)) {}
    Value(std::string_view text);  ///< copies
    Value(const std::string& text) : Value(std::string_view(text)) {}
    Value(Date value) : kind_(Kind::Date) { first_.integer = value.days(); }
    Value(Time value) : kind_(Kind::Time) { first_.integer = value.microseconds(); }
    Value(const DateTime& value);
    Value(Duration value) : kind_(Kind::Duration) { first_.integer = value.microseconds; }
    Value(const Uuid& value);
    Value(List items);
    Value(Dict entries);
    template <class T>
    Value(const std::optional<T>& value) {
        if (value) *this = Value(*value);
    }
    template <HasToValue T>
    Value(const T& thing) : Value(to_value(thing)) {}
    template <class T>
    Value(const T*) = delete;  // would become a bool

    /// A string that views `text`, which outlives every copy of the Value.
    static Value view(std::string_view text) { return shared(nullptr, text); }
    /// A string whose text lives as long as `owner`.
    static Value shared(const impl::Rep* owner, std::string_view text);
    /// A string that is safe HTML: escaping leaves it alone.
    static Value safe(std::string_view html) { return Value(html).mark_safe(); }
    static Value bytes(std::string_view bytes);
    /// An integer of any size, as digits with an optional '-'. The caller has checked the form.
    static Value big_int(std::string_view digits);
    static Value tuple(List items);
    /// As many items as `type` has fields.
    static Value tuple(const NamedTuple& type, List items);
    static Value set(List items);
    static Value range(std::int64_t start, std::int64_t stop, std::int64_t step = 1);
    /// Takes over one reference to `object`. `self` says which of the object's things is meant.
    static Value adopt(const Object* object, const void* self = nullptr);
    /// Adds a reference to `object`.
    static Value object(const Object* object, const void* self = nullptr);

    Value(const Value& other) noexcept { copy_from(other); }
    Value(Value&& other) noexcept {
        std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
        other.kind_ = Kind::None;
        other.flags_ = 0;
    }
    Value& operator=(const Value& other) noexcept {
        if (this != &other) {
            Value copy(other);
            swap(copy);
        }
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Value() {
        if (flags_ & kOwns) first_.rep->release();
    }
    void swap(Value& other) noexcept {
        alignas(Value) char bytes[sizeof(Value)];
        std::memcpy(bytes, this, sizeof(Value));
        std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
        std::memcpy(static_cast<void*>(&other), bytes, sizeof(Value));
    }

    Kind kind() const { return kind_; }
    bool is_none() const { return kind_ == Kind::None; }
    bool is_string() const { return kind_ == Kind::String; }
    bool is_dict() const { return kind_ == Kind::Dict; }
    bool is_object() const { return kind_ == Kind::Object; }
    /// List, Tuple or Set.
    bool is_list() const {
        return kind_ == Kind::List || kind_ == Kind::Tuple || kind_ == Kind::Set;
    }
    /// Bool, Int, BigInt, Float or Decimal.
    bool is_number() const { return kind_ >= Kind::Bool && kind_ <= Kind::Decimal; }
    /// A String marked as safe HTML.
    bool is_safe() const { return (flags_ & kSafe) != 0; }
    /// A DateTime that is shown in its own zone, whatever the current one is: Django's
    /// `convert_to_local_time = False`, which the template filters of `tz` set.
    bool keeps_zone() const { return (flags_ & kKeepsZone) != 0; }
    /// The same, keeping its zone. Anything but a DateTime is returned as it is.
    Value keep_zone() && {
        if (kind_ == Kind::DateTime) flags_ |= kKeepsZone;
        return std::move(*this);
    }
    /// The same string, marked as safe HTML. Anything but a String is returned as it is.
    Value mark_safe() const&;
    Value mark_safe() &&;

    // What is inside. Each may be called only for the kind it names.
    bool as_bool() const { return first_.integer != 0; }
    std::int64_t as_int() const { return first_.integer; }  ///< Int or Bool
    double as_float() const { return first_.real; }
    Decimal as_decimal() const;
    std::string_view as_string() const { return {second_.text, size_}; }  ///< String, Bytes, BigInt
    Date as_date() const { return Date::from_days(static_cast<std::int32_t>(first_.integer)); }
    Time as_time() const { return Time::from_microseconds(first_.integer); }
    DateTime as_datetime() const;
    Duration as_duration() const { return {first_.integer}; }
    Uuid as_uuid() const;
    const List& as_list() const;            ///< List, Tuple or Set
    const NamedTuple* named_tuple() const;  ///< of a Tuple whose items have names; else nullptr
    const Dict& as_dict() const {
        TATUM_INVARIANT(is_dict(), "as_dict() is for a Dict");
        return *second_.dict;
    }
    struct RangeBounds {
        std::int64_t start, stop, step;
    };
    const RangeBounds& as_range() const;
    const Object& as_object() const;
    const void* self() const { return second_.self; }  ///< Object: which of its things
    /// The owner that a string shares its text with, or the heap part of any shared kind; else
    /// null.
    const impl::Rep* owner() const { return (flags_ & kOwns) ? first_.rep : nullptr; }

    /// Python's bool(x). Evaluates a QuerySet.
    bool truth() const {
        if (kind_ == Kind::String) return size_ != 0;
        if (kind_ > Kind::Int) return other_truth();
        return kind_ != Kind::None && first_.integer != 0;
    }
    /// Python's str(x).
    std::string str() const;
    void append_str(std::string& out) const;
    /// Python's repr(x).
    std::string repr() const;
    void append_repr(std::string& out) const;
    /// Python's len(x): code points of a string, items of a container; nullopt where Python has
    /// none.
    std::optional<std::size_t> size() const;
    /// The items Python's iter(x) gives, a Dict's being its keys and a String's its code points;
    /// nullopt where x cannot be iterated. Evaluates a QuerySet.
    std::optional<List> items() const;
    /// Item `index` (from 0, negative counts from the end) of a list, tuple, range, string or
    /// sequence object; nullopt past its ends or where there is no such thing.
    std::optional<Value> at(std::int64_t index) const;

    /// Python's ==: numbers by value whatever their type, strings without regard to safety.
    friend bool operator==(const Value& a, const Value& b);
    /// Python's ordering; nullopt where Python raises TypeError.
    static std::optional<std::partial_ordering> compare(const Value& a, const Value& b);
    /// Python's hash rule: equal values hash alike.
    std::size_t hash() const;

private:
    static constexpr std::uint8_t kOwns = 1, kSafe = 2, kNegative = 4, kKeepsZone = 8;
    static constexpr int kSpecialShift = 4;

    bool other_truth() const;
    void copy_from(const Value& other) noexcept {
        std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
        if (flags_ & kOwns) first_.rep->retain();
    }

    Kind kind_ = Kind::None;
    std::uint8_t flags_ = 0;
    std::int16_t exponent_ = 0;
    std::uint32_t size_ = 0;  ///< of a string, in bytes; of a DateTime, its UTC offset
    union First {
        std::int64_t integer;
        double real;
        const impl::Rep* rep;
        std::uint64_t bits = 0;
    } first_;
    union Second {
        const char* text;
        const void* self;
        const Zone* zone;
        const NamedTuple* named;
        const Dict* dict;  ///< in what `rep` points to
        std::uint64_t bits = 0;
    } second_;
};
static_assert(sizeof(void*) == 8);

/// A mapping that keeps the order of insertion, as Python's dict does. Keys are any hashable Value.
/// Finding a key compares hashes; small dictionaries are searched in order, larger ones by index.
class Dict {
public:
    struct Entry {
        Value key, value;
    };

    Dict() = default;
    Dict(std::initializer_list<std::pair<std::string_view, Value>> entries);
    Dict(const Dict&);
    Dict(Dict&&) noexcept = default;
    Dict& operator=(const Dict&);
    Dict& operator=(Dict&&) noexcept = default;
    ~Dict();

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    /// Room for `count` entries.
    void reserve(std::size_t count) {
        entries_.reserve(count);
        hashes_.reserve(count);
    }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

    /// nullptr when there is no such key. The pointer is valid until the next change.
    const Value* find(const Name& key) const;
    const Value* find(const Value& key) const;
    const Value* find(const char* key) const { return find(Name(key)); }
    const Value* find(std::string_view key) const { return find(Name(key)); }
    const Value* find(const std::string& key) const { return find(Name(key)); }
    bool contains(const Name& key) const { return find(key) != nullptr; }
    /// The value of `key`, or None.
    Value get(const Name& key) const;

    /// Replaces the value of a key that exists and keeps its place.
    void set(std::string_view key, Value value);
    void set(const char* key, Value value) { set(std::string_view(key), std::move(value)); }
    void set(const std::string& key, Value value) { set(std::string_view(key), std::move(value)); }
    void set(Value key, Value value);
    /// The value of `key` for changing; added as None when missing.
    Value& operator[](std::string_view key);
    bool erase(const Name& key);

    /// Equal entries, in any order.
    friend bool operator==(const Dict& a, const Dict& b);

private:
    static constexpr std::size_t kLinearMax = 8;

    std::ptrdiff_t index_of(const Value& key, std::uint32_t hash) const;
    void add(Value key, Value value, std::uint32_t hash);
    void rebuild_index();

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> hashes_;
    std::vector<std::uint32_t> index_;  ///< open addressing over entries_; empty while small
};

/// A thing of C++ that templates and run-time lookups can look into. One Object may stand for many
/// things (all rows of a result): `self` says which. Counted; made with new and Value::adopt().
class Object : public impl::Rep {
public:
    using Self = const void*;

    /// For messages and debug pages: "Product", "QuerySet".
    virtual std::string_view type_name(Self) const = 0;
    /// Python's str(x); the default prints "<TYPE object>".
    virtual void append_str(Self, std::string& out) const;
    virtual void append_repr(Self self, std::string& out) const { append_str(self, out); }
    virtual bool truth(Self) const;

    /// Attribute, field, or key `name`; nullopt when there is none. May run queries.
    virtual std::optional<Value> attribute(Self, const Name& name) const;
    /// Names for debug pages and for `dir`-like listings; may be empty.
    virtual std::vector<std::string> attribute_names(Self) const { return {}; }

    /// Sequences: how many items, nullopt when this is none. Evaluates a QuerySet.
    virtual std::optional<std::size_t> size(Self) const { return std::nullopt; }
    /// Item `index` < size().
    virtual Value item(Self, std::size_t index) const;

    /// Functions: call() gives nullopt where the arguments do not fit.
    virtual bool is_callable(Self) const { return false; }
    virtual std::optional<Value> call(Self, std::span<const Value> args) const;
    /// As Django's attributes of these names: a template never calls the first, and prints the
    /// second without calling it.
    virtual bool alters_data(Self) const { return false; }
    virtual bool do_not_call_in_templates(Self) const { return false; }

    /// Same thing? The default compares identity.
    virtual bool equals(Self self, const Value& other) const;
    virtual std::size_t hash(Self self) const;
    virtual std::optional<std::partial_ordering> compare(Self, const Value&) const {
        return std::nullopt;
    }
};

/// A Value that holds a T through its to_value().
template <class T>
List to_list(const T& range) {
    List items;
    for (const auto& item : range) items.emplace_back(item);
    return items;
}

}  // namespace tatum
