#include <tatum/template/impl/float_format.h>

#include <tatum/base/formats.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/filter_tools.h>

#include <algorithm>
#include <cstdlib>

namespace tatum::template_::impl {
namespace {

/// A decimal number of any length: 0.digits times ten to the power of point.
struct DecimalText {
    bool negative = false;
    bool finite = true;
    std::string digits;         ///< without leading zeros, at least one
    std::int64_t exponent = 0;  ///< of the last digit

    /// As Python's Decimal(text) reads it; nullopt where it is no number.
    static std::optional<DecimalText> parse(std::string_view text);
    bool is_integer() const;
    bool is_zero() const { return digits == "0"; }
    /// The digits before the point, without sign.
    std::string whole() const;
    /// Rounded half up to `places` digits behind the point, without sign.
    std::string rounded(std::int64_t places) const;
};

bool is_special(std::string_view lowered) {
    if (lowered.starts_with('s')) lowered.remove_prefix(1);
    if (lowered == "inf" || lowered == "infinity") return true;
    return lowered.starts_with("nan") &&
           lowered.find_first_not_of("0123456789", 3) == std::string_view::npos;
}

std::optional<DecimalText> DecimalText::parse(std::string_view text) {
    std::string plain;
    std::string_view rest = strings::strip(text);
    if (rest.find('_') != std::string_view::npos) {
        plain = rest;
        std::erase(plain, '_');
        rest = plain;
    }
    DecimalText number;
    if (rest.starts_with('-') || rest.starts_with('+')) {
        number.negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    const bool word = !rest.empty() && ((rest[0] | 0x20) >= 'a' && (rest[0] | 0x20) <= 'z');
    if (word && is_special(strings::ascii_lower(rest))) {
        number.finite = false;
        return number;
    }
    bool point = false, any = false;
    while (!rest.empty() &&
           ((rest.front() >= '0' && rest.front() <= '9') || (rest.front() == '.' && !point))) {
        if (rest.front() == '.') {
            point = true;
        } else {
            any = true;
            number.digits += rest.front();
            if (point) --number.exponent;
        }
        rest.remove_prefix(1);
    }
    if (!any) return std::nullopt;
    if (!rest.empty()) {
        if (rest.front() != 'e' && rest.front() != 'E') return std::nullopt;
        const ToInt power = to_int(Value(rest.substr(1)));
        if (!power || rest.find_first_of(" \t\n") != std::string_view::npos) return std::nullopt;
        number.exponent += std::clamp<std::int64_t>(power.clamped(), -1'000'000, 1'000'000);
    }
    number.digits.erase(0,
                        std::min(number.digits.find_first_not_of('0'), number.digits.size() - 1));
    return number;
}

bool DecimalText::is_integer() const {
    if (exponent >= 0 || is_zero()) return true;
    const auto fraction = std::min(static_cast<std::size_t>(-exponent), digits.size());
    return digits.find_first_not_of('0', digits.size() - fraction) == std::string::npos;
}

std::string DecimalText::whole() const {
    if (is_zero()) return "0";
    if (exponent >= 0) return digits + std::string(static_cast<std::size_t>(exponent), '0');
    const auto fraction = static_cast<std::size_t>(-exponent);
    return fraction >= digits.size() ? "0" : digits.substr(0, digits.size() - fraction);
}

std::string DecimalText::rounded(std::int64_t places) const {
    // All digits down to the last place wanted, the next one deciding.
    std::string kept = digits;
    if (is_zero()) {
        // 0E+5 is as much a zero as 0.
    } else if (exponent > -places) {
        kept.append(static_cast<std::size_t>(exponent + places), '0');
    } else if (exponent < -places) {
        const auto dropped = static_cast<std::size_t>(-places - exponent);
        if (dropped > kept.size()) {
            kept = "0";
        } else {
            const bool up = kept[kept.size() - dropped] >= '5';
            kept.resize(kept.size() - dropped);
            if (kept.empty()) kept = "0";
            if (up) kept = add_integers(kept, "1");
        }
    }
    const auto fraction = static_cast<std::size_t>(places);
    if (kept.size() <= fraction) kept.insert(0, fraction + 1 - kept.size(), '0');
    if (fraction > 0) kept.insert(kept.size() - fraction, ".");
    return kept;
}

struct Options {
    bool grouping = false;
    UseL10n use_l10n = UseL10n::On;
    Value places;
};

/// The places that a template names as a rule: "2", "-3".
std::optional<std::int64_t> few_places(const Value& argument) {
    if (argument.kind() == Kind::Int) return argument.as_int();
    if (!argument.is_string()) return std::nullopt;
    std::string_view text = argument.as_string();
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.size() != 1 || text[0] < '0' || text[0] > '9') return std::nullopt;
    return negative ? -(text[0] - '0') : text[0] - '0';
}

/// Takes the suffixes g and u off the argument.
Options read_options(const Value& argument) {
    Options options;
    options.places = argument;
    if (!argument.is_string()) return options;
    std::string_view text = argument.as_string();
    if (text.empty()) fail("template.E106", "string index out of range");
    const bool both = text.ends_with("gu") || text.ends_with("ug");
    options.grouping = both || text.ends_with('g');
    if (both || text.ends_with('u')) options.use_l10n = UseL10n::Off;
    if (options.grouping || options.use_l10n == UseL10n::Off) text.remove_suffix(both ? 2 : 1);
    options.places = text.empty() ? Value(-1) : Value(text);
    return options;
}

/// Is it written with just these places, so that nothing is to be rounded? As prices are.
bool has_places(const Value& number, std::int64_t places) {
    if (number.kind() != Kind::Decimal || places <= 0) return false;
    const Decimal decimal = number.as_decimal();
    return decimal.is_finite() && !decimal.is_negative() && decimal.exponent() == -places;
}

/// Digits, or a decimal number, as the current language writes them.
Value grouped(const Value& number, const Options& options, int decimal_pos) {
    const NumberOptions format{.decimal_pos = decimal_pos,
                               .use_l10n = options.use_l10n,
                               .force_grouping = options.grouping};
    return Value(number_format(number, format)).mark_safe();
}

}  // namespace

Value float_format(const Value& number, const Value& argument) {
    constexpr std::size_t kDigitsMax = 200;
    const Options options = read_options(argument);
    const std::optional<std::int64_t> few = few_places(options.places);
    if (few && has_places(number, *few)) {
        return grouped(number, options, static_cast<int>(*few));
    }
    std::string input = number.str();
    std::optional<DecimalText> decimal = DecimalText::parse(input);
    if (!decimal) {
        const ToFloat real = to_float(number);
        if (!real) return Value("");
        decimal = DecimalText::parse(Value(real.value).str());
        if (!decimal) return Value("");
    }
    std::int64_t places = 0;
    if (few) {
        places = *few;
    } else if (!read_integer(options.places, places)) {
        return Value(input);
    }
    if (!decimal->finite) return Value(input);
    if (decimal->digits.size() + static_cast<std::size_t>(std::abs(decimal->exponent)) >
        kDigitsMax) {
        return Value(input);
    }
    const bool integer = decimal->is_integer();
    const std::int64_t behind_point = checked_width(std::abs(places));
    std::string digits;
    int decimal_pos = 0;
    if (integer && places <= 0) {
        digits = decimal->whole();
        if (decimal->negative && digits != "0") digits.insert(0, "-");
    } else {
        digits = decimal->rounded(behind_point);
        const bool zero = digits.find_first_of("123456789") == std::string::npos;
        if (decimal->negative && !zero) digits.insert(0, "-");
        decimal_pos = static_cast<int>(behind_point);
    }
    return grouped(Value(digits), options, decimal_pos);
}

}  // namespace tatum::template_::impl
