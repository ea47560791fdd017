#include <tatum/base/i18n.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace tatum {

namespace {

/// Between a context and an id, as in .mo files.
constexpr char kContextEnd = '\4';

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

}  // namespace

struct Catalog::Impl {
    struct Message {
        std::vector<std::string> forms;  ///< at least one
        bool has_plural = false;
    };

    PluralRule plural_rule;
    std::unordered_map<std::string, Message, TextHash, std::equal_to<>> messages;

    const Message* find(std::string_view context, std::string_view id) const {
        auto found = messages.end();
        if (context.empty()) {
            found = messages.find(id);
        } else {
            found = messages.find(key(context, id));
        }
        return found == messages.end() ? nullptr : &found->second;
    }
    static std::string key(std::string_view context, std::string_view id) {
        std::string text(context);
        if (!context.empty()) text += kContextEnd;
        return text += id;
    }
    /// The header is the translation of the empty id: "Name: value" lines.
    Result<void> read_header(std::string_view header) {
        constexpr std::string_view kPluralForms = "plural-forms:";
        for (const std::string_view line : strings::split(header, "\n")) {
            if (!strings::ascii_lower(line).starts_with(kPluralForms)) continue;
            auto rule = PluralRule::parse(strings::strip(line.substr(kPluralForms.size())));
            if (!rule) return std::move(rule).error();
            plural_rule = *std::move(rule);
        }
        return {};
    }
};

Catalog::Catalog() : impl_(std::make_unique<Impl>()) {}
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

void Catalog::set_plural_rule(PluralRule rule) { impl_->plural_rule = std::move(rule); }
const PluralRule& Catalog::plural_rule() const { return impl_->plural_rule; }
std::size_t Catalog::size() const { return impl_->messages.size(); }

void Catalog::add(std::string_view context, std::string_view id, std::string_view translation) {
    impl_->messages[Impl::key(context, id)] = {.forms = {std::string(translation)}};
}

void Catalog::add_plural(std::string_view context, std::string_view id,
                         std::vector<std::string> translations) {
    if (translations.empty()) return;
    impl_->messages[Impl::key(context, id)] = {.forms = std::move(translations),
                                               .has_plural = true};
}

const std::string* Catalog::find(std::string_view context, std::string_view id) const {
    const Impl::Message* message = impl_->find(context, id);
    return message == nullptr ? nullptr : &message->forms.front();
}

const std::string* Catalog::find_plural(std::string_view context, std::string_view id,
                                        PluralCount n) const {
    const Impl::Message* message = impl_->find(context, id);
    if (message == nullptr || !message->has_plural) return nullptr;
    const auto form = impl_->plural_rule.form(n);
    return form && *form < message->forms.size() ? &message->forms[*form] : nullptr;
}

namespace {

/// Numbers of 32 bits from a .mo file, in the byte order that its first one shows.
class MoReader {
public:
    explicit MoReader(std::string_view bytes) : bytes_(bytes) {}

    bool detect_byte_order() {
        constexpr std::uint32_t kMagic = 0x950412de, kMagicSwapped = 0xde120495;
        const auto magic = number(0);
        swapped_ = magic == kMagicSwapped;
        return swapped_ || magic == kMagic;
    }
    std::optional<std::uint32_t> number(std::size_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < 4) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t place = swapped_ ? i : 3 - i;
            value = value << 8 | static_cast<unsigned char>(bytes_[offset + place]);
        }
        return value;
    }
    /// A string by its descriptor: length, then offset.
    std::optional<std::string_view> string(std::size_t descriptor) const {
        const auto size = number(descriptor);
        const auto offset = number(descriptor + 4);
        if (!size || !offset || *offset > bytes_.size() || *size > bytes_.size() - *offset) {
            return std::nullopt;
        }
        return bytes_.substr(*offset, *size);
    }

private:
    std::string_view bytes_;
    bool swapped_ = false;
};

std::vector<std::string> split_forms(std::string_view text) {
    std::vector<std::string> forms;
    for (const std::string_view form : strings::split(text, std::string_view("\0", 1))) {
        forms.emplace_back(form);
    }
    return forms;
}

}  // namespace

/// GNU gettext manual, "The Format of GNU MO Files".
Result<Catalog> Catalog::from_mo(std::string_view bytes) {
    const auto broken = [](const char* what) {
        return Error{.code = "i18n.E002", .message = std::string("message catalog: ") + what};
    };
    if (bytes.size() > kBytesMax) return broken("too large");
    MoReader reader(bytes);
    if (!reader.detect_byte_order()) return broken("not a .mo file");
    const auto version = reader.number(4);
    const auto count = reader.number(8);
    const auto ids = reader.number(12);
    const auto translations = reader.number(16);
    if (!version || !count || !ids || !translations) return broken("ends within its header");
    if (*version >> 16 > 1) return broken("of an unknown version");
    if (*count > bytes.size() / 16) return broken("counts more messages than it can hold");

    Catalog catalog;
    for (std::size_t i = 0; i < *count; ++i) {
        const auto key = reader.string(*ids + i * 8);
        const auto translation = reader.string(*translations + i * 8);
        if (!key || !translation) return broken("points outside of itself");
        if (key->empty()) {
            const Result<void> header = catalog.impl_->read_header(*translation);
            if (!header) return header.error();
            continue;
        }
        // The key already has the form that Impl::key() makes; a plural's second id is not needed.
        const std::size_t first_end = key->find('\0');
        catalog.impl_->messages[std::string(key->substr(0, first_end))] = {
            .forms = split_forms(*translation), .has_plural = first_end != std::string_view::npos};
    }
    return catalog;
}

