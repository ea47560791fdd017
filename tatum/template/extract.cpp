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
                    break;
                case TokenKind::Comment:
                    read_comment(token.contents, token.span.line);
                    break;
                case TokenKind::Variable:
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
    void read_comment(std::string_view text, std::size_t line) {
        if (!text.starts_with(kMarker)) return;
        comment_ = text;
        comment_line_ = line;
    }

    void add(ExtractedMessage message) {
        if (message.id.empty()) return;
        // A comment is for what stands on its line or on the next one.
        if (!comment_.empty() && message.line <= comment_line_ + 1) {
            message.comment = std::exchange(comment_, {});
        }
        comment_.clear();
        messages_.push_back(std::move(message));
    }

    void read_block(const Token& token) {
        const std::string_view name = token.name();
        if (name == "comment") return read_comment_block();
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
            if (token.kind == TokenKind::Text) {
                const std::string_view text = strings::strip(token.contents);
                const auto lines = std::count(token.contents.begin(), token.contents.end(), '\n');
                read_comment(text, token.span.line + static_cast<std::size_t>(lines));
            }
        }
        if (next_ < tokens_.size()) ++next_;
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
        message.has_fields = !singular.variables.empty();
        message.context = option(bits, "context");
        message.line = token.span.line;
        if (next_ < tokens_.size() && tokens_[next_].contents == "plural") {
            ++next_;
            const impl::Message plural = impl::message_of(collect(), trim);
            message.plural = plural.id;
            message.has_fields = message.has_fields || !plural.variables.empty();
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
    std::string comment_;
    std::size_t comment_line_ = 0;
};

}  // namespace

std::vector<ExtractedMessage> extract_messages(std::string_view source) {
    return Extractor(source).run();
}

}  // namespace tatum::template_
