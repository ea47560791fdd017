#include <tatum/base/crypto.h>
#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/dict_view.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/variable.h>

#include <algorithm>
#include <limits>

namespace tatum::template_::impl {
namespace {

[[noreturn]] void fail_iteration(const Value& value) {
    fail_type("'" + python_type_name(value) + "' object is not iterable");
}

List items_of(const FilterCall& call) {
    auto items = impl::items_of(call.value, call.context);
    if (!items) fail_iteration(call.value);
    return *std::move(items);
}

/// Python's value[index]; nothing past the ends. Fails where there are no items.
std::optional<Value> item_at(const Value& value, std::int64_t index) {
    if (value.is_dict()) {
        const Value* found = value.as_dict().find(Value(index));
        if (found == nullptr) fail("template.E106", "KeyError: " + std::to_string(index));
        return *found;
    }
    if (value.kind() == Kind::Set || is_dict_view(value) || !value.size()) {
        fail_type("'" + python_type_name(value) + "' object is not subscriptable");
    }
    return value.at(index);
}

Value first(const void*, const FilterCall& call) {
    return item_at(call.value, 0).value_or(Value(""));
}

Value last(const void*, const FilterCall& call) {
    return item_at(call.value, -1).value_or(Value(""));
}

Value length(const void*, const FilterCall& call) {
    return Value(static_cast<long long>(call.value.size().value_or(0)));
}

Value random(const void*, const FilterCall& call) {
    const auto size = call.value.size();
    if (!size) fail_type("object of type '" + python_type_name(call.value) + "' has no len()");
    if (*size == 0) return Value("");
    std::uint64_t number = 0;
    for (const char byte : crypto::random_bytes(sizeof number)) {
        number = number * 256 + static_cast<unsigned char>(byte);
    }
    return item_at(call.value, static_cast<std::int64_t>(number % *size)).value_or(Value(""));
}

Value join(const void*, const FilterCall& call) {
    if (!call.autoescape && !call.argument->is_string()) {
        fail_type("'" + python_type_name(*call.argument) + "' object has no attribute 'join'");
    }
    const auto items = impl::items_of(call.value, call.context);
    if (!items) return call.value;
    const std::size_t limit = options_of(call.context).limits.value_bytes;
    std::string text;
    if (call.autoescape) {
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (i > 0) html::append_conditionally_escaped(text, *call.argument);
            html::append_conditionally_escaped(text, (*items)[i]);
            if (text.size() > limit) limit_passed("value_bytes", limit);
        }
        return Value(text).mark_safe();
    }
    const std::string_view separator = text_argument(call);
    for (std::size_t i = 0; i < items->size(); ++i) {
        // As Python's str.join(), which takes texts only.
        if (!(*items)[i].is_string()) return call.value;
        if (i > 0) text += separator;
        text += (*items)[i].as_string();
        if (text.size() > limit) limit_passed("value_bytes", limit);
    }
    return Value(text).mark_safe();
}

Value safeseq(const void*, const FilterCall& call) {
    List items = items_of(call);
    for (Value& item : items) {
        item = item.is_string() ? std::move(item).mark_safe() : Value(item.str()).mark_safe();
    }
    return Value(std::move(items));
}

Value escapeseq(const void*, const FilterCall& call) {
    List items = items_of(call);
    for (Value& item : items) item = html::conditional_escape(item);
    return Value(std::move(items));
}

/// Python's slice(start, stop, step).
struct Slice {
    std::optional<std::int64_t> start, stop, step;

    /// Python's indices(length): where to start and where to stop.
    std::pair<std::int64_t, std::int64_t> bounds(std::int64_t length) const {
        const bool forward = step.value_or(1) > 0;
        const std::int64_t low = forward ? 0 : -1, high = forward ? length : length - 1;
        const auto bound = [&](std::optional<std::int64_t> at, std::int64_t fallback) {
            if (!at) return fallback;
            return std::clamp(*at < 0 ? *at + length : *at, low, high);
        };
        return {bound(start, forward ? 0 : length - 1), bound(stop, forward ? length : -1)};
    }

