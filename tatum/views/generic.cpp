#include <tatum/views/generic.h>

#include <tatum/base/log.h>
#include <tatum/base/text.h>
#include <tatum/db/meta.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>
#include <charconv>

namespace tatum::views {

namespace {

http::Response render_view(http::Request& request, const std::vector<std::string>& names,
                           Dict context, const std::string& content_type) {
    RenderOptions options;
    if (!content_type.empty()) options.content_type = content_type;
    if (names.size() == 1) return render(request, names[0], std::move(context), options);
    return render(request, names, std::move(context), options);
}

void merge(Dict& into, const Dict& more) {
    for (const auto& [key, value] : more) into.set(key, value);
}

/// What `options` of a view of `model` say: their queryset(), or all objects.
db::AnyQuerySet queryset_of(const Function<db::AnyQuerySet()>& queryset,
                            const db::ModelType& model) {
    if (!queryset) return db::AnyQuerySet(model);
    db::AnyQuerySet objects = queryset();
    if (objects.model().type != &model) {
        throw ImproperlyConfigured("A generic view of " + std::string(model.name) +
                                   " has a queryset of " + objects.model().name);
    }
    return objects;
}

/// `chosen`, or by convention "products/product_list.html".
std::vector<std::string> template_names(const std::string& chosen, const db::ModelMeta& model,
                                        const std::string& suffix) {
    if (!chosen.empty()) return {chosen};
    return {model.app_label + "/" + model.model_name + suffix + ".html"};
}

[[noreturn]] void throw_not_found(const db::ModelMeta& model) {
    throw Http404("No " + model.verbose_name + " found matching the query");
}

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
    return render_view(request(), get_template_names(), std::move(context), content_type);
}

Dict TemplateView::get_context_data() {
    Dict context = kwargs().dict();
    merge(context, extra_context);
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

ListViewBase::ListViewBase(const db::ModelType& model) : model_(&model) {}
ListViewBase::ListViewBase(const db::ModelType& model, ListOptions options)
    : ListOptions(std::move(options)), model_(&model) {}
ListViewBase::ListViewBase(const ListViewBase&) = default;
ListViewBase::~ListViewBase() = default;

db::AnyQuerySet ListViewBase::optional_queryset() const {
    db::AnyQuerySet objects = queryset_of(queryset, *model_);
    return ordering.empty() ? objects : objects.order_by(ordering);
}

std::int64_t ListViewBase::get_paginate_by() { return paginate_by; }

std::string ListViewBase::get_context_object_name() {
    return context_object_name.empty() ? objects().model().model_name + "_list"
                                       : context_object_name;
}

std::vector<std::string> ListViewBase::get_template_names() {
    return template_names(template_name, objects().model(), template_name_suffix);
}

Dict ListViewBase::get_context_data() {
    Dict context{{"paginator", Value()}, {"page_obj", Value()}, {"is_paginated", false}};
    Value shown;
    if (const std::int64_t per_page = get_paginate_by(); per_page > 0) {
        const Paginator paginator(objects(), {.per_page = per_page,
                                              .orphans = paginate_orphans,
                                              .allow_empty_first_page = allow_empty,
                                              .page_kwarg = page_kwarg});
        const Page page = requested_page(paginator, request(), kwargs(), page_kwarg);
        context.set("paginator", to_value(page.paginator()));
        context.set("page_obj", to_value(page));
        context.set("is_paginated", page.has_other_pages());
        shown = page.object_list();
    } else {
        shown = Value(objects());
    }
    context.set("object_list", shown);
    context.set(get_context_object_name(), shown);
    merge(context, extra_context);
    return context;
}

bool ListViewBase::is_empty(const db::AnyQuerySet& objects) {
    return get_paginate_by() > 0 ? !objects.exists() : objects.rows().count() == 0;
}

http::Response ListViewBase::get() {
    db::AnyQuerySet objects = any_queryset();
    if (!allow_empty && is_empty(objects)) {
        throw Http404("Empty list and 'allow_empty' is False.");
    }
    return show(std::move(objects));
}

http::Response ListViewBase::show(db::AnyQuerySet objects) {
    objects_ = std::move(objects);
    Dict context = get_context_data();
    return render_view(request(), get_template_names(), std::move(context), content_type);
}

DetailViewBase::DetailViewBase(const db::ModelType& model) : model_(&model) {}
DetailViewBase::DetailViewBase(const db::ModelType& model, DetailOptions options)
    : DetailOptions(std::move(options)), model_(&model) {}
DetailViewBase::DetailViewBase(const DetailViewBase&) = default;
DetailViewBase::~DetailViewBase() = default;

db::AnyQuerySet DetailViewBase::optional_queryset() const { return queryset_of(queryset, *model_); }

std::string DetailViewBase::get_context_object_name() {
    return context_object_name.empty() ? db::AnyQuerySet(*model_).model().model_name
                                       : context_object_name;
}

std::vector<std::string> DetailViewBase::get_template_names() {
    return template_names(template_name, db::AnyQuerySet(*model_).model(), template_name_suffix);
}

Dict DetailViewBase::get_context_data() {
    const Value shown = loaded();
    Dict context{{"object", shown}};
    context.set(get_context_object_name(), shown);
    merge(context, extra_context);
    return context;
}

http::Response DetailViewBase::get() {
    load();
    Dict context = get_context_data();
    return render_view(request(), get_template_names(), std::move(context), content_type);
}

db::RowsPtr DetailViewBase::named_row(const db::AnyQuerySet& query) const {
    const Value* pk = kwargs().find(pk_url_kwarg);
    const Value* slug = kwargs().find(slug_url_kwarg);
    if (pk == nullptr && slug == nullptr) {
        throw ImproperlyConfigured("A DetailView of " + query.model().name + " needs a \"" +
                                   pk_url_kwarg + "\" or a \"" + slug_url_kwarg +
                                   "\" in its route");
    }
    // An address may hold a number that no column can: there is no such row, and no fault.
    if (pk != nullptr && pk->kind() == Kind::BigInt) throw_not_found(query.model());
    db::AnyQuerySet found = query;
    if (pk != nullptr) found = found.filter(db::Q("pk", *pk));
    if (slug != nullptr && (pk == nullptr || query_pk_and_slug)) {
        found = found.filter(db::Q(slug_field, *slug));
    }
    db::RowsPtr row = std::move(found).find();
    if (!row) throw_not_found(query.model());
    return row;
}

}  // namespace impl

}  // namespace tatum::views
