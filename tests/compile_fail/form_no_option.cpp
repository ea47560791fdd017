// error: FormFieldOptionArgument
#include <tatum/forms/form_definition.h>
#include <tatum/http/request.h>

using namespace tatum;

struct NameForm : Form<NameForm> {
    std::string name;
    static void define(FormDefinition<NameForm>& d) {
        d.field<&NameForm::name>(max_length(10), required(false));
#ifdef MISUSE
        d.field<&NameForm::name>("Your name");
#endif
    }
};

bool is_valid(Request& request) {
    NameForm form(request);
    return form.is_valid();
}
