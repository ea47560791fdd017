#include <tatum/http/query_dict.h>

#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/http/encodings.h>

#include <algorithm>

namespace tatum::http {

namespace {

/// A key or a value of a query string. Most need no work at all.
std::string decoded(std::string_view text, std::string_view encoding) {
    if (text.find_first_of("%+") == std::string_view::npos && strings::is_ascii(text))
        return std::string(text);
    return decode(uri::unquote_plus(text), encoding);
}

/// A QueryDict as templates see it.
class QueryDictObject final : public Object {
public:
    static const QueryDict& of(Self self) { return *static_cast<const QueryDict*>(self); }

    std::string_view type_name(Self) const override { return "QueryDict"; }
    void append_str(Self self, std::string& out) const override {
        out += "<QueryDict: ";
        Value(of(self).lists()).append_repr(out);
        out += '>';
    }
    bool truth(Self self) const override { return !of(self).empty(); }
    std::optional<Value> attribute(Self self, const Name& name) const override;
    std::optional<std::size_t> size(Self self) const override { return of(self).size(); }
    Value item(Self self, std::size_t index) const override {
        return Value(of(self).begin()[static_cast<std::ptrdiff_t>(index)].key);
    }
    std::vector<std::string> attribute_names(Self self) const override {
        std::vector<std::string> names;
        for (const auto& entry : of(self)) names.push_back(entry.key);
        return names;
    }
};

List pairs(const Dict& values) {
    List items;
    for (const auto& entry : values) items.push_back(Value::tuple({entry.key, entry.value}));
    return items;
}

/// A field wins over a method of the same name, as Django's lookup order has it.
std::optional<Value> QueryDictObject::attribute(Self self, const Name& name) const {
    const QueryDict& fields = of(self);
    if (const std::string* value = fields.find(name.text)) return Value(*value);
    if (fields.contains(name.text)) return Value(List{});
    if (name == Name("items")) return Value(pairs(fields.dict()));
    if (name == Name("lists")) return Value(pairs(fields.lists()));
    if (name == Name("dict")) return Value(fields.dict());
    if (name == Name("urlencode")) return Value(fields.urlencode());
    if (name == Name("keys") || name == Name("values")) {
        List items;
        for (const auto& entry : fields.dict())
            items.push_back(name == Name("keys") ? entry.key : entry.value);
        return Value(std::move(items));
    }
    return std::nullopt;
}

}  // namespace

QueryDict::QueryDict(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    for (const auto& [key, value] : fields) appendlist(key, std::string(value));
}

QueryDict QueryDict::parse(std::string_view query, std::string_view encoding,
                           std::optional<std::size_t> fields_max) {
    QueryDict result;
    if (!is_utf8(encoding)) result.encoding_ = encoding;
    if (query.empty()) return result;
    if (fields_max &&
        static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) + 1 > *fields_max)
        throw TooManyFieldsSent(
            "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
    for (std::size_t start = 0; start <= query.size();) {
        const std::size_t end = std::min(query.find('&', start), query.size());
        const std::string_view field = query.substr(start, end - start);
        start = end + 1;
        if (field.empty()) continue;
        const std::size_t equals = std::min(field.find('='), field.size());
        const std::string_view value = field.substr(std::min(equals + 1, field.size()));
        result.appendlist(decoded(field.substr(0, equals), encoding), decoded(value, encoding));
    }
    return result;
}

QueryDict QueryDict::fromkeys(const std::vector<std::string>& keys, std::string_view value) {
    QueryDict result;
    for (const std::string& key : keys) result.appendlist(key, std::string(value));
    return result;
}

std::string QueryDict::urlencode(std::string_view safe) const {
    std::string out;
    const auto append = [&](std::string_view text) {
        const std::string encoded = is_utf8(encoding_) ? std::string() : encode(text, encoding_);
        if (!is_utf8(encoding_)) text = encoded;
        if (safe.empty())
            uri::append_quoted_plus(out, text);
        else
            uri::append_quoted(out, text, safe);
    };
    for (const Entry& entry : *this) {
        for (const std::string& value : entry.values) {
            if (!out.empty()) out += '&';
            append(entry.key);
            out += '=';
            append(value);
        }
    }
    return out;
}

Dict QueryDict::dict() const {
    Dict result;
    for (const Entry& entry : *this)
        result.set(entry.key, entry.values.empty() ? Value(List{}) : Value(entry.values.back()));
    return result;
}

Dict QueryDict::lists() const {
    Dict result;
    for (const Entry& entry : *this) result.set(entry.key, Value(to_list(entry.values)));
    return result;
}

Value to_value(const QueryDict& fields) {
    static const QueryDictObject object;
    return Value::object(&object, &fields);
}

}  // namespace tatum::http
