#include <tatum/template/impl/filter_tools.h>

namespace tatum::template_::impl {

void add_filter(Library& library, const char* name, FilterFunction function, ArgumentRule argument,
                FilterFlags flags) {
    Filter filter;
    filter.name = name;
    filter.function = function;
    filter.argument = argument;
    filter.flags = flags;
    library.filter(std::move(filter));
}

void fail_type(std::string message) { fail("template.E102", std::move(message)); }

std::optional<List> query_lists(const Value& value) {
    if (!value.is_object()) return std::nullopt;
    static constexpr Name kLists("lists");
    auto lists = value.as_object().attribute(value.self(), kLists);
    if (lists && lists->is_object() && lists->as_object().is_callable(lists->self())) {
        lists = lists->as_object().call(lists->self(), {});
    }
    if (!lists) return std::nullopt;
    if (!lists->is_dict()) return lists->items();
    List pairs;
    for (const Dict::Entry& entry : lists->as_dict()) {
        pairs.push_back(Value::tuple({entry.key, entry.value}));
    }
    return pairs;
}

void fail_conversion(const ToInt& result, const Value& value) {
    if (result.outcome == Conversion::OverflowError) {
        fail("template.E112", "cannot convert float infinity to integer");
    }
    if (result.outcome == Conversion::TypeError) {
        fail_type("int() argument must be a string or a number, not '" + python_type_name(value) +
                  "'");
    }
    fail("template.E101", "invalid literal for int() with base 10: " + value.repr());
}

std::int64_t integer_of(const Value& argument) {
    const ToInt number = to_int(argument);
    if (!number) fail_conversion(number, argument);
    return number.clamped();
}

bool read_integer(const Value& argument, std::int64_t& number) {
    const ToInt result = to_int(argument);
    if (result.outcome == Conversion::ValueError) return false;
    if (!result) fail_conversion(result, argument);
    number = result.clamped();
    return true;
}

std::string_view text_argument(const FilterCall& call) {
    if (!call.argument->is_string()) {
        fail_type("expected a text, got " + call.argument->repr());
    }
    return call.argument->as_string();
}

void refuse_argument(const FilterCall& call) {
    if (call.argument != nullptr) fail_type("got multiple values for argument 'autoescape'");
}

std::int64_t checked_width(std::int64_t width) {
    constexpr std::int64_t kWidthMax = 10'000'000;
    if (width > kWidthMax) limit_passed("filter width", kWidthMax);
    return width;
}

}  // namespace tatum::template_::impl
