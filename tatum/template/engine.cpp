#include <tatum/template/engine.h>

#include <tatum/base/unicode.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/engine_impl.h>
#include <tatum/template/impl/lexer.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <set>

namespace tatum::template_ {

namespace impl {

const Value& string_if_invalid(Context& context) {
    static const Value nothing = Value::view("");
    const RenderState* state = RenderState::find(context);
    if (state == nullptr || state->engine == nullptr) return nothing;
    return state->engine->implementation().string_if_invalid;
}

const EngineOptions& options_of(Context& context) {
    static const EngineOptions defaults;
    const RenderState* state = RenderState::find(context);
    if (state == nullptr || state->engine == nullptr) return defaults;
    return state->engine->options();
}

const Partial* TemplateBody::find_partial(std::string_view name) const {
    for (const Partial* partial : partials) {
        if (partial->name.text == name) return partial;
    }
    return nullptr;
}

std::unique_ptr<TemplateBody> parse_template(const Engine& engine, Origin origin, Source source) {
    auto body = std::make_unique<TemplateBody>();
    body->engine = &engine;
    body->origin = std::move(origin);
    body->source = std::move(source);
    ParserState state{*body};
    state.tokens = tokenize(body->source.text);
    state.loaded.push_back({&engine.implementation().builtins, {}});
    for (const std::string& name : engine.options().builtins) {
        if (const Library* library = engine.library(name)) state.loaded.push_back({library, {}});
    }
    Parser parser(state);
    Result<NodeList> nodes = parser.parse({});
    if (!nodes) {
        Error error = std::move(nodes).error();
        const SourceSpan span{static_cast<std::uint32_t>(error.offset),
                              static_cast<std::uint32_t>(error.where.column),
                              static_cast<std::uint32_t>(error.where.line)};
        error.where.file = body->origin.name;
        error.where.column = 0;
        throw TemplateSyntaxError(std::move(error), fault_at(*body, span));
    }
    body->nodes = *nodes;
    return body;
}

}  // namespace impl

bool Engine::Impl::is_current(const Cached& cached, std::string_view name,
                              std::span<const Origin> skip) const {
    if (!options.reload) return true;
    if (cached.parsed->body().whole != nullptr) return false;
    for (const auto& loader : options.loaders) {
        for (const Origin& origin : loader->origins(name)) {
            if (std::find(skip.begin(), skip.end(), origin) != skip.end()) continue;
            const auto version = loader->version(origin);
            if (!version) continue;
            return origin == cached.parsed->origin() && *version == cached.version;
        }
    }
    return false;
}

TemplatePointer Engine::Impl::find(const Engine& engine, std::string_view name,
                                   std::span<const Origin> skip,
                                   std::vector<TemplateDoesNotExist::Tried>& tried) const {
    std::string key(name);
    for (const Origin& origin : skip) {
        if (origin.template_name == name) key.append(1, '\0').append(origin.name);
    }
    {
        const std::shared_lock lock(mutex);
        const auto found = cache.find(key);
        if (found != cache.end() && is_current(found->second, name, skip)) {
            return found->second.parsed;
        }
    }
    Cached loaded = load(engine, name, skip, tried);
    if (loaded.parsed == nullptr) return nullptr;
    const std::unique_lock lock(mutex);
    const auto [place, added] = cache.try_emplace(key, loaded);
    if (!added && (options.reload || place->second.parsed == nullptr)) {
        // Renderings that have begun hold what they use.
        place->second = loaded;
    }
    return place->second.parsed;
}

Engine::Impl::Cached Engine::Impl::load(const Engine& engine, std::string_view name,
                                        std::span<const Origin> skip,
                                        std::vector<TemplateDoesNotExist::Tried>& tried) const {
    const std::size_t hash_sign = name.find('#');
    if (hash_sign != std::string_view::npos) return load_partial(engine, name, hash_sign, tried);
    for (const auto& loader : options.loaders) {
        for (Origin& origin : loader->origins(name)) {
            if (std::find(skip.begin(), skip.end(), origin) != skip.end()) {
                tried.push_back({origin.name, "Skipped to avoid recursion"});
                continue;
            }
            std::optional<Source> source = loader->read(origin);
            if (!source) {
                tried.push_back({origin.name, "Source does not exist"});
                continue;
            }
            const std::uint64_t version = source->version;
            return {std::make_shared<const Template>(
                        impl::parse_template(engine, std::move(origin), *std::move(source))),
                    version};
        }
    }
    return {};
}

Engine::Impl::Cached Engine::Impl::load_partial(
    const Engine& engine, std::string_view name, std::size_t hash_sign,
    std::vector<TemplateDoesNotExist::Tried>& tried) const {
    TemplatePointer whole = find(engine, name.substr(0, hash_sign), {}, tried);
    if (whole == nullptr || hash_sign + 1 == name.size()) return {std::move(whole), 0};
    const impl::Partial* partial = whole->body().find_partial(name.substr(hash_sign + 1));
    if (partial == nullptr) {
        tried.push_back({whole->origin().name, "No partial of that name"});
        return {};
    }
    auto body = std::make_unique<impl::TemplateBody>();
    body->engine = &engine;
    body->origin = whole->origin();
    body->source = whole->body().source;
    body->nodes = partial->nodes;
    body->partials = whole->body().partials;
    body->whole = std::move(whole);
    return {std::make_shared<const Template>(std::move(body)), 0};
}

Engine::Engine(Options options) : impl_(std::make_unique<Impl>()) {
    impl_->libraries = options.libraries;
    for (Library& library : impl::loadable_libraries()) {
        impl_->libraries.push_back(std::move(library));
    }
    impl_->builtins = impl::builtin_library();
    impl_->string_if_invalid = Value(options.string_if_invalid);
    impl_->options = std::move(options);
    for (const std::string& name : impl_->options.builtins) {
        if (library(name) == nullptr) {
            throw ImproperlyConfigured("the template engine's builtins name a library '" + name +
                                       "' that no app lists");
        }
    }
}

Engine::~Engine() = default;

const Engine::Options& Engine::options() const { return impl_->options; }

const Library* Engine::library(std::string_view name) const {
    for (const Library& library : impl_->libraries) {
        if (library.name() == name) return &library;
    }
    return nullptr;
}

TemplatePointer Engine::get_template(std::string_view name) const {
    std::vector<TemplateDoesNotExist::Tried> tried;
    TemplatePointer found = impl_->find(*this, name, {}, tried);
    if (found == nullptr) throw TemplateDoesNotExist(std::string(name), std::move(tried));
    return found;
}

TemplatePointer Engine::select_template(std::span<const std::string> names) const {
    std::vector<TemplateDoesNotExist::Tried> tried;
    std::string all;
    for (const std::string& name : names) {
        if (TemplatePointer found = impl_->find(*this, name, {}, tried)) return found;
        if (!all.empty()) all += ", ";
        all += name;
    }
    throw TemplateDoesNotExist(std::move(all), std::move(tried));
}

TemplatePointer Engine::from_string(std::string_view source, std::string_view name) const {
    auto text = std::make_shared<const std::string>(strings::replace_invalid_utf8(source));
    const std::string_view view = *text;
    return std::make_shared<const Template>(impl::parse_template(
        *this, {"<unknown source>", std::string(name), nullptr}, Source{std::move(text), view, 0}));
}

void Engine::prepare(Context& context, const Value& request, const Environment* environment) const {
    context.set_autoescape(impl_->options.autoescape);
    if (environment == nullptr) environment = impl_->options.environment;
    if (environment != nullptr) context.set_environment(*environment);
    if (request.is_none()) return;
    context.set_request(request);
    Dict added;
    for (const ContextProcessor& processor : impl_->options.context_processors) {
        Dict more = processor(request);
        if (added.empty()) {
            added = std::move(more);
        } else {
            for (const Dict::Entry& entry : more) added.set(entry.key, entry.value);
        }
    }
    // What a view gives takes precedence over what the processors add.
    for (const Dict::Entry& entry : added) {
        const std::string_view name = entry.key.as_string();
        if (!context.contains(Name(name))) context.set(name, entry.value);
    }
}

void Engine::render(const Template& source, const Dict& variables, const Value& request,
                    std::string& out, const Environment* environment) const {
    Context context = Context::view(variables);
    prepare(context, request, environment);
    source.render(context, out);
}

std::string Engine::render_to_string(std::string_view name, const Dict& variables,
                                     const Value& request) const {
    std::string out;
    render(*get_template(name), variables, request, out);
    return out;
}

std::string Engine::render_to_string(std::span<const std::string> names, const Dict& variables,
                                     const Value& request) const {
    std::string out;
    render(*select_template(names), variables, request, out);
    return out;
}

std::vector<Error> Engine::check_all() const {
    std::vector<Error> faults;
    std::set<std::string> names;
    for (const auto& loader : impl_->options.loaders) {
        for (std::string& name : loader->names()) names.insert(std::move(name));
    }
    for (const std::string& name : names) {
        try {
            impl::check_references(*this, get_template(name)->body(), faults);
        } catch (const TemplateError& error) {
            faults.push_back(*error.error());
        }
    }
    return faults;
}

void Engine::clear_cache() {
    const std::unique_lock lock(impl_->mutex);
    for (auto& [name, cached] : impl_->cache) impl_->retired.push_back(std::move(cached.parsed));
    impl_->cache.clear();
}

namespace impl {

void check_references(const Engine& engine, const TemplateBody& body, std::vector<Error>& faults) {
    for (const TemplateReference* reference : body.references) {
        const std::string_view name = reference->constant_name();
        if (name.empty()) continue;
        std::vector<TemplateDoesNotExist::Tried> tried;
        try {
            if (engine.implementation().find(engine, name, {}, tried) != nullptr) continue;
        } catch (const TemplateError&) {
            continue;  // reported for that template itself
        }
        Error error;
        error.code = "template.E180";
        error.message = "template '" + std::string(name) + "' does not exist";
        error.where = {body.origin.name, reference->span().line, 0};
        error.offset = reference->span().start;
        faults.push_back(std::move(error));
    }
}

}  // namespace impl

}  // namespace tatum::template_
