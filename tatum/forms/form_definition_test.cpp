#include <tatum/forms/form_definition.h>

#include <tatum/forms/fields.h>
#include <tatum/forms/formsets.h>
#include <tatum/forms/widgets.h>

#include <gtest/gtest.h>

namespace tatum::forms {
namespace {

enum class Shade { Pale, Deep };
enum class Stage { New, Done };

struct PaintForm : Form<PaintForm> {
    using Form::Form;

    std::string name;
    Shade shade = Shade::Pale;
    Stage stage = Stage::New;
    std::optional<Shade> second;
    short coats = 1;
    std::optional<double> litres;
    std::optional<bool> glossy;
    std::vector<int> rooms;
    bool urgent = false;
    std::vector<std::string> seen;  // of no field

    static void define(FormDefinition<PaintForm>& d) {
        d.field<&PaintForm::name>(max_length(5), label("What"), validator(no_stars));
        d.field<&PaintForm::shade>(choices({{Shade::Pale, "Pale"}, {Shade::Deep, "Deep"}}));
        d.field<&PaintForm::stage>(
            choices({{Stage::New, "NEW", "New"}, {Stage::Done, "DONE", "D"}}),
            initial(Stage::Done));
        d.field<&PaintForm::second>(choices({{Shade::Pale, "Pale"}, {Shade::Deep, "Deep"}}));
        d.field<&PaintForm::coats>();
        d.field<&PaintForm::litres>(min_value(0.5));
        d.field<&PaintForm::glossy>();
        d.field<&PaintForm::rooms>(choices({{1, "Hall"}, {2, "Loft"}}));
        d.field<&PaintForm::urgent>();
        d.clean<&PaintForm::name, &PaintForm::upper_name>();
        d.clean<&PaintForm::coats, &PaintForm::check_coats>();
    }
    static void no_stars(const Value& value) {
        if (value.as_string().find('*') != std::string::npos) {
            throw ValidationError("No stars.", "stars");
        }
    }
    std::string upper_name() { return name + "!"; }
    void check_coats() {
        if (coats == 3) throw ValidationError("Never three.", "three");
    }
    void clean() {
        if (urgent) coats = 1;
    }
};

const std::string kPaint = "name=red&shade=1&stage=DONE&coats=2&rooms=2&rooms=1&litres=2.5";

TEST(TypedForm, FillsItsMembers) {
    const QueryDict data = QueryDict::parse(kPaint + "&second=0&glossy=false");
    PaintForm form(data);
    ASSERT_TRUE(form.is_valid()) << form.errors().as_text();
    EXPECT_EQ(form.shade, Shade::Deep);
    EXPECT_EQ(form.stage, Stage::Done);
    EXPECT_EQ(form.second, std::optional(Shade::Pale));
    EXPECT_EQ(form.coats, 2);
    EXPECT_EQ(form.litres, std::optional(2.5));
    EXPECT_EQ(form.glossy, std::optional(false));
    EXPECT_EQ(form.rooms, (std::vector<int>{2, 1}));
    EXPECT_FALSE(form.urgent);
    EXPECT_EQ(form.cleaned("stage"), Value("DONE"));
    EXPECT_EQ(form.cleaned("shade"), Value(1));
}

TEST(TypedForm, LeavesOptionalMembersEmpty) {
    const QueryDict data =
        QueryDict::parse("name=red&shade=0&stage=NEW&coats=2&rooms=2&litres=&second=");
    PaintForm form(data);
    ASSERT_TRUE(form.is_valid()) << form.errors().as_text();
    EXPECT_FALSE(form.litres || form.second || form.glossy);
    EXPECT_TRUE(form.cleaned("second").is_none());
}

TEST(TypedForm, TakesTheResultOfAFieldsOwnCheck) {
    const QueryDict data = QueryDict::parse(kPaint);
    PaintForm form(data);
    ASSERT_TRUE(form.is_valid());
    EXPECT_EQ(form.name, "red!");
    EXPECT_EQ(form.cleaned("name"), Value("red!"));
    const QueryDict three = QueryDict::parse("coats=3");
    PaintForm wrong(three);
    EXPECT_TRUE(wrong.has_error<&PaintForm::coats>("three"));
}

TEST(TypedForm, RunsTheValidatorsOfAField) {
    const QueryDict data = QueryDict::parse("name=r*d");
    PaintForm form(data);
    EXPECT_TRUE(form.has_error<&PaintForm::name>("stars"));
    EXPECT_EQ(form.name, "");
}

TEST(TypedForm, TakesWhatCleanDoesToMembersAsCleaned) {
    const QueryDict data = QueryDict::parse(kPaint + "&urgent=on");
    PaintForm form(data);
    ASSERT_TRUE(form.is_valid());
    EXPECT_EQ(form.coats, 1);
    EXPECT_EQ(form.cleaned("coats"), Value(1));
}

TEST(TypedForm, RefusesWhatAMemberCannotHold) {
    const QueryDict data = QueryDict::parse("coats=40000&rooms=3&shade=7");
    PaintForm form(data);
    EXPECT_EQ(form.errors().messages("coats"),
              std::vector<std::string>{"Ensure this value is less than or equal to 32767."});
    EXPECT_TRUE(form.has_error<&PaintForm::rooms>("invalid_choice"));
    EXPECT_TRUE(form.has_error<&PaintForm::shade>("invalid_choice"));
    EXPECT_EQ(form.coats, 1);
    const QueryDict low = QueryDict::parse("coats=-99999999999999999999999");
    PaintForm lower(low);
    EXPECT_EQ(lower.errors().messages("coats"),
              std::vector<std::string>{"Ensure this value is greater than or equal to -32768."});
}

TEST(TypedForm, ShowsChoicesWithWhatTheyBeginAt) {
    PaintForm form;
    EXPECT_NE(form["stage"].as_widget().find("<option value=\"DONE\" selected>"),
              std::string::npos);
    EXPECT_NE(form["second"].as_widget().find("<option value=\"\" selected>---------</option>"),
              std::string::npos);
    EXPECT_EQ(form["shade"].as_widget().find("---------"), std::string::npos);
    EXPECT_FALSE(form["litres"].field().required);
    EXPECT_FALSE(form["urgent"].field().required);
    EXPECT_TRUE(form["rooms"].field().required);
    EXPECT_EQ(form["name"].label(), "What");
}

TEST(TypedForm, ChangesItsOwnFieldsOnly) {
    PaintForm form;
    form.field<&PaintForm::name>().help_text = "Help";
    EXPECT_EQ(PaintForm()["name"].help_text(), "");
    EXPECT_EQ(form["name"].help_text(), "Help");
}

TEST(TypedForm, MovesWithItsMembers) {
    const QueryDict data = QueryDict::parse(kPaint);
    PaintForm form(data);
    PaintForm moved(std::move(form));
    EXPECT_TRUE(moved.is_valid());
    EXPECT_EQ(moved.coats, 2);
}

struct GlossForm : Form<GlossForm, PaintForm> {
    using Form::Form;
    int shine = 0;
    static void define(FormDefinition<GlossForm>& d) {
        d.field<&GlossForm::shine>(min_value(1));
        d.field<&GlossForm::name>(label("Gloss"));
        d.remove<&GlossForm::glossy>();
        d.defaults({.prefix = "g", .error_css_class = "bad"});
        d.media({.css = {{"all", {"gloss.css"}}}});
    }
};

TEST(TypedForm, HasTheFieldsOfItsParent) {
    std::string fields = kPaint + "&shine=9";
    std::string prefixed = "g-" + fields;
    for (std::size_t at = prefixed.find('&'); at != std::string::npos;
         at = prefixed.find('&', at + 3)) {
        prefixed.insert(at + 1, "g-");
    }
    const QueryDict data = QueryDict::parse(prefixed);
    GlossForm form(data);
    ASSERT_TRUE(form.is_valid()) << form.errors().as_text();
    EXPECT_EQ(form.shine, 9);
    EXPECT_EQ(form.coats, 2);
    EXPECT_EQ(form.find_field("glossy"), nullptr);
    EXPECT_EQ(form.name, "red!");
    EXPECT_EQ(form["name"].label(), "Gloss");
    EXPECT_EQ(form.options().error_css_class, "bad");
    EXPECT_EQ(form.media().css().size(), 1u);
    EXPECT_EQ(form.type().name, "GlossForm");
}

struct ListWithoutChoices : Form<ListWithoutChoices> {
    std::vector<int> numbers;
    static void define(FormDefinition<ListWithoutChoices>& d) {
        d.field<&ListWithoutChoices::numbers>();
    }
};
struct TableOption : Form<TableOption> {
    std::string name;
    static void define(FormDefinition<TableOption>& d) { d.field<&TableOption::name>(unique); }
};
struct WrongOption : Form<WrongOption> {
    int number = 0;
    static void define(FormDefinition<WrongOption>& d) {
        d.field<&WrongOption::number>(max_length(3));
    }
};

struct MixedOptions : Form<MixedOptions> {
    std::string name;
    static void define(FormDefinition<MixedOptions>& d) {
        d.field<&MixedOptions::name>(form_field(CharField{}), max_length(3));
    }
};
struct OwnField : Form<OwnField> {
    using Form::Form;
    std::string code;
    static void define(FormDefinition<OwnField>& d) {
        d.field<&OwnField::code>(form_field(CharField{{.max_length = 3}}), label("Key"),
                                 required(false));
    }
};

TEST(TypedForm, TakesFieldsOfOnesOwn) {
    const QueryDict data = QueryDict::parse("code=abcd");
    OwnField form(data);
    EXPECT_TRUE(form.has_error<&OwnField::code>("max_length"));
    EXPECT_EQ(form["code"].label(), "Key");
    EXPECT_FALSE(form["code"].field().required);
}

template <class F>
std::string fault_of() {
    try {
        F form;
        return "none";
    } catch (const ImproperlyConfigured& error) {
        return error.what();
    }
}

TEST(TypedForm, TellsWhatIsWrongWithItsDeclaration) {
    EXPECT_EQ(fault_of<ListWithoutChoices>(),
              "ListWithoutChoices.numbers: a list needs choices(...), or a form_field(...)");
    EXPECT_EQ(fault_of<TableOption>(),
              "TableOption.name: an option that only fields of models have");
    EXPECT_EQ(fault_of<MixedOptions>(),
              "MixedOptions.name: options of the kind belong into the form_field(...) itself");
    EXPECT_TRUE(fault_of<WrongOption>().starts_with("WrongOption.number: "))
        << fault_of<WrongOption>();
}

TEST(TypedFormSet, GivesFormsOfItsClass) {
    const QueryDict data = QueryDict::parse(
        "form-TOTAL_FORMS=2&form-INITIAL_FORMS=0&form-0-name=a&form-0-shade=0&form-0-stage=NEW&"
        "form-0-coats=7&form-0-rooms=1&form-1-coats=&form-1-stage=DONE");
    FormSet<PaintForm> forms(data);
    ASSERT_TRUE(forms.is_valid());
    int coats = 0;
    for (PaintForm& form : forms) {
        if (form.has_changed()) coats += form.coats;
    }
    EXPECT_EQ(coats, 7);
    EXPECT_EQ(forms[0].name, "a!");
}

}  // namespace
}  // namespace tatum::forms
