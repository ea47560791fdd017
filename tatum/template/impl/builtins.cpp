#include <tatum/template/impl/builtins.h>

#include <utility>

namespace tatum::template_::impl {

Library builtin_library() {
    Library library("builtins");
    add_control_tags(library);
    add_loader_tags(library);
    add_output_tags(library);
    add_partial_tags(library);
    add_query_tags(library);
    add_text_filters(library);
    add_html_filters(library);
    add_number_filters(library);
    add_list_filters(library);
    add_value_filters(library);
    return library;
}

std::vector<Library> loadable_libraries() {
    std::vector<Library> libraries;
    libraries.push_back(cache_library());
    libraries.push_back(humanize_library());
    libraries.push_back(i18n_library());
    libraries.push_back(l10n_library());
    libraries.push_back(static_library());
    libraries.push_back(tz_library());
    return libraries;
}

}  // namespace tatum::template_::impl
