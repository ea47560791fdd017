#include <tatum/db/impl/query_key.h>

#include <tatum/db/impl/execute.h>

#include <algorithm>
#include <memory>

namespace tatum::db::impl {

namespace {

/// Conditions nested deeper are compiled each time.
constexpr int kDepthMax = 64;

}  // namespace

QueryKey::QueryKey(Shape shape, const Query& query) {
    form_.push_back(static_cast<char>(shape));
    if (query.high >= 0) limit_ = Value(static_cast<long long>(query.high - query.low));
    if (query.low > 0) offset_ = Value(static_cast<long long>(query.low));
    add(query, 0);
}

void QueryKey::add(std::string_view text) {
    add_bits(text.size());
    form_.append(text.data(), text.size());
}

/// Only what the form of the SQL depends on, unless `by_content`.
void QueryKey::add_value(const Value& value, bool by_content) {
    // Of an integer that no column can hold, the comparison is decided.
    constexpr std::size_t kDigitsOfInteger = 19;
    by_content |= value.kind() == Kind::BigInt ||
                  (value.is_string() && value.as_string().size() >= kDigitsOfInteger);
    add_bits(value.kind());
    if (by_content) add(value.str());
    if (value.is_list()) {
        add_bits(value.as_list().size());
        for (const Value& item : value.as_list()) {
            const bool long_one = item.kind() == Kind::BigInt ||
                                  (item.is_string() && item.as_string().size() >= kDigitsOfInteger);
            form_.push_back(item.is_none() ? '0' : long_one ? '2' : '1');
            if (long_one) add(item.str());
            values_.push_back(&item);
        }
        return;
    }
    // Rows stand for their keys; other objects are queries or things to iterate over.
    if (value.is_object() && !dynamic_cast<const Rows*>(&value.as_object())) cacheable_ = false;
    if (value.kind() == Kind::Range || value.kind() == Kind::Dict) cacheable_ = false;
    values_.push_back(&value);
}

void QueryKey::add(const Node* node, int depth) {
    if (!node) {
        form_.push_back('-');
        return;
    }
    if (depth > kDepthMax) {
        cacheable_ = false;
        return;
    }
    form_.push_back(static_cast<char>('A' + static_cast<int>(node->kind)));
    form_.push_back(static_cast<char>('a' + static_cast<int>(node->lookup)));
    form_.push_back(node->op ? node->op : '.');
    form_.push_back(node->distinct ? 'd' : '.');
    // By content: the steps may stand on a stack, where the next query has others.
    add_bits(node->path.count);
    for (const PathStep& step : node->steps()) {
        add(step.name);
        add_bits(step.reverse_of);
    }
    add(node->text);
    const bool by_content = node->lookup == Lookup::IsNull || node->text.ends_with("isnull");
    if (node->kind == NodeKind::Lookup || node->kind == NodeKind::Literal ||
        node->kind == NodeKind::Raw) {
        add_value(node->value, by_content);
    }
    if (node->left || node->right || node->condition || !node->children.empty()) {
        form_.push_back('(');
        add(node->left.get(), depth + 1);
        add(node->right.get(), depth + 1);
        add(node->condition.get(), depth + 1);
        for (const NodePtr& child : node->children) add(child.get(), depth + 1);
        form_.push_back(')');
    }
    if (node->query) add(node->query->query, depth + 1);
}

void QueryKey::add(const Query& query, int depth) {
    if (query.combinator != Combinator::None || depth > kDepthMax) {
        cacheable_ = false;
        return;
    }
    add_bits(query.model);
    form_.push_back(static_cast<char>(
        '0' + (query.default_order ? 1 : 0) + (query.reversed ? 2 : 0) + (query.distinct ? 4 : 0) +
        (query.empty ? 8 : 0) + (query.select_all_related ? 16 : 0) + (query.only ? 32 : 0)));
    form_.push_back(static_cast<char>('0' + static_cast<int>(query.values) +
                                      (query.grouped_by_values ? 8 : 0) + (query.low > 0 ? 16 : 0) +
                                      (query.high >= 0 ? 32 : 0)));
    if (depth > 0) {
        add_bits(query.low);
        add_bits(query.high);
    }
    for (const Filter& filter : query.filters) {
        form_.push_back(filter.negated ? '!' : '&');
        form_.push_back(filter.sticky ? '+' : '.');
        add(filter.condition.get(), depth + 1);
    }
    for (const Annotation& annotation : query.annotations) {
        form_.push_back(annotation.selected ? '@' : '~');
        add(annotation.name);
        add_bits(annotation.after_filters);
        add(annotation.expression.get(), depth + 1);
    }
    for (const OrderBy& term : query.order) {
        form_.push_back(term.descending() ? '>' : '<');
        form_.push_back(static_cast<char>('0' + static_cast<int>(term.nulls())));
        add(term.node().get(), depth + 1);
    }
    form_.push_back('|');
    for (const std::string& name : query.select_related) add(name);
    form_.push_back('|');
    for (const std::string& name : query.deferred) add(name);
    form_.push_back('|');
    for (const std::string& name : query.value_fields) add(name);
    add_bits(query.values_after_filters);
    form_.push_back('|');
    for (const std::string& name : query.group_fields) add(name);
}

bool QueryKey::match(std::vector<Param>& params) const {
    const std::span<const Value* const> values = values_.items();
    for (Param& param : params) {
        if (param.source <= kLimitSource) continue;
        const auto found = std::ranges::find(values, param.origin);
        if (!param.origin || found == values.end()) return false;
        param.source = static_cast<std::int32_t>(found - values.begin());
    }
    return true;
}

const Value& QueryKey::value(const Param& param) const {
    switch (param.source) {
        case kLimitSource:
            return limit_;
        case kOffsetSource:
            return offset_;
        case kConstantSource:
            return param.value;
        default:
            return *values_.items()[static_cast<std::size_t>(param.source)];
    }
}

Statement::Statement(Shape shape, const Query& query, Database& database)
    : key_(shape, query), database_(database) {
    Backend& backend = database.backend();
    StatementCache& cache = backend.statements();
    if (key_.cacheable()) {
        compiled_ = cache.find(key_.form());
        by_key_ = compiled_ != nullptr;
        if (by_key_) return;
    }
    Compiler compiler(query, backend.dialect());
    auto compiled = std::make_shared<Compiled>(shape == Shape::Select  ? compiler.select()
                                               : shape == Shape::Count ? compiler.count()
                                                                       : compiler.exists());
    if (key_.cacheable() && !compiled->nothing && key_.match(compiled->params)) {
        for (Param& param : compiled->params) {
            // The query that was first may end before the cache does.
            param.origin = nullptr;
            if (param.source != kConstantSource) param.value = Value();
        }
        cache.add(key_.form(), compiled);
        by_key_ = true;
    }
    compiled_ = std::move(compiled);
}

void Statement::run(RowSink* sink) const {
    if (compiled_->nothing) return;
    const auto& params = compiled_->params;
    Scratch scratch;
    constexpr std::size_t kInside = 16;
    Cell inside[kInside];
    std::vector<Cell> outside;
    Cell* cells = inside;
    if (params.size() > kInside) {
        outside.resize(params.size());
        cells = outside.data();
    }
    for (std::size_t i = 0; i < params.size(); ++i) {
        cells[i] =
            param_cell(params[i], by_key_ ? key_.value(params[i]) : params[i].value, scratch);
    }
    database_.backend().run(compiled_->sql, {cells, params.size()}, sink, Access::Read);
}

}  // namespace tatum::db::impl
