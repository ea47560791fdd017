#pragma once

#include <tatum/db/impl/backend.h>
#include <tatum/db/impl/compiler.h>

namespace tatum::db::impl {

/// The database that a query reads from or writes to.
Database& database_for(const Query& query);
/// Runs a statement that was compiled, with its parameters. Nothing happens when no row can match.
RunResult run(Database& database, const Compiled& compiled, RowSink* sink, Access access);
/// Runs the SELECT of `query`: its rows, with prefetched relations.
RowsPtr fetch(const Query& query);
/// The rows of values().
List fetch_values(const Query& query);
/// Reads the relations of query.prefetches ("details__attribute") of all objects, in one query for
/// each step; a step that relations begin with in common is read once. Throws ValueError where
/// such a step is to be read in two ways.
void prefetch(std::span<void* const> objects, const Query& query);

/// The table of the type that a field holds: of a foreign key, that of its keys.
const MemberOps& held_type(const FieldMeta& field);

/// Keeps the first row of a statement as Values.
class FirstRow final : public RowSink {
public:
    explicit FirstRow(std::span<const ExtraPlan> columns) : columns_(columns) {}
    void row(std::span<const Cell> cells) override {
        if (found) return;
        found = true;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            values.push_back(
                cell_value(cells[i], i < columns_.size() ? columns_[i].output : Output{}));
        }
    }

    bool found = false;
    List values;

private:
    std::span<const ExtraPlan> columns_;
};

}  // namespace tatum::db::impl
