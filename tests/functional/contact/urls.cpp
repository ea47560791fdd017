#include "app.h"
#include "forms.h"

#include <tatum/forms/forms.h>
#include <tatum/tatum.h>

using namespace tatum;

namespace contact {

namespace {

// [view-begin]
Response contact_us(Request& request) {
    ContactForm form(request);
    if (form.is_valid()) {
        return redirect("/thanks/?subject=" + form.subject);
    }
    return render(request, "contact/contact.html", {{"form", form}});
}
// [view-end]

Response thanks(Request& request) { return render(request, "contact/thanks.html"); }

/// The same form as a template of the site lays it out.
Response by_hand(Request& request) {
    OrderForm form(request, {.prefix = "order"});
    if (form.is_valid()) {
        return Response(form.cleaned_data().get("size").repr() + " " +
                        std::to_string(static_cast<int>(form.size)) + " " +
                        std::to_string(form.wishes.size()) + " " + form.arrival.isoformat() + " " +
                        form.deposit.str() + " " + (form.rooms ? "rooms" : "no rooms"));
    }
    return render(request, "contact/by_hand.html", {{"form", form}});
}

Response upload(Request& request) {
    UploadForm form(request);
    if (form.is_valid()) {
        std::string answer =
            form.title + ": " + form.document.name() + " " + std::to_string(form.document.size());
        for (const UploadedFile& picture : form.pictures) answer += ", " + picture.name();
        return Response(answer, {.content_type = "text/plain"});
    }
    return render(request, "contact/contact.html", {{"form", form}});
}

// [formset-begin]
Response guests(Request& request) {
    FormSet<GuestForm> guests(request, {.extra = 2, .can_delete = true, .max_num = 5});
    if (guests.is_valid()) {
        std::string names;
        for (const GuestForm& guest : guests) {
            if (guest.has_changed()) names += guest.name + ";";
        }
        return redirect("/thanks/?subject=" + names);
    }
    return render(request, "contact/guests.html", {{"formset", guests}});
}
// [formset-end]

// [runtime-begin]
/// A form with a question for each name in the address.
Response survey(Request& request) {
    forms::FormFields fields;
    for (const std::string& name : request.GET().getlist("ask")) {
        fields.emplace_back(name, forms::CharField{{.max_length = 40, .required = false}});
    }
    BaseForm form(std::move(fields), request);
    if (form.is_valid()) return JsonResponse(form.cleaned_data());
    return render(request, "contact/contact.html", {{"form", form}});
}
// [runtime-end]

/// Laid out by templates of the site, all but the widgets.
Response styled(Request& request) {
    forms::FormFields fields = {{"name", forms::CharField{{.help_text = "As <i>called</i>"}}},
                                {"code", forms::CharField{{.template_name = "contact/code.html"}}},
                                {"mark", forms::CharField{{.widget = forms::HiddenInput{}}}}};
    BaseForm form(std::move(fields),
                  {request,
                   {.template_name = std::string(request.GET().get("by", "contact/form.html")),
                    .template_name_field = "contact/group.html",
                    .template_name_errors = "contact/errors.html",
                    .template_name_label = "contact/label.html"}});
    return render(request, "contact/contact.html", {{"form", form}});
}

Response support(Request& request) {
    SupportForm form(request);
    if (form.is_valid()) return Response(form.subject + " " + form.order_number);
    return render(request, "contact/contact.html", {{"form", form}});
}

}  // namespace

const Urls urls{{
                    path<"">(contact_us, "contact"),
                    path<"thanks/">(thanks, "thanks"),
                    path<"order/">(by_hand, "order"),
                    path<"upload/">(upload, "upload"),
                    path<"guests/">(guests, "guests"),
                    path<"support/">(support, "support"),
                    path<"survey/">(survey, "survey"),
                    path<"styled/">(styled, "styled"),
                },
                {.app_name = "contact"}};

}  // namespace contact
