#include <tatum/db/migrations/operation.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/schema/sqlite_editor.h>

#include <algorithm>

namespace tatum::db::migrations {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};

std::string label(const std::string& app, const std::string& model) { return app + "." + model; }

FieldState& field_of(ModelState& model, const std::string& name) {
    if (auto* field = model.field(name)) return *field;
    throw ImproperlyConfigured(model.label() + " has no field '" + name + "'.");
}
const FieldState& field_of(const ModelState& model, const std::string& name) {
    if (const auto* field = model.field(name)) return *field;
    throw ImproperlyConfigured(model.label() + " has no field '" + name + "'.");
}

template <class T>
const T& named(const std::vector<T>& all, const ModelState& model, const std::string& name) {
    const auto found = std::ranges::find(all, name, &T::name);
    if (found != all.end()) return *found;
    throw ImproperlyConfigured(model.label() + " has no index or constraint '" + name + "'.");
}

void rename_in(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    for (auto& name : names) {
        if (name == from) name = to;
        if (name == "-" + from) name = "-" + to;
    }
}

void rename_field(ProjectState& project, ModelState& model, const std::string& from,
                  const std::string& to) {
    field_of(model, from).name = to;
    for (const auto& each : project.models()) {
        for (auto& key : project.at(each.label()).fields) {
            const bool refers = ascii::equals_ignoring_case(key.to, model.label());
            if (refers && key.to_field == from) key.to_field = to;
        }
    }
    for (auto& fields : model.unique_together) rename_in(fields, from, to);
    for (auto& index : model.indexes) rename_in(index.fields, from, to);
    for (auto& constraint : model.constraints) rename_in(constraint.fields, from, to);
}

void rename_model(ProjectState& project, const std::string& app, const RenameModel& rename) {
    const auto from = label(app, rename.old_name), to = label(app, rename.new_name);
    auto& renamed = project.at(from);
    renamed.name = rename.new_name;
    const auto points_there = [&](const std::string& name) {
        return ascii::equals_ignoring_case(name, from);
    };
    for (const auto& each : project.models()) {
        auto& model = project.at(each.label());
        for (auto& field : model.fields) {
            if (points_there(field.to)) field.to = to;
            if (points_there(field.through)) field.through = to;
        }
    }
}

/// The order of a model's fields is that of its columns, so an altered field keeps its place.
struct Apply {
    const std::string& app;
    ProjectState& project;

    ModelState& model(const std::string& name) const { return project.at(label(app, name)); }

    void operator()(const CreateModel& o) const {
        if (project.find(label(app, o.model.name)) != nullptr) {
            throw ImproperlyConfigured("The model " + label(app, o.model.name) +
                                       " exists already.");
        }
        ModelState created = o.model;
        created.app_label = app;
        project.add(std::move(created));
    }
    void operator()(const DeleteModel& o) const {
        static_cast<void>(model(o.model));
        project.remove(label(app, o.model));
    }
    void operator()(const RenameModel& o) const { rename_model(project, app, o); }
    void operator()(const AlterModelTable& o) const { model(o.model).db_table = o.db_table; }
    void operator()(const AlterUniqueTogether& o) const {
        model(o.model).unique_together = o.unique_together;
    }
    void operator()(const AddField& o) const {
        auto& changed = model(o.model);
        if (changed.field(o.field.name) != nullptr) {
            throw ImproperlyConfigured(changed.label() + " has a field '" + o.field.name +
                                       "' already.");
        }
        changed.fields.push_back(o.field);
    }
    void operator()(const RemoveField& o) const {
        auto& changed = model(o.model);
        static_cast<void>(field_of(changed, o.name));
        std::erase_if(changed.fields, [&](const FieldState& f) { return f.name == o.name; });
    }
    void operator()(const AlterField& o) const { field_of(model(o.model), o.field.name) = o.field; }
    void operator()(const RenameField& o) const {
        rename_field(project, model(o.model), o.old_name, o.new_name);
    }
    void operator()(const AddIndex& o) const {
        model(o.model).indexes.push_back(o.index);
        model(o.model).complete();
    }
    void operator()(const RemoveIndex& o) const {
        auto& changed = model(o.model);
        static_cast<void>(named(changed.indexes, changed, o.name));
        std::erase_if(changed.indexes, [&](const IndexState& i) { return i.name == o.name; });
    }
    void operator()(const AddConstraint& o) const {
        model(o.model).constraints.push_back(o.constraint);
    }
    void operator()(const RemoveConstraint& o) const {
        auto& changed = model(o.model);
        static_cast<void>(named(changed.constraints, changed, o.name));
        std::erase_if(changed.constraints,
                      [&](const ConstraintState& c) { return c.name == o.name; });
    }
    void operator()(const RunSQL&) const {}
};

