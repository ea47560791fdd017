#pragma once

#include <tatum/contrib/admin/impl/page.h>

namespace tatum::admin::impl {

/// What would go with some rows, and what stands in the way: Django's get_deleted_objects().
struct Deletion {
    struct Group {
        const db::ModelMeta* model = nullptr;
        std::size_t count = 0;
        List objects;  ///< the first kObjectsShownMax: {"str", "url"}
    };

    static constexpr std::size_t kObjectsShownMax = 20;
    /// Rows beyond are neither counted nor followed; deleting follows them all.
    static constexpr std::size_t kRowsMax = 20'000;

    std::vector<Group> groups;      ///< the rows themselves first
    std::vector<Group> protected_;  ///< rows that must go first
    Names perms_needed;             ///< models that the visitor may not delete
    bool is_cut = false;

    Dict context() const;
};

/// Queries: one for each relation that is met and each 500 rows.
Deletion collect_deletion(const Page& page, const db::AnyQuerySet& rows);

}  // namespace tatum::admin::impl
