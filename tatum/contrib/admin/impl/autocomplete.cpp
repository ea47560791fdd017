#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/page.h>
#include <tatum/http/response.h>
#include <tatum/site/site.h>

namespace tatum::admin::impl {

namespace {

constexpr std::int64_t kResultsOnPage = 20;
constexpr std::int64_t kPageMax = 1'000'000;

/// The field that the visitor fills in, if it is one that may be searched for.
const db::FieldMeta& source_field(const AdminState& state, const http::QueryDict& query) {
    const db::ModelMeta* model = state.site().models().find(
        std::string(query.get("app_label")) + "." + std::string(query.get("model_name")));
    if (model == nullptr) throw PermissionDenied("autocomplete: no such model");
    const db::FieldMeta* field = model->find_field(query.get("field_name"));
    if (field == nullptr || !field->is_relation()) {
        throw PermissionDenied("autocomplete: no such field");
    }
    return *field;
}

std::int64_t page_number(std::string_view text) {
    if (text.empty()) return 1;
    std::int64_t page = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || page > kPageMax) throw Http404("There is no such page.");
        page = page * 10 + (c - '0');
    }
    if (page < 1) throw Http404("There is no such page.");
    return page;
}

}  // namespace

http::Response autocomplete(const AdminState& state, http::Request& request) {
    const http::QueryDict& query = request.GET();
    const db::FieldMeta& field = source_field(state, query);
    const db::ModelMeta& target = *field.relation->target;
    const ModelAdminBase* admin = state.find(target);
    if (admin == nullptr || admin->get_search_fields(request).empty()) {
        throw PermissionDenied("autocomplete: " + target.label + " cannot be searched");
    }
    if (!admin->any_view_permission(request, nullptr)) {
        throw PermissionDenied("no permission to see " + target.label);
    }
    const db::FieldMeta* key =
        field.relation->to_field != nullptr ? field.relation->to_field : target.pk;
    Names ordering = admin->get_ordering(request);
    if (ordering.empty()) ordering = target.ordering_names;
    if (ordering.empty()) ordering.emplace_back("-pk");
    const std::vector<db::OrderBy> terms(ordering.begin(), ordering.end());
    db::AnyQuerySet rows =
        search_results(*admin, request, admin->any_queryset(request), query.get("term"))
            .order_by(terms);
    if (!admin->list_select_related.empty()) {
        rows = rows.select_related(admin->list_select_related);
    }
    const std::int64_t page = page_number(query.get("page"));
    // Without counting: one row more says that there is another page.
    const std::int64_t start = (page - 1) * kResultsOnPage;
    const db::AnyQuerySet some = rows.slice({start, start + kResultsOnPage + 1});
    db::Rows& found = some.rows();
    List results;
    for (std::size_t i = 0; i < found.count() && i < static_cast<std::size_t>(kResultsOnPage);
         ++i) {
        const void* object = found.at(i);
        results.emplace_back(
            Dict{{"id", Value(key->get(object).str())}, {"text", Value(target.str_of(object))}});
    }
    const bool more = found.count() > static_cast<std::size_t>(kResultsOnPage);
    return http::JsonResponse(
        Value(Dict{{"results", Value(std::move(results))}, {"pagination", Dict{{"more", more}}}}));
}

}  // namespace tatum::admin::impl
