#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/parse_tools.h>

namespace tatum::template_::impl {
namespace {

/// The zone that the site is set to.
const Zone& default_zone(Context& context) {
    const Zone* zone = options_of(context).time_zone;
    return zone != nullptr ? *zone : Zone::utc();
}

/// A moment on the clock of `zone`, where it stays; naive values are read in the site's zone.
Value in_zone(const FilterCall& call, const Zone& zone) {
    if (call.value.kind() != Kind::DateTime) return Value("");
    DateTime moment = call.value.as_datetime();
    if (!moment.is_aware()) moment = make_aware(moment, default_zone(call.context));
    return Value(localtime(moment, zone)).keep_zone();
}

Value localtime_filter(const void*, const FilterCall& call) {
    return in_zone(call, current_time_zone());
}

Value utc_filter(const void*, const FilterCall& call) { return in_zone(call, Zone::utc()); }

Value timezone_filter(const void*, const FilterCall& call) {
    if (call.value.kind() != Kind::DateTime || !call.argument->is_string()) return Value("");
    const Zone* zone = Zone::find(call.argument->as_string());
    return zone != nullptr ? in_zone(call, *zone) : Value("");
}

class LocalTimeNode final : public Node {
public:
    LocalTimeNode(bool on, NodeList body) : on_(on), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const std::optional<bool> before = context.use_tz();
        context.set_use_tz(on_);
        body_.render(context, out);
        context.set_use_tz(before);
    }

private:
    bool on_;
    NodeList body_;
};

class TimeZoneNode final : public Node {
public:
    TimeZoneNode(const Expression* zone, NodeList body) : zone_(zone), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const Value name = zone_->resolve(context);
        // None is the site's own zone.
        const Zone* zone = name.is_none() ? &default_zone(context) : Zone::find(name.str());
        if (zone == nullptr) fail("template.E108", "No time zone found with key " + name.str());
        const LocalScope scope(Slot::TimeZone, zone);
        body_.render(context, out);
    }

private:
    const Expression* zone_;
    NodeList body_;
};

class CurrentTimeZoneNode final : public Node {
public:
    explicit CurrentTimeZoneNode(Name variable) : variable_(variable) {}
    void render(Context& context, std::string&) const override {
        context.bind(variable_, Value(time_zone_name(current_time_zone())));
    }

private:
    Name variable_;
};

Result<Node*> parse_localtime(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() > 2 || (bits.size() == 2 && bits[1] != "on" && bits[1] != "off")) {
        return tag_error("'localtime' argument should be 'on' or 'off'");
    }
    TATUM_TRY(const NodeList body, parser.parse({"endlocaltime"}));
    parser.next_token();
    return parser.make<LocalTimeNode>(bits.size() == 1 || bits[1] == "on", body);
}

Result<Node*> parse_timezone(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() != 2) return tag_error("'timezone' takes one argument (timezone)");
    TATUM_TRY(const Expression* zone, compile(parser, bits[1]));
    TATUM_TRY(const NodeList body, parser.parse({"endtimezone"}));
    parser.next_token();
    return parser.make<TimeZoneNode>(zone, body);
}

Result<Node*> parse_current_timezone(Parser& parser, const Token& token) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() != 3 || bits[1] != "as") {
        return tag_error("'get_current_timezone' requires 'as variable' (got " + repr_of(bits, 0) +
                         ")");
    }
    return parser.make<CurrentTimeZoneNode>(Name(bits[2]));
}

}  // namespace

Library tz_library() {
    Library library("tz");
    library.tag("localtime", &parse_localtime)
        .tag("timezone", &parse_timezone)
        .tag("get_current_timezone", &parse_current_timezone);
    add_filter(library, "localtime", &localtime_filter);
    add_filter(library, "utc", &utc_filter);
    add_filter(library, "timezone", &timezone_filter, ArgumentRule::Required);
    return library;
}

}  // namespace tatum::template_::impl
