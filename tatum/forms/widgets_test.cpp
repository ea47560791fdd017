#include <tatum/forms/widgets.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/forms/renderer.h>
#include <tatum/forms/widget_templates.h>
#include <tatum/template/engine.h>

#include <gtest/gtest.h>

#include <memory>

namespace tatum::forms {
namespace {

/// A file of a model as templates see it.
class StoredFile final : public Object {
public:
    std::string_view type_name(Self) const override { return "FieldFile"; }
    void append_str(Self, std::string& out) const override { out += "a<b>.pdf"; }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "url") return Value("/media/a<b>.pdf");
        return std::nullopt;
    }
};

http::FileDict one_file(std::string_view name) {
    http::FileDict files;
    files.set(name, http::UploadedFile("x.txt", "text", "text/plain"));
    return files;
}

TEST(Widget, AttributesOfTheCallWinAndKeepTheirPlace) {
    const TextInput widget{{.attrs = {{"class", "a"}, {"size", 10}}}};
    EXPECT_EQ(widget.render("n", "v", {{"id", "x"}, {"class", "b"}}),
              R"(<input type="text" name="n" value="v" class="b" size="10" id="x">)");
}

TEST(Widget, EscapesNamesValuesAndAttributes) {
    EXPECT_EQ(TextInput().render("a\"b", "<&>", {{"data-x", "'\""}}),
              "<input type=\"text\" name=\"a&quot;b\" value=\"&lt;&amp;&gt;\" "
              "data-x=\"&#x27;&quot;\">");
    EXPECT_EQ(TextInput().render("n", Value::safe("&amp;")),
              R"(<input type="text" name="n" value="&amp;">)");
    EXPECT_EQ(Textarea().render("n", "</textarea><script>"),
              "<textarea name=\"n\" cols=\"40\" rows=\"10\">\n&lt;/textarea&gt;&lt;script&gt;"
              "</textarea>");
    const Select select{{.choices = {{"\"", "<b>", "\"group\""}}}};
    EXPECT_EQ(select.render("n", Value()),
              "<select name=\"n\">\n  <optgroup label=\"&quot;group&quot;\">\n  <option "
              "value=\"&quot;\">&lt;b&gt;</option>\n\n  </optgroup>\n</select>");
}

TEST(Widget, TrueIsABareAttributeAndFalseNone) {
    EXPECT_EQ(TextInput().render("n", Value(), {{"required", true}, {"disabled", false}}),
              R"(<input type="text" name="n" required>)");
}

TEST(Widget, AnAttributeTypeIsTheTypeOfTheInput) {
    const TextInput widget{{.attrs = {{"type", "hidden"}}}};
    EXPECT_TRUE(widget.is_hidden());
    EXPECT_EQ(widget.render("n", 1), R"(<input type="hidden" name="n" value="1">)");
}

TEST(Widget, IsACopyAfterClone) {
    const TextInput widget{{.attrs = {{"class", "a"}}}};
    Cloned<Widget> copy = widget;
    copy->attrs.set("class", "b");
    EXPECT_EQ(widget.attrs.get("class"), Value("a"));
    EXPECT_EQ(copy->type_name(), "TextInput");
}

TEST(PasswordInput, ShowsNothingAgainUnlessToldTo) {
    EXPECT_EQ(PasswordInput().render("p", "secret"), R"(<input type="password" name="p">)");
    EXPECT_EQ(PasswordInput{{.render_value = true}}.render("p", "s"),
              R"(<input type="password" name="p" value="s">)");
}

TEST(CheckboxInput, IsCheckedForAllButFalseNoneAndEmptyText) {
    for (const Value& value : {Value(false), Value(), Value("")})
        EXPECT_EQ(CheckboxInput().render("n", value), R"(<input type="checkbox" name="n">)");
    EXPECT_EQ(CheckboxInput().render("n", 0),
              R"(<input type="checkbox" name="n" value="0" checked>)");
    const CheckboxInput test{{.check_test = [](const Value& v) { return v == Value("on"); }}};
    EXPECT_EQ(test.render("n", "off"), R"(<input type="checkbox" name="n" value="off">)");
}

TEST(Select, ChoosesOneOfSeveralEqualTextsAndOnlyThat) {
    const Select select{{.choices = {{1, "One"}, {"1", "Also one"}}}};
    EXPECT_EQ(select.render("n", 1),
              "<select name=\"n\">\n  <option value=\"1\" selected>One</option>\n\n  <option "
              "value=\"1\">Also one</option>\n\n</select>");
}

