#include <tatum/db/migrations/autodetector.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <map>
#include <set>

namespace tatum::db::migrations {

namespace {

constexpr std::size_t kNameBytesMax = 52;  // Django's limit before "_and_more"

/// An operation, and what has to be there before it can run.
struct Step {
    std::string app;
    Operation operation;
    std::set<std::string> needs;  ///< labels of models made by other steps
    std::string makes;            ///< the label of the model that it makes, or ""
};

/// Compares two states of all apps and writes down what leads from one to the other.
class Detector {
public:
    Detector(ProjectState from, const ProjectState& to, Questioner& questioner)
        : from_(std::move(from)), to_(to), questioner_(questioner) {}

    std::vector<Step> run() {
        rename_models();
        // First, since keys elsewhere may refer to a renamed field by its name.
        for (const auto& model : to_.models()) {
            if (const auto* old_model = from_.find(model.label())) rename_parts(*old_model, model);
        }
        create_models();
        for (const auto& model : to_.models()) {
            if (const auto* old_model = from_.find(model.label())) change_model(*old_model, model);
        }
        delete_models();
        return std::move(steps_);
    }

private:
    void rename_models() {
        for (const auto& added : to_.models()) {
            if (from_.find(added.label()) != nullptr) continue;
            for (const auto& removed : std::vector<ModelState>(from_.models())) {
                if (removed.app_label != added.app_label || to_.find(removed.label()) != nullptr ||
                    !same_but_for_name(removed, added) || !questioner_.is_rename(removed, added)) {
                    continue;
                }
                add(added.app_label, RenameModel{removed.name, added.name});
                apply(steps_.back().operation, added.app_label, from_);
                break;
            }
        }
    }

    static bool same_but_for_name(const ModelState& a, const ModelState& b) {
        return std::ranges::equal(a.fields, b.fields,
                                  [&](const FieldState& x, const FieldState& y) {
                                      FieldState other = y;
                                      if (ascii::equals_ignoring_case(y.to, b.label()))
                                          other.to = a.label();
                                      return x == other;
                                  });
    }

    /// Models are made in an order in which the keys find their targets; a key that would close a
    /// circle is added when all are there.
    void create_models() {
        std::vector<const ModelState*> waiting;
        for (const auto& model : to_.models()) {
            if (from_.find(model.label()) == nullptr) waiting.push_back(&model);
        }
        std::vector<std::pair<const ModelState*, FieldState>> later;
        while (!waiting.empty()) {
            const auto ready = std::ranges::find_if(waiting, [&](const ModelState* model) {
                return std::ranges::none_of(model->fields, [&](const FieldState& f) {
                    return waits_for(*model, f, waiting);
                });
            });
            const auto next = ready == waiting.end() ? waiting.begin() : ready;
            create_model(**next, waiting, later);
            waiting.erase(next);
        }
        for (const auto& [model, field] : later) {
            add(model->app_label, AddField{model->name, field}, needs_of(*model, field));
            steps_.back().needs.insert(model->label());
            for (const auto& fields : model->unique_together) {
                if (std::ranges::find(fields, field.name) == fields.end()) continue;
                add(model->app_label, AlterUniqueTogether{model->name, model->unique_together});
                steps_.back().needs.insert(model->label());
            }
        }
    }

    static bool waits_for(const ModelState& model, const FieldState& field,
                          const std::vector<const ModelState*>& waiting) {
        return std::ranges::any_of(waiting, [&](const ModelState* other) {
            return other != &model && (ascii::equals_ignoring_case(field.to, other->label()) ||
                                       ascii::equals_ignoring_case(field.through, other->label()));
        });
    }

