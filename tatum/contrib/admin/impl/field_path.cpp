#include <tatum/contrib/admin/impl/field_path.h>

#include <tatum/base/text.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

struct Step {
    const db::FieldMeta* field = nullptr;
    const db::ModelMeta* leads_to = nullptr;  ///< null for a plain field
    bool many = false;
};

Step step_of(const db::ModelMeta& model, std::string_view part) {
    if (const db::FieldMeta* field = model.find_field(part)) {
        return {field, field->is_relation() ? field->relation->target : nullptr,
                field->is_many_to_many()};
    }
    if (const db::ReverseMeta* reverse = model.find_reverse(part)) {
        return {reverse->field, reverse->model, !reverse->one()};
    }
    return {};
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text.append(text.empty() ? "" : "__").append(part);
    return text;
}

}  // namespace

FieldPath walk_path(const db::ModelMeta& model, std::string_view path) {
    FieldPath walked;
    walked.model = &model;
    const auto parts = strings::split(path, "__");
    std::size_t i = 0;
    for (; i < parts.size() && walked.model != nullptr; ++i) {
        const Step step = step_of(*walked.model, parts[i]);
        if (step.field == nullptr) break;
        walked.fields.push_back(step.field);
        walked.names.emplace_back(parts[i]);
        walked.many = walked.many || step.many;
        walked.model = step.leads_to;
    }
    for (; i < parts.size(); ++i) walked.rest.emplace_back(parts[i]);
    return walked;
}

std::string relations_of(const FieldPath& path) {
    std::vector<std::string> names = path.names;
    if (path.is_field() && path.model == nullptr) names.pop_back();
    return joined(names);
}

bool lookup_allowed(const db::ModelMeta& model, std::string_view lookup,
                    const std::vector<std::string>& allowed) {
    std::vector<std::string> relations;
    const db::ModelMeta* at = &model;
    const db::FieldMeta* before = nullptr;
    std::string_view part;
    for (const std::string_view name : strings::split(lookup, "__")) {
        part = name;
        const Step step = step_of(*at, name);
        if (step.field == nullptr) break;
        // The key of the other model is what the column here holds.
        const bool is_key = step.leads_to == nullptr && step.field->primary_key;
        if (before == nullptr || !is_key) relations.emplace_back(name);
        if (step.leads_to == nullptr) break;
        before = step.field;
        at = step.leads_to;
    }
    if (relations.size() <= 1) return true;
    const auto has = [&](const std::string& path) {
        return std::ranges::find(allowed, path) != allowed.end();
    };
    if (has(joined(relations))) return true;
    relations.emplace_back(part);
    return has(joined(relations));
}

}  // namespace tatum::admin::impl
