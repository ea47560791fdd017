#include "forms.h"

#include <tatum/base/validation.h>
#include <tatum/forms/widgets.h>

using namespace tatum;

namespace contact {

// [define-begin]
void ContactForm::define(FormDefinition<ContactForm>& d) {
    d.field<&ContactForm::subject>(max_length(100), help_text("100 characters at most."));
    d.field<&ContactForm::message>(widget(forms::Textarea{}), label("Your message"));
    d.field<&ContactForm::sender>(email, error_messages({{"required", "How do we reach you?"}}));
    d.field<&ContactForm::cc_myself>(label("Send me a copy"));
    d.field<&ContactForm::age>(min_value(0), max_value(150));
    d.clean<&ContactForm::subject, &ContactForm::clean_subject>();
}
// [define-end]

// [clean-begin]
void ContactForm::clean_subject() {
    if (subject.starts_with("Re: ")) subject.erase(0, 4);
    if (subject == "spam") throw ValidationError("We do not read that.", "spam");
}

void ContactForm::clean() {
    if (cc_myself && message.size() > 10'000) {
        add_error<&ContactForm::cc_myself>("No copies of messages as long as this one.");
    }
    if (!has_error<&ContactForm::sender>() && sender.ends_with("@example.invalid")) {
        throw ValidationError("Nobody answers from there.");
    }
}
// [clean-end]

void OrderForm::define(FormDefinition<OrderForm>& d) {
    d.field<&OrderForm::size>(choices({{Size::Small, "Little"}, {Size::Large, "Big"}}),
                              initial(Size::Large));
    d.field<&OrderForm::rooms>(choices({{1, "One"}, {2, "Two & more"}}));
    d.field<&OrderForm::wishes>(required(false), choices({{"sea", "Sea view"}, {"cot", "A cot"}}),
                                widget(forms::CheckboxSelectMultiple{}));
    d.field<&OrderForm::arrival>();
    d.field<&OrderForm::deposit>(max_digits(6), decimal_places(2));
    d.field<&OrderForm::token>(widget(forms::HiddenInput{}), initial("t"));
}

void UploadForm::define(FormDefinition<UploadForm>& d) {
    d.field<&UploadForm::title>(max_length(40));
    d.field<&UploadForm::document>(max_length(20));
    d.field<&UploadForm::pictures>(required(false));
}

void GuestForm::define(FormDefinition<GuestForm>& d) {
    d.field<&GuestForm::name>(max_length(30));
    d.field<&GuestForm::nights>(min_value(1), initial(1));
}

// [support-begin]
void SupportForm::define(FormDefinition<SupportForm>& d) {
    d.field<&SupportForm::order_number>(regex("^[0-9]{4}$"));
    d.remove<&SupportForm::age>();
    d.defaults({.error_css_class = "error", .required_css_class = "required"});
}
// [support-end]

}  // namespace contact
