#include "kinds.h"

#include <tatum/http/query_dict.h>
#include <tatum/http/request.h>
#include <tatum/template/engine.h>
#include <tatum/urls/reverse.h>

#include <map>
#include <memory>

namespace tatum::conformance {

namespace {

using template_::Context;
using template_::Engine;
using template_::EngineOptions;
using template_::MemoryLoader;

/// What the tags of a case ask of the site: its urls, its settings and a cache of its own.
class CaseEnvironment final : public template_::Environment {
public:
    explicit CaseEnvironment(const Case& c) : resolver_(make_resolver(c.list("urls"))) {}

    Result<std::string> reverse(std::string_view view_name, std::span<const Value> args,
                                const Dict& kwargs, std::string_view current_app) const override {
        return resolver_.find_url(std::string(view_name), List(args.begin(), args.end()), kwargs,
                                  {.current_app = current_app});
    }
    std::string static_prefix() const override { return current_settings().static_url; }
    std::string media_prefix() const override { return current_settings().media_url; }
    std::optional<std::string> fragment_get(std::string_view, std::string_view key) const override {
        const auto found = fragments_.find(std::string(key));
        return found != fragments_.end() ? std::optional(found->second) : std::nullopt;
    }
    void fragment_set(std::string_view, std::string_view key, std::string_view fragment,
                      std::optional<std::int64_t> timeout) const override {
        // What lasts no time at all is not kept, and takes the place of what was.
        if (timeout && *timeout <= 0) {
            fragments_.erase(std::string(key));
            return;
        }
        fragments_[std::string(key)] = fragment;
    }
    bool has_cache(std::string_view cache) const override {
        return cache.empty() || cache == "default";
    }

private:
    urls::Resolver resolver_;
    mutable std::map<std::string, std::string> fragments_;
};

/// The version of Django that a case aims at, as EngineOptions counts.
int django_version(const Case& c) { return c.since("6.1") ? 601 : c.since("6.0") ? 600 : 502; }

EngineOptions engine_options(const Case& c, const template_::Environment& environment) {
    EngineOptions options;
    options.environment = &environment;
    options.use_tz = current_settings().use_tz;
    options.time_zone = Zone::find(current_settings().time_zone);
    options.django_version = django_version(c);
    const Dict& engine = c.dict("engine");
    if (engine.contains("string_if_invalid")) {
        options.string_if_invalid = engine.get("string_if_invalid").str();
    }
    if (engine.contains("autoescape")) options.autoescape = engine.get("autoescape").truth();
    if (c.has("autoescape")) options.autoescape = c.get("autoescape").truth();
    return options;
}

/// An error as Django's type of it, in the stage where it came.
template <class F>
std::optional<Outcome> failure_of(const std::string& stage, F run) {
    try {
        run();
        return std::nullopt;
    } catch (const template_::TemplateSyntaxError& error) {
        return Outcome::failure("TemplateSyntaxError", error.what(), stage);
    } catch (const template_::TemplateDoesNotExist& error) {
        return Outcome::failure("TemplateDoesNotExist", error.what(), stage);
    } catch (const template_::NoReverseMatch& error) {
        return Outcome::failure("NoReverseMatch", error.what(), stage);
    } catch (const template_::VariableDoesNotExist& error) {
        return Outcome::failure("VariableDoesNotExist", error.what(), stage);
    } catch (const std::exception& error) {
        return Outcome::failure("exception", error.what(), stage);
    }
}

Outcome render_case(const Engine& engine, const std::string& name, Dict variables,
                    const Value& request) {
    template_::TemplatePointer parsed;
    if (auto failed = failure_of("compile", [&] { parsed = engine.get_template(name); })) {
        return *failed;
    }
    std::string out;
    auto failed = failure_of("render", [&] { engine.render(*parsed, variables, request, out); });
    return failed ? *failed : Outcome::value(Value(out));
}

Outcome run_template(const Case& c) {
    const CaseEnvironment environment(c);
    EngineOptions options = engine_options(c, environment);
    std::vector<MemoryLoader::Entry> entries;
    for (const auto& [name, source] : c.dict("templates")) {
        entries.push_back({name.str(), source.str()});
    }
    options.loaders.push_back(std::make_shared<MemoryLoader>(std::move(entries)));
    const Engine engine(std::move(options));
    return render_case(engine, c.text("main"), c.dict("context"), c.dict("context").get("request"));
}

/// Keeps what a filter gives.
struct Capture {
    Value result;
};

Outcome run_filter(const Case& c) {
    const CaseEnvironment environment(c);
    EngineOptions options = engine_options(c, environment);
    const auto capture = std::make_shared<Capture>();
    options.libraries.push_back(
        template_::Library("capture").filter("capture", [capture](const Value& value) {
            capture->result = value;
            return value;
        }));
    options.builtins.push_back("capture");
    std::string load;
    for (const Value& library : c.list("load")) load += "{% load " + library.str() + " %}";
    if (c.has("load") && c.get("load").is_string()) load = "{% load " + c.text("load") + " %}";
    const std::string argument = c.has("arg") ? ":arg" : "";
    options.loaders.push_back(std::make_shared<MemoryLoader>(std::vector<MemoryLoader::Entry>{
        {"main", load + "{{ value|" + c.text("name") + argument + "|capture }}"}}));
    const Engine engine(std::move(options));
    Outcome rendered = render_case(engine, "main",
                                   Dict{{"value", c.get("value")}, {"arg", c.get("arg")}}, Value());
    if (!rendered.ok) return rendered;
    return Outcome::value(Value(Dict{{"result", capture->result}, {"rendered", *rendered.ok}}));
}

// --- values that only templates have -------------------------------------------------------------

/// A lookup failed in a way that templates pass over.
struct SilentError : Exception {
    using Exception::Exception;
    bool silent_variable_failure() const override { return true; }
};

/// {"$callable": ...}: a function.
class Callable final : public Object {
public:
    explicit Callable(Dict form) : form_(std::move(form)) {}
    std::string_view type_name(Self) const override { return "function"; }
    bool is_callable(Self) const override { return true; }
    bool alters_data(Self) const override { return form_.get("alters_data").truth(); }
    bool do_not_call_in_templates(Self) const override { return form_.get("do_not_call").truth(); }
    std::optional<Value> call(Self, std::span<const Value> args) const override {
        const Value wanted = form_.get("args");
        if (!wanted.is_none() && static_cast<std::size_t>(to_integer(wanted)) != args.size()) {
            return std::nullopt;
        }
        const Value raises = form_.get("raises");
        if (raises == Value("silent")) throw SilentError("silent");
        if (raises == Value("loud")) throw Exception("loud");
        return form_.get("returns");
    }

private:
    Dict form_;
};

Value decode_callable(const Value& form) { return Value::adopt(new Callable(form.as_dict())); }

/// Owns what another Object shows: to_value() of a request or a query only views it.
template <class T>
class Owner final : public Object {
public:
    Owner(T owned, Dict extra)
        : owned_(std::move(owned)), shown_(to_value(owned_)), extra_(std::move(extra)) {}
    std::string_view type_name(Self) const override {
        return shown_.as_object().type_name(shown_.self());
    }
    void append_str(Self, std::string& out) const override { shown_.append_str(out); }
    bool truth(Self) const override { return shown_.truth(); }
    std::optional<std::size_t> size(Self) const override { return shown_.size(); }
    Value item(Self, std::size_t index) const override {
        return shown_.as_object().item(shown_.self(), index);
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (const Value* value = extra_.find(name)) return *value;
        return shown_.as_object().attribute(shown_.self(), name);
    }

private:
    T owned_;
    Value shown_;
    Dict extra_;
};

Value decode_request(const Value& form) {
    const Dict& fields = form.as_dict();
    http::RequestText text;
    if (fields.contains("method")) text.method = fields.get("method").str();
    if (fields.contains("path")) text.target = fields.get("path").str();
    if (fields.contains("headers")) {
        const Value headers = fields.get("headers");
        for (const auto& [name, value] : headers.as_dict()) {
            text.headers.emplace_back(name.str(), value.str());
        }
    }
    Dict extra;
    if (fields.contains("current_app")) extra.set("current_app", fields.get("current_app"));
    return Value::adopt(new Owner<http::Request>(http::Request(std::move(text)), std::move(extra)));
}

Value decode_query(const Value& text) {
    return Value::adopt(new Owner<http::QueryDict>(http::QueryDict::parse(text.str()), Dict()));
}

constexpr CaseKind kTemplateKinds[] = {{"template", &run_template}, {"filter", &run_filter}};
constexpr Tag kTags[] = {
    {"$callable", &decode_callable}, {"$request", &decode_request}, {"$querydict", &decode_query}};

}  // namespace

std::span<const CaseKind> template_kinds() { return kTemplateKinds; }
std::span<const Tag> template_tags() { return kTags; }

}  // namespace tatum::conformance
