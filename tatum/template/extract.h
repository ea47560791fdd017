#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::template_ {

/// A text that a template asks to have translated.
struct ExtractedMessage {
    std::string context;      ///< of `context "..."`; empty for none
    std::string id;           ///< as catalogs have it: percent signs doubled, variables as %(name)s
    std::string plural;       ///< of `{% plural %}`; empty for none
    std::string comment;      ///< the `Translators:` comments right before it, a line each
    std::size_t line = 0;     ///< counted from 1
    bool has_fields = false;  ///< holds %(name)s or %%: "python-format" for gettext's tools

    friend bool operator==(const ExtractedMessage&, const ExtractedMessage&) = default;
};

/// The messages of a template's source in their order, for `makemessages`: those of
/// `{% translate %}`, `{% blocktranslate %}` and `_("...")`. Never fails: what does not parse is
/// left out, since the check of templates reports it.
std::vector<ExtractedMessage> extract_messages(std::string_view source);

}  // namespace tatum::template_
