#include <tatum/base/text.h>
#include <tatum/http/request.h>

#include <array>
#include <utility>

namespace tatum::http {

namespace {

/// Header names as templates and CGI write them: '_' for '-'.
std::string dashed(std::string_view name) {
    std::string result(name);
    for (char& c : result)
        if (c == '_') c = '-';
    return result;
}

/// `request.headers.user_agent`.
class HeadersObject final : public Object {
public:
    std::string_view type_name(Self) const override { return "HttpHeaders"; }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        const auto& request = *static_cast<const Request*>(self);
        const auto value = request.headers().get(dashed(name.text));
        if (!value) return std::nullopt;
        return Value(*value);
    }
    std::optional<std::size_t> size(Self self) const override {
        return static_cast<const Request*>(self)->headers().size();
    }
    Value item(Self self, std::size_t index) const override {
        return Value(static_cast<const Request*>(self)->headers()[index].name);
    }
};

/// `request.META.HTTP_REFERER`: CGI's names, for templates that come from Django.
class MetaObject final : public Object {
public:
    std::string_view type_name(Self) const override { return "dict"; }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        const auto& request = *static_cast<const Request*>(self);
        if (name == Name("REQUEST_METHOD")) return Value(request.method_text());
        if (name == Name("PATH_INFO")) return Value(request.path_info());
        if (name == Name("SCRIPT_NAME")) return Value(request.script_name());
        if (name == Name("QUERY_STRING")) return Value(request.query_string());
        if (name == Name("REMOTE_ADDR")) return Value(request.remote_address());
        if (name == Name("SERVER_NAME")) return Value(request.server_name());
        if (name == Name("SERVER_PORT")) return Value(request.get_port());
        std::string_view header = name.text;
        if (header.starts_with("HTTP_"))
            header.remove_prefix(5);
        else if (header != "CONTENT_TYPE" && header != "CONTENT_LENGTH")
            return std::nullopt;
        const auto value = request.headers().get(dashed(header));
        if (!value) return std::nullopt;
        return Value(*value);
    }
};

Value part(const Object& object, const Request& request) {
    return Value::object(&object, &request);
}

using Reader = Value (*)(const Request&);

/// What a template may ask of a request.
constexpr std::array<std::pair<Name, Reader>, 20> kAttributes = {{
    {"path", [](const Request& r) { return Value(r.path()); }},
    {"path_info", [](const Request& r) { return Value(r.path_info()); }},
    {"method", [](const Request& r) { return Value(r.method_text()); }},
    {"scheme", [](const Request& r) { return Value(r.scheme()); }},
    {"is_secure", [](const Request& r) { return Value(r.is_secure()); }},
    {"GET", [](const Request& r) { return to_value(r.GET()); }},
    {"POST", [](const Request& r) { return to_value(r.POST()); }},
    {"FILES",
     [](const Request& r) {
         Dict files;
         for (const auto& entry : r.FILES())
             if (!entry.values.empty()) files.set(entry.key, to_value(entry.values.back()));
         return Value(std::move(files));
     }},
    {"COOKIES",
     [](const Request& r) {
         Dict cookies;
         for (const auto& [name, value] : r.COOKIES()) cookies.set(name, value);
         return Value(std::move(cookies));
     }},
    {"headers",
     [](const Request& r) {
         static const HeadersObject object;
         return part(object, r);
     }},
    {"META",
     [](const Request& r) {
         static const MetaObject object;
         return part(object, r);
     }},
    {"body", [](const Request& r) { return Value::bytes(r.body()); }},
    {"content_type", [](const Request& r) { return Value(r.content_type()); }},
    {"encoding", [](const Request& r) { return Value(r.encoding()); }},
    {"get_host", [](const Request& r) { return Value(r.get_host()); }},
    {"get_port", [](const Request& r) { return Value(r.get_port()); }},
    {"get_full_path", [](const Request& r) { return Value(r.get_full_path()); }},
    {"get_full_path_info", [](const Request& r) { return Value(r.get_full_path(r.path_info())); }},
    {"build_absolute_uri", [](const Request& r) { return Value(r.build_absolute_uri()); }},
    {"query_string", [](const Request& r) { return Value(r.query_string()); }},
}};

/// A Request as templates see it.
class RequestObject final : public Object {
public:
    static const Request& of(Self self) { return *static_cast<const Request*>(self); }

    std::string_view type_name(Self) const override { return "Request"; }
    void append_str(Self self, std::string& out) const override {
        const Request& request = of(self);
        out.append("<Request: ").append(request.method_text()).append(" ");
        strings::append_repr(out, request.get_full_path());
        out += '>';
    }
    /// What middleware has attached wins over the names above.
    std::optional<Value> attribute(Self self, const Name& name) const override {
        const Request& request = of(self);
        if (auto value = request.extensions.attribute(name)) return value;
        for (const auto& [known, read] : kAttributes)
            if (known == name) return read(request);
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self self) const override {
        std::vector<std::string> names = of(self).extensions.attribute_names();
        for (const auto& [name, read] : kAttributes) names.emplace_back(name.text);
        return names;
    }
};

}  // namespace

Value to_value(const Request& request) {
    static const RequestObject object;
    return Value::object(&object, &request);
}

}  // namespace tatum::http
