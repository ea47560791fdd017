#include <tatum/forms/form.h>

#include <tatum/forms/fields.h>
#include <tatum/forms/forms.h>
#include <tatum/http/request.h>

#include <gtest/gtest.h>

namespace tatum::forms {
namespace {

FormFields person() {
    return {{"first_name", CharField({.max_length = 10, .help_text = "As <b>called</b>"})},
            {"born", DateField({.required = false, .label = "Birthday"})},
            {"token", CharField({.widget = HiddenInput(), .initial = "t&t"})}};
}

Value ask(const Value& thing, const Name& name) {
    return thing.as_object().attribute(thing.self(), name).value_or(Value("(no attribute)"));
}

TEST(BaseForm, IsUnboundUntilItIsSentSomething) {
    BaseForm form(person());
    EXPECT_FALSE(form.is_bound());
    EXPECT_FALSE(form.is_valid());
    EXPECT_TRUE(form.errors().empty());
    const QueryDict nothing;
    BaseForm sent(person(), nothing);
    EXPECT_TRUE(sent.is_bound());
    EXPECT_FALSE(sent.is_valid());
}

TEST(BaseForm, IsBoundToRequestsThatSendForms) {
    http::Request get(http::RequestText{});
    EXPECT_FALSE(BaseForm(person(), get).is_bound());
    http::RequestText sent;
    sent.method = "POST";
    sent.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    sent.body = "first_name=Ann&token=x";
    http::Request post(std::move(sent));
    BaseForm form(person(), post);
    EXPECT_TRUE(form.is_valid());
    EXPECT_EQ(form.cleaned("first_name"), Value("Ann"));
    EXPECT_TRUE(form.cleaned("born").is_none());
}

TEST(BaseForm, TellsWhatIsWrongByField) {
    const QueryDict data = QueryDict::parse("first_name=Maximiliane&born=x");
    BaseForm form(person(), data);
    EXPECT_EQ(form.errors().messages("first_name"),
              std::vector<std::string>{"Ensure this value has at most 10 characters (it has 11)."});
    EXPECT_TRUE(form.has_error("born", "invalid"));
    EXPECT_FALSE(form.has_error("born", "required"));
    EXPECT_TRUE(form.has_error("token"));
    EXPECT_EQ(form.errors().as_json(),
              "{\"first_name\": [{\"message\": \"Ensure this value has at most 10 characters (it "
              "has 11).\", \"code\": \"max_length\"}], \"born\": [{\"message\": \"Enter a valid "
              "date.\", \"code\": \"invalid\"}], \"token\": [{\"message\": \"This field is "
              "required.\", \"code\": \"required\"}]}");
    EXPECT_EQ(form.errors().as_text(),
              "* first_name\n  * Ensure this value has at most 10 characters (it has 11).\n* born\n"
              "  * Enter a valid date.\n* token\n  * This field is required.");
    EXPECT_TRUE(form.cleaned_data().empty());
}

TEST(BaseForm, TakesErrorsFromElsewhere) {
    const QueryDict data = QueryDict::parse("first_name=Ann&token=x");
    BaseForm form(person(), data);
    ASSERT_TRUE(form.is_valid());
    form.add_error("first_name", "Not <you>.", "taken");
    form.add_error("", ValidationError(std::vector<ValidationFault>{{"born", "odd", "Too young."},
                                                                    {"", "whole", "All wrong."}}));
    EXPECT_FALSE(form.is_valid());
    EXPECT_TRUE(form.has_error("first_name", "taken"));
    EXPECT_TRUE(form.has_error("born", "odd"));
    EXPECT_TRUE(form.has_error("", "whole"));
    EXPECT_FALSE(form.cleaned_data().contains("first_name"));
    EXPECT_EQ(form.errors().find("first_name")->as_ul(),
              "<ul class=\"errorlist\" id=\"id_first_name_error\"><li>Not &lt;you&gt;.</li></ul>");
    EXPECT_EQ(form.non_field_errors().as_ul(),
              "<ul class=\"errorlist nonfield\"><li>All wrong.</li></ul>");
    EXPECT_EQ(form.non_field_errors().as_json(EscapeHtml::Yes),
              "[{\"message\": \"All wrong.\", \"code\": \"whole\"}]");
    EXPECT_THROW(form.add_error("nickname", "x"), ImproperlyConfigured);
    EXPECT_THROW(form["nickname"], ImproperlyConfigured);
}

TEST(BaseForm, KnowsWhatWasChanged) {
    const QueryDict data = QueryDict::parse("first_name=Ann&born=&token=t%26t");
    BaseForm same(person(), {data, FormOptions{.initial = {{"first_name", "Ann"}}}});
    EXPECT_FALSE(same.has_changed());
    BaseForm other(person(), {data, FormOptions{.initial = {{"first_name", "Bo"}}}});
    EXPECT_EQ(other.changed_data(), std::vector<std::string>{"first_name"});
}

TEST(BaseForm, MayStayEmptyWhereThatIsPermitted) {
    const QueryDict data = QueryDict::parse("first_name=&token=t%26t");
    BaseForm form(person(),
                  {data, FormOptions{.empty_permitted = true, .use_required_attribute = false}});
    EXPECT_TRUE(form.is_valid());
    EXPECT_TRUE(form.cleaned_data().empty());
    EXPECT_THROW(BaseForm(person(), FormOptions{.empty_permitted = true}), ValueError);
}

TEST(BaseForm, ChangesItsOwnCopyOfAField) {
    const FormFields fields = person();
    BaseForm one(fields), two(fields);
    one.field("first_name").label = "Called";
    one.field("born").set_required(true);
    EXPECT_EQ(one["first_name"].label(), "Called");
    EXPECT_EQ(two["first_name"].label(), "First name");
    EXPECT_FALSE(two["born"].field().required);
    one.add_field("age", IntegerField({.required = false}));
    one.remove_field("token");
    one.order_fields({"age", "nobody", "born"});
    std::string names;
    for (const BoundField& field : one.bound_fields()) names += field.name() + " ";
    EXPECT_EQ(names, "age born first_name ");
    EXPECT_EQ(two.hidden_fields().size(), 1u);
    EXPECT_EQ(two.visible_fields().size(), 2u);
}

TEST(BaseForm, PutsAPrefixBeforeNamesAndIds) {
    BaseForm form(person(), FormOptions{.prefix = "p", .auto_id = "x_%s_y"});
    const BoundField field = form["first_name"];
    EXPECT_EQ(field.html_name(), "p-first_name");
    EXPECT_EQ(field.auto_id(), "x_p-first_name_y");
    EXPECT_EQ(field.html_initial_name(), "initial-p-first_name");
    const FormOptions none{.auto_id = ""};
    EXPECT_EQ(BaseForm(person(), none)["first_name"].label_tag(), "First name:");
}

TEST(BaseForm, AsksAFunctionForTheInitialValueOncePerForm) {
    int calls = 0;
    const FormFields fields = {
        {"n", IntegerField({.initial = Initial([&calls] { return Value(++calls); })})}};
    BaseForm form(fields);
    EXPECT_EQ(form["n"].value(), Value(1));
    EXPECT_EQ(form["n"].initial(), Value(1));
    EXPECT_EQ(BaseForm(fields)["n"].initial(), Value(2));
}

TEST(BaseForm, IgnoresWhatIsSentForADisabledField) {
    const QueryDict data = QueryDict::parse("price=1");
    BaseForm form({{"price", IntegerField({.initial = 9, .disabled = true})}}, data);
    EXPECT_TRUE(form.is_valid());
    EXPECT_EQ(form.cleaned("price"), Value(9));
    EXPECT_FALSE(form.has_changed());
}

TEST(BaseForm, ComparesWithTheInitialValueThatThePageShowed) {
    const FormFields fields = {{"n", IntegerField({.initial = 3, .show_hidden_initial = true})}};
    const auto changed = [&](std::string_view text) {
        const QueryDict data = QueryDict::parse(text);
        return BaseForm(fields, data).has_changed();
    };
    EXPECT_FALSE(changed("n=2&initial-n=2"));
    EXPECT_TRUE(changed("n=3&initial-n=2"));
    EXPECT_TRUE(changed("n=2&initial-n=x"));
    std::string html;
    BaseForm(fields)["n"].append(html);
    EXPECT_EQ(html,
              "<input type=\"number\" name=\"n\" value=\"3\" required id=\"id_n\">"
              "<input type=\"hidden\" name=\"initial-n\" value=\"3\" id=\"initial-id_n\">");
}

TEST(BaseForm, RunsTheHooksOfItsType) {
    static std::string order;
    order.clear();
    constexpr FormType type{
        .name = "Hooked",
        .clean =
            [](BaseForm& form) {
                order += "clean ";
                form.set_cleaned("extra", Value(1));
                throw ValidationError("No.");
            },
        .clean_field = [](BaseForm&, std::string_view field) { order += std::string(field) + " "; },
        .post_clean = [](BaseForm&) { order += "post "; }};
    const QueryDict data = QueryDict::parse("first_name=Ann&token=x");
    BaseForm form(type, person(), data);
    EXPECT_FALSE(form.is_valid());
    EXPECT_FALSE(form.is_valid());
    EXPECT_EQ(order, "first_name born token clean post ");
    EXPECT_EQ(form.cleaned("extra"), Value(1));
    EXPECT_EQ(form.non_field_errors().messages(), std::vector<std::string>{"No."});
}

TEST(BaseForm, MovesWithItsFields) {
    const QueryDict data = QueryDict::parse("first_name=Ann&token=x");
    BaseForm form(person(), data);
    BaseForm moved(std::move(form));
    EXPECT_TRUE(moved.is_valid());
}

TEST(BoundField, WritesLabels) {
    BaseForm form(person(), FormOptions{.required_css_class = "req"});
    const BoundField name = form["first_name"];
    EXPECT_EQ(name.label_tag(), "<label for=\"id_first_name\" class=\"req\">First name:</label>");
    EXPECT_EQ(name.label_tag({.contents = Value("Who <?>"), .label_suffix = ""}),
              "<label for=\"id_first_name\" class=\"req\">Who &lt;?&gt;</label>");
    EXPECT_EQ(name.label_tag({.contents = Value::safe("<i>Who</i>"), .attrs = {{"class", "big"}}}),
              "<label class=\"big req\" for=\"id_first_name\"><i>Who</i>:</label>");
    EXPECT_EQ(form["born"].legend_tag(), "<legend for=\"id_born\">Birthday:</legend>");
}

TEST(BoundField, TellsScreenReadersWhereHelpAndErrorsStand) {
    const QueryDict data = QueryDict::parse("first_name=");
    BaseForm form(person(), data);
    EXPECT_EQ(form["first_name"].aria_describedby(), "id_first_name_helptext id_first_name_error");
    EXPECT_EQ(form["token"].aria_describedby(), "");
    form.field("first_name").widget().attrs.set("aria-describedby", "mine");
    EXPECT_EQ(form["first_name"].aria_describedby(), "");
    const Attributes attrs = form["first_name"].build_widget_attrs();
    EXPECT_EQ(attrs.get("aria-invalid"), Value("true"));
    EXPECT_EQ(attrs.get("required"), Value(true));
}

TEST(BoundField, MayBeShownByAnotherWidget) {
    BaseForm form(person(), FormOptions{.initial = {{"first_name", "A"}}});
    const BoundField name = form["first_name"];
    EXPECT_EQ(name.as_hidden(),
              "<input type=\"hidden\" name=\"first_name\" value=\"A\" "
              "aria-describedby=\"id_first_name_helptext\" id=\"id_first_name\">");
    EXPECT_EQ(name.as_text({{"size", 5}}),
              "<input type=\"text\" name=\"first_name\" value=\"A\" size=\"5\" required "
              "aria-describedby=\"id_first_name_helptext\" id=\"id_first_name\">");
    EXPECT_TRUE(name.as_textarea().starts_with("<textarea name=\"first_name\" cols=\"40\""));
    EXPECT_EQ(name.widget_type(), "text");
    EXPECT_EQ(form["token"].widget_type(), "hidden");
}

TEST(BoundField, JoinsTheClassesOfItsFormWithOthers) {
    const QueryDict data = QueryDict::parse("first_name=");
    BaseForm form(person(),
                  {data, FormOptions{.error_css_class = "bad", .required_css_class = "req"}});
    EXPECT_EQ(form["first_name"].css_classes("wide req"), "wide req bad");
    EXPECT_EQ(form["born"].css_classes(), "");
}

TEST(Layouts, KeepHiddenFieldsWhereThereAreNoOthers) {
    const FormFields hidden = {{"a", CharField({.widget = HiddenInput()})}};
    const std::string input = "<input type=\"hidden\" name=\"a\" id=\"id_a\">";
    BaseForm unbound(hidden);
    EXPECT_EQ(unbound.as_div(), input);
    EXPECT_EQ(unbound.as_table(), input);
    const QueryDict nothing;
    BaseForm bound(hidden, nothing);
    const std::string errors =
        "<ul class=\"errorlist nonfield\"><li>(Hidden field a) This field is required.</li></ul>";
    EXPECT_EQ(bound.as_div(), errors + "\n\n  <div>" + input + "</div>");
    EXPECT_EQ(bound.as_p(), errors + "\n\n  <p>" + input + "</p>");
    EXPECT_EQ(bound.as_table(), "<tr>\n    <td colspan=\"2\">\n      " + errors +
                                    "\n      \n        " + input + "\n      \n    </td>\n  </tr>");
    EXPECT_EQ(bound.as_ul(), "<li>\n    " + errors + "\n  \n    " + input + "\n  \n  </li>");
    EXPECT_EQ(BaseForm({}).as_p(), "");
}

TEST(Layouts, LeaveOutEmptyLabels) {
    const FormFields fields = {{"a", CharField({.label = "", .help_text = "h"})},
                               {"b", CharField({.required = false, .label = "B?"})}};
    BaseForm form(fields, FormOptions{.prefix = "p", .auto_id = "%s"});
    EXPECT_EQ(form.as_div(),
              "<div>\n    <div class=\"helptext\" id=\"p-a_helptext\">h</div>\n\n<input "
              "type=\"text\" name=\"p-a\" required aria-describedby=\"p-a_helptext\" "
              "id=\"p-a\">\n    \n</div>\n\n  <div>\n    <label for=\"p-b\">B?</label>"
              "\n\n\n\n<input type=\"text\" name=\"p-b\" id=\"p-b\">\n    \n      \n    "
              "\n</div>");
}

TEST(FormValue, HasFieldsAndAllThatDjangosFormsHave) {
    const QueryDict data = QueryDict::parse("first_name=&token=x");
    BaseForm form(person(), data);
    const Value value = form;
    const Value name = ask(value, "first_name");
    EXPECT_EQ(ask(name, "errors").items(),
              std::optional<List>(List{Value("This field is required.")}));
    EXPECT_EQ(ask(name, "html_name"), Value("first_name"));
    EXPECT_TRUE(ask(ask(name, "field"), "required").truth());
    EXPECT_EQ(ask(ask(ask(name, "field"), "widget"), "input_type"), Value("text"));
    EXPECT_EQ(ask(value, "is_valid"), Value(false));
    EXPECT_EQ(ask(value, "hidden_fields").size(), 1u);
    EXPECT_EQ(ask(value, "as_p").as_string(), form.as_p());
    EXPECT_TRUE(ask(value, "as_p").is_safe());
    EXPECT_EQ(ask(value, "__html__").as_string(), form.as_div());
    EXPECT_EQ(ask(ask(value, "errors"), "items").size(), 1u);
    EXPECT_EQ(value.size(), 3u);
    EXPECT_EQ(ask(value.items()->at(1), "label"), Value("Birthday"));
    EXPECT_EQ(value.repr(), "<Form bound=True, valid=False, fields=(first_name;born;token)>");
}

TEST(FormValue, OutlivesTheFormAndWhatItWasSent) {
    Value value;
    {
        const QueryDict data = QueryDict::parse("first_name=Ann&token=x");
        BaseForm form(person(), data);
        value = form;
    }
    EXPECT_EQ(ask(ask(value, "first_name"), "value"), Value("Ann"));
    EXPECT_EQ(ask(value, "is_valid"), Value(true));
}

TEST(FormMedia, IsThatOfTheWidgets) {
    BaseForm form(person());
    EXPECT_TRUE(form.media().empty());
    EXPECT_FALSE(form.is_multipart());
    form.add_field("file", FileField());
    EXPECT_TRUE(form.is_multipart());
}

}  // namespace
}  // namespace tatum::forms