    std::vector<std::size_t> indices(std::size_t size) const {
        const auto [from, to] = bounds(static_cast<std::int64_t>(size));
        const std::int64_t by = step.value_or(1);
        std::vector<std::size_t> found;
        for (std::int64_t i = from; by > 0 ? i < to : i > to;) {
            found.push_back(static_cast<std::size_t>(i));
            if (__builtin_add_overflow(i, by, &i)) break;
        }
        return found;
    }
};

/// "1:3", ":-1", "::2"; nullopt where it is no slice.
std::optional<Slice> parse_slice(const Value& argument) {
    const std::string text = argument.str();
    const auto parts = strings::split(text, ":");
    if (parts.size() > 3) return std::nullopt;
    std::optional<std::int64_t> numbers[3];
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].empty()) continue;
        const ToInt number = to_int(Value(parts[i]));
        if (!number) return std::nullopt;
        numbers[i] = std::clamp(number.clamped(), -std::int64_t{1} << 62, std::int64_t{1} << 62);
    }
    // A single number is where to stop.
    if (parts.size() == 1) return Slice{std::nullopt, numbers[0], std::nullopt};
    if (numbers[2] == 0) return std::nullopt;
    return Slice{numbers[0], numbers[1], numbers[2]};
}

Value slice_text(const Value& value, const Slice& slice) {
    const std::string_view text = value.as_string();
    std::vector<std::size_t> starts;
    for (std::size_t position = 0; position < text.size();) {
        starts.push_back(position);
        strings::next_code_point(text, position);
    }
    std::string out;
    for (const std::size_t index : slice.indices(starts.size())) {
        const std::size_t end = index + 1 < starts.size() ? starts[index + 1] : text.size();
        out += text.substr(starts[index], end - starts[index]);
    }
    return Value(out);
}

/// A range again, without its numbers being made. Bounds beyond 64 bits end there.
Value slice_range(const Value& value, const Slice& slice) {
    __extension__ typedef __int128 Wide;
    constexpr Wide kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr Wide kGreatest = std::numeric_limits<std::int64_t>::max();
    const auto& range = value.as_range();
    const auto length = static_cast<std::int64_t>(
        std::min<std::size_t>(value.size().value_or(0), std::size_t{1} << 62));
    const auto [from, to] = slice.bounds(length);
    const auto number = [&](Wide wide) {
        return static_cast<std::int64_t>(std::clamp(wide, kLeast, kGreatest));
    };
    return Value::range(number(Wide{range.start} + Wide{range.step} * from),
                        number(Wide{range.start} + Wide{range.step} * to),
                        number(Wide{range.step} * slice.step.value_or(1)));
}

Value slice(const void*, const FilterCall& call) {
    const auto wanted = parse_slice(*call.argument);
    const Value& value = call.value;
    if (!wanted) return value;
    switch (value.kind()) {
        case Kind::String:
            return slice_text(value, *wanted);
        case Kind::List:
        case Kind::Tuple: {
            List items;
            for (const std::size_t index : wanted->indices(value.as_list().size())) {
                items.push_back(value.as_list()[index]);
            }
            return value.kind() == Kind::List ? Value(std::move(items))
                                              : Value::tuple(std::move(items));
        }
        case Kind::Range:
            return slice_range(value, *wanted);
        case Kind::Bytes: {
            std::string bytes;
            for (const std::size_t index : wanted->indices(value.as_string().size())) {
                bytes += value.as_string()[index];
            }
            return Value::bytes(bytes);
        }
        case Kind::Object: {
            const Object& object = value.as_object();
            const auto size = object.size(value.self());
            if (!size || is_dict_view(value)) return value;
            List items;
            for (const std::size_t index : wanted->indices(*size)) {
                items.push_back(object.item(value.self(), index));
            }
            return Value(std::move(items));
        }
        default:
            return value;
    }
}

/// `dictsort`'s argument: what a list is sorted by. Throws where Python raises.
class SortKey {
public:
    explicit SortKey(const Value& argument) {
        if (to_float(argument)) {
            index_ = argument.kind() == Kind::Bool ? Value(argument.as_int()) : argument;
            return;
        }
        if (!argument.is_string()) return;
        if (argument.as_string().empty()) fail("template.E106", "string index out of range");
        const std::string_view text = argument.as_string();
        if (text.starts_with('_') || text.find("._") != std::string_view::npos) return;
        for (const std::string_view part : strings::split(text, ".")) {
            steps_.emplace_back().name = Name(part);
        }
    }

