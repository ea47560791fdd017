#pragma once

#include <tatum/base/value.h>
#include <tatum/http/multi_value_dict.h>

#include <optional>

namespace tatum::http {

/// The fields of a query string or of a form: Django's QueryDict. A request's is const; copy it to
/// change it. A value.
class QueryDict : public MultiValueDict<std::string> {
public:
    QueryDict() = default;
    QueryDict(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

    /// From "a=1&a=2&b=x+y". `encoding` is how the bytes behind the percent signs are read
    /// (encodings.h); what is not valid in it becomes U+FFFD. Throws TooManyFieldsSent when there
    /// are more than `fields_max` fields.
    static QueryDict parse(std::string_view query, std::string_view encoding = "utf-8",
                           std::optional<std::size_t> fields_max = std::nullopt);
    static QueryDict fromkeys(const std::vector<std::string>& keys, std::string_view value = {});

    /// The last value, or `default_`.
    std::string_view get(std::string_view key, std::string_view default_ = {}) const {
        const std::string* value = find(key);
        return value == nullptr ? default_ : std::string_view(*value);
    }

    /// "a=1&a=2&b=x+y", in the encoding that it was parsed from. With `safe` these characters are
    /// not escaped, and a space is "%20", as in Django.
    std::string urlencode(std::string_view safe = {}) const;
    const std::string& encoding() const { return encoding_; }
    void set_encoding(std::string_view encoding) { encoding_ = encoding; }

    /// Last values by key.
    Dict dict() const;
    /// All values by key, each a list.
    Dict lists() const;

private:
    std::string encoding_ = "utf-8";
};

/// For templates: `request.GET.q` is the last value, `request.GET.getlist` and the other methods
/// without arguments are there too. The QueryDict outlives the Value.
Value to_value(const QueryDict& fields);

}  // namespace tatum::http

namespace tatum {
using http::QueryDict;
}
