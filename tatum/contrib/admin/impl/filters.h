#pragma once

#include <tatum/contrib/admin/impl/query_text.h>
#include <tatum/contrib/admin/impl/state.h>

#include <optional>

namespace tatum::admin::impl {

/// The address asks for something that the list cannot do; answered by the list without it.
struct IncorrectLookup : Exception {
    using Exception::Exception;
};

/// A filter of a list as it stands for one request.
struct FilterSpec {
    struct Choice {
        bool selected = false;
        Parameters::Changes set = {};
        std::vector<std::string> remove = {};
        std::string label;
        std::optional<db::Q> counted = {};  ///< what a facet counts
    };

    std::string title;
    std::vector<Choice> choices;
    bool is_active = false;
    bool is_cut = false;  ///< there are more choices than kFilterChoicesMax
    db::Q condition;
    const SimpleListFilter* simple = nullptr;
    std::string value;  ///< of a simple one that is active

    db::AnyQuerySet applied(const db::AnyQuerySet& rows) const;
};

/// Choices of one filter; what lies beyond is not read.
inline constexpr std::size_t kFilterChoicesMax = 250;

/// Takes the parameters that the filter understands out of `parameters`. nullopt where there is
/// nothing to choose. `rows` are all of the admin's. Queries: 1 for kinds that read their choices.
/// Throws IncorrectLookup, ImproperlyConfigured.
std::optional<FilterSpec> make_filter(const AdminState& state, const ModelAdminBase& admin,
                                      http::Request& request, const ListFilter& filter,
                                      Parameters& parameters, const std::string& empty_value);

/// The condition that a parameter of an address asks for: any of its values.
db::Q lookup_condition(const std::string& lookup, const Parameters::Values& values);

}  // namespace tatum::admin::impl