    bool valid() const { return !index_.is_none() || !steps_.empty(); }

    /// nullopt where there is no such thing.
    std::optional<Value> of(const Value& item) const {
        if (!index_.is_none()) return by_index(item);
        Value current = item;
        for (const Step& step : steps_) {
            Value next;
            if (get_property(current, step, next) != Lookup::Found) return std::nullopt;
            current = std::move(next);
        }
        return current;
    }

private:
    std::optional<Value> by_index(const Value& item) const {
        if (item.is_dict()) {
            const Value* found = item.as_dict().find(index_);
            if (found == nullptr) fail("template.E106", "KeyError: " + index_.repr());
            return *found;
        }
        if (index_.kind() != Kind::Int) return std::nullopt;
        if (!item.size() || item.kind() == Kind::Set) return std::nullopt;
        auto found = item.at(index_.as_int());
        if (!found) fail("template.E106", "IndexError: index out of range");
        return found;
    }

    Value index_;
    std::vector<Step> steps_;
};

struct Unordered {};

Value sorted(const FilterCall& call, bool descending) {
    const SortKey key(*call.argument);
    const auto items = impl::items_of(call.value, call.context);
    if (!items || !key.valid()) return Value("");
    std::vector<std::pair<Value, Value>> keyed;
    for (const Value& item : *items) {
        auto by = key.of(item);
        if (!by) return Value("");
        keyed.emplace_back(*std::move(by), item);
    }
    try {
        std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
            const auto order = Value::compare(a.first, b.first);
            if (!order) throw Unordered();
            return *order ==
                   (descending ? std::partial_ordering::greater : std::partial_ordering::less);
        });
    } catch (const Unordered&) {
        return Value("");
    }
    List result;
    for (auto& [by, item] : keyed) result.push_back(std::move(item));
    return Value(std::move(result));
}

Value dictsort(const void*, const FilterCall& call) { return sorted(call, false); }
Value dictsortreversed(const void*, const FilterCall& call) { return sorted(call, true); }

/// `unordered_list`: a list whose items may be followed by the list of their children.
class UnorderedList {
public:
    explicit UnorderedList(bool escaping) : escaping_(escaping) {}

    std::string run(const List& items) {
        append(items, 1);
        return std::move(out_);
    }

private:
    static constexpr std::size_t kDepthMax = 100;

    void append(const List& items, std::size_t depth) {
        if (depth > kDepthMax) limit_passed("unordered_list depth", kDepthMax);
        const std::string indent(depth, '\t');
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out_ += '\n';
            out_.append(indent).append("<li>");
            if (escaping_) {
                html::append_conditionally_escaped(out_, items[i]);
            } else {
                items[i].append_str(out_);
            }
            const bool has_children = i + 1 < items.size() && (items[i + 1].kind() == Kind::List ||
                                                               items[i + 1].kind() == Kind::Tuple);
            if (has_children && !items[++i].as_list().empty()) {
                out_.append("\n").append(indent).append("<ul>\n");
                append(items[i].as_list(), depth + 1);
                out_.append("\n").append(indent).append("</ul>\n").append(indent);
            }
            out_ += "</li>";
        }
    }

    bool escaping_;
    std::string out_;
};

Value unordered_list(const void*, const FilterCall& call) {
    refuse_argument(call);
    return Value(UnorderedList(call.autoescape).run(items_of(call))).mark_safe();
}

}  // namespace

void add_list_filters(Library& library) {
    const auto one = ArgumentRule::Required;
    const auto none = ArgumentRule::None;
    add_filter(library, "first", &first);
    add_filter(library, "last", &last, none, kSafe);
    add_filter(library, "length", &length);
    add_filter(library, "random", &random, none, kSafe);
    add_filter(library, "join", &join, one, kSafeAutoescape);
    add_filter(library, "safeseq", &safeseq, none, kSafe);
    add_filter(library, "escapeseq", &escapeseq, none, kSafe);
    add_filter(library, "slice", &slice, one, kSafe);
    add_filter(library, "dictsort", &dictsort, one);
    add_filter(library, "dictsortreversed", &dictsortreversed, one);
    add_filter(library, "unordered_list", &unordered_list, ArgumentRule::Optional, kSafeAutoescape);
}

}  // namespace tatum::template_::impl
