#include <tatum/db/fields.h>

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

FieldOption::FieldOption(FieldOption (*make)()) : FieldOption(make()) {}
FieldOption::FieldOption(Name option, Value argument) : name(option), value(std::move(argument)) {}
FieldOption::FieldOption(const FieldOption&) = default;
FieldOption& FieldOption::operator=(const FieldOption&) = default;
FieldOption::~FieldOption() = default;

FieldOption null() { return flag(OptionName::Null); }
FieldOption blank() { return flag(OptionName::Blank); }
FieldOption unique() { return flag(OptionName::Unique); }
FieldOption db_index() { return flag(OptionName::DbIndex); }
FieldOption no_db_index() { return {OptionName::DbIndex, Value(false)}; }
FieldOption primary_key() { return flag(OptionName::PrimaryKey); }
FieldOption auto_now() { return flag(OptionName::AutoNow); }
FieldOption auto_now_add() { return flag(OptionName::AutoNowAdd); }
FieldOption not_editable() { return editable(false); }
FieldOption no_db_constraint() { return {OptionName::DbConstraint, Value(false)}; }

FieldOption text() { return kind(FieldKind::TextField); }
FieldOption slug() { return kind(FieldKind::SlugField); }
FieldOption email() { return kind(FieldKind::EmailField); }
FieldOption url() { return kind(FieldKind::URLField); }
FieldOption ip_address() { return kind(FieldKind::GenericIPAddressField); }
FieldOption positive() { return kind(FieldKind::PositiveIntegerField); }
FieldOption file() { return kind(FieldKind::FileField); }
FieldOption image() { return kind(FieldKind::ImageField); }
FieldOption TextField() { return text(); }
FieldOption SlugField() { return slug(); }
FieldOption EmailField() { return email(); }
FieldOption URLField() { return url(); }
FieldOption GenericIPAddressField() { return ip_address(); }
FieldOption FileField() { return file(); }
FieldOption ImageField() { return image(); }
FieldOption FilePathField() { return kind(FieldKind::FilePathField); }
FieldOption PositiveIntegerField() { return positive(); }
FieldOption SmallIntegerField() { return kind(FieldKind::SmallIntegerField); }

FieldOption max_length(int code_points) { return {OptionName::MaxLength, Value(code_points)}; }
FieldOption max_digits(int digits) { return {OptionName::MaxDigits, Value(digits)}; }
FieldOption decimal_places(int places) { return {OptionName::DecimalPlaces, Value(places)}; }
FieldOption default_(Value value) { return {OptionName::Default, std::move(value)}; }
FieldOption choices(std::initializer_list<Choice> list) {
    return choices(std::vector<Choice>(list));
}
FieldOption choices(std::vector<Choice> list) {
    FieldOption option = flag(OptionName::Choices);
    option.choices = std::move(list);
    return option;
}
FieldOption verbose_name(std::string_view name) { return {OptionName::VerboseName, Value(name)}; }
FieldOption help_text(std::string_view text) { return {OptionName::HelpText, Value(text)}; }
FieldOption editable(bool is_editable) { return {OptionName::Editable, Value(is_editable)}; }
FieldOption db_column(std::string_view name) { return {OptionName::DbColumn, Value(name)}; }
FieldOption upload_to(std::string_view folder) { return {OptionName::UploadTo, Value(folder)}; }
FieldOption allow_unicode() { return flag(OptionName::AllowUnicode); }
FieldOption min_value(Value value) { return {OptionName::MinValue, std::move(value)}; }
FieldOption max_value(Value value) { return {OptionName::MaxValue, std::move(value)}; }
FieldOption unique_for_date(std::string_view field) {
    return {OptionName::UniqueForDate, Value(field)};
}

FieldOption related_name(std::string_view name) { return {OptionName::RelatedName, Value(name)}; }
FieldOption related_query_name(std::string_view name) {
    return {OptionName::RelatedQueryName, Value(name)};
}
FieldOption on_delete(OnDelete action) {
    return {OptionName::OnDelete, Value(static_cast<int>(action))};
}
FieldOption to_field(std::string_view name) { return {OptionName::ToField, Value(name)}; }
FieldOption through(const ModelType& model) {
    FieldOption option = flag(OptionName::Through);
    option.model = &model;
    return option;
}
FieldOption db_table(std::string_view name) { return {OptionName::DbTable, Value(name)}; }
FieldOption not_symmetrical() { return {OptionName::Symmetrical, Value(false)}; }

}  // namespace tatum::db
