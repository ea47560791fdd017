"""The views of views.cpp, as Django has them."""

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse_lazy
from django.views.generic import CreateView, DeleteView, DetailView, FormView, ListView, UpdateView

from .models import Link, Note, Sample, Tag, Topic, Writer


class EnterForm(forms.Form):
    name = forms.CharField(max_length=40, label="Your name")
    stay = forms.BooleanField(required=False)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not Writer.objects.filter(name=name).exists():
            raise forms.ValidationError("Nobody here has this name.", code="unknown")
        return name


class Enter(FormView):
    form_class = EnterForm
    template_name = "notes/enter.html"
    success_url = reverse_lazy("notes:note_list")
    initial = {"name": "Ann"}

    def form_valid(self, form):
        response = super().form_valid(form)
        response.set_signed_cookie("writer", form.cleaned_data["name"])
        return response


def writer_of(request):
    return get_object_or_404(Writer, name=request.get_signed_cookie("writer", default=""))


class Own:
    def get_queryset(self):
        return super().get_queryset().filter(writer=writer_of(self.request))


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["title", "slug", "published", "topic", "body", "state", "grade", "tags"]
        widgets = {"body": forms.Textarea(attrs={"rows": 5})}
        labels = {"state": "What is it"}
        help_texts = {"slug": "For the address."}
        error_messages = {"title": {"required": "A note needs a headline."}}


class NoteList(Own, ListView):
    model = Note


class NoteDetail(Own, DetailView):
    model = Note


class NoteCreate(CreateView):
    model = Note
    form_class = NoteForm

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs["instance"] = Note(writer=writer_of(self.request))
        return kwargs


class NoteUpdate(Own, UpdateView):
    model = Note
    fields = ["title", "body", "is_pinned", "grade", "tags"]


class NoteDelete(Own, DeleteView):
    model = Note
    success_url = "/notes/?gone={slug}&id={id}"


class Profile(UpdateView):
    model = Writer
    fields = ["name", "email", "born", "about"]

    def get_object(self, queryset=None):
        return writer_of(self.request)


class TopicCreate(CreateView):
    model = Topic
    fields = "__all__"
    success_url = "/topics/"


class TopicDelete(DeleteView):
    model = Topic
    success_url = "/topics/"


class SampleCreate(CreateView):
    model = Sample
    fields = "__all__"
    success_url = "/samples/{id}/"


class SampleUpdate(UpdateView):
    model = Sample
    fields = "__all__"
    success_url = "/samples/{id}/"


def sample_detail(request, pk):
    sample = get_object_or_404(Sample, pk=pk)
    values = [(f.name, getattr(sample, f.attname)) for f in Sample._meta.fields]
    values.append(("tags", ", ".join(tag.word for tag in sample.tags.all())))
    return render(request, "notes/sample_detail.html", {"values": values})


LinkFormSet = forms.inlineformset_factory(Note, Link, fields=["label", "address"], extra=1, max_num=4)
TagFormSet = forms.modelformset_factory(Tag, fields=["word"], extra=2, can_delete=True)


def links(request, pk):
    note = get_object_or_404(Note, pk=pk, writer=writer_of(request))
    bound = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    formset = LinkFormSet(instance=note, **bound)
    if formset.is_valid():
        formset.save()
        return HttpResponseRedirect(note.get_absolute_url())
    return render(request, "notes/formset.html", {"formset": formset})


def tags(request):
    bound = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    formset = TagFormSet(**bound)
    if formset.is_valid():
        formset.save()
        return HttpResponseRedirect("/tags/")
    return render(request, "notes/formset.html", {"formset": formset})


app_name = "notes"
urlpatterns = [
    path("enter/", Enter.as_view(), name="enter"),
    path("notes/", NoteList.as_view(), name="note_list"),
    path("notes/add/", NoteCreate.as_view(), name="note_add"),
    path("notes/<int:pk>/", NoteDetail.as_view(), name="note_detail"),
    path("notes/<int:pk>/edit/", NoteUpdate.as_view(), name="note_edit"),
    path("notes/<int:pk>/delete/", NoteDelete.as_view(), name="note_delete"),
    path("notes/<int:pk>/links/", links, name="links"),
    path("tags/", tags, name="tags"),
    path("profile/", Profile.as_view(), name="profile"),
    path("writers/<int:pk>/", DetailView.as_view(model=Writer, template_name="notes/enter.html"),
         name="writer"),
    path("topics/add/", TopicCreate.as_view(), name="topic_add"),
    path("topics/<slug:slug>/delete/", TopicDelete.as_view(), name="topic_delete"),
    path("samples/add/", SampleCreate.as_view(), name="sample_add"),
    path("samples/<int:pk>/edit/", SampleUpdate.as_view(), name="sample_edit"),
    path("samples/<int:pk>/", sample_detail, name="sample_detail"),
]
