#include <tatum/views/shortcuts.h>

#include <tatum/template/engine.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/current.h>
#include <tatum/views/template_fault.h>

namespace tatum::views {

namespace {

/// Renders into `out`; keeps where it failed with the request, for the debug page.
void render_into(std::string& out, const template_::Template& source, Dict variables,
                 http::Request* request) {
    const template_::Engine& engine = source.engine();
    template_::Context context;
    engine.prepare(context, request != nullptr ? http::to_value(*request) : Value());
    if (request != nullptr) {
        if (RenderRecord* record = request->extensions.find<RenderRecord>()) {
            record->templates.push_back(source.name());
            record->contexts.push_back(context.flatten());
            for (const auto& [key, value] : variables) record->contexts.back().set(key, value);
        }
    }
    context.push(std::move(variables));
    try {
        source.render(context, out);
    } catch (...) {
        if (request != nullptr && context.fault()) {
            request->extensions.set(FailedTemplate{*context.fault()});
        }
        throw;
    }
}

http::Response rendered(http::Request& request, const template_::Template& source, Dict variables,
                        const RenderOptions& options) {
    std::string out;
    render_into(out, source, std::move(variables), &request);
    return http::Response(std::move(out),
                          {.content_type = options.content_type, .status = options.status});
}

}  // namespace

http::Response render(http::Request& request, std::string_view template_name, Dict context,
                      const RenderOptions& options) {
    const auto source = current_site().templates().get_template(template_name);
    return rendered(request, *source, std::move(context), options);
}

http::Response render(http::Request& request, std::span<const std::string> template_names,
                      Dict context, const RenderOptions& options) {
    const auto source = current_site().templates().select_template(template_names);
    return rendered(request, *source, std::move(context), options);
}

std::string render_to_string(std::string_view template_name, Dict context, http::Request* request) {
    std::string out;
    render_into(out, *current_site().templates().get_template(template_name), std::move(context),
                request);
    return out;
}

std::string render_to_string(std::span<const std::string> template_names, Dict context,
                             http::Request* request) {
    std::string out;
    render_into(out, *current_site().templates().select_template(template_names),
                std::move(context), request);
    return out;
}

std::string resolve_url(std::string_view to, const List& args, const Dict& kwargs) {
    if (to.starts_with("./") || to.starts_with("../")) return std::string(to);
    auto address = urls::current_resolver().find_url(to, args, kwargs);
    if (address) return *std::move(address);
    if (to.find_first_of("/.") != std::string_view::npos) return std::string(to);
    throw urls::NoReverseMatch(std::move(address).error());
}

namespace {

http::Response redirect_to(const std::string& address, const RedirectOptions& options) {
    const auto preserve =
        options.preserve_request ? http::PreserveRequest::Yes : http::PreserveRequest::No;
    if (options.permanent) return http::ResponsePermanentRedirect(address, preserve);
    return http::ResponseRedirect(address, preserve);
}

}  // namespace

http::Response redirect(std::string_view to, const RedirectOptions& options) {
    return redirect_to(resolve_url(to), options);
}

http::Response redirect(std::string_view view_name, const Kwargs& kwargs,
                        const RedirectOptions& options) {
    return redirect_to(resolve_url(view_name, kwargs.args(), kwargs.dict()), options);
}

}  // namespace tatum::views
