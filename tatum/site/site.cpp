#include <tatum/site/site.h>

#include <tatum/base/ascii.h>
#include <tatum/site/impl/site_impl.h>

#include <unistd.h>

#include <algorithm>
#include <memory>

namespace tatum::site {

Site::Site(std::string settings_file, SiteOptions options) : impl_(owned<Impl>()) {
    impl_->settings_file = std::move(settings_file);
    impl_->options = std::move(options);
}

Site::Site(Settings settings, SiteOptions options) : impl_(owned<Impl>()) {
    impl_->given_settings = std::move(settings);
    impl_->options = std::move(options);
}

Site::~Site() = default;
App::~App() = default;

std::string App::title() const {
    if (!verbose_name.empty()) return verbose_name;
    std::string text = label;
    bool in_word = false;
    for (char& c : text) {
        c = in_word ? ascii::lower(c) : ascii::upper(c);
        in_word = ascii::is_letter(c);
    }
    return text;
}

Site& Site::install_app(const App& app) {
    TATUM_INVARIANT(!impl_->ready, "apps are installed before setup()");
    impl_->apps.push_back(app);
    return *this;
}

Site& Site::urls(const urls::Urls& urls) {
    impl_->root_urls = &urls;
    return *this;
}

Site& Site::urls(urls::Urls&& urls) {
    impl_->owned_urls = std::move(urls);
    impl_->root_urls = &*impl_->owned_urls;
    return *this;
}

Site& Site::use(Shared<const middleware::Middleware> middleware) {
    impl_->extra_middleware.push_back(std::move(middleware));
    return *this;
}

Site& Site::without_standard_middleware() {
    impl_->standard_middleware = false;
    return *this;
}

Site& Site::handlers(views::ErrorHandlers handlers) {
    impl_->handlers = std::move(handlers);
    return *this;
}

namespace {

template <class T>
void append(std::vector<T>& list, std::vector<T> more) {
    list.insert(list.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

}  // namespace

Site& Site::commands(std::vector<Command> commands) {
    append(impl_->commands, std::move(commands));
    return *this;
}

Site& Site::checks(std::vector<Check> checks) {
    append(impl_->checks, std::move(checks));
    return *this;
}

Site& Site::context_processors(std::vector<ContextProcessor> processors) {
    append(impl_->processors, std::move(processors));
    return *this;
}

Site& Site::storage_backends(files::StorageBackends backends) {
    append(impl_->storage_backends, std::move(backends));
    return *this;
}

http::Extensions& Site::extensions() const { return impl_->extensions; }

void Site::load_settings() {
    if (!impl_->settings_loaded) impl_->load_settings();
    impl_->settings_loaded = true;
}

void Site::setup() {
    Impl& impl = *impl_;
    if (impl.ready) return;
    load_settings();
    impl.load_languages();
    impl.load_models();
    impl.open_databases();
    impl.open_storages();
    impl.open_channel_layer();
    impl.find_static_files();
    impl.make_templates();
    impl.make_urls(*this);
    impl.make_chain(*this);
    impl.operations = std::make_unique<Operations>(*this);
    impl.handler = make_handler(*this, *impl.operations);
    impl.ready = true;
    const SiteScope scope(*this);
    for (const App& app : impl.apps) {
        if (app.on_ready) app.on_ready(*this);
    }
}

void Site::replace_settings(Settings settings) {
    Impl& impl = *impl_;
    TATUM_INVARIANT(impl.ready, "setup() comes before replace_settings()");
    impl.replaced.push_back(std::move(static_cast<MadeOfSettings&>(impl)));
    impl.settings = std::move(settings);
    impl.apply_settings();
    impl.load_languages();
    impl.open_storages();
    impl.find_static_files();
    impl.make_templates();
    impl.make_urls(*this);
    impl.make_chain(*this);
}

bool Site::is_ready() const { return impl_->ready; }

net::Handler& Site::handler() { return *impl_->handler; }
Operations& Site::operations() { return *impl_->operations; }

const Settings& Site::settings() const { return impl_->settings; }
const template_::Engine& Site::templates() const { return *impl_->engine; }
const urls::Resolver& Site::resolver() const { return *impl_->resolver; }
const views::StaticFiles& Site::static_files() const { return *impl_->static_files; }
bool Site::debug() const { return impl_->settings.debug; }
const http::HttpSettings& Site::http_settings() const { return impl_->http_settings; }
const Translations& Site::translations() const { return *impl_->translations; }
const db::ModelRegistry& Site::models() const { return impl_->registry; }
db::Databases& Site::databases() const { return *impl_->databases; }
channels::Layer& Site::channel_layer() const { return *impl_->channel_layer; }
logging::Sink& Site::log() const { return impl_->sink ? *impl_->sink : logging::Sink::standard(); }
const std::vector<App>& Site::apps() const { return impl_->apps; }
const SiteBuild* Site::build() const { return impl_->build(); }

const App* Site::app(std::string_view label) const {
    const auto found = std::ranges::find(impl_->apps, label, &App::label);
    return found != impl_->apps.end() ? &*found : nullptr;
}

CommandLine Site::command_line() const {
    std::vector<Command> all = builtin_commands();
    for (const App& app : impl_->apps) {
        for (Command command : app.commands) {
            if (command.group.empty()) command.group = app.label;
            all.push_back(std::move(command));
        }
    }
    for (Command command : impl_->commands) all.push_back(std::move(command));
    const SiteBuild* made = build();
    return CommandLine(made != nullptr ? std::string(made->target) : "site", std::move(all));
}

std::vector<CheckMessage> Site::check(const CheckOptions& options) const {
    const SiteScope scope(*this);
    std::vector<Check> checks = builtin_checks();
    for (const App& app : impl_->apps) {
        checks.insert(checks.end(), app.checks.begin(), app.checks.end());
    }
    checks.insert(checks.end(), impl_->checks.begin(), impl_->checks.end());
    std::vector<CheckMessage> messages;
    for (const Check& check : checks) {
        const bool wanted = options.tags.empty() ||
                            std::ranges::find(options.tags, check.tag) != options.tags.end();
        if (!wanted || (check.deploy && !options.deploy) || (check.database && !options.database)) {
            continue;
        }
        append(messages, check.run(*this));
    }
    const Strings& silenced = impl_->settings.silenced_system_checks;
    std::erase_if(messages, [&](const CheckMessage& message) {
        return std::ranges::find(silenced, message.id) != silenced.end();
    });
    std::ranges::stable_sort(messages, std::ranges::greater(), &CheckMessage::level);
    return messages;
}

int Site::run(int argc, char** argv) {
    Output out(stdout);
    Output err(stderr);
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return run(arguments, out, err);
}

namespace {

/// Takes `--settings FILE` out of the arguments, wherever it stands.
std::optional<std::string> take_settings_option(std::vector<std::string>& arguments) {
    constexpr std::string_view kOption = "--settings";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == kOption && i + 1 < arguments.size()) {
            std::string file = arguments[i + 1];
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                            arguments.begin() + static_cast<std::ptrdiff_t>(i) + 2);
            return file;
        }
        if (word.starts_with("--settings=")) {
            std::string file = word.substr(kOption.size() + 1);
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
            return file;
        }
    }
    return std::nullopt;
}

}  // namespace