    void create_model(const ModelState& model, const std::vector<const ModelState*>& waiting,
                      std::vector<std::pair<const ModelState*, FieldState>>& later) {
        CreateModel create{model};
        std::set<std::string> needs;
        std::erase_if(create.model.fields, [&](const FieldState& field) {
            const bool postponed = waits_for(model, field, waiting);
            if (postponed) {
                later.emplace_back(&model, field);
            } else {
                needs.merge(needs_of(model, field));
            }
            return postponed;
        });
        std::erase_if(create.model.unique_together, [&](const std::vector<std::string>& fields) {
            return std::ranges::any_of(fields, [&](const std::string& name) {
                return create.model.field(name) == nullptr;
            });
        });
        add(model.app_label, std::move(create), std::move(needs));
        steps_.back().makes = model.label();
    }

    /// The new models that a field refers to, its own aside.
    std::set<std::string> needs_of(const ModelState& model, const FieldState& field) const {
        std::set<std::string> needs;
        for (const auto& label : {field.to, field.through}) {
            const auto* target = label.empty() ? nullptr : to_.find(label);
            if (target != nullptr && target->label() != model.label() &&
                from_.find(label) == nullptr) {
                needs.insert(target->label());
            }
        }
        return needs;
    }

    void rename_parts(const ModelState& was, const ModelState& is) {
        if (was.table() != is.table()) add(is.app_label, AlterModelTable{is.name, is.db_table});
        const auto first_rename = static_cast<std::ptrdiff_t>(steps_.size());
        const ModelState now = rename_fields(was, is);
        // A renamed field is renamed in what is made of it. What goes all the same goes before,
        // for its condition may name the field as it was.
        const auto last_rename = static_cast<std::ptrdiff_t>(steps_.size());
        remove_named<RemoveIndex>(now.indexes, is.indexes, is);
        remove_named<RemoveConstraint>(now.constraints, is.constraints, is);
        std::rotate(steps_.begin() + first_rename, steps_.begin() + last_rename, steps_.end());
    }

    void change_model(const ModelState& now, const ModelState& is) {
        // What no longer belongs together goes before its fields do, what newly does comes after.
        std::vector<std::vector<std::string>> kept;
        for (const auto& fields : now.unique_together) {
            if (has(is.unique_together, fields)) kept.push_back(fields);
        }
        if (kept != now.unique_together) add(is.app_label, AlterUniqueTogether{is.name, kept});
        change_fields(now, is);
        if (kept != is.unique_together) {
            add(is.app_label, AlterUniqueTogether{is.name, is.unique_together});
        }
        for (const auto& index : is.indexes) {
            if (!has(now.indexes, index)) add(is.app_label, AddIndex{is.name, index});
        }
        for (const auto& constraint : is.constraints) {
            if (!has(now.constraints, constraint)) {
                add(is.app_label, AddConstraint{is.name, constraint});
            }
        }
    }

    template <class T>
    static bool has(const std::vector<T>& all, const T& one) {
        return std::ranges::find(all, one) != all.end();
    }

    template <class Remove, class T>
    void remove_named(const std::vector<T>& was, const std::vector<T>& is,
                      const ModelState& model) {
        for (const auto& each : was) {
            if (!has(is, each)) add(model.app_label, Remove{model.name, each.name});
        }
    }

    /// The old model with its fields under their new names.
    ModelState rename_fields(ModelState was, const ModelState& is) {
        for (const auto& added : is.fields) {
            if (was.field(added.name) != nullptr) continue;
            for (const auto& removed : std::vector<FieldState>(was.fields)) {
                if (is.field(removed.name) != nullptr || !same_but_for_name(removed, added) ||
                    !questioner_.is_rename(is, removed, added)) {
                    continue;
                }
                add(is.app_label, RenameField{is.name, removed.name, added.name});
                apply(steps_.back().operation, is.app_label, from_);
                was = from_.at(is.label());
                break;
            }
        }
        return was;
    }

    void change_fields(const ModelState& was, const ModelState& is) {
        for (const auto& field : was.fields) {
            if (is.field(field.name) == nullptr) {
                add(is.app_label, RemoveField{is.name, field.name});
            }
        }
        for (const auto& field : is.fields) {
            const auto* old_field = was.field(field.name);
            if (old_field == nullptr) {
                add(is.app_label, AddField{is.name, with_default(is, field)}, needs_of(is, field));
            } else if (*old_field != field) {
                alter_field(is, *old_field, field);
            }
        }
    }

