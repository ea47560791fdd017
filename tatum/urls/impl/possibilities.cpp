#include <tatum/urls/impl/possibilities.h>

#include <charconv>
#include <optional>
#include <utility>

namespace tatum::urls::impl {

namespace {

constexpr std::size_t kPossibilitiesMax = 256;
constexpr int kDepthMax = 50;
constexpr std::size_t kRepeatMax = 1000;

using Texts = std::vector<Possibility>;

bool has_parameters(const Texts& texts) {
    for (const Possibility& text : texts)
        if (text.pieces.size() > 1) return true;
    return false;
}

/// Reads one regular expression. Fails, by leaving `failed_` set, on '|' and on what is malformed.
class Reader {
public:
    explicit Reader(std::string_view regex) : regex_(regex) {}

    Texts read() {
        Texts texts = read_sequence(0);
        if (failed_ || texts.size() > kPossibilitiesMax) return {Possibility()};
        return texts;
    }

private:
    bool at_end() const { return at_ >= regex_.size(); }
    bool next_is(std::string_view text) const { return regex_.substr(at_).starts_with(text); }

    /// Up to the end or the ')' of a group.
    Texts read_sequence(int depth) {
        Texts texts{Possibility()};
        if (depth > kDepthMax) failed_ = true;
        while (!at_end() && !failed_ && regex_[at_] != ')') {
            if (regex_[at_] == '$') {
                at_ = depth == 0 ? regex_.size() : at_ + 1;
                continue;
            }
            std::optional<Texts> atom = read_atom(depth);
            if (!atom) continue;
            Texts repeated = quantified(*std::move(atom));
            texts = sequence(texts, repeated);
            if (texts.size() > kPossibilitiesMax) failed_ = true;
        }
        return texts;
    }

    /// nullopt for what stands for no text.
    std::optional<Texts> read_atom(int depth) {
        const char c = regex_[at_++];
        switch (c) {
            case '^':
                return std::nullopt;
            case '|':
                failed_ = true;
                return std::nullopt;
            case '.':
                return literal(".");
            case '\\':
                return read_escape();
            case '[':
                return literal(std::string(1, read_brackets()));
            case '(':
                return read_group(depth);
            default:
                return literal(std::string(1, c));
        }
    }

    static Texts literal(std::string_view text) {
        Possibility possibility;
        possibility.append_literal(text);
        return {possibility};
    }

    std::optional<Texts> read_escape() {
        if (at_end()) {
            failed_ = true;
            return std::nullopt;
        }
        const char c = regex_[at_++];
        switch (c) {
            case 'A':
            case 'b':
            case 'B':
            case 'Z':
            case 'z':
                return std::nullopt;
            case 'd':
                return literal("0");
            case 'D':
            case 'S':
            case 'w':
                return literal("x");
            case 's':
                return literal(" ");
            case 'W':
                return literal("!");
            default:
                return literal(std::string(1, c));
        }
    }

    /// Behind '['; returns one of the characters.
    char read_brackets() {
        bool first = true;
        char chosen = 'x';
        if (!at_end() && regex_[at_] == '^') ++at_;
        while (!at_end()) {
            char c = regex_[at_++];
            if (c == ']' && !first) return chosen;
            if (c == '\\' && !at_end()) c = representative(regex_[at_++]);
            if (first) chosen = c;
            first = false;
        }
        failed_ = true;
        return chosen;
    }
    static char representative(char c) {
        switch (c) {
            case 'd':
                return '0';
            case 'D':
            case 'S':
            case 'w':
                return 'x';
            case 's':
                return ' ';
            case 'W':
                return '!';
            default:
                return c;
        }
    }

