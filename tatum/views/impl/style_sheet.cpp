#include <tatum/views/impl/style_sheet.h>

#include <algorithm>
#include <vector>

namespace tatum::views::impl {

namespace {

constexpr std::string_view kBlank = " \t\r\n\f";

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/// `reference` as seen from the folder of `sheet`: "../img/a.png" in "css/base.css" is "img/a.png".
/// nullopt when it is no reference to a static file.
std::optional<std::string> target_of(std::string_view reference, std::string_view sheet) {
    if (reference.empty() || reference.starts_with('/') || reference.starts_with('#') ||
        reference.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    std::vector<std::string_view> segments;
    const auto add = [&segments](std::string_view path) {
        for (std::size_t start = 0; start <= path.size();) {
            const std::size_t end = std::min(path.find('/', start), path.size());
            const std::string_view segment = path.substr(start, end - start);
            if (segment == "..") {
                if (segments.empty()) return false;
                segments.pop_back();
            } else if (!segment.empty() && segment != ".") {
                segments.push_back(segment);
            }
            start = end + 1;
        }
        return true;
    };
    const std::size_t slash = sheet.rfind('/');
    if (slash != std::string_view::npos) add(sheet.substr(0, slash));
    if (!add(reference)) return std::nullopt;
    std::string name;
    for (const std::string_view segment : segments) {
        if (!name.empty()) name += '/';
        name += segment;
    }
    return name;
}

/// The reference with its last segment replaced by that of `name`.
std::string renamed(std::string_view reference, std::string_view name) {
    const std::size_t folder = reference.rfind('/');
    std::string result(folder == std::string_view::npos ? "" : reference.substr(0, folder + 1));
    const std::size_t slash = name.rfind('/');
    result += slash == std::string_view::npos ? name : name.substr(slash + 1);
    return result;
}

/// Walks over a style sheet once, copying it and changing references on the way.
class Rewriter {
public:
    Rewriter(std::string_view source, std::string_view sheet, const Rename& rename)
        : source_(source), sheet_(sheet), rename_(rename) {}

    std::string run() {
        while (at_ < source_.size()) {
            if (starts("/*")) {
                copy_to(after("*/", at_ + 2));
            } else if (source_[at_] == '"' || source_[at_] == '\'') {
                copy_to(after_string(at_));
            } else if (word_starts("url(")) {
                copy_to(at_ + 4);
                copy_url();
            } else if (word_starts("@import")) {
                copy_to(at_ + 7);
                copy_import();
            } else {
                copy_to(at_ + 1);
            }
        }
        return std::move(out_);
    }

private:
    bool starts(std::string_view text) const { return source_.substr(at_).starts_with(text); }
    bool word_starts(std::string_view text) const {
        return starts(text) && (at_ == 0 || !is_word(source_[at_ - 1]));
    }
    void copy_to(std::size_t end) {
        end = std::min(end, source_.size());
        out_ += source_.substr(at_, end - at_);
        at_ = end;
    }
    std::size_t after(std::string_view text, std::size_t from) const {
        const std::size_t place = source_.find(text, from);
        return place == std::string_view::npos ? source_.size() : place + text.size();
    }
    std::size_t after_string(std::size_t from) const {
        const char quote = source_[from];
        for (std::size_t i = from + 1; i < source_.size(); ++i) {
            if (source_[i] == '\\')
                ++i;
            else if (source_[i] == quote || source_[i] == '\n')
                return i + 1;
        }
        return source_.size();
    }
    void copy_blanks() {
        copy_to(std::min(source_.find_first_not_of(kBlank, at_), source_.size()));
    }
    void copy_reference(std::size_t end) {
        const std::string_view whole = source_.substr(at_, end - at_);
        const std::size_t path_end = std::min(whole.find_first_of("?#"), whole.size());
        const std::string_view path = whole.substr(0, path_end);
        const auto target = target_of(path, sheet_);
        const auto name = target ? rename_(*target) : std::nullopt;
        out_ += name ? renamed(path, *name) : std::string(path);
        out_ += whole.substr(path_end);
        at_ = end;
    }
    void copy_quoted() {
        const std::size_t end = after_string(at_);
        if (end < at_ + 2 || source_[end - 1] != source_[at_]) return copy_to(end);  // not closed
        copy_to(at_ + 1);
        copy_reference(end - 1);
        copy_to(end);
    }
    void copy_url() {
        copy_blanks();
        if (at_ >= source_.size()) return;
        if (source_[at_] == '"' || source_[at_] == '\'') return copy_quoted();
        const std::size_t close = source_.find(')', at_);
        if (close == std::string_view::npos) return;
        std::size_t end = close;
        while (end > at_ && kBlank.find(source_[end - 1]) != std::string_view::npos) --end;
        copy_reference(end);
    }
    void copy_import() {
        copy_blanks();
        if (at_ < source_.size() && (source_[at_] == '"' || source_[at_] == '\'')) copy_quoted();
    }

    std::string_view source_, sheet_;
    const Rename& rename_;
    std::size_t at_ = 0;
    std::string out_;
};

}  // namespace

std::string rewrite_style_sheet(std::string_view source, std::string_view sheet,
                                const Rename& rename) {
    return Rewriter(source, sheet, rename).run();
}

}  // namespace tatum::views::impl
