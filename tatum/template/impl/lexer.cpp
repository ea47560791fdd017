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
    std::size_t tag_end(std::size_t brace) const {
        if (brace + 1 >= source_.size()) return 0;
        std::string_view close;
        switch (source_[brace + 1]) {
            case '%':
                close = "%}";
                break;
            case '{':
                close = "}}";
                break;
            case '#':
                close = "#}";
                break;
            default:
                return 0;
        }
        const std::size_t line_end = std::min(source_.find('\n', brace + 2), source_.size());
        const std::size_t found = source_.substr(0, line_end).find(close, brace + 2);
        return found == std::string_view::npos ? 0 : found + 2;
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

    std::string_view source_;
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