TEST(Select, AsksItsFunctionWheneverItIsShown) {
    int calls = 0;
    const Select select{{.choices = [&calls] {
        ++calls;
        return Choices::Items{{calls, std::to_string(calls)}};
    }}};
    EXPECT_NE(select.render("n", Value()).find("value=\"1\""), std::string::npos);
    EXPECT_NE(select.render("n", Value()).find("value=\"2\""), std::string::npos);
}

TEST(Select, IsRequiredInHtmlOnlyWhereTheFirstChoiceIsNone) {
    EXPECT_FALSE(Select({.choices = {{"a", "A"}}}).use_required_attribute({}));
    EXPECT_TRUE(Select({.choices = {{"", "---"}, {"a", "A"}}}).use_required_attribute({}));
    EXPECT_FALSE(Select().use_required_attribute({}));
    EXPECT_TRUE(SelectMultiple({.choices = {{"a", "A"}}}).use_required_attribute({}));
    EXPECT_FALSE(CheckboxSelectMultiple().use_required_attribute({}));
}

TEST(Select, FindsManySelectedValuesAmongMany) {
    Choices::Items items;
    List selected;
    for (int i = 0; i < 1000; ++i) {
        items.emplace_back(i, "x");
        if (i % 2 == 0) selected.push_back(std::to_string(i));
    }
    const std::string html = SelectMultiple({.choices = items}).render("n", selected);
    std::size_t found = 0;
    for (std::size_t at = html.find(" selected"); at != std::string::npos;
         at = html.find(" selected", at + 1))
        ++found;
    EXPECT_EQ(found, 500u);
}

class ButtonsWithData : public RadioSelect {
public:
    using RadioSelect::RadioSelect;
    Owned<Widget> clone() const override { return owned<ButtonsWithData>(*this); }

protected:
    void change_option(ChoiceOption& option, const Choice& choice) const override {
        option.attrs.set("data-label", choice.label);
    }
};

TEST(ChoiceWidget, LetsADerivedClassChangeOptions) {
    const ButtonsWithData widget{{.choices = {{"a", "A"}}}};
    EXPECT_EQ(widget.render("n", "a", {{"id", "i"}}),
              "<div id=\"i\"><div>\n    <label for=\"i_0\"><input type=\"radio\" name=\"n\" "
              "value=\"a\" id=\"i_0\" checked data-label=\"A\">\n A</label>\n\n</div>\n</div>");
}

TEST(ChoiceWidget, GivesOptionsToLoops) {
    const RadioSelect widget{{.choices = {{"a", "A"}, {"b", "B", "g"}}}};
    const List options = widget.subwidgets("n", "b", {{"id", "i"}});
    ASSERT_EQ(options.size(), 2u);
    const Dict& second = options[1].as_dict();
    EXPECT_EQ(second.get("index"), Value("1_0"));
    EXPECT_EQ(second.get("selected"), Value(true));
    std::string html;
    append_widget_html(html, second);
    EXPECT_EQ(html,
              "<label for=\"i_1_0\"><input type=\"radio\" name=\"n\" value=\"b\" id=\"i_1_0\" "
              "checked>\n B</label>");
}

TEST(AppendWidgetHtml, GivesWhatTheWidgetItselfGives) {
    const Choices choices{{"", "---"}, {"a", "A", "g"}, {"b", "B", "g"}, {"c", "C"}};
    const std::vector<Cloned<Widget>> widgets = {TextInput(),
                                                 Textarea(),
                                                 CheckboxInput(),
                                                 Select({.choices = choices}),
                                                 SelectMultiple({.choices = choices}),
                                                 RadioSelect({.choices = choices}),
                                                 CheckboxSelectMultiple({.choices = choices}),
                                                 SplitDateTimeWidget(),
                                                 SelectDateWidget({.years = {2024}}),
                                                 NullBooleanSelect(),
                                                 ClearableFileInput()};
    for (const Cloned<Widget>& widget : widgets) {
        const Attributes attrs{{"id", "i"}, {"class", "c"}};
        std::string html;
        append_widget_html(html, widget->get_context("n", "a", attrs).get("widget").as_dict());
        EXPECT_EQ(html, widget->render("n", "a", attrs)) << widget->type_name();
    }
}

