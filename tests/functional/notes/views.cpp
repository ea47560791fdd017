#include "app.h"
#include "forms.h"

#include <tatum/db/meta.h>
#include <tatum/forms/model_formsets.h>
#include <tatum/tatum.h>
#include <tatum/views/edit.h>

namespace notes {

namespace {

/// Who has entered; 404 for everybody else.
Writer writer_of(Request& request) {
    const std::string name = request.get_signed_cookie("writer").value_or("");
    return get_object_or_404(Writer::objects, F<&Writer::name> == name);
}

// [views-begin]
/// Asks for a name, and remembers it.
struct Enter : FormView<EnterForm> {
    Enter() {
        template_name = "notes/enter.html";
        success_url = "/notes/";
        initial = {{"name", "Ann"}};
    }
    Response form_valid(EnterForm& form) override {
        Response response = FormView::form_valid(form);
        response.set_signed_cookie(request().settings(), "writer", form.name);
        return response;
    }
};

/// Whoever writes sees and changes only what is theirs.
template <class View>
struct Own : View {
    using View::View;
    QuerySet<Note> get_queryset() override {
        return View::get_queryset().filter(F<&Note::writer> == writer_of(this->request()));
    }
};

struct NoteCreate : CreateView<Note, NoteForm> {
    NoteForm get_form() override {
        forms::ModelFormArguments arguments = get_form_arguments();
        arguments.instance = Note{.writer = writer_of(request())};
        return NoteForm(arguments);
    }
};
// [views-end]

struct Profile : UpdateView<Writer> {
    Profile() { fields = {"name", "email", "born", "about"}; }
    Writer get_object() override { return writer_of(request()); }
};

Response sample_detail(Request& request, std::int64_t pk) {
    const Sample sample = get_object_or_404(Sample::objects, F<&Sample::id> == pk);
    const auto object = db::AnyObject::copy_of(db::model_type<Sample>, &sample);
    List values;
    for (const auto& field : object.model().fields) {
        values.push_back(Value::tuple({field->name, field->get(object.object())}));
    }
    std::string words;
    for (const Tag& tag : sample.tags.all()) words += (words.empty() ? "" : ", ") + tag.word;
    values.push_back(Value::tuple({"tags", words}));
    return render(request, "notes/sample_detail.html", {{"values", values}});
}

// [formsets-begin]
Response links(Request& request, std::int64_t pk) {
    const Note note = get_object_or_404(Note::objects, F<&Note::id> == pk,
                                        F<&Note::writer> == writer_of(request));
    InlineFormSet<LinkForm> formset(note, request,
                                    {.formset = {.extra = 1, .can_delete = true, .max_num = 4}});
    if (formset.is_valid()) {
        formset.save();
        return redirect(note);
    }
    return render(request, "notes/formset.html", {{"formset", formset}});
}
// [formsets-end]

Response tags(Request& request) {
    ModelFormSet<TagForm> formset(request, {.formset = {.extra = 2, .can_delete = true}});
    if (formset.is_valid()) {
        formset.save();
        return redirect("/tags/");
    }
    return render(request, "notes/formset.html", {{"formset", formset}});
}

}  // namespace

// [urls-begin]
const Urls urls{
    {
        path<"enter/">(Enter{}, "enter"),
        path<"notes/">(Own<ListView<Note>>{}, "note_list"),
        path<"notes/add/">(NoteCreate{}, "note_add"),
        path<"notes/<int:pk>/">(Own<DetailView<Note>>{}, "note_detail"),
        path<"notes/<int:pk>/edit/">(
            Own<UpdateView<Note>>{{.fields = {"title", "body", "is_pinned", "grade", "tags"}}},
            "note_edit"),
        path<"notes/<int:pk>/delete/">(
            Own<DeleteView<Note>>{{.success_url = "/notes/?gone={slug}&id={id}"}}, "note_delete"),
        // [urls-end]
        path<"notes/<int:pk>/links/">(links, "links"),
        path<"tags/">(tags, "tags"),
        path<"profile/">(Profile{}, "profile"),
        path<"writers/<int:pk>/">(DetailView<Writer>{{.template_name = "notes/enter.html"}},
                                  "writer"),
        path<"topics/add/">(CreateView<Topic>{{.fields = {"__all__"}, .success_url = "/topics/"}},
                            "topic_add"),
        path<"topics/<slug:slug>/edit/">(UpdateView<Topic>{{.fields = {"__all__"}}}, "topic_edit"),
        path<"topics/<slug:slug>/delete/">(DeleteView<Topic>{{.success_url = "/topics/"}},
                                           "topic_delete"),
        path<"samples/add/">(
            CreateView<Sample>{{.fields = {"__all__"}, .success_url = "/samples/{id}/"}},
            "sample_add"),
        path<"samples/<int:pk>/edit/">(
            UpdateView<Sample>{{.fields = {"__all__"}, .success_url = "/samples/{id}/"}},
            "sample_edit"),
        path<"samples/<int:pk>/">(sample_detail, "sample_detail"),
    },
    {.app_name = "notes"}};

}  // namespace notes
