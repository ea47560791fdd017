#include <tatum/base/ascii.h>
#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <arpa/inet.h>

#include <algorithm>
#include <deque>
#include <iterator>

namespace tatum::html {

namespace {

constexpr std::size_t kLinkCharactersMax = 2048;

bool starts_with_word(std::string_view text) {
    std::size_t position = 0;
    return !text.empty() && strings::is_word(strings::next_code_point(text, position));
}

/// "http://" or "https://" and the start of a host.
bool has_web_scheme(std::string_view word) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!ascii::equals_ignoring_case(word.substr(0, scheme.size()), scheme)) continue;
        std::string_view host = word.substr(scheme.size());
        if (host.starts_with('[')) host.remove_prefix(1);
        return starts_with_word(host);
    }
    return false;
}

/// A label of a domain name: letters, digits, and dashes that are not at its ends.
bool is_label(std::string_view label) {
    constexpr std::size_t kLabelCharactersMax = 63;
    if (label.empty() || label.front() == '-' || label.back() == '-' ||
        strings::length(label) > kLabelCharactersMax) {
        return false;
    }
    for (std::size_t i = 0; i < label.size();) {
        const char32_t c = strings::next_code_point(label, i);
        const bool ascii =
            (c >= '0' && c <= '9') || c == '-' || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (!(c < 0x80 ? ascii : c >= 0xA1 && c <= 0xFFFF)) return false;
    }
    return true;
}

bool is_top_level(std::string_view label) {
    constexpr std::string_view kTopLevels[] = {"com", "edu", "gov", "int", "mil", "net", "org"};
    const std::string lowered = strings::ascii_lower(label);
    return std::find(std::begin(kTopLevels), std::end(kTopLevels), lowered) != std::end(kTopLevels);
}

/// "www.anything", or a domain of one of the oldest top-level domains with an optional path.
bool is_bare_domain(std::string_view word) {
    if (ascii::equals_ignoring_case(word.substr(0, 4), "www.")) return true;
    if (ascii::equals_ignoring_case(word.substr(0, 4), "http")) return false;
    const std::string_view host = word.substr(0, word.find('/'));
    auto labels = strings::split(host, ".");
    if (labels.size() < 2) return false;
    return is_top_level(labels.back()) && std::all_of(labels.begin(), labels.end() - 1, is_label);
}

/// Django 5's rule: "www.anything", or two characters and more before a known top-level domain.
bool is_loose_domain(std::string_view word) {
    if (ascii::equals_ignoring_case(word.substr(0, 4), "www.")) return true;
    if (ascii::equals_ignoring_case(word.substr(0, 4), "http")) return false;
    if (!starts_with_word(word)) return false;
    const std::size_t at = std::min(word.find('@'), word.size());
    for (std::size_t dot = word.find('.', 2); dot < at; dot = word.find('.', dot + 1)) {
        const std::string_view top = word.substr(dot + 1, 3);
        const bool ends = dot + 4 == word.size() || (dot + 4 < word.size() && word[dot + 4] == '/');
        if (ends && is_top_level(top)) return true;
    }
    return false;
}

/// Words between dots, of the characters that RFC 5322 §3.2.3 allows without quotes.
bool is_mailbox(std::string_view user) {
    static constexpr std::string_view kSigns = "-!#$%&'*+/=?^_`{}|~";
    const auto is_atom = [](std::string_view atom) {
        return !atom.empty() && std::all_of(atom.begin(), atom.end(), [](char c) {
            return ascii::is_digit(c) || ascii::is_letter(c) ||
                   kSigns.find(c) != std::string_view::npos;
        });
    };
    const auto atoms = strings::split(user, ".");
    return std::all_of(atoms.begin(), atoms.end(), is_atom);
}

/// The last label of a mail domain: no digits, unless it is punycode.
bool is_mail_top_level(std::string_view label) {
    if (!is_label(label) || strings::length(label) < 2) return false;
    if (ascii::equals_ignoring_case(label.substr(0, 4), "xn--") && label.size() > 4) {
        // Nothing beyond ASCII, and no second dash.
        const bool plain = std::all_of(label.begin() + 4, label.end(), [](char c) {
            return ascii::is_digit(c) || ascii::is_letter(c);
        });
        if (plain) return true;
    }
    return label.find_first_of("0123456789") == std::string_view::npos;
}