namespace {

/// Reads a .po file line by line and hands over each message that is complete.
class PoReader {
public:
    PoReader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

    struct Entry {
        std::string context, id;
        std::vector<std::string> forms;
        bool is_plural = false, is_fuzzy = false;
        bool is_empty() const { return forms.empty(); }
        bool is_translated() const {
            return !forms.empty() && std::none_of(forms.begin(), forms.end(),
                                                  [](const auto& form) { return form.empty(); });
        }
    };

    /// Calls `take` with each entry. Error i18n.E003.
    template <class Take>
    Result<void> read(Take take) {
        while (next_line()) {
            if (line_.empty()) continue;
            if (line_[0] == '#') {
                read_comment(take);
                continue;
            }
            if (line_[0] == '"') {
                if (target_ == nullptr) return fault("a string without a keyword");
            } else if (!read_keyword(take)) {
                return fault("an unknown keyword");
            }
            if (!append_string()) return fault("a malformed string");
        }
        finish(take);
        return {};
    }

private:
    Error fault(const char* what) const {
        return Error{.code = "i18n.E003",
                     .message = std::string("not a message catalog: ") + what,
                     .where = {.file = std::string(file_), .line = line_number_}};
    }
    bool next_line() {
        if (position_ >= text_.size()) return false;
        const std::size_t end = std::min(text_.find('\n', position_), text_.size());
        line_ = strings::strip(text_.substr(position_, end - position_), " \t\r");
        position_ = end + 1;
        ++line_number_;
        return true;
    }
    template <class Take>
    void finish(Take take) {
        if (!entry_.is_empty()) take(entry_);
        entry_ = {};
        target_ = nullptr;
    }
    template <class Take>
    void read_comment(Take take) {
        if (line_.starts_with("#~")) return;  // obsolete
        if (!entry_.is_empty()) finish(take);
        if (line_.starts_with("#,") && line_.find("fuzzy") != std::string_view::npos) {
            entry_.is_fuzzy = true;
        }
    }
    /// "msgid", "msgid_plural", "msgctxt", "msgstr", "msgstr[2]"; leaves the string in line_.
    template <class Take>
    bool read_keyword(Take take) {
        const std::size_t end = line_.find_first_of(" \t\"");
        if (end == std::string_view::npos) return false;
        const std::string_view keyword = line_.substr(0, end);
        line_ = strings::strip(line_.substr(end), " \t");
        if (keyword == "msgctxt" || keyword == "msgid") {
            if (!entry_.is_empty()) finish(take);
            target_ = keyword == "msgid" ? &entry_.id : &entry_.context;
            target_->clear();
        } else if (keyword == "msgid_plural") {
            entry_.is_plural = true;
            target_ = &plural_id_;
        } else if (keyword == "msgstr" ||
                   (keyword.starts_with("msgstr[") && keyword.ends_with("]") &&
                    keyword.size() == 9 &&
                    keyword[7] - '0' == static_cast<int>(entry_.forms.size()))) {
            entry_.forms.emplace_back();
            target_ = &entry_.forms.back();
        } else {
            return false;
        }
        return true;
    }
    bool append_string() {
        if (line_.size() < 2 || line_.front() != '"' || line_.back() != '"') return false;
        const std::string_view body = line_.substr(1, line_.size() - 2);
        for (std::size_t i = 0; i < body.size(); ++i) {
            if (body[i] == '"') return false;
            if (body[i] != '\\') {
                *target_ += body[i];
                continue;
            }
            if (++i == body.size()) return false;
            switch (body[i]) {
                case 'n':
                    *target_ += '\n';
                    break;
                case 't':
                    *target_ += '\t';
                    break;
                case 'r':
                    *target_ += '\r';
                    break;
                default:
                    *target_ += body[i];
                    break;
            }
        }
        return true;
    }

    std::string_view text_, file_, line_;
    std::size_t position_ = 0, line_number_ = 0;
    Entry entry_;
    std::string plural_id_;
    std::string* target_ = nullptr;
};

}  // namespace

/// GNU gettext manual, "The Format of PO Files".
Result<Catalog> Catalog::from_po(std::string_view text, std::string_view file) {
    if (text.size() > kBytesMax) {
        return Error{.code = "i18n.E003", .message = "message catalog: too large"};
    }
    Catalog catalog;
    Result<void> header;
    const Result<void> read = PoReader(text, file).read([&](PoReader::Entry& entry) {
        if (entry.id.empty() && entry.context.empty()) {
            header = catalog.impl_->read_header(entry.forms.front());
        } else if (entry.is_translated() && !entry.is_fuzzy) {
            if (entry.is_plural) {
                catalog.add_plural(entry.context, entry.id, std::move(entry.forms));
            } else {
                catalog.add(entry.context, entry.id, entry.forms.front());
            }
        }
    });
    if (!read) return read.error();
    if (!header) return header.error();
    return catalog;
}

}  // namespace tatum