    static bool same_but_for_name(const FieldState& a, const FieldState& b) {
        FieldState renamed = b;
        renamed.name = a.name;
        return a == renamed;
    }

    void alter_field(const ModelState& model, const FieldState& was, const FieldState& is) {
        if (was.is_many_to_many() != is.is_many_to_many() ||
            (was.is_many_to_many() && was.through != is.through)) {
            add(model.app_label, RemoveField{model.name, was.name});
            add(model.app_label, AddField{model.name, with_default(model, is)},
                needs_of(model, is));
            return;
        }
        const auto changed = was.null && !is.null ? with_default(model, is) : is;
        add(model.app_label, AlterField{model.name, changed}, needs_of(model, is));
    }

    FieldState with_default(const ModelState& model, FieldState field) const {
        static const std::set<std::string> kTextTypes{"CharField",  "TextField", "SlugField",
                                                      "EmailField", "URLField",  "FileField",
                                                      "ImageField"};
        const bool fills_itself = field.null || field.default_value || field.is_many_to_many() ||
                                  (kTextTypes.contains(field.type) && !field.is_unique()) ||
                                  field.is_auto();
        if (fills_itself) return field;
        field.default_value = questioner_.default_for(model, field);
        if (!field.default_value) {
            throw NeedsDefault(
                "The field " + model.label() + "." + field.name +
                " may not be null and has no default, so the rows that exist would have no "
                "value. Give it a default, or allow null.");
        }
        return field;
    }

    /// Those that refer to others go first.
    void delete_models() {
        std::vector<const ModelState*> gone;
        for (const auto& model : from_.models()) {
            if (to_.find(model.label()) == nullptr) gone.push_back(&model);
        }
        while (!gone.empty()) {
            auto next = std::ranges::find_if(gone, [&](const ModelState* model) {
                return std::ranges::none_of(gone, [&](const ModelState* other) {
                    return other != model &&
                           std::ranges::any_of(other->fields, [&](const FieldState& f) {
                               return ascii::equals_ignoring_case(f.to, model->label());
                           });
                });
            });
            if (next == gone.end()) next = gone.begin();
            add((*next)->app_label, DeleteModel{(*next)->name});
            gone.erase(next);
        }
    }

    void add(std::string app, Operation operation, std::set<std::string> needs = {}) {
        steps_.push_back({std::move(app), std::move(operation), std::move(needs), {}});
    }

    ProjectState from_;
    const ProjectState& to_;
    Questioner& questioner_;
    std::vector<Step> steps_;
};

/// The app of a label.
std::string app_of(const std::string& label) { return label.substr(0, label.find('.')); }

/// The number at the front of a migration's name; 0 when it has none.
int number_of(const std::string& name) {
    int number = 0;
    for (const char c : name) {
        if (c < '0' || c > '9') break;
        number = number * 10 + (c - '0');
    }
    return number;
}

/// Deals the steps out to migrations: as many of an app's as have what they need, then those of the
/// next app, until all are out.
class Packer {
public:
    Packer(const MigrationGraph& graph, const ProjectState& declared, std::vector<Step> steps)
        : declared_(declared), steps_(std::move(steps)) {
        for (const auto& app : graph.apps()) {
            const auto leaves = graph.leaves(app);
            if (leaves.size() > 1) {
                throw ImproperlyConfigured(
                    "The app '" + app + "' has more than one last migration: " + leaves[0].str() +
                    " and " + leaves[1].str() + ". Let one depend on the other.");
            }
            if (!leaves.empty()) last_[app] = leaves.front();
        }
        for (const auto& step : steps_) {
            if (!step.makes.empty()) unmade_.insert(step.makes);
        }
    }

