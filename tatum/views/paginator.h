#pragma once

#include <tatum/base/error.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/db/any_query_set.h>
#include <tatum/http/request.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::views {

/// Any page that cannot be had.
struct InvalidPage : Exception {
    using Exception::Exception;
};
/// The page number is no whole number.
struct PageNotAnInteger : InvalidPage {
    using InvalidPage::InvalidPage;
};
/// A whole number, but there is no such page.
struct EmptyPage : InvalidPage {
    using InvalidPage::InvalidPage;
};

/// How a list is cut into pages.
struct PaginatorOptions {
    std::int64_t per_page = 10;
    /// A last page of at most this many items is joined to the page before it.
    std::int64_t orphans = 0;
    /// False: page 1 of an empty list is an EmptyPage.
    bool allow_empty_first_page = true;
    /// How many items there are, where that is known already; else they are counted when needed.
    std::optional<std::int64_t> count = {};
    /// The query string's parameter that page(request) reads.
    std::string page_kwarg = "page";
};

namespace impl {

/// What a paginator divides, type-erased. The items stay with it.
class PageSource {
public:
    virtual ~PageSource() = default;
    /// Queries: 1 for a QuerySet.
    virtual std::int64_t count() const = 0;
    /// Items first <= i < last, as what a template loops over.
    virtual Value slice(std::int64_t first, std::int64_t last) const = 0;
    /// False for a QuerySet whose order the database chooses.
    virtual bool is_ordered() const { return true; }
};

template <class Items>
class PageSourceOf final : public PageSource {
public:
    explicit PageSourceOf(Items items) : items_(std::move(items)) {}
    std::int64_t count() const override { return static_cast<std::int64_t>(items_.size()); }
    Value slice(std::int64_t first, std::int64_t last) const override {
        return Value(to_list(Items(items_.begin() + first, items_.begin() + last)));
    }

private:
    Items items_;
};

Shared<const PageSource> page_source(const db::AnyQuerySet& query);
Shared<const PageSource> page_source(const db::ValuesQuerySet& query);
template <class Items>
    requires(!std::convertible_to<const Items&, const db::AnyQuerySet&>)
Shared<const PageSource> page_source(const Items& container) {
    return shared<PageSourceOf<Items>>(container);
}

struct PaginatorState;

}  // namespace impl

class PaginatorBase;

/// One page of a list: what a template shows as `page_obj`. A value; keeps its list alive. In a
/// template it is a sequence of its items, with Django's attributes.
class Page {
public:
    Page(const Page&);
    Page& operator=(const Page&);
    ~Page();

    /// Counted from 1.
    std::int64_t number() const { return number_; }
    bool has_next() const;
    bool has_previous() const { return number_ > 1; }
    bool has_other_pages() const { return has_previous() || has_next(); }
    /// Throw EmptyPage where there is none.
    std::int64_t next_page_number() const;
    std::int64_t previous_page_number() const;
    /// Of the first and the last item in the whole list, counted from 1; 0 when it is empty.
    std::int64_t start_index() const;
    std::int64_t end_index() const;
    /// The items. A QuerySet is still to be evaluated.
    const Value& object_list() const { return object_list_; }

    /// What cut the list; knows count() and num_pages().
    PaginatorBase paginator() const;

    friend Value to_value(const Page& page);

private:
    friend class PaginatorBase;
    Page(Shared<const impl::PaginatorState> paginator, std::int64_t number, Value items)
        : paginator_(std::move(paginator)), number_(number), object_list_(std::move(items)) {}

    Shared<const impl::PaginatorState> paginator_;
    std::int64_t number_;
    Value object_list_;
};

/// What all paginators share, whatever they divide. For one thread at a time, since it remembers
/// the count.
class PaginatorBase {
public:
    static constexpr std::string_view kEllipsis = "…";

    /// The items of the whole list. Queries: 1 for a QuerySet, the first time.
    std::int64_t count() const;
    /// At least 1, or 0 when the list is empty and an empty first page is not allowed.
    std::int64_t num_pages() const;
    std::int64_t per_page() const;
    std::int64_t orphans() const;

    /// Any number Python's int() takes, as text or as a number. Throws PageNotAnInteger, EmptyPage.
    std::int64_t validate_number(const Value& number) const;
    /// Throws PageNotAnInteger, EmptyPage.
    Page page(const Value& number) const;
    /// Never throws for a bad number: page 1 where it is no integer, the last page where there is
    /// none such.
    Page get_page(const Value& number) const;
    /// The page that the query string asks for ("?page=3"), as get_page().
    Page page(const http::Request& request) const;

    /// Page numbers around `number`, with kEllipsis for those left out:
    /// 1 2 … 17 18 19 20 21 22 23 … 49 50.
    std::vector<std::string> get_elided_page_range(const Value& number = 1,
                                                   std::int64_t on_each_side = 3,
                                                   std::int64_t on_ends = 2) const;

    friend Value to_value(const PaginatorBase& paginator);

    PaginatorBase(const PaginatorBase&);
    PaginatorBase& operator=(const PaginatorBase&);
    ~PaginatorBase();

protected:
    PaginatorBase(Shared<const impl::PageSource> source, std::int64_t per_page);
    PaginatorBase(Shared<const impl::PageSource> source, PaginatorOptions options);

    Shared<const impl::PaginatorState> state_;

private:
    friend class Page;
    explicit PaginatorBase(Shared<const impl::PaginatorState> state) : state_(std::move(state)) {}
};

/// Cuts a QuerySet (whatever it holds) or a copy of a container into pages, as Django's Paginator
/// does.
///
///     Paginator(products, 24).page(request)
///     Paginator(products, {.per_page = 24, .orphans = 3}).page(2)
template <class Items>
class Paginator : public PaginatorBase {
public:
    Paginator(const Items& items, std::int64_t per_page)
        : PaginatorBase(impl::page_source(items), per_page) {}
    Paginator(const Items& items, PaginatorOptions options)
        : PaginatorBase(impl::page_source(items), std::move(options)) {}
};

}  // namespace tatum::views

namespace tatum {
using views::EmptyPage;
using views::InvalidPage;
using views::Page;
using views::PageNotAnInteger;
using views::Paginator;
using views::PaginatorOptions;
}  // namespace tatum
