#include <tatum/template/impl/percent_format.h>

#include <tatum/base/text.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/filter_tools.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tatum::template_::impl {
namespace {

struct Specification {
    bool left = false, plus = false, blank = false, zero = false, alternate = false;
    std::int64_t width = 0;
    std::optional<std::int64_t> precision;
    char type = '\0';
};

/// Digits of a non-negative number in base 8 or 16.
std::string digits_in_base(std::uint64_t number, unsigned base, bool upper) {
    const char* const symbols = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string digits;
    do {
        digits += symbols[number % base];
        number /= base;
    } while (number != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

/// Digits of any length, in base 8 or 16, by repeated division.
std::string big_digits_in_base(std::string decimal, unsigned base, bool upper) {
    const char* const symbols = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string digits;
    while (!decimal.empty()) {
        unsigned rest = 0;
        std::string quotient;
        for (const char c : decimal) {
            rest = rest * 10 + static_cast<unsigned>(c - '0');
            if (!quotient.empty() || rest / base != 0) {
                quotient += static_cast<char>('0' + rest / base);
            }
            rest %= base;
        }
        digits += symbols[rest];
        decimal = std::move(quotient);
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string pad(std::string sign, std::string prefix, std::string body, const Specification& spec,
                bool numeric) {
    const auto size =
        static_cast<std::int64_t>(sign.size() + prefix.size() + strings::length(body));
    const auto missing = static_cast<std::size_t>(std::max<std::int64_t>(spec.width - size, 0));
    if (spec.left) return sign + prefix + body + std::string(missing, ' ');
    if (spec.zero && numeric) return sign + prefix + std::string(missing, '0') + body;
    return std::string(missing, ' ') + sign + prefix + body;
}

std::string sign_of(bool negative, const Specification& spec) {
    return negative ? "-" : spec.plus ? "+" : spec.blank ? " " : "";
}

std::optional<std::string> format_integer(const Value& value, const Specification& spec) {
    const bool decimal = spec.type == 'd';
    // Other bases take integers only, %d any number.
    if (!value.is_number()) return std::nullopt;
    if (!decimal && (value.kind() == Kind::Float || value.kind() == Kind::Decimal)) {
        return std::nullopt;
    }
    const ToInt number = to_int(value);
    if (number.outcome == Conversion::OverflowError) fail_conversion(number, value);
    if (!number) return std::nullopt;
    std::string digits = number.value.str();
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    std::string prefix;
    if (!decimal) {
        const unsigned base = spec.type == 'o' ? 8 : 16;
        const bool upper = spec.type == 'X';
        digits = number.value.kind() == Kind::BigInt
                     ? big_digits_in_base(digits, base, upper)
                     : digits_in_base(static_cast<std::uint64_t>(std::stoull(digits)), base, upper);
        if (spec.alternate) prefix = spec.type == 'o' ? "0o" : upper ? "0X" : "0x";
    }
    if (spec.precision && static_cast<std::int64_t>(digits.size()) < *spec.precision) {
        digits.insert(0, static_cast<std::size_t>(*spec.precision) - digits.size(), '0');
    }
    return pad(sign_of(negative, spec), prefix, digits, spec, true);
}

std::string printed(double magnitude, bool alternate, int precision, char type) {
    if (alternate && (type == 'g' || type == 'G')) {
        // glibc drops zeros of "%#g" where rounding adds a digit, so C's rule (C17 §7.21.6.1) is
        // done by hand: the exponent says which of the other two forms it is.
        const int digits = std::max(precision, 1);
        const char exponential = type == 'g' ? 'e' : 'E';
        const std::string text = printed(magnitude, true, digits - 1, exponential);
        const int exponent = std::stoi(text.substr(text.find(exponential) + 1));
        if (exponent < -4 || exponent >= digits) return text;
        return printed(magnitude, true, digits - 1 - exponent, 'f');
    }
    const std::string format = std::string(alternate ? "%#" : "%") + ".*" + type;
    const int size = std::snprintf(nullptr, 0, format.c_str(), precision, magnitude);
    std::string text(static_cast<std::size_t>(size) + 1, '\0');
    std::snprintf(text.data(), text.size(), format.c_str(), precision, magnitude);
    text.pop_back();
    return text;
}

std::optional<std::string> format_float(const Value& value, const Specification& spec) {
    if (!value.is_number()) return std::nullopt;
    const ToFloat number = to_float(value);
    if (number.outcome == Conversion::OverflowError) {
        fail("template.E112", "int too large to convert to float");
    }
    const bool upper = spec.type >= 'A' && spec.type <= 'Z';
    const bool negative = std::signbit(number.value) && !std::isnan(number.value);
    std::string body;
    if (!std::isfinite(number.value)) {
        body = std::isnan(number.value) ? "nan" : "inf";
        if (upper) body = strings::upper(body);
    } else {
        const int precision = static_cast<int>(spec.precision.value_or(6));
        body = printed(std::fabs(number.value), spec.alternate, precision, spec.type);
    }
    return pad(sign_of(negative, spec), "", body, spec, true);
}

std::string ascii_repr(const Value& value) {
    const std::string text = value.repr();
    std::string out;
    for (std::size_t position = 0; position < text.size();) {
        const char32_t c = strings::next_code_point(text, position);
        if (c < 0x80) {
            out += static_cast<char>(c);
            continue;
        }
        std::array<char, 12> escape;
        const char* const form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
        const int size =
            std::snprintf(escape.data(), escape.size(), form, static_cast<unsigned>(c));
        out.append(escape.data(), static_cast<std::size_t>(size));
    }
    return out;
}

std::optional<std::string> format_character(const Value& value, const Specification& spec) {
    std::string text;
    if (value.is_string()) {
        if (strings::length(value.as_string()) != 1) return std::nullopt;
        text = value.as_string();
    } else if (value.kind() == Kind::Int || value.kind() == Kind::Bool) {
        if (value.as_int() < 0 || value.as_int() > 0x10FFFF) {
            fail("template.E112", "%c arg not in range(0x110000)");
        }
        strings::append_utf8(text, static_cast<char32_t>(value.as_int()));
    } else {
        return std::nullopt;
    }
    return pad("", "", text, spec, false);
}

Error format_error(std::string_view code, std::string message) {
    Error error;
    error.code = code;
    error.message = std::move(message);
    return error;
}
Error value_error(std::string message) { return format_error("template.E101", std::move(message)); }
Error type_error(std::string message) { return format_error("template.E102", std::move(message)); }

/// nullopt where the value is of a type that the directive does not take.
std::optional<std::string> format_one(const Value& value, const Specification& spec) {
    switch (spec.type) {
        case 's':
        case 'r':
        case 'a': {
            std::string text = spec.type == 's'   ? value.str()
                               : spec.type == 'r' ? value.repr()
                                                  : ascii_repr(value);
            if (spec.precision) {
                text = strings::slice(text, 0, static_cast<std::size_t>(*spec.precision));
            }
            return pad("", "", text, spec, false);
        }
        case 'd':
        case 'o':
        case 'x':
        case 'X':
            return format_integer(value, spec);
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            return format_float(value, spec);
        case 'c':
            return format_character(value, spec);
        default:
            return std::nullopt;
    }
}

class PercentFormatter {
    static constexpr std::string_view kTypes = "sradoxXeEfFgGc";

public:
    PercentFormatter(std::string_view format, const Value& value)
        : format_(format), value_(value) {}

    Result<std::string> run() {
        while (position_ < format_.size()) {
            const char c = format_[position_++];
            if (c != '%') {
                out_ += c;
            } else if (peek() == '%') {
                out_ += format_[position_++];
            } else if (auto written = directive(); !written) {
                return std::move(written).error();
            }
        }
        // What has items by key or index need not be used, anything else must be.
        if (!used_ && !value_.is_dict() && value_.kind() != Kind::List) {
            return type_error("not all arguments converted during string formatting");
        }
        return std::move(out_);
    }

private:
    Result<void> directive() {
        Specification spec;
        Value keyed;
        const Value* argument = nullptr;
        if (peek() == '(') {
            if (!value_.is_dict()) return type_error("format requires a mapping");
            const std::size_t end = key_end();
            if (end == std::string_view::npos) return value_error("incomplete format key");
            const std::string_view key = format_.substr(position_ + 1, end - position_ - 1);
            argument = value_.as_dict().find(Name(key));
            if (argument == nullptr) {
                return format_error("template.E106", "KeyError: " + strings::repr(key));
            }
            position_ = end + 1;
        }
        if (!read_flags(spec)) return type_error("* wants int");
        if (position_ >= format_.size()) return value_error("incomplete format");
        char type = format_[position_++];
        const bool sized = type == 'h' || type == 'l' || type == 'L';
        if (sized && position_ < format_.size()) type = format_[position_++];
        spec.type = type == 'i' || type == 'u' ? 'd' : type;
        if (argument == nullptr) {
            // There is only one value.
            if (used_) return type_error("not enough arguments for format string");
            used_ = true;
            argument = &value_;
        }
        if (kTypes.find(spec.type) == std::string_view::npos) {
            return value_error(std::string("unsupported format character '") + spec.type + "'");
        }
        const auto text = format_one(*argument, spec);
        if (!text) {
            return type_error(std::string("%") + spec.type + " format: not of " +
                              python_type_name(*argument));
        }
        out_ += *text;
        if (out_.size() > kFormattedBytesMax) limit_passed("formatted bytes", kFormattedBytesMax);
        return {};
    }

    char peek() const { return position_ < format_.size() ? format_[position_] : '\0'; }

    /// The ')' that belongs to the '(' at position_.
    std::size_t key_end() const {
        int open = 0;
        for (std::size_t i = position_; i < format_.size(); ++i) {
            if (format_[i] == '(') ++open;
            if (format_[i] == ')' && --open == 0) return i;
        }
        return std::string_view::npos;
    }

    std::int64_t read_number() {
        std::int64_t number = 0;
        while (peek() >= '0' && peek() <= '9') {
            number = checked_width(number * 10 + (format_[position_++] - '0'));
        }
        return number;
    }

    bool read_flags(Specification& spec) {
        for (bool more = true; more;) {
            switch (peek()) {
                case '-':
                    spec.left = true;
                    break;
                case '+':
                    spec.plus = true;
                    break;
                case ' ':
                    spec.blank = true;
                    break;
                case '0':
                    spec.zero = true;
                    break;
                case '#':
                    spec.alternate = true;
                    break;
                default:
                    more = false;
            }
            if (more) ++position_;
        }
        if (peek() == '*') return false;
        spec.width = read_number();
        if (peek() != '.') return true;
        ++position_;
        if (peek() == '*') return false;
        spec.precision = read_number();
        return true;
    }

    std::string_view format_;
    const Value& value_;
    std::size_t position_ = 0;
    bool used_ = false;
    std::string out_;
};

}  // namespace

Result<std::string> percent_format(std::string_view format, const Value& value) {
    return PercentFormatter(format, value).run();
}

}  // namespace tatum::template_::impl
