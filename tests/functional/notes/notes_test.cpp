#include "notes_site.h"

#include <tatum/db/meta.h>
#include <tatum/files/storages.h>
#include <tatum/forms/model_formsets.h>
#include <tatum/forms/widgets.h>
#include <tatum/views/edit.h>

using namespace tatum;
using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::testing::redirects;

namespace notes {
namespace {

http::QueryDict query(std::string_view text) { return http::QueryDict::parse(text); }

using ModelFormTest = NotesTest;

TEST_F(ModelFormTest, MakesAnObject) {
    const auto sent = query("title=T&slug=s&published=2024-05-06&body=B&state=2&tags=1&tags=3");
    NoteForm form(sent, {.instance = Note{.writer = 1}});
    ASSERT_TRUE(form.is_valid()) << form.errors().as_text();
    const Note saved = form.save();
    EXPECT_EQ(saved.title, "T");
    EXPECT_EQ(saved.state, State::Published);
    EXPECT_EQ(saved.writer->name, "Ann");
    EXPECT_EQ(Note::objects.get_pk(saved.id).tags.count(), 2);
}

TEST_F(ModelFormTest, ChangesACopyOfTheInstance) {
    const Note note = Note::objects.get_pk(1);
    const auto sent = query("title=New&slug=s&published=2024-05-06&body=B&state=1");
    NoteForm form(sent, {.instance = note});
    ASSERT_TRUE(form.is_valid());
    EXPECT_EQ(note.title, "First");
    EXPECT_EQ(form.instance().title, "New");
    EXPECT_EQ(form.save().id, note.id);
    EXPECT_EQ(Note::objects.count(), 3);
}

TEST_F(ModelFormTest, RunsTheQueriesThatItStates) {
    const Note note = Note::objects.get_pk(1);
    const auto sent = query("title=New&slug=s&published=2024-05-06&topic=2&body=B&state=1&tags=1");
    NoteForm form(sent, {.instance = note});
    // The topic, the tags, and what must be unique: title for a writer is not in the form.
    tatum::testing::assert_num_queries(3, [&] { EXPECT_TRUE(form.is_valid()); });
    // The row; which tags there are, those that go, and those that stay.
    tatum::testing::assert_num_queries(1 + 3, [&] { form.save(); });
}

TEST_F(ModelFormTest, LeavesWritingToTheCaller) {
    const auto sent = query("title=T&slug=s&published=2024-05-06&body=B&state=2&tags=2");
    NoteForm form(sent);
    ASSERT_TRUE(form.is_valid());
    Note note = form.save(Commit::No);
    EXPECT_EQ(Note::objects.count(), 3);
    form.instance().writer = 2;
    form.instance().save();
    form.save_m2m();
    EXPECT_EQ(Note::objects.get(F<&Note::title> == "T").tags.count(), 1);
}

TEST_F(ModelFormTest, RefusesToSaveWhatIsNotValid) {
    const auto sent = query("title=");
    NoteForm form(sent);
    EXPECT_FALSE(form.is_valid());
    EXPECT_THROW(form.save(), db::ValueError);
}

TEST_F(ModelFormTest, KeepsDefaultsOfFieldsThatWereNotSent) {
    const AnyModelForm form = [&] {
        static const auto sent = query("number=1&level=2&topic=1&tags=1");
        return AnyModelForm(
            db::meta_of<Sample>(),
            {.fields = {"flag", "small", "number", "word", "level", "topic", "tags"},
             .field_options = {{"small", {.required = false}}, {"word", {.required = false}}}},
            sent);
    }();
    AnyModelForm& checked = const_cast<AnyModelForm&>(form);
    ASSERT_TRUE(checked.is_valid()) << checked.errors().as_text();
    const Sample saved = checked.save().as<Sample>();
    EXPECT_EQ(saved.small, 1);
    EXPECT_EQ(saved.word, "start");
    EXPECT_EQ(saved.hidden, 7);
}

TEST_F(ModelFormTest, RefusesNumbersThatTheColumnCannotHold) {
    for (const char* number : {"40000", "-32769", "99999999999999999999999"}) {
        const auto sent = query(std::string("small=") + number);
        AnyModelForm form(db::meta_of<Sample>(), {.fields = {"small"}}, sent);
        EXPECT_FALSE(form.is_valid()) << number;
        EXPECT_EQ(codes(form).size(), 1u);
    }
    const auto sent = query("small=32767");
    AnyModelForm form(db::meta_of<Sample>(), {.fields = {"small"}}, sent);
    EXPECT_TRUE(form.is_valid());
}

TEST_F(ModelFormTest, WantsItsFieldsNamed) {
    const db::ModelMeta& model = db::meta_of<Sample>();
    EXPECT_THROW(AnyModelForm(model, forms::ModelFormOptions()), ImproperlyConfigured);
    EXPECT_THROW(AnyModelForm(model, {.fields = {"colour"}}), db::FieldError);
    EXPECT_THROW(AnyModelForm(model, {.fields = {"hidden"}}), db::FieldError);
    AnyModelForm all(model, {.exclude = {"flag"}});
    EXPECT_EQ(all.find_field("flag"), nullptr);
    EXPECT_EQ(all.find_field("hidden"), nullptr);
    EXPECT_NE(all.find_field("small"), nullptr);
}

TEST_F(ModelFormTest, RefusesAnObjectOfAnotherModel) {
    EXPECT_THROW(NoteForm(forms::ModelFormExtras{.instance = Tag{.word = "x"}}),
                 ImproperlyConfigured);
}

TEST_F(ModelFormTest, ShowsFaultsOfTheModelWithItsOwnTexts) {
    const auto sent = query("name=Ann");
    AnyModelForm form(db::meta_of<Writer>(),
                      {.fields = {"name"},
                       .error_messages = {{"name", Dict{{"unique", "Taken: %(field_label)s"}}}}},
                      sent);
    EXPECT_FALSE(form.is_valid());
    EXPECT_EQ(codes(form), Codes{"name: unique"});
    EXPECT_TRUE(form.errors().messages("name").at(0).starts_with("Taken: "));
}

/// A form of a Scan that was sent a file, or told to clear the one there is.
struct ScanForm {
    http::QueryDict sent;
    http::FileDict files;
    AnyModelForm form(const forms::Instance& instance = {}) {
        return AnyModelForm(db::meta_of<Scan>(), {.fields = {"name", "file"}},
                            {sent, files, {.instance = instance}});
    }
};

TEST_F(ModelFormTest, StoresFilesWhenItSaves) {
    ScanForm scan{query("name=x"), {}};
    scan.files.appendlist("file", http::UploadedFile("page.txt", "words"));
    AnyModelForm form = scan.form();
    ASSERT_TRUE(form.is_valid()) << form.errors().as_text();
    EXPECT_FALSE(default_storage().exists("scans/page.txt"));
    const Scan saved = form.save().as<Scan>();
    EXPECT_EQ(default_storage().open("scans/page.txt").read(), "words");
    EXPECT_EQ(Scan::objects.get_pk(saved.id).file, "scans/page.txt");

    // Nothing sent: it stays. The page links to it.
    ScanForm again{query("name=y"), {}};
    AnyModelForm kept = again.form(saved);
    ASSERT_TRUE(kept.is_valid());
    EXPECT_NE(kept["file"].as_widget().find("/scans/page.txt\""), std::string::npos);
    EXPECT_EQ(kept.save().as<Scan>().file, "scans/page.txt");

    ScanForm cleared{query("name=y&file-clear=on"), {}};
    AnyModelForm without = cleared.form(saved);
    ASSERT_TRUE(without.is_valid());
    EXPECT_EQ(without.save().as<Scan>().file, "");
    EXPECT_TRUE(default_storage().exists("scans/page.txt"));
}

TEST_F(ModelFormTest, LimitsWhatCanBeChosen) {
    const auto sent = query("topic=3");
    AnyModelForm form(db::meta_of<Note>(), {.fields = {"topic"}}, sent);
    EXPECT_FALSE(form.is_valid());
    EXPECT_EQ(codes(form), Codes{"topic: invalid_choice"});
    std::string html;
    tatum::testing::assert_num_queries(1, [&] { html = form["topic"].as_widget(); });
    EXPECT_EQ(html.find("Closed"), std::string::npos);
    EXPECT_NE(html.find("Cranberries &amp; more"), std::string::npos);
}

TEST_F(ModelFormTest, ChoosesRowsByOtherFieldsAndLabels) {
    forms::ModelChoiceField field(
        Topic::objects.all(), {.required = false},
        {.empty_label = std::nullopt,
         .to_field_name = "slug",
         .label_from_instance = [](const Value& row) { return "#" + row.str(); }});
    const std::string html = field.widget().render("t", Value("bogs"));
    EXPECT_NE(html.find("<option value=\"bogs\" selected>#Bogs</option>"), std::string::npos)
        << html;
    EXPECT_EQ(html.find("---------"), std::string::npos);
    Value chosen;
    tatum::testing::assert_num_queries(1, [&] { chosen = field.clean(Value("bogs")); });
    EXPECT_EQ(forms::row_as<Topic>(chosen).name, "Bogs");
    EXPECT_THROW(static_cast<void>(forms::row_as<Tag>(chosen)), db::ValueError);
    tatum::testing::assert_num_queries(0, [&] { EXPECT_TRUE(field.clean(Value("")).is_none()); });
}

TEST_F(ModelFormTest, ChoosesManyRowsWithOneQuery) {
    const forms::ModelMultipleChoiceField field(Tag::objects.all());
    Value chosen;
    tatum::testing::assert_num_queries(1, [&] {
        chosen = field.clean(List{Value("1"), Value("3"), Value("1")});
        EXPECT_EQ(chosen.size(), 2u);
    });
    const auto code_of = [&](const Value& value) -> std::string {
        try {
            static_cast<void>(field.clean(value));
        } catch (const ValidationError& error) {
            return error.faults().front().code;
        }
        return "";
    };
    EXPECT_EQ(code_of(List{}), "required");
    EXPECT_EQ(code_of(Value("1")), "invalid_list");
    EXPECT_EQ(code_of(List{Value("x")}), "invalid_pk_value");
    EXPECT_EQ(code_of(List{Value("99")}), "invalid_choice");
    EXPECT_EQ(code_of(List{Value(std::string_view("1\0", 2))}), "null_characters_not_allowed");
    EXPECT_EQ(code_of(List{Value(List{Value("1")})}), "invalid_list");
}

using ModelFormSetTest = NotesTest;

std::string links_data(std::string_view more = {}) {
    return "links-TOTAL_FORMS=3&links-INITIAL_FORMS=2&links-0-id=1&links-0-label=Home&"
           "links-0-address=a&links-1-id=2&links-1-label=Shop&links-1-address=b&" +
           std::string(more);
}

TEST_F(ModelFormSetTest, SavesWhatHasChangedAndSaysSo) {
    const Note note = Note::objects.get_pk(1);
    const auto sent = query(links_data("links-0-DELETE=on&links-2-label=New&links-2-address=c"));
    InlineFormSet<LinkForm> formset(note, sent);
    ASSERT_TRUE(formset.is_valid());
    EXPECT_EQ(formset.save().size(), 2u);
    EXPECT_EQ(formset.changed_objects().size(), 1u);
    EXPECT_EQ(formset.changed_objects()[0].fields, Codes{"address"});
    EXPECT_EQ(formset.new_objects().size(), 1u);
    EXPECT_EQ(formset.deleted_objects().size(), 1u);
    EXPECT_EQ(note.related<&Link::note>().count(), 2);
}

TEST_F(ModelFormSetTest, WritesNothingWithoutCommit) {
    const Note note = Note::objects.get_pk(1);
    const auto sent = query(links_data("links-0-DELETE=on&links-2-label=New&links-2-address=c"));
    InlineFormSet<LinkForm> formset(note, sent);
    ASSERT_TRUE(formset.is_valid());
    EXPECT_EQ(formset.save(Commit::No).size(), 2u);
    EXPECT_EQ(note.related<&Link::note>().count(), 2);
    for (const db::AnyObject& link : formset.deleted_objects()) link.delete_();
    for (const db::AnyObject& link : formset.new_objects()) link.save();
    EXPECT_EQ(Link::objects.filter(F<&Link::label> == "New").count(), 1);
}

TEST_F(ModelFormSetTest, ReadsTheRowsOnce) {
    const Note note = Note::objects.get_pk(1);
    const auto sent = query(links_data());
    // The rows; and for each the pair of note and label.
    tatum::testing::assert_num_queries(1 + 2, [&] {
        InlineFormSet<LinkForm> formset(note, sent);
        EXPECT_TRUE(formset.is_valid());
    });
}

TEST_F(ModelFormSetTest, RefusesARowThatIsGone) {
    const Note note = Note::objects.get_pk(1);
    Link::objects.filter(F<&Link::id> == 2).delete_();
    const auto sent = query(links_data());
    InlineFormSet<LinkForm> formset(note, sent);
    EXPECT_FALSE(formset.is_valid());
    EXPECT_EQ(codes(formset[1]), Codes{"id: invalid_choice"});
    EXPECT_THROW(formset.save(), db::ValueError);
}

TEST_F(ModelFormSetTest, LeavesRowsOfOtherParentsAlone) {
    const Note note = Note::objects.get_pk(1);
    auto text = links_data();
    text.replace(text.find("links-0-id=1"), 12, "links-0-id=3");
    const auto sent = query(text + "links-0-DELETE=on");
    InlineFormSet<LinkForm> formset(note, sent);
    if (formset.is_valid()) formset.save();
    EXPECT_EQ(Link::objects.get_pk(3).label, "Bob's");
    EXPECT_EQ(Link::objects.count(), 3);
}

TEST_F(ModelFormSetTest, SavesAsNewRowsOfAnotherParent) {
    const Note other = Note::objects.get_pk(2);
    const auto sent = query(links_data());
    InlineFormSet<LinkForm> formset(other, sent, {.save_as_new = true});
    ASSERT_TRUE(formset.is_valid()) << formset.non_form_errors().as_text();
    EXPECT_EQ(formset.save().size(), 2u);
    EXPECT_EQ(other.related<&Link::note>().count(), 2);
    EXPECT_EQ(Link::objects.count(), 5);
}

TEST_F(ModelFormSetTest, WantsOneKeyToTheParent) {
    const auto& topics = db::meta_of<Topic>();
    EXPECT_THROW(forms::foreign_key_to(topics, db::meta_of<Tag>()), db::ValueError);
    EXPECT_THROW(forms::foreign_key_to(topics, db::meta_of<Note>(), "title"), db::ValueError);
    EXPECT_EQ(forms::foreign_key_to(topics, db::meta_of<Note>()).name, "topic");
}

using EditViewsTest = NotesTest;

TEST_F(EditViewsTest, SayWhatMethodsTheyTake) {
    tatum::testing::Client client = client_of("Ann");
    EXPECT_EQ(client.options("/notes/1/edit/").header("Allow"), "GET, HEAD, POST, PUT, OPTIONS");
    EXPECT_EQ(client.options("/notes/1/delete/").header("Allow"),
              "GET, HEAD, POST, DELETE, OPTIONS");
    EXPECT_EQ(client.request("PATCH", "/notes/1/edit/").status(), 405);
}

TEST_F(EditViewsTest, LetBothOfTwoRequestsWinInTheirOrder) {
    tatum::testing::Client first = client_of("Ann"), second = client_of("Ann");
    first.get("/notes/1/edit/");
    second.get("/notes/1/edit/");
    EXPECT_TRUE(
        redirects(second.post("/notes/1/edit/", {{"title", "B"}, {"body", "b"}}), "/notes/1/"));
    EXPECT_TRUE(
        redirects(first.post("/notes/1/edit/", {{"title", "A"}, {"body", "a"}}), "/notes/1/"));
    EXPECT_EQ(Note::objects.get_pk(1).title, "A");
}

TEST_F(EditViewsTest, SayWhatProtectsAnObject) {
    const auto response = client_.post("/topics/cranberries/delete/", {});
    EXPECT_TRUE(contains(response, "Cannot delete topic", 409));
    EXPECT_EQ(Topic::objects.filter(F<&Topic::slug> == "cranberries").count(), 1);
}

TEST_F(EditViewsTest, NeedAnAddressToGoTo) {
    EXPECT_EQ(client_.post("/topics/bogs/edit/", {{"name", "B"}, {"slug", "bogs"}}).status(), 500);
}

/// Another request takes the slug between the check and the write.
TEST_F(EditViewsTest, ShowTheFormWhenAnotherRequestWasFaster) {
    struct Racing : CreateView<Topic> {
        Racing() {
            fields = {"name", "slug"};
            success_url = "/topics/";
        }
        Response form_valid(AnyModelForm& form) override {
            Topic{.name = "Fast", .slug = "race"}.save();
            return CreateView::form_valid(form);
        }
    };
    const tatum::testing::RequestFactory factory;
    http::Request request = factory.post("/topics/add/", {{"name", "Slow"}, {"slug", "race"}});
    Racing view;
    const Kwargs none;
    const Response response = view(request, none);
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(Topic::objects.filter(F<&Topic::slug> == "race").count(), 1);
}

}  // namespace
}  // namespace notes
