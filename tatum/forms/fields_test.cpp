#include <tatum/forms/fields.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/error.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/forms/widgets.h>
#include <tatum/testing/pictures.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tatum::forms {
namespace {

/// "code: message" of each fault, one a line; empty when the value is clean.
std::string faults_of(const Field& field, const Value& value, const Value& initial = {}) {
    try {
        static_cast<void>(field.clean(value, initial));
        return {};
    } catch (const ValidationError& error) {
        std::string text;
        for (const ValidationFault& fault : error.faults()) {
            if (!text.empty()) text += '\n';
            text += fault.code + ": " + fault.message;
        }
        return text;
    }
}

DateTime at(std::string_view day_and_time) { return *parse_datetime(day_and_time).value(); }

TEST(Field, SaysItsOwnTextsWithWhatTheValidatorSays) {
    const IntegerField field{{.max_value = 5,
                              .error_messages = {{"required", "Say something."},
                                                 {"max_value", "%(value)s > %(limit_value)s!"}}}};
    EXPECT_EQ(faults_of(field, ""), "required: Say something.");
    EXPECT_EQ(faults_of(field, "7"), "max_value: 7 > 5!");
}

TEST(Field, SpeaksTheLanguageThatIsCurrentWhenItRefuses) {
    const CharField field;
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(faults_of(field, ""), "required: Dieses Feld ist zwingend erforderlich.");
}

TEST(Field, RefusesOptionsThatItDoesNotHave) {
    EXPECT_THROW(DateField({.max_length = 3}), ImproperlyConfigured);
    EXPECT_THROW(CharField({.choices = {{"a", "A"}}}), ImproperlyConfigured);
    EXPECT_THROW(forms::EmailField({.strip = false}), ImproperlyConfigured);
}

TEST(Field, TellsItsWidgetWhatItMustKnow) {
    const CharField field{{.max_length = 5, .required = false, .widget = Textarea{}}};
    EXPECT_EQ(field.widget().attrs.get("maxlength"), Value("5"));
    EXPECT_FALSE(field.widget().is_required);
    CharField copy = field;
    copy.set_widget(HiddenInput());
    EXPECT_FALSE(copy.widget().attrs.contains("maxlength"));
    EXPECT_EQ(field.widget().type_name(), "Textarea");
}

TEST(Field, HasChangedWhenWhatWasSentMeansSomethingElse) {
    EXPECT_FALSE(CharField().has_changed(Value(), ""));
    EXPECT_FALSE(IntegerField().has_changed(5, " 5 "));
    EXPECT_TRUE(IntegerField().has_changed(5, "x"));
    EXPECT_FALSE(DecimalField().has_changed(Decimal::parse("1.50").value(), "1.5"));
    EXPECT_FALSE(DateField().has_changed(Date::make(2024, 2, 9).value(), "2024-02-09"));
    EXPECT_FALSE(BooleanField().has_changed("False", Value()));
    EXPECT_TRUE(BooleanField().has_changed(false, "on"));
    EXPECT_FALSE(CharField({.disabled = true}).has_changed("a", "b"));
    const MultipleChoiceField several{{.choices = {{1, "1"}, {2, "2"}}}};
    EXPECT_FALSE(several.has_changed(List{1, 2}, List{"2", "1"}));
    EXPECT_TRUE(several.has_changed(List{1}, List{"2"}));
}

TEST(CharField, CountsCharactersAndNotBytes) {
    const CharField field{{.max_length = 2}};
    EXPECT_EQ(faults_of(field, "éé"), "");
    EXPECT_EQ(faults_of(field, "ééé"),
              "max_length: Ensure this value has at most 2 characters (it has 3).");
}

TEST(CharField, GivesItsEmptyValueForWhiteSpace) {
    EXPECT_EQ(CharField({.empty_value = Value(), .required = false}).clean(" \t "), Value());
    EXPECT_EQ(CharField({.strip = false}).clean(" x "), Value(" x "));
}

TEST(IntegerField, ReadsWhatPythonReadsAndNothingElse) {
    const IntegerField field;
    for (const std::string_view text : {"7", " 7 ", "+7", "7.0", "7.", "0007", "٧"})
        EXPECT_EQ(field.clean(text), Value(7)) << text;
    EXPECT_EQ(field.clean("-0"), Value(0));
    EXPECT_EQ(field.clean("1_000"), Value(1000));
    for (const std::string_view text :
         {"_1", "1_", "1__0", "1e3", "0x1", "--1", "+-1", "1 2", ".0", "-", "7.01", "½"})
        EXPECT_EQ(faults_of(field, text), "invalid: Enter a whole number.") << text;
}

TEST(IntegerField, ReadsAsManyDigitsAsPythonDoes) {
    const IntegerField field;
    EXPECT_EQ(faults_of(field, std::string(IntegerField::kDigitsMax, '9')), "");
    EXPECT_EQ(faults_of(field, std::string(IntegerField::kDigitsMax + 1, '9')),
              "invalid: Enter a whole number.");
    EXPECT_EQ(faults_of(field, std::string(1u << 20, '9')), "invalid: Enter a whole number.");
}

TEST(FloatField, RefusesWhatIsNotFinite) {
    const FloatField field;
    EXPECT_EQ(field.clean("1_0.5e1"), Value(105.0));
    for (const std::string_view text :
         {"nan", "inf", "-Infinity", "1e999", "0x1p3", "1,5", "nan(1)"})
        EXPECT_EQ(faults_of(field, text), "invalid: Enter a number.") << text;
}

TEST(DecimalField, HasTheStepOfItsPlaces) {
    EXPECT_EQ(DecimalField({.decimal_places = 2}).widget().attrs.get("step"), Value("0.01"));
    EXPECT_EQ(DecimalField({.decimal_places = 20}).widget().attrs.get("step"), Value("1e-20"));
    EXPECT_EQ(DecimalField().widget().attrs.get("step"), Value("any"));
    EXPECT_EQ(DecimalField({.localize = true}).widget().input_type(), "text");
}

TEST(DateField, ReadsByTheFormatsGivenElseByThoseOfTheLanguage) {
    EXPECT_EQ(DateField().clean("10/25/2006"), Value(Date::make(2006, 10, 25).value()));
    EXPECT_EQ(DateField({.input_formats = {"%d.%m.%Y"}}).clean(" 25.10.2006 "),
              Value(Date::make(2006, 10, 25).value()));
    for (const std::string_view text : {"2006-02-30", "25/10/2006", "2006-10-25 10:00", "x"})
        EXPECT_EQ(faults_of(DateField(), text), "invalid: Enter a valid date.") << text;
    EXPECT_EQ(faults_of(DateField(), std::string(1u << 20, '1')), "invalid: Enter a valid date.");
    EXPECT_EQ(faults_of(DateField(), 5), "invalid: Enter a valid date.");
}

TEST(DateTimeField, ReadsTheClockOfTheCurrentZone) {
    const LocalScope paris(Slot::TimeZone, Zone::find("Europe/Paris"));
    const DateTimeField field;
    EXPECT_EQ(field.clean("2024-06-01 12:00").as_datetime(), at("2024-06-01T10:00:00Z"));
    EXPECT_EQ(field.clean("2024-06-01T12:00:00Z").as_datetime(), at("2024-06-01T12:00:00Z"));
    const std::string twice = faults_of(field, "2024-10-27 02:30");
    EXPECT_EQ(twice,
              "ambiguous_timezone: 2024-10-27 02:30:00 couldn’t be interpreted in time zone "
              "Europe/Paris; it may be ambiguous or it may not exist.");
    EXPECT_EQ(faults_of(field, "2024-03-31 02:30").substr(0, 18), "ambiguous_timezone");
    EXPECT_EQ(field.prepare_value(at("2024-06-01T10:00:00Z")).str(), "2024-06-01 12:00:00");
}

TEST(DurationField, NamesTheRangeOfDays) {
    EXPECT_EQ(DurationField().clean("4 15:30:00"),
              Value(Duration::days(4) + Duration::hours(15) + Duration::minutes(30)));
    EXPECT_EQ(DurationField().prepare_value(Duration::minutes(90)), Value("01:30:00"));
    EXPECT_EQ(faults_of(DurationField(), "x"), "invalid: Enter a valid duration.");
}

TEST(URLField, TakesAWordForAHost) {
    const forms::URLField field;
    EXPECT_EQ(field.clean("tatum.example/x?y#z"), Value("https://tatum.example/x?y#z"));
    EXPECT_EQ(forms::URLField({.assume_scheme = "http"}).clean("x.org"), Value("http://x.org"));
    EXPECT_EQ(faults_of(field, "javascript:alert(1)"), "invalid: Enter a valid URL.");
    EXPECT_EQ(faults_of(field, "http://[a"), "invalid: Enter a valid URL.");
}

TEST(RegexField, SearchesInLinearTime) {
    RegexField field("^(a+)+$");
    EXPECT_EQ(faults_of(field, std::string(10'000, 'a') + "b"), "invalid: Enter a valid value.");
    field.set_regex("^b$");
    EXPECT_EQ(faults_of(field, "b"), "");
    EXPECT_EQ(field.clone()->type_name(), "RegexField");
    EXPECT_THROW(RegexField("("), ValueError);
}

TEST(JSONField, ShowsAgainWhatWasSent) {
    const JSONField field;
    EXPECT_EQ(field.prepare_value(field.bound_data("{\"a\": [1, \"é\"]}", {})),
              Value("{\"a\": [1, \"é\"]}"));
    EXPECT_EQ(field.prepare_value(field.bound_data("{no", {})), Value("{no"));
    EXPECT_EQ(faults_of(field, "{no"), "invalid: Enter a valid JSON.");
    EXPECT_FALSE(field.has_changed(Dict{{"a", 1}, {"b", 2}}, "{\"b\": 2, \"a\": 1}"));
    EXPECT_TRUE(field.has_changed(Dict{{"a", true}}, "{\"a\": 1}"));
}

TEST(JSONField, HasLimitsOfDepthAndLength) {
    const JSONField field;
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(faults_of(field, nested(JSONField::kDepthMax)), "");
    EXPECT_EQ(faults_of(field, nested(JSONField::kDepthMax + 1)), "invalid: Enter a valid JSON.");
    EXPECT_EQ(faults_of(field, nested(1'000'000)), "invalid: Enter a valid JSON.");
    EXPECT_EQ(faults_of(field, "\"" + std::string(JSONField::kBytesMax, 'x') + "\""),
              "invalid: Enter a valid JSON.");
}

TEST(ChoiceField, ChoosesByWhatAChoicePrintsAs) {
    ChoiceField field{{.choices = {{1, "One"}, {2, "Two", "More"}}}};
    EXPECT_EQ(field.clean("1"), Value("1"));
    EXPECT_EQ(field.clean(2), Value("2"));
    EXPECT_EQ(faults_of(field, "3"),
              "invalid_choice: Select a valid choice. 3 is not one of the available choices.");
    field.set_choices({{3, "Three"}});
    EXPECT_EQ(faults_of(field, "3"), "");
    field.set_widget(RadioSelect());
    EXPECT_NE(field.widget().render("n", Value()).find("Three"), std::string::npos);
}

TEST(TypedChoiceField, RefusesWhatCannotBeCoerced) {
    const TypedChoiceField field{
        {.choices = {{"1", "One"}, {"x", "X"}},
         .coerce = [](const Value& v) -> Value { return Decimal::parse(v.str()).value(); },
         .required = false}};
    EXPECT_EQ(field.clean("1"), Value(Decimal(1)));
    EXPECT_EQ(field.clean(""), Value(""));
    EXPECT_EQ(faults_of(field, "x").substr(0, 14), "invalid_choice");
    EXPECT_FALSE(field.has_changed(Decimal(1), "1"));
}

TEST(MultipleChoiceField, ChecksEachOfMany) {
    Choices::Items items;
    for (int i = 0; i < 100; ++i) items.emplace_back(i, "x");
    const MultipleChoiceField field{{.choices = items}};
    List sent;
    for (int i = 0; i < 100; ++i) sent.push_back(std::to_string(i));
    EXPECT_EQ(faults_of(field, sent), "");
    sent.push_back("100");
    EXPECT_EQ(faults_of(field, sent),
              "invalid_choice: Select a valid choice. 100 is not one of the available choices.");
    EXPECT_EQ(faults_of(field, "1"), "invalid_list: Enter a list of values.");
    EXPECT_EQ(faults_of(field, List()), "required: This field is required.");
}

TEST(FilePathField, OffersWhatIsInTheFolder) {
    const std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) / "tatum_file_path_field";
    std::filesystem::create_directories(folder / "sub");
    for (const char* name : {"b.txt", "a.txt", "c.bin", "sub/d.txt"})
        std::ofstream(folder / name) << "x";
    const auto labels = [&](FieldOptions options) {
        const FilePathField field(folder.string(), std::move(options));
        std::string text;
        for (const Choice& choice : *field.choices().get()) text += choice.label + " ";
        return text;
    };
    EXPECT_EQ(labels({}), "a.txt b.txt c.bin ");
    EXPECT_EQ(labels({.match = "\\.txt$", .required = false}), "--------- a.txt b.txt ");
    EXPECT_EQ(labels({.allow_files = false, .allow_folders = true}), "sub ");
    EXPECT_EQ(labels({.recursive = true, .allow_folders = true}),
              "/a.txt /b.txt /c.bin /sub /sub/d.txt ");
    const std::string path = (folder / "a.txt").string();
    EXPECT_EQ(FilePathField(folder.string()).clean(path), Value(path));
    EXPECT_NE(faults_of(FilePathField(folder.string()), "/etc/passwd"), "");
    std::filesystem::remove_all(folder);
}

TEST(ComboField, AsksAllItsFields) {
    const ComboField field({CharField{{.max_length = 8}}, forms::EmailField{}});
    EXPECT_EQ(faults_of(field, "a@b.org"), "");
    EXPECT_EQ(faults_of(field, "abc"), "invalid: Enter a valid email address.");
    EXPECT_EQ(faults_of(field, ""), "required: This field is required.");
}

/// A telephone number: country and number, of which only the number is required.
class PhoneField : public MultiValueField {
public:
    explicit PhoneField(Options options = {})
        : MultiValueField({CharField{{.required = false}}, RegexField("^[0-9]+$")},
                          with_parts(std::move(options)), SplitDateTimeWidget()) {}
    Owned<Field> clone() const override { return owned<PhoneField>(*this); }
    std::string_view type_name() const override { return "PhoneField"; }
    Value compress(const List& values) const override {
        return values.empty() ? Value() : Value(values[0].str() + values[1].str());
    }

private:
    static Options with_parts(Options options) {
        options.require_all_fields = false;
        return options;
    }
};

TEST(MultiValueField, NamesThePartThatIsMissingAndEachFaultOnce) {
    const PhoneField field;
    EXPECT_EQ(field.clean(List{"+1", "23"}), Value("+123"));
    EXPECT_EQ(faults_of(field, List{"+1", ""}), ": Enter a complete value.");
    EXPECT_EQ(faults_of(field, List{"+1"}), ": Enter a complete value.");
    EXPECT_EQ(faults_of(field, List{"+1", "x"}), "invalid: Enter a valid value.");
    EXPECT_EQ(faults_of(field, List{"", ""}), "required: This field is required.");
    EXPECT_EQ(faults_of(field, "text"), "invalid: Enter a list of values.");
    EXPECT_TRUE(field.has_changed(Value(), List{"", "1"}));
    EXPECT_FALSE(field.has_changed(Value(), List{"", ""}));
}

TEST(SplitDateTimeField, NeedsBothParts) {
    const SplitDateTimeField field;
    EXPECT_EQ(field.clean(List{"2024-06-01", "12:00"}).as_datetime(), at("2024-06-01T12:00:00Z"));
    EXPECT_EQ(faults_of(field, List{"x", "y"}),
              "invalid: Enter a valid date.\ninvalid: Enter a valid time.");
    const SplitDateTimeField free{{.required = false}};
    EXPECT_EQ(free.clean(List{"", ""}), Value());
    EXPECT_EQ(faults_of(free, List{"2024-06-01", ""}), "invalid_time: Enter a valid time.");
}

TEST(FileField, KeepsTheFileThereIsWhenNoneIsSent) {
    const forms::FileField field{{.max_length = 5}};
    EXPECT_EQ(field.clean(Value(), "old.txt"), Value("old.txt"));
    EXPECT_EQ(faults_of(field, Value()), "required: This field is required.");
    EXPECT_EQ(faults_of(field, "text"),
              "invalid: No file was submitted. Check the encoding type on the form.");
    EXPECT_EQ(faults_of(field, file_input_contradiction()),
              "contradiction: Please either submit a file or check the clear checkbox, not both.");
    EXPECT_EQ(faults_of(field, http::UploadedFile("a.txt", "")),
              "empty: The submitted file is empty.");
    EXPECT_EQ(faults_of(field, http::UploadedFile("é.text", "x")),
              "max_length: Ensure this filename has at most 5 characters (it has 6).");
    EXPECT_EQ(forms::FileField({.required = false}).clean(false, "old.txt"), Value(false));
    EXPECT_EQ(field.clean(false, "old.txt"), Value("old.txt"));
    EXPECT_FALSE(field.has_changed("old.txt", Value()));
}

TEST(ImageField, WantsAPictureUnderThatName) {
    const forms::ImageField field;
    const Value image =
        field.clean(http::UploadedFile("a.png", std::string(testing::kPng), "text/html"));
    EXPECT_EQ(uploaded_file(image)->content_type(), "image/png");
    EXPECT_EQ(faults_of(field, http::UploadedFile("a.png", "<script>")),
              "invalid_image: Upload a valid image. The file you uploaded was either not an image "
              "or a corrupted image.");
    EXPECT_EQ(faults_of(field, testing::png_upload("a.html")).substr(0, 17), "invalid_extension");
    EXPECT_EQ(field.widget().attrs.get("accept"), Value("image/*"));
}

}  // namespace
}  // namespace tatum::forms