TEST(ClearableFileInput, ShowsTheFileThereIsAndABoxThatClearsIt) {
    const ClearableFileInput widget;
    const Value file = Value::adopt(new StoredFile);
    EXPECT_EQ(widget.render("f", file, {{"id", "id_f"}}),
              "Currently: <a href=\"/media/a&lt;b&gt;.pdf\">a&lt;b&gt;.pdf</a>\n"
              "<input type=\"checkbox\" name=\"f-clear\" id=\"f-clear_id\">\n"
              "<label for=\"f-clear_id\">Clear</label><br>\nChange:\n"
              "<input type=\"file\" name=\"f\" id=\"id_f\">");
    EXPECT_EQ(widget.render("f", "no file"), R"(<input type="file" name="f">)");
    ClearableFileInput required;
    required.is_required = true;
    EXPECT_EQ(required.render("f", file),
              "Currently: <a href=\"/media/a&lt;b&gt;.pdf\">a&lt;b&gt;.pdf</a><br>\nChange:\n"
              "<input type=\"file\" name=\"f\">");
}

TEST(ClearableFileInput, ReadsAFileNothingClearingOrBoth) {
    ClearableFileInput widget;
    const http::FileDict files = one_file("f");
    const QueryDict clear{{"f-clear", "on"}};
    const QueryDict none;
    const Value file = widget.value_from_data({&none, &files}, "f");
    ASSERT_NE(uploaded_file(file), nullptr);
    EXPECT_EQ(uploaded_file(file)->name(), "x.txt");
    EXPECT_TRUE(widget.value_from_data({&none, nullptr}, "f").is_none());
    EXPECT_EQ(widget.value_from_data({&clear, nullptr}, "f"), Value(false));
    EXPECT_TRUE(is_file_input_contradiction(widget.value_from_data({&clear, &files}, "f")));
    EXPECT_EQ(widget.attrs_from_data({&clear, &files}, "f").get("checked"), Value(true));
    EXPECT_FALSE(widget.value_omitted_from_data({&clear, nullptr}, "f"));
    widget.is_required = true;
    EXPECT_NE(uploaded_file(widget.value_from_data({&clear, &files}, "f")), nullptr);
}

TEST(FileInput, ReadsSeveralFilesOnlyWhenItMay) {
    EXPECT_THROW(FileInput({.attrs = {{"multiple", true}}}), ImproperlyConfigured);
    const FileInput several{{.allow_multiple_selected = true}};
    EXPECT_EQ(several.render("f", Value()), R"(<input type="file" name="f" multiple>)");
    const http::FileDict files = one_file("f");
    EXPECT_EQ(several.value_from_data({nullptr, &files}, "f").as_list().size(), 1u);
}

class TwoNumbers : public MultiWidget {
public:
    TwoNumbers()
        : MultiWidget(std::vector<std::pair<std::string, Cloned<Widget>>>{
              {"", NumberInput()}, {"unit", Select({.choices = {{"kg", "kg"}}})}}) {}
    Owned<Widget> clone() const override { return owned<TwoNumbers>(*this); }
    std::string_view type_name() const override { return "TwoNumbers"; }
    List decompress(const Value& value) const override { return {value, Value("kg")}; }
};

TEST(MultiWidget, NamesItsPartsAndLeavesNoSpaceBetweenThem) {
    const TwoNumbers widget;
    EXPECT_EQ(widget.render("w", 5, {{"id", "i"}}),
              "<input type=\"number\" name=\"w\" value=\"5\" id=\"i_0\"><select name=\"w_unit\" "
              "id=\"i_1\"><option value=\"kg\" selected>kg</option></select>");
    const QueryDict data{{"w", "7"}, {"w_unit", "g"}};
    EXPECT_EQ(widget.value_from_data({&data, nullptr}, "w"), Value(List{"7", "g"}));
    const QueryDict none;
    EXPECT_TRUE(widget.value_omitted_from_data({&none, nullptr}, "w"));
}

TEST(MultiWidget, HandsTheTypeToItsParts) {
    EXPECT_EQ(SplitDateTimeWidget({.date_attrs = Attributes{{"class", "d"}}})
                  .render("n", List{"a", "b"}, {{"type", "date"}}),
              "<input type=\"date\" name=\"n_0\" value=\"a\" class=\"d\"><input type=\"date\" "
              "name=\"n_1\" value=\"b\">");
}

