// Validators of what has a host in it: domains, e-mail addresses, URLs.

#include <tatum/base/ascii.h>
#include <tatum/base/i18n.h>
#include <tatum/base/impl/refuse.h>
#include <tatum/base/ip_address.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/base/validators.h>

#include <algorithm>

namespace tatum::validators {

namespace {

using tatum::impl::refuse;

enum class HostScript : unsigned char { Any, Ascii };
enum class FinalDot : unsigned char { Refused, Allowed };

constexpr std::size_t kLabelLengthMax = 63;  // RFC 1034 §3.1

bool is_label_character(char32_t c, HostScript script) {
    if (c < 0x80) {
        const char ascii = static_cast<char>(c);
        return ascii::is_letter(ascii) || ascii::is_digit(ascii) || ascii == '-';
    }
    return script == HostScript::Any && c >= 0xA1 && c <= 0xFFFF;
}

/// 1 to 63 letters, digits and dashes, with no dash at either end.
bool is_host_label(std::string_view label, HostScript script) {
    if (label.empty() || label.starts_with('-') || label.ends_with('-')) return false;
    std::size_t length = 0;
    for (std::size_t at = 0; at < label.size(); ++length) {
        if (!is_label_character(strings::next_code_point(label, at), script)) return false;
    }
    return length <= kLabelLengthMax && strings::is_valid_utf8(label);
}

/// Two letters and more without digits, which tells names from addresses, unless it is punycode.
bool is_top_level_label(std::string_view label, HostScript script) {
    if (!is_host_label(label, script) || strings::length(label) < 2) return false;
    if (script == HostScript::Ascii) return true;
    if (label.find_first_of("0123456789") == std::string_view::npos) return true;
    const std::string_view code = label.substr(std::min<std::size_t>(4, label.size()));
    return ascii::equals_ignoring_case(label.substr(0, 4), "xn--") && !code.empty() &&
           strings::is_ascii(code) && code.find('-') == std::string_view::npos;
}

/// A host name below a top-level domain.
bool is_domain_name(std::string_view host, HostScript script, FinalDot final_dot) {
    if (final_dot == FinalDot::Allowed && host.ends_with('.')) host.remove_suffix(1);
    const auto labels = strings::split(host, ".");
    return labels.size() >= 2 && is_top_level_label(labels.back(), script) &&
           std::all_of(labels.begin(), labels.end() - 1,
                       [&](std::string_view label) { return is_host_label(label, script); });
}

bool is_mailbox_sign(char c) {
    return ascii::is_letter(c) || ascii::is_digit(c) ||
           std::string_view("-!#$%&'*+/=?^_`{}|~").find(c) != std::string_view::npos;
}

/// RFC 5322 §3.2.3, dot-atom.
bool is_dot_atom(std::string_view user) {
    const auto atoms = strings::split(user, ".");
    return std::all_of(atoms.begin(), atoms.end(), [](std::string_view atom) {
        return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_mailbox_sign);
    });
}

/// RFC 5321 §4.1.2, Quoted-string, with the control characters of older mail.
bool is_quoted_mailbox(std::string_view user) {
    if (user.size() < 2 || user.front() != '"' || user.back() != '"') return false;
    user = user.substr(1, user.size() - 2);
    for (std::size_t i = 0; i < user.size(); ++i) {
        const bool escaped = user[i] == '\\';
        if (escaped && ++i == user.size()) return false;
        const auto c = static_cast<unsigned char>(user[i]);
        if (c == 0 || c == '\n' || c == '\r' || c > 0x7F) return false;
        if (!escaped && (c == '\t' || c == ' ' || c == '"')) return false;
    }
    return true;
}

/// "[192.0.2.1]" or "[2001:db8::1]".
bool is_bracketed_ip(std::string_view host) {
    if (host.size() < 3 || host.front() != '[' || host.back() != ']') return false;
    const std::string_view address = host.substr(1, host.size() - 2);
    if (address.find('%') != std::string_view::npos) return false;
    return ip::is_ipv4(address) || ip::is_ipv6(address);
}

bool is_email_address(std::string_view text, const std::vector<std::string>& allowlist) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || strings::length(text) > EmailValidator::kLengthMax) {
        return false;
    }
    const std::string_view user = text.substr(0, at), domain = text.substr(at + 1);
    if (!is_dot_atom(user) && !is_quoted_mailbox(user)) return false;
    if (std::find(allowlist.begin(), allowlist.end(), domain) != allowlist.end()) return true;
    return is_domain_name(domain, HostScript::Any, FinalDot::Refused) || is_bracketed_ip(domain);
}