/// "[127.0.0.1]", "[::1]"
bool is_address_literal(std::string_view domain) {
    if (!domain.starts_with('[') || !domain.ends_with(']') || domain.size() < 3) return false;
    const std::string address(domain.substr(1, domain.size() - 2));
    in6_addr parsed = {};
    return inet_pton(AF_INET, address.c_str(), &parsed) == 1 ||
           inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

/// As Django's EmailValidator has it; a word holds no quotes.
bool is_email(std::string_view word) {
    constexpr std::size_t kEmailCharactersMax = 320;  // RFC 3696 §3
    const std::size_t at = word.rfind('@');
    if (at == std::string_view::npos || strings::length(word) > kEmailCharactersMax) return false;
    if (!is_mailbox(word.substr(0, at))) return false;
    const std::string_view domain = word.substr(at + 1);
    if (is_address_literal(domain)) return true;
    const auto labels = strings::split(domain, ".");
    return labels.size() >= 2 && std::all_of(labels.begin(), labels.end() - 1, is_label) &&
           is_mail_top_level(labels.back());
}

/// A word without the punctuation around it.
struct Trimmed {
    std::string_view lead, middle;
    std::string trail;
};

constexpr std::string_view kTrailing = ".,:;!";
constexpr std::string_view kTrailingButSemicolon = ".,:!";

std::string_view rstrip_any(std::string_view text, std::string_view characters) {
    const std::size_t last = text.find_last_not_of(characters);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class PunctuationTrimmer {
public:
    static Trimmed trim(std::string_view word, bool brackets_drop_trail) {
        PunctuationTrimmer trimmer;
        trimmer.brackets_drop_trail_ = brackets_drop_trail;
        const std::size_t begin = std::min(word.find_first_not_of("(["), word.size());
        trimmer.result_.lead = word.substr(0, begin);
        trimmer.result_.middle = word.substr(begin);
        trimmer.run();
        return std::move(trimmer.result_);
    }

private:
    void run() {
        for (const char c : result_.middle) {
            for (Pair& pair : pairs_) {
                pair.opened += c == pair.opening;
                pair.closed += c == pair.closing;
            }
        }
        bool trimmed = true;
        while (trimmed && !result_.middle.empty()) {
            trimmed = trim_closings();
            const std::size_t amp = result_.middle.rfind('&');
            const bool has_amp = amp != std::string_view::npos;
            trimmed |= cut_to(
                rstrip_any(result_.middle, has_amp ? kTrailingButSemicolon : kTrailing).size());
            if (result_.middle.ends_with(';')) trimmed |= trim_semicolons(amp, has_amp);
        }
    }
    /// Moves what is behind `size` bytes to the trail; false when that is nothing.
    bool cut_to(std::size_t size) {
        if (size == result_.middle.size()) return false;
        result_.trail.insert(0, result_.middle.substr(size));
        result_.middle = result_.middle.substr(0, size);
        return true;
    }
    /// Closing brackets that nothing opened.
    bool trim_closings() {
        bool trimmed = false;
        for (Pair& pair : pairs_) {
            if (pair.opened >= pair.closed || !result_.middle.ends_with(pair.closing)) continue;
            const std::size_t surplus = pair.closed - pair.opened;
            if (brackets_drop_trail_) result_.trail.clear();
            cut_to(result_.middle.size() - std::min(surplus, result_.middle.size()));
            pair.closed -= surplus;
            trimmed = true;
        }
        return trimmed;
    }
    /// A semicolon stays when it ends a character reference.
    bool trim_semicolons(std::size_t amp, bool has_amp) {
        const std::string_view middle = result_.middle;
        const std::string_view candidate =
            has_amp ? middle.substr(amp) : middle.substr(middle.size() - 1);
        const std::string plain = unescape(candidate);
        if (plain != candidate && !plain.ends_with(';')) return false;
        const std::size_t stripped = rstrip_any(middle, kTrailing).size();
        const std::size_t semicolons = middle.size() - rstrip_any(middle, ";").size();
        if (has_amp && semicolons > 1) {
            return cut_to(middle.find(';', stripped) + 1);
        }
        return cut_to(stripped);
    }

    struct Pair {
        char opening, closing;
        std::size_t opened = 0, closed = 0;
    };
    Pair pairs_[2] = {{'(', ')'}, {'[', ']'}};
    bool brackets_drop_trail_ = false;
    Trimmed result_;
};

/// The address that a word links to; empty when it is no link.
struct Link {
    std::string href;
    bool is_email = false;
};

Link link_of(std::string_view middle, const UrlizeOptions& options) {
    if (strings::length(middle) <= kLinkCharactersMax) {
        if (has_web_scheme(middle)) return {smart_urlquote(unescape(middle))};
        const bool loose = options.bare_domains == BareDomains::Loose;
        if (loose ? is_loose_domain(middle) : is_bare_domain(middle)) {
            return {smart_urlquote(std::string(options.default_scheme) + "://" + unescape(middle))};
        }
    }
    if (middle.find(':') == std::string_view::npos && is_email(middle)) {
        const std::size_t at = middle.rfind('@');
        return {"mailto:" + uri::quote(middle.substr(0, at), "") + '@' +
                    uri::quote(middle.substr(at + 1), ""),
                true};
    }
    return {};
}

class Urlizer {
public:
    Urlizer(std::string& out, const UrlizeOptions& options)
        : out_(out),
          options_(options),
          escapes_(options.autoescape == Autoescape::On && !options.safe_input) {}

    void word(std::string_view text) {
        if (text.find_first_of(".@:") == std::string_view::npos) return put(text);
        const Trimmed trimmed = PunctuationTrimmer::trim(text, options_.brackets_drop_trail);
        const Link link = link_of(trimmed.middle, options_);
        if (link.href.empty()) return put(text);
        put(trimmed.lead);
        out_ += "<a href=\"";
        append_escaped(out_, link.href);
        out_ += options_.nofollow && !link.is_email ? "\" rel=\"nofollow\">" : "\">";
        put_shortened(trimmed.middle);
        out_ += "</a>";
        put(trimmed.trail);
    }
    void put(std::string_view text) {
        if (escapes_) {
            append_escaped(out_, text);
        } else {
            out_ += text;
        }
    }

private:
    void put_shortened(std::string_view text) {
        if (!options_.trim_url_limit || strings::length(text) <= *options_.trim_url_limit) {
            return put(text);
        }
        const std::size_t limit = *options_.trim_url_limit;
        put(strings::slice(text, 0, limit == 0 ? 0 : limit - 1));
        out_ += "…";
    }

    std::string& out_;
    const UrlizeOptions& options_;
    bool escapes_;
};

/// White space, quotes and angle brackets stand between words.
bool separates(char32_t c) {
    return c == '<' || c == '>' || c == '"' || c == '\'' || strings::is_space(c);
}

}  // namespace

std::string urlize(std::string_view text, const UrlizeOptions& options) {
    std::string out;
    out.reserve(text.size());
    Urlizer urlizer(out, options);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t here = i;
        if (!separates(strings::next_code_point(text, i))) continue;
        urlizer.word(text.substr(begin, here - begin));
        urlizer.put(text.substr(here, i - here));
        begin = i;
    }
    urlizer.word(text.substr(begin));
    return out;
}

