#include <tatum/views/generic.h>

#include <tatum/base/log.h>
#include <tatum/base/text.h>
#include <tatum/db/meta.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>
#include <charconv>

namespace tatum::views {

http::Response View::operator()(http::Request& request, const Kwargs& kwargs) {
    request_ = &request;
    kwargs_ = &kwargs;
    setup();
    return dispatch();
}

http::Response View::dispatch() {
    if (std::ranges::find(http_method_names, request().method_text()) == http_method_names.end()) {
        return http_method_not_allowed();
    }
    switch (request().method()) {
        using enum http::Method;
        case Get:
        case Head:
            return get();
        case Post:
            return post();
        case Put:
            return put();
        case Patch:
            return patch();
        case Delete:
            return delete_();
        case Options:
            return options();
        default:
            return http_method_not_allowed();
    }
}

http::Response View::http_method_not_allowed() const {
    logging::Logger("tatum.request")
        .warning("Method not allowed (" + std::string(request().method_text()) +
                 "): " + std::string(request().path()));
    const std::vector<std::string_view> names(http_method_names.begin(), http_method_names.end());
    return http::ResponseNotAllowed(names);
}

http::Response View::get() { return http_method_not_allowed(); }
http::Response View::post() { return http_method_not_allowed(); }
http::Response View::put() { return http_method_not_allowed(); }
http::Response View::patch() { return http_method_not_allowed(); }
http::Response View::delete_() { return http_method_not_allowed(); }

http::Response View::options() {
    std::string allow;
    for (const std::string& name : http_method_names) {
        if (!allow.empty()) allow += ", ";
        allow += name;
    }
    http::Response response;
    response.headers.set("Allow", allow);
    return response;
}

TemplateView::TemplateView(std::string name, Dict context) {
    template_name = std::move(name);
    extra_context = std::move(context);
}

http::Response TemplateView::get() {
    Dict context = get_context_data();
    return impl::render_view(request(), get_template_names(), std::move(context), content_type);
}

Dict TemplateView::get_context_data() {
    Dict context = kwargs().dict();
    impl::merge(context, extra_context);
    return context;
}

std::vector<std::string> TemplateView::get_template_names() {
    if (template_name.empty()) {
        throw ImproperlyConfigured(
            "TemplateView needs a template_name, or a get_template_names() of its own");
    }
    return {template_name};
}

RedirectView::RedirectView(RedirectViewOptions options) : RedirectViewOptions(std::move(options)) {
    http_method_names = {"GET", "HEAD", "POST", "OPTIONS", "DELETE", "PUT", "PATCH"};
}

std::optional<std::string> RedirectView::get_redirect_url() {
    std::string address;
    if (!url.empty()) {
        address = url;
        for (const auto& [name, value] : kwargs().dict()) {
            address = strings::replace(address, "%(" + name.str() + ")s", value.str());
        }
        address = strings::replace(address, "%%", "%");
    } else if (!pattern_name.empty()) {
        auto found =
            urls::current_resolver().find_url(pattern_name, kwargs().args(), kwargs().dict());
        if (!found) return std::nullopt;
        address = *std::move(found);
    } else {
        return std::nullopt;
    }
    if (query_string && !request().query_string().empty()) {
        address += '?';
        address += request().query_string();
    }
    return address;
}

http::Response RedirectView::dispatch() {
    if (std::ranges::find(http_method_names, request().method_text()) == http_method_names.end()) {
        return http_method_not_allowed();
    }
    const auto address = get_redirect_url();
    if (!address) {
        logging::Logger("tatum.request").warning("Gone: " + std::string(request().path()));
        return http::ResponseGone();
    }
    const auto preserve = preserve_request ? http::PreserveRequest::Yes : http::PreserveRequest::No;
    if (permanent) return http::ResponsePermanentRedirect(*address, preserve);
    return http::ResponseRedirect(*address, preserve);
}

namespace impl {

http::Response render_view(http::Request& request, const std::vector<std::string>& names,
                           Dict context, const std::string& content_type) {
    RenderOptions options;
    if (!content_type.empty()) options.content_type = content_type;
    if (names.size() == 1) return render(request, names[0], std::move(context), options);
    return render(request, names, std::move(context), options);
}

const std::string& model_name(const db::AnyQuerySet& query) { return query.model().model_name; }

std::string conventional_template(const db::AnyQuerySet& query, std::string_view suffix) {
    const db::ModelMeta& model = query.model();
    std::string name = model.app_label;
    name += '/';
    name += model.model_name;
    name += suffix;
    return name += ".html";
}

namespace {

/// The page that the address or the query string asks for. Throws Http404.
Page requested_page(const PaginatorBase& paginator, const http::Request& request,
                    const Kwargs& kwargs, const std::string& page_kwarg) {
    std::string wanted = kwargs.text(page_kwarg).value_or("");
    if (wanted.empty()) wanted = request.GET().get(page_kwarg);
    if (wanted.empty()) wanted = "1";
    if (wanted == "last") wanted = std::to_string(paginator.num_pages());
    try {
        return paginator.page(Value(wanted));
    } catch (const PageNotAnInteger&) {
        throw Http404("Page is not “last”, nor can it be converted to an int.");
    } catch (const InvalidPage& invalid) {
        throw Http404("Invalid page (" + wanted + "): " + invalid.what());
    }
}

}  // namespace

Dict list_context(const db::AnyQuerySet& objects, PaginatorOptions options, const std::string& name,
                  const Dict& extra, const http::Request& request, const Kwargs& kwargs) {
    Dict context{{"paginator", Value()}, {"page_obj", Value()}, {"is_paginated", false}};
    Value shown;
    if (options.per_page > 0) {
        const std::string page_kwarg = options.page_kwarg;
        const Page page =
            requested_page(Paginator(objects, std::move(options)), request, kwargs, page_kwarg);
        context.set("paginator", to_value(page.paginator()));
        context.set("page_obj", to_value(page));
        context.set("is_paginated", page.has_other_pages());
        shown = page.object_list();
    } else {
        shown = Value(objects);
    }
    context.set("object_list", shown);
    context.set(name, shown);
    merge(context, extra);
    return context;
}

db::AnyQuerySet narrowed(const db::AnyQuerySet& query, const Kwargs& kwargs,
                         const std::string& pk_url_kwarg, const std::string& slug_url_kwarg,
                         const std::string& slug_field, bool query_pk_and_slug) {
    const Value* pk = kwargs.find(pk_url_kwarg);
    const Value* slug = kwargs.find(slug_url_kwarg);
    if (pk == nullptr && slug == nullptr) {
        throw ImproperlyConfigured("A DetailView of " + query.model().name + " needs a \"" +
                                   pk_url_kwarg + "\" or a \"" + slug_url_kwarg +
                                   "\" in its route");
    }
    // An address may hold a number that no column can: there is no such row, and no fault.
    if (pk != nullptr && pk->kind() == Kind::BigInt) throw_not_found(query);
    db::AnyQuerySet found = query;
    if (pk != nullptr) found = found.filter(db::Q("pk", *pk));
    if (slug != nullptr && (pk == nullptr || query_pk_and_slug)) {
        found = found.filter(db::Q(slug_field, *slug));
    }
    return found;
}

void throw_not_found(const db::AnyQuerySet& query) {
    throw Http404("No " + query.model().verbose_name + " found matching the query");
}

void merge(Dict& into, const Dict& more) {
    for (const auto& [key, value] : more) into.set(key, value);
}

}  // namespace impl

}  // namespace tatum::views
