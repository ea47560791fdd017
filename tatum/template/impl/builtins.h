#pragma once

#include <tatum/template/library.h>

#include <vector>

namespace tatum::template_::impl {

/// The tags and filters that every template has.
Library builtin_library();
void add_control_tags(Library& library);
void add_loader_tags(Library& library);
void add_output_tags(Library& library);
void add_partial_tags(Library& library);
void add_query_tags(Library& library);
void add_text_filters(Library& library);
void add_html_filters(Library& library);
void add_number_filters(Library& library);
void add_list_filters(Library& library);
void add_value_filters(Library& library);

/// The libraries that `{% load %}` knows without an app: cache, humanize, i18n, l10n, static, tz.
std::vector<Library> loadable_libraries();
Library cache_library();
Library humanize_library();
Library i18n_library();
Library l10n_library();
Library static_library();
Library tz_library();

}  // namespace tatum::template_::impl
