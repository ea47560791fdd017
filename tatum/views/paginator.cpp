#include <tatum/views/paginator.h>

#include <tatum/base/log.h>
#include <tatum/base/numbers.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace tatum::views {

namespace impl {

struct PaginatorState {
    Shared<const PageSource> source;
    mutable PaginatorOptions options;  ///< the count is kept there once it is known

    std::int64_t items() const {
        if (!options.count) options.count = source->count();
        return *options.count;
    }
    std::int64_t pages() const {
        const std::int64_t total = items();
        if (total == 0 && !options.allow_empty_first_page) return 0;
        const std::int64_t hits = std::max<std::int64_t>(1, total - options.orphans);
        return (hits + options.per_page - 1) / options.per_page;
    }
};

namespace {

template <class Query>
class QuerySource final : public PageSource {
public:
    explicit QuerySource(Query query) : query_(std::move(query)) {}
    std::int64_t count() const override { return query_.count(); }
    Value slice(std::int64_t first, std::int64_t last) const override {
        return Value(query_.slice({first, last}));
    }
    bool is_ordered() const override { return query_.is_ordered(); }

private:
    Query query_;
};

}  // namespace

Shared<const PageSource> page_source(const db::AnyQuerySet& query) {
    return shared<QuerySource<db::AnyQuerySet>>(query);
}
Shared<const PageSource> page_source(const db::ValuesQuerySet& query) {
    return shared<QuerySource<db::ValuesQuerySet>>(query);
}

}  // namespace impl

namespace {

using impl::PaginatorState;

/// Python's int(), but that a Float must be whole; what exceeds 64 bits is saturated, since no list
/// has such a page.
std::optional<std::int64_t> integer_of(const Value& number) {
    if (number.kind() == Kind::Float && std::floor(number.as_float()) != number.as_float())
        return std::nullopt;
    const numbers::ToInt whole = numbers::to_int(number);
    return whole ? std::optional(whole.clamped()) : std::nullopt;
}

std::int64_t checked_number(const PaginatorState& state, const Value& value) {
    const auto number = integer_of(value);
    if (!number) throw PageNotAnInteger("That page number is not an integer");
    if (*number < 1) throw EmptyPage("That page number is less than 1");
    if (*number > state.pages()) throw EmptyPage("That page contains no results");
    return *number;
}

Value elided_list(const PaginatorBase& paginator, const Value& number) {
    return Value(to_list(paginator.get_elided_page_range(number)));
}

/// A method that a template may call with an optional page number.
class ElidedPageRange final : public Object {
public:
    explicit ElidedPageRange(const PaginatorBase& paginator) : paginator_(paginator) {}
    std::string_view type_name(Self) const override { return "method"; }
    bool is_callable(Self) const override { return true; }
    std::optional<Value> call(Self, std::span<const Value> args) const override {
        if (args.size() > 1) return std::nullopt;
        return elided_list(paginator_, args.empty() ? Value(1) : args[0]);
    }

private:
    PaginatorBase paginator_;
};

class PaginatorObject final : public Object {
public:
    explicit PaginatorObject(const PaginatorBase& paginator) : paginator_(paginator) {}

    std::string_view type_name(Self) const override { return "Paginator"; }
    void append_str(Self, std::string& out) const override { out += "<Paginator>"; }
    std::vector<std::string> attribute_names(Self) const override {
        return {"count",    "num_pages", "page_range", "get_elided_page_range",
                "per_page", "orphans",   "ELLIPSIS"};
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "count") return paginator_.count();
        if (name.text == "num_pages") return paginator_.num_pages();
        if (name.text == "page_range") return Value::range(1, paginator_.num_pages() + 1);
        if (name.text == "per_page") return paginator_.per_page();
        if (name.text == "orphans") return paginator_.orphans();
        if (name.text == "ELLIPSIS") return Value(PaginatorBase::kEllipsis);
        if (name.text == "get_elided_page_range")
            return Value::adopt(std::make_unique<ElidedPageRange>(paginator_).release());
        return std::nullopt;
    }
    /// Looping over a paginator gives its pages.
    std::optional<std::size_t> size(Self) const override {
        return static_cast<std::size_t>(paginator_.num_pages());
    }
    Value item(Self, std::size_t index) const override {
        return to_value(paginator_.page(Value(static_cast<std::int64_t>(index) + 1)));
    }

private:
    PaginatorBase paginator_;
};

/// What a template sees of a page.
class PageObject final : public Object {
public:
    explicit PageObject(Page page) : page_(std::move(page)), paginator_(page_.paginator()) {}