namespace {

/// Decoded and encoded again, so that what is encoded already stays as it is.
std::string requote(std::string_view text) {
    // RFC 3986 §2.2 and §2.3: delimiters and the tilde have a meaning of their own.
    constexpr std::string_view kSafe = "!$&'()*+,;=:/?#[]@~";
    return uri::quote(strings::replace_invalid_utf8(uri::unquote(text)), kSafe);
}

/// "a=1&b" as "a=1&b=", each part decoded and encoded again.
std::string requote_query(std::string_view query) {
    std::string out;
    for (const std::string_view pair : strings::split(query, "&")) {
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        const auto part = [](std::string_view text) {
            // Django decodes once more what the query's parser has decoded.
            const std::string once = strings::replace_invalid_utf8(uri::unquote_plus(text));
            return uri::quote_plus(strings::replace_invalid_utf8(uri::unquote(once)));
        };
        if (!out.empty()) out += '&';
        out += part(pair.substr(0, equals)) + '=' + part(value);
    }
    return out;
}

}  // namespace

std::string smart_urlquote(std::string_view url) {
    // As Python's urlsplit() (3.11.4 and later): no control characters or blanks before it.
    std::string plain;
    for (const char c : url) {
        const bool is_leading = plain.empty() && static_cast<unsigned char>(c) <= ' ';
        if (!is_leading && c != '\t' && c != '\r' && c != '\n') plain += c;
    }
    const Result<uri::Split> parts = uri::split(plain);
    if (!parts) return requote(url);
    std::string out;
    if (!parts->scheme.empty()) out = strings::ascii_lower(parts->scheme) + ':';
    const std::string path = requote(parts->path);
    if (!parts->netloc.empty() || path.starts_with("//")) {
        out += "//" + requote(parts->netloc);
        if (!path.empty() && path[0] != '/') out += '/';
    }
    out += path;
    if (!parts->query.empty()) out += '?' + requote_query(parts->query);
    if (!parts->fragment.empty()) out += '#' + requote(parts->fragment);
    return out;
}

}  // namespace tatum::html