    std::vector<Migration> run() {
        while (!steps_.empty()) {
            bool progress = false;
            for (const auto& app : apps_in_order()) progress |= pack(app);
            TATUM_INVARIANT(progress, "every postponed key has its models made first");
        }
        return std::move(migrations_);
    }

private:
    std::vector<std::string> apps_in_order() const {
        std::vector<std::string> apps;
        for (const auto& step : steps_) {
            if (std::ranges::find(apps, step.app) == apps.end()) apps.push_back(step.app);
        }
        return apps;
    }

    bool pack(const std::string& app) {
        Migration migration;
        std::set<MigrationKey> dependencies;
        std::vector<Step> left;
        bool blocked = false;
        for (auto& step : steps_) {
            // The steps of an app keep their order, so the first that must wait stops the rest.
            if (step.app != app || blocked || !ready(step)) {
                blocked |= step.app == app;
                left.push_back(std::move(step));
                continue;
            }
            add_dependencies(step, dependencies);
            if (!step.makes.empty()) unmade_.erase(step.makes);
            migration.operations.push_back(std::move(step.operation));
        }
        steps_ = std::move(left);
        if (migration.operations.empty()) return false;
        migration.initial = !last_.contains(app);
        if (!migration.initial) dependencies.insert(last_[app]);
        const int number = migration.initial ? 1 : number_of(last_[app].name) + 1;
        migration.key = {app, migration_name(migration.operations, number, migration.initial)};
        migration.dependencies.assign(dependencies.begin(), dependencies.end());
        last_[app] = migration.key;
        migrations_.push_back(std::move(migration));
        return true;
    }

    bool ready(const Step& step) const {
        return std::ranges::none_of(step.needs, [&](const std::string& label) {
            return app_of(label) != step.app && unmade_.contains(label);
        });
    }

    /// Models of other apps are there after those apps' last migrations.
    void add_dependencies(const Step& step, std::set<MigrationKey>& dependencies) const {
        const auto depend_on = [&](const std::string& label) {
            const auto* model = label.empty() ? nullptr : declared_.find(label);
            if (model == nullptr || model->app_label == step.app) return;
            const auto found = last_.find(model->app_label);
            if (found != last_.end()) dependencies.insert(found->second);
        };
        const auto of_field = [&](const FieldState& field) {
            depend_on(field.to);
            depend_on(field.through);
        };
        if (const auto* create = std::get_if<CreateModel>(&step.operation)) {
            for (const auto& field : create->model.fields) of_field(field);
        } else if (const auto* added = std::get_if<AddField>(&step.operation)) {
            of_field(added->field);
        } else if (const auto* altered = std::get_if<AlterField>(&step.operation)) {
            of_field(altered->field);
        }
    }

    const ProjectState& declared_;
    std::vector<Step> steps_;
    std::vector<Migration> migrations_;
    std::map<std::string, MigrationKey> last_;
    std::set<std::string> unmade_;
};

}  // namespace

bool Questioner::is_rename(const ModelState&, const FieldState&, const FieldState&) {
    return false;
}
bool Questioner::is_rename(const ModelState&, const ModelState&) { return false; }
std::optional<Value> Questioner::default_for(const ModelState&, const FieldState&) {
    return std::nullopt;
}

std::vector<Migration> detect_changes(const MigrationGraph& graph, const ProjectState& declared,
                                      Questioner& questioner) {
    auto steps = Detector(graph.state(), declared, questioner).run();
    return Packer(graph, declared, std::move(steps)).run();
}

std::string migration_name(std::span<const Operation> operations, int number, bool initial) {
    std::string digits = std::to_string(number);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    if (initial) return digits + "_initial";
    std::string name;
    for (const auto& operation : operations) {
        const auto fragment = name_fragment(operation);
        if (fragment.empty()) continue;
        if (!name.empty() && name.size() + 1 + fragment.size() > kNameBytesMax) {
            name += "_and_more";
            break;
        }
        name += (name.empty() ? "" : "_") + fragment;
    }
    return digits + "_" + (name.empty() ? "custom" : name);
}

}  // namespace tatum::db::migrations
