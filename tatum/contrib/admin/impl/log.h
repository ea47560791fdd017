#pragma once

#include <tatum/contrib/admin/impl/page.h>
#include <tatum/db/any_object.h>
#include <tatum/forms/form.h>

/// The history: rows of LogEntry, as Django's admin writes and reads them.
namespace tatum::admin::impl {

/// What a change did, as the history keeps it: Django's change message.
struct ChangeMessage {
    List entries;

    void add(const char* what, Dict details);
    /// [{"changed": {"fields": ["Price"]}}]
    std::string json() const;
};

/// The names of fields as the history keeps them.
List labels_of(const forms::BaseForm& form, const Names& fields);
/// Those of the fields that were changed.
List changed_labels(const forms::BaseForm& form);

/// The primary keys of rows that are read already, or will be with this.
List keys_of(const db::AnyQuerySet& rows);

// Queries: 1 each, and what the content type costs.
void log_addition(const Page& page, const db::AnyObject& object, const std::string& message);
void log_change(const Page& page, const db::AnyObject& object, const std::string& message);
void log_deletion(const Page& page, const Value& key, const std::string& text);
void log_deletions(const Page& page, const db::AnyQuerySet& rows);

/// What the visitor has done last, for the index. Queries: 1.
List recent_actions(const AdminState& state, http::Request& request);

}  // namespace tatum::admin::impl