TEST(SelectDateWidget, FollowsTheOrderOfTheLanguage) {
    const SelectDateWidget widget{{.years = {2024}}};
    EXPECT_EQ(widget.id_for_label("id_d"), "id_d_month");
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(widget.id_for_label("id_d"), "id_d_day");
    const QueryDict data{{"d_year", "2024"}, {"d_month", "2"}, {"d_day", "9"}};
    EXPECT_EQ(widget.value_from_data({&data, nullptr}, "d"), Value("09.02.2024"));
    const QueryDict huge{{"d_year", "99999999999999999999"}, {"d_month", "2"}, {"d_day", "9"}};
    EXPECT_EQ(widget.value_from_data({&huge, nullptr}, "d"), Value("0-0-0"));
}

TEST(DateInput, WritesDatesAsTheLanguageReadsThem) {
    const Value day = Date::make(2024, 2, 9).value();
    EXPECT_EQ(DateInput().format_value(day), Value("2024-02-09"));
    EXPECT_EQ(DateInput({.format = "%d %b %y, %A, %j"}).format_value(day),
              Value("09 Feb 24, Friday, 040"));
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(DateInput().format_value(day), Value("09.02.2024"));
}

TEST(Widget, IsRenderedByATemplateOfTheSiteWhereItNamesOne) {
    template_::EngineOptions options;
    options.loaders.push_back(std::make_shared<const template_::EmbeddedLoader>(
        std::vector<template_::EmbeddedLoader::Entry>{
            {"w.html",
             "\n<x-{{ widget.type }} n={{ widget.name }} v={{ widget.value }} "
             "{{ widget.attrs.id }}>\n"}}));
    const template_::Engine engine(std::move(options));
    const TextInput widget{{.template_name = "w.html"}};
    EXPECT_THROW(static_cast<void>(widget.render("n", "v")), ImproperlyConfigured);
    const LocalScope scope(Slot::Templates, &engine);
    EXPECT_EQ(widget.render("n", "<v>", {{"id", "i"}}), "<x-text n=n v=&lt;v&gt; i>");
}

TEST(WidgetTemplates, AnswerToDjangosNamesInTemplatesThatIncludeThem) {
    template_::EngineOptions options;
    options.loaders.push_back(std::make_shared<
                              const template_::EmbeddedLoader>(std::vector<
                                                               template_::EmbeddedLoader::Entry>{
        {"w.html",
         "<b{% include 'django/forms/widgets/attrs.html' %}>"
         "{% for group, options, index in widget.optgroups %}{% for option in options %}"
         "{% include option.template_name with widget=option %}{% endfor %}{% endfor %}</b>"}}));
    options.loaders.push_back(widget_template_loader());
    options.libraries.push_back(widget_template_library());
    const template_::Engine engine(std::move(options));
    const LocalScope scope(Slot::Templates, &engine);
    const Select select{{.choices = {{"a", "<A>"}}, .template_name = "w.html"}};
    EXPECT_EQ(select.render("n", "a", {{"id", "i"}}),
              "<b id=\"i\"><option value=\"a\" selected>&lt;A&gt;</option>\n</b>");
}

TEST(Media, KeepsEachFileOnceInAnOrderThatAllListsAgreeWith) {
    const Media a{{.js = {"a.js", "c.js"}}};
    const Media b{{.js = {"b.js", "c.js"}}};
    const Media c{{.js = {"a.js", "b.js"}}};
    EXPECT_EQ((a + b + c).js(), (MediaAssets{"a.js", "b.js", "c.js"}));
    const Media contradiction{{.js = {"c.js", "a.js"}}};
    EXPECT_EQ((a + contradiction).js(), (MediaAssets{"a.js", "c.js"}));
}

TEST(Media, IsWrittenAsLinksAndScripts) {
    const Media media{
        {.css = {{"print", {"p.css"}}, {"all", {"a.css", "https://x.org/b.css"}}},
         .js = {"/abs.js",
                Script("m.js", {{"type", "module"}, {"async", true}, {"defer", false}})}}};
    EXPECT_EQ(media.render(),
              "<link href=\"/static/a.css\" media=\"all\" rel=\"stylesheet\">\n"
              "<link href=\"https://x.org/b.css\" media=\"all\" rel=\"stylesheet\">\n"
              "<link href=\"/static/p.css\" media=\"print\" rel=\"stylesheet\">\n"
              "<script src=\"/abs.js\"></script>\n"
              "<script src=\"/static/m.js\" type=\"module\" async></script>");
    EXPECT_EQ(media.only_css().js().size(), 0u);
    EXPECT_TRUE(Media().empty());
}

}  // namespace
}  // namespace tatum::forms
