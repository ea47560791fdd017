#include <tatum/template/extract.h>

#include <tatum/base/text.h>
#include <tatum/template/impl/block_translate.h>
#include <tatum/template/impl/lexer.h>

#include <algorithm>
#include <utility>

namespace tatum::template_ {
namespace {

constexpr std::string_view kMarker = "Translators";

/// The end of the quoted string at `from`, or 0.
std::size_t quoted_end(std::string_view text, std::size_t from) {
    if (from >= text.size() || (text[from] != '"' && text[from] != '\'')) return 0;
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == text[from]) {
            return i + 1;
        }
    }
    return 0;
}

/// The text of a quoted string at the start of `text`; "" when there is none.
std::string leading_constant(std::string_view text) {
    const std::size_t end = quoted_end(text, 0);
    if (end == 0) return {};
    return strings::unescape_string_literal(text.substr(0, end)).value_or("");
}

class Extractor {
public:
    explicit Extractor(std::string_view source) : tokens_(impl::tokenize(source)) {}

    std::vector<ExtractedMessage> run() {
        while (next_ < tokens_.size()) {
            const Token token = tokens_[next_++];
            switch (token.kind) {
                case TokenKind::Text:
                    pass_text(token);
                    break;
                case TokenKind::Comment:
                    if (token.contents.starts_with(kMarker)) {
                        add_comment(token.contents, token.span.line, Kind::Line);
                    }
                    break;
                case TokenKind::Variable:
                    pass(token.span.line);
                    read_constants(token);
                    break;
                case TokenKind::Block:
                    read_block(token);
                    break;
            }
        }
        return std::move(messages_);
    }

private:
    /// `{# #}`, which has to be the last on its line, or a block.
    enum class Kind : bool { Line, Block };
    struct Comment {
        std::string text;
        std::size_t line;
        Kind kind;
    };

    void add_comment(std::string_view text, std::size_t line, Kind kind) {
        if (commented_line_ != 0) drop_comments();
        comments_.push_back({std::string(text), line, kind});
    }

    /// Something else than comments stands on `line`. They are for the first message of the first
    /// such line.
    void pass(std::size_t line) {
        if (commented_line_ != 0 && line > commented_line_) drop_comments();
        std::erase_if(comments_, [&](const Comment& comment) {
            return comment.kind == Kind::Line && comment.line == line;
        });
        if (!comments_.empty() && commented_line_ == 0) commented_line_ = line;
    }
    void pass_text(const Token& token) {
        const auto lines = strings::split(token.contents, "\n");
        if (lines.size() == 1) return pass(token.span.line);
        for (std::size_t i = 1; i < lines.size(); ++i) {
            if (!strings::strip(lines[i]).empty()) pass(token.span.line + i);
        }
    }
    void drop_comments() {
        comments_.clear();
        commented_line_ = 0;
    }

    void add(ExtractedMessage message) {
        if (message.id.empty()) return;
        for (const Comment& comment : comments_) {
            message.comment += (message.comment.empty() ? "" : "\n") + comment.text;
        }
        drop_comments();
        message.has_fields = (message.id + message.plural).find('%') != std::string::npos;
        messages_.push_back(std::move(message));
    }

    void read_block(const Token& token) {
        const std::string_view name = token.name();
        if (name == "comment") return read_comment_block();
        pass(token.span.line);
        if (name == "translate" || name == "trans") {
            read_translate(token);
        } else if (name == "blocktranslate" || name == "blocktrans") {
            read_constants(token);
            read_block_translate(token);
        } else {
            read_constants(token);
        }
    }

    void read_comment_block() {
        while (next_ < tokens_.size() && tokens_[next_].contents != "endcomment") {
            const Token& token = tokens_[next_++];
            if (token.kind == TokenKind::Text) read_comment_text(token);
        }
        if (next_ < tokens_.size()) ++next_;
    }

    /// From the last line that begins with the marker on.
    void read_comment_text(const Token& token) {
        const auto lines = strings::split(token.contents, "\n");
        std::size_t first = lines.size();
        while (first > 0 && !strings::lstrip(lines[first - 1]).starts_with(kMarker)) --first;
        if (first == 0) return;
        std::string text;
        for (std::size_t i = first - 1; i < lines.size(); ++i) {
            text += (text.empty() ? "" : "\n") + std::string(strings::strip(lines[i]));
        }
        add_comment(strings::strip(text), token.span.line + lines.size() - 1, Kind::Block);
    }

    void read_translate(const Token& token) {
        const auto bits = token.split_contents();
        if (bits.size() < 2) return;
        if (bits[1].starts_with("_(")) return read_constants(token);
        ExtractedMessage message;
        message.id = strings::replace(leading_constant(bits[1]), "%", "%%");
        message.context = option(bits, "context");
        message.line = token.span.line;
        add(std::move(message));
    }

    static std::string option(const std::vector<std::string_view>& bits, std::string_view name) {
        const auto found = std::find(bits.begin(), bits.end(), name);
        if (found == bits.end() || found + 1 == bits.end()) return {};
        return leading_constant(*(found + 1));
    }

    /// Text and variables up to the next tag.
    std::vector<Token> collect() {
        std::vector<Token> found;
        while (next_ < tokens_.size() && (tokens_[next_].kind == TokenKind::Text ||
                                          tokens_[next_].kind == TokenKind::Variable)) {
            found.push_back(tokens_[next_++]);
        }
        return found;
    }

    void read_block_translate(const Token& token) {
        const auto bits = token.split_contents();
        const bool trimmed = std::find(bits.begin(), bits.end(), "trimmed") != bits.end();
        const impl::Trim trim = trimmed ? impl::Trim::Yes : impl::Trim::No;
        const impl::Message singular = impl::message_of(collect(), trim);
        ExtractedMessage message;
        message.id = singular.id;
        message.context = option(bits, "context");
        message.line = token.span.line;
        if (next_ < tokens_.size() && tokens_[next_].contents == "plural") {
            ++next_;
            const impl::Message plural = impl::message_of(collect(), trim);
            message.plural = plural.id;
        }
        if (next_ < tokens_.size() && tokens_[next_].contents.starts_with("end")) ++next_;
        add(std::move(message));
    }

    /// `_("...")` anywhere in a tag or variable.
    void read_constants(const Token& token) {
        const std::string_view text = token.contents;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text.substr(i).starts_with("_(")) {
                const std::size_t end = quoted_end(text, i + 2);
                if (end != 0 && end < text.size() && text[end] == ')') {
                    ExtractedMessage message;
                    message.id = strings::replace(leading_constant(text.substr(i + 2)), "%", "%%");
                    message.line = token.span.line;
                    add(std::move(message));
                    i = end;
                    continue;
                }
            }
            // A constant that is not to be translated may hold anything.
            if (const std::size_t end = quoted_end(text, i)) i = end - 1;
        }
    }

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::vector<ExtractedMessage> messages_;
    std::vector<Comment> comments_;   ///< that no message has yet
    std::size_t commented_line_ = 0;  ///< whose first message they are for; 0: not known yet
};

}  // namespace

std::vector<ExtractedMessage> extract_messages(std::string_view source) {
    return Extractor(source).run();
}

}  // namespace tatum::template_