/// Writes the SQL of going from one state to the other. Going back is the opposite operation
/// between the exchanged states, so both directions share this.
struct Migrate {
    const std::string& app;
    const ProjectState& before;
    const ProjectState& after;
    schema::SqliteEditor& editor;

    const ModelState& was(const std::string& name) const { return before.at(label(app, name)); }
    const ModelState& is(const std::string& name) const { return after.at(label(app, name)); }

    void create(const std::string& name) const {
        if (is(name).managed) editor.create_model(is(name), after);
    }
    void drop(const std::string& name) const {
        if (was(name).managed) editor.delete_model(was(name), before);
    }
    void rename(const std::string& from, const std::string& to) const {
        if (is(to).managed) editor.rename_model(was(from), is(to), before, after);
    }
    void unique_together(const std::string& name) const {
        if (is(name).managed) editor.alter_unique_together(was(name), is(name), after);
    }
    void add_field(const std::string& name, const std::string& field) const {
        if (is(name).managed) editor.add_field(is(name), field_of(is(name), field), after);
    }
    void remove_field(const std::string& name, const std::string& field) const {
        if (!is(name).managed) return;
        editor.remove_field(was(name), is(name), field_of(was(name), field), before);
    }
    void alter_field(const std::string& name, const std::string& old_field,
                     const std::string& new_field) const {
        if (!is(name).managed) return;
        editor.alter_field(was(name), is(name), field_of(was(name), old_field),
                           field_of(is(name), new_field), after);
    }
    void add_index(const std::string& name, const std::string& index) const {
        if (is(name).managed) editor.add_index(is(name), named(is(name).indexes, is(name), index));
    }
    void remove_index(const std::string& name, const std::string& index) const {
        if (is(name).managed) editor.remove_index(named(was(name).indexes, was(name), index));
    }
    void add_constraint(const std::string& name, const std::string& constraint) const {
        if (!is(name).managed) return;
        editor.add_constraint(is(name), named(is(name).constraints, is(name), constraint), after);
    }
    void remove_constraint(const std::string& name, const std::string& constraint) const {
        if (!is(name).managed) return;
        editor.remove_constraint(is(name), named(was(name).constraints, was(name), constraint),
                                 after);
    }
};

/// The name that an index will have: given, or made when the state was completed.
std::string index_name_in(const ProjectState& project, const std::string& app, const AddIndex& o) {
    if (!o.index.name.empty()) return o.index.name;
    return project.at(label(app, o.model)).indexes.back().name;
}

void run(const std::vector<std::string>& sql, schema::SqliteEditor& editor) {
    for (const auto& statement : sql) editor.execute(statement);
}

}  // namespace

void apply(const Operation& operation, const std::string& app, ProjectState& project) {
    std::visit(Apply{app, project}, operation);
}

void forwards(const Operation& operation, const std::string& app, const ProjectState& before,
              const ProjectState& after, schema::SqliteEditor& editor) {
    const Migrate to{app, before, after, editor};
    std::visit(
        Overloaded{
            [&](const CreateModel& o) { to.create(o.model.name); },
            [&](const DeleteModel& o) { to.drop(o.model); },
            [&](const RenameModel& o) { to.rename(o.old_name, o.new_name); },
            [&](const AlterModelTable& o) { to.rename(o.model, o.model); },
            [&](const AlterUniqueTogether& o) { to.unique_together(o.model); },
            [&](const AddField& o) { to.add_field(o.model, o.field.name); },
            [&](const RemoveField& o) { to.remove_field(o.model, o.name); },
            [&](const AlterField& o) { to.alter_field(o.model, o.field.name, o.field.name); },
            [&](const RenameField& o) { to.alter_field(o.model, o.old_name, o.new_name); },
            [&](const AddIndex& o) { to.add_index(o.model, index_name_in(after, app, o)); },
            [&](const RemoveIndex& o) { to.remove_index(o.model, o.name); },
            [&](const AddConstraint& o) { to.add_constraint(o.model, o.constraint.name); },
            [&](const RemoveConstraint& o) { to.remove_constraint(o.model, o.name); },
            [&](const RunSQL& o) { run(o.sql, editor); }},
        operation);
}

