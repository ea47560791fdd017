#include <tatum/contrib/admin/impl/log.h>

#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/query_text.h>
#include <tatum/contrib/admin/models.h>
#include <tatum/site/site.h>
#include <tatum/views/paginator.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

constexpr std::size_t kRecentActions = 10;
constexpr std::int64_t kHistoryOnPage = 100;

/// At most as many characters as the column takes.
std::string cut(std::string text) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (starts && ++characters > LogEntry::kReprMax) return text.substr(0, i);
    }
    return text;
}

LogEntry entry_of(const Page& page, const std::string& key, std::string text, int flag,
                  std::string message) {
    return {.user = user_id(page.request),
            .content_type = contenttypes::ContentType::objects.get_for_model(page.model()),
            .object_id = key,
            .object_repr = cut(std::move(text)),
            .action_flag = static_cast<std::int16_t>(flag),
            .change_message = std::move(message)};
}

}  // namespace

void ChangeMessage::add(const char* what, Dict details) {
    entries.emplace_back(Dict{{what, Value(std::move(details))}});
}

std::string ChangeMessage::json() const { return json::dump(Value(entries)).value_or("[]"); }

List changed_labels(const forms::BaseForm& form) { return labels_of(form, form.changed_data()); }

List labels_of(const forms::BaseForm& form, const Names& fields) {
    List labels;
    for (const std::string& name : fields) {
        const forms::Field* field = form.find_field(name);
        labels.emplace_back(
            field != nullptr && field->label && !field->label->empty() ? *field->label : name);
    }
    return labels;
}

List keys_of(const db::AnyQuerySet& rows) {
    List keys;
    db::Rows& found = rows.rows();
    for (std::size_t i = 0; i < found.count(); ++i) keys.push_back(rows.model().pk_of(found.at(i)));
    return keys;
}

void log_addition(const Page& page, const db::AnyObject& object, const std::string& message) {
    entry_of(page, object.pk().str(), object.str(), LogEntry::kAddition, message).save();
}

void log_change(const Page& page, const db::AnyObject& object, const std::string& message) {
    entry_of(page, object.pk().str(), object.str(), LogEntry::kChange, message).save();
}

void log_deletion(const Page& page, const Value& key, const std::string& text) {
    entry_of(page, key.str(), text, LogEntry::kDeletion, {}).save();
}

void log_deletions(const Page& page, const db::AnyQuerySet& rows) {
    std::vector<LogEntry> entries;
    db::Rows& found = rows.rows();
    for (std::size_t i = 0; i < found.count(); ++i) {
        const void* object = found.at(i);
        entries.push_back(entry_of(page, page.model().pk_of(object).str(),
                                   page.model().str_of(object), LogEntry::kDeletion, {}));
    }
    LogEntry::objects.bulk_create(entries);
}

List recent_actions(const AdminState& state, http::Request& request) {
    List actions;
    for (const LogEntry& entry :
         LogEntry::objects.filter(F<&LogEntry::user> == user_id(request))
             .select_related<&LogEntry::content_type>()[{0, kRecentActions}]) {
        const bool added = entry.action_flag == LogEntry::kAddition;
        const bool deleted = entry.action_flag == LogEntry::kDeletion;
        Dict action{{"object", Value(entry.object_repr)},
                    {"time", Value(entry.action_time)},
                    {"what", Value(added     ? "addition"
                                   : deleted ? "deletion"
                                             : "change")},
                    {"what_label", Value(gettext(added     ? "Added"
                                                 : deleted ? "Deleted"
                                                           : "Changed"))},
                    {"sign", Value(added     ? "+"
                                   : deleted ? "−"
                                             : "~")}};
        const db::ModelMeta* model =
            entry.content_type ? entry.content_type->model_class() : nullptr;
        if (model != nullptr) action.set("model", Value(strings::capfirst(model->verbose_name)));
        if (model != nullptr && !deleted && entry.object_id && state.find(*model) != nullptr) {
            action.set("url", Value(model_url(*model, "change", Value(*entry.object_id))));
        }
        actions.emplace_back(std::move(action));
    }
    return actions;
}

http::Response history_page(const Page& page, const std::string& object_id) {
    const db::RowsPtr row = page.find(object_id);
    if (!row) return gone(page, object_id);
    const db::ModelMeta& model = page.model();
    if (!page.admin.any_view_permission(page.request, row->at(0))) {
        throw PermissionDenied("no permission to see " + model.label);
    }
    const std::string text = model.str_of(row->at(0));
    const auto type = contenttypes::ContentType::objects.get_for_model(model);
    const auto entries = LogEntry::objects
                             .filter(F<&LogEntry::object_id> == unquote_pk(object_id),
                                     F<&LogEntry::content_type> == type.id)
                             .select_related<&LogEntry::user>()
                             .order_by("action_time");
    const views::Paginator paginator(entries, {.per_page = kHistoryOnPage, .page_kwarg = "p"});
    const views::Page shown = paginator.page(page.request);
    List list;
    const std::int64_t start = (shown.number() - 1) * kHistoryOnPage;
    for (const LogEntry& entry : entries[{start, start + kHistoryOnPage}]) {
        const std::string full_name = entry.user->get_full_name();
        list.emplace_back(Dict{
            {"time", Value(entry.action_time)},
            {"user",
             Value(entry.user->get_username() + (full_name.empty() ? "" : " (" + full_name + ")"))},
            {"message", Value(entry.action_flag == LogEntry::kChange ? entry.get_change_message()
                                                                     : entry.str())}});
    }
    List numbers;
    for (const std::string& number : shown.paginator().get_elided_page_range(shown.number())) {
        numbers.emplace_back(Dict{{"label", Value(number)},
                                  {"query", Value("?p=" + number)},
                                  {"gap", number == views::PaginatorBase::kEllipsis},
                                  {"selected", number == std::to_string(shown.number())}});
    }
    Dict pages;
    if (shown.has_other_pages()) pages.set("numbers", Value(std::move(numbers)));
    return render_page(
        page, "object_history.html",
        Dict{{"title", Value(fill(gettext("Change history: %s"), text))},
             {"entries", Value(std::move(list))},
             {"pages", Value(std::move(pages))},
             {"result_count", paginator.count()},
             {"breadcrumbs",
              Value(breadcrumbs(page, text, model_url(model, "change", model.pk_of(row->at(0))),
                                std::string(gettext("History"))))}});
}

}  // namespace tatum::admin::impl
