#pragma once

#include <tatum/site/checks.h>

namespace tatum::admin::impl {

/// What is wrong with the options of the site's admins. The ids up to admin.E499 are Django's; its
/// own are admin.E501 a name in a form that is no field, E502 in search_fields, E503 in
/// list_select_related or select_related, E504 a kind of filter that does not fit its field, E505 a
/// name in sortable_by that is no column, E506 an inline's model that is not installed, E507 a
/// permission of an action that there is not, E508 an `ordering` of display() that is no field.
std::vector<CheckMessage> check_admins(const site::Site& site);

}  // namespace tatum::admin::impl