void backwards(const Operation& operation, const std::string& app, const ProjectState& before,
               const ProjectState& after, schema::SqliteEditor& editor) {
    const Migrate back{app, after, before, editor};
    std::visit(
        Overloaded{
            [&](const CreateModel& o) { back.drop(o.model.name); },
            [&](const DeleteModel& o) { back.create(o.model); },
            [&](const RenameModel& o) { back.rename(o.new_name, o.old_name); },
            [&](const AlterModelTable& o) { back.rename(o.model, o.model); },
            [&](const AlterUniqueTogether& o) { back.unique_together(o.model); },
            [&](const AddField& o) { back.remove_field(o.model, o.field.name); },
            [&](const RemoveField& o) { back.add_field(o.model, o.name); },
            [&](const AlterField& o) { back.alter_field(o.model, o.field.name, o.field.name); },
            [&](const RenameField& o) { back.alter_field(o.model, o.new_name, o.old_name); },
            [&](const AddIndex& o) { back.remove_index(o.model, index_name_in(after, app, o)); },
            [&](const RemoveIndex& o) { back.add_index(o.model, o.name); },
            [&](const AddConstraint& o) { back.remove_constraint(o.model, o.constraint.name); },
            [&](const RemoveConstraint& o) { back.add_constraint(o.model, o.name); },
            [&](const RunSQL& o) {
                if (!o.reversible) {
                    throw IrreversibleError("A RunSQL without reverse_sql cannot be undone.");
                }
                run(o.reverse_sql, editor);
            }},
        operation);
}

std::string describe(const Operation& operation) {
    return std::visit(
        Overloaded{
            [](const CreateModel& o) { return "Create model " + o.model.name; },
            [](const DeleteModel& o) { return "Delete model " + o.model; },
            [](const RenameModel& o) { return "Rename model " + o.old_name + " to " + o.new_name; },
            [](const AlterModelTable& o) {
                return "Rename table for " + o.model + " to " +
                       (o.db_table.empty() ? "(default)" : o.db_table);
            },
            [](const AlterUniqueTogether& o) {
                return "Alter unique_together for " + o.model + " (" +
                       std::to_string(o.unique_together.size()) + " constraint(s))";
            },
            [](const AddField& o) { return "Add field " + o.field.name + " to " + o.model; },
            [](const RemoveField& o) { return "Remove field " + o.name + " from " + o.model; },
            [](const AlterField& o) { return "Alter field " + o.field.name + " on " + o.model; },
            [](const RenameField& o) {
                return "Rename field " + o.old_name + " on " + o.model + " to " + o.new_name;
            },
            [](const AddIndex& o) { return "Create index " + o.index.name + " on " + o.model; },
            [](const RemoveIndex& o) { return "Remove index " + o.name + " from " + o.model; },
            [](const AddConstraint& o) {
                return "Create constraint " + o.constraint.name + " on model " + o.model;
            },
            [](const RemoveConstraint& o) {
                return "Remove constraint " + o.name + " from model " + o.model;
            },
            [](const RunSQL&) { return std::string("Raw SQL operation"); }},
        operation);
}

std::string name_fragment(const Operation& operation) {
    const auto fragment = std::visit(
        Overloaded{
            [](const CreateModel& o) { return o.model.name; },
            [](const DeleteModel& o) { return "delete_" + o.model; },
            [](const RenameModel& o) { return "rename_" + o.old_name + "_" + o.new_name; },
            [](const AlterModelTable& o) { return "alter_" + o.model + "_table"; },
            [](const AlterUniqueTogether& o) { return "alter_" + o.model + "_unique_together"; },
            [](const AddField& o) { return o.model + "_" + o.field.name; },
            [](const RemoveField& o) { return "remove_" + o.model + "_" + o.name; },
            [](const AlterField& o) { return "alter_" + o.model + "_" + o.field.name; },
            [](const RenameField& o) {
                return "rename_" + o.old_name + "_" + o.model + "_" + o.new_name;
            },
            [](const AddIndex& o) { return o.model + "_" + o.index.name; },
            [](const RemoveIndex& o) { return "remove_" + o.model + "_" + o.name; },
            [](const AddConstraint& o) { return o.model + "_" + o.constraint.name; },
            [](const RemoveConstraint& o) { return "remove_" + o.model + "_" + o.name; },
            [](const RunSQL&) { return std::string(); }},
        operation);
    return strings::ascii_lower(fragment);
}

char symbol(const Operation& operation) {
    return std::visit(
        Overloaded{[](const CreateModel&) { return '+'; }, [](const AddField&) { return '+'; },
                   [](const AddIndex&) { return '+'; }, [](const AddConstraint&) { return '+'; },
                   [](const DeleteModel&) { return '-'; }, [](const RemoveField&) { return '-'; },
                   [](const RemoveIndex&) { return '-'; },
                   [](const RemoveConstraint&) { return '-'; }, [](const RunSQL&) { return 's'; },
                   [](const auto&) { return '~'; }},
        operation);
}

}  // namespace tatum::db::migrations
