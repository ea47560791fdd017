#include "kinds.h"

#include <tatum/views/paginator.h>

#include <vector>

namespace tatum::conformance {

namespace {

Outcome describe_page(const Case& c, const views::PaginatorBase& paginator, const Page& page) {
    return Outcome::value(Value(Dict{
        {"num_pages", paginator.num_pages()},
        {"number", page.number()},
        {"objects", page.object_list()},
        {"start_index", page.start_index()},
        {"end_index", page.end_index()},
        {"has_next", page.has_next()},
        {"has_previous", page.has_previous()},
        {"elided", Value(to_list(paginator.get_elided_page_range(
                       page.number(), c.integer("on_each_side", 3), c.integer("on_ends", 2))))}}));
}

Outcome run_paginate(const Case& c) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 1; i <= c.integer("count", 0); ++i) numbers.push_back(i);
    PaginatorOptions options{.per_page = c.integer("per_page", 10),
                             .orphans = c.integer("orphans", 0)};
    if (c.has("allow_empty_first_page")) {
        options.allow_empty_first_page = c.get("allow_empty_first_page").truth();
    }
    const Paginator paginator(numbers, options);
    try {
        const bool lenient = c.get("lenient").truth();
        return describe_page(
            c, paginator,
            lenient ? paginator.get_page(c.get("page")) : paginator.page(c.get("page")));
    } catch (const PageNotAnInteger& error) {
        return Outcome::failure("PageNotAnInteger", error.what());
    } catch (const EmptyPage& error) {
        return Outcome::failure("EmptyPage", error.what());
    }
}

constexpr CaseKind kViewKinds[] = {
    {"paginate", run_paginate},
};

}  // namespace

std::span<const CaseKind> view_kinds() { return kViewKinds; }

}  // namespace tatum::conformance