    std::string_view type_name(Self) const override { return "Page"; }
    void append_str(Self, std::string& out) const override {
        out += "<Page " + std::to_string(page_.number()) + " of " +
               std::to_string(page_.paginator().num_pages()) + ">";
    }
    bool truth(Self self) const override { return size(self) != 0u; }
    std::vector<std::string> attribute_names(Self) const override {
        return {"number",       "object_list",     "paginator",        "has_next",
                "has_previous", "has_other_pages", "next_page_number", "previous_page_number",
                "start_index",  "end_index"};
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "number") return page_.number();
        if (name.text == "object_list") return page_.object_list();
        if (name.text == "paginator") return paginator_;
        if (name.text == "has_next") return page_.has_next();
        if (name.text == "has_previous") return page_.has_previous();
        if (name.text == "has_other_pages") return page_.has_other_pages();
        if (name.text == "next_page_number") return page_.next_page_number();
        if (name.text == "previous_page_number") return page_.previous_page_number();
        if (name.text == "start_index") return page_.start_index();
        if (name.text == "end_index") return page_.end_index();
        return std::nullopt;
    }
    std::optional<std::size_t> size(Self) const override { return page_.object_list().size(); }
    Value item(Self, std::size_t index) const override {
        return page_.object_list().at(static_cast<std::int64_t>(index)).value_or(Value());
    }

private:
    Page page_;
    Value paginator_;
};

}  // namespace

bool Page::has_next() const { return number_ < paginator_->pages(); }

std::int64_t Page::next_page_number() const { return checked_number(*paginator_, number_ + 1); }

std::int64_t Page::previous_page_number() const { return checked_number(*paginator_, number_ - 1); }

std::int64_t Page::start_index() const {
    return paginator_->items() == 0 ? 0 : paginator_->options.per_page * (number_ - 1) + 1;
}

std::int64_t Page::end_index() const {
    return number_ == paginator_->pages() ? paginator_->items()
                                          : number_ * paginator_->options.per_page;
}

PaginatorBase Page::paginator() const { return PaginatorBase(paginator_); }

Value to_value(const Page& page) {
    return Value::adopt(std::make_unique<PageObject>(page).release());
}

Page::Page(const Page&) = default;
Page& Page::operator=(const Page&) = default;
Page::~Page() = default;

PaginatorBase::PaginatorBase(const PaginatorBase&) = default;
PaginatorBase& PaginatorBase::operator=(const PaginatorBase&) = default;
PaginatorBase::~PaginatorBase() = default;

PaginatorBase::PaginatorBase(Shared<const impl::PageSource> source, std::int64_t per_page)
    : PaginatorBase(std::move(source), PaginatorOptions{.per_page = per_page}) {}
PaginatorBase::PaginatorBase(Shared<const impl::PageSource> source, PaginatorOptions options)
    : state_(shared<PaginatorState>(PaginatorState{std::move(source), options})) {
    if (state_->options.per_page < 1) {
        throw ImproperlyConfigured("A page holds at least one item, not " +
                                   std::to_string(state_->options.per_page));
    }
}

std::int64_t PaginatorBase::count() const { return state_->items(); }
std::int64_t PaginatorBase::num_pages() const { return state_->pages(); }
std::int64_t PaginatorBase::per_page() const { return state_->options.per_page; }
std::int64_t PaginatorBase::orphans() const { return state_->options.orphans; }

std::int64_t PaginatorBase::validate_number(const Value& number) const {
    return checked_number(*state_, number);
}

Page PaginatorBase::page(const Value& value) const {
    const std::int64_t number = validate_number(value);
    const std::int64_t bottom = (number - 1) * per_page();
    std::int64_t top = bottom + per_page();
    if (top + orphans() >= count()) top = count();
    if (!state_->source->is_ordered()) {
        logging::Logger("tatum.views")
            .warning("Pagination may yield inconsistent results with an unordered list");
    }
    return {state_, number, state_->source->slice(bottom, top)};
}

Page PaginatorBase::get_page(const Value& value) const {
    const auto number = integer_of(value);
    if (!number) return page(1);
    if (*number < 1 || *number > num_pages()) {
        return page(std::max<std::int64_t>(num_pages(), 1));
    }
    return page(*number);
}

Page PaginatorBase::page(const http::Request& request) const {
    return get_page(Value(request.GET().get(state_->options.page_kwarg, "1")));
}

std::vector<std::string> PaginatorBase::get_elided_page_range(const Value& value,
                                                              std::int64_t on_each_side,
                                                              std::int64_t on_ends) const {
    const std::int64_t number = validate_number(value);
    const std::int64_t last = num_pages();
    std::vector<std::string> range;
    const auto add = [&range](std::int64_t from, std::int64_t to) {
        for (std::int64_t i = from; i <= to; ++i) range.push_back(std::to_string(i));
    };
    if (last <= (on_each_side + on_ends) * 2) {
        add(1, last);
        return range;
    }
    if (number > 1 + on_each_side + on_ends + 1) {
        add(1, on_ends);
        range.emplace_back(kEllipsis);
        add(number - on_each_side, number);
    } else {
        add(1, number);
    }
    if (number < last - on_each_side - on_ends - 1) {
        add(number + 1, number + on_each_side);
        range.emplace_back(kEllipsis);
        add(last - on_ends + 1, last);
    } else {
        add(number + 1, last);
    }
    return range;
}

Value to_value(const PaginatorBase& paginator) {
    return Value::adopt(std::make_unique<PaginatorObject>(paginator).release());
}

}  // namespace tatum::views
