#include <tatum/db/impl/node.h>

#include <tatum/db/impl/query.h>

namespace tatum::db::impl {

std::string path_text(std::span<const PathStep> steps) {
    std::string text;
    for (const PathStep& step : steps) {
        if (!text.empty()) text += "__";
        text += step.name;
    }
    return text;
}

std::string path_text(const Node& node) {
    return node.path.steps ? path_text(node.steps()) : node.text;
}

std::vector<PathStep> split_path(std::string_view text) {
    std::vector<PathStep> steps;
    while (true) {
        const auto end = text.find("__", 1);
        steps.push_back({text.substr(0, end), nullptr});
        if (end == std::string_view::npos) return steps;
        text.remove_prefix(end + 2);
    }
}

std::span<const PathStep> steps_of(const Node& node, std::vector<PathStep>& storage) {
    if (node.path.steps) return node.steps();
    storage = split_path(node.text);
    return storage;
}

namespace {

Shared<Node> make(NodeKind kind) {
    auto node = shared<Node>();
    node->kind = kind;
    return node;
}

}  // namespace

NodePtr make_path(Path path) {
    auto node = make(NodeKind::Path);
    node->path = path;
    return node;
}

Q make_condition(Path path, Lookup lookup, Value value) {
    auto node = make(NodeKind::Lookup);
    node->path = path;
    node->lookup = lookup;
    node->value = std::move(value);
    return Q(std::move(node));
}
Q make_condition(Path path, Lookup lookup, std::string_view text) {
    return make_condition(path, lookup, Value(text));
}
Q make_condition(Path path, Lookup lookup, long long number) {
    return make_condition(path, lookup, Value(number));
}

OrderBy make_order(Path path, bool descending) {
    const OrderBy order(Expression(make_path(path)));
    return descending ? -order : order;
}

NodePtr make_lookup(Path path, Lookup lookup, const NodePtr& right) {
    auto node = make(NodeKind::Lookup);
    node->path = path;
    node->lookup = lookup;
    if (right && right->kind == NodeKind::Literal) {
        node->value = right->value;
    } else {
        node->right = right;
    }
    return node;
}

NodePtr make_lookup(const NodePtr& left, Lookup lookup, const NodePtr& right) {
    auto node = make(NodeKind::Lookup);
    if (left->kind == NodeKind::Path && left->path.steps) {
        node->path = left->path;
    } else {
        node->left = left;
    }
    node->lookup = lookup;
    if (right && right->kind == NodeKind::Literal) {
        node->value = right->value;
    } else {
        node->right = right;
    }
    return node;
}

NodePtr make_combined(char operation, const NodePtr& left, const NodePtr& right) {
    auto node = make(NodeKind::Combined);
    node->op = operation;
    node->left = left;
    node->right = right;
    return node;
}

NodePtr make_function(std::string_view name, std::initializer_list<NodePtr> arguments) {
    auto node = make(NodeKind::Function);
    node->text = name;
    node->children.assign(arguments.begin(), arguments.end());
    return node;
}

Q make_in_query(Path path, const AnyQuerySet& query) {
    auto node = make(NodeKind::Lookup);
    node->path = path;
    node->lookup = Lookup::In;
    node->query = query.state();
    return Q(std::move(node));
}

}  // namespace tatum::db::impl

namespace tatum::db {

using impl::Node;
using impl::NodeKind;

// Declared in the header, and made here once: apps write values of these types by the dozen.
Q::Q(const Q&) noexcept = default;
Q& Q::operator=(const Q&) noexcept = default;
Q::~Q() = default;
Expression::Expression(const Expression&) noexcept = default;
Expression& Expression::operator=(const Expression&) noexcept = default;
Expression::~Expression() = default;
OrderBy::OrderBy(const OrderBy&) noexcept = default;
OrderBy& OrderBy::operator=(const OrderBy&) noexcept = default;
OrderBy::~OrderBy() = default;

Q::Q(std::string_view path, Value value) {
    auto node = shared<Node>();
    node->kind = NodeKind::Lookup;
    node->text = path;
    node->value = std::move(value);
    node_ = std::move(node);
}

Q::Q(std::string_view path, const Expression& right) {
    auto node = shared<Node>();
    node->kind = NodeKind::Lookup;
    node->text = path;
    if (right.node()->kind == NodeKind::Literal) {
        node->value = right.node()->value;
    } else {
        node->right = right.node();
    }
    node_ = std::move(node);
}

Q Q::combine(char connector, const Q& other) const {
    if (empty()) return other;
    if (other.empty()) return *this;
    const NodeKind kind = connector == '&'   ? NodeKind::And
                          : connector == '|' ? NodeKind::Or
                                             : NodeKind::Xor;
    auto node = shared<Node>();
    node->kind = kind;
    // a && b && c is one AND of three.
    if (node_->kind == kind && kind != NodeKind::Xor) {
        node->children = node_->children;
    } else {
        node->children.push_back(node_);
    }
    if (other.node_->kind == kind && kind != NodeKind::Xor) {
        node->children.insert(node->children.end(), other.node_->children.begin(),
                              other.node_->children.end());
    } else {
        node->children.push_back(other.node_);
    }
    return Q(std::move(node));
}

Q Q::negate() const {
    if (empty()) return *this;
    if (node_->kind == NodeKind::Not) return Q(node_->left);
    auto node = shared<Node>();
    node->kind = NodeKind::Not;
    node->left = node_;
    return Q(std::move(node));
}

Expression::Expression(const Q& condition) {
    auto node = shared<Node>();
    node->kind = NodeKind::Condition;
    node->left = condition.node();
    node_ = std::move(node);
}

Expression Expression::field(std::string_view path) {
    auto node = shared<Node>();
    node->kind = NodeKind::Path;
    node->text = path;
    return Expression(std::move(node));
}

Expression Expression::of_value(Value value) {
    auto node = shared<Node>();
    node->kind = NodeKind::Literal;
    node->value = std::move(value);
    return Expression(std::move(node));
}

Expression Expression::raw(std::string_view sql, List parameters) {
    auto node = shared<Node>();
    node->kind = NodeKind::Raw;
    node->text = sql;
    node->value = Value(std::move(parameters));
    return Expression(std::move(node));
}

Q Expression::in(const List& values) const { return compare(Lookup::In, of_value(Value(values))); }
Q Expression::isnull(bool is_null) const {
    return compare(Lookup::IsNull, of_value(Value(is_null)));
}
Q Expression::range(const Value& first, const Value& last) const {
    return compare(Lookup::Range, of_value(Value::tuple({first, last})));
}

OrderBy::OrderBy(const Expression& expression) : node_(expression.node()) {}

OrderBy OrderBy::operator-() const {
    OrderBy reversed = *this;
    reversed.descending_ = !descending_;
    return reversed;
}

OrderBy OrderBy::with(Nulls nulls) const {
    OrderBy changed = *this;
    changed.nulls_ = nulls;
    return changed;
}

OrderBy::OrderBy(std::string_view name) {
    if (name == "?") return;
    if (name.starts_with('-')) {
        descending_ = true;
        name.remove_prefix(1);
    } else if (name.starts_with('+')) {
        name.remove_prefix(1);
    }
    node_ = Expression::field(name).node();
}

}  // namespace tatum::db
