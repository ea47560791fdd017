#pragma once

#include "models.h"

#include <tatum/forms/model_form.h>

namespace notes {

// [forms-begin]
struct EnterForm : Form<EnterForm> {
    std::string name;
    bool stay = false;

    static void define(FormDefinition<EnterForm>&);
    /// There is a writer of that name.
    void clean_name();
};

struct NoteForm : ModelForm<NoteForm, Note> {
    using ModelForm::ModelForm;
    static void define(ModelFormDefinition<NoteForm>&);
};
// [forms-end]

struct LinkForm : ModelForm<LinkForm, Link> {
    static void define(ModelFormDefinition<LinkForm>& d) {
        d.fields<&Link::label, &Link::address>();
    }
};

struct TagForm : ModelForm<TagForm, Tag> {
    static void define(ModelFormDefinition<TagForm>& d) { d.fields<&Tag::word>(); }
};

}  // namespace notes
