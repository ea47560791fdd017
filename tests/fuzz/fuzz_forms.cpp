// What a visitor writes into a field of a form, and the head and the name of a file that he
// uploads. What a field takes, it takes again as it prints it.

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/unicode.h>
#include <tatum/files/file_system_storage.h>
#include <tatum/files/image.h>
#include <tatum/forms/fields.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::forms {
namespace {

std::vector<Owned<Field>> make_fields(bool localize) {
    std::vector<Owned<Field>> fields;
    fields.push_back(owned<CharField>(FieldOptions{.max_length = 50, .required = false}));
    fields.push_back(owned<IntegerField>(FieldOptions{.localize = localize}));
    fields.push_back(owned<FloatField>(FieldOptions{.localize = localize}));
    fields.push_back(owned<DecimalField>(
        FieldOptions{.max_digits = 12, .decimal_places = 4, .localize = localize}));
    fields.push_back(owned<DateField>());
    fields.push_back(owned<TimeField>());
    fields.push_back(owned<DateTimeField>());
    fields.push_back(owned<DurationField>());
    fields.push_back(owned<EmailField>());
    fields.push_back(owned<URLField>());
    fields.push_back(owned<SlugField>());
    fields.push_back(owned<GenericIPAddressField>());
    fields.push_back(owned<UUIDField>());
    fields.push_back(owned<JSONField>());
    fields.push_back(owned<BooleanField>(FieldOptions{.required = false}));
    fields.push_back(owned<NullBooleanField>());
    return fields;
}

std::optional<Value> cleaned(const Field& field, const Value& value) {
    try {
        return field.clean(value);
    } catch (const ValidationError& error) {
        static_cast<void>(error.faults().size());
        return std::nullopt;
    }
}

void check_field(const Field& field, std::string_view text) {
    static_cast<void>(field.widget().render("name", Value(text)));
    const std::optional<Value> value = cleaned(field, Value(text));
    if (!value) return;
    const Value shown = field.prepare_value(*value);
    static_cast<void>(field.widget().render("name", shown));
    const bool is_number = value->is_number() && value->kind() != Kind::Bool;
    const bool is_day = value->kind() == Kind::Date;
    if (!is_number && !is_day && value->kind() != Kind::Uuid) return;
    if (field.localize()) return;  // printed with the separators of the language by the widget only
    const std::optional<Value> again = cleaned(field, Value(value->str()));
    if (!again || *again != *value) {
        std::fprintf(stderr, "%s is taken, and not again as %s\n", std::string(text).c_str(),
                     value->str().c_str());
        std::abort();
    }
}

void check_name(std::string_view name) {
    static const FileSystemStorage storage({.location = "/nowhere"});
    try {
        const std::string valid = storage.generate_filename(name);
        if (!storage.path(valid).starts_with("/nowhere/")) std::abort();
    } catch (const SuspiciousFileOperation&) {
    }
    try {
        const std::string path = storage.path(name);
        if (path != "/nowhere" && !path.starts_with("/nowhere/")) std::abort();
        if (path.find("/../") != std::string::npos || path.ends_with("/..")) std::abort();
    } catch (const SuspiciousFileOperation&) {
    }
}

}  // namespace
}  // namespace tatum::forms

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tatum;
    if (size == 0) return 0;
    static const std::vector<Owned<forms::Field>> fields[] = {forms::make_fields(false),
                                                              forms::make_fields(true)};
    const bool localize = (data[0] & 1) != 0;
    const std::size_t which = data[0] >> 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    static_cast<void>(files::ImageReader::read(bytes));
    const std::string text = strings::replace_invalid_utf8(bytes);  // as requests give it
    forms::check_name(text);
    const LocalScope language(Slot::Language,
                              &Translations::builtin().language(localize ? "de" : "en-us"));
    forms::check_field(*fields[localize ? 1 : 0][which % fields[0].size()], text);
    return 0;
}