    /// Behind '('.
    std::optional<Texts> read_group(int depth) {
        if (next_is("?P<")) {
            const std::size_t end = regex_.find('>', at_);
            if (end == std::string_view::npos) {
                failed_ = true;
                return std::nullopt;
            }
            const std::string_view name = regex_.substr(at_ + 3, end - at_ - 3);
            at_ = end + 1;
            skip_group();
            return parameter(name);
        }
        if (next_is("?#") || next_is("?=") || next_is("?!") || next_is("?<")) {
            skip_group();
            return std::nullopt;
        }
        if (next_is("?")) {
            // Flags, with or without a group: "(?:...)", "(?i:...)", "(?i)".
            while (!at_end() && regex_[at_] != ':' && regex_[at_] != ')') ++at_;
            if (at_end()) failed_ = true;
            if (failed_ || regex_[at_++] == ')') return std::nullopt;
            Texts texts = read_sequence(depth + 1);
            if (at_end()) failed_ = true;
            ++at_;
            return texts;
        }
        const std::string name = "_" + std::to_string(unnamed_++);
        skip_group();
        return parameter(name);
    }

    static Texts parameter(std::string_view name) {
        Possibility possibility;
        possibility.append_parameter(name);
        return {possibility};
    }

    /// To behind the ')' that ends the group in which at_ stands.
    void skip_group() {
        int depth = 1;
        bool in_brackets = false;
        for (; !at_end(); ++at_) {
            const char c = regex_[at_];
            if (c == '\\') {
                ++at_;
            } else if (in_brackets) {
                in_brackets = c != ']';
            } else if (c == '[') {
                in_brackets = true;
                if (regex_.substr(at_ + 1).starts_with("^")) ++at_;
                if (regex_.substr(at_ + 1).starts_with("]")) ++at_;
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0) {
                ++at_;
                return;
            }
        }
        failed_ = true;
    }

    /// `atom` as often as the quantifier behind it says at least.
    Texts quantified(Texts atom) {
        if (at_end()) return atom;
        std::size_t least = 1;
        const char c = regex_[at_];
        if (c == '*' || c == '?') {
            least = 0;
            ++at_;
        } else if (c == '+') {
            ++at_;
        } else if (c == '{') {
            const std::size_t end = regex_.find('}', at_);
            if (end == std::string_view::npos) return atom;
            const std::string_view inside = regex_.substr(at_ + 1, end - at_ - 1);
            least = 0;
            std::from_chars(inside.data(), inside.data() + inside.size(), least);
            at_ = end + 1;
        } else {
            return atom;
        }
        if (!at_end() && regex_[at_] == '?') ++at_;
        if (least > kRepeatMax) failed_ = true;
        if (failed_ || least == 1) return atom;
        Texts result{Possibility()};
        if (least == 0) {
            if (has_parameters(atom)) result.insert(result.end(), atom.begin(), atom.end());
            return result;
        }
        for (std::size_t i = 0; i < least; ++i) result = sequence(result, atom);
        return result;
    }

    std::string_view regex_;
    std::size_t at_ = 0;
    std::size_t unnamed_ = 0;
    bool failed_ = false;
};

}  // namespace

void Possibility::append(const Possibility& other) {
    append_literal(other.pieces.front().literal);
    pieces.back().parameter = other.pieces.front().parameter;
    pieces.insert(pieces.end(), other.pieces.begin() + 1, other.pieces.end());
}

std::vector<std::string_view> Possibility::parameters() const {
    std::vector<std::string_view> names;
    for (const Piece& piece : pieces)
        if (!piece.parameter.empty()) names.push_back(piece.parameter);
    return names;
}

std::vector<Possibility> sequence(const std::vector<Possibility>& a,
                                  const std::vector<Possibility>& b) {
    std::vector<Possibility> result;
    for (const Possibility& first : a) {
        for (const Possibility& second : b) {
            if (result.size() > kPossibilitiesMax) return result;
            result.push_back(first);
            result.back().append(second);
        }
    }
    return result;
}

Possibility possibility_of(const PathPattern& pattern) {
    Possibility possibility;
    for (const PathPattern::Segment& segment : pattern.segments()) {
        possibility.append_literal(segment.literal);
        if (segment.converter != nullptr) possibility.append_parameter(segment.name);
    }
    return possibility;
}

std::vector<Possibility> possibilities_of(std::string_view regex) { return Reader(regex).read(); }

}  // namespace tatum::urls::impl
