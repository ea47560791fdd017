#include <tatum/template/impl/lexer.h>

#include <tatum/base/text.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    std::vector<Token> run() {
        std::size_t from = 0;
        while (from < source_.size()) {
            const std::size_t brace = source_.find('{', from);
            if (brace == std::string_view::npos) break;
            const std::size_t end = tag_end(brace);
            if (end == 0) {
                from = brace + 1;
                continue;
            }
            add_tag(brace, end);
            from = end;
        }
        add_text(source_.size());
        return std::move(tokens_);
    }

private:
    /// The byte behind the tag that starts at `brace`, or 0 when none does.
    std::size_t tag_end(std::size_t brace) {
        if (brace + 1 >= source_.size()) return 0;
        for (Sought* close : {&block_end_, &variable_end_, &comment_end_}) {
            if (source_[brace + 1] != close->opening) continue;
            const std::size_t found = close->find(source_, brace + 2);
            // A tag ends on the line that it begins on.
            return found < line_end_.find(source_, brace + 2) ? found + 2 : 0;
        }
        return 0;
    }

    void add_tag(std::size_t start, std::size_t end) {
        const std::string_view inner = source_.substr(start + 2, end - start - 4);
        const std::string_view contents = strings::strip(inner);
        const char kind = source_[start + 1];
        if (!verbatim_end_.empty()) {
            // Within verbatim: text, which add_text() will take along, unless it is the end.
            if (kind != '%' || contents != verbatim_end_) return;
            verbatim_end_.clear();
        }
        add_text(start);
        switch (kind) {
            case '{':
                add(TokenKind::Variable, contents, start, end);
                break;
            case '#':
                add(TokenKind::Comment, contents, start, end);
                break;
            default:
                if (contents == "verbatim" || contents.starts_with("verbatim ")) {
                    verbatim_end_ = "end" + std::string(contents);
                }
                add(TokenKind::Block, contents, start, end);
        }
        text_start_ = end;
    }

    void add_text(std::size_t end) {
        if (end > text_start_) {
            add(TokenKind::Text, source_.substr(text_start_, end - text_start_), text_start_, end);
        }
        text_start_ = end;
    }

    void add(TokenKind kind, std::string_view contents, std::size_t start, std::size_t end) {
        Token token;
        token.kind = kind;
        token.contents = contents;
        token.span = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end), line_};
        const std::string_view text = source_.substr(start, end - start);
        line_ += static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
        tokens_.push_back(token);
    }

    /// A text that is looked for from places further and further on. What was found is kept, so
    /// that a long line, or a tag that never ends, is read once.
    struct Sought {
        std::string_view text;
        char opening = '\0';   ///< of the tag that it closes, behind its brace
        std::size_t from = 1;  ///< nothing is known before
        std::size_t at = 0;    ///< the first one from `from` on

        std::size_t find(std::string_view source, std::size_t position) {
            if (position < from || position > at) {
                from = position;
                at = std::min(source.find(text, position), source.size());
            }
            return at;
        }
    };

    std::string_view source_;
    Sought block_end_{"%}", '%'}, variable_end_{"}}", '{'}, comment_end_{"#}", '#'};
    Sought line_end_{"\n"};
    std::vector<Token> tokens_;
    std::string verbatim_end_;
    std::size_t text_start_ = 0;
    std::uint32_t line_ = 1;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace tatum::template_::impl

namespace tatum::template_ {

std::string_view Token::name() const {
    const auto words = strings::split(contents);
    return words.empty() ? std::string_view() : words.front();
}

std::vector<std::string_view> Token::split_contents() const {
    const std::vector<std::string_view> pieces = strings::smart_split(contents);
    std::vector<std::string_view> bits;
    bits.reserve(pieces.size());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        std::string_view bit = pieces[i];
        // _("two words") is one bit, though blanks separate its pieces.
        if (bit.starts_with("_(\"") || bit.starts_with("_('")) {
            const char end[] = {bit[2], ')', '\0'};
            while (!bit.ends_with(end) && i + 1 < pieces.size()) {
                ++i;
                const char* last = pieces[i].data() + pieces[i].size();
                bit = {bit.data(), static_cast<std::size_t>(last - bit.data())};
            }
        }
        bits.push_back(bit);
    }
    return bits;
}

}  // namespace tatum::template_
