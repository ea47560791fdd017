#pragma once

#include <tatum/db/any_query_set.h>
#include <tatum/db/expressions.h>

#include <span>

namespace tatum::db::impl {

enum class NodeKind : std::uint8_t {
    Path,       ///< a field: `path`, or `text` for a run-time name
    Literal,    ///< `value`
    Combined,   ///< left `op` right
    Function,   ///< text(children...)
    Aggregate,  ///< text(children...), with `condition` and `distinct`
    Case,       ///< children: conditions and results by turns; left: otherwise
    Subquery,   ///< `query`
    Exists,     ///< `query`
    OuterRef,   ///< as Path, of the query around
    Raw,        ///< `text`, with `value` a List of parameters
    Star,       ///< "*"
    Lookup,     ///< left (or path, or text) `lookup` right (or value, or query)
    And,        ///< children
    Or,
    Xor,
    Not,        ///< left
    Condition,  ///< left, a condition, as a boolean value
};

/// A node of an expression or a condition. Immutable once it is part of a Q or an Expression, and
/// shared by all that contain it.
struct Node {
    NodeKind kind = NodeKind::Literal;
    Lookup lookup = Lookup::Exact;
    char op = 0;
    bool distinct = false;
    impl::Path path;
    std::string text;
    tatum::Value value;
    NodePtr left, right, condition;
    std::vector<NodePtr> children;
    Shared<AnyQuerySet::State> query;

    std::span<const PathStep> steps() const { return {path.steps, path.count}; }
};

/// The path of a Path node as Django writes it: "category__slug".
std::string path_text(const Node& node);
std::string path_text(std::span<const PathStep> steps);
/// "a__b" as steps, which view into `text`.
std::vector<PathStep> split_path(std::string_view text);
/// The steps of a Path, OuterRef or Lookup node; run-time names are split into `storage`.
std::span<const PathStep> steps_of(const Node& node, std::vector<PathStep>& storage);

}  // namespace tatum::db::impl
