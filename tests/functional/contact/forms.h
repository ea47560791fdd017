#pragma once

#include <tatum/forms/form_definition.h>

#include <optional>
#include <string>
#include <vector>

namespace contact {

// [form-begin]
struct ContactForm : tatum::Form<ContactForm> {
    using Form::Form;

    std::string subject, sender, message;
    bool cc_myself = false;
    std::optional<int> age;

    static void define(tatum::FormDefinition<ContactForm>& d);
    void clean();
    void clean_subject();
};
// [form-end]

enum class Size { Small, Large };

/// One of each kind of member that the contact form does not have.
struct OrderForm : tatum::Form<OrderForm> {
    using Form::Form;

    Size size = Size::Small;
    std::optional<int> rooms;
    std::vector<std::string> wishes;
    tatum::Date arrival;
    tatum::Decimal deposit;
    std::string token;

    static void define(tatum::FormDefinition<OrderForm>& d);
};

// [upload-begin]
struct UploadForm : tatum::Form<UploadForm> {
    using Form::Form;

    std::string title;
    tatum::UploadedFile document;
    std::vector<tatum::UploadedFile> pictures;

    static void define(tatum::FormDefinition<UploadForm>& d);
};
// [upload-end]

struct GuestForm : tatum::Form<GuestForm> {
    using Form::Form;

    std::string name;
    int nights = 1;

    static void define(tatum::FormDefinition<GuestForm>& d);
};

// [derived-begin]
/// All of the contact form but the age, and more.
struct SupportForm : tatum::Form<SupportForm, ContactForm> {
    using Form::Form;

    std::string order_number;

    static void define(tatum::FormDefinition<SupportForm>& d);
};
// [derived-end]

}  // namespace contact
