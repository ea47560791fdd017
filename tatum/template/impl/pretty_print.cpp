#include <tatum/template/impl/pretty_print.h>

#include <tatum/base/text.h>

#include <algorithm>
#include <vector>

namespace tatum::template_::impl {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kDepthMax = 50;

std::vector<const Dict::Entry*> sorted_entries(const Dict& dict) {
    std::vector<const Dict::Entry*> entries;
    for (const Dict::Entry& entry : dict) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) {
        const auto order = Value::compare(a->key, b->key);
        return order && *order == std::partial_ordering::less;
    });
    return entries;
}

class PrettyPrinter {
public:
    std::string run(const Value& value) {
        append(value, 0, 0, 1);
        return std::move(out_);
    }

private:
    /// repr() with sorted mappings, on one line.
    std::string flat(const Value& value, std::size_t depth) {
        if (depth > kDepthMax) return value.repr();
        if (value.is_dict()) {
            std::string text = "{";
            for (const Dict::Entry* entry : sorted_entries(value.as_dict())) {
                if (text.size() > 1) text += ", ";
                text += flat(entry->key, depth + 1) + ": " + flat(entry->value, depth + 1);
            }
            return text + "}";
        }
        if (value.named_tuple() != nullptr) return value.repr();
        if (value.kind() != Kind::List && value.kind() != Kind::Tuple) return value.repr();
        const bool tuple = value.kind() == Kind::Tuple;
        std::string text = tuple ? "(" : "[";
        for (const Value& item : value.as_list()) {
            if (text.size() > 1) text += ", ";
            text += flat(item, depth + 1);
        }
        if (tuple && value.as_list().size() == 1) text += ',';
        return text + (tuple ? ")" : "]");
    }

    /// `allowance` is what must follow on the last line: closing brackets and a comma.
    void append(const Value& value, std::size_t indent, std::size_t allowance, std::size_t depth) {
        const std::string line = flat(value, depth);
        const bool fits = indent + allowance + strings::length(line) <= kWidth;
        if (fits || depth > kDepthMax) {
            out_ += line;
        } else if (value.is_dict() && !value.as_dict().empty()) {
            append_dict(value.as_dict(), indent, allowance, depth);
        } else if (value.is_list() && !value.as_list().empty() && value.named_tuple() == nullptr) {
            append_list(value, indent, allowance, depth);
        } else if (value.is_string()) {
            append_string(value.as_string(), indent, allowance, depth);
        } else {
            out_ += line;
        }
    }

    void append_dict(const Dict& dict, std::size_t indent, std::size_t allowance,
                     std::size_t depth) {
        out_ += '{';
        const auto entries = sorted_entries(dict);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::string key = flat(entries[i]->key, depth + 1);
            if (i > 0) out_.append(",\n").append(indent + 1, ' ');
            out_ += key + ": ";
            const bool is_last = i + 1 == entries.size();
            append(entries[i]->value, indent + 1 + strings::length(key) + 2,
                   is_last ? allowance + 1 : 1, depth + 1);
        }
        out_ += '}';
    }

    void append_list(const Value& value, std::size_t indent, std::size_t allowance,
                     std::size_t depth) {
        List items = value.as_list();
        const bool tuple = value.kind() == Kind::Tuple;
        const bool set = value.kind() == Kind::Set;
        if (set) {
            std::stable_sort(items.begin(), items.end(), [](const Value& a, const Value& b) {
                const auto order = Value::compare(a, b);
                return order && *order == std::partial_ordering::less;
            });
        }
        const std::string close = tuple ? (items.size() == 1 ? ",)" : ")") : set ? "}" : "]";
        out_ += tuple ? '(' : set ? '{' : '[';
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out_.append(",\n").append(indent + 1, ' ');
            const bool is_last = i + 1 == items.size();
            append(items[i], indent + 1, is_last ? allowance + close.size() : 1, depth + 1);
        }
        out_ += close;
    }

    /// A long text becomes several literals, broken at blanks.
    void append_string(std::string_view text, std::size_t indent, std::size_t allowance,
                       std::size_t depth) {
        std::vector<std::string> literals;
        const bool outermost = depth == 1;
        const std::size_t inner = outermost ? indent + 1 : indent;
        const std::size_t last_allowance = outermost ? allowance + 1 : allowance;
        const auto lines = lines_with_ends(text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool is_last = i + 1 == lines.size();
            std::string whole = strings::repr(lines[i]);
            const std::size_t room = kWidth - inner - (is_last ? last_allowance : 0);
            if (strings::length(whole) <= room) {
                literals.push_back(std::move(whole));
            } else {
                add_words(lines[i], kWidth - inner, is_last ? last_allowance : 0, literals);
            }
        }
        if (literals.size() == 1) {
            out_ += literals.front();
            return;
        }
        if (outermost) out_ += '(';
        for (std::size_t i = 0; i < literals.size(); ++i) {
            if (i > 0) out_.append("\n").append(inner, ' ');
            out_ += literals[i];
        }
        if (outermost) out_ += ')';
    }

    static std::vector<std::string_view> lines_with_ends(std::string_view text) {
        std::vector<std::string_view> lines;
        const char* end = text.data() + text.size();
        const auto plain = strings::split_lines(text);
        for (std::size_t i = 0; i < plain.size(); ++i) {
            const char* next = i + 1 < plain.size() ? plain[i + 1].data() : end;
            lines.emplace_back(plain[i].data(), static_cast<std::size_t>(next - plain[i].data()));
        }
        return lines;
    }

    /// Words with the white space after them, as many in a literal as have room.
    static void add_words(std::string_view line, std::size_t width, std::size_t last_allowance,
                          std::vector<std::string>& literals) {
        std::vector<std::string_view> words;
        for (std::size_t from = 0; from < line.size();) {
            std::size_t end = line.find_first_of(" \t\n\r\v\f", from);
            end = line.find_first_not_of(" \t\n\r\v\f", end);
            end = std::min(end, line.size());
            words.push_back(line.substr(from, end - from));
            from = end;
        }
        std::string current;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string candidate = current + std::string(words[i]);
            const std::size_t room = width - (i + 1 == words.size() ? last_allowance : 0);
            if (strings::length(strings::repr(candidate)) > room && !current.empty()) {
                literals.push_back(strings::repr(current));
                current = words[i];
            } else {
                current = candidate;
            }
        }
        if (!current.empty()) literals.push_back(strings::repr(current));
    }

    std::string out_;
};

}  // namespace

std::string pretty_print(const Value& value) { return PrettyPrinter().run(value); }

}  // namespace tatum::template_::impl
