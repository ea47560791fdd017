#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>

namespace tatum::template_::impl {
namespace {

Value escape(const void*, const FilterCall& call) {
    if (call.value.is_safe()) return call.value;
    return Value(html::escape(Text(call.value).get())).mark_safe();
}

Value force_escape(const void*, const FilterCall& call) {
    return Value(html::escape(Text(call.value).get())).mark_safe();
}

html::Autoescape escaping(const FilterCall& call) {
    return call.autoescape && !call.value.is_safe() ? html::Autoescape::On : html::Autoescape::Off;
}

Value linebreaks(const void*, const FilterCall& call) {
    refuse_argument(call);
    return Value(html::linebreaks(Text(call.value).get(), escaping(call))).mark_safe();
}

Value linebreaksbr(const void*, const FilterCall& call) {
    refuse_argument(call);
    return Value(html::linebreaksbr(Text(call.value).get(), escaping(call))).mark_safe();
}

Value safe(const void*, const FilterCall& call) {
    return call.value.is_string() ? call.value.mark_safe() : Value(call.value.str()).mark_safe();
}

Value striptags(const void*, const FilterCall& call) {
    auto stripped = html::strip_tags(Text(call.value).get());
    if (!stripped) throw SuspiciousOperation(std::move(stripped).error());
    return Value(*stripped);
}

html::UrlizeOptions urlize_options(const FilterCall& call) {
    html::UrlizeOptions options;
    options.nofollow = true;
    options.autoescape = call.autoescape ? html::Autoescape::On : html::Autoescape::Off;
    options.safe_input = call.value.is_safe();
    const int version = options_of(call.context).django_version;
    if (version < 600) options.bare_domains = html::BareDomains::Loose;
    options.brackets_drop_trail = version < 601;
    return options;
}

Value urlize(const void*, const FilterCall& call) {
    refuse_argument(call);
    return Value(html::urlize(Text(call.value).get(), urlize_options(call))).mark_safe();
}

Value urlizetrunc(const void*, const FilterCall& call) {
    html::UrlizeOptions options = urlize_options(call);
    const std::int64_t limit = integer_of(*call.argument);
    options.trim_url_limit = static_cast<std::size_t>(std::max<std::int64_t>(limit, 0));
    return Value(html::urlize(Text(call.value).get(), options)).mark_safe();
}

/// A QueryDict as the mapping that Python's json sees: the last value of each name.
Value plain_mapping(const Value& value) {
    const auto lists = query_lists(value);
    if (!lists) return value;
    Dict mapping;
    for (const Value& pair : *lists) {
        mapping.set(pair.at(0).value_or(Value()),
                    pair.at(1).value_or(Value()).at(-1).value_or(List{}));
    }
    return Value(std::move(mapping));
}

Value json_script(const void*, const FilterCall& call) {
    const bool named = call.argument != nullptr && call.argument->truth();
    auto element = html::json_script(plain_mapping(call.value), named ? *call.argument : Value());
    if (!element) throw TemplateRenderError(std::move(element).error());
    return Value(*element).mark_safe();
}

}  // namespace

void add_html_filters(Library& library) {
    const auto none = ArgumentRule::None;
    add_filter(library, "escape", &escape, none, kSafe);
    add_filter(library, "force_escape", &force_escape, none, kSafe);
    add_filter(library, "linebreaks", &linebreaks, ArgumentRule::Optional, kSafeAutoescape);
    add_filter(library, "linebreaksbr", &linebreaksbr, ArgumentRule::Optional, kSafeAutoescape);
    add_filter(library, "safe", &safe, none, kSafe);
    add_filter(library, "striptags", &striptags, none, kSafe);
    add_filter(library, "urlize", &urlize, ArgumentRule::Optional, kSafeAutoescape);
    add_filter(library, "urlizetrunc", &urlizetrunc, ArgumentRule::Required, kSafeAutoescape);
    add_filter(library, "json_script", &json_script, ArgumentRule::Optional, kSafe);
}

}  // namespace tatum::template_::impl
