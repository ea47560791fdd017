#include <tatum/db/exceptions.h>
#include <tatum/db/impl/compiler.h>

#include <algorithm>

namespace tatum::db::impl {

namespace {

bool has(const std::vector<std::size_t>& list, std::size_t item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

const FieldMeta* find_step(const ModelMeta& model, const PathStep& step) {
    return step.reverse_of ? nullptr : model.find_field(step.name);
}

const ReverseMeta* find_reverse_step(const ModelMeta& model, const PathStep& step) {
    if (!step.reverse_of) return model.find_reverse(step.name);
    for (const ReverseMeta& reverse : model.reverse) {
        if (reverse.model->type == step.reverse_of && reverse.field->name == step.name) {
            return &reverse;
        }
    }
    return nullptr;
}

/// Names that were made up for a table (T3, U0) need no quotes.
void append_alias(std::string& out, std::string_view alias, std::string_view table) {
    if (alias == table) {
        append_quoted(out, alias);
    } else {
        out += alias;
    }
}

}  // namespace

void refuse_keyword(const ModelMeta& model, std::string_view keyword, const Query* query) {
    std::vector<std::string> choices;
    for (const auto& field : model.fields) {
        choices.push_back(field->name);
        if (field->attname != field->name) choices.push_back(field->attname);
    }
    for (const auto& field : model.many_to_many) choices.push_back(field->name);
    for (const ReverseMeta& reverse : model.reverse) {
        if (!reverse.query_name.ends_with('+')) choices.push_back(reverse.query_name);
    }
    if (query) {
        for (const Annotation& annotation : query->annotations) choices.push_back(annotation.name);
    }
    std::sort(choices.begin(), choices.end());
    std::string list;
    for (const std::string& choice : choices) {
        if (!list.empty()) list += ", ";
        list += choice;
    }
    throw FieldError("Cannot resolve keyword '" + std::string(keyword) +
                     "' into field. Choices are: " + list);
}

void append_hops(std::vector<Hop>& hops, const ModelMeta& model, const PathStep& step,
                 std::size_t number) {
    if (const FieldMeta* field = find_step(model, step)) {
        if (!field->relation) return;
        const RelationMeta& relation = *field->relation;
        if (!field->is_many_to_many()) {
            hops.push_back(
                {relation.target, field, relation.to_field, true, false, field->null, number});
            return;
        }
        hops.push_back({relation.through, relation.through_source->relation->to_field,
                        relation.through_source, false, true, true, number});
        hops.push_back({relation.target, relation.through_target,
                        relation.through_target->relation->to_field, true, false, false, number});
        return;
    }
    const ReverseMeta* reverse = find_reverse_step(model, step);
    if (!reverse) return;
    const RelationMeta& relation = *reverse->field->relation;
    if (!reverse->field->is_many_to_many()) {
        hops.push_back({reverse->model, relation.to_field, reverse->field, false, !reverse->one(),
                        true, number});
        return;
    }
    hops.push_back({relation.through, relation.through_target->relation->to_field,
                    relation.through_target, false, true, true, number});
    hops.push_back({reverse->model, relation.through_source,
                    relation.through_source->relation->to_field, true, false, false, number});
}

ResolvedPath resolve_path(const ModelMeta& model, std::span<const PathStep> steps,
                          const Query* query) {
    ResolvedPath path;
    if (query && !steps.front().reverse_of) {
        if (const Annotation* annotation = query->find_annotation(steps.front().name)) {
            path.annotation = annotation;
            path.rest = steps.subspan(1);
            return path;
        }
    }
    const ModelMeta* at = &model;  // where the next step is looked for; null after a plain field
    std::vector<Hop> pending;      // of a foreign key, taken only when a step follows it
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const FieldMeta* field = at ? find_step(*at, steps[i]) : nullptr;
        if (!at || (!field && !find_reverse_step(*at, steps[i]))) {
            if (i == 0) refuse_keyword(model, steps[i].name, query);
            path.rest = steps.subspan(i);
            break;
        }
        path.hops.insert(path.hops.end(), pending.begin(), pending.end());
        pending.clear();
        append_hops(pending, *at, steps[i], i);
        if (pending.empty()) {
            path.target = field;
            at = nullptr;
        } else if (pending.size() == 1 && pending.front().direct) {
            path.target = field;
            at = pending.front().to;
        } else {
            // A path that ends in many rows ends in their keys.
            path.hops.insert(path.hops.end(), pending.begin(), pending.end());
            at = pending.back().to;
            path.target = at->pk;
            pending.clear();
        }
    }
    return path;
}

std::size_t Compiler::base() {
    if (joins_.empty()) {
        Join join;
        join.model = query_.model;
        join.alias = prefix_.empty() ? query_.model->db_table : prefix_ + "0";
        joins_.push_back(std::move(join));
    }
    return 0;
}

/// The join along `hop` that may be used again; 0 when there is none.
std::size_t Compiler::find_join(const Hop& hop, std::size_t parent, const Aliases* reuse) const {
    for (std::size_t i = joins_.size(); i-- > 1;) {
        const Join& old = joins_[i];
        if (old.parent == parent && old.model == hop.to && old.from_field == hop.from_field &&
            old.to_field == hop.to_field && (!hop.many || !reuse || has(*reuse, i))) {
            return i;
        }
    }
    return 0;
}

/// Where a path leads that was joined before; 0 when it was not.
std::size_t Compiler::find_joined(std::span<const Hop> hops, const Aliases& reuse) const {
    std::size_t alias = 0;
    for (const Hop& hop : hops) {
        alias = find_join(hop, alias, &reuse);
        if (alias == 0) return 0;
    }
    return alias;
}

std::size_t Compiler::join(const Hop& hop, std::size_t parent, const Aliases* reuse) {
    if (const std::size_t known = find_join(hop, parent, reuse)) return known;
    Join join;
    join.model = hop.to;
    join.parent = parent;
    join.from_field = hop.from_field;
    join.to_field = hop.to_field;
    join.nullable = hop.nullable;
    join.outer = hop.nullable || joins_[parent].outer;
    bool taken = !prefix_.empty();
    for (const Join& old : joins_) taken = taken || old.alias == hop.to->db_table;
    join.alias = !taken            ? hop.to->db_table
                 : prefix_.empty() ? "T" + std::to_string(joins_.size() + 1)
                                   : prefix_ + std::to_string(joins_.size());
    joins_.push_back(std::move(join));
    return joins_.size() - 1;
}

std::size_t Compiler::set_up(std::span<const Hop> hops, const Aliases* reuse, Aliases& used) {
    std::size_t alias = base();
    for (const Hop& hop : hops) {
        alias = join(hop, alias, reuse);
        if (!has(used, alias)) used.push_back(alias);
    }
    return alias;
}

/// A key of the other table that this side holds as well needs no join.
void Compiler::trim(ResolvedPath& path) {
    while (!path.hops.empty() && path.hops.back().direct &&
           path.target == path.hops.back().to_field) {
        path.target = path.hops.back().from_field;
        path.hops.pop_back();
    }
}

void Compiler::promote(Aliases aliases) {
    while (!aliases.empty()) {
        const std::size_t alias = aliases.back();
        aliases.pop_back();
        if (alias == 0) continue;
        Join& join = joins_[alias];
        if (join.outer || !(join.nullable || joins_[join.parent].outer)) continue;
        join.outer = true;
        for (std::size_t i = 1; i < joins_.size(); ++i) {
            if (joins_[i].parent == alias) aliases.push_back(i);
        }
    }
}

void Compiler::demote(Aliases aliases) {
    while (!aliases.empty()) {
        const std::size_t alias = aliases.back();
        aliases.pop_back();
        Join& join = joins_[alias];
        if (alias == 0 || !join.outer) continue;
        join.outer = false;
        // An inner join needs the joins before it to be inner too.
        aliases.push_back(join.parent);
    }
}

void Compiler::append_column(std::string& out, std::size_t alias, const FieldMeta& field) const {
    if (!bare_) {
        append_alias(out, joins_[alias].alias, joins_[alias].model->db_table);
        out += '.';
    }
    append_quoted(out, field.column);
}

void Compiler::append_from(Sql& out) const {
    out += " FROM ";
    for (std::size_t i = 0; i < joins_.size(); ++i) {
        const Join& join = joins_[i];
        if (i > 0) out += join.outer ? " LEFT OUTER JOIN " : " INNER JOIN ";
        append_quoted(out.text, join.model->db_table);
        if (join.alias != join.model->db_table) {
            out += " ";
            append_alias(out.text, join.alias, join.model->db_table);
        }
        if (i == 0) continue;
        out += " ON (";
        append_column(out.text, join.parent, *join.from_field);
        out += " = ";
        append_column(out.text, i, *join.to_field);
        out += ")";
    }
}

}  // namespace tatum::db::impl
