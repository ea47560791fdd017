#include <tatum/contrib/admin/models.h>

#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/state.h>

namespace tatum::admin {

void LogEntry::define(Definition<LogEntry>& d) {
    d.field<&LogEntry::action_time>(not_editable, verbose_name("action time"));
    d.field<&LogEntry::user>(on_delete(Cascade), verbose_name("user"));
    d.field<&LogEntry::content_type>(null, blank, on_delete(SetNull), verbose_name("content type"));
    d.field<&LogEntry::object_id>(TextField, null, blank, verbose_name("object id"));
    d.field<&LogEntry::object_repr>(max_length(static_cast<int>(kReprMax)),
                                    verbose_name("object repr"));
    d.field<&LogEntry::action_flag>(positive,
                                    choices({{1, "Addition"}, {2, "Change"}, {3, "Deletion"}}),
                                    verbose_name("action flag"));
    d.field<&LogEntry::change_message>(TextField, blank, verbose_name("change message"));
    d.verbose_name("log entry");
    d.verbose_name_plural("log entries");
    d.db_table("django_admin_log");
    d.ordering("-action_time");
}

std::string LogEntry::str() const {
    using impl::fill;
    switch (action_flag) {
        case kAddition:
            return fill(gettext("Added “%(object)s”."), {{"object", object_repr}});
        case kChange:
            return fill(gettext("Changed “%(object)s” — %(changes)s"),
                        {{"object", object_repr}, {"changes", get_change_message()}});
        case kDeletion:
            return fill(gettext("Deleted “%(object)s.”"), {{"object", object_repr}});
        default:
            return std::string(gettext("LogEntry Object"));
    }
}

namespace {

std::string named(const Dict& details, const char* with_object, const char* alone) {
    if (!details.contains("name")) return std::string(gettext(alone));
    return impl::fill(gettext(with_object),
                      {{"name", std::string(gettext(details.get("name").str()))},
                       {"object", details.get("object").str()},
                       {"fields", details.get("fields").str()}});
}

std::string entry_text(const std::string& what, Dict details) {
    if (what == "added") return named(details, "Added {name} “{object}”.", "Added.");
    if (what == "deleted") return named(details, "Deleted {name} “{object}”.", "Deleted.");
    if (what != "changed") return {};
    std::vector<std::string> fields;
    for (const Value& field : details.get("fields").items().value_or(List())) {
        fields.emplace_back(gettext(field.str()));
    }
    const std::string list = strings::get_text_list(fields, gettext("and"));
    details.set("fields", Value(list));
    if (details.contains("name")) {
        return named(details, "Changed {fields} for {name} “{object}”.", "");
    }
    return impl::fill(gettext("Changed {fields}."), {{"fields", list}});
}

}  // namespace

std::string LogEntry::get_change_message() const {
    if (!change_message.starts_with('[')) return change_message;
    const auto parsed = json::parse(change_message);
    if (!parsed || !parsed.value().is_list()) return change_message;
    std::string text;
    for (const Value& entry : parsed.value().as_list()) {
        if (!entry.is_dict()) return change_message;
        for (const auto& [what, details] : entry.as_dict()) {
            const std::string one =
                entry_text(what.str(), details.is_dict() ? details.as_dict() : Dict());
            if (!one.empty()) text.append(text.empty() ? "" : " ").append(one);
        }
    }
    return text.empty() ? std::string(gettext("No fields changed.")) : text;
}

}  // namespace tatum::admin
