#include <tatum/db/fields.h>

#include <tatum/db/expressions.h>

namespace tatum::db {

namespace {

using OptionName = FieldOption::Name;

FieldOption flag(OptionName name) { return {name, Value(true)}; }
FieldOption kind(FieldKind kind) { return {OptionName::Kind, Value(static_cast<int>(kind))}; }

}  // namespace

std::string_view field_kind_name(FieldKind kind) {
    constexpr std::string_view kNames[] = {"AutoField",
                                           "BigAutoField",
                                           "SmallAutoField",
                                           "BooleanField",
                                           "SmallIntegerField",
                                           "IntegerField",
                                           "BigIntegerField",
                                           "PositiveSmallIntegerField",
                                           "PositiveIntegerField",
                                           "PositiveBigIntegerField",
                                           "FloatField",
                                           "DecimalField",
                                           "CharField",
                                           "TextField",
                                           "SlugField",
                                           "EmailField",
                                           "URLField",
                                           "GenericIPAddressField",
                                           "FilePathField",
                                           "FileField",
                                           "ImageField",
                                           "DateField",
                                           "TimeField",
                                           "DateTimeField",
                                           "DurationField",
                                           "UUIDField",
                                           "BinaryField",
                                           "JSONField",
                                           "ForeignKey",
                                           "OneToOneField",
                                           "ManyToManyField"};
    return kNames[static_cast<std::size_t>(kind)];
}

FieldOption::FieldOption(Name option, Value argument) noexcept
    : name(option), value(std::move(argument)) {}
FieldOption::FieldOption(const FieldOption&) = default;
FieldOption& FieldOption::operator=(const FieldOption&) = default;
FieldOption::~FieldOption() = default;

FieldOption null() noexcept { return flag(OptionName::Null); }
FieldOption blank() noexcept { return flag(OptionName::Blank); }
FieldOption unique() noexcept { return flag(OptionName::Unique); }
FieldOption db_index() noexcept { return flag(OptionName::DbIndex); }
FieldOption no_db_index() noexcept { return {OptionName::DbIndex, Value(false)}; }
FieldOption primary_key() noexcept { return flag(OptionName::PrimaryKey); }
FieldOption auto_now() noexcept { return flag(OptionName::AutoNow); }
FieldOption auto_now_add() noexcept { return flag(OptionName::AutoNowAdd); }
FieldOption not_editable() noexcept { return editable(false); }
FieldOption no_db_constraint() noexcept { return {OptionName::DbConstraint, Value(false)}; }

FieldOption text() noexcept { return kind(FieldKind::TextField); }
FieldOption slug() noexcept { return kind(FieldKind::SlugField); }
FieldOption email() noexcept { return kind(FieldKind::EmailField); }
FieldOption url() noexcept { return kind(FieldKind::URLField); }
FieldOption ip_address() noexcept { return kind(FieldKind::GenericIPAddressField); }
FieldOption positive() noexcept { return kind(FieldKind::PositiveIntegerField); }
FieldOption file() noexcept { return kind(FieldKind::FileField); }
FieldOption image() noexcept { return kind(FieldKind::ImageField); }
FieldOption TextField() noexcept { return text(); }
FieldOption SlugField() noexcept { return slug(); }
FieldOption EmailField() noexcept { return email(); }
FieldOption URLField() noexcept { return url(); }
FieldOption GenericIPAddressField() noexcept { return ip_address(); }
FieldOption FileField() noexcept { return file(); }
FieldOption ImageField() noexcept { return image(); }
FieldOption FilePathField() noexcept { return kind(FieldKind::FilePathField); }
FieldOption PositiveIntegerField() noexcept { return positive(); }
FieldOption SmallIntegerField() noexcept { return kind(FieldKind::SmallIntegerField); }

FieldOption max_length(int code_points) noexcept {
    return {OptionName::MaxLength, Value(code_points)};
}
FieldOption max_digits(int digits) noexcept { return {OptionName::MaxDigits, Value(digits)}; }
FieldOption decimal_places(int places) noexcept {
    return {OptionName::DecimalPlaces, Value(places)};
}
FieldOption default_(Value value) noexcept { return {OptionName::Default, std::move(value)}; }
FieldOption choices(std::initializer_list<Choice> list) noexcept {
    return choices(std::vector<Choice>(list));
}
FieldOption choices(std::vector<Choice> list) noexcept {
    FieldOption option = flag(OptionName::Choices);
    option.choices = std::move(list);
    return option;
}
FieldOption verbose_name(std::string_view name) noexcept {
    return {OptionName::VerboseName, Value(name)};
}
FieldOption help_text(std::string_view text) noexcept {
    return {OptionName::HelpText, Value(text)};
}
FieldOption editable(bool is_editable) noexcept {
    return {OptionName::Editable, Value(is_editable)};
}
FieldOption db_column(std::string_view name) noexcept {
    return {OptionName::DbColumn, Value(name)};
}
FieldOption upload_to(std::string_view folder) noexcept {
    return {OptionName::UploadTo, Value(folder)};
}
FieldOption upload_to(const ModelType& model, UploadName name) noexcept {
    FieldOption option = flag(OptionName::UploadTo);
    option.model = &model;
    option.upload_name = std::move(name);
    return option;
}
FieldOption storage(std::string_view alias) noexcept { return {OptionName::Storage, Value(alias)}; }
FieldOption allow_unicode() noexcept { return flag(OptionName::AllowUnicode); }
FieldOption min_value(Value value) noexcept { return {OptionName::MinValue, std::move(value)}; }
FieldOption max_value(Value value) noexcept { return {OptionName::MaxValue, std::move(value)}; }
FieldOption validator(Function<void(const Value&)> check) noexcept {
    FieldOption option = flag(OptionName::Validator);
    option.validator = std::move(check);
    return option;
}
FieldOption unique_for_date(std::string_view field) noexcept {
    return {OptionName::UniqueForDate, Value(field)};
}

FieldOption related_name(std::string_view name) noexcept {
    return {OptionName::RelatedName, Value(name)};
}
FieldOption related_query_name(std::string_view name) noexcept {
    return {OptionName::RelatedQueryName, Value(name)};
}
FieldOption on_delete(OnDelete action) noexcept {
    return {OptionName::OnDelete, Value(static_cast<int>(action))};
}
FieldOption to_field(std::string_view name) noexcept { return {OptionName::ToField, Value(name)}; }
FieldOption through(const ModelType& model) noexcept {
    FieldOption option = flag(OptionName::Through);
    option.model = &model;
    return option;
}
FieldOption limit_choices_to(const Q& condition) noexcept {
    return limit_choices_to(Function<Q()>([condition] { return condition; }));
}
FieldOption limit_choices_to(Function<Q()> condition) noexcept {
    FieldOption option = flag(OptionName::LimitChoicesTo);
    option.condition = std::move(condition);
    return option;
}
FieldOption db_table(std::string_view name) noexcept { return {OptionName::DbTable, Value(name)}; }
FieldOption not_symmetrical() noexcept { return {OptionName::Symmetrical, Value(false)}; }

}  // namespace tatum::db