bool has_space(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (strings::is_space(strings::next_code_point(text, at))) return true;
    }
    return false;
}

/// The number of bytes of "user:password@" at the start of `text`, or 0. RFC 3986 §3.2.1.
std::size_t user_info_length(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.front() == ':') return 0;
    const std::string_view user = text.substr(0, at);
    if (std::count(user.begin(), user.end(), ':') > 1) return 0;
    return user.find('/') == std::string_view::npos && !has_space(user) ? at + 1 : 0;
}

/// A host, perhaps with a port and what follows it in a URL.
bool is_host_and_rest(std::string_view text) {
    std::size_t end = std::min(text.find_first_of(":/?#"), text.size());
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return false;
        end = close + 1;
    }
    const std::string_view host = text.substr(0, end);
    std::string_view rest = text.substr(end);
    if (text.starts_with('[')) {
        const std::string_view address = host.substr(1, host.size() - 2);
        if (address.find('%') != std::string_view::npos || !ip::is_ipv6(address)) {
            return false;
        }
    } else if (!ip::is_ipv4(host) && !ascii::equals_ignoring_case(host, "localhost") &&
               !is_domain_name(host, HostScript::Any, FinalDot::Allowed)) {
        return false;
    }
    if (rest.starts_with(':')) {
        rest.remove_prefix(1);
        const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (digits == 0 || digits > 5) return false;
        rest.remove_prefix(digits);
    }
    if (rest.empty()) return true;
    return std::string_view("/?#").find(rest.front()) != std::string_view::npos && !has_space(rest);
}

/// Of what stands before the path: without the user and the port.
std::string_view host_of(std::string_view netloc) {
    if (const auto at = netloc.rfind('@'); at != std::string_view::npos) {
        netloc.remove_prefix(at + 1);
    }
    return netloc.starts_with('[') ? netloc : netloc.substr(0, netloc.find(':'));
}

bool is_url(std::string_view text, const std::vector<std::string>& schemes) {
    if (text.find_first_of("\t\r\n") != std::string_view::npos) return false;
    if (strings::length(text) > URLValidator::kLengthMax) return false;
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) return false;
    const std::string scheme = strings::ascii_lower(text.substr(0, mark));
    if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) return false;
    if (scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.+-") != std::string::npos) {
        return false;
    }
    const auto parts = uri::split(text);
    if (!parts || strings::length(host_of(parts->netloc)) > URLValidator::kHostLengthMax) {
        return false;
    }
    const std::string_view rest = text.substr(mark + 3);
    // What looks like a user may be part of a query: http://x.org?a@b
    const std::size_t user = user_info_length(rest);
    return (user > 0 && is_host_and_rest(rest.substr(user))) || is_host_and_rest(rest);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

void DomainNameValidator::operator()(const Value& value) const {
    const auto script = accept_idna ? HostScript::Any : HostScript::Ascii;
    if (value.is_string() && strings::length(value.as_string()) <= kLengthMax &&
        is_domain_name(value.as_string(), script, FinalDot::Allowed)) {
        return;
    }
    refuse(message, gettext("Enter a valid domain name."), code, {{"value", value}});
}

void EmailValidator::operator()(const Value& value) const {
    if (value.is_string() && is_email_address(value.as_string(), allowlist)) return;
    refuse(message, gettext("Enter a valid email address."), code, {{"value", value}});
}

bool operator==(const EmailValidator& a, const EmailValidator& b) {
    return a.message == b.message && a.code == b.code && sorted(a.allowlist) == sorted(b.allowlist);
}

void URLValidator::operator()(const Value& value) const {
    if (value.is_string() && is_url(value.as_string(), schemes)) return;
    refuse(message, gettext("Enter a valid URL."), code, {{"value", value}});
}

void validate_email(const Value& value) { EmailValidator{}(value); }
void validate_domain_name(const Value& value) { DomainNameValidator{}(value); }

}  // namespace tatum::validators
