#pragma once

#include <tatum/base/function.h>
#include <tatum/template/context.h>
#include <tatum/template/errors.h>
#include <tatum/template/library.h>
#include <tatum/template/loader.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::template_ {

namespace impl {
struct TemplateBody;
}

/// What guards a rendering against templates that would exhaust memory, stack or time. Passing one
/// is a TemplateSyntaxError (nesting) or TemplateRenderError of code template.E190.
struct Limits {
    std::size_t nesting_depth = 64;         ///< block tags within block tags of one source
    std::size_t render_depth = 200;         ///< block tags and included templates while rendering
    std::size_t output_bytes = 256u << 20;  ///< of one rendering
    std::size_t iterations = 50'000'000;    ///< of all `{% for %}` loops of one rendering
    /// Texts, variables and tags of one rendering; in a short `{% if %}`, of all branches.
    std::size_t steps = 500'000'000;
    std::size_t value_bytes = 32u << 20;         ///< of a text or list that a filter makes
    std::size_t filtered_bytes = 4'000'000'000;  ///< of all that filters make in one rendering
};

/// Receives a rendering in pieces.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(std::string_view piece) = 0;
};

/// A parsed template. Immutable; any number of threads may render it at once. Its engine outlives
/// it.
class Template {
public:
    const Origin& origin() const;
    /// The name it was asked for, or "" when it was made from a string.
    const std::string& name() const { return origin().template_name; }
    std::string_view source() const;
    const Engine& engine() const;

    std::string render(Context& context) const;
    /// Appends to `out`. Throws what tags and values throw, and TemplateError; `out` then holds
    /// what was rendered before, and context.fault() the place.
    void render(Context& context, std::string& out) const;
    /// Hands over the text in pieces of about `piece_bytes` while it is being made.
    void render(Context& context, Sink& sink, std::size_t piece_bytes = 16 * 1024) const;

    /// Made by an Engine only.
    explicit Template(std::unique_ptr<const impl::TemplateBody> body);
    ~Template();
    const impl::TemplateBody& body() const { return *body_; }

private:
    std::unique_ptr<const impl::TemplateBody> body_;
};

using TemplatePointer = std::shared_ptr<const Template>;

/// A template as a variable, for `{% include variable %}` and `{% extends variable %}`.
Value to_value(const TemplatePointer& parsed);

/// Adds variables to every context that is made for a request.
using ContextProcessor = Function<Dict(const Value& request)>;

/// How an Engine is set up. Django's OPTIONS of TEMPLATES.
struct EngineOptions {
    std::vector<std::shared_ptr<const Loader>> loaders;
    /// Libraries of apps, for `{% load NAME %}`; built-in ones (i18n, l10n, tz, static, cache,
    /// humanize) are always there, and one of the same name takes their place.
    std::vector<Library> libraries;
    /// Names of libraries that every template has without loading them.
    std::vector<std::string> builtins;
    std::vector<ContextProcessor> context_processors;
    std::string string_if_invalid;
    bool autoescape = true;
    /// Keeps what a debug page needs, and `{% debug %}` prints.
    bool debug = false;
    /// USE_TZ: aware times are shown in the current zone, and `{% now %}` is in it.
    bool use_tz = true;
    /// TIME_ZONE: the zone of `{% timezone None %}`; null is UTC.
    const Zone* time_zone = nullptr;
    /// Looks at the files before each use and parses again what has changed.
    bool reload = false;
    Limits limits;
    /// What the tags ask of the site unless a context has its own; outlives the engine. May be
    /// null.
    const Environment* environment = nullptr;
    /// Django's version where the behaviour of versions differs, as major * 100 + minor.
    int django_version = 601;
};

/// Finds, parses, keeps and renders templates. A site has at least one; several live side by side.
/// Safe for use by any thread; neither copied nor moved.
class Engine {
public:
    using Options = EngineOptions;

    explicit Engine(Options options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    const Options& options() const;

    /// Parsed once and kept. Throws TemplateDoesNotExist, TemplateSyntaxError.
    TemplatePointer get_template(std::string_view name) const;
    /// The first of `names` that exists.
    TemplatePointer select_template(std::span<const std::string> names) const;
    /// Not kept by the engine. Throws TemplateSyntaxError.
    TemplatePointer from_string(std::string_view source, std::string_view name = {}) const;

    /// Renders with `variables`, and with what the context processors add when there is a request.
    std::string render_to_string(std::string_view name, const Dict& variables = {},
                                 const Value& request = {}) const;
    std::string render_to_string(std::span<const std::string> names, const Dict& variables = {},
                                 const Value& request = {}) const;
    /// The same, appending to `out`; `environment`, where given, in place of the engine's.
    void render(const Template& source, const Dict& variables, const Value& request,
                std::string& out, const Environment* environment = nullptr) const;

    /// Prepares `context` as render_to_string() does: request, processors, autoescape, environment.
    void prepare(Context& context, const Value& request = {},
                 const Environment* environment = nullptr) const;

    /// Parses every template that the loaders know and reports all faults, each with its file and
    /// line: syntax errors, and names in `{% extends %}` and `{% include %}` that do not exist.
    std::vector<Error> check_all() const;

    /// Forgets all parsed templates.
    void clear_cache();

    /// A library by the name `{% load %}` uses, or nullptr.
    const Library* library(std::string_view name) const;

    struct Impl;
    const Impl& implementation() const { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace tatum::template_
