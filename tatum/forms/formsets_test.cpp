#include <tatum/forms/formsets.h>

#include <tatum/forms/fields.h>

#include <gtest/gtest.h>

namespace tatum::forms {
namespace {

FormFactory people() {
    return form_factory({{"name", CharField()}, {"age", IntegerField({.required = false})}});
}

/// A formset that was sent `text` behind its counts.
struct Sent {
    Sent(std::string_view total, std::string_view text, FormSetOptions options = {},
         std::string_view initial = "0")
        : data(QueryDict::parse("form-TOTAL_FORMS=" + std::string(total) + "&form-INITIAL_FORMS=" +
                                std::string(initial) + "&" + std::string(text))),
          forms(people(), data, options) {}

    QueryDict data;
    BaseFormSet forms;
};

TEST(BaseFormSet, HasAFormForEachInitialOneAndExtraOnes) {
    BaseFormSet forms(people(), {.extra = 2, .initial = {Dict{{"name", "Ann"}}}});
    EXPECT_EQ(forms.size(), 3u);
    EXPECT_EQ(forms.initial_forms().size(), 1u);
    EXPECT_EQ(forms.extra_forms().size(), 2u);
    EXPECT_EQ(forms.form(0)["name"].value(), Value("Ann"));
    EXPECT_EQ(forms.form(2)["name"].html_name(), "form-2-name");
    EXPECT_EQ(forms.empty_form()->form()["name"].html_name(), "form-__prefix__-name");
    EXPECT_FALSE(forms.is_valid());
    EXPECT_THROW(forms.form(3), std::out_of_range);
}

TEST(BaseFormSet, CountsAsItsOptionsSay) {
    const auto count = [](FormSetOptions options) { return BaseFormSet(people(), options).size(); };
    const List three = {Dict{}, Dict{}, Dict{}};
    EXPECT_EQ(count({.extra = 0}), 0u);
    EXPECT_EQ(count({.extra = 1, .min_num = 2}), 3u);
    EXPECT_EQ(count({.extra = 5, .max_num = 2}), 2u);
    EXPECT_EQ(count({.extra = 5, .max_num = 2, .initial = three}), 3u);
    EXPECT_THROW(count({.max_num = 3, .absolute_max = 2}), ValueError);
}

TEST(BaseFormSet, DoesNotMindExtraFormsThatStayEmpty) {
    Sent sent("2", "form-0-name=Ann");
    EXPECT_TRUE(sent.forms.is_valid());
    EXPECT_EQ(sent.forms.cleaned_data().size(), 2u);
    EXPECT_TRUE(sent.forms.cleaned_data()[1].as_dict().empty());
    EXPECT_TRUE(sent.forms.has_changed());
}

TEST(BaseFormSet, AsksForFormsThatWereThere) {
    Sent sent("1", "form-0-name=", {}, "1");
    EXPECT_FALSE(sent.forms.is_valid());
    EXPECT_EQ(sent.forms.errors()[0]->messages("name"),
              std::vector<std::string>{"This field is required."});
    EXPECT_EQ(sent.forms.total_error_count(), 1u);
    EXPECT_THROW(sent.forms.cleaned_data(), ImproperlyConfigured);
}

TEST(BaseFormSet, ChecksFormsThatWereNotChangedUnlessToldNotTo) {
    const FormSetOptions initial{.initial = {Dict{{"name", ""}}, Dict{{"name", "Bo"}}}};
    FormSetOptions changed = initial;
    changed.check_unchanged = false;
    const std::string text = "form-0-name=&form-1-name=";
    EXPECT_FALSE(Sent("2", text + "Ann", initial, "2").forms.is_valid());
    EXPECT_TRUE(Sent("2", text + "Ann", changed, "2").forms.is_valid());
    EXPECT_FALSE(Sent("2", text, changed, "2").forms.is_valid());
}

TEST(BaseFormSet, ForgivesFormsThatAreToBeDeleted) {
    Sent sent("3", "form-0-name=&form-0-DELETE=on&form-1-name=Bo&form-2-DELETE=on",
              {.can_delete = true}, "1");
    EXPECT_TRUE(sent.forms.is_valid());
    ASSERT_EQ(sent.forms.deleted_forms().size(), 2u);
    EXPECT_EQ(sent.forms.deleted_forms()[0], &sent.forms.form(0));
    Sent kept("2", "form-0-name=A&form-1-name=B", {.can_delete = true, .can_delete_extra = false},
              "1");
    EXPECT_NE(kept.forms.form(0).find_field(kDeleteField), nullptr);
    EXPECT_EQ(kept.forms.form(1).find_field(kDeleteField), nullptr);
}

TEST(BaseFormSet, OrdersFormsAsTheyWereSent) {
    Sent sent("4",
              "form-0-name=c&form-0-ORDER=3&form-1-name=a&form-1-ORDER=1&form-2-name=d&"
              "form-2-ORDER=&form-3-name=b&form-3-ORDER=2",
              {.can_order = true});
    std::string names;
    for (BaseForm* form : sent.forms.ordered_forms()) names += form->cleaned("name").str();
    EXPECT_EQ(names, "abcd");
    Sent plain("1", "form-0-name=a");
    EXPECT_THROW(plain.forms.ordered_forms(), ImproperlyConfigured);
}

TEST(BaseFormSet, MakesNoMoreFormsThanItsLimitWhateverIsAskedFor) {
    for (const char* total : {"3", "1000000000", "99999999999999999999999"}) {
        Sent sent(total, "form-0-name=a", {.max_num = 2, .absolute_max = 2});
        EXPECT_EQ(sent.forms.size(), 2u) << total;
        EXPECT_FALSE(sent.forms.is_valid());
        EXPECT_EQ(sent.forms.non_form_errors().messages(),
                  std::vector<std::string>{"Please submit at most 2 forms."});
    }
    for (const char* total : {"-1", "-99999999999999999999999", "0"}) {
        EXPECT_EQ(Sent(total, "").forms.size(), 0u) << total;
    }
    Sent many("1", "form-0-name=a", {}, "1000000000");
    EXPECT_EQ(many.forms.size(), 1u);
    EXPECT_EQ(many.forms.initial_forms().size(), 1u);
    EXPECT_TRUE(many.forms.extra_forms().empty());
}

TEST(BaseFormSet, TellsThatItsCountsAreMissing) {
    const QueryDict data = QueryDict::parse("form-0-name=a");
    BaseFormSet forms(people(), data);
    EXPECT_FALSE(forms.is_valid());
    EXPECT_EQ(forms.size(), 0u);
    EXPECT_EQ(forms.non_form_errors().as_data()[0].code, "missing_management_form");
    BaseFormSet told(people(), data, {.error_messages = {{"missing_management_form", "Again!"}}});
    EXPECT_EQ(told.non_form_errors().as_ul(),
              "<ul class=\"errorlist nonform\"><li>Again!</li></ul>");
}

TEST(BaseFormSet, ChecksHowManyThereAre) {
    Sent few("1", "form-0-name=a", {.min_num = 2, .validate_min = true});
    EXPECT_EQ(few.forms.non_form_errors().messages(),
              std::vector<std::string>{"Please submit at least 2 forms."});
    Sent many("2", "form-0-name=a&form-1-name=b", {.max_num = 1, .validate_max = true});
    EXPECT_EQ(many.forms.non_form_errors().messages(),
              std::vector<std::string>{"Please submit at most 1 form."});
    Sent deleted("2", "form-0-name=a&form-1-name=b&form-1-DELETE=1",
                 {.can_delete = true, .max_num = 1, .validate_max = true});
    EXPECT_TRUE(deleted.forms.is_valid());
}

TEST(BaseFormSet, ChecksItsFormsTogether) {
    struct Distinct : BaseFormSet {
        using BaseFormSet::BaseFormSet;
        void clean() override {
            if (size() > 1 && form(0).cleaned("name") == form(1).cleaned("name")) {
                throw ValidationError("The names are the same.", "same");
            }
        }
    };
    const QueryDict data =
        QueryDict::parse("form-TOTAL_FORMS=2&form-INITIAL_FORMS=0&form-0-name=a&form-1-name=a");
    Distinct forms(people(), data);
    EXPECT_FALSE(forms.is_valid());
    EXPECT_EQ(forms.non_form_errors().as_data()[0].code, "same");
    EXPECT_FALSE(all_valid({&forms}));
}

TEST(BaseFormSet, TellsOfWhatItsCleanAddsToAForm) {
    struct Strict : BaseFormSet {
        using BaseFormSet::BaseFormSet;
        void clean() override { form(0).add_error("name", ValidationError("Not you.", "no")); }
    };
    const QueryDict data =
        QueryDict::parse("form-TOTAL_FORMS=1&form-INITIAL_FORMS=0&form-0-name=a");
    Strict forms(people(), data);
    EXPECT_FALSE(forms.is_valid());
    EXPECT_EQ(forms.errors()[0]->messages("name"), std::vector<std::string>{"Not you."});
    EXPECT_EQ(forms.total_error_count(), 1u);
}

TEST(FormSetValue, IsWhatTemplatesLoopOver) {
    BaseFormSet forms(people(), {.extra = 2, .prefix = "p"});
    const Value value = forms;
    EXPECT_EQ(value.size(), 2u);
    const auto ask = [&](const Name& name) {
        return value.as_object().attribute(value.self(), name).value_or(Value("(none)"));
    };
    EXPECT_EQ(ask("prefix"), Value("p"));
    EXPECT_EQ(ask("as_p").as_string(), forms.as_p());
    EXPECT_EQ(ask("__html__").as_string(), forms.as_div());
    EXPECT_EQ(ask("total_form_count"), Value(2));
    EXPECT_TRUE(ask("empty_form").str().find("p-__prefix__-name") != std::string::npos);
}

}  // namespace
}  // namespace tatum::forms
