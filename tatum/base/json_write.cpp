#include <tatum/base/dateparse.h>
#include <tatum/base/impl/value_reps.h>
#include <tatum/base/json.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tatum::json {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
/// Room that a text is made with, which then grows by doubling.
constexpr std::size_t kUsualBytes = 128;

void append_u_escape(std::string& out, unsigned unit) {
    out += "\\u";
    for (const unsigned shift : {12u, 8u, 4u, 0u}) out += kHex[unit >> shift & 15];
}

void append_code_point_escape(std::string& out, char32_t code) {
    if (code < 0x10000) return append_u_escape(out, static_cast<unsigned>(code));
    code -= 0x10000;
    append_u_escape(out, 0xD800 + static_cast<unsigned>(code >> 10));
    append_u_escape(out, 0xDC00 + static_cast<unsigned>(code & 0x3FF));
}

/// A character of ASCII that cannot stand for itself.
void append_ascii_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            append_u_escape(out, static_cast<unsigned char>(c));
    }
}

/// ECMA 262 knows milliseconds only, and Django cuts the rest off.
std::string iso_time(std::string text, int microsecond, std::size_t milliseconds_end) {
    if (microsecond != 0) text.erase(milliseconds_end, 3);
    return text;
}

std::string iso_datetime(const DateTime& value) {
    std::string text = iso_time(value.isoformat(), value.microsecond(), 23);
    if (text.ends_with("+00:00")) text.replace(text.size() - 6, 6, "Z");
    return text;
}

std::string_view kind_name(const Value& value) {
    switch (value.kind()) {
        case Kind::Bytes:
            return "bytes";
        case Kind::Date:
            return "date";
        case Kind::Time:
            return "time";
        case Kind::DateTime:
            return "datetime";
        case Kind::Duration:
            return "timedelta";
        case Kind::Decimal:
            return "Decimal";
        case Kind::Uuid:
            return "UUID";
        case Kind::Set:
            return "set";
        case Kind::Range:
            return "range";
        case Kind::Object:
            return value.as_object().type_name(value.self());
        default:
            return "value";
    }
}

/// Numbers are sorted by value, NaN behind them, strings by code points; kinds that Python would
/// not compare stand one after the other.
int sort_rank(const Value& key) {
    if (key.kind() == Kind::Float && std::isnan(key.as_float())) return 2;
    if (key.is_number()) return 1;
    return key.is_none() ? 0 : key.is_string() ? 3 : 4;
}

bool comes_before(const Value& a, const Value& b) {
    const int rank = sort_rank(a);
    if (rank != sort_rank(b)) return rank < sort_rank(b);
    return (rank == 1 || rank == 3) && *Value::compare(a, b) < 0;
}

/// Bytes that need no escape; [1]: where all of the text is to be ASCII.
constexpr std::array<std::array<bool, 256>, 2> kPlain = [] {
    std::array<std::array<bool, 256>, 2> plain{};
    for (std::size_t c = 0x20; c < 0xFF; ++c) {
        plain[0][c] = c != '"' && c != '\\';
        plain[1][c] = plain[0][c] && c < 0x7F;
    }
    return plain;
}();

class Dumper {
public:
    Dumper(std::string& out, const Options& options, std::size_t level)
        : out_(out), options_(options), level_(level) {
        separator_ = !options.item_separator.empty() ? options.item_separator
                     : options.indent >= 0           ? ","
                                                     : ", ";
    }

    bool dump(const Value& value) {
        switch (value.kind()) {
            case Kind::None:
                out_ += "null";
                return true;
            case Kind::Bool:
                out_ += value.as_bool() ? "true" : "false";
                return true;
            case Kind::Int:
                impl::append_int(out_, value.as_int());
                return true;
            case Kind::BigInt:
                out_ += value.as_string();
                return true;
            case Kind::Float:
                return dump_float(value.as_float());
            case Kind::String:
                append_string(out_, value.as_string(), options_.ensure_ascii);
                return true;
            case Kind::List:
            case Kind::Tuple:
                return dump_list(value.as_list());
            case Kind::Dict:
                return dump_dict(value.as_dict());
            default:
                return dump_other(value);
        }
    }
    Error error() && { return std::move(error_); }

private:
    bool fail(std::string_view code, std::string message) {
        error_.code = code;
        error_.message = std::move(message);
        return false;
    }

    bool dump_float(double value) {
        if (std::isfinite(value)) {
            impl::append_float(out_, value);
            return true;
        }
        if (!options_.allow_nan)
            return fail("json.E011", "JSON has no form for a non-finite float");
        out_ += std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
        return true;
    }

    bool dump_other(const Value& value) {
        std::string text;
        const bool django = options_.encoder == Encoder::Django;
        if (django && value.kind() == Kind::Date) {
            text = value.as_date().isoformat();
        } else if (django && value.kind() == Kind::Time) {
            text = iso_time(value.as_time().isoformat(), value.as_time().microsecond(), 12);
        } else if (django && value.kind() == Kind::DateTime) {
            text = iso_datetime(value.as_datetime());
        } else if (django && value.kind() == Kind::Duration) {
            text = duration_iso_string(value.as_duration());
        } else if (django && (value.kind() == Kind::Decimal || value.kind() == Kind::Uuid)) {
            text = value.str();
        } else {
            return fail("json.E010", "Object of type " + std::string(kind_name(value)) +
                                         " is not JSON serializable");
        }
        append_string(out_, text, options_.ensure_ascii);
        return true;
    }

