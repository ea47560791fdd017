#pragma once

#include <tatum/contrib/admin/impl/state.h>
#include <tatum/http/errors.h>

#include <map>
#include <optional>

/// What all pages of the admin share.
namespace tatum::admin::impl {

/// One request for a page about a model.
struct Page {
    const AdminState& state;
    const ModelAdminBase& admin;
    http::Request& request;

    const db::ModelMeta& model() const { return admin.model(); }
    /// Of all rows that the admin knows, the one of this key as it stands in the address; empty
    /// when there is none, or the text is no key.
    db::RowsPtr find(std::string_view quoted_pk) const;
    /// Django's _changelist_filters=..., or "".
    std::string preserved_filters() const;
    /// The list, as the visitor has left it.
    std::string changelist_address() const;
};

/// The variables that every page has.
Dict each_context(const AdminState& state, http::Request& request);
/// The apps that the visitor may see, with their models; only one app where `only` names it.
List app_list(const AdminState& state, http::Request& request, std::string_view only = {});

/// Renders "admin/products/product/NAME", "admin/products/NAME" or "admin/NAME", the first there
/// is.
http::Response render_page(const Page& page, std::string_view name, Dict context, int status = 200);
http::Response render_page(const AdminState& state, http::Request& request, std::string_view name,
                           Dict context, int status = 200);

/// Shown on the next page, if the site has messages.
enum class Notice : std::uint8_t { Success, Warning, Error };
void tell(http::Request& request, Notice notice, const std::string& text);

/// Makes a change in a transaction: all of it or nothing. Why it was refused, if it was: by the
/// database, or by a save_model() that throws ValidationError.
std::optional<std::string> saved_or_why(const Function<void()>& change);
/// Of a row that was in a form, but is not in the table.
inline constexpr const char* kRowIsGone =
    "This row has been deleted meanwhile. Go back and reload the page to see what is there.";

/// The parts of the page's path: {"label", "url"}.
Dict crumb(std::string label, std::string url = {});

// The pages. `object_id` as it stands in the address.
http::Response index(const AdminState& state, http::Request& request);
http::Response app_index(const AdminState& state, http::Request& request,
                         const std::string& app_label);
http::Response changelist(const Page& page);
http::Response autocomplete(const AdminState& state, http::Request& request);
/// Adds a row where `object_id` is empty.
http::Response change_page(const Page& page, const std::string& object_id);
http::Response history_page(const Page& page, const std::string& object_id);
http::Response delete_page(const Page& page, const std::string& object_id);
/// To the index, with a note that there is no such row.
http::Response gone(const Page& page, const std::string& object_id);
/// "Home / App / Models / text / last"; the last parts where they are not empty.
List breadcrumbs(const Page& page, const std::string& text, const std::string& url,
                 const std::string& last);
/// The action "delete_selected": its confirmation, and once that is given the deed.
ActionResult delete_selected(const Page& page, const db::AnyQuerySet& chosen);

}  // namespace tatum::admin::impl