int Site::run(std::span<const std::string> given, Output& out, Output& err) {
    std::vector<std::string> arguments(given.begin(), given.end());
    if (auto file = take_settings_option(arguments)) {
        impl_->settings_file = std::move(*file);
        impl_->options.settings_text.reset();
    }
    const CommandLine line = command_line();
    const Command* command = arguments.empty() ? nullptr : line.find(arguments[0]);
    if (command == nullptr || !command->requires_setup || CommandLine::asks_for_help(arguments)) {
        return line.run(arguments, this, out, err);
    }
    try {
        setup();
    } catch (const std::exception& error) {
        err.line(error.what(), Style::Error);
        return 1;
    }
    const SiteScope scope(*this);
    return line.run(arguments, this, out, err);
}

SiteScope::SiteScope(const Site& site)
    : settings_(Slot::Settings, &site.impl_->settings),
      time_zone_(Slot::TimeZone, site.impl_->time_zone),
      language_(Slot::Language, &site.impl_->translations->default_language()),
      databases_(Slot::Databases, site.impl_->databases.get()),
      storages_(Slot::Storages, static_cast<const db::FileValues*>(site.impl_->storages.get())),
      urls_(Slot::Urls, site.impl_->resolver.get()),
      site_(Slot::Site, static_cast<const views::SiteServices*>(&site)),
      templates_(Slot::Templates, site.impl_->engine.get()),
      log_(Slot::Log, site.impl_->sink.get()) {}

SiteScope::~SiteScope() = default;

const Site& current_site() { return dynamic_cast<const Site&>(views::current_site()); }

}  // namespace tatum::site