    bool enter() {
        if (++level_ <= options_.depth_max) return true;
        return fail("json.E012", "more than " + std::to_string(options_.depth_max) + " levels");
    }

    void line_break() {
        if (options_.indent < 0) return;
        out_ += '\n';
        out_.append(static_cast<std::size_t>(options_.indent) * level_, ' ');
    }

    bool dump_list(const List& items) {
        if (items.empty()) {
            out_ += "[]";
            return true;
        }
        if (!enter()) return false;
        out_ += '[';
        bool first = true;
        for (const Value& item : items) {
            if (!first) out_ += separator_;
            first = false;
            line_break();
            if (!dump(item)) return false;
        }
        --level_;
        line_break();
        out_ += ']';
        return true;
    }

    bool dump_key(const Value& key) {
        std::string text;
        switch (key.kind()) {
            case Kind::String:
                append_string(out_, key.as_string(), options_.ensure_ascii);
                return true;
            case Kind::None:
                text = "null";
                break;
            case Kind::Bool:
                text = key.as_bool() ? "true" : "false";
                break;
            case Kind::Int:
            case Kind::BigInt:
            case Kind::Float:
                text = key.str();
                break;
            default:
                return fail("json.E010", "keys must be str, int, float, bool or None, not " +
                                             std::string(kind_name(key)));
        }
        append_string(out_, text, options_.ensure_ascii);
        return true;
    }

    bool dump_dict(const Dict& dict) {
        if (dict.empty()) {
            out_ += "{}";
            return true;
        }
        if (!enter()) return false;
        std::vector<const Dict::Entry*> sorted;
        if (options_.sort_keys) {
            for (const Dict::Entry& entry : dict) sorted.push_back(&entry);
            std::sort(sorted.begin(), sorted.end(),
                      [](const auto* a, const auto* b) { return comes_before(a->key, b->key); });
        }
        out_ += '{';
        for (std::size_t i = 0; i < dict.size(); ++i) {
            const Dict::Entry& entry =
                options_.sort_keys ? *sorted[i] : dict.begin()[static_cast<std::ptrdiff_t>(i)];
            if (i != 0) out_ += separator_;
            line_break();
            if (!dump_key(entry.key)) return false;
            out_ += options_.key_separator;
            if (!dump(entry.value)) return false;
        }
        --level_;
        line_break();
        out_ += '}';
        return true;
    }

    std::string& out_;
    const Options& options_;
    std::size_t level_;
    std::string_view separator_;
    Error error_;
};

}  // namespace

Options Options::compact() {
    Options options;
    options.item_separator = ",";
    options.key_separator = ":";
    return options;
}

void append_string(std::string& out, std::string_view text, bool ensure_ascii) {
    const auto& stands_for_itself = kPlain[ensure_ascii ? 1 : 0];
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        while (i < text.size() && stands_for_itself[static_cast<unsigned char>(text[i])]) ++i;
        out.append(text, start, i - start);
        if (i == text.size()) break;
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            append_ascii_escape(out, text[i++]);
        } else {
            append_code_point_escape(out, strings::next_code_point(text, i));
        }
    }
    out += '"';
}

Result<void> dump_to(std::string& out, const Value& value, const Options& options) {
    Dumper dumper(out, options, 0);
    if (!dumper.dump(value)) return std::move(dumper).error();
    return {};
}

Result<std::string> dump(const Value& value, const Options& options) {
    std::string out;
    out.reserve(kUsualBytes);
    Dumper dumper(out, options, 0);
    if (!dumper.dump(value)) return std::move(dumper).error();
    return out;
}

Writer::Writer(std::string& out, const Options& options) : out_(out), options_(options) {
    if (options_.item_separator.empty()) options_.item_separator = options_.indent < 0 ? ", " : ",";
}

void Writer::line_break() {
    if (options_.indent < 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(options_.indent) * depth_, ' ');
}

void Writer::before_value() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (depth_ == 0) return;
    if (!first_) out_ += options_.item_separator;
    first_ = false;
    line_break();
}

void Writer::open(char bracket) {
    before_value();
    out_ += bracket;
    ++depth_;
    first_ = true;
}

void Writer::close(char bracket) {
    TATUM_INVARIANT(depth_ > 0, "something is open");
    --depth_;
    if (!first_) line_break();
    out_ += bracket;
    first_ = false;
}

void Writer::key(std::string_view name) {
    before_value();
    append_string(out_, name, options_.ensure_ascii);
    out_ += options_.key_separator;
    after_key_ = true;
}

void Writer::null() {
    before_value();
    out_ += "null";
}

void Writer::boolean(bool value) {
    before_value();
    out_ += value ? "true" : "false";
}

void Writer::integer(std::int64_t value) {
    before_value();
    impl::append_int(out_, value);
}

void Writer::number(double value) {
    before_value();
    if (std::isfinite(value)) {
        impl::append_float(out_, value);
    } else {
        out_ += std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
    }
}

void Writer::string(std::string_view text) {
    before_value();
    append_string(out_, text, options_.ensure_ascii);
}

Result<void> Writer::value(const Value& value) {
    before_value();
    Dumper dumper(out_, options_, depth_);
    if (!dumper.dump(value)) return std::move(dumper).error();
    return {};
}

}  // namespace tatum::json
