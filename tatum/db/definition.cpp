#include <tatum/db/definition.h>

#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/node.h>
#include <tatum/db/meta.h>

namespace tatum::db::impl {

namespace {

[[noreturn]] void contradict(const FieldMeta& field, const std::string& what) {
    throw ImproperlyConfigured(field.model->name + "." + field.name + ": " + what);
}

/// "first name" of first_name.
std::string words_of(std::string_view name) {
    std::string words(name);
    for (char& c : words) {
        if (c == '_') c = ' ';
    }
    return words;
}

bool is_integer(FieldKind kind) {
    return kind >= FieldKind::SmallIntegerField && kind <= FieldKind::PositiveBigIntegerField;
}

/// `positive` makes an integer of any size a positive one.
FieldKind refine(FieldKind member, FieldKind asked) {
    if (asked != FieldKind::PositiveIntegerField) return asked;
    switch (member) {
        case FieldKind::SmallIntegerField:
            return FieldKind::PositiveSmallIntegerField;
        case FieldKind::BigIntegerField:
            return FieldKind::PositiveBigIntegerField;
        default:
            return asked;
    }
}

bool kinds_agree(FieldKind member, FieldKind asked) {
    if (is_integer(member)) return is_integer(asked) || asked <= FieldKind::SmallAutoField;
    if (member == FieldKind::CharField) {
        return asked >= FieldKind::CharField && asked <= FieldKind::ImageField;
    }
    return member == asked;
}

void set_kind(FieldMeta& field, FieldKind asked) {
    const FieldKind kind = refine(field.kind, asked);
    if (!kinds_agree(field.kind, kind)) {
        contradict(field, "a " + std::string(field_kind_name(kind)) +
                              " needs another type of member than a " +
                              std::string(field_kind_name(field.kind)) + " has");
    }
    field.kind = kind;
}

RelationMeta& relation_of(FieldMeta& field, std::string_view option) {
    if (!field.relation) {
        contradict(field, "the option " + std::string(option) + " is for relations");
    }
    return *field.relation;
}

void set_choices(FieldMeta& field, const std::vector<Choice>& choices) {
    field.choices = choices;
    if (field.ops->is_enum && !choices.empty() && choices.front().value.is_string()) {
        field.enum_as_text = true;
        field.kind = FieldKind::CharField;
    }
}

void set_upload_to(FieldMeta& field, const FieldOption& option) {
    if (!option.upload_name) {
        field.upload_to = option.value.str();
        return;
    }
    if (option.model != field.model->type) {
        contradict(field, "the function of upload_to takes an object of another model");
    }
    field.upload_name = option.upload_name;
}

/// Options of relations; false when `option` is none of them.
bool apply_relation_option(FieldMeta& field, const FieldOption& option) {
    using Name = FieldOption::Name;
    const Value& value = option.value;
    switch (option.name) {
        case Name::RelatedName:
            relation_of(field, "related_name").related_name = value.str();
            return true;
        case Name::RelatedQueryName:
            relation_of(field, "related_query_name").related_query_name = value.str();
            return true;
        case Name::OnDelete:
            relation_of(field, "on_delete").on_delete = static_cast<OnDelete>(value.as_int());
            return true;
        case Name::ToField:
            relation_of(field, "to_field").to_field_name = value.str();
            return true;
        case Name::DbConstraint:
            relation_of(field, "db_constraint").db_constraint = value.truth();
            return true;
        case Name::Through:
            relation_of(field, "through").through_type = option.model;
            return true;
        case Name::DbTable:
            relation_of(field, "db_table").db_table = value.str();
            return true;
        case Name::LimitChoicesTo:
            relation_of(field, "limit_choices_to").limit_choices_to = option.condition;
            return true;
        case Name::Symmetrical:
            relation_of(field, "symmetrical").symmetrical = value.truth();
            return true;
        default:
            return false;
    }
}

void apply_option(FieldMeta& field, const FieldOption& option) {
    using Name = FieldOption::Name;
    const Value& value = option.value;
    if (apply_relation_option(field, option)) return;
    switch (option.name) {
        case Name::Kind:
            set_kind(field, static_cast<FieldKind>(value.as_int()));
            break;
        case Name::Null:
            field.null = true;
            break;
        case Name::Blank:
            field.blank = true;
            break;
        case Name::MaxLength:
            field.max_length = static_cast<int>(value.as_int());
            break;
        case Name::MaxDigits:
            field.max_digits = static_cast<int>(value.as_int());
            break;
        case Name::DecimalPlaces:
            field.decimal_places = static_cast<int>(value.as_int());
            break;
        case Name::Unique:
            field.unique = true;
            break;
        case Name::DbIndex:
            field.db_index = value.truth();
            break;
        case Name::Default:
            field.default_value = value;
            field.has_default = true;
            break;
        case Name::Choices:
            set_choices(field, option.choices);
            break;
        case Name::VerboseName:
            field.verbose_name = value.str();
            break;
        case Name::HelpText:
            field.help_text = value.str();
            break;
        case Name::Editable:
            field.editable = value.truth();
            break;
        case Name::PrimaryKey:
            field.primary_key = true;
            break;
        case Name::DbColumn:
            field.column = value.str();
            break;
        case Name::AutoNow:
            field.auto_now = true;
            break;
        case Name::AutoNowAdd:
            field.auto_now_add = true;
            break;
        case Name::UploadTo:
            set_upload_to(field, option);
            break;
        case Name::Storage:
            field.storage = value.str();
            break;
        case Name::AllowUnicode:
            field.allow_unicode = true;
            break;
        case Name::UniqueForDate:
            field.unique_for_date = value.str();
            break;
        case Name::MinValue:
            field.min_value = value;
            break;
        case Name::MaxValue:
            field.max_value = value;
            break;
        case Name::Validator:
            field.validators.push_back(option.validator);
            break;
        default:
            break;
    }
}

/// The lengths that Django gives to kinds of text by default.
int default_length(FieldKind kind) {
    switch (kind) {
        case FieldKind::SlugField:
            return 50;
        case FieldKind::EmailField:
            return 254;
        case FieldKind::URLField:
            return 200;
        case FieldKind::GenericIPAddressField:
            return 39;
        case FieldKind::FileField:
        case FieldKind::ImageField:
        case FieldKind::FilePathField:
            return 100;
        default:
            return 0;
    }
}

void complete(FieldMeta& field) {
    if (field.column.empty()) field.column = field.attname;
    if (field.verbose_name.empty()) field.verbose_name = words_of(field.name);
    if (field.max_length == 0) field.max_length = default_length(field.kind);
    if (field.auto_now || field.auto_now_add) {
        field.editable = false;
        field.blank = true;
    }
    if (field.kind == FieldKind::SlugField || field.kind == FieldKind::ForeignKey) {
        field.db_index = true;
    }
    if (field.kind == FieldKind::OneToOneField) field.unique = true;
    if (field.primary_key) field.unique = true;
    if (field.ops->nullable && !field.relation) field.null = true;
    if (field.enum_as_text && field.max_length == 0) {
        for (const Choice& choice : field.choices) {
            field.max_length =
                std::max(field.max_length, static_cast<int>(choice.value.as_string().size()));
        }
    }
}

/// Django's checks fields.E201 and E202.
void check_file_field(const FieldMeta& field) {
    if (!field.is_file()) {
        if (!field.upload_to.empty() || field.upload_name || !field.storage.empty()) {
            contradict(field, "upload_to and storage are options of FileField and ImageField");
        }
        return;
    }
    if (field.primary_key) contradict(field, "a FileField cannot be the primary key");
    if (field.upload_to.starts_with('/')) {
        contradict(field, "upload_to must be a relative path: remove the leading slash");
    }
}

void check_field(const FieldMeta& field) {
    check_file_field(field);
    if (field.kind == FieldKind::CharField && field.max_length == 0) {
        contradict(field, "CharFields must define a 'max_length'; say text for unlimited text");
    }
    if (field.kind == FieldKind::DecimalField &&
        (field.max_digits <= 0 || field.decimal_places > field.max_digits ||
         field.max_digits > Decimal::kDigitsMax)) {
        contradict(field, "DecimalFields must define max_digits (at most 38) and decimal_places");
    }
    if (field.primary_key && field.null) contradict(field, "a primary key cannot be null");
    if (field.relation && !field.is_many_to_many()) {
        if (field.relation->on_delete == OnDelete::SetNull && !field.null) {
            contradict(field, "on_delete(SetNull) needs null");
        }
        if (field.relation->on_delete == OnDelete::SetDefault && !field.has_default) {
            contradict(field, "on_delete(SetDefault) needs a default");
        }
    }
    if (field.name.find("__") != std::string::npos) {
        contradict(field, "Field names must not contain \"__\"");
    }
    if (field.name == "pk") contradict(field, "'pk' is a reserved word");
}

/// A member initialiser other than the type's zero is the field's default.
void take_initialiser(FieldMeta& field, const void* probe) {
    if (field.has_default || field.is_relation() || field.ops->nullable) return;
    const Value initial = field.get(probe);
    if (initial.truth() && initial.kind() != Kind::Date && initial.kind() != Kind::Time &&
        initial.kind() != Kind::DateTime && initial.kind() != Kind::Uuid) {
        field.default_value = initial;
        field.has_default = true;
    }
}

}  // namespace

void DefinitionBase::field(const MemberDescription& member,
                           std::initializer_list<FieldOptionArgument> options) noexcept {
    try {
        std::vector<FieldOption> made;
        made.reserve(options.size());
        for (const FieldOptionArgument& option : options) made.push_back(option.get());
        add_field(member, made);
    } catch (...) {
        if (!fault_) fault_ = std::current_exception();
    }
}

void DefinitionBase::rethrow_fault() const {
    if (fault_) std::rethrow_exception(fault_);
}

void DefinitionBase::add_field(const MemberDescription& member,
                               const std::vector<FieldOption>& options) {
    auto owned = std::make_unique<FieldMeta>();
    FieldMeta& field = *owned;
    field.model = model_;
    field.name = member.name;
    field.kind = member.kind;
    field.offset = member.offset;
    field.ops = member.ops;
    field.declared =
        static_cast<std::uint32_t>(model_->fields.size() + model_->many_to_many.size());
    if (model_->find_field(field.name)) contradict(field, "is declared twice");
    const bool is_key = member.target && member.kind != FieldKind::ManyToManyField;
    field.attname = is_key ? field.name + "_id" : field.name;
    if (member.target) {
        field.relation = std::make_unique<RelationMeta>();
        field.relation->target_type = member.target;
        field.relation->symmetrical =
            member.kind == FieldKind::ManyToManyField && member.target == model_->type;
    }
    for (const FieldOption& option : options) {
        if (option.name == FieldOption::Name::DbIndex) continue;
        apply_option(field, option);
    }
    complete(field);
    // Said last, since some kinds have an index unless told otherwise.
    for (const FieldOption& option : options) {
        if (option.name == FieldOption::Name::DbIndex) apply_option(field, option);
    }
    check_field(field);
    take_initialiser(field, probe_);
    if (field.is_many_to_many()) {
        model_->many_to_many.push_back(std::move(owned));
        return;
    }
    if (field.primary_key) {
        if (model_->pk) contradict(field, "the model has a primary key already");
        model_->pk = &field;
    }
    model_->fields.push_back(std::move(owned));
}

void DefinitionBase::unique(std::initializer_list<Path> fields,
                            const UniqueOptions& options) noexcept {
    std::vector<std::string> names;
    for (const Path& path : fields) names.emplace_back(path.steps[0].name);
    if (options.name.empty() && options.condition.empty()) {
        model_->unique_together.push_back(std::move(names));
        return;
    }
    if (options.name.empty()) {
        if (fault_) return;
        fault_ = std::make_exception_ptr(
            ImproperlyConfigured(model_->name + ": a conditional unique constraint needs a name"));
        return;
    }
    model_->constraints.push_back({std::string(options.name), std::move(names), options.condition,
                                   std::string(options.violation_message)});
}

void DefinitionBase::index(std::vector<std::string> fields, const IndexOptions& options) noexcept {
    model_->indexes.push_back(
        {std::string(options.name), std::move(fields), options.condition, !options.name.empty()});
}

void DefinitionBase::index(std::initializer_list<std::string_view> fields,
                           const IndexOptions& options) noexcept {
    index(std::vector<std::string>(fields.begin(), fields.end()), options);
}

void DefinitionBase::method(std::string_view name, Value (*call)(const void*),
                            std::string_view description) noexcept {
    model_->methods.push_back(
        {std::string(name), call, description.empty() ? words_of(name) : std::string(description)});
}

void DefinitionBase::ordering(std::initializer_list<OrderBy> terms) noexcept {
    model_->ordering.assign(terms.begin(), terms.end());
    model_->ordering_names.clear();
    for (const OrderBy& term : terms) {
        const std::string path = term.is_random() ? "?" : path_text(*term.node());
        model_->ordering_names.push_back(term.descending() ? "-" + path : path);
    }
}

void DefinitionBase::check(std::string_view name, const Q& condition,
                           std::string_view message) noexcept {
    model_->checks.push_back({std::string(name), condition, std::string(message)});
}
void DefinitionBase::verbose_name(std::string_view name) noexcept { model_->verbose_name = name; }
void DefinitionBase::verbose_name_plural(std::string_view name) noexcept {
    model_->verbose_name_plural = name;
}
void DefinitionBase::db_table(std::string_view name) noexcept { model_->db_table = name; }
void DefinitionBase::app_label(std::string_view label) noexcept { model_->app_label = label; }
void DefinitionBase::get_latest_by(std::string_view field) noexcept {
    model_->get_latest_by = field;
}
void DefinitionBase::default_related_name(std::string_view name) noexcept {
    model_->default_related_name = name;
}
void DefinitionBase::not_managed() noexcept { model_->managed = false; }
void DefinitionBase::permission(std::string_view codename, std::string_view name) noexcept {
    model_->permissions.emplace_back(codename, name);
}

}  // namespace tatum::db::impl
