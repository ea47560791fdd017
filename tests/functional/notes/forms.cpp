#include "forms.h"

#include <tatum/forms/widgets.h>

namespace notes {

using forms::Textarea;

// [define-begin]
void EnterForm::define(FormDefinition<EnterForm>& d) {
    d.field<&EnterForm::name>(max_length(40), label("Your name"));
    d.field<&EnterForm::stay>();
    d.clean<&EnterForm::name, &EnterForm::clean_name>();
}
void EnterForm::clean_name() {
    if (!Writer::objects.filter(F<&Writer::name> == name).exists()) {
        throw ValidationError("Nobody here has this name.", "unknown");
    }
}

void NoteForm::define(ModelFormDefinition<NoteForm>& d) {
    d.fields<&Note::title, &Note::slug, &Note::published, &Note::topic, &Note::body, &Note::state,
             &Note::grade, &Note::tags>();
    d.field<&Note::title>(error_messages({{"required", "A note needs a headline."}}));
    d.field<&Note::slug>(help_text("For the address."));
    d.field<&Note::body>(widget(Textarea{{.attrs = {{"rows", 5}}}}));
    d.field<&Note::state>(label("What is it"));
}
// [define-end]

}  // namespace notes
